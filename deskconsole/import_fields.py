"""What a line of an import may say, beyond what the lifecycle itself asks of every act."""

from collections.abc import Iterable
from datetime import datetime

from deskconsole.errors import BadInput, Refused
from deskconsole.lifecycle.gate import STEPPED
from deskconsole.lifecycle.table import DUPLICATE, RULES
from deskconsole.model import Actor, Brings, Role, Status, Verb
from deskconsole.records import brought

TICKET_FIELDS = frozenset(
    {"number", "ref", "title", "reporter", "priority", "tags"} | {"watchers", "events"}
)
# What the acts that are no moves bring; a move brings what the table says it takes.
_BROUGHT: dict[Verb, frozenset[str]] = {
    Verb.OPEN: frozenset({"title", "message", "priority", "tags", "assignee", "follows"}),
    Verb.REPLY: frozenset({"message", "deadline"}),
    Verb.NOTE: frozenset({"message", "minutes"}),
    Verb.ASSIGN: frozenset({"assignee"}),
    Verb.EDIT: frozenset({"title", "priority", "tags", "follows", "duplicate_of"}),
    Verb.RECEIVE: frozenset({"message", "automatic", "approve"}),
    Verb.STEP: frozenset({"step", "clone", "tracker", "engineer", "message"}),
    Verb.UNDO: frozenset({"undoes", "undone"}),
    Verb.REDO: frozenset({"undoes", "undone"}),
}
# What the log adds to a move: what policy gave it, and how it came about.
_RECORDED = frozenset({"deadline", "reopen_until", "at_once", "approve"})
_STEPPED_WITH = frozenset({"step", "clone", "tracker", "engineer", "message"})
# What a line without events may say of a ticket in each status, beside title, people and times.
_STANDING: dict[Status, frozenset[str]] = {
    Status.WAITING_FOR_CUSTOMER: frozenset({"deadline"}),
    Status.WAITING_FOR_CUSTOMER_APPROVAL: frozenset({"deadline"}),
    Status.SCOPING_WITH_TEAM: frozenset({"team", "tracker"}),
    Status.IN_PROGRESS: frozenset({"team", "tracker", "engineer"}),
    Status.BLOCKED: frozenset({"kind", "whom", "until"}),
    Status.DONE: frozenset({"reason", "reopen_until"}),
    Status.CANCELED: frozenset({"reason", "reopen_until", "duplicate_of"}),
    Status.DECLINED: frozenset({"reason", "reopen_until"}),
}
_CLOSING_REASONS: dict[Status, tuple[str, ...]] = {
    Status.DONE: ("no-response",),
    Status.CANCELED: (*RULES[Verb.CANCEL].reasons, "no-response"),
    Status.DECLINED: RULES[Verb.DECLINE].reasons,
}
ALONE_FIELDS = frozenset(
    {"at", "by", "message", "status", "team", "engineer", "tracker", "kind", "whom", "until"}
    | {"reason", "assignee", "deadline", "reopen_until"}
)
EVENT_FIELDS = frozenset({"at", "verb", "by", "as", "from", "to"})
# What an export says beyond the events: held against the outcome of the replay.
OUTCOME = frozenset(
    {"status", "assignee", "opened_at", "entered_at", "deadline", "resume_to", "hold"}
    | {"reason", "closed_at", "reopen_until", "reopened", "replied_at", "follows", "clones"}
    | {"duplicate_of", "spent"}
)


# The same for each verb, with what a step of a clone that brought it about adds.
_ALLOWED: dict[Verb, frozenset[str]] = {
    **{verb: frozenset(rule.accepts) | _RECORDED for verb, rule in RULES.items()},
    Verb.EXPIRE: frozenset(RULES[Verb.EXPIRE].accepts) | _RECORDED | {"reason"},
    **_BROUGHT,
}
_ALLOWED_BY_STEP = {verb: _ALLOWED[verb] | _STEPPED_WITH for verb in STEPPED}


def check_event(verb: Verb, by: Actor, at: datetime, brings: Brings, said: Iterable[str]) -> None:
    """BadInput for what an event brings beyond what its verb takes; Refused for a false voice.

    `said` has the names of what it brings, and maybe of what says nothing.
    """
    if verb is Verb.RECEIVE and by.role is not Role.CUSTOMER:
        raise Refused("only a customer's message is received; this is not one's")
    if verb is not Verb.IMPORT:
        stepped = verb in STEPPED and brings.step is not None
        _says(brings, said, (_ALLOWED_BY_STEP if stepped else _ALLOWED)[verb])
    _armed(brings, at)


def check_standing(at: datetime, brings: Brings) -> None:
    """BadInput for what a line without events says that its status has no place for."""
    status = brings.status or Status.WAITING_FOR_SUPPORT
    _says(
        brings,
        brought(brings),
        _BROUGHT[Verb.OPEN] | {"status"} | _STANDING.get(status, frozenset()),
    )
    if brings.reason and brings.reason not in _CLOSING_REASONS[status]:
        raise BadInput(f"{brings.reason!r} is no reason for a ticket {status.title}")
    if brings.duplicate_of is not None and brings.reason != DUPLICATE:
        raise BadInput(f"duplicate_of needs the reason {DUPLICATE!r}")
    _armed(brings, at)


def _says(brings: Brings, said: Iterable[str], allowed: frozenset[str]) -> None:
    for name in said:
        if name not in allowed and getattr(brings, name) not in (None, False):
            raise BadInput(f"it takes no {name!r}")


def _armed(brings: Brings, at: datetime) -> None:
    for name in ("deadline", "reopen_until"):
        instant = getattr(brings, name)
        if instant is not None and instant < at:
            raise BadInput(f"{name}: it lies before the event that sets it")
