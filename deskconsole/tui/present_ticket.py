"""A ticket in full, as lines of pieces: pure, and inert."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from deskconsole.desk.news import deed, who
from deskconsole.face.cards import promise_mark
from deskconsole.face.pieces import Line, Piece
from deskconsole.lifecycle.gate import Choice
from deskconsole.lifecycle.guide import CUSTOMER, TECHNICIAN
from deskconsole.lifecycle.table import brought_words
from deskconsole.model import Dossier, Event, Relation, Ticket
from deskconsole.promises import promise_words, promises_of
from deskconsole.summary import relation_words
from deskconsole.terms import EXPIRY
from deskconsole.text import inert
from deskconsole.tui.markdown import message_lines
from deskconsole.words import age, ago, spent, until


def moment(instant: datetime) -> str:
    """An instant in the viewer's own zone."""
    return instant.astimezone().strftime("%Y-%m-%d %H:%M")


def title(ticket: Ticket, around: str = "") -> Line:
    """Number, title and status, and who else is at the ticket."""
    return (
        Piece(f"{ticket.ref}  ", "label"),
        Piece(inert(ticket.title), "title"),
        Piece(f"  {ticket.status.title}", "heading"),
        *((Piece(f"  ({inert(around)})", "note"),) if around else ()),
    )


def brief(dossier: Dossier, now: datetime) -> list[Line]:
    """What a narrow screen says before the timeline: status, who, what is next and promised."""
    ticket = dossier.ticket
    who_has = ticket.assignee.name if ticket.assignee else "nobody"
    people = f"{ticket.reporter.name} → {who_has} · {ticket.priority.word} priority"
    return [
        _heading(f"{ticket.status.title}, for {age(ticket.entered_at, now)}"),
        _text(people),
        _labelled("Next", TECHNICIAN[ticket.status].next),
        *(_labelled(label, words) for label, words in _promises(dossier, now, open_only=True)),
        (),
    ]


def _promises(
    dossier: Dossier, now: datetime, *, open_only: bool = False
) -> Iterable[tuple[str, str]]:
    ticket, policy = dossier.ticket, dossier.policy
    for one in promises_of(ticket, dossier.events, policy, now) if policy else ():
        if one.open or not open_only:
            yield one.kind.label, promise_words(one, policy.timezone if policy else "UTC")


def facts(dossier: Dossier, choices: Sequence[Choice], now: datetime) -> list[Line]:
    """What the status means and what is next; fields, related tickets, clones, legal moves."""
    ticket = dossier.ticket
    page = TECHNICIAN[ticket.status]
    lines: list[Line] = [
        _heading(f"{ticket.status.title}, for {age(ticket.entered_at, now)}"),
        _text(page.what),
        _labelled("Next", page.next),
        _labelled("They read", CUSTOMER[ticket.status].what),
        (),
    ]
    lines += [_labelled(label, value) for label, value in _fields(dossier, now)]
    if dossier.related:
        lines += [(), _heading("Related")]
    lines += [_relation(relation, other, ticket) for relation, other in dossier.related]
    if ticket.clones:
        lines += [(), _heading("Clones")]
    for clone in ticket.clones:
        own = f"  {clone.title}" if clone.title != ticket.title else ""
        who_has = f", {clone.engineer}" if clone.engineer else ""
        tracker = f", follows {clone.tracker}" if clone.tracker else ""
        words = f"{clone.team}: {clone.state.value.replace('-', ' ')}{who_has}{tracker}{own}"
        lines.append((Piece(f"{clone.number}  ", "label"), Piece(inert(words), "text")))
    if any(choice.legal for choice in choices):
        lines += [(), _heading("Moves")]
    for choice in choices:
        if choice.rule is not None and choice.legal:
            needs = brought_words(choice.rule).replace("`", "")
            lines.append(
                (
                    Piece(f"{choice.target.letter}  ", "label"),
                    Piece(choice.rule.verb.value, "text"),
                    Piece(f"  {needs}" if needs != "–" else "", "quiet"),
                )
            )
    return lines


