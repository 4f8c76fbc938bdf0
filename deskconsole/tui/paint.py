"""Pieces to segments: every piece begins in the cell it should, whatever the one before it did.

Terminals disagree on how wide many characters are (vowel signs of Indic scripts, most emoji). After
such a piece the cursor is put where the next one begins, and its own cells are blanked before it.
"""

import re
from collections.abc import Callable, Iterable

from rich.cells import cell_len
from rich.segment import ControlType, Segment
from rich.style import Style

from deskconsole.tui.present import Piece

# Scripts and signs on whose width terminals agree; everything else is not relied on.
_STEADY = re.compile(
    "[ -~\u00a0-\u024f\u0370-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2500-\u257f\u258c"
    "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
)


def segments(pieces: Iterable[Piece], style: Callable[[str], Style], x: int = 0) -> list[Segment]:
    """The segments of what begins in cell `x` of the screen."""
    row: list[Segment] = []
    sure = True
    for text, look, steady in _joined(pieces, style):
        width = cell_len(text)
        if not (sure and steady):
            row.append(_to(x, 0 if steady else width))
        row.append(Segment(text, look))
        x += width
        sure = steady
    if not sure:
        row.append(_to(x, 0))
    return row


def steady(pieces: Iterable[Piece]) -> bool:
    """Whether terminals agree on where each of the pieces ends."""
    return all(is_steady(piece.text) for piece in pieces)


def is_steady(text: str) -> bool:
    """Whether terminals agree on where a text ends."""
    return (text.isascii() and text.isprintable()) or _STEADY.fullmatch(text) is not None


def _joined(
    pieces: Iterable[Piece], style: Callable[[str], Style]
) -> Iterable[tuple[str, Style, bool]]:
    """Texts with their styles, and whether they are steady.

    Steady neighbours of one style are one text, because a style costs more than a word.
    """
    text = ""
    look = Style.null()
    for piece in pieces:
        own = style(piece.look)
        steady = is_steady(piece.text)
        if text and not (steady and own == look):
            yield text, look, True
            text = ""
        if steady:
            text, look = text + piece.text, own
        else:
            yield piece.text, own, False
    if text:
        yield text, look, True


def _to(x: int, blank: int) -> Segment:
    """Put the cursor into cell `x`, having blanked that many cells from there on."""
    place = f"\x1b[{x + 1}G"
    text = f"{place}{' ' * blank}{place}" if blank else place
    return Segment(text, None, [(ControlType.CURSOR_MOVE_TO_COLUMN, x)])
