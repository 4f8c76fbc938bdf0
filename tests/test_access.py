"""Who may do what: every act of the desk by every role, who is let in, and what each is shown."""

import json
from collections.abc import Callable
from contextlib import suppress
from itertools import product

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, NotFound, Refused
from deskconsole.lifecycle.access import WHO, Right, denied
from deskconsole.model import Actor, Brings, Doing, Order, Role, Status, Step
from deskconsole.transfer import export_lines, import_lines
from tests.conftest import BOB, lead
from tests.test_cli import Run, refused, run, said

__all__ = ["run"]

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status
CAROL = "carol@example.org"

DESK = {"technician", "lead"}
STAFF = DESK | {"engineer"}
NAMES = {
    "customer": BOB,
    "viewer": "vera",
    "engineer": "eve",
    "technician": "bo",
    "lead": "ana",
    "none": "kit",
}

IMPORTED = json.dumps(
    {"title": "x", "reporter": {"email": BOB}, "assignee": "zoe", "status": "done"}
)

# What the desk can be asked to do: who may, and how it is asked. SD-1 waits for support, SD-2 is
# with a team, SD-3 waits for the customer, each of bob's; SD-4 is carol's.
ACTS: dict[str, tuple[set[str], Callable[[Desk, Actor], object]]] = {
    "open": ({"customer", *DESK}, lambda desk, by: desk.open(by, "Printer", BOB)),
    "move": (
        {"customer", *DESK},
        lambda desk, by: desk.move(by, 1, X, Brings(reason="no-longer-needed")),
    ),
    "step": (STAFF, lambda desk, by: desk.step(by, 2, Step.START, Brings(engineer="finn"))),
    "reply": (DESK, lambda desk, by: desk.reply(by, 1, "We are on it.")),
    "note": (STAFF, lambda desk, by: desk.note(by, 1, "cable?")),
    "assign": (DESK, lambda desk, by: desk.assign(by, 1, "bo")),
    "take": (DESK, lambda desk, by: desk.take(by, 1)),
    "edit": (DESK, lambda desk, by: desk.edit(by, 1, title="VPN")),
    "watch": (STAFF, lambda desk, by: desk.watch(by, 1)),
    "unwatch": (STAFF, lambda desk, by: desk.unwatch(by, 3, "bo")),
    "receive": (
        {"customer", *DESK},
        lambda desk, by: desk.receive(3, BOB, "4.2", handed_in=by),
    ),
    "undo": (STAFF, lambda desk, by: desk.undo(by)),
    "redo": (STAFF, lambda desk, by: desk.redo(by)),
    "keep_view": (STAFF, lambda desk, by: desk.keep_view(by, "Vpn", "tag:vpn", Order.AGE)),
    "drop_view": (STAFF, lambda desk, by: desk.drop_view(by, "Mine")),
    "appear": (STAFF, lambda desk, by: desk.appear(by, by.name, 1, Doing.LOOKING)),
    "begin_with": (STAFF, lambda desk, by: desk.begin_with(by, "Mine")),
    "keep_canned": (DESK, lambda desk, by: desk.keep_canned(by, "bye", "Good bye")),
    "drop_canned": (DESK, lambda desk, by: desk.drop_canned(by, "hello")),
    "set_policy": ({"lead"}, lambda desk, by: desk.set_policy(by, "approval_period", "5 days")),
    "add_team": ({"lead"}, lambda desk, by: desk.add_team(by, "ops")),
    "drop_team": ({"lead"}, lambda desk, by: desk.drop_team(by, "net")),
    "set_limit": ({"lead"}, lambda desk, by: desk.set_limit(by, S, "4")),
    "set_alerts": (STAFF, lambda desk, by: desk.set_alerts(by, "urgent")),
    "set_role": ({"lead"}, lambda desk, by: desk.set_role(by, "zoe", Role.TECHNICIAN)),
    "add_key": ({"lead"}, lambda desk, by: desk.add_key(by, "bo", KEY)),
    "remove_key": ({"lead"}, lambda desk, by: desk.remove_key(by, "eve")),
    "import_lines": ({"lead"}, lambda desk, by: import_lines(desk, by, [IMPORTED])),
}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ana@laptop"
# What only reads, or asks by the acts that it is handed, or is the clock's own.
OTHERS = {
    *("canned_for", "filled", "choices", "refuse_illegal", "ticket", "dossier", "view", "canned"),
    *("enter", "known", "may", "may_run_clock", "as_now", "member", "colleague"),
    "alerts",
    *("lets_in", "public_keys", "many", "expire", "disappear", "others", "prove"),
}


