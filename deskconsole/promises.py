"""What a desk promises of each ticket: a first answer, and an end, within so much working time.

All of it follows from a ticket's log and the desk's policy, so that a changed policy shows what
would have been. The time stands still while the customer or somebody outside is awaited.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from deskconsole.calendar import parse_period, wall_time
from deskconsole.errors import BadInput
from deskconsole.frozen import Record
from deskconsole.lifecycle.access import STAFF
from deskconsole.lifecycle.taken_back import what_stands
from deskconsole.model import Event, Policy, Priority, Role, Status, Target, Ticket, Verb, WaitsOn
from deskconsole.text import clean_line
from deskconsole.words import spent
from deskconsole.worktime import WorkTime, work_time

NONE = "none"
_HOW = "write them as 'urgent 1 hour / 8 hours, high 4 hours / 2 days, low none / 10 days'"
_STANDS = frozenset({WaitsOn.CUSTOMER, WaitsOn.OUTSIDE, WaitsOn.NOBODY})
_WANTS = frozenset({Verb.OPEN, Verb.IMPORT})


Stays = Sequence[tuple[datetime, Status]]


class Kind(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first response"
    RESOLUTION = "resolution"

    @property
    def label(self) -> str:
        """What it is called before its facts."""
        return "First word" if self is Kind.FIRST_RESPONSE else "Resolution"


class State(StrEnum):
    """How a promise stands."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    BROKEN = "broken"


class Promise(Record):
    """One promise about one ticket at one moment: working time promised, and gone by.

    `due` is when it will be, or was, broken: None while its time stands still or once it is kept.
    A promise that is broken may still be `open`: what it was about has not happened yet.
    """

    kind: Kind
    promised: timedelta
    gone: timedelta
    state: State
    due: datetime | None
    open: bool

    @property
    def left(self) -> timedelta:
        """How much working time is left; negative where it is broken."""
        return self.promised - self.gone


def parse_targets(text: str) -> tuple[Target, ...]:
    """`urgent 1 hour / 8 hours, low none / 10 days` as targets by urgency; BadInput if it is none.

    A day is a working day, a week a working week.
    """
    found: dict[Priority, Target] = {}
    for part in filter(None, (part.strip() for part in clean_line(text).split(","))):
        name, _, periods = part.partition(" ")
        first, slash, resolution = periods.partition("/")
        priority = next((one for one in Priority if one.name.lower() == name.lower()), None)
        if priority is None or not slash:
            raise BadInput(f"{part!r} is no target; {_HOW}")
        if priority in found:
            raise BadInput(f"{name} is there twice; promise one thing of each priority")
        found[priority] = Target(priority, _words(first), _words(resolution))
    return tuple(found[priority] for priority in Priority if priority in found)


def check_targets(targets: Sequence[Target], policy: Policy) -> None:
    """BadInput where an end is promised before the first word, in the desk's working time."""
    time = working(policy)
    for target in targets:
        first, resolution = (_length(words, time) for words in (target.first, target.resolution))
        if first is not None and resolution is not None and first > resolution:
            raise BadInput(
                f"{target} promises the end before the first word; write the first word first"
            )


def _words(text: str) -> str:
    """A period in the words that keep it; `none` where nothing is promised."""
    text = text.strip()
    if text.lower() == NONE:
        return NONE
    period = parse_period(text)
    if not any((period.weeks, period.days, period.hours, period.minutes)):
        raise BadInput(f"{text!r} is no time at all; write a longer one, or none")
    return str(period)


def working(policy: Policy) -> WorkTime:
    """The working time of a policy."""
    return work_time(policy.working_hours, policy.holidays, policy.timezone)


def _length(words: str, time: WorkTime) -> timedelta | None:
    """The working time that a period of a target means."""
    if words == NONE:
        return None
    period = parse_period(words)
    whole = time.week * period.weeks + time.day * period.days
    return whole + timedelta(hours=period.hours, minutes=period.minutes)


