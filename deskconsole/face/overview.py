"""The desk in numbers, and what moved last, as lines of pieces."""

from datetime import datetime
from typing import TYPE_CHECKING

from deskconsole.face.bar import line_width
from deskconsole.face.pieces import Line, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence


def figure_rows(
    figures: "Sequence[Sequence[Line]]", states: "Sequence[Piece]", width: int, least: int
) -> list[Line]:
    """The figures on as few rows as they fit on, each whole, and how the link is.

    `figures` are in ever fewer words: the first are shown that take as few rows as any, with a room
    of `least` cells at the end of one. There the state is told; `states` says it in ever fewer
    words, too.
    """
    ways = [_rows(told, width, least) for told in figures]
    rows = min(ways, key=len)
    rooms = [width - line_width(row) for row in rows]
    at = rooms.index(max(rooms))
    state = next((one for one in states if line_width([one]) <= rooms[at]), states[-1])
    rows[at] = (*rows[at], Piece(" " * (rooms[at] - line_width([state])), "text"), state)
    return rows


def _rows(figures: "Sequence[Line]", width: int, least: int) -> list[Line]:
    rows: list[Line] = [()]
    for figure in figures:
        if rows[-1] and line_width((*rows[-1], *figure)) > width:
            rows.append(())
        rows[-1] = (*rows[-1], *figure)
    if all(width - line_width(row) < least for row in rows):
        rows.append(())
    return rows


def move_rows(told: "Sequence[tuple[str, str]]", rows: int, width: int) -> list[Line]:
    """The latest moves, each its time and what moved: side by side on one row, or one a row."""
    pieces = [(Piece(f" {at}", "label"), Piece(f" {what} ", "text")) for at, what in told]
    if rows > 1:
        return [*pieces[:rows], *[()] * (rows - len(pieces))]
    line: Line = ()
    for pair in pieces:
        if line and line_width((*line, *pair)) > width:
            break
        line = (*line, *pair)
    return [line]


def clock_words(instant: datetime, now: datetime) -> str:
    """A time of day, with its day where that is another; both instants are of one zone."""
    return f"{instant:%H:%M}" if instant.date() == now.date() else f"{instant:%d %b %H:%M}"
