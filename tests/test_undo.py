"""Acting on many tickets at once, and taking one's own acts back by new events."""

from collections.abc import Callable

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.errors import Conflict, Refused
from deskconsole.frozen import changed
from deskconsole.model import Actor, Brings, HoldKind, Priority, Role, Status, Step, Ticket, Verb
from tests.conftest import BOB, HandClock, Lead, finish

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status
HOLD = Brings(kind=HoldKind.VENDOR, whom="Acme")


@pytest.fixture
def bo(desk: Desk) -> Actor:
    return desk.enter("bo")


def as_before(ticket: Ticket, before: Ticket) -> bool:
    return changed(ticket, version=before.version) == before


Act = Callable[[Desk, Actor, int], object]
UNDOABLE: dict[str, tuple[Status, Act]] = {
    "clone": (S, lambda desk, by, n: desk.move(by, n, T, Brings(team="net"))),
    "start": (T, lambda desk, by, n: desk.move(by, n, P, Brings(engineer="eve"))),
    "shelve": (P, lambda desk, by, n: desk.move(by, n, T)),
    "return": (P, lambda desk, by, n: desk.move(by, n, S, Brings(message="not theirs"))),
    "hold": (P, lambda desk, by, n: desk.move(by, n, B, HOLD)),
    "resume": (B, lambda desk, by, n: desk.move(by, n, S, Brings(message="they came"))),
    "answer": (C, lambda desk, by, n: desk.move(by, n, S, Brings(message="found it"))),
    "reject": (A, lambda desk, by, n: desk.move(by, n, S, Brings(message="too early"))),
    "approve": (A, lambda desk, by, n: desk.move(by, n, D, Brings(message="by phone"))),
    "cancel": (P, lambda desk, by, n: desk.move(by, n, X, Brings(reason="duplicate"))),
    "reopen": (D, lambda desk, by, n: desk.move(by, n, S, Brings(message="it is back"))),
    "assign": (S, lambda desk, by, n: desk.assign(by, n, "bo")),
    "take": (S, lambda desk, by, n: desk.take(by, n)),
    "edit": (S, lambda desk, by, n: desk.edit(by, n, title="New", priority=Priority.LOW)),
    "step": (P, lambda desk, by, n: desk.step(by, n, Step.SHELVE)),
}


@pytest.mark.parametrize("name", UNDOABLE)
def test_an_act_undone_leaves_the_ticket_as_it_was_and_redone_as_it_became(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock, name: str
) -> None:
    status, act = UNDOABLE[name]
    before = at(status)
    clock.forward(hours=3)
    act(desk, ana, before.number)
    after = desk.store.ticket(before.number)
    clock.forward(hours=3)
    desk.note(ana, before.number, "wrong one")
    done = desk.undo(ana)
    assert as_before(desk.store.ticket(before.number), before)
    assert done.outcomes[0].ticket == desk.store.ticket(before.number)
    desk.redo(ana)
    assert as_before(desk.store.ticket(before.number), after)
    desk.undo(ana)
    assert as_before(desk.store.ticket(before.number), before)
    verbs = [event.verb for event in desk.store.timeline(before.number)[-5:]]
    assert verbs[1:] == [Verb.NOTE, Verb.UNDO, Verb.REDO, Verb.UNDO]


