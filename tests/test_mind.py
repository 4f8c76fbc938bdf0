"""Minding the desk: what was settled and by whom, who holds what, and what a lead is told of."""

import asyncio
import json
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.desk.household import view_words
from deskconsole.desk.rebalance import hand_over, share, shared_out
from deskconsole.errors import BadInput, NotFound, Refused, SettledMeanwhile
from deskconsole.model import (
    Actor,
    Alert,
    Alerts,
    Brings,
    HoldKind,
    Matter,
    Order,
    Period,
    Priority,
    Role,
    Status,
)
from deskconsole.records import alerts_of
from deskconsole.store.alerts import read_alerts
from deskconsole.store.copying import copy_desk
from deskconsole.store.store import open_store
from deskconsole.store.workload import read_workload
from deskconsole.taste import NO_TASTE
from deskconsole.tui import watch_screen
from deskconsole.tui.app import Console
from deskconsole.tui.bars import Bar
from deskconsole.tui.link import Link
from deskconsole.tui.watch import Watch
from tests.conftest import BOB, HandClock, Lead, Places, lead
from tests.terminal import Terminal
from tests.test_board import console_at, press, settled

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status

ALL = Alerts(urgent=True, overdue=True, unassigned=Period(hours=4))


def past(desk: Desk, matter: Matter) -> list[tuple[str, str, str | None, str | None]]:
    """What was settled of a matter, the oldest first."""
    found = desk.store.settlements(matter)[::-1]
    return [(one.by.name, one.name, one.before, one.after) for one in found]


# History


def test_history_says_who_settled_what_from_what_to_what(
    desk: Desk, ana: Actor, clock: HandClock
) -> None:
    clock.forward(hours=1)
    desk.set_policy(ana, "approval_period", "5 days")
    desk.set_role(ana, "bo", Role.LEAD)
    bo = desk.enter("bo")
    desk.keep_view(bo, "Mine", "mine", Order.AGE)
    desk.keep_view(bo, "Mine", "mine is:open", Order.AGE, replace=True)
    desk.drop_view(ana, "Mine")
    desk.keep_canned(ana, "hello", "Hello")
    desk.keep_canned(bo, "hello", "Good\nday")
    desk.drop_canned(bo, "hello")
    assert past(desk, Matter.POLICY)[-1] == ("ana", "approval_period", "1 week", "5 days")
    assert past(desk, Matter.PEOPLE)[0] == ("ana", "bo", None, "technician")
    assert past(desk, Matter.PEOPLE)[-1] == ("ana", "bo", "technician", "lead")
    assert past(desk, Matter.VIEWS) == [
        ("bo", "Mine", None, "mine, by age"),
        ("bo", "Mine", "mine, by age", "mine is:open, by age"),
        ("ana", "Mine", "mine is:open, by age", None),
    ]
    assert past(desk, Matter.CANNED) == [
        ("ana", "hello", None, "Hello"),
        ("bo", "hello", "Hello", "Good\nday"),
        ("bo", "hello", "Good\nday", None),
    ]
    last = desk.store.settlements(limit=1)[0]
    assert (last.at, last.by.role) == (clock.now, Role.LEAD)


def test_what_changes_nothing_or_is_refused_is_not_in_history(desk: Desk, ana: Actor) -> None:
    desk.set_policy(ana, "approval_period", "1 week")
    desk.set_role(ana, "bo", Role.TECHNICIAN)
    with pytest.raises(BadInput):
        desk.set_policy(ana, "approval_period", "soon")
    with pytest.raises(Refused):
        desk.set_policy(desk.enter("bo"), "approval_period", "5 days")
    assert not [one for one in past(desk, Matter.POLICY) if one[1] == "approval_period"]
    assert len([one for one in past(desk, Matter.PEOPLE) if one[1] == "bo"]) == 1