def promises_of(
    ticket: Ticket, events: Sequence[Event], policy: Policy, now: datetime
) -> tuple[Promise, ...]:
    """What is promised about a ticket of whom `events` are all, oldest first, as it stands `now`.

    Its priority now counts from its beginning; what was taken back did not happen. A first response
    is the first public word of somebody who works here; a resolution is that the ticket is closed,
    where a reopened one goes on from what had gone by.
    """
    stand = what_stands(events, lambda event: event.brings.undoes)
    stays = [(event.at, event.target) for event in stand if event.moved]
    answered = next((event.at for event in stand if _answers(event)), None)
    return promises_told(ticket.priority, stays, answered, policy, now)


def promises_told(
    priority: Priority, stays: Stays, answered: datetime | None, policy: Policy, now: datetime
) -> tuple[Promise, ...]:
    """What is promised of a ticket of which so much is told: see `promises_of`.

    `stays` has when it came to which status, oldest first; `answered` is when we first answered.
    """
    target = next((one for one in policy.targets if one.priority is priority), None)
    if target is None or not stays:
        return ()
    time = working(policy)
    entered, status = stays[-1]
    ended = entered if status.closed else None
    found = []
    for kind, words, until in (
        (Kind.FIRST_RESPONSE, target.first, answered or ended),
        (Kind.RESOLUTION, target.resolution, ended),
    ):
        promised = _length(words, time)
        if promised is not None:
            found.append(_promise(kind, promised, stays, time, until, now))
    return tuple(found)


def _answers(event: Event) -> bool:
    public = event.public and bool(event.brings.message)
    return answers(event.verb, event.by.role, public, event.brings.for_customer)


def answers(verb: Verb, role: Role, public: bool, for_customer: bool) -> bool:
    """Whether an event is a word of ours to the customer: `public`, by somebody who works here.

    What they wrote for the customer, or opened the ticket with, is none: it says what is wanted.
    """
    return public and role in STAFF and not for_customer and verb not in _WANTS


def _promise(
    kind: Kind,
    promised: timedelta,
    stays: Stays,
    time: WorkTime,
    until: datetime | None,
    now: datetime,
) -> Promise:
    end = now if until is None else until
    gone, due = timedelta(), None
    for at, (start, status) in enumerate(stays):
        stop = min(stays[at + 1][0], end) if at + 1 < len(stays) else end
        if status.waits_on in _STANDS:
            continue
        more = time.between(start, stop)
        if due is None and gone + more >= promised:  # from that instant on it is broken
            due = time.after(start, promised - gone)
        gone += more
    if due is not None:
        return Promise(kind, promised, gone, State.BROKEN, due, until is None)
    if until is not None:
        return Promise(kind, promised, gone, State.KEPT, None, False)
    if stays[-1][1].waits_on in _STANDS:
        return Promise(kind, promised, gone, State.PAUSED, None, True)
    return Promise(kind, promised, gone, State.RUNNING, time.after(now, promised - gone), True)


def promised_at(
    ticket: Ticket, events: Sequence[Event], policy: Policy, now: datetime
) -> datetime | None:
    """When the next promise about a ticket is broken, or the first of those still open was.

    None where nothing is promised any more, or its time stands still.
    """
    promises = promises_of(ticket, events, policy, now)
    return min((one.due for one in promises if one.open and one.due is not None), default=None)


def promise_words(promise: Promise, zone: str) -> str:
    """How a promise stands, in working time: `3h left of 8h, until 2026-05-31 14:00`."""
    whole = _hours(promise.promised)
    due = f"{wall_time(promise.due, zone)}" if promise.due else ""
    match promise.state:
        case State.KEPT:
            return f"kept, {_hours(promise.gone)} of {whole}"
        case State.PAUSED:
            return f"paused, {_hours(promise.left)} left of {whole}"
        case State.RUNNING:
            return f"{_hours(promise.left)} left of {whole}, until {due}"
        case State.BROKEN:
            return f"broken on {due}, {_hours(-promise.left)} over the {whole} promised"


def _hours(length: timedelta) -> str:
    return spent(int(length / timedelta(minutes=1)))
