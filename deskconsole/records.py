"""The records' JSON forms: one vocabulary for the event log, `--json`, export and import."""

from collections.abc import Callable, Iterable, Mapping
from itertools import compress
from operator import attrgetter, is_not
from typing import Any, TypeVar

from deskconsole.calendar import MOST_MINUTES, iso, parse_day, parse_instant, parse_period
from deskconsole.errors import BadInput
from deskconsole.frozen import changed, names
from deskconsole.model import (
    Actor,
    Alerts,
    Brings,
    Clone,
    Dossier,
    Event,
    HoldKind,
    Order,
    Person,
    Priority,
    Role,
    Status,
    Step,
    Ticket,
    Verb,
    Warned,
)
from deskconsole.text import clean_line, clean_text

Json = dict[str, Any]  # what json.loads makes of an object

_T = TypeVar("_T")


_NAMES = names(Brings)
_values = attrgetter(*_NAMES)
_NOTHING = _values(Brings())  # what the fields are that say nothing: None, or False


def brought(brings: Brings) -> Json:
    """The fields of `brings` that say something, by name."""
    values = _values(brings)
    return dict(compress(zip(_NAMES, values, strict=True), map(is_not, values, _NOTHING)))


def brings_record(brings: Brings) -> Json:
    """The fields of `brings` that say something, as JSON values."""
    said = brought(brings)
    for name in said.keys() & _WRITE.keys():
        said[name] = _WRITE[name](said[name])
    return said


_WRITE: dict[str, Callable[[Any], Any]] = {
    "step": lambda value: value.value,
    "kind": lambda value: value.value,
    "until": lambda value: value.isoformat(),
    "priority": lambda value: value.word,
    "tags": list,
    "status": lambda value: value.slug,
    "deadline": iso,
    "reopen_until": iso,
    "undone": lambda value: value.value,
}


def brings_from(record: Mapping[str, Any]) -> Brings:
    """`Brings` of a JSON object, its text cleaned as `cleaned` does.

    BadInput names the field that is wrong.
    """
    fields: dict[str, Any] = {}
    for name, value in record.items():
        read = _READ.get(name)
        if read is None:
            known = ", ".join(sorted(_READ))
            raise BadInput(f"unknown field {clean_line(str(name))!r}; the fields are {known}")
        try:
            fields[name] = read(value)
        except BadInput as error:
            raise BadInput(f"{name}: {error}") from None
    return Brings(**fields)


