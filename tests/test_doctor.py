"""The doctor: what is well is said to be, and real damage is named, with what would help."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from deskconsole.calendar import utc_now
from deskconsole.cli.terminal_checkup import key_findings
from deskconsole.desk.desk import Desk
from deskconsole.finding import Verdict
from deskconsole.model import Status
from deskconsole.transfer import export_lines
from deskconsole.tui.keyboard import settle
from tests.conftest import HandClock, lead, opened, staffed
from tests.terminal import Terminal
from tests.test_care import command
from tests.test_cli import said

pytestmark = pytest.mark.both_databases

Doctor = Callable[..., list[dict[str, str]]]


def examined(url: object) -> tuple[int, list[tuple[str, str]]]:
    """The exit code, and every finding that is not well, as its verdict and words with help."""
    done = command(url, "doctor", "--json")
    assert "Traceback" not in done.stderr, done.stderr
    found = json.loads(done.stdout)
    assert all(finding["help"] for finding in found if finding["verdict"] != "ok")
    return done.returncode, [
        (finding["verdict"], f"{finding['what']} -> {finding['help']}")
        for finding in found
        if finding["verdict"] != "ok" and "no terminal" not in finding["what"]
    ]


@pytest.fixture
def desk(url: str) -> Desk:
    """A desk of ninety tickets, in every status, as of now."""
    desk = staffed(Desk(opened(url), HandClock(utc_now() - timedelta(minutes=5))))
    ana = desk.enter("ana")
    desk.set_policy(ana, "timezone", "UTC")
    for _ in range(10):
        for status in Status:
            lead(desk, ana, status)
    desk.note(ana, 1, "looked", minutes=90)
    return desk


def leaves(path: Path, name: str) -> list[int]:
    """Closes the journal; where those pages of a table or an index begin that hold its rows."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path"
    try:
        pages = [page for (page,) in connection.execute(query, (name,))]
    except sqlite3.OperationalError:
        pytest.skip("this SQLite cannot say where a table's pages are (dbstat)")
    connection.close()
    return [(page - 1) * 4096 for page in pages]