def test_acts_are_undone_one_after_the_other_and_a_new_one_ends_what_could_be_redone(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    first, second = at(S), at(S)
    desk.take(ana, first.number)
    desk.edit(ana, second.number, tag=("vpn",))
    desk.edit(ana, first.number, tag=("vpn",))
    for _ in range(3):
        desk.undo(ana)
    assert as_before(desk.store.ticket(first.number), first)
    assert as_before(desk.store.ticket(second.number), second)
    desk.redo(ana)
    assert desk.store.ticket(first.number).assignee == ana.person
    desk.edit(ana, second.number, priority=Priority.HIGH)
    with pytest.raises(Refused, match="could be redone"):
        desk.redo(ana)
    desk.undo(ana)
    desk.undo(ana)
    assert as_before(desk.store.ticket(first.number), first)


@pytest.mark.parametrize(
    ("status", "target", "brings"),
    [
        (S, C, Brings(message="Which version?")),
        (S, A, Brings(message="Fixed.")),
        (S, N, Brings(reason="out-of-scope", message="Not ours.")),
    ],
)
def test_what_the_customer_was_told_is_not_taken_back(
    desk: Desk, ana: Actor, at: Lead, status: Status, target: Status, brings: Brings
) -> None:
    number = at(status).number
    told = desk.move(ana, number, target, brings)
    with pytest.raises(Refused, match="the customer was already told"):
        desk.undo(ana)
    assert desk.store.ticket(number) == told


def test_a_delivery_by_the_last_clone_has_told_the_customer(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    finish(desk, ana, number)
    with pytest.raises(Refused, match="already told"):
        desk.undo(ana)


def test_who_opened_a_ticket_is_told_to_cancel_it(desk: Desk, ana: Actor) -> None:
    desk.open(ana, "VPN drops", BOB)
    with pytest.raises(Refused, match=r"SD-1 began with that; cancel it instead \(X\)"):
        desk.undo(ana)


@pytest.mark.parametrize("touch", ["note", "assign", "receive", "undo"])
def test_what_somebody_else_touched_since_is_not_undone(
    desk: Desk, ana: Actor, bo: Actor, at: Lead, touch: str
) -> None:
    number = at(S).number
    desk.move(ana, number, B, HOLD)
    if touch == "note":
        desk.note(bo, number, "I know them")
    elif touch == "assign":
        desk.take(bo, number)
    elif touch == "receive":
        desk.receive(number, BOB, "Any news?")
    else:
        desk.take(bo, number)
        desk.undo(bo)
    stands = desk.store.ticket(number)
    with pytest.raises(Refused, match=f"{stands.ref} was touched since by (bo|Bob)"):
        desk.undo(ana)
    assert desk.store.ticket(number) == stands


def test_only_ones_own_acts_of_the_last_day_are_undone(
    desk: Desk, ana: Actor, bo: Actor, at: Lead, clock: HandClock
) -> None:
    number = at(S).number
    with pytest.raises(Refused, match="you did nothing in the last day"):
        desk.undo(bo)
    desk.take(ana, number)
    clock.forward(hours=25)
    with pytest.raises(Refused, match="you did nothing in the last day that could be undone"):
        desk.undo(ana)


def test_what_one_act_brought_about_at_once_is_undone_at_once(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    desk.move(ana, number, C, Brings(message="Which version?"))
    before = desk.receive(number, BOB, "4.2")
    assert desk.move(ana, number, T, Brings(clone=1)).status is P
    desk.undo(ana)
    assert as_before(desk.store.ticket(number), before)


def test_an_engineer_undoes_a_step_but_a_customer_undoes_nothing(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    before = at(T)
    desk.set_role(ana, "eve", Role.ENGINEER)
    eve = desk.enter("eve")
    desk.step(eve, before.number, Step.START, Brings(engineer="eve"))
    desk.undo(eve)
    assert as_before(desk.store.ticket(before.number), before)
    desk.move(ana, before.number, X, Brings(reason="duplicate"))
    desk.receive(before.number, BOB, "It is not!")
    with pytest.raises(Refused, match="a customer may not take anything back"):
        desk.undo(desk.enter(BOB))


def test_many_are_moved_as_one_act_that_one_undo_takes_back(
    desk: Desk, ana: Actor, bo: Actor, at: Lead
) -> None:
    before = [at(status) for status in (S, D, T, S)]
    wishes = {ticket.number: ticket.version for ticket in before}
    desk.note(bo, 4, "mine")

    def hold(number: int, seen: int | None) -> Ticket:
        return desk.move(ana, number, B, HOLD, seen)

    assert [one.error is None for one in desk.many(wishes, hold, dry_run=True)] == [
        True,
        False,
        True,
        False,
    ]
    assert [desk.store.ticket(n).status for n in (1, 2, 3, 4)] == [S, D, T, S]
    outcomes = desk.many(wishes, hold)
    assert [one.ticket.status if one.ticket else None for one in outcomes] == [B, None, B, None]
    assert "SD-2 is Done; reopen it first" in str(outcomes[1].error)
    assert isinstance(outcomes[3].error, Conflict)
    done = desk.undo(ana)
    assert [one.number for one in done.outcomes] == [1, 3]
    assert as_before(desk.store.ticket(1), before[0])
    assert as_before(desk.store.ticket(3), before[2])
    desk.redo(ana)
    desk.note(bo, 3, "theirs")
    done = desk.undo(ana)
    assert [one.error is None for one in done.outcomes] == [True, False]
    assert (desk.store.ticket(1).status, desk.store.ticket(3).status) == (S, B)
