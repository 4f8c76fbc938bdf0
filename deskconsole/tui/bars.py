"""Bars, painted: what there is to say, the keys that lead somewhere from here, and figures."""

from typing import ClassVar

from textual.strip import Strip

from deskconsole.face.bar import bar_row, line_width
from deskconsole.face.pieces import Line, Piece, clip
from deskconsole.tui.paint import Painted, segments
from deskconsole.tui.wrapping import wrap


class Bar(Painted):
    """One painted line; `show` changes it and repaints only if it reads differently."""

    PAINTED_AS = "bar"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"bar--{look}" for look in ("text", "key", "label", "good", "bad", "quiet")
    }

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._left: Line = ()
        self._right: Line = ()

    def show(self, left: Line, right: Line = ()) -> None:
        """Show `left`, one piece or pairs of key and label, as far as it fits beside `right`."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line: pieces from the left as far as there is room, and from the right."""
        width = self.size.width
        return Strip(segments(self._row(y, width), self.style), width)

    def _row(self, y: int, width: int) -> Line:
        return bar_row(self._left, self._right, width)


class StatusBar(Bar):
    """A bar that says whole sentences: it gives up its right side for one, then grows by rows."""

    def show(self, left: Line, right: Line = ()) -> None:
        """Show `left` whole, on up to three rows."""
        super().show(left, right)
        self._grow()

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self._grow()

    def _grow(self) -> None:
        rows = len(self._rows(self.app.size.width))
        if self.styles.height is None or self.styles.height.value != rows:
            self.styles.height = rows

    def _rows(self, width: int) -> list[Line]:
        """The rows of a sentence that needs more than its half of a line; one empty row if none."""
        fits = line_width(self._left) + line_width(self._right) <= width
        if fits or not self._left or self._left[0].look == "text":
            return [()]
        return wrap(self._left, width)[:3]

    def _row(self, y: int, width: int) -> Line:
        rows = self._rows(width)
        if rows == [()]:
            return super()._row(y, width)
        row = rows[y] if y < len(rows) else ()
        return (*row, Piece(" " * (width - line_width(row)), "text"))


class Rows(Bar):
    """A bar of as many rows as it is shown, each cut where the screen ends."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._shown: list[Line] = []

    def show_rows(self, rows: list[Line]) -> None:
        """Show these rows."""
        if rows != self._shown:
            if len(rows) != len(self._shown):
                self.styles.height = len(rows)
            self._shown = rows
            self.refresh()

    def _row(self, y: int, width: int) -> Line:
        row = self._shown[y] if y < len(self._shown) else ()
        cut, room = [], width
        for piece in row:
            cut.append(Piece(clip(piece.text, room), piece.look))
            room -= line_width(cut[-1:])
        return (*cut, Piece(" " * room, "text"))