def test_history_is_read_by_pages_and_goes_along_to_another_desk(
    desk: Desk, ana: Actor, places: Places
) -> None:
    for days in range(1, 8):
        desk.set_policy(ana, "reopen_window", f"{days} days")
    desk.set_alerts(ana, "overdue")
    first = desk.store.settlements(Matter.POLICY, 3)
    assert [one.after for one in first] == ["7 days", "6 days", "5 days"]
    after = desk.store.settlements(Matter.POLICY, 3, first[-1].id)
    assert [one.after for one in after] == ["4 days", "3 days", "2 days"]
    other = open_store(places())
    with other.writing():
        copy_desk(desk.store, other, 1, lambda *_: None)
    assert other.settlements() == desk.store.settlements()
    assert ana.person is not None
    assert other.alerts(ana.person) == Alerts(overdue=True)
    other.close()


def test_teams_and_limits_are_settled_one_by_one(desk: Desk, ana: Actor) -> None:
    desk.add_team(ana, "net")
    assert desk.add_team(ana, " db ").teams == ("net", "db")
    with pytest.raises(BadInput, match="there is a team db already"):
        desk.add_team(ana, "db")
    with pytest.raises(BadInput, match="a team needs a name"):
        desk.add_team(ana, "a, b")
    assert desk.drop_team(ana, "net").teams == ("db",)
    with pytest.raises(NotFound, match="there is no team 'net'; there are: db"):
        desk.drop_team(ana, "net")
    desk.set_limit(ana, P, "4")
    assert str(desk.set_limit(ana, B, "3").limits[-1]) == "blocked 3"
    assert desk.set_limit(ana, P, "").limit(P) is None
    with pytest.raises(BadInput, match="'many' is no limit"):
        desk.set_limit(ana, B, "many")
    assert past(desk, Matter.POLICY)[-1] == (
        "ana",
        "limits",
        "in-progress 4, blocked 3",
        "blocked 3",
    )


def run(url: str, *arguments: str, who: str = "ana") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deskconsole", "--desk", url, "--as", who, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_tells_history_to_whoever_may_look(desk: Desk, ana: Actor, url: str) -> None:
    desk.set_policy(ana, "approval_period", "5 days")
    desk.keep_canned(ana, "hi", "a\nb\x1b[31m")
    lines = run(url, "history").stdout.splitlines()
    assert lines[0] == "2026-05-04 09:30  ana          text hi: a b"
    assert lines[1] == "2026-05-04 09:30  ana          approval_period: 1 week → 5 days"
    (one,) = json.loads(run(url, "history", "canned", "--json").stdout)
    assert (one["by"], one["name"], one["before"], one["after"]) == ("ana", "hi", None, "a\nb")
    plain = run(url, "history", "policy", "--plain", who="vera").stdout.splitlines()
    assert plain[0].endswith("ana, lead: approval_period: 1 week became 5 days.")
    wrong = run(url, "history", "weather")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "'weather' has no history; there are policy, people, views, canned" in wrong.stderr


# Who holds what


