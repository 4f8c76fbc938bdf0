"""A one-line bar: what is said at its left, and as much of its right as there is room for."""

from collections.abc import Iterable

from deskconsole.face.pieces import Line, Piece, cell_len, clip


def bar_row(left: Line, right: Line, width: int) -> Line:
    """The row: `left` is a piece, or pairs of key and label; `right` gives way where it is long."""
    right = right if line_width(right) <= width // 2 else ()
    room = width - line_width(right)
    kept = [Piece(clip(piece.text, room), piece.look) for piece in left[:1]]
    if len(left) > 1:
        kept = _whole_pairs(left, room)
    return (*kept, Piece(" " * (room - line_width(kept)), "text"), *right)


def line_width(pieces: Iterable[Piece]) -> int:
    """How many cells the pieces take."""
    return sum(cell_len(piece.text) for piece in pieces)


def _whole_pairs(pieces: Line, room: int) -> list[Piece]:
    """As many keys as fit with their labels."""
    kept: list[Piece] = []
    for pair in zip(pieces[::2], pieces[1::2], strict=True):
        if line_width((*kept, *pair)) > room:
            break
        kept += pair
    return kept


def standing_words(
    whose: str, order: str, count: int, state: str, *, found: bool = False, more: bool = False
) -> tuple[Piece, ...]:
    """The right side of the status line: who sits here, how many tickets are shown, the link.

    There are `more` than are counted where they are too many to count.
    """
    noun = "ticket" if count == 1 else "tickets"
    over = "over " if more else ""
    tickets = f"{over}{count:,} {noun} {'found' if found else 'open'}"
    return (Piece(f"  {whose} · {order}{tickets} · {state} ", "quiet"),)


def whose(name: str, *, viewer: bool) -> str:
    """Who sits here; of a viewer also that they are one."""
    return f"{name} (viewer)" if viewer else name
