"""What is PostgreSQL's own: addresses, databases that are no desk, a server that goes and comes."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.errors import StoreDown
from deskconsole.model import Role, Status, Window
from deskconsole.query import parse
from deskconsole.store import backends, watch
from deskconsole.store.board import read_board
from deskconsole.store.find import condition
from deskconsole.store.store import Store, look_store, open_store, peek_store
from tests.conftest import BOB, START, HandClock, lead, opened, staffed
from tests.postgres import ROLE, Server, own_server
from tests.terminal import Terminal
from tests.test_watch import Waiting

S = Status.WAITING_FOR_SUPPORT


def refused(url: str) -> str:
    with pytest.raises(StoreDown) as error:
        open_store(url)
    return str(error.value)


@pytest.fixture
def desk(postgres: Server) -> Desk:
    return Desk(opened(postgres.desk()), HandClock())


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://bo:secret@127.0.0.1:1/desk", "bo@127.0.0.1:1/desk cannot be reached"),
        ("postgres://bo:secret@127.0.0.1:1/desk", "Connection refused"),
        ("postgresql://bo:secret@127.0.0.1", "names no database"),
        ("postgresql://bo:secret@h/desk?frob=1", "no address of a database"),
        ("postgresql://bo:secret@h:port/desk", "cannot be reached"),
        ("postgresql://bo:a secret@h/desk", "%20 for the signs"),
        ("postgresql://bo:a/secret@h/desk", "%2F"),
        ("POSTGRESQL://bo:secret@127.0.0.1:1/desk", "bo@127.0.0.1:1/desk cannot be reached"),
        ("postgresql:/bo:secret@h/desk", "no address of a database"),
        ("host=h password=secret", "no address of a database"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_sentence_without_the_password(
    monkeypatch: pytest.MonkeyPatch, url: str, sentence: str
) -> None:
    monkeypatch.delenv("PGDATABASE", raising=False)
    assert sentence in refused(url)
    assert "secret" not in refused(url)


def test_without_the_driver_the_sentence_names_the_extra() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.modules['psycopg'] = None\n"
            "from deskconsole.cli.main import main\n"
            "main(['--desk', 'postgresql://h/desk', 'list'])",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 6
    assert "pip install 'deskconsole[postgres]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_desk_in_a_file_loads_no_driver(path: Path) -> None:
    opened(path).close()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from deskconsole.cli.main import main\n"
            "try: main(['--desk', sys.argv[1], '--as', 'ana', 'list'])\n"
            "finally: print('peewee' in sys.modules, 'psycopg' in sys.modules)",
            str(path),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("True False\n")


def test_a_database_of_another_program_is_left_alone(postgres: Server) -> None:
    url = postgres.empty()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE song (title text)")
    assert "is a database, but not a desk; name an empty one" in refused(url)
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert found.fetchall() == [("song",)]


def test_a_database_that_cannot_keep_every_letter_is_refused(postgres: Server) -> None:
    url = postgres.empty("TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    assert "make a database with encoding UTF8" in refused(url)


def test_a_newer_desk_is_refused(postgres: Server) -> None:
    url = postgres.desk()
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO schema_migration (name, applied) VALUES ('9999_future', now())"
        )
    assert "written by a newer deskconsole; update" in refused(url)


def test_words_are_found_in_a_database_whose_own_locale_knows_only_english(
    postgres: Server,
) -> None:
    url = postgres.empty("TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    desk = Desk(opened(url), HandClock())
    desk.open(desk.enter("ana"), "Принтер в Café", BOB)
    for text in ("прин", "CAFE", "café", '"в cafe"'):
        fits = condition(desk.store, parse(text, START.date()), None, START, "UTC")
        assert list(desk.store.listing(Status, fits=fits)), text


def test_words_beside_each_other_are_found_wherever_a_long_message_is_cut(desk: Desk) -> None:
    ana = desk.enter("ana")
    pasted = " ".join(f"line{n}" for n in range(2000)) + " " + "x" * 3000 + " \\ % _ ' \" : & |"
    number = desk.open(ana, "A pasted log", BOB, message=pasted).number
    desk.open(ana, "Another", BOB, message="line7 and line9")

    def hits(text: str) -> list[int]:
        fits = condition(desk.store, parse(text, START.date()), None, START, "UTC")
        return [ticket.number for ticket in desk.store.listing(Status, fits=fits)]

    for n in (0, 470, 479, 480, 481, 958, 960, 1990):
        assert hits(f'"line{n} line{n + 1} line{n + 2}"') == [number], n
    assert hits('"line1 line3"') == []
    assert hits("line7 line1999") == [number]
    assert hits("line7-line8") == [number]
    assert hits("x" * 3000) == [number]
    desk.edit(ana, number, title="Renamed")
    assert hits("pasted") == []
    assert hits("renam line5") == [number]


def test_a_desk_that_is_looked_at_cannot_be_written(desk: Desk, postgres: Server) -> None:
    assert peek_store(postgres.empty()) is None
    looked = peek_store(desk.store._database.database)
    assert looked is not None
    with pytest.raises(StoreDown, match="read-only"):
        looked.set_policy("timezone", "UTC")
    looked.close()


def test_no_option_of_an_address_lets_a_desk_that_is_looked_at_be_written(desk: Desk) -> None:
    url = desk.store._database.database
    more = "options=-c%20default_transaction_read_only%3Doff"
    looked = look_store(f"{url}{'&' if '?' in url else '?'}{more}")
    assert looked.read_only
    with pytest.raises(StoreDown, match="read-only"):
        looked.set_policy("timezone", "UTC")
    looked.close()


def test_a_lock_that_is_held_beyond_patience_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = desk.enter("ana")
    with psycopg.connect(desk.store._database.database) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (backends._LOCK,))
        desk.store._database.execute_sql("SET lock_timeout = '50ms'")
        with pytest.raises(StoreDown, match="is busy: another process has been writing"):
            desk.open(ana, "VPN drops", BOB)
    assert desk.open(ana, "VPN drops", BOB).number == 1


def cut_off(store: Store, server: Server) -> None:
    """End every connection to a store's database, as a restart of its server does."""
    server.run(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        f"WHERE datname = '{store._database.connection().info.dbname}'"
    )


