"""The first sight: the true board before the console, which takes it over unnoticed."""

import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskconsole.demo.living import seed
from deskconsole.desk.desk import Desk
from deskconsole.model import Actor, Order, Priority, Status, View
from deskconsole.store.store import open_store
from tests.conftest import HandClock
from tests.terminal import PATIENCE, Terminal

_TAKEN_OVER = b"\x1b[?1004h"  # what Textual asks for as soon as it has the terminal
_SIGHT = b"\x1b[?1049h\x1b[?25l\x1b[1;1H"  # how it begins
_ODD = "प्रिंटर"
_PIECE = 512  # bytes that are shown at once, of what the console writes
_TARGETS = "urgent 2 days / 5 days, high 1 day / 3 days, normal 1 day / 9 days"
_ENV = {"COLORTERM": "truecolor"}
_HEAVY = ("textual", "rich", "peewee", "click", "pendulum", "dataclasses", "inspect", "asyncio")


@pytest.fixture(params=["textual-dark", "textual-light", "ansi-dark"])
def look(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A theme that whoever sits here has chosen."""
    taste = tmp_path / "taste.toml"
    taste.write_text(f'theme = "{request.param}"\n')
    monkeypatch.setenv("DESKCONSOLE_CONFIG", str(taste))
    return str(request.param)


@pytest.fixture
def lived(tmp_path: Path) -> str:
    """A desk of a fortnight's work in every status, as of now."""
    place = str(tmp_path / "lived.db")
    store = open_store(place)
    now = datetime.now(UTC) - timedelta(hours=1)  # an age in minutes would not stand still
    seed(lambda clock: Desk(store, clock), "ana", now)
    store.close()
    return place


def _console(desk: str, columns: int = 160, rows: int = 45, *options: str) -> Terminal:
    return Terminal(
        "--desk", desk, "--as", "ana", *options, columns=columns, rows=rows,
        env=_ENV,
    )  # fmt: skip


def _leave(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.ended() == 0
    assert terminal.restored()


@pytest.fixture
def seen_before(lived: str, state: Path) -> str:
    """A desk whose console stood here once, and left behind what it looked like."""
    with _console(lived) as terminal:
        terminal.expect("q quit")
        deadline = time.monotonic() + PATIENCE
        while not (state / "first-sight.json").exists():
            assert time.monotonic() < deadline
            terminal.read(0.05)
        _leave(terminal)
    return lived


def _first(terminal: Terminal) -> list[str]:
    """The rows of the first sight; without one the rows as the console takes the terminal."""
    deadline = time.monotonic() + PATIENCE
    while _SIGHT not in terminal.written and _TAKEN_OVER not in terminal.written:
        assert time.monotonic() < deadline
        if not terminal.read(0.2) and terminal.process.poll() is not None:
            break
    while _SIGHT in terminal.written and _TAKEN_OVER not in terminal.written:
        if terminal.rows[-2].strip() and not terminal.read(0.05):
            break  # it is painted from above, and its last words stand
        assert time.monotonic() < deadline
        terminal.read(0.05)
    return terminal.rows


def _cells(terminal: Terminal, rows: Iterable[int]) -> list[object]:
    """What is seen of each cell: of a blank its ground, unless it is underlined or reversed."""
    columns = range(terminal.screen.columns)
    cells = (terminal.screen.buffer[y][x] for y in rows for x in columns)
    return [
        cell.bg
        if cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough)
        else cell
        for cell in cells
    ]


@pytest.mark.parametrize(("columns", "rows"), [(160, 45), (80, 24), (250, 60), (45, 20)])
def test_the_console_finds_every_cell_of_the_board_as_the_first_sight_left_it(
    look: str, seen_before: str, columns: int, rows: int
) -> None:
    store = open_store(seen_before)
    desk = Desk(store, lambda: datetime.now(UTC))
    desk.set_policy(desk.enter("ana"), "targets", _TARGETS)
    for title in ("プリンターが動きません", f"{_ODD} काम नहीं कर रहा 🖨 at all"):
        desk.open(desk.enter("ana"), title, "yuki@example.org", priority=Priority.URGENT)
    store.close()
    with _console(seen_before, columns, rows) as terminal:
        terminal.expect("q quit")
        while terminal.read(0.2):
            pass
        assert terminal.written.count(b"\x1b[?1049h") == 1
        first, taken_over, after = bytes(terminal.written).partition(_TAKEN_OVER)
        assert _SIGHT in first
        assert taken_over
        assert re.search(r"late \d+d|in \d+d", terminal.text)
        whole = _cells(terminal, range(rows - 2))
        terminal.screen.reset()
        terminal.show(first)
        assert _cells(terminal, range(rows - 2)) == whole
        # A title that terminals disagree on is blanked before it is written.
        board = [y for y in range(rows - 2) if _ODD not in terminal.rows[y]]
        before = _cells(terminal, board)
        for at in range(0, len(after), _PIECE):
            terminal.show(after[at : at + _PIECE])
            assert _cells(terminal, board) == before, terminal.text
        _leave(terminal)


def test_without_what_a_console_left_behind_there_is_no_first_sight(lived: str) -> None:
    with _console(lived) as terminal:
        assert not any(row.strip() for row in _first(terminal))
        terminal.expect("q quit")
        _leave(terminal)


def test_it_needs_no_library(seen_before: str) -> None:
    told = (
        "import sys; from deskconsole.glance.asked import board_asked;"
        "from deskconsole.glance.sight import first_sight; first_sight(board_asked(sys.argv[1:]));"
        f"sys.exit(' '.join(name for name in {_HEAVY!r} if name in sys.modules) or 0)"
    )
    with Terminal(
        *("--desk", seen_before, "--as", "ana"),
        program=(sys.executable, "-c", told),
        env=_ENV,
    ) as terminal:
        terminal.expect("opening")
        assert terminal.ended() == 0, terminal.text


def test_keys_typed_at_the_first_sight_are_done_once_the_console_stands(seen_before: str) -> None:
    with _console(seen_before) as terminal:
        _first(terminal)
        assert _SIGHT in terminal.written
        second = terminal.rows[4].split()[0]
        terminal.press("j", "?")
        terminal.expect("Move the ticket")
        terminal.press("esc")
        terminal.gone("Move the ticket")
        assert f"▌{second} " in terminal.text
        _leave(terminal)


def test_enter_at_the_first_sight_opens_the_ticket(seen_before: str) -> None:
    with _console(seen_before) as terminal:
        _first(terminal)
        assert _TAKEN_OVER not in terminal.written
        terminal.press("enter")
        terminal.expect("Esc (board|back)")
        terminal.press("esc")
        terminal.expect("q quit")
        _leave(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_the_first_sight_gives_the_terminal_back(
    seen_before: str, number: signal.Signals
) -> None:
    with _console(seen_before) as terminal:
        _first(terminal)
        terminal.send_signal(number)
        assert terminal.ended() == 128 + number
        assert terminal.restored()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("at", [b"\x1b[?1000h", _TAKEN_OVER])
def test_a_signal_while_the_console_takes_the_terminal_over_gives_it_back(
    seen_before: str, at: bytes, number: signal.Signals
) -> None:
    with _console(seen_before) as terminal:
        while at not in terminal.written:
            assert terminal.read(PATIENCE)
        terminal.send_signal(number)
        assert terminal.ended() == 128 + number
        assert terminal.restored()


def test_a_desk_that_the_console_refuses_is_refused_on_the_terminal_as_it_was(
    seen_before: str,
) -> None:
    os.chmod(seen_before, 0o400)
    with _console(seen_before) as terminal:
        assert terminal.ended() == 6
        assert terminal.restored()
        assert "is read-only" in bytes(terminal.written).rpartition(b"\x1b[?1049l")[2].decode()


def _moved(desk: Desk, ana: Actor) -> None:
    desk.store.set_policy("moved_to", "2026-01-01 /elsewhere/desk.db")


def _views(desk: Desk, ana: Actor) -> None:
    desk.keep_view(ana, "mine", "mine", Order.AGE)
    desk.begin_with(ana, View("mine", "mine", Order.AGE).name)


def _emptied(desk: Desk, ana: Actor) -> None:
    link = sqlite3.connect(desk.store.name)
    link.execute("UPDATE tally SET tickets = 0")
    link.commit()
    link.close()


def _migrated(desk: Desk, ana: Actor) -> None:
    link = sqlite3.connect(desk.store.name)
    link.execute("DELETE FROM schema_migration WHERE name LIKE '0007%'")
    link.commit()
    link.close()


@pytest.mark.parametrize("change", [_moved, _views, _emptied, _migrated])
def test_it_stands_back_where_the_console_would_show_something_else(
    seen_before: str, change: Callable[[Desk, Actor], None]
) -> None:
    store = open_store(seen_before)
    desk = Desk(store, HandClock())
    change(desk, desk.enter("ana"))
    store.close()
    with _console(seen_before) as terminal:
        _first(terminal)
        assert _SIGHT not in terminal.written


@pytest.mark.parametrize(
    "options",
    [("--as", "nobody-of-that-name"), ("--ascii",), ("--no-mouse",), ("--desk", "~/no-desk.db")],
)
def test_it_stands_back_where_anything_else_is_asked_for(
    seen_before: str, options: tuple[str, ...]
) -> None:
    with _console(seen_before, 160, 45, *options) as terminal:
        deadline = time.monotonic() + PATIENCE
        while terminal.process.poll() is None and _TAKEN_OVER not in terminal.written:
            assert time.monotonic() < deadline
            terminal.read(0.2)
        assert _SIGHT not in terminal.written


def test_it_stands_back_once_the_person_has_chosen_another_theme(
    look: str, seen_before: str
) -> None:
    Path(os.environ["DESKCONSOLE_CONFIG"]).write_text('theme = "nord"\n')
    with _console(seen_before) as terminal:
        _first(terminal)
        assert _SIGHT not in terminal.written


def test_what_was_left_behind_damaged_is_as_if_there_were_nothing(
    seen_before: str, state: Path
) -> None:
    (state / "first-sight.json").write_text('{"variables": [')
    with _console(seen_before) as terminal:
        _first(terminal)
        assert _SIGHT not in terminal.written
        terminal.expect("q quit")
        _leave(terminal)


def test_its_cards_are_those_of_the_store_and_its_counts_too(lived: str) -> None:
    from deskconsole.glance.reading import open_file, read_desk
    from deskconsole.model import CLOSED_SHOWN, Window
    from deskconsole.store.board import read_board
    from deskconsole.store.migrating import known

    store = open_store(lived)
    desk = Desk(store, HandClock())
    desk.set_policy(desk.enter("ana"), "limits", "blocked 3")
    desk.set_policy(desk.enter("ana"), "targets", _TARGETS)
    link = open_file(lived)
    first = read_desk(link, "ana", 3, sorted(known()))
    link.close()
    assert first is not None
    windows = {status: Window(after=3) for status in Status}
    board = read_board(store, windows, first.now - CLOSED_SHOWN)
    store.close()
    for status, column in board.columns.items():
        mine = first.columns[status]
        assert (mine.count, mine.oldest) == (column.count, column.oldest)
        assert [card.number for card in mine.cards] == [card.number for card in column.cards]
        assert [card.promised_at for card in mine.cards] == [
            card.promised_at for card in column.cards
        ]
        assert mine.hints(3).endswith("↓") is column.below
    assert first.policy["limits"] == "blocked 3"
