"""How long things take: in each status, to the first answer, to the end."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from deskconsole.model import Status
from deskconsole.report.figure import (
    LENGTH_COLUMNS,
    SHARES,
    Cell,
    Column,
    Figure,
    Gist,
    Lengths,
    Shape,
)
from deskconsole.report.span import Span
from deskconsole.report.story import UNDONE, Story
from deskconsole.terms import WaitsOn
from deskconsole.words import plural

_OPEN = [status for status in Status if not status.closed]


class TimeInStatus(Figure):
    name = "times"
    title = "Time in each status"
    definition = (
        "How long stays in a status took that ended since then; a ticket that comes back to a "
        f"status begins another stay. Stays that last are not in it: see ageing. {SHARES} {UNDONE}"
    )
    columns = (Column("status", "status"), *LENGTH_COLUMNS)
    shape = Shape.BARS

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._lengths = {status: Lengths() for status in _OPEN}

    def add(self, story: Story) -> None:
        """Count its stays that ended in the span."""
        for stay in story.stays:
            if stay.left and self.span.has(stay.left) and not stay.status.closed:
                self._lengths[stay.status].add(stay.seconds(self.span.now))

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each open status."""
        return [(status, *lengths.cells()) for status, lengths in self._lengths.items()]

    def gist(self) -> Gist:
        """The status that took longest."""
        longest = max(_OPEN, key=lambda status: self._lengths[status].at(0.5) or timedelta())
        lengths = self._lengths[longest]
        if not len(lengths):
            return ("no stay in a status ended",)
        return ("longest in ", longest, ": ", *_middle(lengths, "stay"))


def _middle(lengths: Lengths, of: str) -> Gist:
    if not len(lengths):
        return ("none since then",)
    count = plural(len(lengths), of)
    return ("median ", lengths.at(0.5), ", 85 % within ", lengths.at(0.85), f", of {count}")


class _ByWeek(Figure):
    """Lengths that each belong to a week of the desk."""

    columns = (Column("week", "week of"), *LENGTH_COLUMNS)
    shape = Shape.LINES
    by_time = True

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._weeks: defaultdict[date, Lengths] = defaultdict(Lengths)
        self._all = Lengths()

    def _count(self, week: date, seconds: float) -> None:
        self._weeks[week].add(seconds)
        self._all.add(seconds)

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each week that has any."""
        return [(week, *self._weeks[week].cells()) for week in sorted(self._weeks)]

    def gist(self) -> Gist:
        """Median and 85th percentile of all of the span."""
        return _middle(self._all, "ticket")


class FirstResponse(_ByWeek):
    name = "first-response"
    title = "First response"
    definition = (
        "From a ticket's opening to our first public word to the customer, written by a person: "
        "a reply, a question, a resolution or the explanation of a decline; in the week of that "
        f"word. Notes and moves without a public message are none. {SHARES}"
    )

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._waiting = 0

    def add(self, story: Story) -> None:
        """Count its first word of ours, if that came in the span."""
        if story.opened is None:
            return
        word = story.answered
        if word is None:
            self._waiting += not story.now.status.closed
        elif self.span.has(word):
            self._count(self.span.week(word), (word - story.opened).total_seconds())

    def gist(self) -> Gist:
        """With those that still wait for a word."""
        return (*super().gist(), f"; {plural(self._waiting, 'open ticket')} without one yet")


class Resolution(_ByWeek):
    name = "resolution"
    title = "Time to resolution"
    definition = (
        "Of tickets closed since then and still closed, the time from opening to the last closing, "
        "without what was spent in Waiting for Customer and Waiting for Customer Approval, and "
        "without the time that a reopened ticket was closed before; in the week of the closing. "
        f"{SHARES} {UNDONE}"
    )

    def add(self, story: Story) -> None:
        """Count it if it was closed in the span, and is."""
        if story.opened is None or not story.now.status.closed:
            return
        closed = story.closings[-1].entered
        if self.span.has(closed):
            ours = (
                stay.seconds(self.span.now)
                for stay in story.stays
                if stay.status.waits_on not in (WaitsOn.CUSTOMER, WaitsOn.NOBODY)
            )
            self._count(self.span.week(closed), sum(ours))
