"""Opening, making and refusing desks; what the schema itself holds."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from peewee import IntegrityError, SqliteDatabase
from playhouse.migrations import Runner

from deskconsole.desk.desk import Desk
from deskconsole.errors import StoreDown
from deskconsole.model import Actor, Brings, HoldKind, Order, Priority, Role, Status, Window
from deskconsole.query import parse
from deskconsole.store import store as store_module
from deskconsole.store.board import read_board
from deskconsole.store.find import condition
from deskconsole.store.sqlite import APPLICATION_ID
from deskconsole.store.store import Store, open_store
from deskconsole.store.tables import EventRow
from deskconsole.transfer import export_lines
from tests.conftest import START, HandClock, Lead, Places, opened

pytestmark = pytest.mark.both_databases

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
    with pytest.raises(StoreDown, match=r"damaged .*; `deskconsole doctor` says"):
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


def test_five_processes_that_start_at_once_make_one_desk(places: Places) -> None:
    url = places()
    starters = [
        subprocess.Popen([sys.executable, "-c", OPEN, url], stderr=subprocess.PIPE)
        for _ in range(5)
    ]
    errors = [starter.communicate(timeout=60)[1] for starter in starters]
    assert errors == [b""] * 5
    store = opened(url)
    assert store.policy().teams == ()
    rows = store._database.execute_sql("SELECT count(*) FROM schema_migration").fetchall()
    assert rows == [(len(list(MIGRATIONS.glob("[0-9]*.py"))),)]
    store.close()


def test_the_file_is_strict_keeps_references_and_writes_ahead(path: Path) -> None:
    database = opened(path)._database
    assert isinstance(database, SqliteDatabase)
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


def of_the_first_version(path: Path, today: Path) -> None:
    """A desk as the first version kept it, with all that the desk at `today` holds."""
    database = SqliteDatabase(str(path), pragmas={"journal_mode": "wal"})
    Runner(database, str(MIGRATIONS)).up("0001_desk")
    database.pragma("application_id", APPLICATION_ID)
    database.execute_sql("DELETE FROM tally")
    database.execute_sql("ATTACH ? AS today", (str(today),))
    for table in ("tally", "policy", "person", "ticket", "clone", "event", "message"):
        names = ", ".join(column.name for column in database.get_columns(table))
        database.execute_sql(f"INSERT INTO {table} ({names}) SELECT {names} FROM today.{table}")
    database.execute_sql("DELETE FROM tally")
    database.execute_sql("INSERT INTO tally SELECT * FROM today.tally")
    database.close()


def test_a_desk_of_the_first_version_is_brought_up_to_date_with_all_it_holds(
    path: Path, desk: Desk, ana: Actor, at: Lead, tmp_path: Path
) -> None:
    number = desk.open(ana, "Printer", "bob@example.org", message="blank pages").number
    desk.note(ana, number, "toner?")
    held = at(Status.WAITING_FOR_SUPPORT).number
    review = Brings(kind=HoldKind.VENDOR, whom="Acme", until=START.date())
    desk.move(ana, held, Status.BLOCKED, review)
    for status in Status:
        desk.receive(at(status).number, "bob@example.org", "Any news?")
    desk.set_role(ana, "vera", Role.TECHNICIAN)  # there were no viewers
    exported = list(export_lines(desk))
    orders = {order: list(desk.store.listing(Status, order=order)) for order in Order}
    of_the_first_version(tmp_path / "old.db", path)
    store = opened(tmp_path / "old.db")
    for word, hit in (("prin", True), ("blank", True), ("tone", True), ("cable", False)):
        fits = condition(store, parse(word, START.date()), None, START, "UTC")
        assert bool(list(store.listing(Status, fits=fits))) is hit
    assert list(export_lines(Desk(store, HandClock()))) == exported
    assert {order: list(store.listing(Status, order=order)) for order in Order} == orders


def test_a_desk_from_before_there_were_viewers_takes_one_and_loses_nobody(
    path: Path, desk: Desk, ana: Actor, at: Lead, tmp_path: Path
) -> None:
    at(Status.IN_PROGRESS)
    desk.set_role(ana, "vera", Role.TECHNICIAN)
    people = desk.store.people()
    of_the_first_version(tmp_path / "old.db", path)
    store = opened(tmp_path / "old.db")
    assert store.people() == people
    later = Desk(store, HandClock())
    assert later.set_role(later.enter("ana"), "vera", Role.VIEWER).role is Role.VIEWER
    with pytest.raises(IntegrityError):  # who did anything is still referred to
        store._database.execute_sql("DELETE FROM person WHERE name = 'ana'")
    with pytest.raises(IntegrityError):
        store._database.execute_sql("INSERT INTO person (name, role) VALUES ('zoe', 'boss')")


def test_a_desk_where_somebody_is_missing_is_not_brought_up_to_date(
    path: Path, desk: Desk, ana: Actor, at: Lead, tmp_path: Path
) -> None:
    at(Status.IN_PROGRESS)
    desk.set_role(ana, "vera", Role.TECHNICIAN)
    old = tmp_path / "old.db"
    of_the_first_version(old, path)
    connection = sqlite3.connect(old)
    connection.execute("DELETE FROM person WHERE name = 'eve'")
    connection.commit()
    before = list(connection.iterdump())
    with pytest.raises(StoreDown, match="is damaged: rows are missing that others name"):
        open_store(str(old))
    assert list(connection.iterdump()) == before
    connection.close()


def board_numbers(
    store: Store, status: Status, window: Window, order: Order = Order.ATTENTION
) -> tuple[list[int], bool, bool]:
    long_ago = START.replace(year=2000)
    column = read_board(store, {status: window}, long_ago, order=order).columns[status]
    return [card.number for card in column.cards], column.above, column.below


@pytest.mark.parametrize(
    ("order", "status", "numbers"),
    [
        (Order.ATTENTION, Status.WAITING_FOR_SUPPORT, [3, 2, 4, 1]),
        (Order.PRIORITY, Status.WAITING_FOR_SUPPORT, [2, 4, 3, 1]),
        (Order.AGE, Status.WAITING_FOR_SUPPORT, [1, 2, 3, 4]),
        (Order.UPDATED, Status.WAITING_FOR_SUPPORT, [2, 3, 4, 1]),
        (Order.DEADLINE, Status.WAITING_FOR_CUSTOMER, [5, 7, 6]),
        (Order.DEADLINE, Status.BLOCKED, [9, 8, 10]),
    ],
)
def test_a_column_is_sorted_as_asked(
    store: Store,
    desk: Desk,
    ana: Actor,
    clock: HandClock,
    order: Order,
    status: Status,
    numbers: list[int],
) -> None:
    for priority in (Priority.LOW, Priority.URGENT, Priority.NORMAL, Priority.URGENT):
        desk.open(ana, "VPN drops", "bob@example.org", priority=priority)
        clock.forward(minutes=1)
    desk.receive(3, "bob@example.org", "Any news?")
    desk.note(ana, 2, "looking")
    for _ in range(3):
        number = desk.open(ana, "VPN drops", "bob@example.org").number
        desk.move(ana, number, Status.WAITING_FOR_CUSTOMER, Brings(message="Which version?"))
        clock.forward(minutes=1)
    desk.reply(ana, 6, "And which cable?")
    for days in (9, 2, None):
        number = desk.open(ana, "VPN drops", "bob@example.org").number
        until = START.date() + timedelta(days=days) if days else None
        held = Brings(kind=HoldKind.VENDOR, whom="Acme", until=until)
        desk.move(ana, number, Status.BLOCKED, held)
    column = read_board(store, {status: Window()}, START, order=order).columns[status]
    assert [card.number for card in column.cards] == numbers
    assert [ticket.number for ticket in store.listing((status,), order=order)] == numbers
    assert sorted(desk.store.numbers((status,), START)) == sorted(numbers)
    second = [ticket.key(order) for ticket in column.cards[1:3]]
    found = desk.store.numbers((status,), START, span=(order, second[1], second[0]))
    assert set(found) == set(numbers[1:3])


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


@pytest.mark.parametrize("status", [Status.WAITING_FOR_CUSTOMER, Status.CANCELED])
@pytest.mark.parametrize("order", Order)
def test_windows_by_key_join_into_the_whole_column(
    store: Store, desk: Desk, at: Lead, clock: HandClock, status: Status, order: Order
) -> None:
    for _ in range(9):
        at(status)
        clock.forward(minutes=1)

    def shown(window: Window) -> tuple[list[int], bool, bool]:
        return board_numbers(store, status, window, order)

    whole, above, below = shown(Window(after=50))
    assert (len(whole), above, below) == (9, False, False)
    key = store.ticket(whole[4]).key(order)
    assert shown(Window(key, before=2, after=3)) == (
        whole[2:7],
        True,
        True,
    )
    assert shown(Window(key, before=4, after=5)) == (whole, False, False)
    assert shown(Window(after=4)) == (whole[:4], False, True)
    assert shown(Window(after=4, end=True)) == (whole[5:], True, False)


def test_what_an_event_brought_is_read_back_as_it_was(
    store: Store, desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(Status.SCOPING_WITH_TEAM).number
    desk.move(ana, number, Status.WAITING_FOR_CUSTOMER, Brings(message="Two\nlines, “quoted”"))
    event = store.timeline(number)[-1]
    assert event.brings.message == "Two\nlines, “quoted”"
    assert event.brings.deadline == store.ticket(number).deadline
    kept = store.select(EventRow.select(EventRow.brings).where(EventRow.id == event.id))
    assert "message" not in json.loads(kept[0][0])
