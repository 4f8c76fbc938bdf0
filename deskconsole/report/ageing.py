"""What is open now, for how long, and what is stuck on whom."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from heapq import nsmallest

from deskconsole.model import Status, ref
from deskconsole.report.figure import Cell, Column, Figure, Gist, Shape
from deskconsole.report.span import Span
from deskconsole.report.story import Story
from deskconsole.terms import NOBODY
from deskconsole.words import plural

_DAY = 86400  # seconds
# Up to how long a stay is in a bucket; the last has no end.
_BUCKETS = ((_DAY, "< 1d"), (3 * _DAY, "1-3d"), (7 * _DAY, "3-7d"), (28 * _DAY, "1-4w"))
_OLDER = "> 4w"
_OPEN = [status for status in Status if not status.closed]
_MOST = 20  # tickets that are named
# Where the clock sees to it that nothing stays for ever.
_MINDED = (Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_CUSTOMER_APPROVAL)

_Long = tuple[datetime, int, Story]  # since when, which ticket, and its story


class Ageing(Figure):
    name = "ageing"
    title = "Ageing of open work"
    definition = (
        "The tickets that are open now, by status and by how long they have been in it, and the "
        "one that has been there longest."
    )
    columns = (
        Column("status", "status"),
        Column("open", "open", plotted=True),
        *(
            Column(name, head)
            for name, head in zip(
                ("under_1_day", "1_to_3_days", "3_to_7_days", "1_to_4_weeks", "over_4_weeks"),
                (*(head for _, head in _BUCKETS), _OLDER),
                strict=True,
            )
        ),
        Column("oldest", "oldest"),
        Column("oldest_for", "for"),
    )
    shape = Shape.BARS
    of_now = True

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._buckets: dict[Status, Counter[int]] = {status: Counter() for status in _OPEN}
        self._oldest: dict[Status, tuple[datetime, int]] = {}

    def add(self, story: Story) -> None:
        """Count it where it is."""
        here = story.now
        if here.status.closed:
            return
        seconds = here.seconds(self.span.now)
        bucket = next(
            (at for at, (most, _) in enumerate(_BUCKETS) if seconds < most), len(_BUCKETS)
        )
        self._buckets[here.status][bucket] += 1
        mine = (here.entered, story.ticket)
        self._oldest[here.status] = min(self._oldest.get(here.status, mine), mine)

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each open status."""
        return [self._row(status) for status in _OPEN]

    def _row(self, status: Status) -> tuple[Cell, ...]:
        buckets = self._buckets[status]
        counts = (buckets[at] for at in range(len(_BUCKETS) + 1))
        oldest = self._oldest.get(status)
        named = (ref(oldest[1]), self.span.now - oldest[0]) if oldest else (None, None)
        return (status, buckets.total(), *counts, *named)

    def gist(self) -> Gist:
        """How many, and the oldest of all."""
        there = sum(buckets.total() for buckets in self._buckets.values())
        if not there:
            return ("nothing is open",)
        status = min(self._oldest, key=lambda status: self._oldest[status])
        since, number = self._oldest[status]
        return (
            f"{plural(there, 'ticket')} open; longest {ref(number)}, in ",
            status,
            " for ",
            self.span.now - since,
        )


class Stuck(Figure):
    name = "stuck"
    title = "What is stuck, on whom, since when"
    definition = (
        f"The {_MOST} open tickets that have been in their status longest: since when, whose they "
        "are, and on whom they wait: a team, an engineer, an outside party, or who has them. Those "
        "that wait on the customer are left out: the clock minds them."
    )
    columns = (
        Column("ticket", "ticket"),
        Column("status", "status"),
        Column("for", "for"),
        Column("since", "since"),
        Column("waits_on", "on"),
        Column("assignee", "whose"),
    )
    of_now = True

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._longest: list[_Long] = []

    def add(self, story: Story) -> None:
        """Keep it if it is among those that are longest where they are."""
        here = story.now
        if here.status.closed or here.status in _MINDED:
            return
        self._longest.append((here.entered, story.ticket, story))
        if len(self._longest) >= 20 * _MOST:
            self._longest = self._first()

    def _first(self) -> list[_Long]:
        return nsmallest(_MOST, self._longest, key=lambda one: one[:2])

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each ticket, the longest first."""
        now = self.span.now
        return [
            (ref(number), story.now.status, now - since, since, story.awaited, story.assignee)
            for since, number, story in self._first()
        ]

    def gist(self) -> Gist:
        """The first of them, and how many are nobody's."""
        first = self._first()
        if not first:
            return ("nothing that is ours to do",)
        since, number, story = first[0]
        loose = sum(story.assignee == NOBODY for *_, story in first)
        of = f"; without an assignee: {loose} of {len(first)}" if loose else ""
        return (
            f"{ref(number)}, in ",
            story.now.status,
            " for ",
            self.span.now - since,
            f", on {story.awaited}{of}",
        )