def text_value(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{value!r} is not a text")
    return value


def line(value: object) -> str:
    return clean_line(text_value(value))


def _words(value: object) -> str | None:
    return line(value) or None


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadInput(f"{value!r} is not a number from 1")
    return value


def _reference(value: object) -> int:
    return 0 if value == 0 and value is not False else _number(value)


def _minutes(value: object) -> int:
    if _number(value) > MOST_MINUTES:
        raise BadInput(f"{value!r} is more than the {MOST_MINUTES} minutes of a day")
    return _number(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadInput(f"{value!r} is neither true nor false")
    return value


def tag_list(value: object) -> tuple[str, ...]:
    """A list of tags, each one word."""
    if not isinstance(value, list | tuple):
        raise BadInput(f"{value!r} is not a list of tags")
    return clean_tags(text_value(tag) for tag in value)


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags cleaned, each one word, in order and without repetition; BadInput for an empty one."""
    words: dict[str, None] = {}
    for tag in tags:
        word = "-".join(clean_line(tag).split()).strip(",").replace(",", "-")
        if not word:
            raise BadInput("a tag is one word; this one is empty")
        words[word] = None
    return tuple(words)


def _named(kind: Iterable[_T], name: Callable[[_T], str], what: str) -> Callable[[object], _T]:
    members = {name(member): member for member in kind}

    def read(value: object) -> _T:
        if not isinstance(value, str) or value not in members:
            raise BadInput(f"{value!r} is no {what}; there are {', '.join(members)}")
        return members[value]

    return read


status_of = _named(Status, lambda status: status.slug, "status")
priority_of = _named(Priority, lambda priority: priority.word, "priority")
kind_of = _named(HoldKind, lambda kind: kind.value, "kind of hold")
step_of = _named(Step, lambda step: step.value, "step of a clone")
order_of = _named(Order, lambda order: order.value, "order")
_verb_of = _named(Verb, lambda verb: verb.value, "verb")

_READ: dict[str, Callable[[Any], Any]] = {
    "message": lambda value: clean_text(text_value(value)) or None,
    "reason": _words,
    "team": _words,
    "title": line,
    "tracker": _words,
    "clone": _number,
    "step": step_of,
    "engineer": _words,
    "kind": kind_of,
    "whom": _words,
    "until": lambda value: parse_day(text_value(value)),
    "for_customer": _flag,
    "automatic": _flag,
    "approve": _flag,
    "assignee": _words,
    "priority": priority_of,
    "tags": tag_list,
    "follows": _reference,
    "duplicate_of": _reference,
    "minutes": _minutes,
    "status": status_of,
    "at_once": _flag,
    "deadline": lambda value: parse_instant(text_value(value)),
    "reopen_until": lambda value: parse_instant(text_value(value)),
    "undoes": _number,
    "undone": _verb_of,
}


def cleaned(brings: Brings) -> Brings:
    """`brings` with its text cleaned: the ingest of every live verb; empty words are none."""
    lines: dict[str, Any] = {
        name: clean_line(value) or None
        for name in (
            "reason",
            "team",
            "title",
            "tracker",
            "engineer",
            "whom",
            "assignee",
        )
        if (value := getattr(brings, name)) is not None
    }
    if "title" in lines:
        lines["title"] = lines["title"] or ""
    message = None if brings.message is None else clean_text(brings.message) or None
    tags = None if brings.tags is None else clean_tags(brings.tags)
    return changed(brings, message=message, tags=tags, **lines)


def ticket_record(ticket: Ticket) -> Json:
    """Every field of a ticket: instants in ISO 8601 UTC, statuses by slug, people by handle."""
    hold = ticket.hold
    return {
        "number": ticket.number,
        "ref": ticket.ref,
        "title": ticket.title,
        "reporter": {"name": ticket.reporter.name, "email": ticket.reporter.email},
        "priority": ticket.priority.word,
        "tags": list(ticket.tags),
        "status": ticket.status.slug,
        "assignee": ticket.assignee.name if ticket.assignee else None,
        "opened_at": iso(ticket.opened_at),
        "entered_at": iso(ticket.entered_at),
        "deadline": iso(ticket.deadline) if ticket.deadline else None,
        "resume_to": ticket.resume_to.slug if ticket.resume_to else None,
        "hold": {
            "kind": hold.kind.value,
            "whom": hold.whom,
            "until": hold.until.isoformat() if hold.until else None,
        }
        if hold
        else None,
        "reason": ticket.reason,
        "closed_at": iso(ticket.closed_at) if ticket.closed_at else None,
        "reopen_until": iso(ticket.reopen_until) if ticket.reopen_until else None,
        "reopened": ticket.reopened,
        "replied_at": iso(ticket.replied_at) if ticket.replied_at else None,
        "follows": ticket.follows,
        "duplicate_of": ticket.duplicate_of,
        "spent": ticket.spent,
        "clones": [clone_record(clone) for clone in ticket.clones],
    }


def clone_record(clone: Clone) -> Json:
    """Every field of a clone."""
    return {
        "number": clone.number,
        "team": clone.team,
        "state": clone.state.value,
        "title": clone.title,
        "tracker": clone.tracker,
        "engineer": clone.engineer,
    }


def actor_handle(actor: Actor) -> str:
    """Whom an event names: a login, a customer's address, or `clock`."""
    if actor.person is None:
        return Role.CLOCK.value
    person: Person = actor.person
    if actor.role is Role.CUSTOMER and person.email:
        return person.email
    return person.handle


def event_record(event: Event) -> Json:
    """An event as `show --json` gives it: what it brought stands beside when, what and who."""
    return {
        "at": iso(event.at),
        "verb": event.verb.value,
        "by": actor_handle(event.by),
        "as": event.by.role.value,
        "from": event.source.slug if event.source else None,
        "to": event.target.slug,
        **brings_record(event.brings),
    }


def message_record(event: Event) -> Json:
    """The message or note of an event that has one."""
    return {
        "at": iso(event.at),
        "by": actor_handle(event.by),
        "kind": "message" if event.public else "note",
        "automatic": event.brings.automatic,
        "text": event.brings.message,
    }


def full_record(dossier: Dossier) -> Json:
    """A ticket with its whole timeline: what `show --json` and a line of `export` are."""
    return {
        **ticket_record(dossier.ticket),
        "watchers": [person.name for person in dossier.watchers],
        "events": [event_record(event) for event in dossier.events],
        "messages": [message_record(event) for event in dossier.events if event.brings.message],
    }


def alerts_of(text: str) -> Alerts:
    """`urgent, overdue, unassigned 4 hours` as what to be told about; BadInput if it is not."""
    found: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in clean_line(text).split(","))):
        word, _, period = part.partition(" ")
        if word == Warned.UNASSIGNED:
            if not period:
                raise BadInput("unassigned needs a period, such as 'unassigned 4 hours'")
            found[word] = parse_period(period)
        elif part in (Warned.URGENT, Warned.OVERDUE):
            found[word] = True
        else:
            raise BadInput(f"nobody is told of {part!r}; there are urgent, overdue, unassigned 4h")
    return Alerts(**found)