def everything(desk: Desk) -> tuple[object, ...]:
    """All that a desk holds."""
    store = desk.store
    settled = (store.people(), store.policy(), store.views(), store.canned(), store.public_keys())
    first = [(store.first_view(one), store.alerts(one)) for one in store.people()]
    return (*settled, first, store.presences(None), list(export_lines(desk)))


@pytest.fixture
def busy(desk: Desk, ana: Actor) -> Desk:
    """The desk of `ACTS`, where everybody who may has an act to undo, and one to redo."""
    for status in (S, T, C):
        lead(desk, ana, status)
    desk.open(ana, "Paper", CAROL)
    desk.watch(ana, 3, "bo")
    desk.keep_view(ana, "Mine", "mine", Order.AGE)
    desk.keep_canned(ana, "hello", "Hello")
    desk.set_policy(ana, "teams", "net, secret-team")
    desk.add_key(ana, "eve", KEY.replace("GKJl", "GKJm"))
    desk.set_role(ana, "kit", Role.TECHNICIAN)
    for name in ("bo", "eve", "kit", "ana"):
        numbers = [lead(desk, ana, T).number for _ in range(2)]
        for number in numbers:
            desk.step(desk.enter(name), number, Step.START, Brings(engineer=name))
        desk.undo(desk.enter(name))
    desk.set_role(ana, "kit", Role.NONE)
    return desk


class _Undone(Exception):
    pass


def test_every_act_is_done_by_who_may_and_refused_to_others_with_nothing_changed(
    busy: Desk,
) -> None:
    before = everything(busy)
    for (act, (who, work)), (role, name) in product(ACTS.items(), NAMES.items()):
        person = busy.store.member(name) or busy.store.correspondent(name)
        by = Actor(person, Role(role))
        if role in who:
            with suppress(_Undone), busy.store.writing():
                work(busy, by)
                assert everything(busy) != before, (act, role)
                raise _Undone
        else:
            with pytest.raises(Refused, match=r"^(an?|somebody without a) \w+ may not .*; ask a "):
                work(busy, by)
        assert everything(busy) == before, (act, role)


def test_no_act_of_the_desk_is_forgotten_here() -> None:
    public = {name for name in dir(Desk) if not name.startswith("_")}
    assert public == (ACTS.keys() - {"import_lines"}) | OTHERS


def test_a_role_that_was_taken_counts_at_once_for_who_is_at_the_desk_already(
    busy: Desk, ana: Actor
) -> None:
    bo = busy.enter("bo")
    busy.set_role(ana, "bo", Role.VIEWER)
    for _, work in ACTS.values():
        with pytest.raises(Refused, match="a viewer may not"):
            work(busy, bo)
    assert busy.dossier(bo, 1).ticket.number == 1


# Who is let in


def test_an_unknown_login_is_told_who_is_nearly_called_so_and_who_adds_people(
    desk: Desk,
) -> None:
    before = everything(desk)
    with pytest.raises(NotFound) as stranger:
        desk.enter("fin")
    assert str(stranger.value) == (
        "fin does not work at this desk, though finn does; "
        "a lead adds people: deskconsole people fin technician"
    )
    with pytest.raises(NotFound, match=r"deskconsole people 'x;\$\(y\)' technician"):
        desk.enter("x;$(y)")
    assert everything(desk) == before


@pytest.mark.parametrize(
    "work",
    [
        lambda desk, ana: desk.assign(ana, 1, "zoe"),
        lambda desk, ana: desk.watch(ana, 1, "zoe"),
        lambda desk, ana: desk.move(ana, 2, P, Brings(engineer="zoe")),
        lambda desk, ana: desk.step(ana, 2, Step.START, Brings(engineer="zoe")),
        lambda desk, ana: desk.set_role(ana, "zoe", Role.NONE),
    ],
)
def test_naming_somebody_unknown_adds_nobody(
    busy: Desk, ana: Actor, work: Callable[[Desk, Actor], object]
) -> None:
    before = everything(busy)
    with pytest.raises(NotFound, match="zoe does not work at this desk; a lead adds people"):
        work(busy, ana)
    assert everything(busy) == before