def test_the_workload_is_what_everybody_has_open_by_status(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    began = clock.now
    for status, whose in ((S, "bo"), (S, "bo"), (B, "bo"), (D, "bo"), (C, "eve"), (A, None)):
        ticket = at(status)
        if whose:
            desk.assign(ana, ticket.number, whose)
        clock.forward(hours=1)
    held = {one.name: one for one in read_workload(desk.store)}
    assert list(held) == ["nobody", "bo", "eve", "ana", "finn"]
    assert held["bo"].open == {S: 2, B: 1}
    assert held["bo"].since == began
    assert (held["eve"].total, held["nobody"].open, held["ana"].total) == (1, {A: 1}, 0)
    desk.set_role(ana, "bo", Role.NONE)
    assert "bo" in [one.name for one in read_workload(desk.store)]


def test_tickets_are_shared_out_so_that_all_have_equally_many() -> None:
    given = shared_out(range(1, 11), {"bo": 4, "eve": 0, "kit": 0})
    having = {"bo": 4, "eve": 0, "kit": 0}
    for name in given.values():
        having[name] += 1
    assert sorted(given) == [*range(1, 11)]
    assert sorted(having.values()) == [4, 5, 5]
    assert shared_out((1, 2), {"bo": 0, "eve": 0}) == {1: "bo", 2: "eve"}


def test_only_who_works_here_can_share(desk: Desk, ana: Actor, at: Lead) -> None:
    tickets = [at(S)]
    with pytest.raises(BadInput, match="vera is a viewer"):
        share(desk, ana, tickets, "bo, vera")
    with pytest.raises(NotFound, match="nick does not work at this desk"):
        share(desk, ana, tickets, "nick")
    with pytest.raises(BadInput, match="name those who share them"):
        share(desk, ana, tickets, " , ")
    with pytest.raises(Refused, match="a viewer may not assign tickets"):
        share(desk, desk.enter("vera"), tickets, "bo")


def test_a_rebalance_is_one_act_that_one_undo_takes_back_and_tells_conflicts(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    tickets = [desk.assign(ana, at(S).number, "bo") for _ in range(6)]
    desk.assign(ana, at(S).number, "eve")
    bo = desk.enter("bo")
    desk.note(bo, 2, "I am on this one.")
    outcomes = share(desk, ana, tickets, "eve, bo")
    assert [one.number for one in outcomes if one.error] == [2]
    assert "SD-2 has changed since you looked: bo noted" in str(
        next(one.error for one in outcomes if one.error)
    )
    held = {one.name: one.total for one in read_workload(desk.store)}
    assert (held["bo"], held["eve"]) == (4, 3)
    desk.undo(ana)
    held = {one.name: one.total for one in read_workload(desk.store)}
    assert (held["bo"], held["eve"]) == (6, 1)
    hand_over(desk, ana, [desk.store.ticket(1)], "nobody")
    assert desk.store.ticket(1).assignee is None


# What a lead is told of


def tell(
    desk: Desk, me: Actor, wanted: Alerts = ALL, since: int = 0, told: set[Alert] | None = None
) -> list[tuple[str, int]]:
    """What there is to tell, by ticket."""
    found = read_alerts(desk.store, wanted, me.person, since, desk.clock(), told or set())
    if told is not None:
        told.update(found)
    return sorted((alert.why.value, alert.ticket) for alert in found)


def test_what_to_be_told_of_is_kept_in_the_desk_for_each_person(desk: Desk, ana: Actor) -> None:
    assert desk.set_alerts(ana, "overdue, urgent,unassigned 4h") == ALL
    assert desk.alerts(ana) == ALL
    assert desk.alerts(desk.enter("bo")) == Alerts()
    assert str(ALL) == "urgent, overdue, unassigned 4 hours"
    assert alerts_of(str(ALL)) == ALL
    desk.set_alerts(ana, "")
    assert desk.alerts(ana) == Alerts()
    for wrong, why in (
        ("loud", "nobody is told of 'loud'"),
        ("unassigned", "unassigned needs a period"),
        ("unassigned soon", "'soon' is not a period"),
    ):
        with pytest.raises(BadInput, match=why):
            desk.set_alerts(ana, wrong)


def test_others_opening_an_urgent_ticket_or_making_one_urgent_is_told_once(
    desk: Desk, ana: Actor
) -> None:
    bo, told = desk.enter("bo"), set[Alert]()
    begun = desk.open(bo, "Paper", BOB).version
    first = desk.open(bo, "Fire", BOB, priority=Priority.URGENT).number
    made = desk.open(bo, "VPN", BOB).number
    desk.edit(bo, made, priority=Priority.URGENT)
    calmed = desk.open(bo, "Ink", BOB, priority=Priority.URGENT).number
    desk.edit(bo, calmed, priority=Priority.LOW)
    gone = desk.open(bo, "Ink", BOB, priority=Priority.URGENT).number
    desk.move(bo, gone, X, Brings(reason="no-longer-needed"))
    desk.open(ana, "My own", BOB, priority=Priority.URGENT)
    wanted = Alerts(urgent=True)
    assert tell(desk, ana, wanted, begun, told) == [("urgent", first), ("urgent", made)]
    assert tell(desk, ana, wanted, begun, told) == []
    assert tell(desk, ana, wanted, desk.store.last_event()) == []
    assert tell(desk, ana, Alerts(overdue=True), begun) == []


def test_a_deadline_or_a_review_that_passed_is_told(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    waits, approval = at(C).number, at(A).number
    held = at(S).number
    tomorrow = clock.now.date() + timedelta(days=1)
    review = Brings(kind=HoldKind.VENDOR, whom="Acme", until=tomorrow)
    desk.move(ana, held, B, review)
    wanted = Alerts(overdue=True)
    assert tell(desk, ana, wanted) == []
    clock.forward(days=1)
    assert tell(desk, ana, wanted) == [("overdue", held)]
    clock.forward(days=6)
    assert tell(desk, ana, wanted) == [("overdue", approval), ("overdue", held)]
    clock.forward(days=7)
    assert ("overdue", waits) in tell(desk, ana, wanted)
    desk.expire(waits)
    assert ("overdue", waits) not in tell(desk, ana, wanted)


def test_a_ticket_that_is_nobodys_for_long_is_told_and_one_just_given_back_is_not(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    left, hers, given_back = (at(S).number for _ in range(3))
    for number in (hers, given_back):
        desk.assign(ana, number, "bo")
    wanted, told = Alerts(unassigned=Period(hours=4)), set[Alert]()
    clock.forward(hours=3)
    assert tell(desk, ana, wanted, told=told) == []
    clock.forward(hours=1)
    desk.assign(ana, given_back, "nobody")
    assert tell(desk, ana, wanted, told=told) == [("unassigned", left)]
    assert tell(desk, ana, wanted, told=told) == []
    clock.forward(hours=4)
    assert tell(desk, ana, wanted, told=told) == [("unassigned", given_back)]


def test_the_command_settles_what_one_is_told_of(desk: Desk, ana: Actor, url: str) -> None:
    assert run(url, "alerts").stdout == "(nothing)\n"
    done = run(url, "alerts", "urgent", "overdue", "unassigned", "4 hours")
    assert (done.stdout, done.returncode) == ("urgent, overdue, unassigned 4 hours\n", 0)
    assert desk.alerts(ana) == ALL
    told = json.loads(run(url, "alerts", "--json").stdout)
    assert told == {"urgent": True, "overdue": True, "unassigned": "4 hours"}
    wrong = run(url, "alerts", "loud")
    assert (wrong.returncode, desk.alerts(ana)) == (2, ALL)
    assert "a viewer may not watch tickets" in run(url, "alerts", "urgent", who="vera").stderr
    assert run(url, "alerts", "--none").stdout == "(nothing)\n"
    assert desk.alerts(ana) == Alerts()


def bells(terminal: Terminal) -> int:
    """How often it rang; the same byte ends a title of the window."""
    return re.sub(rb"\x1b\][^\x07]*\x07", b"", terminal.written).count(b"\x07")


def open_urgent(path: Path, title: str) -> None:
    run(str(path), "new", title, "--from", BOB, "--priority", "urgent", who="bo")


def test_a_console_rings_once_and_names_what_became_urgent(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    lead(real_desk, me, S)
    real_desk.set_alerts(me, "urgent")
    with Terminal("--desk", str(path), "--as", "ana") as terminal:
        terminal.expect("SD-1")
        terminal.expect("live")
        open_urgent(path, "Fire in the [server] room")
        terminal.expect(r"urgent: SD-2 Fire in the \[server\] room")
        assert bells(terminal) == 1
        terminal.press("j")
        terminal.gone("urgent: SD-2")
        run(str(path), "note", "SD-2", "-m", "On it.", who="bo")
        terminal.expect("noted on SD-2")
        assert "urgent:" not in terminal.text
        assert bells(terminal) == 1


def test_a_burst_rings_at_most_once_a_second_and_says_how_many_more(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    bo = real_desk.enter("bo")
    real_desk.set_alerts(me, "urgent")
    with Terminal("--desk", str(path), "--as", "ana", columns=160) as terminal:
        terminal.expect("This desk is empty")
        terminal.expect("live")
        began = time.monotonic()
        for number in range(200):
            real_desk.open(bo, f"Fire {number}", BOB, priority=Priority.URGENT)
        terminal.expect("urgent: SD-1, SD-2, SD-3 and 197 more")
        assert 1 <= bells(terminal) <= 1 + (time.monotonic() - began)


def test_no_bell_rings_where_it_is_not_liked(
    path: Path, real_desk: Desk, me: Actor, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text("bell = false\n")
    real_desk.set_alerts(me, "urgent")
    with Terminal("--desk", str(path), "--as", "ana") as terminal:
        terminal.expect("This desk is empty")
        terminal.expect("live")
        open_urgent(path, "Fire")
        terminal.expect("urgent: SD-1 Fire")
        assert bells(terminal) == 0


async def test_what_time_alone_brings_is_told_when_the_clock_ticks(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    at(S)
    desk.set_alerts(ana, "unassigned 4h")
    async with console_at(desk, ana) as (pilot, _):
        console = pilot.app
        assert isinstance(console, Console)
        clock.forward(hours=5)
        await console._alarm.look()
        assert "unassigned: SD-1 VPN drops" in said(console)
        await press(pilot, "j")
        await console._alarm.look()
        assert "unassigned" not in said(console)


async def test_on_a_board_that_nobody_may_sit_at_an_alert_goes_by_itself(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_screen, "ALERT_SECONDS", 0.3)
    at(S)
    desk.set_alerts(ana, "unassigned 4h")
    assert ana.person is not None
    link = Link(desk, Actor(ana.person, Role.VIEWER))
    watch = Watch(link, NO_TASTE)
    try:
        async with watch.run_test(size=(120, 30)) as pilot, asyncio.timeout(20):
            await settled(pilot)
            clock.forward(hours=5)
            await watch._alarm.look()
            assert "unassigned: SD-1 VPN drops" in said(watch)
            while "unassigned" in said(watch):
                await asyncio.sleep(0.02)
            await watch._alarm.look()
            assert "unassigned" not in said(watch)
    finally:
        link.close()


def said(console: Console) -> str:
    """The status line of the board."""
    return console.screen_stack[0].query_one("#status", Bar).render_line(0).text


# Two leads at once


def test_what_another_lead_settled_meanwhile_is_told_and_not_lost(desk: Desk, ana: Actor) -> None:
    desk.set_role(ana, "bo", Role.LEAD)
    bo = desk.enter("bo")
    desk.set_policy(bo, "targets", "urgent 1 hour / 8 hours")
    with pytest.raises(SettledMeanwhile, match="targets changed since you looked: bo made it urg"):
        desk.set_policy(ana, "targets", "high 2 hours / 9 hours", seen="")
    assert str(desk.store.policy().targets[0]) == "urgent 1 hour / 8 hours"
    desk.set_policy(ana, "targets", "high 2 hours / 9 hours", seen="urgent 1 hour / 8 hours")
    assert [target.priority for target in desk.store.policy().targets] == [Priority.HIGH]

    desk.set_limit(bo, B, "3")
    desk.set_limit(bo, T, "9", seen="")  # of another status: nobody is in the way
    with pytest.raises(SettledMeanwhile, match=r"limit of Blocked/On Hold .* bo made it 3"):
        desk.set_limit(ana, B, "7", seen="")
    assert desk.store.policy().limit(B) == 3

    desk.keep_canned(bo, "hi", "Hello.")
    with pytest.raises(SettledMeanwhile, match=r"the text hi .* bo made it Hello"):
        desk.keep_canned(ana, "hi", "Good day.", seen="Hi.")
    with pytest.raises(SettledMeanwhile, match=r"the text hi .* bo made it Hello"):
        desk.keep_canned(ana, "hi", "Good day.", seen="")  # as a new one
    desk.keep_canned(ana, "bye", "Good bye.", seen="")
    view = desk.keep_view(bo, "Mine", "mine", Order.AGE)
    desk.drop_view(bo, "Mine")
    with pytest.raises(SettledMeanwhile, match=r"the view Mine .* bo dropped it") as told:
        desk.keep_view(ana, "Mine", "mine", Order.AGE, replace=True, seen=view_words(view))
    assert told.value.words is None
    assert not desk.store.views()
