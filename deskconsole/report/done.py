"""How work ends: who resolves it, how it closes, and how much of it comes back."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from deskconsole.model import CLOCK, Role, Status, Verb
from deskconsole.report.figure import Cell, Column, Figure, Gist, Shape, share
from deskconsole.report.span import Span
from deskconsole.report.story import UNDONE, Story
from deskconsole.words import plural

_ENDING = frozenset({Verb.RESOLVE, Verb.DELIVER, Verb.DECLINE, Verb.CANCEL})
_CLOSED = [status for status in Status if status.closed]


class Throughput(Figure):
    name = "throughput"
    title = "Throughput"
    definition = (
        "By week of the desk, which begins on Monday: the moves that ended our work on a ticket, "
        "resolve, deliver, decline and cancel, by who made them, customers aside. A ticket that "
        f"comes back and is resolved again counts again. {UNDONE}"
    )
    columns = (
        Column("week", "week of"),
        Column("technician", "who"),
        Column("resolved", "resolved", plotted=True),
    )
    shape = Shape.BARS
    by_time = True

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._made: Counter[tuple[date, str]] = Counter()

    def add(self, story: Story) -> None:
        """Count the moves that ended our work on it."""
        for stay in story.stays[1:]:
            event = stay.by
            if (
                event.verb in _ENDING
                and event.role is not Role.CUSTOMER
                and self.span.has(event.at)
            ):
                self._made[self.span.week(event.at), event.actor or CLOCK.name] += 1

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each week and person, who made most of them first."""
        made = sorted(self._made.items(), key=lambda one: (one[0][0], -one[1], one[0][1]))
        return [(week, name, count) for (week, name), count in made]

    def gist(self) -> Gist:
        """How many, by whom most."""
        people: Counter[str] = Counter()
        for (_, name), count in self._made.items():
            people[name] += count
        if not people:
            return ("nothing was resolved",)
        most = ", ".join(
            f"{name} {count:,}"
            for name, count in sorted(people.items(), key=lambda one: (-one[1], one[0]))[:3]
        )
        by = plural(len(people), "person", "people")
        return (f"{people.total():,} resolved by {by}; {most}",)


class Reopened(Figure):
    name = "reopened"
    title = "Reopened"
    definition = (
        "Of the closings since then, how many were followed by a reopening of the ticket, by the "
        f"status that it was closed in. {UNDONE}"
    )
    columns = (
        Column("status", "status"),
        Column("closed", "closed"),
        Column("reopened", "reopened"),
        Column("share", "share"),
    )

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._closed: Counter[Status] = Counter()
        self._reopened: Counter[Status] = Counter()

    def add(self, story: Story) -> None:
        """Count its closings in the span, and which of them did not last."""
        for stay in story.closings:
            if self.span.has(stay.entered):
                self._closed[stay.status] += 1
                self._reopened[stay.status] += stay.left is not None

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each closed status."""
        return [
            (
                status,
                self._closed[status],
                self._reopened[status],
                share(self._reopened[status], self._closed[status]),
            )
            for status in _CLOSED
        ]

    def gist(self) -> Gist:
        """The rate."""
        closed, back = self._closed.total(), self._reopened.total()
        return (f"{back:,} of {plural(closed, 'closing')} did not last: ", share(back, closed))


class Closings(Figure):
    name = "closings"
    title = "How tickets close"
    definition = (
        "The closings since then by the move that closed: on somebody's word, or by the clock, "
        f"which closes for no answer. {UNDONE}"
    )
    columns = (
        Column("closed_by", "closed by"),
        Column("status", "as"),
        Column("count", "count", plotted=True),
        Column("share", "share"),
    )
    shape = Shape.BARS

    _WAYS = (
        (Verb.APPROVE, Status.DONE, "approved"),
        (Verb.EXPIRE, Status.DONE, "the clock"),
        (Verb.EXPIRE, Status.CANCELED, "the clock"),
        (Verb.CANCEL, Status.CANCELED, "canceled"),
        (Verb.DECLINE, Status.DECLINED, "declined"),
    )

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._closed: Counter[tuple[Verb, Status]] = Counter()

    def add(self, story: Story) -> None:
        """Count its closings in the span."""
        for stay in story.closings:
            if self.span.has(stay.entered):
                self._closed[stay.by.verb, stay.status] += 1

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each way to close."""
        whole = self._closed.total()
        return [
            (words, status, self._closed[verb, status], share(self._closed[verb, status], whole))
            for verb, status, words in self._WAYS
        ]

    def gist(self) -> Gist:
        """How many the clock closed."""
        whole = self._closed.total()
        clock = sum(count for (verb, _), count in self._closed.items() if verb is Verb.EXPIRE)
        return (f"the clock closed {clock:,} of {whole:,}: ", share(clock, whole))
