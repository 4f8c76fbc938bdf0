"""Two one-line bars, painted: what there is to say, and the keys that lead somewhere from here."""

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from deskconsole.tui.present import Line, Piece, clip


class Bar(Widget):
    """One painted line; `show` changes it and repaints only if it reads differently."""

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
        right = self._right if _width(self._right) <= width // 2 else ()
        room = width - _width(right)
        left = [Piece(clip(piece.text, room), piece.look) for piece in self._left[:1]]
        if len(self._left) > 1:
            left = _whole_pairs(self._left, room)
        pieces = [*left, Piece(" " * (room - _width(left)), "text"), *right]
        return Strip([Segment(p.text, self._look(p.look)) for p in pieces], width)

    def _look(self, look: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"bar--{look}", partial=True)


def _whole_pairs(pieces: Line, room: int) -> list[Piece]:
    """As many keys as fit with their labels."""
    kept: list[Piece] = []
    for pair in zip(pieces[::2], pieces[1::2], strict=True):
        if _width((*kept, *pair)) > room:
            break
        kept += pair
    return kept


def _width(pieces: Iterable[Piece]) -> int:
    return sum(cell_len(piece.text) for piece in pieces)
