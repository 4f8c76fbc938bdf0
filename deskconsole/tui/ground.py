"""What stands behind other widgets: of its rows, all alike, one is made."""

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.widget import Widget as _Widget
else:
    _Widget = object  # Textual gives a widget the styles of its first base that is one


class Ground(_Widget):
    """Makes a widget without border or words of its own, mostly covered by what stands in it."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """As many rows of its background as are asked for."""
        return super().render_lines(Region(crop.x, crop.y, crop.width, 1)) * crop.height
