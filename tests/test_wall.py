"""The board to look at: what it shows, that it cannot write, and that it stays."""

import gc
import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, NotFound, Refused, StoreDown
from deskconsole.face.overview import figure_rows
from deskconsole.face.pieces import Piece
from deskconsole.model import (
    Actor,
    Brings,
    HoldKind,
    Order,
    Priority,
    Role,
    Status,
    Verb,
    WaitsOn,
)
from deskconsole.store.overview import read_overview
from deskconsole.store.store import look_store
from deskconsole.taste import NO_TASTE
from deskconsole.tui import link as link_module
from deskconsole.tui.actions import Place, actions_at
from deskconsole.tui.link import Link
from deskconsole.tui.watch import Watch
from deskconsole.tui.watch_screen import WatchScreen
from tests.conftest import BOB, HandClock, Lead, lead
from tests.postgres import Server, own_server
from tests.terminal import Terminal
from tests.test_access import ACTS, everything
from tests.test_board import settled

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status
CHANGES = 200  # counted together


def wall(url: object, *more: str, who: str = "ana", columns: int = 80, rows: int = 24) -> Terminal:
    return Terminal("--desk", str(url), "--as", who, "watch", *more, columns=columns, rows=rows)


def by_hand(url: object, who: str, *arguments: str) -> None:
    """Another process at the same desk."""
    command = [sys.executable, "-m", "deskconsole", "--desk", str(url), "--as", who, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# A desk that is looked at


def test_no_verb_writes_through_a_desk_that_is_looked_at(
    desk: Desk, at: Lead, ana: Actor, url: str
) -> None:
    ticket = at(P)
    before = everything(desk)
    looked = Desk(look_store(url), desk.clock)
    try:
        for _, work in ACTS.values():
            with pytest.raises((Refused, NotFound, BadInput)):
                work(looked, looked.enter("ana"))
        with pytest.raises(StoreDown, match="read-only"), looked.store.writing():
            looked.store.set_policy("timezone", "UTC")
        assert looked.store.ticket(ticket.number).status is P
    finally:
        looked.store.close()
    assert everything(desk) == before


def test_the_database_itself_refuses_whatever_asks_it_to_write(desk: Desk, url: str) -> None:
    looked = look_store(url)
    try:
        with pytest.raises(Exception, match=r"(?i)read-?only"):
            looked.connections.execute_sql("DELETE FROM ticket")
    finally:
        looked.close()


def test_a_desk_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(StoreDown, match="there is no desk at"):
        look_store(str(tmp_path / "none.db"))
    assert not list(tmp_path.glob("none*"))


def test_a_server_without_a_desk_is_not_made_one_by_looking(postgres: Server) -> None:
    with pytest.raises(StoreDown, match="there is no desk at"):
        look_store(postgres.url)


def test_another_file_is_refused_as_ever(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear desk, this is a letter and no desk at all.\n")
    with pytest.raises(StoreDown, match="is not a desk"):
        look_store(str(other))


def test_an_older_desk_is_not_brought_up_to_date_by_looking(desk: Desk, url: str) -> None:
    execute: Any = desk.store.connections.execute_sql
    execute("DELETE FROM schema_migration WHERE name >= '0008'")
    with pytest.raises(StoreDown, match="of an older deskconsole; open it once"):
        look_store(url)
    assert execute("SELECT count(*) FROM schema_migration").fetchone()[0] == 7


def test_only_who_has_a_role_may_look(desk: Desk, ana: Actor, url: str) -> None:
    desk.set_role(ana, "bo", Role.NONE)
    looked = Desk(look_store(url), desk.clock)
    try:
        with pytest.raises(Refused, match="does not work at this desk any more"):
            looked.enter("bo")
        assert looked.enter("ana").role is Role.VIEWER
    finally:
        looked.store.close()


# Figures


def test_the_figures_are_those_of_the_tickets(
    desk: Desk, at: Lead, ana: Actor, clock: HandClock
) -> None:
    first = at(S)
    clock.now += timedelta(days=3)
    held, asked, *_ = at(B), at(C), at(T), at(P), at(D), at(X)
    desk.assign(ana, first.number, "bo")
    desk.assign(ana, held.number, "ana")
    seen = read_overview(desk.store, clock.now)
    everybody = {ticket.number: ticket for ticket in desk.store.listing(Status)}
    still = [ticket for ticket in everybody.values() if not ticket.status.closed]
    assert seen.open == len(still) == 5
    assert dict(seen.waiting) == {
        waits: sum(1 for ticket in still if ticket.status.waits_on is waits)
        for waits in WaitsOn
        if waits is not WaitsOn.NOBODY
    }
    assert seen.unassigned == sum(1 for ticket in still if ticket.assignee is None) >= 2
    assert seen.oldest == everybody[first.number]
    assert (seen.overdue, seen.closing) == (0, 0)
    moved = [event for event in desk.store.events_after(0) if event.moved]
    assert [move.id for move in seen.moves] == [event.id for event in moved[::-1][:8]]
    assert seen.changed_at == clock.now

    assert asked.deadline is not None
    clock.now = asked.deadline - timedelta(hours=23)
    assert read_overview(desk.store, clock.now).closing == 1
    clock.now = asked.deadline
    later = read_overview(desk.store, clock.now + timedelta(seconds=1))
    assert (later.overdue, later.closing) == (1, 0)


def test_a_day_of_review_comes_when_it_does_where_the_desk_is(
    desk: Desk, ana: Actor, clock: HandClock
) -> None:
    number = desk.open(ana, "VPN", BOB).number
    for zone, hours in (("Pacific/Auckland", -12), ("America/Los_Angeles", 7)):
        desk.set_policy(ana, "timezone", zone)
        review = (clock.now + timedelta(days=30)).date()
        if desk.store.ticket(number).status is B:
            desk.move(ana, number, S, Brings(message="Not yet."))
        desk.move(ana, number, B, Brings(kind=HoldKind.VENDOR, whom="Acme", until=review))
        begins = datetime.combine(review, time(), UTC) + timedelta(hours=hours)
        assert read_overview(desk.store, begins - timedelta(minutes=1)).overdue == 0
        assert read_overview(desk.store, begins).overdue == 1


def test_moves_are_told_however_much_else_was_done_since(
    desk: Desk, at: Lead, ana: Actor, clock: HandClock
) -> None:
    number = at(C).number
    for thought in range(100):
        desk.note(ana, number, f"thought {thought}")
    moves = read_overview(desk.store, clock.now).moves
    assert [move.verb for move in moves] == [Verb.ASK, Verb.OPEN]


def test_a_hold_whose_day_of_review_came_is_overdue(
    desk: Desk, at: Lead, ana: Actor, clock: HandClock
) -> None:
    held = at(P)
    review = (clock.now + timedelta(days=2)).date()
    desk.move(ana, held.number, B, Brings(kind=HoldKind.VENDOR, whom="Acme", until=review))
    assert read_overview(desk.store, clock.now).overdue == 0
    assert read_overview(desk.store, clock.now + timedelta(days=2)).overdue == 1


def test_an_empty_desk_has_figures_too(desk: Desk, clock: HandClock) -> None:
    seen = read_overview(desk.store, clock.now)
    assert (seen.open, seen.oldest, seen.moves, seen.changed_at) == (0, None, (), None)


# The screen


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (250, 70)])
def test_at_every_size_figures_stand_above_the_board_and_moves_below_it(
    real_desk: Desk, path: Path, columns: int, rows: int
) -> None:
    ana = real_desk.enter("ana")
    for status in (S, C, T, B):
        lead(real_desk, ana, status)
    with wall(path, columns=columns, rows=rows) as terminal:
        shown = terminal.expect("4 open").split("\n")
        terminal.expect(r"moved SD-\d to")
        shown = terminal.rows
        top = " ".join(shown[:2])
        assert re.search(r"1 on us +1 on the customer +1 on engineering +1 outside", top)
        assert re.search(r"\d unassigned +0 overdue +0 closing in 24 h +oldest SD-1 ", top)
        assert "live" in top
        assert "Waiting for Support" in " ".join(shown[1:3])
        moves = [
            row
            for row in shown[rows // 2 :]
            if re.search(r"\d\d:\d\d .* (?:moved|opened) SD-", row)
        ]
        assert len(moves) == {24: 1, 40: 3, 70: 6}[rows], "\n".join(shown)
        assert "(viewer)" in shown[-2]
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored()


def test_a_move_elsewhere_is_seen_in_figures_board_and_moves(real_desk: Desk, path: Path) -> None:
    ticket = lead(real_desk, real_desk.enter("ana"), S)
    with wall(path, columns=160) as terminal:
        terminal.expect("1 on us")
        by_hand(path, "ana", "move", ticket.ref, "X", "--reason", "no-longer-needed",
                "--for-customer")  # fmt: skip
        terminal.expect(r"0 on us")
        terminal.expect(rf"ana moved {ticket.ref} to Canceled")
        terminal.expect(r"live · last change \d\d:\d\d")


def test_no_key_of_the_board_writes(real_desk: Desk, path: Path, state: Path) -> None:
    lead(real_desk, real_desk.enter("ana"), S)
    before = everything(real_desk)
    files = {file: file.stat().st_mtime_ns for file in state.parent.rglob("*.toml")}
    with wall(path, columns=160) as terminal:
        terminal.expect("1 on us")
        for action in actions_at(Place.BOARD):
            if action.right is not None and action.shown:
                terminal.press(*_keys(action.keys[0]))
                terminal.expect("a viewer may not|ask a lead")
                terminal.press("down")
        terminal.press("enter")
        terminal.expect("Opened|opened")
        terminal.press("r")
        terminal.expect("a viewer may not reply")
        terminal.press("esc")
        terminal.expect("1 on us")
        terminal.press("^z")
        terminal.press("q")
        assert terminal.ended() == 0
    assert everything(real_desk) == before
    assert {f: f.stat().st_mtime_ns for f in state.parent.rglob("*.toml")} == files


def _keys(key: str) -> list[str]:
    named = {"asterisk": "*", "space": "space"}
    return [named.get(key, key)]


def test_a_theme_is_chosen_for_as_long_as_one_looks_and_in_no_file(
    real_desk: Desk, path: Path, tmp_path: Path
) -> None:
    with wall(path) as terminal:
        terminal.expect("0 open")
        terminal.press(":")
        terminal.expect("a command:")
        terminal.press(*"theme", "enter")
        terminal.expect("nord")
        terminal.press("j", "enter")
        terminal.expect("holds until you leave")
    assert not list(tmp_path.rglob("*.toml"))


def test_rotating_walks_the_saved_views(real_desk: Desk, path: Path) -> None:
    ana = real_desk.enter("ana")
    lead(real_desk, ana, S)
    real_desk.keep_view(ana, "urgent", "p:urgent", Order.AGE)
    real_desk.open(ana, "Fire in the server room", BOB, priority=Priority.URGENT)
    with wall(path, "--rotate", "2") as terminal:
        terminal.expect("2 open")
        terminal.expect("view urgent")
        terminal.expect("Fire in the server room")
        terminal.gone("view urgent")
        terminal.expect("view urgent")


def test_a_rotation_that_would_never_end_a_round_is_refused(path: Path) -> None:
    with wall(path, "--rotate", "1") as terminal:
        assert terminal.ended() == 2
        assert "1 is not in the range" in terminal.text


def test_who_is_put_out_of_the_desk_looks_no_more(real_desk: Desk, path: Path) -> None:
    ana = real_desk.enter("ana")
    real_desk.set_role(ana, "vera", Role.VIEWER)
    with wall(path, who="vera") as terminal:
        terminal.expect("vera \\(viewer\\)")
        by_hand(path, "ana", "people", "vera", "none")
        assert terminal.ended() == 3
        assert terminal.restored()
        assert "somebody without a role may not look at the whole desk" in terminal.text


def test_it_says_that_it_reconnects_and_is_live_again(real_desk: Desk, path: Path) -> None:
    lead(real_desk, real_desk.enter("ana"), S)
    away = path.with_suffix(".away")
    with wall(path, columns=160) as terminal:
        terminal.expect("live · last change")
        real_desk.store.close()
        for suffix in ("", "-wal", "-shm"):
            if Path(f"{path}{suffix}").exists():
                Path(f"{path}{suffix}").rename(f"{away}{suffix}")
        terminal.expect("reconnecting · ")
        for suffix in ("-wal", "-shm", ""):
            if Path(f"{away}{suffix}").exists():
                Path(f"{away}{suffix}").rename(f"{path}{suffix}")
        terminal.expect("live · last change")
        by_hand(path, "ana", "new", "Back again", "--from", BOB)
        terminal.expect("2 open")


def test_another_desk_in_the_place_of_the_one_that_was_is_no_news(
    real_desk: Desk, path: Path, tmp_path: Path
) -> None:
    ana = real_desk.enter("ana")
    lead(real_desk, ana, D)
    real_desk.store.close()
    other = tmp_path / "other.db"
    by_hand(other, "ana", "new", "From elsewhere", "--from", BOB)
    with wall(path, columns=160) as terminal:
        terminal.expect("0 open")
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        terminal.expect("reconnecting")
        other.rename(path)
        terminal.expect("1 open")
        terminal.expect("the desk is back but older than it was, or another one")


def test_a_server_that_restarts_is_found_again() -> None:
    with own_server() as server:
        url = server.desk()
        with wall(url, columns=160) as terminal:
            terminal.expect("0 open")
            server.stop()
            terminal.expect("reconnecting")
            server.start()
            terminal.expect("live")
            by_hand(url, "ana", "new", "Back again", "--from", BOB)
            terminal.expect("1 open")


def test_it_is_drawn_anew_when_the_terminal_is_resized(real_desk: Desk, path: Path) -> None:
    lead(real_desk, real_desk.enter("ana"), S)
    with wall(path) as terminal:
        terminal.expect("1 open")
        terminal.resize(160, 50)
        terminal.expect("live · last change")
        terminal.resize(80, 24)
        terminal.gone("last change")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
@pytest.mark.parametrize(("columns", "rows"), [(5, 3), (1, 1), (7, 10)])
def test_a_terminal_that_is_hardly_there_costs_no_board(
    real_desk: Desk, path: Path, columns: int, rows: int
) -> None:
    lead(real_desk, real_desk.enter("ana"), S)
    with wall(path) as terminal:
        terminal.expect("1 open")
        terminal.resize(columns, rows)
        while terminal.read(0.5):
            pass
        terminal.resize(100, 30)
        terminal.expect("1 on us")
        terminal.press("q")
        assert terminal.ended() == 0


def test_the_header_has_room_to_say_how_the_link_is_whatever_it_is() -> None:
    full, brief = (
        [(Piece("x" * cells, "key"),) for cells in told]
        for told in ((10, 11, 21, 20, 12, 16, 11, 22, 24), (10, 11, 14, 17, 12, 16, 11, 22, 24))
    )
    for width in range(1, 200):
        heights = {
            len(figure_rows([full, brief], [Piece(state, "good")], width, 14))
            for state in (" live ", " reconnecting ", " live · last change 14:02 ")
        }
        assert len(heights) == 1, width


def test_it_survives_a_detached_tmux(real_desk: Desk, path: Path, tmp_path: Path) -> None:
    lead(real_desk, real_desk.enter("ana"), S)
    socket = str(tmp_path / "tmux")
    command = f"{sys.executable} -m deskconsole --desk {path} --as ana watch"
    tmux = ["tmux", "-f", "/dev/null", "-S", socket]
    env = {**os.environ, "TERM": "xterm-256color"}
    attach = [*tmux, "new-session", "-A", "-s", "wall"]
    try:
        with Terminal(program=[*attach, command], columns=100, rows=30, env=env) as terminal:
            terminal.expect("1 open")
            subprocess.run([*tmux, "detach-client", "-s", "wall"], check=True)
            terminal.ended()
        by_hand(path, "ana", "new", "While nobody looked", "--from", BOB)
        with Terminal(program=attach, columns=120, rows=40, env=env) as terminal:
            terminal.expect("2 open")
            terminal.expect("While nobody looked")
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_good_order(real_desk: Desk, path: Path, number: int) -> None:
    with wall(path) as terminal:
        terminal.expect("0 open")
        os.kill(terminal.process.pid, number)
        assert terminal.ended() == 128 + number
        assert terminal.restored()


async def test_a_board_keeps_nothing_of_the_changes_that_it_has_shown(
    desk: Desk, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "_BURST_SECONDS", 0.0)
    monkeypatch.setattr(link_module, "_STORM_SECONDS", 0.0)
    numbers = [lead(desk, ana, status).number for status in (S, C, T, P)]
    vera = Actor(None, Role.VIEWER)
    link = Link(desk, vera)
    watch = Watch(link, NO_TASTE)
    kept = []
    try:
        async with watch.run_test(size=(160, 45)) as pilot:
            await settled(pilot)
            for change in range(4 * CHANGES + 1):
                if change % CHANGES == 0:
                    kept.append(objects())
                desk.assign(ana, numbers[change % 4], ("bo", "ana")[change // 4 % 2])
                await shown(pilot, watch, desk.store.last_event())
    finally:
        link.close()
    begun, *_, ended = kept[1:]  # after the first ones everything was in use once
    assert ended - begun < 3 * CHANGES, kept  # less than one for a change


def objects() -> int:
    """How many there are, but for those in caches that have an end."""
    gc.unfreeze()
    for one in gc.get_objects():
        ours = isinstance(one, _lru_cache_wrapper) and one.__module__.startswith("deskconsole")
        if ours and one.cache_parameters()["maxsize"] is not None:
            one.cache_clear()
    gc.collect()
    return len(gc.get_objects())


async def shown(pilot: Pilot[None], watch: Watch, event: int) -> None:
    """Wait until the board shows what it was at an event."""
    screen = watch.screen
    assert isinstance(screen, WatchScreen)
    while screen._upto < event or screen.reading:
        await pilot.pause(0.002)
