"""The desk's own words as frozen records: what every other module speaks in.

Instants are aware `datetime`s in UTC; dates are calendar days in the desk's zone.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from deskconsole.frozen import Record
from deskconsole.terms import CLOSED_COUNTED as CLOSED_COUNTED
from deskconsole.terms import CLOSED_SHOWN as CLOSED_SHOWN
from deskconsole.terms import EXPIRY as EXPIRY
from deskconsole.terms import FADES as FADES
from deskconsole.terms import FAR as FAR
from deskconsole.terms import NOBODY as NOBODY
from deskconsole.terms import PRESSING as PRESSING
from deskconsole.terms import SOON as SOON
from deskconsole.terms import CloneState as CloneState
from deskconsole.terms import Doing as Doing
from deskconsole.terms import HoldKind as HoldKind
from deskconsole.terms import Matter as Matter
from deskconsole.terms import Order as Order
from deskconsole.terms import Priority as Priority
from deskconsole.terms import Relation as Relation
from deskconsole.terms import Role as Role
from deskconsole.terms import Status as Status
from deskconsole.terms import Step as Step
from deskconsole.terms import Verb as Verb
from deskconsole.terms import WaitsOn as WaitsOn
from deskconsole.terms import Warned as Warned
from deskconsole.terms import ref as ref

# A ticket's place in its column, by the column's order: see `Ticket.key`.
Key = tuple[int | datetime, ...]


class Person(Record):
    """Customers are known by their address, everybody else by their name (the login)."""

    id: int
    name: str
    email: str | None
    role: Role

    @property
    def handle(self) -> str:
        """The one word that finds this person again: an address or a login."""
        return self.email if self.role is Role.CUSTOMER and self.email else self.name


class Actor(Record):
    """Who acts, and in what capacity: a technician who writes in by mail acts as a customer.

    Without a person it is the clock, or a viewer whom the desk does not know.
    """

    person: Person | None
    role: Role

    @property
    def name(self) -> str:
        if self.person is None:
            return "the clock" if self.role is Role.CLOCK else "a guest"
        return self.person.name


CLOCK = Actor(None, Role.CLOCK)


class Presence(Record):
    """Somebody at a ticket, as their console said last; it says so anew while it stays."""

    name: str
    ticket: int
    doing: Doing
    seen_at: datetime

    def lasts(self, now: datetime) -> bool:
        """Whether it still counts: a console may be gone without a word."""
        return now - self.seen_at < FADES


class Clone(Record):
    """A team's copy of a ticket, numbered from 1 within it.

    `tracker` is the reference in an outside tracker; a clone that has one moves only with it.
    """

    number: int
    team: str
    state: CloneState
    title: str
    tracker: str | None = None
    engineer: str | None = None


class Hold(Record):
    """Why a ticket is on hold; `until` is the day to review it, if one was set."""

    kind: HoldKind
    whom: str
    until: date | None = None


class Ticket(Record):
    """A ticket as its row and clones stand.

    `deadline` is the instant at which the clock closes it (only while it waits on a customer);
    `reopen_until` the instant up to which a customer's message reopens it (only while closed);
    `resume_to` where it goes from hold; `follows` the ticket it came out of, `duplicate_of` the
    one that it was closed for; `spent` the minutes that notes tell of; `version` the id of its
    last event, by which a stale screen is told apart; `promised_at` when the next promise about it
    is broken, or the first that is and still open was (None while nothing is promised, or its time
    stands still).
    """

    number: int
    title: str
    reporter: Person
    priority: Priority
    status: Status
    opened_at: datetime
    entered_at: datetime
    tags: tuple[str, ...] = ()
    assignee: Person | None = None
    deadline: datetime | None = None
    resume_to: Status | None = None
    hold: Hold | None = None
    reason: str | None = None
    closed_at: datetime | None = None
    reopen_until: datetime | None = None
    reopened: int = 0
    replied_at: datetime | None = None
    follows: int | None = None
    duplicate_of: int | None = None
    spent: int = 0
    clones: tuple[Clone, ...] = ()
    version: int = 0
    promised_at: datetime | None = None

    @property
    def ref(self) -> str:
        return f"SD-{self.number}"

    @property
    def attention(self) -> int:
        """How soon it wants to be looked at, 0 first: where the customer replied, then urgency."""
        return int(self.priority) + (0 if self.replied_at else len(Priority))

    @property
    def due(self) -> datetime:
        """When something happens to it by itself: its deadline, or the day to review its hold."""
        if self.deadline is not None:
            return self.deadline
        if self.hold is not None and self.hold.until is not None:
            return datetime.combine(self.hold.until, time(), UTC)
        return FAR

    def key(self, order: Order) -> Key:
        """Its place in its column, which is sorted by `order`; no two tickets share one."""
        if self.status.closed or order is Order.AGE:
            return (self.entered_at, self.number)
        match order:
            case Order.ATTENTION:
                return (self.attention, self.entered_at, self.number)
            case Order.PRIORITY:
                return (int(self.priority), self.entered_at, self.number)
            case Order.DEADLINE:
                return (self.due, self.number)
            case Order.PROMISE:
                return (self.promised_at or FAR, self.number)
            case Order.UPDATED:
                return (self.version,)


class Brings(Record):
    """What an act brings, under the names of the command line's options and the import format.

    `for_customer` marks a customer's own word recorded by a technician. `at_once` marks an event
    that followed from the one before it in the same transaction. `deadline` and `reopen_until`
    record what the desk's policy gave at the time, so that history replays under any policy.
    `follows` and `duplicate_of` are ticket numbers; an edit takes one away with 0. `minutes` is
    the time that a note tells of.
    `undoes` is the ticket's event, counted from 1, that an undo or redo takes back, and `undone`
    the verb that it is about.
    """

    message: str | None = None
    reason: str | None = None
    team: str | None = None
    title: str | None = None
    tracker: str | None = None
    clone: int | None = None
    step: Step | None = None
    engineer: str | None = None
    kind: HoldKind | None = None
    whom: str | None = None
    until: date | None = None
    for_customer: bool = False
    automatic: bool = False
    approve: bool = False
    assignee: str | None = None
    priority: Priority | None = None
    follows: int | None = None
    duplicate_of: int | None = None
    minutes: int | None = None
    tags: tuple[str, ...] | None = None
    status: Status | None = None
    at_once: bool = False
    deadline: datetime | None = None
    reopen_until: datetime | None = None
    undoes: int | None = None
    undone: Verb | None = None


class Event(Record):
    """One change of one ticket; ids follow commit order across the desk.

    `act` is the id of the first event of the act that it belongs to, which is undone as one.
    """

    id: int
    ticket: int
    at: datetime
    verb: Verb
    by: Actor
    source: Status | None
    target: Status
    brings: Brings
    public: bool = False
    act: int = 0

    @property
    def moved(self) -> bool:
        return self.source is not self.target


class Dossier(Record):
    """All there is on one ticket at one moment: its timeline, watchers and related tickets.

    `policy` is what its promises follow from; None where they are nobody's business.
    """

    ticket: Ticket
    events: tuple[Event, ...] = ()
    watchers: tuple[Person, ...] = ()
    related: tuple[tuple[Relation, Ticket], ...] = ()
    policy: "Policy | None" = None


class Overview(Record):
    """The desk in numbers, and its latest moves, newest first.

    `waiting` counts open tickets by who has to do something next. `unassigned` are open tickets
    that nobody has; `overdue` those whose deadline, day of review or promise has passed; `closing`
    those that the clock closes within a day. `oldest` is the open ticket that was opened first;
    `changed_at` when anything happened last.
    """

    waiting: Mapping[WaitsOn, int]
    unassigned: int
    overdue: int
    closing: int
    oldest: "Ticket | None"
    moves: tuple[Event, ...]
    changed_at: datetime | None

    @property
    def open(self) -> int:
        return sum(self.waiting.values())


class Change(Record):
    """One event to be: the ticket as it is after it, and what is recorded of it.

    `public` says who reads `brings.message`; it means nothing where there is no message.
    """

    ticket: Ticket
    verb: Verb
    by: Actor
    at: datetime
    source: Status | None
    brings: Brings
    public: bool = False


class Period(Record):
    """A length of desk time; weeks and days are calendar ones, hours and minutes elapsed ones."""

    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0

    def __str__(self) -> str:
        parts = [
            f"{count} {unit if count != 1 else unit[:-1]}"
            for unit, count in (
                ("weeks", self.weeks),
                ("days", self.days),
                ("hours", self.hours),
                ("minutes", self.minutes),
            )
            if count
        ]
        return " ".join(parts) or "0 days"


class Policy(Record):
    """What the desk promises, kept in the desk itself so that everybody agrees on it.

    `teams` empty: any team name is taken. `limits` say how many tickets a status should have at
    most; they are shown, not enforced. `link` is where others find a ticket, with `{ticket}`
    (SD-12) or `{number}` (12) in it. `targets` are promised in working time: `working_hours` (see
    `worktime.hours_of`) on days that are none of the `holidays`.
    """

    timezone: str = "UTC"
    approval_period: Period = Period(weeks=1)
    response_period: Period = Period(weeks=2)
    reopen_window: Period = Period(days=14)
    teams: tuple[str, ...] = ()
    link: str = "deskconsole show {ticket}"
    limits: tuple["Limit", ...] = ()
    targets: tuple["Target", ...] = ()
    working_hours: str = "mon-fri 09:00-17:00"
    holidays: str = ""

    def limit(self, status: Status) -> int | None:
        """How many tickets a status should have at most, if that is set."""
        return next((limit.most for limit in self.limits if limit.status is status), None)


class Limit(Record):
    """The most tickets that should be in a status at a time."""

    status: Status
    most: int

    def __str__(self) -> str:
        return f"{self.status.slug} {self.most}"


class Target(Record):
    """What is promised of tickets of a priority, in working time: each a period, or `none`."""

    priority: Priority
    first: str
    resolution: str

    def __str__(self) -> str:
        return f"{self.priority.word} {self.first} / {self.resolution}"


class View(Record):
    """A saved view, shared by the desk: what is shown (a query) and in which order."""

    name: str
    query: str
    order: Order


class Canned(Record):
    """A text to write again, found by its name; of one team, or of everybody where `team` is ''."""

    team: str
    name: str
    body: str


class Settlement(Record):
    """Something settled at the desk: who changed what of a matter, from which words to which.

    `before` is None where there was nothing of that name yet, `after` where there is no more.
    """

    id: int
    at: datetime
    by: Actor
    matter: Matter
    name: str
    before: str | None
    after: str | None


class Holding(Record):
    """The open tickets that somebody has, or nobody where there is no person.

    `open` counts them by status; `since` is when the one entered its status that is longest there.
    """

    person: Person | None
    open: Mapping[Status, int]
    since: datetime | None = None

    @property
    def total(self) -> int:
        return sum(self.open.values())

    @property
    def name(self) -> str:
        return self.person.name if self.person else NOBODY


class Alerts(Record):
    """What a person asked to be told about; `unassigned` is for how long a ticket was nobody's."""

    urgent: bool = False
    overdue: bool = False
    unassigned: Period | None = None

    def __str__(self) -> str:
        nobodys = f"{Warned.UNASSIGNED} {self.unassigned}" if self.unassigned else ""
        parts = (Warned.URGENT * self.urgent, Warned.OVERDUE * self.overdue, nobodys)
        return ", ".join(filter(None, parts))


class Alert(Record):
    """A ticket to be told of: why, and since when; the same one is told once."""

    why: Warned
    ticket: int
    title: str
    since: datetime


class PublicKey(Record):
    """A person's public key of SSH: its kind and body as a `.pub` file has them, and a comment.

    `fingerprint` is what `ssh-keygen -l` and sshd say of it, `SHA256:` and more.
    """

    fingerprint: str
    kind: str
    body: str
    comment: str = ""


class Window(Record):
    """Which part of a column is wanted: `before` cards above the place `at` and `after` from it on.

    Without `at`, the first `after` cards; with `end`, the last `after` cards.
    """

    at: Key | None = None
    before: int = 0
    after: int = 40
    end: bool = False


class Column(Record):
    """A window on one column: its cards in order, and whether more lie above or below them.

    `count` is of the whole column, or with `more` of a part of it; `oldest` is since when its
    longest resident is there, if that is known.
    """

    status: Status
    count: int = 0
    more: bool = False
    oldest: datetime | None = None
    cards: tuple[Ticket, ...] = ()
    above: bool = False
    below: bool = False


class Board(Record):
    """All nine columns as they stood after event `upto`."""

    upto: int
    columns: Mapping[Status, Column]
