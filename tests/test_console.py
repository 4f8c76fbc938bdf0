"""The console in a real terminal, with other processes at the same desk."""

import os
import re
import signal
import subprocess
import sys
import termios
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.model import Actor, Brings, Order, Status
from deskconsole.store.store import open_store
from tests.child import Child
from tests.conftest import BOB, HandClock, lead, staffed
from tests.terminal import PATIENCE, Terminal
from tests.test_text import HOSTILE

S, C, T, P, B, A, D, X, N = Status


WAITS = {"enter": "▸ (Whom|The expl)", "down": "● (solved|low)"}


def console(path: Path, columns: int = 120, rows: int = 35) -> Terminal:
    return Terminal("--desk", str(path), "--as", "ana", columns=columns, rows=rows)


def run(path: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "deskconsole", "--desk", str(path), "--as", "bo", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def test_one_ticket_goes_through_every_status_by_keys_alone(path: Path, real_desk: Desk) -> None:
    with console(path) as terminal:
        terminal.expect("This desk is empty")
        terminal.press("n")
        terminal.expect("A new ticket")
        terminal.press("VPN drops", "enter")
        terminal.expect("▸ From")
        terminal.press(BOB, "enter")
        terminal.expect("▸ What the customer says")
        terminal.press("Help me", "^d")
        terminal.expect("opened SD-1")
        for key, given, status in (
            ("C", ("Which version?",), C),
            ("S", ("found it",), S),
            ("T", ("net",), T),
            ("P", ("eve",), P),
            ("B", ("enter", "Acme"), B),
            ("P", ("they answered",), P),
            ("T", (), T),
            ("S", ("not theirs",), S),
            ("A", ("Fixed.",), A),
            ("D", ("Bob says so",), D),
            ("S", ("it is back",), S),
            ("X", ("down",), X),
            ("S", ("it is back",), S),
            ("N", ("down", "enter", "Not ours."), N),
        ):
            terminal.press(key)
            terminal.expect(f"SD-1 to {re.escape(status.title)}")
            for part in given:
                terminal.press(part)
                terminal.expect(WAITS.get(part) or re.escape(part))
            terminal.press("^d")
            terminal.expect(f"SD-1 is {re.escape(status.title)}")
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored()
    assert real_desk.store.ticket(1).reopened == 2


def test_an_illegal_key_says_why_and_what_would_help(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    lead(real_desk, me, D)
    with console(path) as terminal:
        terminal.expect("1 ticket|0 tickets")
        terminal.press("7")
        terminal.expect("SD-1")
        terminal.press("T")
        terminal.expect(r"SD-1 is Done; reopen it first \(S\)")
        terminal.press("1", "A")
        terminal.expect("there is no ticket here; n opens a new one")
        assert real_desk.store.ticket(1).status is D


def test_what_is_typed_ahead_reaches_the_dialog_it_is_meant_for(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    lead(real_desk, me, S)
    with console(path) as terminal:
        terminal.expect("SD-1")
        terminal.write(b"cNot a command: DXN q\x04")
        terminal.expect("noted on SD-1")
        terminal.write(b"nA new one\rcarol@example.org\rHello\x04")
        terminal.expect("opened SD-2")
    assert real_desk.store.timeline(1)[-1].brings.message == "Not a command: DXN q"
    assert real_desk.store.ticket(2).reporter.email == "carol@example.org"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with some hundred tickets in every column that a cursor is sent through."""
    path = tmp_path_factory.mktemp("crowd") / "desk.db"
    store = open_store(str(path))
    desk = staffed(Desk(store, utc_now))
    me = desk.enter("ana")
    for _ in range(400):
        desk.open(me, "VPN drops", BOB)
    for number in range(301, 401):
        desk.move(me, number, T, Brings(team="net"))
    desk.edit(me, 350, title="Needle in the hay")
    desk.keep_view(me, "Needles", "needle", Order.ATTENTION)
    store.close()
    return path


@pytest.mark.parametrize(
    ("burst", "ticket"),
    [
        (b"/SD-215\r", 215),
        (b"/SD-350\r", 350),
        (b"/350\r/215\r", 215),
        (b"/needle\r", 350),
        (b"]3", 350),
        (b"G", 300),
        (b"Gg", 1),
        (b"3G", 400),
        (b"3Gg\x121G\x12", 300),
        (b"\x1b[6~" * 40, 300),
        (b"j" * 120, 121),
        (b"\rJJJ", 4),
        (b"\rJJJqj", 5),
        (b"/SD-215\r\rJ", 216),
        (b"/SD-215\rmu", 215),
        (b"oooGkooooo", 299),
    ],
)
def test_keys_typed_ahead_wait_until_the_cursor_is_where_they_send_it(
    crowd: Path, burst: bytes, ticket: int
) -> None:
    with console(crowd) as terminal:
        terminal.expect("SD-1 ")
        terminal.write(burst + b"c")
        terminal.expect("Note on SD-")
        assert f"Note on SD-{ticket} " in terminal.text


def test_bytes_that_are_no_text_do_not_end_the_console(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    lead(real_desk, me, S)
    with console(path) as terminal:
        terminal.expect("SD-1")
        terminal.write(b"\xff\xe9c")
        terminal.expect("Note on SD-1")
        terminal.write(b"caf\xe9 \xf6\x04")
        terminal.expect("noted on SD-1")
        terminal.press("q")
        assert terminal.ended() == 0


def test_control_q_does_not_leave_in_the_middle_of_a_reply(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    lead(real_desk, me, S)
    with console(path) as terminal:
        terminal.expect("SD-1")
        terminal.write(b"rHalf a rep\x11\x03ly\x04")
        terminal.expect("replied on SD-1")
    assert real_desk.store.timeline(1)[-1].brings.message == "Half a reply"


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (45, 20)])
def test_a_small_screen_shows_what_is_wrong_and_the_whole_refusal(
    path: Path, real_desk: Desk, me: Actor, columns: int, rows: int
) -> None:
    lead(real_desk, me, S)
    with console(path, columns, rows) as terminal:
        terminal.expect("SD-1")
        terminal.press("D")
        terminal.expect(r"(?s)resolve it.*first.*\(A\).*Customer.*Approval")
        terminal.write(b"nA title\rbad\x04")
        terminal.expect(r"(?s)'bad' is not an e-mail.*Open  \^d.*Esc")


def test_esc_leaves_everything_as_it_was(path: Path, real_desk: Desk, me: Actor) -> None:
    before = lead(real_desk, me, S)
    with console(path) as terminal:
        terminal.expect("VPN drops")
        for key in ("A", "C", "r", "c", "a", "n", "s"):
            terminal.press(key)
            terminal.expect("Esc")
            terminal.press("esc")
            terminal.gone("Esc")
        assert real_desk.store.ticket(1) == before


def test_another_process_moves_cards_under_the_eyes_of_the_board(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    mine = lead(real_desk, me, S)
    theirs = lead(real_desk, me, A)
    past = Desk(real_desk.store, HandClock(datetime.now(UTC) - timedelta(days=8)))
    with console(path, columns=230) as terminal:
        terminal.expect(theirs.ref)
        run(path, "receive", theirs.ref, "--from", BOB, "-m", "Works!", "--approve")
        terminal.expect(rf"Bob moved {theirs.ref} to Done", within=3)
        due = lead(past, me, A)
        terminal.expect(due.ref, within=3)
        run(path, "worker", "--once")
        terminal.expect(rf"the clock moved {due.ref} to Done", within=3)
        # The cursor is where it was all the while: its own ticket still moves by a key.
        terminal.press("A")
        terminal.expect(f"{mine.ref} to Waiting for Customer Approval")


def test_the_cursor_goes_with_its_ticket_when_somebody_else_moves_it(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    ticket = lead(real_desk, me, C)
    lead(real_desk, me, C)
    with console(path) as terminal:
        terminal.expect(ticket.ref)
        terminal.press("2")
        terminal.expect("S answer")
        run(path, "receive", ticket.ref, "--from", BOB, "-m", "4.2")
        terminal.expect(rf"Bob moved {ticket.ref} to Waiting for Support")
        terminal.press("enter")
        terminal.expect(rf"{ticket.ref}  VPN drops  Waiting for Support")


def test_the_console_closes_what_is_due_by_itself(path: Path, real_desk: Desk, me: Actor) -> None:
    past = Desk(real_desk.store, HandClock(datetime.now(UTC) - timedelta(days=8)))
    due = lead(past, me, A)
    with console(path, columns=230) as terminal:
        # Maybe before the board is first read, so that it is no news to it.
        terminal.expect(rf"the clock moved {due.ref} to Done|(?s:{due.ref} .*· 0 tickets open)")
    assert real_desk.store.ticket(due.number).reason == "no-response"


def test_a_conflict_is_told_in_the_dialog_and_keeps_what_was_typed(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    ticket = lead(real_desk, me, S)
    with console(path) as terminal:
        terminal.expect(ticket.ref)
        terminal.press("A")
        terminal.expect("SD-1 to Waiting for Customer Approval")
        terminal.press("I changed the cable")
        run(path, "note", ticket.ref, "-m", "looking at it")
        terminal.press("^d")
        terminal.expect("bo noted on SD-1")
        terminal.expect("I changed the cable")
        terminal.press("^d")
        terminal.expect("SD-1 is Waiting for Customer Approval")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_console_whose_terminal_takes_nothing_in(
    path: Path, real_desk: Desk, me: Actor, number: signal.Signals
) -> None:
    lead(real_desk, me, S)
    with console(path) as terminal:
        terminal.expect("q quit")
        for _ in range(50):  # that many whole screens are more than the terminal keeps
            terminal.write(b"?\x12\x1bz\x12")
        terminal.send_signal(number)
        assert terminal.process.wait(PATIENCE) == 128 + number
        assert termios.tcgetattr(terminal.slave) == terminal.modes


def test_a_terminal_that_cannot_show_a_board_is_told_why(path: Path, real_desk: Desk) -> None:
    for columns, rows, kind, why in (
        (80, 24, "dumb", "TERM is dumb"),
        (80, 24, "Unknown", "TERM is Unknown"),
        (0, 0, "xterm", "0 columns and 0 rows"),
    ):
        arguments = ("-m", "deskconsole", "--desk", str(path), "--as", "ana")
        child = Child([sys.executable, *arguments], columns, rows, {**os.environ, "TERM": kind})
        with child:
            assert child.process.wait(PATIENCE) == 2
            assert why in os.read(child.master, 65536).decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_console_and_restores_the_terminal(
    path: Path, number: signal.Signals
) -> None:
    with console(path) as terminal:
        terminal.expect("This desk is empty")
        terminal.send_signal(number)
        assert terminal.ended() == 128 + number
        assert terminal.restored()


def test_a_crash_restores_the_terminal(path: Path, real_desk: Desk, me: Actor) -> None:
    lead(real_desk, me, S)
    with console(path) as terminal:
        terminal.expect("SD-1")
        with real_desk.store.writing():
            # A row that no version of the program wrote: reading it is a bug made to order.
            real_desk.store._database.execute_sql("PRAGMA ignore_check_constraints = 1")
            real_desk.store._database.execute_sql("UPDATE ticket SET priority = 77")
        terminal.press("^r")
        assert terminal.ended() != 0
        assert terminal.restored()


def test_hostile_text_neither_acts_nor_crashes_on_board_ticket_and_status_line(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    for text in HOSTILE.values():
        number = real_desk.open(me, f"t {text}", BOB, name=f"Bob {text}", message=text).number
        real_desk.move(me, number, C, Brings(message=text))
    with console(path, columns=100, rows=30) as terminal:
        terminal.expect("SD-1")
        terminal.press("2")
        for _ in HOSTILE:
            terminal.press("enter")
            terminal.expect("Esc back")
            terminal.press("esc")
            terminal.expect("q quit")
            terminal.press("j")
        terminal.press("S")
        terminal.expect("Answer  \\^d")
        terminal.press("esc")
        terminal.gone("Answer")
        terminal.press("q")
        assert terminal.ended() == 0
        written = bytes(terminal.written)
    assert b"\x1b]52" not in written
    assert b"\x1b]0;owned" not in written
    assert not re.search("[\x80-\x9f]", written.decode(errors="replace"))


@pytest.mark.parametrize("columns", [40, 60, 80, 160, 250])
def test_hostile_titles_do_not_break_the_columns(
    path: Path, real_desk: Desk, me: Actor, columns: int
) -> None:
    for name in ("wide", "combining", "emoji", "long", "bidi", "private"):
        real_desk.open(me, HOSTILE[name], BOB)
    with console(path, columns=columns, rows=24) as terminal:
        terminal.expect("SD-6")
        # Whatever a title is made of, it fills its cells, and so does every row of the screen.
        titles = [terminal.rows[2 + 2 * card + 1 + (columns < 60)] for card in range(6)]
        assert {cell_len(title) for title in titles} == {columns}
        rows = [row for row in terminal.rows if re.search(r"SD-\d .*now", row)]
        assert len(rows) == 6
        assert len({row.index("now", row.index("SD-")) for row in rows}) == 1


def test_scripts_whose_width_terminals_disagree_on_do_not_shift_the_next_column(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    titles = ("தமிழ் எழுத்து சோதனை", "हिन्दी में शीर्षक", "မြန်မာဘာသာ", "👩‍👩‍👧‍👦 ﷽ ☵", "plain")
    for title in titles:
        real_desk.open(me, title, BOB, name=title)
        number = real_desk.open(me, "VPN drops", BOB).number
        real_desk.move(me, number, C, Brings(message="Which version?"))
    with console(path, columns=120) as terminal:
        terminal.expect("SD-10")
        rows = [row for row in terminal.rows if "VPN drops" in row]
        assert len(rows) == len(titles)
        starts = [
            next(x for x in range(20, 120) if terminal.screen.buffer[y][x].data == "V")
            for y in range(35)
            if "VPN drops" in terminal.rows[y]
        ]
        assert len(set(starts)) == 1


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (160, 45), (250, 60), (45, 20)])
def test_every_status_is_in_sight_at_every_size(
    path: Path, real_desk: Desk, me: Actor, columns: int, rows: int
) -> None:
    for status in Status:
        lead(real_desk, me, status)
    with console(path, columns=columns, rows=rows) as terminal:
        terminal.expect("SD-1")
        head = terminal.rows[0]
        assert [letter for letter in "SCTPBADXN" if letter in head] == list("SCTPBADXN")
        if columns >= 60:
            counts = terminal.rows[1]
            assert len(re.findall(r"\b1\b", counts)) == 9


def test_no_color_means_none_at_all(path: Path, real_desk: Desk, me: Actor) -> None:
    for status in Status:
        lead(real_desk, me, status)
    with Terminal("--desk", str(path), "--as", "ana", env={"NO_COLOR": "1"}) as terminal:
        terminal.expect("SD-1")
        terminal.press("s")
        terminal.expect("move it to")
        terminal.press("esc")
        terminal.gone("move it to")
        assert "▌SD-1" in terminal.text
        terminal.press("?")
        terminal.expect("Move the ticket")
        colours = re.findall(
            rb"\x1b\[(?:[\d;]*;)?(?:[349][0-7]|10[0-7]|[34]8;[\d;]+)m", terminal.written
        )
        assert colours == []


def test_without_a_terminal_the_board_says_what_to_do_instead(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deskconsole", "--desk", str(path)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "deskconsole: the board needs a terminal; `deskconsole list` needs none\n"
    )


def test_the_demo_is_a_desk_at_work(tmp_path: Path) -> None:
    with Terminal("--as", "ana", "demo", columns=230, env={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.expect("S  Waiting for Support")
        terminal.expect(
            r"(bo|dana|kit|eve|finn|Maja|Tom|Inês|Ravi|Ulla|Sam|Chiara|Jan)[^\n]* SD-\d"
        )
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored()
    assert list(tmp_path.iterdir()) == []
