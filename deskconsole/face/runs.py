"""Pieces to runs of one look: every run begins in the cell it should, whatever the one before did.

Terminals disagree on how wide many characters are (vowel signs of Indic scripts, most emoji). After
such a run the cursor is put where the next one begins, and its own cells are blanked before it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from deskconsole.face.pieces import Piece, cell_len

# Scripts and signs on whose width terminals agree; everything else is not relied on.
_STEADY = re.compile(
    "[ -~\u00a0-\u024f\u0370-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2500-\u257f\u258c"
    "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
)

_Look = TypeVar("_Look")


def is_steady(text: str) -> bool:
    """Whether terminals agree on where a text ends."""
    return (text.isascii() and text.isprintable()) or _STEADY.fullmatch(text) is not None


def steady(pieces: Iterable[Piece]) -> bool:
    """Whether terminals agree on where each of the pieces ends."""
    return all(is_steady(piece.text) for piece in pieces)


def runs(
    pieces: Iterable[Piece], style: Callable[[str], _Look], x: int = 0
) -> Iterator[tuple[int | None, str, str, _Look | None]]:
    """The runs of what begins in cell `x` of the screen, in the looks that `style` has for them.

    Each is (cell, control, text, look): where a cell is given, `control` puts the cursor there
    first. The last may be that alone, with no text and no look.
    """
    sure = True
    for text, look, steady in _joined(pieces, style):
        width = cell_len(text)
        if sure and steady:
            yield None, "", text, look
        else:
            yield x, _to(x, 0 if steady else width), text, look
        x += width
        sure = steady
    if not sure:
        yield x, _to(x, 0), "", None


def _joined(
    pieces: Iterable[Piece], style: Callable[[str], _Look]
) -> Iterator[tuple[str, _Look, bool]]:
    """Texts with their looks, and whether they are steady.

    Steady neighbours of one look are one text, because a look costs more than a word.
    """
    text = ""
    look: _Look | None = None
    for piece in pieces:
        own = style(piece.look)
        steady = is_steady(piece.text)
        if text and look is not None and not (steady and own == look):
            yield text, look, True
            text = ""
        if steady:
            text, look = text + piece.text, own
        else:
            yield piece.text, own, False
    if text and look is not None:
        yield text, look, True


def _to(x: int, blank: int) -> str:
    """Put the cursor into cell `x`, having blanked that many cells from there on."""
    place = f"\x1b[{x + 1}G"
    return f"{place}{' ' * blank}{place}" if blank else place
