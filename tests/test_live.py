"""A console among others: who is where, what others did, and what that costs."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.model import FADES, Actor, Brings, Doing, Status
from tests.conftest import BOB, HandClock, Lead, lead
from tests.terminal import Terminal
from tests.test_board import console_at, press, settled

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status

_THOUSAND = """
import sys
from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.store.store import open_store

desk = Desk(open_store(sys.argv[1]), utc_now)
bo = desk.enter("bo")
for number in range(1000):
    desk.edit(bo, 1, title=f"change {number:03d}")
"""


@pytest.fixture
def bo(real_desk: Desk) -> Actor:
    return real_desk.enter("bo")


def console(path: Path, who: str = "ana", columns: int = 160, rows: int = 30) -> Terminal:
    return Terminal("--desk", str(path), "--as", who, columns=columns, rows=rows)


def quiet(terminal: Terminal, seconds: float = 1.5) -> int:
    """How many bytes were written once nothing was for so long."""
    while terminal.read(seconds):
        pass
    return len(terminal.written)


def watched(terminal: Terminal, seconds: float) -> int:
    """How many bytes the program writes in so many seconds."""
    before, end = len(terminal.written), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        terminal.read(left)
    return len(terminal.written) - before


# Who is where


def test_whoever_opens_a_ticket_or_writes_on_it_is_shown_to_the_others_until_they_leave(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    lead(real_desk, bo, S)
    with console(path) as ana, console(path, "bo") as other:
        ana.expect("SD-1")
        other.expect("SD-1")
        other.press("enter")
        ana.expect(r"\(bo looking\)")
        ana.press("p")
        ana.expect(r"Waiting for Support  \(bo is")
        ana.press("enter")
        ana.expect(r"SD-1 .* \(bo is looking\)")
        other.expect(r"SD-1 .* \(ana is looking\)")
        other.press("c")
        ana.expect(r"SD-1 .* \(bo is writing\)")
        ana.press("r")
        ana.expect("(?s)Reply on SD-1.*bo is writing")
        other.press("Half a thought", "esc")
        other.expect("kept as a draft")
        ana.expect("(?s)Reply on SD-1.*bo is looking")
        other.press("esc")
        other.expect("q quit")
        other.press("q")
        assert other.ended() == 0
        ana.gone("bo is")
        assert real_desk.others(bo)[0].doing is Doing.WRITING


def test_a_console_that_is_killed_fades(desk: Desk, ana: Actor, clock: HandClock) -> None:
    desk.open(ana, "VPN drops", BOB)
    bo = desk.enter("bo")
    desk.appear(bo, "one", 1, Doing.LOOKING)
    (seen,) = desk.others(ana)
    clock.now += FADES
    assert not seen.lasts(clock())
    desk.appear(ana, "other", 1, Doing.LOOKING)
    clock.forward(seconds=1)
    desk.appear(ana, "other", 1, Doing.LOOKING)
    assert desk.others(ana) == ()
    assert [one.name for one in desk.others(bo)] == ["ana"]


async def test_the_mark_of_somebody_who_faded_goes_by_itself(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    at(S)
    desk.appear(desk.enter("bo"), "killed", 1, Doing.WRITING)
    clock.now += FADES
    clock.forward(seconds=-0.5)
    async with console_at(desk, ana) as (pilot, board):

        async def row_with(mark: bool) -> None:
            while ("(bo" in board.render_line(3).text) is not mark:
                await pilot.pause(0.02)

        await row_with(True)
        clock.forward(seconds=1)
        await row_with(False)


def test_who_leaves_no_trace_is_in_no_history(desk: Desk, ana: Actor, at: Lead) -> None:
    at(S)
    before = desk.store.last_event()
    desk.appear(ana, "one", 1, Doing.WRITING)
    desk.disappear("one")
    assert desk.store.last_event() == before
    assert desk.others(desk.enter("bo")) == ()


def test_walking_over_the_board_writes_nothing(path: Path, real_desk: Desk, bo: Actor) -> None:
    for _ in range(3):
        lead(real_desk, bo, S)
    with console(path) as ana:
        ana.expect("SD-3")
        quiet(ana)
        other = sqlite3.connect(path)
        before = other.execute("PRAGMA data_version").fetchone()
        ana.press("p", "j", "j", "k", "l", "h")
        quiet(ana)
        assert other.execute("PRAGMA data_version").fetchone() == before
        other.close()


def test_what_changes_nothing_on_the_board_sends_no_byte(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    number = lead(real_desk, bo, S).number
    with console(path) as ana:
        ana.expect("SD-1")
        real_desk.appear(bo, "one", number, Doing.LOOKING)
        ana.expect(r"\(bo looking\)")
        quiet(ana)
        for _ in range(5):
            real_desk.appear(bo, "one", number, Doing.LOOKING)
            real_desk.keep_canned(bo, "hello", "Hello")
            assert watched(ana, 0.3) == 0


# What others did


def test_a_card_that_others_change_flashes_and_costs_little(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    for _ in range(20):
        lead(real_desk, bo, S)
    with console(path, columns=230) as ana:
        ana.expect("SD-12")
        before = quiet(ana)
        real_desk.edit(bo, 3, title="It burns")
        ana.expect("~SD-3")
        row = next(y for y, text in enumerate(ana.rows) if "~SD-3" in text)
        assert {ana.screen.buffer[y][4].reverse for y in (row, row + 1)} == {True}
        assert "bo edited SD-3" in ana.text
        ana.gone("~SD-3")
        assert not ana.screen.buffer[row][4].reverse
        assert quiet(ana) - before < 1500


def test_a_flash_can_be_seen_without_colours(path: Path, real_desk: Desk, bo: Actor) -> None:
    for _ in range(2):
        lead(real_desk, bo, S)
    with Terminal("--desk", str(path), "--as", "ana", env={"NO_COLOR": "1"}) as ana:
        ana.expect("SD-2")
        quiet(ana)
        real_desk.edit(bo, 2, title="It burns")
        ana.expect("~SD-2")
        row = next(y for y, text in enumerate(ana.rows) if "~SD-2" in text)
        assert ana.screen.buffer[row][2].reverse
        assert ana.screen.buffer[row][2].bold


def test_the_head_of_a_folded_column_flashes_when_a_card_comes_to_it(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    lead(real_desk, bo, S)
    with console(path, columns=80, rows=24) as ana:
        ana.expect("SD-1")
        ana.press("2")
        quiet(ana)
        real_desk.move(bo, 1, X, Brings(reason="no-longer-needed"))
        ana.expect("~X")
        ana.gone("~X")


async def test_what_one_does_oneself_does_not_flash(desk: Desk, ana: Actor, at: Lead) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "m")
        assert "ana" in board.render_line(2).text
        assert "~" not in board.render_line(2).text
        desk.edit(desk.enter("bo"), 1, title="It burns")
        await press(pilot, "ctrl+r")
        assert board.render_line(2).text.startswith("~SD-1")
        await settled(pilot)


# What it costs


def test_a_thousand_changes_cost_a_handful_of_repaints(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    for _ in range(10):
        lead(real_desk, bo, S)
    with console(path) as ana:
        ana.expect("SD-10")
        before = quiet(ana)
        began = time.monotonic()
        other = subprocess.Popen([sys.executable, "-c", _THOUSAND, str(path)])
        while other.poll() is None:
            ana.read(0.05)
        took = time.monotonic() - began
        ana.expect("change 999", within=2)
        frames = set(re.findall(rb"change \d\d\d", bytes(ana.written[before:])))
        assert len(frames) <= 4 + took / 0.15
        assert quiet(ana) - before < 2000 * len(frames)


def test_a_change_by_another_process_is_seen_at_once(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    lead(real_desk, bo, S)
    times = []
    with console(path) as ana:
        ana.expect("SD-1")
        quiet(ana)
        for number in range(9):
            real_desk.edit(bo, 1, title=f"change {number}")
            began = time.monotonic()
            ana.expect(f"change {number}")
            times.append(time.monotonic() - began - 0.05)  # `expect` reads on for so long
            watched(ana, 0.3)
    assert sorted(times)[len(times) // 2] < 0.3


def test_a_policy_of_somebody_else_is_on_an_open_board_at_once(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    lead(real_desk, bo, S)
    lead(real_desk, bo, S)
    with console(path) as ana:
        ana.expect("2 · oldest")
        quiet(ana)
        real_desk.set_policy(real_desk.enter("ana"), "limits", "waiting-for-support 1")
        ana.expect("/1 over")
        real_desk.set_policy(real_desk.enter("ana"), "targets", "normal 1 hour / 8 hours")
        ana.expect("promised in")


def test_an_idle_console_writes_nothing_and_takes_next_to_no_time(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    lead(real_desk, bo, S)
    with console(path) as ana:
        ana.expect("SD-1")
        quiet(ana)
        before = _seconds(ana.process.pid)
        assert watched(ana, 5) == 0
        assert _seconds(ana.process.pid) - before < 5 * 0.03


def _seconds(process: int) -> float:
    """The processor time that a process took so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# Over SSH

