"""Pieces to segments: every piece begins in the cell it should, whatever the one before it did.

Terminals disagree on how wide many characters are (vowel signs of Indic scripts, most emoji). After
such a piece the cursor is put where the next one begins, and its own cells are blanked before it.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import ControlType, Segment
from rich.style import Style

from deskconsole.tui.present import Line

# Scripts and signs on whose width terminals agree; everything else is not relied on.
_STEADY = re.compile(
    "[ -~\u00a0-\u024f\u0370-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2500-\u257f\u258c"
    "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
)


def segments(pieces: Line, style: Callable[[str], Style], x: int = 0) -> list[Segment]:
    """The segments of what begins in cell `x` of the screen.

    Steady neighbours of one style are one segment, because a style costs more than a word.
    """
    row: list[Segment] = []
    sure = True
    for piece in pieces:
        text, look = piece.text, style(piece.look)
        own = is_steady(text)
        if sure and own:
            if row and row[-1].style == look:
                row[-1] = Segment(row[-1].text + text, look)
            elif text:
                row.append(Segment(text, look))
        else:
            row.append(_to(x, 0 if own else cell_len(text)))
            row.append(Segment(text, look))
        x += len(text) if text.isascii() else cell_len(text)
        sure = own
    if not sure:
        row.append(_to(x, 0))
    return row


@lru_cache(8192)
def is_steady(text: str) -> bool:
    """Whether terminals agree on where a text ends."""
    return _STEADY.fullmatch(text) is not None


def _to(x: int, blank: int) -> Segment:
    """Put the cursor into cell `x`, having blanked that many cells from there on."""
    place = f"\x1b[{x + 1}G"
    text = f"{place}{' ' * blank}{place}" if blank else place
    return Segment(text, None, [(ControlType.CURSOR_MOVE_TO_COLUMN, x)])
