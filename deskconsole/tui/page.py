"""Pages of words: lines of pieces, wrapped to whatever width there is."""

from typing import ClassVar

from textual.content import Content
from textual.widgets import Static

from deskconsole.tui.present import Line, hang


class Words(Static):
    """Lines of pieces, wrapped to the width; looks are component classes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"words--{look}"
        for look in ("text", "title", "heading", "label", "quiet", "bar", "note", "public")
    }

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        """Show these lines."""
        self._lines = lines
        self._write()

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self._write()

    def _write(self) -> None:
        rows = [row for line in self._lines for row in hang(line, max(self.size.width, 20))]
        self.update(Content("\n").join(self._content(row) for row in rows))

    def _content(self, row: Line) -> Content:
        return Content.assemble(
            *(
                (piece.text, self.get_visual_style(f"words--{piece.look}", partial=True))
                for piece in row
            )
        )
