"""Pieces to runs of one look: every run begins in the cell it should, whatever the one before did.

Terminals disagree on how wide many characters are (vowel signs of Indic scripts, most emoji). After
such a run the cursor is put where the next one begins, and its own cells are blanked before it.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from deskconsole.face.pieces import Line, cell_len

# Scripts and signs on whose width terminals agree; everything else is not relied on.
_STEADY = re.compile(
    "[ -~\u00a0-\u024f\u0370-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2500-\u259f"
    "\u2800-\u28ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
)

_Look = TypeVar("_Look")


def is_steady(text: str) -> bool:
    """Whether terminals agree on where a text ends."""
    return (text.isascii() and text.isprintable()) or _STEADY.fullmatch(text) is not None


def runs(
    line: Line, style: Callable[[str], _Look], x: int = 0
) -> list[tuple[int | None, str, str, _Look | None]]:
    """The runs of what begins in cell `x` of the screen, in the looks that `style` has for them.

    Each is (cell, control, text, look): where a cell is given, `control` puts the cursor there
    first. The last may be that alone, with no text and no look. Steady neighbours of one look are
    one run, because a look costs more than a word; `style` has one object for looks that are equal.
    """
    found: list[tuple[int | None, str, str, _Look | None]] = []
    sure = True
    for piece in line:
        text, look = piece.text, style(piece.look)
        own = is_steady(text)
        if not (sure and own):
            found.append((x, _to(x, 0 if own else cell_len(text)), text, look))
        elif found and found[-1][3] is look:
            cell, control, before, _ = found[-1]
            found[-1] = (cell, control, before + text, look)
        elif text:
            found.append((None, "", text, look))
        x += len(text) if text.isascii() else cell_len(text)
        sure = own
    if not sure:
        found.append((x, _to(x, 0), "", None))
    return found


def _to(x: int, blank: int) -> str:
    """Put the cursor into cell `x`, having blanked that many cells from there on."""
    place = f"\x1b[{x + 1}G"
    return f"{place}{' ' * blank}{place}" if blank else place
