"""An event in words: "ana moved SD-12 to Done". The same words in timeline, news and conflicts."""

from deskconsole.calendar import iso
from deskconsole.model import NOBODY, Event, Role, Status, Step, Verb, ref

_STEPS = {
    Step.START: "put clone {clone}{of} in development",
    Step.SHELVE: "put clone {clone}{of} back in backlog",
    Step.DONE: "finished clone {clone}{of}",
    Step.DROP: "dropped clone {clone}{of}",
}

_TAKEN_BACK = {
    Verb.UNDO: "undid {verb} on {ticket}",
    Verb.REDO: "redid {verb} on {ticket}",
}


def told(event: Event) -> str:
    """What happened, with the ticket's number."""
    return f"{who(event)} {deed(event, ref(event.ticket))}"


def who(event: Event) -> str:
    """Who did it; a customer's own name, or the clock."""
    if event.by.role is Role.CLOCK:
        return "the clock"
    return event.by.name


def deed(event: Event, ticket: str) -> str:
    """What was done to `ticket` (its number, or "it"), in the past tense."""
    brings = event.brings
    match event.verb:
        case Verb.OPEN:
            return f"opened {ticket}"
        case Verb.IMPORT:
            return f"imported {ticket} as {event.target.title}"
        case Verb.REPLY:
            return f"replied on {ticket}"
        case Verb.NOTE:
            return f"noted on {ticket}"
        case Verb.RECEIVE:
            wrote = "sent an automatic message on" if brings.automatic else "wrote on"
            return f"{wrote} {ticket}"
        case Verb.ASSIGN:
            to = brings.assignee
            return f"unassigned {ticket}" if to == NOBODY else f"assigned {ticket} to {to}"
        case Verb.EDIT:
            return f"edited {ticket}: {_edited(event)}"
        case Verb.UNDO | Verb.REDO if brings.undone is not None:
            what = _TAKEN_BACK[event.verb].format(verb=brings.undone.value, ticket=ticket)
            return f"{what}: {event.target.title}" if event.moved else what
        case Verb.STEP if brings.step is not None:
            return _STEPS[brings.step].format(clone=brings.clone, of=f" of {ticket}")
    return f"moved {ticket} to {event.target.title}{_by_verb(event)}"


def _edited(event: Event) -> str:
    brings = event.brings
    parts = []
    if brings.title is not None:
        parts.append(f"title “{brings.title}”")
    if brings.priority is not None:
        parts.append(f"priority {brings.priority.word}")
    if brings.tags is not None:
        parts.append("tags " + (" ".join(brings.tags) or "none"))
    return ", ".join(parts)


def _by_verb(event: Event) -> str:
    brings = event.brings
    if event.verb is Verb.CLONE:
        return f" for {brings.team}" if brings.team else f", handing back clone {brings.clone}"
    if brings.step is not None:
        return f", having {_STEPS[brings.step].format(clone=brings.clone, of='')}"
    if event.verb is Verb.HOLD and brings.kind is not None:
        until = f", to review on {brings.until.isoformat()}" if brings.until else ""
        return f", awaiting {brings.kind.value} {brings.whom}{until}"
    if brings.reason:
        return f" ({brings.reason})"
    if brings.for_customer:
        return " for the customer"
    if event.target in (Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_CUSTOMER_APPROVAL):
        return f" until {iso(brings.deadline)[:10]}" if brings.deadline else ""
    return ""