def _relation(relation: Relation, other: Ticket, ticket: Ticket) -> Line:
    how = relation_words(relation, ticket)
    words = f"{other.title} ({other.status.title})"
    return (Piece(f"{how} {other.ref}  ", "quiet"), Piece(inert(words), "text"))


def _fields(dossier: Dossier, now: datetime) -> Iterable[tuple[str, str]]:
    ticket = dossier.ticket
    reporter = ticket.reporter
    address = f" <{reporter.email}>" if reporter.email != reporter.name else ""
    yield "Reporter", f"{reporter.name}{address}"
    yield "Assignee", ticket.assignee.name if ticket.assignee else "nobody"
    yield "Priority", ticket.priority.word
    if ticket.tags:
        yield "Tags", " ".join(ticket.tags)
    yield "Opened", f"{moment(ticket.opened_at)}, {ago(ticket.opened_at, now)}"
    if ticket.deadline is not None:
        left = until(ticket.deadline, now)
        due = left if left == "overdue" else f"in {left}"
        yield "Closes", f"{moment(ticket.deadline)}, {due}, as {EXPIRY[ticket.status].title}"
    yield from _promises(dossier, now)
    if dossier.policy is None and ticket.promised_at is not None:
        yield "Promised", promise_mark(ticket.promised_at, now)[0]
    if ticket.hold is not None:
        review = f", to review on {ticket.hold.until}" if ticket.hold.until else ""
        yield "Awaits", f"{ticket.hold.kind.value} {ticket.hold.whom}{review}"
    if ticket.resume_to is not None:
        yield "Resumes to", ticket.resume_to.title
    if ticket.reason:
        yield "Reason", ticket.reason.replace("-", " ")
    if ticket.reopened:
        yield "Reopened", f"{ticket.reopened} times" if ticket.reopened > 1 else "once"
    if ticket.replied_at is not None:
        yield "Replied", f"the customer wrote {ago(ticket.replied_at, now)}"
    if ticket.spent:
        yield "Spent", spent(ticket.spent)
    if dossier.watchers:
        yield "Watchers", ", ".join(person.name for person in dossier.watchers)


def preview(ticket: Ticket, events: Sequence[Event], now: datetime) -> list[Line]:
    """A ticket in short below its title: who has it, what is next; what happened, newest first."""
    facts = dict(_fields(Dossier(ticket), now))
    tags = f" · {facts['Tags']}" if ticket.tags else ""
    who = f"{facts['Reporter']} → {facts['Assignee']} · {facts['Priority']} priority{tags}"
    kept = ("Closes", "Promised", "Awaits", "Replied")
    return [
        _text(who),
        *(_labelled(label, words) for label, words in facts.items() if label in kept),
        _labelled("Next", TECHNICIAN[ticket.status].next),
        (),
        *timeline(events[::-1], now),
    ]


def timeline(events: Sequence[Event], now: datetime) -> list[Line]:
    """What happened, oldest first, with every message and note."""
    lines: list[Line] = []
    for event in events:
        lines.append(
            (
                Piece(f"{moment(event.at)}  ", "quiet"),
                Piece(inert(who(event)), "label"),
                Piece(f" {inert(deed(event, 'it'))}", "text"),
                Piece("" if event.public or not event.brings.message else "  note", "note"),
            )
        )
        if event.brings.message:
            look, bar = ("public", "  │ ") if event.public else ("note", "  ┊ ")
            message = message_lines(event.brings.message, look)
            lines += [(Piece(bar, "bar"), *line) for line in message]
        lines.append(())
    return lines


def _heading(words: str) -> Line:
    return (Piece(inert(words), "heading"),)


def _text(words: str) -> Line:
    return (Piece(inert(words), "text"),)


def _labelled(label: str, words: str) -> Line:
    return (Piece(f"{label:<11}", "label"), Piece(inert(words), "text"))