def test_after_a_cut_the_next_use_connects_again(desk: Desk, postgres: Server) -> None:
    ana = desk.enter("ana")
    cut_off(desk.store, postgres)
    assert desk.open(ana, "VPN drops", BOB).number == 1


def test_a_cut_inside_a_transaction_keeps_nothing_of_it_and_heals(
    desk: Desk, postgres: Server
) -> None:
    ana = desk.enter("ana")

    def act() -> None:
        with desk.store.writing():
            desk.open(ana, "Half of it", BOB)
            cut_off(desk.store, postgres)
            desk.open(ana, "The rest", BOB)

    with pytest.raises(StoreDown):
        act()
    assert desk.store.last_event() == 0
    assert desk.open(ana, "VPN drops", BOB).number == 1


@pytest.mark.parametrize("lost", [False, True], ids=["told", "notification-lost"])
def test_a_change_is_noticed_even_where_its_notification_was_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    ana = desk.enter("ana")
    if lost:
        desk.store._database.execute_sql("ALTER TABLE event DISABLE TRIGGER event_told")
        desk.store._database.execute_sql("ALTER TABLE person DISABLE TRIGGER person_told")
        monkeypatch.setattr(watch, "HEARTBEAT_SECONDS", 0.1)
        monkeypatch.setattr(watch, "LOOK_SECONDS", 0.05)
    waiting = Waiting(desk.store)
    desk.open(ana, "VPN drops", BOB)
    assert waiting.answer() == [True]


def test_what_was_settled_is_noticed_even_where_its_notification_was_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = desk.enter("ana")
    desk.store._database.execute_sql("ALTER TABLE policy DISABLE TRIGGER policy_told")
    monkeypatch.setattr(watch, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.05)
    waiting = Waiting(desk.store)
    desk.set_policy(ana, "limits", "blocked 3")
    assert waiting.answer() == [True]


@pytest.fixture
def reader(desk: Desk, postgres: Server) -> Iterator[str]:
    """The desk's URL for a role that may only read."""
    database = desk.store._database.connection().info.dbname
    role = f"{database}_reader"
    postgres.run(f"CREATE ROLE {role} {ROLE}")
    desk.store._database.execute_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    yield postgres.for_role(role, database)
    desk.store._database.execute_sql(f"DROP OWNED BY {role}")
    postgres.run(f"DROP ROLE {role}")


