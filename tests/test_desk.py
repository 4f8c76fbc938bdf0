"""The verbs of the desk: clones, customers who write, what is kept and who is told what."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, Conflict, NotFound, Refused
from deskconsole.frozen import changed
from deskconsole.model import (
    Actor,
    Brings,
    HoldKind,
    Priority,
    Role,
    Status,
    Step,
    Ticket,
    Verb,
)
from deskconsole.store.store import Store
from tests.conftest import BOB, START, HandClock, Lead, finish

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status

Act = Callable[[], Ticket]


def states(desk: Desk, number: int) -> list[str]:
    return [clone.state.value for clone in desk.store.ticket(number).clones]


# Clones


def test_the_last_clone_done_delivers_and_needs_the_resolution(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    with pytest.raises(BadInput, match=r"last open clone .* needs the resolution"):
        desk.step(ana, number, Step.DONE)
    delivered = finish(desk, ana, number)
    assert delivered.status is A
    assert delivered.deadline is not None
    assert desk.store.timeline(number)[-1].verb is Verb.DELIVER


def test_dropping_every_clone_returns_the_ticket_to_support(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    with pytest.raises(BadInput, match="needs the reason"):
        desk.step(ana, number, Step.DROP)
    returned = desk.step(ana, number, Step.DROP, Brings(message="not our code"))
    assert returned.status is S
    assert desk.store.timeline(number)[-1].public is False


def test_shelving_one_of_two_clones_in_development_leaves_the_ticket_in_progress(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    desk.move(ana, number, C, Brings(message="Which version?"))
    desk.receive(number, BOB, "4.2")
    both = desk.move(ana, number, T, Brings(team="db"))
    assert both.status is P  # the first clone is still in development
    desk.step(ana, number, Step.START, Brings(clone=2, engineer="finn"))
    assert desk.step(ana, number, Step.SHELVE, Brings(clone=2)).status is P
    assert desk.step(ana, number, Step.SHELVE, Brings(clone=1)).status is T
    assert states(desk, number) == ["backlog", "backlog"]


def test_a_ticket_handed_back_to_a_clone_in_development_goes_on_at_once(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    desk.move(ana, number, C, Brings(message="Which version?"))
    desk.receive(number, BOB, "4.2")
    back = desk.move(ana, number, T, Brings(clone=1))
    assert back.status is P
    events = desk.store.timeline(number)[-2:]
    assert [(e.verb, e.source, e.target) for e in events] == [
        (Verb.CLONE, S, T),
        (Verb.START, T, P),
    ]
    assert len(back.clones) == 1


def test_a_clone_that_moves_while_the_customer_is_asked_changes_only_itself(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    asked = desk.move(ana, number, C, Brings(message="Which version?"))
    after = desk.step(ana, number, Step.DONE)
    assert after.status is C
    assert after.deadline == asked.deadline
    assert states(desk, number) == ["done"]


def test_resume_goes_where_the_clones_stand_now(desk: Desk, ana: Actor, at: Lead) -> None:
    number = at(T).number
    desk.move(ana, number, B, Brings(kind=HoldKind.PARTNER, whom="Acme"))
    held = desk.step(ana, number, Step.START, Brings(engineer="eve"))
    assert (held.status, held.resume_to) == (B, P)
    with pytest.raises(Refused, match=r"resume it first \(P\), where it stands with its clones"):
        desk.move(ana, number, T, Brings(message="met"))
    assert desk.move(ana, number, P, Brings(message="met")).status is P


def test_resume_goes_to_support_once_no_clone_is_open_any_more(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    desk.move(ana, number, B, Brings(kind=HoldKind.MEETING, whom="Bob"))
    held = desk.step(ana, number, Step.DROP)
    assert held.resume_to is S


def test_the_last_open_clone_is_not_dropped_in_scoping_when_another_is_finished(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    desk.move(ana, number, C, Brings(message="Which version?"))
    desk.receive(number, BOB, "4.2")
    desk.move(ana, number, T, Brings(team="db"))
    desk.step(ana, number, Step.DONE, Brings(clone=1))
    assert desk.store.ticket(number).status is T
    with pytest.raises(Refused, match="only In Progress delivers; return it to support first"):
        desk.step(ana, number, Step.DROP, Brings(message="no"))


def test_a_clone_that_follows_a_tracker_moves_only_with_it(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(S).number
    desk.move(ana, number, T, Brings(team="net", tracker="ENG-45"))
    by_hands: tuple[Act, ...] = (
        lambda: desk.move(ana, number, P, Brings(engineer="eve")),
        lambda: desk.step(ana, number, Step.START, Brings(clone=1, engineer="eve")),
    )
    for by_hand in by_hands:
        with pytest.raises(Refused, match="follows ENG-45 and moves only with it"):
            by_hand()
    followed = desk.step(ana, number, Step.START, Brings(tracker="ENG-45", engineer="eve"))
    assert followed.status is P
    with pytest.raises(NotFound, match="no clone of SD-1 follows ENG-46"):
        desk.step(ana, number, Step.DONE, Brings(tracker="ENG-46", message="x"))


def test_a_step_that_several_clones_could_take_asks_which(desk: Desk, ana: Actor, at: Lead) -> None:
    number = at(T).number
    desk.move(ana, number, C, Brings(message="Which version?"))
    desk.receive(number, BOB, "4.2")
    desk.move(ana, number, T, Brings(team="db"))
    with pytest.raises(BadInput, match=r"several clones for that: 1 \(net\), 2 \(db\)"):
        desk.move(ana, number, P, Brings(engineer="eve"))
    started = desk.move(ana, number, P, Brings(engineer="eve", clone=2))
    assert [clone.engineer for clone in started.clones] == [None, "eve"]


def test_an_engineer_moves_clones_and_nothing_else(desk: Desk, ana: Actor, at: Lead) -> None:
    number = at(T).number
    desk.set_role(ana, "eve", Role.ENGINEER)
    eve = desk.enter("eve")
    assert desk.step(eve, number, Step.START, Brings(engineer="eve")).status is P
    with pytest.raises(Refused, match="an engineer may not put it on hold; ask a technician"):
        desk.move(eve, number, B, Brings(kind=HoldKind.MEETING, whom="Bob"))
    with pytest.raises(Refused, match="engineer may not reply"):
        desk.reply(eve, number, "hello")
    assert desk.note(eve, number, "found it").status is P


@pytest.mark.parametrize(
    ("target", "brings"),
    [
        (X, Brings(reason="duplicate")),
        (N, Brings(reason="low-priority", message="Not this year.")),
        (S, Brings(message="not theirs")),
    ],
    ids=["cancel", "decline", "return"],
)
def test_leaving_the_team_drops_the_open_clones(
    desk: Desk, ana: Actor, at: Lead, target: Status, brings: Brings
) -> None:
    number = at(T).number
    desk.move(ana, number, target, brings)
    assert states(desk, number) == ["dropped"]


def test_resolving_from_support_drops_clones_that_are_still_open(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    desk.move(ana, number, C, Brings(message="Which version?"))
    desk.receive(number, BOB, "4.2")
    desk.move(ana, number, A, Brings(message="It was the cable."))
    assert states(desk, number) == ["dropped"]


def test_delivering_by_hand_makes_open_clones_done(desk: Desk, ana: Actor, at: Lead) -> None:
    number = at(P).number
    desk.move(ana, number, A, Brings(message="Shipped."))
    assert states(desk, number) == ["done"]


def test_only_the_teams_of_the_policy_take_clones(desk: Desk, ana: Actor, at: Lead) -> None:
    desk.set_policy(desk.enter("ana"), "teams", "net, db")
    number = at(S).number
    with pytest.raises(BadInput, match="there is no team 'web'; the teams are net, db"):
        desk.move(ana, number, T, Brings(team="web"))
    assert desk.move(ana, number, T, Brings(team="db")).status is T


# A customer writes


@pytest.mark.parametrize("status", [S, T, P, B, N], ids=lambda status: status.slug)
def test_a_message_that_moves_nothing_marks_the_card_until_we_reply(
    desk: Desk, ana: Actor, at: Lead, status: Status
) -> None:
    number = at(status).number
    marked = desk.receive(number, BOB, "Any news?")
    assert marked.status is status
    assert marked.replied_at is not None
    assert desk.reply(ana, number, "Soon.").replied_at is None


@pytest.mark.parametrize(
    ("status", "approve", "to", "verb"),
    [
        (C, False, S, Verb.ANSWER),
        (A, False, S, Verb.REJECT),
        (A, True, D, Verb.APPROVE),
        (D, False, S, Verb.REOPEN),
        (X, False, S, Verb.REOPEN),
        (D, True, D, Verb.RECEIVE),
    ],
)
def test_a_customers_message_moves_the_ticket_as_its_status_says(
    desk: Desk, at: Lead, status: Status, approve: bool, to: Status, verb: Verb
) -> None:
    number = at(status).number
    assert desk.receive(number, BOB, "Hello", approve=approve).status is to
    event = desk.store.timeline(number)[-1]
    assert event.verb is verb
    assert event.public
    assert event.by.role is Role.CUSTOMER


@pytest.mark.parametrize("status", Status, ids=lambda status: status.slug)
def test_an_automatic_message_is_kept_and_moves_nothing(
    desk: Desk, at: Lead, status: Status
) -> None:
    before = at(status)
    after = desk.receive(before.number, BOB, "I am on leave until Monday.", automatic=True)
    assert changed(after, version=0) == changed(before, version=0)
    last = desk.store.timeline(before.number)[-1]
    assert last.brings.message == "I am on leave until Monday."


@pytest.mark.parametrize("status", [D, X], ids=lambda status: status.slug)
def test_a_message_reopens_up_to_the_end_of_the_window_and_then_opens_a_new_ticket(
    desk: Desk, at: Lead, clock: HandClock, status: Status
) -> None:
    inside, outside = at(status).number, at(status).number
    clock.forward(days=14, minutes=-1)
    assert desk.receive(inside, BOB, "It is back.").reopened == 1
    clock.forward(minutes=1)
    fresh = desk.receive(outside, BOB, "It is back.")
    assert fresh.number not in (inside, outside)
    assert (fresh.status, fresh.follows) == (S, outside)
    assert desk.store.ticket(outside).status is status


def test_the_reopen_window_is_the_one_promised_at_closing(
    desk: Desk, at: Lead, clock: HandClock
) -> None:
    number = at(D).number
    desk.set_policy(desk.enter("ana"), "reopen_window", "1 day")
    clock.forward(days=13)
    assert desk.receive(number, BOB, "It is back.").number == number


def test_a_technician_records_the_customers_word_or_takes_the_ticket_back(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    theirs, ours = at(C).number, at(C).number
    desk.move(ana, theirs, S, Brings(message="It is 4.2", for_customer=True))
    desk.move(ana, ours, S, Brings(message="found it in the logs"))
    assert desk.store.timeline(theirs)[-1].public
    assert desk.store.ticket(theirs).replied_at is not None
    assert not desk.store.timeline(ours)[-1].public


def test_a_stranger_who_writes_becomes_a_customer(desk: Desk, at: Lead) -> None:
    desk.receive(at(S).number, "Carol@Example.org", "Me too!", name="Carol")
    carol = desk.store.correspondent("carol@example.org")
    assert carol is not None
    assert (carol.name, carol.role) == ("Carol", Role.CUSTOMER)


# Conflicts, editing, people


def test_a_stale_screen_is_told_what_changed_and_writes_nothing(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    seen = at(S)
    bo = desk.enter("bo")
    desk.move(bo, seen.number, C, Brings(message="Which version?"))
    now = desk.store.ticket(seen.number)
    writes: tuple[Act, ...] = (
        lambda: desk.move(ana, seen.number, A, Brings(message="Done."), seen.version),
        lambda: desk.edit(ana, seen.number, title="Mine", seen=seen.version),
        lambda: desk.assign(ana, seen.number, "ana", seen.version),
        lambda: desk.reply(ana, seen.number, "Hello", seen.version),
        lambda: desk.take(ana, seen.number, seen.version),
    )
    for write in writes:
        with pytest.raises(Conflict, match="bo moved SD-1 to Waiting for Customer"):
            write()
    assert desk.store.ticket(seen.number) == now
    assert desk.edit(ana, seen.number, title="Mine", seen=now.version).title == "Mine"


def test_policy_and_roles_are_not_for_customers_or_engineers(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    desk.set_role(ana, "eve", Role.ENGINEER)
    bob = desk.enter(BOB)
    for who in (bob, desk.enter("eve")):
        with pytest.raises(Refused, match="may not set policy; ask a lead"):
            desk.set_policy(who, "approval_period", "1 minute")
        with pytest.raises(Refused, match="may not give roles; ask a lead"):
            desk.set_role(who, "mallory", Role.LEAD)
    with pytest.raises(BadInput, match="ana is the only lead"):
        desk.set_role(ana, "ana", Role.ENGINEER)
    with pytest.raises(BadInput, match="cannot be the name of somebody who works here"):
        desk.assign(ana, 1, BOB)


def test_a_customer_moves_only_a_ticket_of_their_own(desk: Desk, ana: Actor, at: Lead) -> None:
    number = at(S).number
    desk.open(ana, "Mine", "carol@example.org")
    gone = Brings(reason="no-longer-needed")
    with pytest.raises(Refused, match="is somebody else's"):
        desk.move(desk.enter("carol@example.org"), number, X, gone)
    assert desk.move(desk.enter(BOB), number, X, gone).status is X


def test_the_mark_of_an_unanswered_message_stays_until_it_is_answered(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(S).number
    desk.receive(number, BOB, "More about it.")
    for target, brings in (
        (B, Brings(kind=HoldKind.VENDOR, whom="Acme")),
        (S, Brings(message="they answered")),
        (T, Brings(team="net")),
        (P, Brings(engineer="eve")),
    ):
        assert desk.move(ana, number, target, brings).replied_at is not None
    assert desk.move(ana, number, A, Brings(message="Shipped.")).replied_at is None


def test_a_trackers_reference_finds_the_clone_that_is_open(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(S).number
    for _ in range(2):
        desk.move(ana, number, T, Brings(team="net", tracker="ENG-1"))
        dropped = desk.step(ana, number, Step.DROP, Brings(tracker="ENG-1", message="not ours"))
        assert dropped.status is S
    assert states(desk, number) == ["dropped", "dropped"]
    desk.move(ana, number, T, Brings(team="net", tracker="ENG-1"))
    desk.move(ana, number, C, Brings(message="Which version?"))
    desk.receive(number, BOB, "4.2")
    with pytest.raises(Refused, match="clone 3 of SD-1 follows ENG-1 already"):
        desk.move(ana, number, T, Brings(team="db", tracker="ENG-1"))


def test_every_change_is_one_event(desk: Desk, ana: Actor, at: Lead) -> None:
    number = at(S).number
    acts: tuple[Act, ...] = (
        lambda: desk.note(ana, number, "a thought"),
        lambda: desk.reply(ana, number, "We are on it."),
        lambda: desk.take(ana, number),
        lambda: desk.assign(ana, number, "bo"),
        lambda: desk.edit(ana, number, title="New", priority=Priority.HIGH, tag=("a", "b")),
        lambda: desk.receive(number, BOB, "Hello"),
        lambda: desk.move(ana, number, T, Brings(team="net")),
    )
    for act in acts:
        before = desk.store.last_event()
        ticket = act()
        assert desk.store.last_event() == before + 1 == ticket.version


def test_editing_changes_only_what_is_given(desk: Desk, ana: Actor, at: Lead) -> None:
    ticket = at(S)
    desk.edit(ana, ticket.number, tag=("vpn", "site-2"))
    edited = desk.edit(ana, ticket.number, priority=Priority.URGENT, untag=("vpn",))
    assert (edited.title, edited.priority, edited.tags) == (
        ticket.title,
        Priority.URGENT,
        ("site-2",),
    )
    with pytest.raises(BadInput, match="changes nothing"):
        desk.edit(ana, ticket.number, priority=Priority.URGENT)
    with pytest.raises(BadInput, match="needs a title"):
        desk.edit(ana, ticket.number, title=" \x1b[0m ")


def test_the_first_to_come_leads_the_desk_and_adds_the_others(store: Store) -> None:
    desk = Desk(store, HandClock())
    ana = desk.enter("ana")
    assert ana.role is Role.LEAD
    for _ in range(2):
        with pytest.raises(NotFound, match="deskconsole people zoe technician"):
            desk.enter("zoe")
    desk.set_role(ana, "zoe", Role.TECHNICIAN)
    assert desk.enter("zoe").role is Role.TECHNICIAN
    assert [person.name for person in store.staff()] == ["ana", "zoe"]


@pytest.mark.parametrize("name", ["", "clock", "Nobody", "\x1b[2J"])
def test_some_names_are_nobodys(desk: Desk, name: str) -> None:
    with pytest.raises(BadInput):
        desk.enter(name)


@pytest.mark.parametrize("email", ["", "bob", "bob@", "@x", "a b@x.org", "a@b@c"])
def test_an_address_has_to_be_one(desk: Desk, ana: Actor, email: str) -> None:
    with pytest.raises(BadInput, match=r"as ana@example\.org"):
        desk.open(ana, "VPN drops", email)
    assert desk.store.last_number() == 0


def test_a_ticket_can_be_handed_to_nobody(desk: Desk, ana: Actor, at: Lead) -> None:
    number = at(S).number
    desk.assign(ana, number, "bo")
    assert desk.assign(ana, number, "nobody").assignee is None
    with pytest.raises(BadInput, match="nobody's already"):
        desk.assign(ana, number, "nobody")


def test_an_unknown_ticket_is_not_found(desk: Desk, ana: Actor) -> None:
    with pytest.raises(NotFound, match="there is no SD-99 on this desk"):
        desk.note(ana, 99, "hello")


def test_a_refused_verb_leaves_no_trace_of_the_people_it_would_have_added(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(D).number
    with pytest.raises(Refused):
        desk.receive(number, "zoe@example.org", "Any news?", handed_in=desk.enter(BOB))
    assert desk.store.correspondent("zoe@example.org") is None


def test_a_review_is_set_for_a_day_to_come(desk: Desk, ana: Actor, at: Lead) -> None:
    number = at(Status.WAITING_FOR_SUPPORT).number
    yesterday = START.date() - timedelta(days=1)
    hold = Brings(kind=HoldKind.VENDOR, whom="Acme", until=yesterday)
    with pytest.raises(BadInput, match="2026-05-03 is past; give a later day"):
        desk.move(ana, number, Status.BLOCKED, hold)
    assert desk.store.ticket(number).status is Status.WAITING_FOR_SUPPORT
