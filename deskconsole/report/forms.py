"""A report's forms: a table for people, Markdown, CSV and JSON."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from deskconsole.calendar import iso
from deskconsole.face.pieces import cell_len, fit
from deskconsole.model import Status
from deskconsole.report.figure import Cell, Gist, Numbers, length

_WIDTH = 80  # cells that a table may take
_LEAST = 10  # cells that a column of words keeps
_GAP = "  "


def shown(cell: Cell, zone: tzinfo) -> str:
    """A cell for people; instants by the desk's clock."""
    match cell:
        case None:
            return "-"
        case Status():
            return cell.title
        case timedelta():
            return length(cell)
        case datetime():
            return f"{cell.astimezone(zone):%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case float():
            return f"{100 * cell:.1f} %"
        case int():
            return f"{cell:,}"
        case str():
            return cell


def told(gist: Gist, zone: tzinfo) -> str:
    """A gist for people."""
    return "".join(shown(part, zone) for part in gist)


def stored(cell: Cell) -> int | float | str | None:
    """A cell for programs: lengths of time in seconds, statuses by slug, instants in UTC."""
    match cell:
        case Status():
            return cell.slug
        case timedelta():
            return cell.total_seconds()
        case datetime():
            return iso(cell)
        case date():
            return cell.isoformat()
        case _:
            return cell


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str | Status | date)


def table(numbers: Numbers, zone: tzinfo, width: int = _WIDTH) -> Iterator[str]:
    """The head and the rows in columns, at most `width` cells wide where words can be cut."""
    heads = [column.head for column in numbers.columns]
    rows = [[shown(cell, zone) for cell in row] for row in numbers.rows]
    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    words = [any(_is_words(row[at]) for row in numbers.rows) for at in range(len(heads))]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        longest = max((at for at, is_words in enumerate(words) if is_words), key=widths.__getitem__)
        if widths[longest] <= _LEAST:
            break
        widths[longest] -= 1
    for row in (heads, *rows):
        cells = (
            fit(text, most) if is_words else text.rjust(most)
            for text, most, is_words in zip(row, widths, words, strict=True)
        )
        yield _GAP.join(cells).rstrip()


def text(reports: Sequence[Numbers], zone: tzinfo) -> Iterator[str]:
    """One report in full, or of several the gist of each by its name."""
    if len(reports) > 1:
        room = max(len(numbers.name) for numbers in reports)
        for numbers in reports:
            yield from _wrapped(told(numbers.gist, zone), f"{numbers.name:<{room}}{_GAP}")
        return
    for numbers in reports:
        yield from (*_wrapped(f"{numbers.title}: {told(numbers.gist, zone)}"), "")
        yield from (*table(numbers, zone), "", *_wrapped(numbers.definition))


def _wrapped(words: str, lead: str = "") -> Iterator[str]:
    """Rows of at most `_WIDTH` cells, the first behind `lead`, the others as far in."""
    row, *rest = words.split()
    for word in rest:
        if cell_len(f"{lead}{row} {word}") > _WIDTH:
            yield lead + row
            lead, row = " " * len(lead), word
        else:
            row += f" {word}"
    yield lead + row


def markdown(reports: Iterable[Numbers], zone: tzinfo) -> Iterator[str]:
    """Each report under its heading, with its definition."""
    for numbers in reports:
        yield f"## {numbers.title}\n\n{told(numbers.gist, zone)}\n"
        yield f"| {' | '.join(column.head for column in numbers.columns)} |"
        yield f"|{'---|' * len(numbers.columns)}"
        for row in numbers.rows:
            yield f"| {' | '.join(shown(cell, zone).replace('|', '/') for cell in row)} |"
        yield f"\n{numbers.definition}\n"


def csv_text(numbers: Numbers) -> str:
    """One report as CSV, its columns named in the first line."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(column.name for column in numbers.columns)
    writer.writerows([stored(cell) for cell in row] for row in numbers.rows)
    return written.getvalue().rstrip("\n")


def record(numbers: Numbers, zone: tzinfo) -> dict[str, Any]:
    """One report for JSON, its rows by the columns' names."""
    names = [column.name for column in numbers.columns]
    return {
        "name": numbers.name,
        "title": numbers.title,
        "definition": numbers.definition,
        "gist": told(numbers.gist, zone),
        "rows": [dict(zip(names, map(stored, row), strict=True)) for row in numbers.rows],
    }
