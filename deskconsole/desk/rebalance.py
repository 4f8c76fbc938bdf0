"""Handing many open tickets to others: all to one, or so that several come to have equally many.

Each is one act over tickets as they were seen, taken back by one undo; what has changed since is
told and left alone.
"""

from collections.abc import Mapping, Sequence
from heapq import heapify, heapreplace

from deskconsole.desk.desk import Desk
from deskconsole.desk.outcome import Outcome
from deskconsole.errors import BadInput
from deskconsole.lifecycle.access import Right
from deskconsole.model import NOBODY, Actor, Ticket
from deskconsole.store.workload import read_workload
from deskconsole.text import clean_line


def hand_over(desk: Desk, by: Actor, tickets: Sequence[Ticket], name: str) -> tuple[Outcome, ...]:
    """Give these tickets to somebody who works here, or to `nobody`."""
    desk.may(by, Right.ASSIGN)  # before anything is said of a name
    name = clean_line(name)
    if not name:
        raise BadInput("assign needs a name: a login, or nobody")
    if name != NOBODY:
        desk.colleague(name)
    return _assign(desk, by, tickets, {ticket.number: name for ticket in tickets})


def share(desk: Desk, by: Actor, tickets: Sequence[Ticket], names: str) -> tuple[Outcome, ...]:
    """Give these tickets to those named in `bo, eve`, who come to have equally many open ones.

    Who has one of them may be among those, and keeps it where it falls to them.
    """
    desk.may(by, Right.ASSIGN)
    given = dict.fromkeys(filter(None, (clean_line(name) for name in names.split(","))))
    if not given:
        raise BadInput("name those who share them: bo, eve")
    with desk.store.reading():
        sharers = [desk.colleague(name).name for name in given]
        held = {one.name: one.total for one in read_workload(desk.store)}
    theirs = [ticket.assignee.name for ticket in tickets if ticket.assignee]
    beside = {name: held[name] - theirs.count(name) for name in sharers}
    return _assign(desk, by, tickets, shared_out([one.number for one in tickets], beside))


def shared_out(numbers: Sequence[int], held: Mapping[str, int]) -> dict[int, str]:
    """Who is to have each ticket, so that those who share them come to have equally many.

    `held` is how many each of them has beside these; of equals the one named first is next.
    """
    line = [(tickets, place, name) for place, (name, tickets) in enumerate(held.items())]
    heapify(line)
    given: dict[int, str] = {}
    for number in numbers:
        tickets, place, name = line[0]
        given[number] = name
        heapreplace(line, (tickets + 1, place, name))
    return given


def _assign(
    desk: Desk, by: Actor, tickets: Sequence[Ticket], names: Mapping[int, str]
) -> tuple[Outcome, ...]:
    seen: dict[int, int | None] = {
        ticket.number: ticket.version
        for ticket in tickets
        if names[ticket.number] != (ticket.assignee.name if ticket.assignee else NOBODY)
    }
    if not seen:
        raise BadInput("all of them are theirs already")
    return desk.many(seen, lambda number, version: desk.assign(by, number, names[number], version))