@pytest.mark.parametrize("name", ["vera", "kit"])
def test_work_is_handed_to_nobody_who_only_looks_on_or_left(
    busy: Desk, ana: Actor, name: str
) -> None:
    why = {"vera": "vera is a viewer; name", "kit": "kit does not work at this desk any more"}
    with pytest.raises(BadInput, match=why[name]):
        busy.assign(ana, 1, name)
    with pytest.raises(BadInput, match=why[name]):
        busy.step(ana, 2, Step.START, Brings(engineer=name))


def test_who_left_is_let_in_no_more_but_stays_in_what_was(busy: Desk, ana: Actor) -> None:
    busy.assign(ana, 1, "bo")
    busy.set_role(ana, "bo", Role.NONE)
    with pytest.raises(Refused, match="bo does not work at this desk any more"):
        busy.enter("bo")
    assert busy.store.ticket(1).assignee == busy.store.member("bo")
    assert busy.undo(ana).outcomes[0].ticket is not None  # through a history that names them
    busy.set_role(ana, "bo", Role.TECHNICIAN)
    assert busy.enter("bo").role is Role.TECHNICIAN


def test_the_last_lead_stays(desk: Desk, ana: Actor) -> None:
    for role in (Role.VIEWER, Role.NONE, Role.TECHNICIAN):
        with pytest.raises(BadInput, match="ana is the only lead"):
            desk.set_role(ana, "ana", role)


def test_a_desk_that_cannot_be_written_is_looked_at_by_everybody(busy: Desk) -> None:
    before = everything(busy)
    busy.store.read_only = True
    for name in ("ana", "bo", "vera"):
        me = busy.enter(name)
        assert (me.name, me.role) == (name, Role.VIEWER)
        with pytest.raises(Refused, match="a viewer may not"):
            busy.note(me, 1, "hello")
    guest = busy.enter("zoe")
    assert (guest.person, guest.role, guest.name) == (None, Role.VIEWER, "a guest")
    assert busy.dossier(guest, 1).events
    assert busy.enter(BOB).role is Role.CUSTOMER
    assert everything(busy) == before


def test_the_clock_is_run_by_the_machine_and_by_who_works_here(busy: Desk) -> None:
    for name in ("ana", "bo", "eve", "cron"):
        busy.may_run_clock(name)
    for name in ("vera", BOB, "kit"):
        with pytest.raises(Refused, match="may not run the clock"):
            busy.may_run_clock(name)


# What a customer is shown


def test_a_customer_sees_of_their_ticket_what_they_were_told_and_nothing_else(
    busy: Desk, ana: Actor
) -> None:
    busy.assign(ana, 3, "bo")
    busy.edit(ana, 3, tag=("secret-tag",), duplicate_of=4)
    busy.note(ana, 3, "a secret note", minutes=90)
    busy.receive(3, BOB, "4.2")
    busy.move(ana, 3, T, Brings(team="secret-team"))
    mine = busy.dossier(busy.enter(BOB), 3)
    assert [event.brings.message for event in mine.events] == ["Which version?", "4.2"]
    assert mine.ticket.status is T
    assert "secret" not in repr(mine)
    assert "Paper" not in repr(mine)
    assert (mine.watchers, mine.related, mine.ticket.clones) == ((), (), ())


@pytest.mark.parametrize(
    "work",
    [
        lambda desk, bob: desk.dossier(bob, 4),
        lambda desk, bob: desk.ticket(bob, 4),
        lambda desk, bob: desk.refuse_illegal(bob, 4, D),
        lambda desk, bob: desk.move(bob, 4, D, Brings(message="x")),
        lambda desk, bob: desk.move(bob, 4, X, Brings(reason="no-longer-needed")),
        lambda desk, bob: desk.receive(4, BOB, "x", handed_in=bob),
        lambda desk, bob: desk.receive(3, CAROL, "x", handed_in=bob),
        lambda desk, bob: desk.open(bob, "x", CAROL),
    ],
)
def test_what_is_somebody_elses_is_not_a_customers(
    busy: Desk, work: Callable[[Desk, Actor], object]
) -> None:
    before = everything(busy)
    with pytest.raises(Refused, match=r"somebody else's|of their own|their own words"):
        work(busy, busy.enter(BOB))
    assert everything(busy) == before


# The command line