def leaf(path: Path, name: str) -> int:
    """Where a middle one of them begins."""
    pages = leaves(path, name)
    return pages[len(pages) // 2]


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def changed(path: Path, *statements: str) -> None:
    """What somebody did to the desk behind its back."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_sound_desk_is_well(url: str, desk: Desk) -> None:
    was = desk.store.last_event()
    assert examined(url) == (0, [])
    assert desk.store.last_event() == was


def test_findings_are_lines_and_plain_sentences(url: str, desk: Desk) -> None:
    done = command(url, "doctor")
    assert done.returncode == 0
    assert "ok     every ticket (90) is what its events made of it\n" in done.stdout
    assert all(line[:7] in ("ok     ", "look   ") for line in done.stdout.splitlines())
    told = command(url, "doctor", "--plain").stdout
    assert "Well: every ticket (90) is what its events made of it.\n" in told
    assert "Worth a look: this is no terminal, so it was not examined. What would help: " in told


def test_no_desk_is_made_by_examining_it(tmp_path: Path) -> None:
    code, found = examined(tmp_path / "none.db")
    assert (code, [verdict for verdict, _ in found]) == (0, ["look"])
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("ticket", r"table ticket is damaged"),
        ("message", r"table message is damaged"),
        ("event", r"table event is damaged"),
        ("ticket_age", "index ticket_age of table ticket is damaged"),
        ("words_data", "table words_data is damaged"),
    ],
)
def test_a_damaged_page_is_named_by_what_lay_on_it(
    path: Path, desk: Desk, part: str, named: str
) -> None:
    desk.store.close()
    overwrite(path, leaf(path, part), os.urandom(4096))
    code, found = examined(path)
    assert code == 1
    assert named in found[0][1]
    helped = {"ticket_age": "deskconsole export FILE", "words_data": "deskconsole export FILE"}
    assert helped.get(part, "deskconsole restore FILE --replace") in found[0][1]
    if part in ("ticket", "event", "message"):
        (lost,) = [words for _, words in found if "cannot be read" in words]
        assert lost.startswith("SD-")
    done = command(path, "list", "--all")
    assert "Traceback" not in done.stderr
    if part in ("ticket", "ticket_age"):
        assert done.returncode == 6
        assert "is damaged" in done.stderr
        assert "`deskconsole doctor`" in done.stderr


@pytest.mark.parametrize(
    "part", ["ticket_assignee", "words_data", "words_idx", "words_config", "words_docsize"]
)
def test_what_helps_where_only_finding_is_damaged_does_help(
    path: Path, desk: Desk, part: str, tmp_path: Path
) -> None:
    was = list(export_lines(desk))
    desk.store.close()
    for at in leaves(path, part)[:2]:
        overwrite(path, at, os.urandom(4096))
    code, found = examined(path)
    assert code == 1
    assert {words.split(" -> ")[1] for _, words in found} == {
        "every ticket can be read still: deskconsole export FILE, then import FILE into a new desk"
    }
    assert not any("cannot be read" in words for _, words in found)
    said(command(path, "export", str(tmp_path / "all.jsonl")))
    said(command(tmp_path / "new.db", "import", str(tmp_path / "all.jsonl")))
    assert list(export_lines(Desk(opened(tmp_path / "new.db"), desk.clock))) == was
    assert examined(tmp_path / "new.db")[0] == 0


def test_a_newer_desk_takes_an_update_and_no_older_backup(url: str, desk: Desk) -> None:
    with desk.store.writing():
        desk.store.connections.execute_sql(
            "INSERT INTO schema_migration VALUES (99, '9999_future', '2030-01-01')"
        )
        desk.store.connections.execute_sql("CREATE TABLE future (a INTEGER)")
    code, found = examined(url)
    assert (code, len(found)) == (1, 1)
    assert "written by a newer deskconsole; update this one" in found[0][1]
    assert "restore" not in found[0][1]


def test_a_damaged_first_page_is_told_from_a_file_that_is_no_desk(path: Path, desk: Desk) -> None:
    desk.store.close()
    overwrite(path, 0, b"\0" * 16)
    code, found = examined(path)
    assert (code, len(found)) == (1, 1)
    assert "its first bytes are damaged" in found[0][1]
    assert "is damaged" in command(path, "list").stderr
    path.write_text("these are my notes\n" * 100)
    assert "it is no desk's file" in examined(path)[1][0][1]


def test_a_file_that_is_cut_short_is_said_to_be(path: Path, desk: Desk) -> None:
    desk.store.close()
    leaf(path, "ticket")
    pages = path.stat().st_size // 4096
    os.truncate(path, 4096 * 20)
    code, found = examined(path)
    assert code == 1
    assert f"cut short: 20 of its {pages} pages are there" in found[0][1]


@pytest.mark.parametrize(("at", "lost"), [(0, "all of it"), (32 + 4120 + 200, "from frame 2 of ")])
def test_a_damaged_journal_is_said_to_have_lost_what_was_last(
    path: Path, desk: Desk, tmp_path: Path, at: int, lost: str
) -> None:
    desk.store.close()
    leaf(path, "ticket")
    journal = Path(f"{path}-wal")
    connection = sqlite3.connect(path)
    for hours in range(5):
        connection.execute(f"UPDATE policy SET value = '{hours} hours' WHERE name = 'link'")
        connection.commit()
    written, file = journal.read_bytes(), path.read_bytes()
    connection.close()
    path.write_bytes(file)
    journal.write_bytes(written)
    assert examined(path) == (0, [])
    path.write_bytes(file)
    journal.write_bytes(written[:at] + b"\xa5" * 50 + written[at + 50 :])
    code, found = examined(path)
    assert code == 1
    assert f"what was written last is lost ({lost}" in found[0][1]


def test_what_was_done_behind_the_desks_back_comes_to_light(path: Path, desk: Desk) -> None:
    desk.store.close()
    changed(
        path,
        "UPDATE tally SET tickets = tickets + 1 WHERE status = 'done'",
        "INSERT INTO tagging (tag, ticket_id) VALUES ('paper', 3)",
        "UPDATE ticket SET title = 'Another', spent = 7 WHERE id = 2",
        "DELETE FROM message WHERE ticket_id = 20",
        "DELETE FROM event WHERE id = (SELECT max(id) FROM event WHERE ticket_id = 30)",
        "DROP INDEX ticket_age",
        "DROP TRIGGER tally_delete",
        "CREATE TABLE mine (a)",
    )
    code, found = examined(path)
    assert code == 1
    told = "\n".join(words for _, words in found)
    for words in (
        "index ticket_age is missing",
        "trigger tally_delete is missing",
        "not of this program: table mine",
        "1 ticket cannot be found by all their words",
        "1 ticket cannot be found by what they are tagged",
        "Done has 10 tickets, its column says 11",
        "SD-2: its events give another title, spent",
        "SD-30: ",
    ):
        assert words in told


def test_who_is_named_and_not_there_is_named(path: Path, desk: Desk) -> None:
    desk.store.close()
    changed(path, "PRAGMA foreign_keys = 0", "DELETE FROM ticket WHERE id = 7")
    told = "\n".join(words for _, words in examined(path)[1])
    assert "names a ticket that is not there" in told


def test_an_event_that_never_was_legal_is_found(url: str, desk: Desk) -> None:
    with desk.store.writing():
        desk.store.connections.execute_sql(
            "UPDATE event SET verb = 'approve' WHERE id = "
            "(SELECT max(id) FROM event WHERE ticket_id = 2)"
        )
    code, found = examined(url)
    assert code == 1
    assert "SD-2: its events cannot have happened" in found[0][1]


def test_a_clock_that_does_not_run_and_one_that_runs_ahead_are_seen(url: str) -> None:
    clock = HandClock(utc_now() - timedelta(days=30))
    desk = Desk(opened(url), clock)
    ana = desk.enter("ana")
    lead(desk, ana, Status.WAITING_FOR_CUSTOMER)
    code, found = examined(url)
    assert (code, [verdict for verdict, _ in found]) == (0, ["look"])
    assert "1 ticket should have been closed" in found[0][1]
    clock.now = utc_now() + timedelta(days=3, minutes=1)
    desk.note(ana, 1, "from the future")
    code, found = examined(url)
    assert code == 1
    assert "the last event lies 3 days in the future" in found[0][1]


def test_a_moved_desk_is_said_to_have_moved(path: Path, desk: Desk, tmp_path: Path) -> None:
    assert command(path, "move-desk", str(tmp_path / "new.db")).returncode == 0
    code, found = examined(path)
    assert (code, [verdict for verdict, _ in found]) == (0, ["look"])
    assert "this desk moved to" in found[0][1]


def test_the_terminal_is_examined_where_there_is_one(path: Path, desk: Desk) -> None:
    with Terminal("--desk", str(path), "doctor", columns=150, env={"TMUX": ""}) as terminal:
        assert terminal.ended() == 0
        assert "ok     the terminal is xterm-256color" in terminal.text
        assert "ok     it is 150 columns wide and 35 lines high" in terminal.text
        assert "no terminal" not in terminal.text


def test_keys_that_never_arrive_are_named_and_what_is_left_without_one() -> None:
    wanted = {"ticket.reply": ("ctrl+i",), "ticket.note": ("c", "ctrl+shift+c")}
    keyboard = settle(wanted)
    found = list(key_findings(keyboard, {"TERM": "xterm-256color"}))
    (reply,) = [finding for finding in found if "ticket.reply" in finding.what]
    assert reply.verdict is Verdict.LOOK
    assert "Tab" in reply.what
    (note,) = [finding for finding in found if "ticket.note" in finding.what]
    assert note.verdict is Verdict.OK
    assert "c arrives" in note.what
    assert not [f for f in key_findings(keyboard, {"TERM": "xterm-kitty"}) if "ticket" in f.what]


def test_none_of_our_own_keys_is_lost_in_an_ordinary_terminal_or_tmux() -> None:
    for env in ({"TERM": "xterm-256color"}, {"TERM": "tmux-256color", "TMUX": "x"}, {"STY": "1"}):
        for finding in key_findings(settle({}), env):
            assert finding.verdict is Verdict.OK, finding


def test_a_large_desk_is_examined_on_all_processors(path: Path, desk: Desk) -> None:
    desk.store.close()
    program = (
        "import sys\n"
        "from deskconsole.care import checkup\n"
        "checkup._SPAN, checkup._MANY = 20, 2\n"
        "from deskconsole.cli.main import main\n"
        "if __name__ == '__main__':\n"
        "    main(['--desk', sys.argv[1], 'doctor'])\n"
    )
    changed(path, "UPDATE ticket SET spent = 7 WHERE id IN (3, 80)")
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "SD-3: its events give another spent" in done.stdout
    assert "SD-80: its events give another spent" in done.stdout
