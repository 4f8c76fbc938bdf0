"""A ticket in a few lines of plain text, to be pasted where people talk about it."""

from datetime import datetime

from deskconsole.calendar import zone_of
from deskconsole.lifecycle.table import DUPLICATE
from deskconsole.model import Policy, Relation, Ticket
from deskconsole.terms import EXPIRY
from deskconsole.text import inert
from deskconsole.words import ago


def link(ticket: Ticket, policy: Policy) -> str:
    """Where others find the ticket, as the desk's policy has it."""
    template = policy.link.replace("{ticket}", ticket.ref)
    return inert(template.replace("{number}", str(ticket.number)))


def summary(ticket: Ticket, policy: Policy, now: datetime, *, ours: bool = True) -> str:
    """What it is about, how it stands, whose it is and where it is found; times of the desk.

    Whose it is stays untold where it is not for eyes of `ours`.
    """

    def moment(instant: datetime) -> str:
        return instant.astimezone(zone_of(policy.timezone)).strftime("%Y-%m-%d %H:%M %Z")

    reporter = ticket.reporter
    address = f" <{reporter.email}>" if reporter.email != reporter.name else ""
    since = f"{moment(ticket.entered_at)} ({ago(ticket.entered_at, now)})"
    rows = [
        f"{ticket.ref}  {ticket.title}",
        f"{ticket.status.title} since {since}",
        f"Priority: {ticket.priority.word}",
        *((f"Assignee: {ticket.assignee.name if ticket.assignee else 'nobody'}",) if ours else ()),
        f"Reporter: {reporter.name}{address}",
    ]
    if ticket.deadline is not None:
        rows.append(f"Closes: {moment(ticket.deadline)}, as {EXPIRY[ticket.status].title}")
    return "\n".join(inert(row) for row in (*rows, link(ticket, policy)))


def relation_words(relation: Relation, ticket: Ticket) -> str:
    """How `ticket` stands to another; one that was reopened is no duplicate any more."""
    match relation:
        case Relation.DUPLICATE_OF if ticket.reopened and ticket.reason != DUPLICATE:
            return "Was closed as duplicate of"
        case Relation.DUPLICATE:
            return "Has the duplicate"
        case _:
            return relation.capitalize()
