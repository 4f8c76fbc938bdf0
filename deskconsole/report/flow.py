"""How tickets come and go: the cumulative flow of the desk, day by day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from deskconsole.model import Status
from deskconsole.report.figure import Cell, Column, Figure, Gist, Shape
from deskconsole.report.span import Span
from deskconsole.report.story import Story
from deskconsole.words import plural

_OPEN = [status for status in Status if not status.closed]
_DAY = timedelta(days=1)


class Flow(Figure):
    name = "flow"
    title = "Flow"
    definition = (
        "By day of the desk: tickets opened, reopened and closed, and how many stood open at its "
        "end, in all and in each status; of today, now. Drawn one above the other: a band that "
        "widens is work that piles up. A ticket that was taken in closed was neither opened nor "
        "closed here."
    )
    columns = (
        Column("day", "day"),
        Column("opened", "opened"),
        Column("reopened", "reopened"),
        Column("closed", "closed"),
        Column("open", "open"),
        *(Column(status.slug, status.letter, plotted=True) for status in _OPEN),
    )
    shape = Shape.BANDS
    by_time = True

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._opened: Counter[date] = Counter()
        self._reopened: Counter[date] = Counter()
        self._closed: Counter[date] = Counter()
        self._change: Counter[tuple[date, Status]] = Counter()  # of how many are in a status
        self._first = span.today  # the first day on which anything happened

    def add(self, story: Story) -> None:
        """Count the days on which it entered and left each status."""
        self._first = min(self._first, self.span.day(story.stays[0].entered))
        if story.opened is not None:
            self._count(self._opened, story.opened)
        for before, stay in zip((None, *story.stays), story.stays, strict=False):
            if stay.status.closed:
                if before is not None and not before.status.closed:
                    self._count(self._closed, stay.entered)
                continue
            if before is not None and before.status.closed:
                self._count(self._reopened, stay.entered)
            self._change[self._day(stay.entered), stay.status] += 1
            if stay.left is not None:
                self._change[self._day(stay.left), stay.status] -= 1

    def _count(self, days: Counter[date], at: datetime) -> None:
        if self.span.has(at):
            days[self.span.day(at)] += 1

    def _day(self, at: datetime) -> date:
        """Its day; of all that was before the span, the day before it."""
        return self.span.day(at) if self.span.has(at) else self.span.since - _DAY

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each day since the span began, or since the first ticket."""
        before = self.span.since - _DAY
        stand = {status: self._change[before, status] for status in _OPEN}
        rows: list[tuple[Cell, ...]] = []
        day = max(self.span.since, self._first)
        while day <= self.span.today:
            for status in _OPEN:
                stand[status] += self._change[day, status]
            counts = (self._opened[day], self._reopened[day], self._closed[day])
            rows.append((day, *counts, sum(stand.values()), *stand.values()))
            day += _DAY
        return rows

    def gist(self) -> Gist:
        """What came, what went, what is there."""
        opened, reopened, closed = (
            days.total() for days in (self._opened, self._reopened, self._closed)
        )
        there = self._change.total()
        again = f", {reopened:,} reopened" if reopened else ""
        return (f"{plural(opened, 'ticket')} opened{again}, {closed:,} closed; {there:,} open now",)
