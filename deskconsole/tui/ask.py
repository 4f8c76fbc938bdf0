"""Which fields an act asks for: made from the table of moves and the ticket as it stands."""

from collections.abc import Sequence

from deskconsole.frozen import changed
from deskconsole.lifecycle.table import LABELS, Rule, Words
from deskconsole.model import (
    CloneState,
    HoldKind,
    Order,
    Policy,
    Priority,
    Ticket,
    Verb,
    View,
    ref,
)
from deskconsole.tui.fields import Field, Kind

NEW_CLONE = "new"
TEAMS = "teams"
STAFF = "staff"


def move_fields(rule: Rule, ticket: Ticket, policy: Policy) -> tuple[Field, ...]:
    """The fields of a move, in the order of the table."""
    fields: list[Field] = []
    for name in rule.accepts:
        field = _move_field(name, rule, ticket, policy)
        if field is not None:
            fields.append(field)
    if rule.verb is Verb.CLONE:
        fields.sort(key=lambda field: field.name != "clone")
    return tuple(fields)


def _move_field(name: str, rule: Rule, ticket: Ticket, policy: Policy) -> Field | None:
    match name:
        case "message":
            reader = {
                Words.PUBLIC: "the customer reads this",
                Words.NOTE: "an internal note",
                Words.EITHER: "an internal note, or the customer's words",
            }[rule.words or Words.NOTE]
            return Field(name, f"{_sentence(rule.words_for)} – {reader}", Kind.WORDS)
        case "reason":
            options = tuple((reason, reason.replace("-", " ")) for reason in rule.reasons)
            # A coded reason is chosen, never left as it came.
            return Field(name, "Reason", Kind.PICK, options, chosen=None)
        case "kind":
            options = tuple((kind.value, kind.value) for kind in HoldKind)
            return Field(name, "What it waits for", Kind.PICK, options)
        case "clone":
            return _clone_field(rule, ticket)
        case "team":
            return Field(name, "Team", Kind.LINE, hint=", ".join(policy.teams), completes=TEAMS)
        case "engineer":
            return Field(
                name, "Engineer", Kind.LINE, hint="who starts development", completes=STAFF
            )
        case "title":
            return Field(
                name, "The clone's title", Kind.LINE, hint=f"{ticket.title} (if left empty)"
            )
        case "tracker":
            return Field(
                name, "Tracker reference", Kind.LINE, hint="none: it lives in the built-in backlog"
            )
        case "duplicate_of":
            return Field(name, "Duplicate of", Kind.LINE, hint="SD-3, if a duplicate")
        case "whom":
            return Field(name, "Whom or what", Kind.LINE)
        case "until":
            return Field(name, "Review date", Kind.LINE, hint="2026-05-31, or none")
        case "for_customer":
            ours = "ours" if rule.words is Words.EITHER else "as the desk sees it"
            whose = ((False, ours), (True, "the customer's own, recorded for them"))
            return Field(name, "Whose word it is", Kind.PICK, whose)
    return Field(name, _sentence(LABELS[name]), Kind.LINE)


def many_fields(rules: Sequence[Rule], ticket: Ticket, policy: Policy) -> tuple[Field, ...]:
    """The fields of one move of many tickets, by the rules that lead each of them there.

    What belongs to a single clone is not asked for. A message says by which moves the customer
    reads it. `ticket` is one of them.
    """
    fields: dict[str, Field] = {}
    for rule in rules:
        for field in move_fields(rule, ticket, policy):
            if field.name not in ("clone", "title", "tracker"):
                fields.setdefault(field.name, field)
    if len(rules) > 1 and "message" in fields:
        public = [rule.verb.value for rule in rules if rule.words is Words.PUBLIC]
        reader = f"the customer reads it on {' and '.join(public)}" if public else "a note"
        said = "; ".join(f"{rule.verb.value}: {rule.words_for}" for rule in rules if rule.words)
        fields["message"] = changed(fields["message"], label=f"{said} – {reader}")
    return tuple(fields.values())


def _clone_field(rule: Rule, ticket: Ticket) -> Field | None:
    if rule.verb is Verb.START:
        waiting = [clone for clone in ticket.clones if clone.state is CloneState.BACKLOG]
        if len(waiting) < 2:
            return None
        options = tuple((clone.number, f"{clone.number}  {clone.team}") for clone in waiting)
        return Field("clone", "Which clone starts", Kind.PICK, options)
    still_open = [clone for clone in ticket.clones if clone.state.open]
    if not still_open:
        return None
    back = tuple(
        (clone.number, f"hand back to clone {clone.number} ({clone.team}, {clone.state.value})")
        for clone in still_open
    )
    return Field(
        "clone", "Clone", Kind.PICK, (*back, (NEW_CLONE, "a new clone, for the team below"))
    )


_USUAL = Priority.NORMAL


def new_fields() -> tuple[Field, ...]:
    """What a new ticket is asked for."""
    levels = tuple((level, level.word) for level in Priority)
    return (
        Field("title", "Title", Kind.LINE, hint="what it is about, in one line"),
        Field("email", "From", Kind.LINE, hint="the customer's address"),
        Field("message", "What the customer says", Kind.WORDS),
        Field("priority", "Priority", Kind.PICK, levels, chosen=list(Priority).index(_USUAL)),
    )


def edit_fields(ticket: Ticket) -> tuple[Field, ...]:
    """What can be changed of a ticket, as it is now."""
    levels = tuple((level, level.word) for level in Priority)
    return (
        Field("title", "Title", Kind.LINE, value=ticket.title),
        Field(
            "priority", "Priority", Kind.PICK, levels, chosen=list(Priority).index(ticket.priority)
        ),
        Field(
            "tags",
            "Tags",
            Kind.LINE,
            value=" ".join(ticket.tags),
            hint="words, with spaces between",
        ),
        _relation("duplicate_of", "Duplicate of", ticket.duplicate_of),
        _relation("follows", "Follow-up of", ticket.follows),
    )


def _relation(name: str, label: str, number: int | None) -> Field:
    return Field(name, label, Kind.LINE, value=ref(number) if number else "", hint="SD-3, or none")


def view_fields(look: View) -> tuple[Field, ...]:
    """What a saved view is made of, as it is shown now."""
    orders = tuple((order, f"by {order.value}") for order in Order)
    first = ((False, "no"), (True, "yes, whenever I open the console"))
    return (
        Field("name", "Name", Kind.LINE, value=look.name),
        Field("query", "Shows", Kind.LINE, value=look.query, hint="everything"),
        Field("order", "Sorted", Kind.PICK, orders, chosen=list(Order).index(look.order)),
        Field("first", "Begin with it", Kind.PICK, first),
    )


def assign_fields() -> tuple[Field, ...]:
    """Whom to hand a ticket to."""
    return (Field("name", "To", Kind.LINE, hint="a login, or nobody", completes=STAFF),)


def note_fields() -> tuple[Field, ...]:
    """A note, and the time that it tells of."""
    return (
        Field("message", "An internal note; the customer does not see it", Kind.WORDS),
        Field("spent", "Time spent", Kind.LINE, hint="1h 30m, or none"),
    )


def words_field(label: str) -> tuple[Field, ...]:
    """One field for a message."""
    return (Field("message", label, Kind.WORDS),)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
