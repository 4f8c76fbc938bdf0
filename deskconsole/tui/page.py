"""Pages of words: lines of pieces, wrapped to whatever width there is.

Painted row by row, so that what a page costs depends on the screen and not on how long it is.
"""

from typing import ClassVar

from rich.segment import Segment
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip

from deskconsole.face.pieces import Line
from deskconsole.tui.ground import Ground
from deskconsole.tui.paint import Painted
from deskconsole.tui.wrapping import hang

LINES = tuple(f"line-{line}" for line in range(1, 7))  # of a plot, and of what names them
_LOOKS = (
    *LINES,
    "text",
    "title",
    "heading",
    "label",
    "quiet",
    "bar",
    "note",
    "public",
    "strong",
    "emphasis",
    "code",
    "link",
    "bad",
)


class Pages(Ground, VerticalScroll, can_focus=False):
    """Pages one below the other, scrolled together."""


class Words(Painted):
    """Lines of pieces, wrapped to the width; looks are component classes, `a+b` b over a."""

    PAINTED_AS = "words"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"words--{look}" for look in _LOOKS}

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._rows: list[Line] = []
        self._wrapped_to = 0

    def show(self, lines: list[Line]) -> None:
        """Show these lines."""
        if lines != self._lines:
            self._lines, self._wrapped_to = lines, 0
            self.refresh(layout=True)

    def _wrapped(self, width: int) -> list[Line]:
        width = max(width, 20)
        if width != self._wrapped_to:
            self._wrapped_to = width
            self._rows = [row for line in self._lines for row in hang(line, width)]
        return self._rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the lines wrap to."""
        return len(self._wrapped(width))

    def render_line(self, y: int) -> Strip:
        """Row `y` of the page, with what the mouse has selected of it."""
        width = self.size.width
        rows = self._wrapped(width)
        row = rows[y] if y < len(rows) else ()
        strip = Strip([Segment(piece.text, self.style(piece.look)) for piece in row if piece.text])
        span = self.text_selection.get_span(y) if self.text_selection else None
        if span is not None:
            start, end = span[0], strip.cell_length if span[1] == -1 else span[1]
            chosen = self.screen.get_component_rich_style("screen--selection")
            marked = strip.crop(start, end).apply_style(chosen)
            strip = Strip.join([strip.crop(0, start), marked, strip.crop(end)])
        return strip.adjust_cell_length(width, self.style("")).apply_offsets(0, y)

    def render(self) -> str:
        """The page as plain text, row by row."""
        rows = self._wrapped(self.size.width)
        return "\n".join("".join(piece.text for piece in row) for row in rows)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The text that the mouse has selected."""
        return selection.extract(self.render()), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        self.refresh()
