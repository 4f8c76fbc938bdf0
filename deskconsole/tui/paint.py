"""Runs of pieces as Textual's segments."""

from collections.abc import Callable

from rich.segment import ControlType, Segment
from rich.style import Style

from deskconsole.face.pieces import Line
from deskconsole.face.runs import runs


def segments(line: Line, style: Callable[[str], Style], x: int = 0) -> list[Segment]:
    """The segments of what begins in cell `x` of the screen."""
    row: list[Segment] = []
    for cell, control, text, look in runs(line, style, x):
        if cell is not None:
            row.append(Segment(control, None, [(ControlType.CURSOR_MOVE_TO_COLUMN, cell)]))
        if look is not None:
            row.append(Segment(text, look))
    return row
