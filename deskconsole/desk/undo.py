"""Undo and redo: which of somebody's acts they are about, and what they make of a ticket.

Both are read from the log, so that they are the same in every console and on the command line.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from deskconsole.desk.acts import may
from deskconsole.errors import Refused
from deskconsole.frozen import changed
from deskconsole.lifecycle.access import Right
from deskconsole.lifecycle.gate import Case
from deskconsole.model import Actor, Brings, Change, Event, Role, Verb

# Acts that leave nothing to take back: a note only adds to the history.
LASTING = frozenset({Verb.NOTE})
REACH = timedelta(days=1)  # how far back acts are undone

Act = list[Event]  # the events of one act, oldest first


def stacks(events: Iterable[Event]) -> tuple[list[Act], list[Act]]:
    """What can be undone and what redone, each with the next one last.

    `events` are one person's, newest first. What is to be redone is the undo itself. A new act
    ends what could be redone; notes stay, so they are passed over.
    """
    done: list[Act] = []
    undone: list[tuple[Act, Act]] = []
    for act in _acts(events):
        match act[0].verb:
            case Verb.UNDO:
                if done:
                    undone.append((done.pop(), act))
            case Verb.REDO:
                if undone:
                    done.append(undone.pop()[0])
            case verb if verb not in LASTING:
                done.append(act)
                undone.clear()
    return done, [undo for _, undo in undone]


def _acts(events: Iterable[Event]) -> list[Act]:
    """The events by act, oldest first."""
    acts: dict[int, Act] = {}
    for event in sorted(events, key=lambda event: event.id):
        acts.setdefault(event.act, []).append(event)
    return list(acts.values())


def take_back(case: Case, verb: Verb, nth: int, history: Sequence[Change]) -> tuple[Change, ...]:
    """Undo one's own act that began with the `nth` change of `history`, or (REDO) one's own undo.

    The ticket is again as it was before that change; the history stays and grows by this. Refused
    where somebody else has touched the ticket since, or where the customer was told.
    """
    may(case.by, Right.TAKE_BACK)
    ticket = case.ticket
    if not 1 <= nth <= len(history):
        raise Refused(f"{ticket.ref} has no event {nth} that could be undone")
    act = history[nth - 1]
    if nth == 1:
        raise Refused(f"{ticket.ref} began with that; cancel it instead (X)")
    if (act.verb is Verb.UNDO) is (verb is Verb.UNDO) or act.verb in LASTING:
        raise Refused(f"{act.verb.value} on {ticket.ref} is nothing to {verb.value}")
    undone = act.brings.undone if act.verb is Verb.UNDO else act.verb
    for change in history[nth - 1 :]:
        if not _same_person(change.by, case.by):
            raise Refused(
                f"{ticket.ref} was touched since by {change.by.name} ({change.verb.value}); "
                "look at it and move it by hand"
            )
        if tells_customer(change):
            raise Refused(
                f"the customer was already told ({change.verb.value} on {ticket.ref}); "
                "write to them again instead"
            )
    before = changed(history[nth - 2].ticket, spent=ticket.spent)  # notes stay, and their time
    recorded = Brings(undoes=nth, undone=undone)
    return (Change(before, verb, case.by, case.now, ticket.status, recorded),)


def _same_person(one: Actor, other: Actor) -> bool:
    return one.person is not None and other.person is not None and one.person.id == other.person.id


def tells_customer(change: Change | Event) -> bool:
    """Whether the customer has read something of ours by it."""
    brings = change.brings
    ours = change.by.role is not Role.CUSTOMER and not brings.for_customer
    return bool(ours and change.public and brings.message and change.verb is not Verb.OPEN)
