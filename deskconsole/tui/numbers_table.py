"""A report's rows as lines of pieces, with a bar behind each row where that says more; pure."""

from datetime import timedelta, tzinfo

from deskconsole.face.pieces import Line, Piece, cell_len
from deskconsole.report.figure import Cell, Numbers, Shape
from deskconsole.report.forms import table

_BAR = "█"
_LEAST_BAR = 8  # cells, below which bars tell nothing
_MOST_BAR = 60


def table_lines(numbers: Numbers, zone: tzinfo, width: int) -> list[Line]:
    """The head and the rows in `width` cells."""
    head, *rows = table(numbers, zone, width)
    lines: list[Line] = [(Piece(head, "heading"),)]
    taken = max(map(cell_len, (head, *rows)))
    bars = _bars(numbers, width - taken - 2)
    for row, bar in zip(rows, bars, strict=True):
        padded = row + " " * (taken - cell_len(row)) if bar else row
        lines.append((Piece(padded, "text"), Piece(bar, "quiet")))
    return lines


def _bars(numbers: Numbers, room: int) -> list[str]:
    """A bar for each row, in proportion to its plotted cell; none where there is no room."""
    if numbers.shape is not Shape.BARS or room < _LEAST_BAR:
        return [""] * len(numbers.rows)
    at = next(at for at, column in enumerate(numbers.columns) if column.plotted)
    sizes = [size(row[at]) for row in numbers.rows]
    unit = min(room, _MOST_BAR) / (max(sizes, default=0) or 1)
    return [f"  {_BAR * round(unit * one)}" for one in sizes]


def size(cell: Cell) -> float:
    """How large a cell is drawn: a count as it is, a length of time in seconds."""
    match cell:
        case timedelta():
            return cell.total_seconds()
        case int() | float():
            return float(cell)
        case _:
            return 0.0
