"""Texts of a known width in cells, and the looks that they are written in."""

import re
from typing import NamedTuple

from deskconsole.text import inert

# Signs that are one cell wide, wherever they stand; of all others a table has to be asked.
_SINGLE = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e"
    "\u2190-\u2193\u2500-\u257f\u258c]*"
)


class Piece(NamedTuple):
    """Some text and the name of its look, a component class of the board."""

    text: str
    look: str


Line = tuple[Piece, ...]


def cell_len(text: str) -> int:
    """How many cells a text takes."""
    if _SINGLE.fullmatch(text):
        return len(text)
    from rich import cells

    return cells.cell_len(text)


def _sized(text: str, width: int) -> str:
    """A text in exactly `width` cells, cut or padded."""
    if _SINGLE.fullmatch(text):
        return text[:width].ljust(width)
    from rich import cells

    return cells.set_cell_size(text, width)


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells, cut with an ellipsis where it is longer."""
    text = inert(text)
    if cell_len(text) <= width:
        return _sized(text, width)
    if width <= 1:
        return _sized(text, max(width, 0))
    return _sized(_sized(text, width - 1).rstrip() + "…", width)


def clip(text: str, width: int) -> str:
    """`text` in at most `width` cells."""
    text = inert(text)
    return text if cell_len(text) <= width else fit(text, width).rstrip()
