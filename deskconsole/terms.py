"""The desk's own words: statuses, roles, verbs and what else has a fixed set of names.

They need nothing but the standard library's cheapest, so that the first sight of a desk can speak
in them too; `model` has them beside the records that they are used in.
"""

from datetime import UTC, datetime, timedelta
from enum import Enum, IntEnum, StrEnum

PRESSING = timedelta(hours=2)  # before a promise is broken, from when that is pointed out
SOON = timedelta(days=2)  # before the clock closes a ticket, from when that is pointed out
FADES = timedelta(seconds=90)  # after which nobody counts on a console that says nothing
FAR = datetime.max.replace(tzinfo=UTC)  # when a ticket is due that never is
CLOSED_SHOWN = timedelta(days=14)  # how far back the board shows closed tickets
CLOSED_COUNTED = 10_000  # of those; where there are more, it says so
NOBODY = "nobody"  # whom a ticket is assigned to that is nobody's


class WaitsOn(StrEnum):
    """Who has to do something next."""

    US = "us"
    CUSTOMER = "the customer"
    ENGINEERING = "engineering"
    OUTSIDE = "outside"
    NOBODY = "nobody"


class Status(Enum):
    """The nine statuses of the status guide, in its order; the value is the slug."""

    slug: str
    title: str
    letter: str
    waits_on: WaitsOn

    WAITING_FOR_SUPPORT = (
        "waiting-for-support",
        "Waiting for Support",
        "S",
        WaitsOn.US,
    )
    WAITING_FOR_CUSTOMER = (
        "waiting-for-customer",
        "Waiting for Customer",
        "C",
        WaitsOn.CUSTOMER,
    )
    SCOPING_WITH_TEAM = (
        "scoping-with-team",
        "Scoping with Team",
        "T",
        WaitsOn.ENGINEERING,
    )
    IN_PROGRESS = ("in-progress", "In Progress", "P", WaitsOn.ENGINEERING)
    BLOCKED = ("blocked", "Blocked/On Hold", "B", WaitsOn.OUTSIDE)
    WAITING_FOR_CUSTOMER_APPROVAL = (
        "waiting-for-customer-approval",
        "Waiting for Customer Approval",
        "A",
        WaitsOn.CUSTOMER,
    )
    DONE = ("done", "Done", "D", WaitsOn.NOBODY)
    CANCELED = ("canceled", "Canceled", "X", WaitsOn.NOBODY)
    DECLINED = ("declined", "Declined", "N", WaitsOn.NOBODY)

    def __new__(cls, slug: str, title: str, letter: str, waits_on: WaitsOn) -> "Status":
        status = object.__new__(cls)
        status._value_ = status.slug = slug
        status.title = title
        status.letter = letter
        status.waits_on = waits_on
        return status

    @classmethod
    def of(cls, slug: str) -> "Status":
        """The status of that slug; KeyError if there is none."""
        # As Enum finds it, without its own way there: every row that is read asks for one.
        status: Status = cls._value2member_map_[slug]  # type: ignore[assignment]
        return status

    @property
    def number(self) -> int:
        """The place in the guide, from 1 to 9: the column's key on the board."""
        return list(Status).index(self) + 1

    @property
    def closed(self) -> bool:
        return self.waits_on is WaitsOn.NOBODY


class Priority(IntEnum):
    """Smaller is sooner, so that a column sorts by it."""

    URGENT = 0
    HIGH = 1
    NORMAL = 2
    LOW = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Role(StrEnum):
    """In what capacity somebody acts.

    A viewer sees all and changes nothing; `NONE` is somebody who left and may do nothing any more.
    `CLOCK` is the desk's own worker, never a person.
    """

    CUSTOMER = "customer"
    VIEWER = "viewer"
    TECHNICIAN = "technician"
    ENGINEER = "engineer"
    LEAD = "lead"
    NONE = "none"
    CLOCK = "clock"


class CloneState(StrEnum):
    """A clone's own life: backlog, in development, then done or dropped."""

    BACKLOG = "backlog"
    IN_DEVELOPMENT = "in-development"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def open(self) -> bool:
        return self in (CloneState.BACKLOG, CloneState.IN_DEVELOPMENT)


class HoldKind(StrEnum):
    """What a ticket on hold awaits."""

    MEETING = "meeting"
    VENDOR = "vendor"
    PARTNER = "partner"


class Order(StrEnum):
    """By what the open columns are sorted; closed ones always show the last closed first."""

    ATTENTION = "attention"
    AGE = "age"
    PRIORITY = "priority"
    DEADLINE = "deadline"
    PROMISE = "promise"
    UPDATED = "updated"

    def descends(self, status: Status) -> bool:
        """Whether a column of `status` shows the largest key first."""
        return status.closed or self is Order.UPDATED


class Verb(StrEnum):
    """What an event tells: the moves of the table first, then the acts that move nothing."""

    OPEN = "open"
    ASK = "ask"
    ANSWER = "answer"
    CLONE = "clone"
    START = "start"
    SHELVE = "shelve"
    DELIVER = "deliver"
    RETURN = "return"
    HOLD = "hold"
    RESUME = "resume"
    RESOLVE = "resolve"
    APPROVE = "approve"
    REJECT = "reject"
    EXPIRE = "expire"
    CANCEL = "cancel"
    DECLINE = "decline"
    REOPEN = "reopen"

    REPLY = "reply"
    NOTE = "note"
    ASSIGN = "assign"
    EDIT = "edit"
    RECEIVE = "receive"
    STEP = "step"
    UNDO = "undo"
    REDO = "redo"
    IMPORT = "import"


class Relation(StrEnum):
    """How another ticket is related to the one that is looked at."""

    DUPLICATE_OF = "duplicate of"
    DUPLICATE = "duplicate"
    FOLLOWS = "follows"
    FOLLOWED_BY = "followed by"


class Step(StrEnum):
    """A step in a clone's life, as an engineer names it."""

    START = "start"
    SHELVE = "shelve"
    DONE = "done"
    DROP = "drop"


class Matter(StrEnum):
    """What is settled at a desk beside its tickets."""

    POLICY = "policy"
    PEOPLE = "people"
    VIEWS = "views"
    CANNED = "canned"


class Warned(StrEnum):
    """What somebody may ask to be told about."""

    URGENT = "urgent"
    OVERDUE = "overdue"
    UNASSIGNED = "unassigned"


class Doing(StrEnum):
    """What somebody does at a ticket that leaves no trace in it."""

    LOOKING = "looking"
    WRITING = "writing"


# Where the clock's own move leads from the statuses that await the customer.
EXPIRY = {
    Status.WAITING_FOR_CUSTOMER_APPROVAL: Status.DONE,
    Status.WAITING_FOR_CUSTOMER: Status.CANCELED,
}


def ref(number: int) -> str:
    """The name of ticket `number` everywhere: `SD-12`."""
    return f"SD-{number}"