_OVER_SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
_IMPATIENT = """
from deskconsole.tui import alive
alive.EVERY, alive.PATIENCE = 0.6, 1.0
from deskconsole.__main__ import main
main()
"""
_ASKED, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


def answer(terminal: Terminal) -> None:
    """Answer whenever the terminal is asked, until nothing is written any more."""
    answered = terminal.written.count(_ASKED)
    while terminal.read(1.5):
        if terminal.written.count(_ASKED) > answered:
            answered += 1
            terminal.write(_ANSWER)


def test_a_cursor_in_a_line_does_not_blink_over_ssh(path: Path, real_desk: Desk, bo: Actor) -> None:
    lead(real_desk, bo, S)
    for env, blinks in (({}, True), (_OVER_SSH, False)):
        with Terminal("--desk", str(path), "--as", "ana", env=env) as ana:
            ana.expect("SD-1")
            ana.press("/")
            ana.expect("mine, is:replied")
            watched(ana, 3.0)  # until all that is owed to the key is there
            assert (watched(ana, 2.0) > 0) is blinks


def test_a_terminal_that_answers_no_more_ends_the_console_though_the_desk_never_rests(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    lead(real_desk, bo, S)
    impatient = (sys.executable, "-c", _IMPATIENT)
    arguments = ("--desk", str(path), "--as", "ana")
    with Terminal(*arguments, program=impatient, env=_OVER_SSH) as ana:
        ana.expect("SD-1")
        ana.write(_ANSWER)
        for number in range(4):
            real_desk.edit(bo, 1, title=f"change {number}")
            ana.expect(f"change {number}")
            answer(ana)
        asked = ana.written.count(_ASKED)
        assert asked >= 4  # it is asked as long as it is written to
        assert watched(ana, 2.0) == 0  # nothing is written: nobody is asked
        assert ana.process.poll() is None
        real_desk.edit(bo, 1, title="to nobody")
        assert ana.ended() == 128 + signal.SIGHUP
        assert ana.written.count(_ASKED) == asked + 1


def test_a_terminal_that_never_answered_is_not_asked(
    path: Path, real_desk: Desk, bo: Actor
) -> None:
    lead(real_desk, bo, S)
    impatient = (sys.executable, "-c", _IMPATIENT)
    arguments = ("--desk", str(path), "--as", "ana")
    with Terminal(*arguments, program=impatient, env=_OVER_SSH) as ana:
        ana.expect("SD-1")
        real_desk.edit(bo, 1, title="to whom it concerns")
        ana.expect("to whom")
        watched(ana, 3.0)
        assert ana.process.poll() is None
