"""A ticket's history lived through again, by the acts that made it.

Import replays what a file tells, undo what the log tells: both by the same acts, so that the past
obeys the gate that the present does.
"""

from collections.abc import Callable, Iterable, Sequence

from deskconsole.desk import acts
from deskconsole.desk.undo import take_back
from deskconsole.errors import BadInput, Refused
from deskconsole.frozen import changed
from deskconsole.lifecycle.gate import STEPPED, Case, Move
from deskconsole.lifecycle.table import RULES
from deskconsole.model import (
    Brings,
    Change,
    Event,
    Person,
    Policy,
    Status,
    Ticket,
    Verb,
)


def again(
    case: Case,
    verb: Verb,
    brings: Brings,
    assignee: Person | None,
    history: Sequence[Change],
) -> tuple[Change, ...]:
    """What an event's verb makes of the ticket of `case`, which `history` led to.

    Refused or BadInput where it could not have happened.
    """
    match verb:
        case Verb.REPLY:
            return acts.reply(case, brings)
        case Verb.NOTE:
            return acts.note(case, brings)
        case Verb.EDIT:
            return acts.edit(case, brings)
        case Verb.RECEIVE:
            return acts.receive(case, brings)
        case Verb.ASSIGN:
            return acts.assign(case, brings, assignee)
        case Verb.UNDO | Verb.REDO:
            return take_back(case, verb, brings.undoes or 0, history)
        case Verb.IMPORT:
            raise Refused("import can only be a ticket's first event")
        case Verb.EXPIRE:
            return acts.move(case, acts.expiry(case.ticket, brings))
        case Verb.STEP:
            if brings.step is None:
                raise BadInput("a step needs its step: start, shelve, done or drop")
            return acts.step(case, brings.step, changed(brings, step=None))
        case _ if verb in STEPPED and brings.step is not None:
            return acts.step(case, brings.step, changed(brings, step=None))
        case _:
            return acts.move(case, Move(verb, _target(case.ticket, verb), brings))


def _target(ticket: Ticket, verb: Verb) -> Status:
    if verb is Verb.RESUME and ticket.resume_to is not None:
        return ticket.resume_to
    return RULES[verb].targets[0]


def replayed(
    ticket: Ticket,
    events: Iterable[Event],
    policy: Policy,
    member: Callable[[str], Person | None],
) -> list[Change]:
    """The changes that led to `ticket`, one for each of its events, oldest first.

    `member` finds the person whom an event assigned it to.
    """
    history: list[Change] = []
    for event in events:
        brings = event.brings
        name = brings.assignee
        assignee = member(name) if name else None
        if not history:
            who = (ticket.number, ticket.reporter, event.by, event.at)
            if event.verb is Verb.IMPORT:
                history.append(acts.adopt(*who, brings, policy, assignee))
            else:
                history.append(acts.open_ticket(*who, brings, assignee))
        elif not brings.at_once:  # what came at once is there already
            case = Case(history[-1].ticket, event.by, event.at, policy)
            history += again(case, event.verb, brings, assignee, history)
    return history
