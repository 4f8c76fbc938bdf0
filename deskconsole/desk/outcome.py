"""What an act on many tickets came to on each of them, and how that is said."""

from collections.abc import Sequence

from deskconsole.errors import DeskError
from deskconsole.frozen import Record
from deskconsole.model import NOBODY, Ticket, Verb, ref
from deskconsole.words import plural

MOST = 1000  # tickets that one act is about


class Outcome(Record):
    """One ticket of many: as it is now, or why nothing was done with it."""

    number: int
    ticket: Ticket | None
    error: DeskError | None


class TakenBack(Record):
    """What was undone or redone: the verb of the act, and each ticket's outcome."""

    verb: Verb
    outcomes: tuple[Outcome, ...]


def named(tickets: Sequence[Ticket]) -> str:
    """The tickets of one act: the only one by its number, or how many."""
    return tickets[0].ref if len(tickets) == 1 else plural(len(tickets), "ticket")


def standing(ticket: Ticket) -> str:
    """Where a ticket is and whose it is."""
    return f"{ticket.status.title}, {ticket.assignee.name if ticket.assignee else NOBODY}'s"


def verdict(outcomes: Sequence[Outcome], done: str) -> list[str]:
    """What an act on many comes to: "7 of 9 DONE", then why not of each of the others."""
    legal = sum(outcome.error is None for outcome in outcomes)
    head = f"{legal} of {len(outcomes)} {done}"
    return [head, *(why_not(outcome) for outcome in outcomes if outcome.error)]


def why_not(outcome: Outcome) -> str:
    """Why nothing was done with a ticket, which is named once."""
    name, sentence = ref(outcome.number), str(outcome.error)
    return sentence if name in sentence else f"{name}: {sentence}"
