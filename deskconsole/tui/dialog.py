"""What is asked in the middle of the screen: what stands below it stays as it is, in sight.

It is not dimmed, so that nothing of it is sent when a dialog comes or goes; a border sets the
dialog apart.
"""

from typing import Any, Generic, Self

from textual.geometry import Region, Size
from textual.screen import ModalScreen, ScreenResultType
from textual.strip import Strip


class Dialog(ModalScreen[ScreenResultType], Generic[ScreenResultType]):
    """A screen that takes the keys while the one below it is still seen."""

    def __init__(self) -> None:
        super().__init__()
        self._below: list[Strip] = []  # as it was painted last; empty once it looks different
        self._below_size = Size()

    def refresh(self, *regions: Region, **what: Any) -> Self:  # whatever Textual's takes
        """Paint anew: Textual asks for it wherever what stands below looks different."""
        self._below = []
        return super().refresh(*regions, **what)

    def render_lines(self, crop: Region) -> list[Strip]:
        """What stands below, without what the mouse finds there."""
        if not self._below or self._below_size != self.size:
            self._below, self._below_size = self._rows_below(self.size), self.size
        return [strip.crop(crop.x, crop.right) for strip in self._below[crop.y : crop.bottom]]

    def _rows_below(self, size: Size) -> list[Strip]:
        """The screen below as it is laid out, which is a moment later than this one is."""
        stack = self.app.screen_stack
        rows = stack[stack.index(self) - 1]._compositor.render_strips()[: size.height]
        rows += [Strip.blank(size.width)] * (size.height - len(rows))
        return [_inert(row).adjust_cell_length(size.width) for row in rows]


def _inert(row: Strip) -> Strip:
    """A row without what the mouse finds in it; most have nothing, and are not made anew."""
    found = any(style is not None and style.meta for _, style, _ in row)
    return row.discard_meta() if found else row
