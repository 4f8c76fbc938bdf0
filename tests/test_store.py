"""Opening, making and refusing desks; what the schema itself holds."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from peewee import IntegrityError, SqliteDatabase
from playhouse.migrations import Runner

from deskconsole.desk.desk import Desk
from deskconsole.errors import StoreDown
from deskconsole.model import Actor, Brings, Status, Window
from deskconsole.query import parse
from deskconsole.store import store as store_module
from deskconsole.store.board import read_board
from deskconsole.store.find import condition
from deskconsole.store.sqlite import APPLICATION_ID
from deskconsole.store.store import Store, open_store
from deskconsole.transfer import export_lines
from tests.conftest import START, HandClock, Lead, opened

MIGRATIONS = Path(store_module.__file__).parent / "migrations"
OPEN = "import sys; from deskconsole.store.store import open_store; open_store(sys.argv[1]).close()"


def refused(path: Path) -> str:
    """Why a desk cannot be opened; what is there stays as it was, to the byte."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreDown) as error:
        opened(path)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert str(path) in str(error.value) or path.name in str(error.value)
    return str(error.value)


def test_a_folder_is_no_desk(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)


def test_a_missing_parent_folder_is_named(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "missing" / "desk.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_no_desk(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("these are my notes, and they are longer than a header\n" * 20)
    assert "is not a desk" in refused(file)


def test_another_programs_database_is_no_desk(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")
    connection.close()
    assert "is an SQLite database, but not a desk" in refused(file)


def test_a_newer_desk_is_refused(path: Path) -> None:
    opened(path).close()
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO schema_migration (name, applied) VALUES ('9999_future', '2030-01-01')"
    )
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert "written by a newer deskconsole; update" in refused(path)


def test_a_read_only_file_is_refused(path: Path) -> None:
    opened(path).close()
    path.chmod(0o444)
    assert "is read-only" in refused(path)


def test_a_damaged_desk_says_so(path: Path) -> None:
    opened(path).close()
    content = bytearray(path.read_bytes())
    content[4096:20480] = os.urandom(16384)
    path.write_bytes(content)
    with pytest.raises(StoreDown, match=r"damaged .*; restore it from a backup"):
        Desk(opened(path), HandClock()).enter("ana")


@pytest.mark.parametrize("name", ["pipe", "/dev/null", "nul\0l"])
def test_what_is_no_file_is_no_desk(tmp_path: Path, name: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(StoreDown):
        open_store(f"sqlite:///{tmp_path / name}")
    assert pipe.is_fifo()


def test_a_url_of_another_kind_is_refused() -> None:
    with pytest.raises(StoreDown, match="desks on mysql:// are not served"):
        open_store("mysql://localhost/desk")


def test_a_desk_can_be_named_by_url(path: Path) -> None:
    assert opened(f"sqlite:///{path}").name == str(path)


def test_a_new_desk_is_its_owners_alone(path: Path) -> None:
    opened(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_five_processes_that_start_at_once_make_one_desk(path: Path) -> None:
    starters = [
        subprocess.Popen([sys.executable, "-c", OPEN, str(path)], stderr=subprocess.PIPE)
        for _ in range(5)
    ]
    errors = [starter.communicate(timeout=60)[1] for starter in starters]
    assert errors == [b""] * 5
    store = opened(path)
    assert store.policy().teams == ()
    rows = store._database.execute_sql("SELECT count(*) FROM schema_migration").fetchall()
    assert rows == [(len(list(MIGRATIONS.glob("[0-9]*.py"))),)]
    store.close()


def test_the_database_is_strict_keeps_references_and_writes_ahead(store: Store) -> None:
    database = store._database
    tables = database.execute_sql(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND strict = 0 AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    assert tables == [("schema_migration",)]  # the migration runner's own
    assert database.pragma("journal_mode") == "wal"
    assert database.pragma("foreign_keys") == 1
    assert database.pragma("busy_timeout") >= 5000


@pytest.mark.parametrize(
    "assignment",
    [
        "status = 'half-done'",
        "status = 'done'",  # without its closing time
        "deadline = 1",
        "resume_to = 'in-progress'",
        "priority = 9",
        "title = ''",
        "reporter_id = 999",
    ],
)
def test_the_schema_refuses_a_row_that_cannot_be(store: Store, at: Lead, assignment: str) -> None:
    at(Status.WAITING_FOR_SUPPORT)
    with pytest.raises(IntegrityError):
        store._database.execute_sql(f"UPDATE ticket SET {assignment}")


def test_a_desk_that_is_locked_beyond_patience_says_so(
    path: Path, desk: Desk, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    desk.store._database.execute_sql("PRAGMA busy_timeout = 50")
    with pytest.raises(StoreDown, match="is busy: another process has been writing"):
        desk.open(ana, "VPN drops", "bob@example.org")
    other.execute("ROLLBACK")
    assert desk.open(ana, "VPN drops", "bob@example.org").number == 1
    other.close()


# What the first version wrote for a ticket and a note, when its tables were those of 0001.
FIRST_DESK = (
    "INSERT INTO person VALUES (1, 'ana', NULL, 'lead'), (2, 'Bob', 'bob@example.org', 'customer')",
    """INSERT INTO ticket (id, title, reporter_id, priority, status, opened_at, entered_at, tags,
         reopened, version)
       VALUES (1, 'VPN drops', 2, 2, 'waiting-for-support', 1777887000000000, 1777887000000000, '',
         0, 2)""",
    """INSERT INTO event VALUES
         (1, 1, 1777887000000000, 'open', 1, 'lead', NULL, 'waiting-for-support',
          '{"title":"VPN drops","priority":"normal","tags":[]}'),
         (2, 1, 1777887000000000, 'note', 1, 'lead', 'waiting-for-support', 'waiting-for-support',
          '{}')""",
    "INSERT INTO message VALUES (1, 1, 1, 'every hour'), (2, 1, 0, 'router?')",
)


def test_a_desk_of_the_first_version_is_brought_up_to_date_with_all_it_holds(path: Path) -> None:
    database = SqliteDatabase(str(path), pragmas={"journal_mode": "wal", "foreign_keys": 1})
    Runner(database, str(MIGRATIONS)).up("0001_desk")
    database.pragma("application_id", APPLICATION_ID)
    for statement in FIRST_DESK:
        database.execute_sql(statement)
    database.close()
    store = opened(path)
    for word, hit in (("drops", True), ("hour", True), ("rout", True), ("cable", False)):
        fits = condition(parse(word, START.date()), None, START, "UTC")
        assert bool(list(store.listing(Status, fits=fits))) is hit
    (exported,) = map(json.loads, export_lines(Desk(store, HandClock())))
    assert [message["text"] for message in exported["messages"]] == ["every hour", "router?"]
    assert [event["verb"] for event in exported["events"]] == ["open", "note"]
    assert (exported["title"], exported["status"]) == ("VPN drops", "waiting-for-support")
    assert (exported["watchers"], exported["duplicate_of"], exported["spent"]) == ([], None, 0)
    store.close()


def board_numbers(store: Store, status: Status, window: Window) -> tuple[list[int], bool, bool]:
    column = read_board(store, {status: window}, START.replace(year=2000)).columns[status]
    return [card.number for card in column.cards], column.above, column.below


def test_a_column_is_ordered_by_priority_then_by_age(
    store: Store, desk: Desk, ana: Actor, clock: HandClock
) -> None:
    from deskconsole.model import Priority

    for priority in (Priority.LOW, Priority.URGENT, Priority.NORMAL, Priority.URGENT):
        desk.open(ana, "VPN drops", "bob@example.org", priority=priority)
        clock.forward(minutes=1)
    numbers, *_ = board_numbers(store, Status.WAITING_FOR_SUPPORT, Window())
    assert numbers == [2, 4, 3, 1]


def test_a_closed_column_begins_with_the_last_closed_and_ends_after_its_window(
    store: Store, desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    numbers = []
    for _ in range(3):
        numbers.append(at(Status.CANCELED).number)
        clock.forward(days=1)
    assert board_numbers(store, Status.CANCELED, Window())[0] == numbers[::-1]
    since = START.replace(hour=12)
    column = read_board(store, {Status.CANCELED: Window()}, since).columns[Status.CANCELED]
    assert (column.count, [card.number for card in column.cards]) == (2, numbers[:0:-1])


@pytest.mark.parametrize("status", [Status.WAITING_FOR_SUPPORT, Status.CANCELED])
def test_windows_by_key_join_into_the_whole_column(
    store: Store, desk: Desk, at: Lead, clock: HandClock, status: Status
) -> None:
    for _ in range(9):
        at(status)
        clock.forward(minutes=1)
    whole, above, below = board_numbers(store, status, Window(after=50))
    assert (len(whole), above, below) == (9, False, False)
    key = store.ticket(whole[4]).key
    assert board_numbers(store, status, Window(key, before=2, after=3)) == (
        whole[2:7],
        True,
        True,
    )
    assert board_numbers(store, status, Window(key, before=4, after=5)) == (whole, False, False)
    assert board_numbers(store, status, Window(after=4)) == (whole[:4], False, True)
    assert board_numbers(store, status, Window(after=4, end=True)) == (whole[5:], True, False)


def test_what_an_event_brought_is_read_back_as_it_was(
    store: Store, desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(Status.SCOPING_WITH_TEAM).number
    desk.move(ana, number, Status.WAITING_FOR_CUSTOMER, Brings(message="Two\nlines, “quoted”"))
    event = store.timeline(number)[-1]
    assert event.brings.message == "Two\nlines, “quoted”"
    assert event.brings.deadline == store.ticket(number).deadline
    kept = store._database.execute_sql(
        "SELECT brings FROM event WHERE id = ?", (event.id,)
    ).fetchall()
    assert "message" not in json.loads(kept[0][0])
