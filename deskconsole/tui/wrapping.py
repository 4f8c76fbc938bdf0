"""Lines set in rows of a given width, wrapped at words."""

import re
from collections.abc import Iterator
from itertools import groupby, takewhile
from operator import itemgetter

from rich.cells import cell_len, chop_cells

from deskconsole.face.pieces import Line, Piece

_HANGING = ("label", "bar")  # looks of first pieces that later rows keep clear of, or repeat


def hang(line: Line, width: int) -> list[Line]:
    """A line wrapped at words to rows of `width` cells, indented past its labels; bars repeat."""
    lead = tuple(takewhile(lambda piece: piece.look in _HANGING, line))
    if not lead:
        return wrap(line, width)
    indent = sum(cell_len(piece.text) for piece in lead)
    again = tuple(
        piece if piece.look == "bar" else Piece(" " * cell_len(piece.text), "text")
        for piece in lead
    )
    rows = wrap(line[len(lead) :], max(width - indent, 8))
    return [(*(again if index else lead), *row) for index, row in enumerate(rows)]


def wrap(line: Line, width: int) -> list[Line]:
    """A line broken at spaces into rows of at most `width` cells; a longer word is cut."""
    if sum(cell_len(piece.text) for piece in line) <= width:
        return [line]
    rows: list[list[tuple[str, str]]] = [[]]
    room = width
    for word in _words(line):
        size = sum(cell_len(text) for text, _ in word)
        parts = [word] if size <= width else [[(cut, look)] for cut, look in _cut(word, width)]
        for part in parts:
            size = sum(cell_len(text) for text, _ in part)
            if size > room:
                rows.append([])
                room = width
                if part[0][0].isspace():
                    continue
            rows[-1] += part
            room -= size
    return [_joined(row) for row in rows]


def _words(line: Line) -> Iterator[list[tuple[str, str]]]:
    """The words of a line and the spaces between them; one word may have several looks."""
    word: list[tuple[str, str]] = []
    for piece in line:
        for text in re.findall(r"\s+|\S+", piece.text):
            if word and (text.isspace() or word[-1][0].isspace()):
                yield word
                word = []
            word.append((text, piece.look))
    if word:
        yield word


def _cut(word: list[tuple[str, str]], width: int) -> Iterator[tuple[str, str]]:
    for text, look in word:
        for cut in chop_cells(text, width):
            yield cut, look


def _joined(row: list[tuple[str, str]]) -> Line:
    return tuple(
        Piece("".join(text for text, _ in run), look)
        for look, run in groupby(row, key=itemgetter(1))
    )
