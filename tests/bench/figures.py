"""What was measured: samples of each row of each program, and their medians, p95 and worst."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Subject:
    """A program that was measured, and how many tickets it was given; 0 for the floor."""

    name: str
    size: int = 0

    def __str__(self) -> str:
        return f"{self.name}, {self.size:,}" if self.size else self.name


@dataclass(slots=True)
class Series:
    """The samples of one row of one subject.

    `values` are in the row's own unit; `settled` (ms), `bytes` and `frames` are kept where a key
    was pressed. `missed` counts what was never answered.
    """

    values: list[float] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    missed: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        return percentile(self.values, 95)

    @property
    def worst(self) -> float:
        return max(self.values)

    @property
    def sent(self) -> int:
        """The median of the bytes that a key sent."""
        return round(statistics.median(self.bytes))

    @property
    def settling(self) -> float:
        """The median time until nothing changed any more, in ms."""
        return statistics.median(self.settled)


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest of the values that `share` percent of them do not exceed."""
    ranked = sorted(values)
    return ranked[max(math.ceil(len(ranked) * share / 100) - 1, 0)]


class Figures:
    """Every series of a run, and why something could not be measured: a subject in a group of
    rows, or at all where the group is not named."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, Subject], Series] = {}
        self.unmeasured: dict[tuple[Subject, str], str] = {}

    def of(self, row: str, subject: Subject) -> Series:
        """The series to add samples to."""
        return self._series.setdefault((row, subject), Series())

    def get(self, row: str, subject: Subject) -> Series | None:
        """The series, if anything was measured."""
        series = self._series.get((row, subject))
        return series if series is not None and series.values else None

    @property
    def unanswered(self) -> list[tuple[Subject, str, int]]:
        """The subjects and rows in which nothing was ever answered, and how often it was asked."""
        return [
            (subject, row, series.missed)
            for (row, subject), series in self._series.items()
            if series.missed and not series.values
        ]

    @property
    def subjects(self) -> list[Subject]:
        """The subjects in the order in which they were first measured."""
        measured = (subject for _, subject in self._series)
        return list(dict.fromkeys(measured))