WHOLE_DESK = (
    ("list",),
    ("list", "--view", "Mine"),
    ("people",),
    ("policy",),
    ("policy", "timezone"),
    ("views",),
    ("views", "Mine"),
    ("canned",),
    ("canned", "hello"),
    ("canned", "hello", "--json"),
    ("watchers", "1"),
    ("export",),
    ("worker", "--dry-run"),
    ("share",),
)


def test_commands_that_read_the_whole_desk_are_for_staff_and_viewers(
    run: Run, real_desk: Desk
) -> None:
    ana = real_desk.enter("ana")
    for status in (S, T, C):
        lead(real_desk, ana, status)
    real_desk.watch(ana, 1)
    real_desk.keep_view(ana, "Mine", "is:open", Order.AGE)
    real_desk.keep_canned(ana, "hello", "Hello")
    for command in WHOLE_DESK:
        assert "customers write mail" in refused(run(*command, who=BOB), 3)
    for command in (("list",), ("export",), ("people",), ("worker", "--dry-run")):
        assert said(run(*command, who="vera"))
        assert "zoe does not work at this desk" in refused(run(*command, who="zoe"), 4)
    query = ("assign", "--query", "is:open", "bo")
    assert "customers write mail" in refused(run(*query, who=BOB), 3)


def test_a_viewer_is_refused_in_one_sentence_however_many_tickets_it_is_about(
    run: Run, real_desk: Desk
) -> None:
    for _ in range(3):
        lead(real_desk, real_desk.enter("ana"), S)
    before = everything(real_desk)
    for command in (
        ("note", "1", "-m", "x"),
        ("new", "x", "--from", BOB),
        ("receive", "1", "--from", BOB, "-m", "x"),
        ("assign", "--query", "is:open", "bo"),
        ("move", "--query", "is:open", "blocked", "--kind", "vendor", "--whom", "Acme"),
        ("move", "1", "done"),
        ("watchers", "1", "--add"),
        ("views", "Vpn", "tag:vpn"),
        ("canned", "x", "-m", "x"),
        ("policy", "timezone", "UTC"),
        ("people", "zoe", "lead"),
        ("undo",),
        ("worker", "--once"),
        ("import", "-"),
        ("share", "--private"),
    ):
        done = run(*command, who="vera")
        assert "a viewer may not" in refused(done, 3)
        assert done.stderr.count("\n") == 1
    assert everything(real_desk) == before


def test_a_customer_shows_and_moves_their_own_ticket_on_the_command_line(
    run: Run, real_desk: Desk
) -> None:
    ana = real_desk.enter("ana")
    lead(real_desk, ana, A)
    real_desk.assign(ana, 1, "bo")
    real_desk.note(ana, 1, "a secret note")
    real_desk.open(ana, "Paper", CAROL)
    for form in ((), ("--plain",), ("--json",), ("--summary",)):
        shown = said(run("show", "1", *form, who=BOB))
        assert "VPN drops" in shown
        assert not any(word in shown.lower() for word in ("secret", "bo'", "assignee", "watchers"))
    assert "We believe your request is complete" in said(run("show", "1", who=BOB))
    assert "Done" in said(run("moves", "1", who=BOB))
    for command in (("show", "2"), ("moves", "2"), ("move", "2", "canceled")):
        assert "SD-2 is somebody else's" in refused(run(*command, who=BOB), 3)
    assert said(run("move", "1", "done", "-m", "It works.", who=BOB)) == "SD-1 is Done\n"
    assert said(run("new", "Again", "--from", BOB, who=BOB)) == "SD-3\n"
    assert "of their own" in refused(run("new", "x", "--from", CAROL, who=BOB), 3)


def test_a_lead_takes_every_right_from_who_leaves(run: Run) -> None:
    said(run("new", "x", "--from", BOB))
    said(run("assign", "1", "bo"))
    assert said(run("people", "bo", "none")).split() == ["bo", "none"]
    assert "bo does not work at this desk any more" in refused(run("list", who="bo"), 3)
    assert "bo does not work at this desk any more" in refused(run("assign", "1", "bo"), 2)
    assert "is bo's" not in said(run("take", "1"))


def test_the_table_of_rights_says_what_the_gate_does() -> None:
    for right in Right:
        for role in Role:
            assert (denied(role, right) is None) is (role in WHO[right])
    assert not any(Role.NONE in who for who in WHO.values())
    assert [right for right in Right if Role.VIEWER in WHO[right]] == [Right.LOOK]
