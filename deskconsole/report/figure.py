"""What every figure of a report has: a name, a definition that is shown, columns and rows."""

from abc import ABC, abstractmethod
from array import array
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from deskconsole.frozen import Record
from deskconsole.model import Policy, Status
from deskconsole.report.span import Span
from deskconsole.report.story import Story

# Counts, shares (floats from 0 to 1), lengths of time, days, instants, statuses, words; None where
# there is nothing to tell.
Cell = int | float | timedelta | date | datetime | Status | str | None


# A sentence in parts, of which those that are no words are told as cells are.
Gist = tuple[Cell, ...]


class Shape(StrEnum):
    """How rows are drawn: the first column along, the others up."""

    LINES = "lines"  # a line for each plotted column
    BANDS = "bands"  # a line for each plotted column, on top of the one before
    BARS = "bars"  # a bar for each row, of the first plotted column
    NONE = "none"


class Column(Record):
    """A column: its name in JSON and CSV, its short head for people, whether it is drawn."""

    name: str
    head: str
    plotted: bool = False


class Numbers(Record):
    """A figure of a desk: what it is called, how it is defined, its gist, and its rows.

    Those go along days or weeks where it is `by_time`. What is `of_now` is of no span of time.
    """

    name: str
    title: str
    definition: str
    gist: Gist
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shape: Shape = Shape.NONE
    by_time: bool = False
    of_now: bool = False


class Figure(ABC):
    """Something that is counted: told every ticket's story once, it then has its rows."""

    name: ClassVar[str]
    title: ClassVar[str]
    definition: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    shape: ClassVar[Shape] = Shape.NONE
    by_time: ClassVar[bool] = False
    of_now: ClassVar[bool] = False

    def __init__(self, span: Span) -> None:
        self.span = span

    def under(self, policy: Policy) -> None:  # noqa: B027  # most follow from the log alone
        """Count under this policy of the desk."""

    @abstractmethod
    def add(self, story: Story) -> None:
        """Count one ticket in."""

    @abstractmethod
    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """What was counted, by the columns."""

    @abstractmethod
    def gist(self) -> Gist:
        """The figure in a sentence."""

    def numbers(self) -> Numbers:
        """The figure as it is shown."""
        return Numbers(
            self.name,
            self.title,
            self.definition,
            self.gist(),
            self.columns,
            tuple(self.rows()),
            self.shape,
            self.by_time,
            self.of_now,
        )


class Lengths:
    """Lengths of time, of which the middle and the long ones are asked for."""

    def __init__(self) -> None:
        self._seconds = array("d")

    def __len__(self) -> int:
        return len(self._seconds)

    def add(self, seconds: float) -> None:
        """Count one more."""
        self._seconds.append(seconds)

    def at(self, share: float) -> timedelta | None:
        """What `share` of them do not exceed, between two of them in proportion; None of none.

        Linear interpolation, as spreadsheets and pandas have it.
        """
        if not self._seconds:
            return None
        ordered = sorted(self._seconds)
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        gap = ordered[above] - ordered[below]
        return timedelta(seconds=ordered[below] + gap * (place - below))

    def cells(self) -> tuple[Cell, Cell, Cell]:
        """How many, the median and the 85th percentile."""
        return (len(self), self.at(0.5), self.at(0.85))


LENGTH_COLUMNS = (
    Column("count", "count"),
    Column("median", "median", plotted=True),
    Column("p85", "85 %", plotted=True),
)
SHARES = "Half of them take at most the median, 85 of 100 at most the 85th percentile."


def length(time: timedelta | None) -> str:
    """A length of time in two units at most: `40s`, `12m`, `3h 20m`, `5d 4h`; `-` for none."""
    if time is None:
        return "-"
    seconds = round(time.total_seconds())
    for size, unit, smaller, part in ((86400, "d", 3600, "h"), (3600, "h", 60, "m")):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            return f"{whole}{unit} {rest // smaller}{part}" if rest >= smaller else f"{whole}{unit}"
    return f"{seconds // 60}m" if seconds >= 60 else f"{seconds}s"


def share(part: int, whole: int) -> float | None:
    """From 0 to 1; None of nothing."""
    return part / whole if whole else None
