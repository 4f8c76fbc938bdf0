"""A widget as a picture in columns: painted row by row, repainted only where it looks different.

What a change costs is thereby what can be seen of it, and where nothing can, nothing.
"""

from abc import abstractmethod
from collections.abc import Iterable
from itertools import chain

from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from deskconsole.face.layout import Layout
from deskconsole.face.pieces import Line
from deskconsole.face.runs import steady
from deskconsole.tui.paint import segments


class Picture(Widget):
    """Rows of lines, one for each slot of its layout; looks are component classes `board--look`."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self._room = Size(80, 24)  # asked of the widget it is worked out anew each time
        self._layout = layout
        self._styles: dict[str, Style] = {}
        self._painted: dict[int, tuple[Line, ...]] = {}  # by row, as it was painted last

    @abstractmethod
    def row(self, y: int) -> Iterable[Line]:
        """Row `y` as it is now, a line for each slot, or a single one across them all."""

    def render_line(self, y: int) -> Strip:
        """Row `y` of the picture."""
        row = self._painted[y] = tuple(self.row(y))
        return Strip(segments(chain(*row), self.style)).adjust_cell_length(
            self._room.width, self.style("rest")
        )

    def repaint(self, rows: Iterable[int] | None = None) -> None:
        """Repaint the parts of rows (of all, without any) that are not as they were painted."""
        for y in range(self._room.height) if rows is None else rows:
            row, painted = tuple(self.row(y)), self._painted.get(y, ())
            if row == painted:
                continue
            slots = self._layout.slots
            # A row is cut only where every cell of it is sure.
            if len(painted) != len(row) or len(slots) != len(row) or not steady(chain(*row)):
                self.refresh(Region(0, y, self._room.width, 1))
                continue
            for slot, now, before in zip(slots, row, painted, strict=True):
                if now != before:
                    self.refresh(Region(slot.x, y, slot.width, 1))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def style(self, look: str) -> Style:
        """The style of a look; `a+b` is b laid over a."""
        if look not in self._styles:
            style = self.rich_style
            for name in look.split("+"):
                style += self.get_component_rich_style(f"board--{name}", partial=True)
            self._styles[look] = style
        return self._styles[look]
