"""What a key sends to the terminal: one frame, and in it only what looks different."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.face.sgr import change, for_blank
from deskconsole.model import Brings, Status
from deskconsole.store.store import open_store
from tests.conftest import BOB, lead, staffed
from tests.terminal import Terminal
from tests.test_console import console

S, C, T, P, B, A, D, X, N = Status


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with more cards in the first column than a screen shows, and some in every other."""
    path = tmp_path_factory.mktemp("full") / "desk.db"
    store = open_store(str(path))
    desk = staffed(Desk(store, utc_now))
    ana = desk.enter("ana")
    for status in Status:
        for _ in range(3):
            lead(desk, ana, status)
    for number in range(60):
        desk.open(ana, f"Invoice {number} is in the wrong currency", BOB, name="Bob")
    store.close()
    return path


@pytest.fixture
def terminal(full: Path, tmp_path: Path) -> Iterator[Terminal]:
    """Its board at 160x45 in a terminal that marks frames (mode 2026)."""
    path = tmp_path / "desk.db"
    shutil.copy(full, path)
    with console(path, columns=160, rows=45) as terminal:
        terminal.expect("SD-1 ")
        terminal.write(b"\x1b[?2026;2$y")
        yield terminal


def sent(terminal: Terminal, key: str, shows: str) -> list[bytes]:
    """The frames that a key brings, until the screen shows something and rests."""
    before = len(terminal.written)
    terminal.press(key)
    terminal.expect(shows)
    while terminal.read(0.2):
        pass
    return re.findall(rb"(?s)\x1b\[\?2026h(.*?)\x1b\[\?2026l", terminal.written[before:])


def test_a_cursor_key_sends_one_frame_of_two_cards_in_every_column(terminal: Terminal) -> None:
    for status in Status:
        sent(terminal, str(status.number), r"(?m)^ SD-\d+  .*\n.*\Z")
        for key in ("j", "k"):
            first = terminal.rows[-2]
            frames = sent(terminal, key, rf"\A(?s:.*)\n(?!{re.escape(first)}).*\n.*\Z")
            assert len(frames) == 1
            assert len(frames[0]) <= 700


def test_going_sideways_sends_two_columns_and_paging_one(terminal: Terminal) -> None:
    sizes = [len(sent(terminal, "l", name)[0]) for name in ("C  Waiting for Customer ",)]
    assert len(sent(terminal, "h", "S  Waiting for Support ")) == 1
    sizes += [len(frame) for frame in sent(terminal, "pgdn", "SD-4[0-9] ")]
    sizes += [len(frame) for frame in sent(terminal, "G", "SD-87 ")]
    assert len(sizes) == 3
    assert max(sizes) <= 6_000


def test_a_frame_names_each_look_of_the_screen_once(terminal: Terminal) -> None:
    for key, shows in (("9", "N  Declined "), ("1", "S  Waiting for Support ")):
        frame = max(sent(terminal, key, shows), key=len)
        rows = terminal.screen.buffer.values()
        looks = {cell._replace(data="") for row in rows for cell in row.values()}
        named = re.findall(rb"\x1b\[[\d;]*m", frame)
        assert 8 < len(named) <= len(looks) + 1  # one ends the last


def test_a_ticket_comes_whole_in_one_frame_and_the_board_back_in_another(
    terminal: Terminal,
) -> None:
    for number in (1, 2):
        first = sent(terminal, "enter", r"(?s)opened it [^\n]*Support, for.*Reporter.*Esc back")
        assert len(first) == 1, number
        back = sent(terminal, "esc", rf"(?m)^ SD-{number}  .*\n.*\Z")
        assert len(back) == 1, number
        sent(terminal, "j", rf"(?m)^ SD-{number + 1}  .*\n.*\Z")


def test_a_dialog_that_comes_or_goes_sends_itself_and_not_the_board(terminal: Terminal) -> None:
    for _ in range(2):
        came = sent(terminal, "C", "the customer reads this")
        went = sent(terminal, "esc", r"\A(?s:(?!.*the customer reads this).*)\Z")
        assert 0 < sum(map(len, came)) <= 3_000
        assert 0 < sum(map(len, went)) <= 6_000


def test_a_letter_typed_in_a_dialog_sends_that_letter(terminal: Terminal) -> None:
    sent(terminal, "C", "the customer reads this")
    terminal.press("W")
    terminal.expect("│ *W")
    frames = sent(terminal, "h", "Wh ")
    assert sum(map(len, frames)) <= 700


def test_a_move_sends_what_moved(terminal: Terminal) -> None:
    sent(terminal, "C", "the customer reads this")
    terminal.press("Which version?")
    terminal.expect(r"Which version\?")
    frames = sent(terminal, "^d", "SD-1 is Waiting for Customer")
    # Two, unless the desk takes so long that the dialog leaves before it answers.
    assert len(frames) <= 3
    assert sum(map(len, frames)) <= 12_000


def test_what_is_sent_piecemeal_looks_as_if_it_were_sent_whole(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    store = open_store(str(path))
    desk = staffed(Desk(store, utc_now))
    ana = desk.enter("ana")
    for title in ("日本語のメールが文字化けする", "Straße", "plain"):
        number = desk.open(ana, title, BOB).number
        desk.move(ana, number, C, Brings(message="Which version?"))
        desk.open(ana, title, BOB)
    store.close()
    with console(path, columns=100, rows=24) as terminal:
        terminal.expect("SD-2 ")
        for keys in (
            "jjj",
            "l",
            "jkj",
            "9",
            "1",
            "zz",
            "f",
            "F",
            "/plain\r",
            "v",
            "\x1b",
            "ss",
            "?",
        ):
            terminal.press(*keys)
            while terminal.read(0.2):
                pass
        terminal.press("esc", "2", "j")
        while terminal.read(0.3):
            pass
        piecemeal = cells(terminal)
        for columns in (99, 100):
            terminal.resize(columns, 24)
            os.kill(terminal.process.pid, signal.SIGWINCH)
            while terminal.read(0.4):
                pass
        assert cells(terminal) == piecemeal


def cells(terminal: Terminal) -> list[list[object]]:
    """Every cell of the screen with its looks; of a blank, those that are seen of it."""
    screen = terminal.screen
    return [
        [
            cell._replace(fg="", bold=False) if cell.data == " " and not cell.reverse else cell
            for cell in (screen.buffer[y][x] for x in range(screen.columns))
        ]
        for y in range(screen.lines)
    ]


def test_the_board_is_painted_again_where_something_else_wrote_on_the_screen(
    terminal: Terminal,
) -> None:
    terminal._stream.feed(b"\x1b[5;5HBroadcast message from root")
    assert "Broadcast" in terminal.text
    terminal.press("^r")
    terminal.gone("Broadcast")


@pytest.mark.parametrize(
    ("before", "style", "sends"),
    [
        ("38;5;1;48;5;2", "1;38;5;3;48;5;2", ""),
        ("1;38;2;1;1;1;48;5;2", "38;5;3;48;5;4", "48;5;4"),
        ("1;38;5;3;48;5;2", "38;5;3", "49"),
        ("38;5;1", "31;42", "42"),
        ("4;38;5;1", "38;5;1;48;5;2", "24;48;5;2"),  # under a blank a line is seen
        ("38;5;1;48;5;2", "7;38;5;1;48;5;2", "7"),
    ],
)
def test_a_blank_brings_only_what_is_seen_of_it(before: str, style: str, sends: str) -> None:
    wanted = for_blank(before, style)
    assert (change(before, wanted) if wanted != before else "") == (
        f"\x1b[{sends}m" if sends else ""
    )