def test_a_role_that_may_only_read_sees_the_board_and_writes_nothing(
    desk: Desk, reader: str
) -> None:
    desk.open(desk.enter("ana"), "VPN drops", BOB)
    reading = opened(reader)
    guest = Desk(reading, HandClock()).enter("zoe")
    assert (guest.role, guest.name) == (Role.VIEWER, "a guest")
    assert Desk(reading, HandClock()).enter("ana").role is Role.VIEWER
    board = read_board(reading, {status: Window() for status in Status}, START)
    assert board.columns[S].count == 1
    with pytest.raises(StoreDown, match="lets this role only read"):
        reading.set_policy("timezone", "UTC")
    reading.close()


def console(url: str, who: str) -> Terminal:
    return Terminal("--desk", url, "--as", who, columns=120, rows=30)


def test_what_the_readme_does_on_a_server_makes_a_desk_and_who_only_looks_at_it() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    made, looked = re.findall(
        r"sudo -u postgres psql(?: desk)? <<'SQL'\n(.*?)\nSQL\n", readme, re.S
    )
    with own_server() as server:
        for statement in made.split("\n"):
            server.run(statement)
        desk = Desk(opened(server.for_role("desk", "desk")), utc_now)
        lead(desk, desk.enter("ana"), S)
        with psycopg.connect(server.named("desk"), autocommit=True) as connection:
            for statement in looked.split("\n"):
                connection.execute(statement.encode())
        viewing = opened(server.for_role("desk_viewer", "desk"))
        assert viewing.read_only
        assert viewing.ticket(1).title == "VPN drops"
        for store in (desk.store, viewing):
            store.close()


def test_what_others_do_is_on_a_console_at_once(desk: Desk) -> None:
    staffed(desk)
    lead(desk, desk.enter("ana"), S)
    url = desk.store._database.database
    with console(url, "bo") as bo:
        bo.expect("VPN drops")
        desk.edit(desk.enter("ana"), 1, title="Printer on fire")
        bo.expect("(?s)~SD-1.*Printer on fire", within=2)
        bo.expect("ana edited SD-1")


def test_a_server_that_goes_away_under_a_console_and_comes_back_costs_no_word() -> None:
    with own_server() as server:
        url = server.desk()
        desk = staffed(Desk(opened(url), utc_now))
        lead(desk, desk.enter("ana"), S)
        server.run(f"CREATE ROLE reader {ROLE}")
        desk.store._database.execute_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        database = desk.store._database.connection().info.dbname
        with console(url, "bo") as bo, console(server.for_role("reader", database), "ana") as wall:
            wall.expect("VPN drops")
            bo.expect("VPN drops")
            bo.press("c")
            bo.expect("Note on SD-1")
            bo.press("The cable is loose")
            server.stop()
            bo.expect("cannot be reached")
            bo.press("^d")
            bo.expect("(?s)The cable is loose.*cannot be reached.*Keep")
            wall.press("enter")
            wall.expect("cannot be reached")
            server.start()
            bo.expect("· live")
            bo.press("^d")
            bo.gone("Note on SD-1")
            bo.expect("noted on SD-1")
            assert desk.store.timeline(1)[-1].brings.message == "The cable is loose"
            assert len(desk.store.timeline(1)) == 2
            desk.edit(desk.enter("ana"), 1, title="Printer on fire")
            bo.expect("Printer on fire")
            wall.press("esc")
            wall.expect("· live")
            wall.expect("Printer on fire")


def test_a_board_under_a_role_that_may_only_read_is_a_viewers(desk: Desk, reader: str) -> None:
    staffed(desk)
    lead(desk, desk.enter("ana"), S)
    upto = desk.store.last_event()
    with console(reader, "ana") as wall:
        wall.expect("VPN drops")
        wall.press("c")
        wall.expect("a viewer may not write internal notes")
        desk.edit(desk.enter("ana"), 1, title="Printer on fire")
        wall.expect("Printer on fire")
        wall.press("enter")
        wall.expect("bob@example.org")
        wall.press("q")
    assert desk.store.last_event() == upto + 1
    assert desk.store.presences(None) == []
