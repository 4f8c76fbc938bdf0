"""A ticket's life as the log tells it: where it stayed, and what was taken back left out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from operator import attrgetter

from deskconsole.lifecycle.taken_back import what_stands
from deskconsole.model import NOBODY, Priority, Status, Step, Verb
from deskconsole.promises import answers
from deskconsole.store.log import LogRow

UNDONE = "What was taken back with undo is not counted; done again, it counts from its first time."

_CLONING = frozenset({Verb.CLONE, Verb.IMPORT})  # what makes a clone, where it names a team
# What ends all clones that are open, where it follows none of them.
_CLOSING = frozenset(
    {Verb.DELIVER, Verb.RETURN, Verb.CANCEL, Verb.DECLINE, Verb.RESOLVE, Verb.EXPIRE}
)


class Stay:
    """A stay in a status: from the event that led there to the one that led on, if any did."""

    __slots__ = ("by", "ended_by", "status")

    def __init__(self, by: LogRow) -> None:
        self.status: Status = by.target
        self.by = by
        self.ended_by: LogRow | None = None

    @property
    def entered(self) -> datetime:
        return self.by.at

    @property
    def left(self) -> datetime | None:
        """When it ended; None while it lasts."""
        return self.ended_by.at if self.ended_by else None

    def seconds(self, now: datetime) -> float:
        """How long it lasted, or has lasted by now."""
        return ((self.left or now) - self.entered).total_seconds()


class Story:
    """One ticket's events that stand, oldest first, and the stays that they make."""

    def __init__(self, rows: Sequence[LogRow]) -> None:
        self.events = what_stands(rows, attrgetter("undoes"))
        self.ticket = rows[0].ticket
        self.stays = [Stay(self.events[0])]
        for event in self.events[1:]:
            if event.source is not event.target:
                self.stays[-1].ended_by = event
                self.stays.append(Stay(event))

    @property
    def now(self) -> Stay:
        """The stay that lasts."""
        return self.stays[-1]

    @cached_property
    def opened(self) -> datetime | None:
        """When it came to this desk; None for one that was taken in closed."""
        return None if self.stays[0].status.closed else self.stays[0].entered

    @cached_property
    def answered(self) -> datetime | None:
        """When we first said something to the customer."""
        words = (
            event.at
            for event in self.events
            if answers(event.verb, event.role, event.public, event.for_customer)
        )
        return next(words, None)

    @property
    def closings(self) -> list[Stay]:
        """The stays in closed statuses that moves led to."""
        return [stay for stay in self.stays[1:] if stay.status.closed]

    @property
    def assignee(self) -> str:
        """Whose it is now."""
        return self._latest(event.assignee for event in self.events)

    @property
    def teams(self) -> list[str]:
        """The teams of its clones, by the clones' numbers."""
        return [event.team for event in self.events if event.team and event.verb in _CLONING]

    @property
    def priority(self) -> Priority:
        """Its priority now."""
        said = [event.priority for event in self.events if event.priority is not None]
        return said[-1] if said else Priority.NORMAL

    @property
    def awaited(self) -> str:
        """On whom it waits: the teams or engineers of its open clones, whom a hold awaits; else
        whose it is.
        """
        match self.now.status:
            case Status.SCOPING_WITH_TEAM:
                return _listed(team for team, _ in self._open_clones())
            case Status.IN_PROGRESS:
                return _listed(engineer for _, engineer in self._open_clones())
            case Status.BLOCKED:
                return self._latest(event.whom for event in self.events)
        return self.assignee

    def _open_clones(self) -> Iterable[tuple[str, str | None]]:
        """The team of each clone that is open, and who develops it, if anybody does."""
        clones: dict[int, tuple[str, str | None]] = {}
        made = 0
        for event in self.events:
            if event.team and event.verb in _CLONING:
                made += 1
                clones[made] = (event.team, None)
            elif event.step in (Step.DONE, Step.DROP):
                clones.pop(event.clone or 0, None)
            elif event.clone in clones and event.step is not None:
                clones[event.clone] = (clones[event.clone][0], event.engineer)
            elif event.verb is Verb.SHELVE:
                clones = {number: (team, None) for number, (team, _) in clones.items()}
            elif event.verb in _CLOSING:
                clones.clear()
        return clones.values()

    @staticmethod
    def _latest(names: Iterable[str | None]) -> str:
        named = [name for name in names if name]
        return named[-1] if named else NOBODY


def _listed(names: Iterable[str | None]) -> str:
    """Names, each once; `nobody` of none."""
    return ", ".join(dict.fromkeys(name for name in names if name)) or NOBODY
