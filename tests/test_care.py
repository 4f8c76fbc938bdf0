"""Backup, restore and move: a desk as a whole, in another place, while others use it."""

import json
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from peewee import Model

from deskconsole.calendar import utc_now
from deskconsole.care import keeping
from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, StoreDown
from deskconsole.model import Actor, Order, Status
from deskconsole.query import parse
from deskconsole.store import tables
from deskconsole.store.board import read_board
from deskconsole.store.copying import COPIED, PASSING, copy_desk, row_counts
from deskconsole.store.files import holding, judge
from deskconsole.store.find import condition
from deskconsole.store.store import Store, open_store
from deskconsole.transfer import export_lines
from tests.conftest import BOB, START, HandClock, Places, lead, opened, staffed
from tests.postgres import Server
from tests.terminal import Terminal
from tests.test_access import KEY
from tests.test_cli import Done, refused, said
from tests.test_store import of_the_first_version

pytestmark = pytest.mark.both_databases

KEPT_BY_TRIGGERS = {tables.TallyRow, tables.TaggingRow}


def quietly(doing: str, done: int, of: int) -> None:
    """Progress that nobody looks at."""


def command(url: object, *arguments: str, limit: int | None = None, who: str = "ana") -> Done:
    """A command at a desk; no file that it writes may be larger than `limit` bytes."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "deskconsole", "--desk", str(url), "--as", who, *arguments],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )


def export(desk: Desk) -> list[str]:
    return list(export_lines(desk))


@pytest.fixture
def full(desk: Desk, ana: Actor, clock: HandClock) -> Desk:
    """A desk that has something of everything."""
    for status in Status:
        lead(desk, ana, status)
        clock.forward(hours=1)
    desk.keep_view(ana, "Everything", "", Order.AGE)
    desk.begin_with(ana, "Everything")
    desk.add_key(ana, "bo", KEY)
    desk.keep_canned(ana, "greeting", "Hello {reporter}", "net")
    desk.set_policy(ana, "link", "https://desk.example.org/{ticket}")
    desk.note(ana, 1, "looked at the Zaphod cable", minutes=90)
    desk.edit(ana, 1, follows=9, duplicate_of=8)
    desk.watch(ana, 1)
    desk.edit(ana, 2, title="The printer is on fire")
    desk.undo(ana)
    return desk


def writer(url: str) -> subprocess.Popen[str]:
    """A process that opens tickets until it is ended; it says so when it has begun."""
    program = (
        "import sys\n"
        "from deskconsole.calendar import utc_now\n"
        "from deskconsole.desk.desk import Desk\n"
        "from deskconsole.store.store import Store, open_store\n"
        "desk = Desk(open_store(sys.argv[1]), utc_now)\n"
        "ana = desk.enter('ana')\n"
        "while True:\n"
        "    number = desk.open(ana, 'One more', 'bob@example.org', message='Help!').number\n"
        "    desk.note(ana, number, 'noted')\n"
        "    print(number, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


# Copying


def test_every_table_is_copied_unless_it_is_of_the_moment_or_kept_by_triggers() -> None:
    models = {
        model
        for model in vars(tables).values()
        if isinstance(model, type) and issubclass(model, Model) and model is not Model
    }
    assert models == {*COPIED, *PASSING, *KEPT_BY_TRIGGERS}


def test_a_copy_holds_everything_and_is_counted_and_searched_alike(
    full: Desk, places: Places, ana: Actor
) -> None:
    copy = Desk(opened(places()), full.clock)
    with copy.store.writing():
        copy_desk(full.store, copy.store, 1, quietly)
    assert all(row_counts(full.store)[name] for name in row_counts(full.store))
    assert holding(copy.store) == holding(full.store)
    assert export(copy) == export(full)
    assert copy.store.canned() == full.store.canned()
    assert copy.store.policy() == full.store.policy()
    assert ana.person is not None
    assert copy.store.first_view(ana.person) == full.store.first_view(ana.person)
    now = full.clock()
    boards = [read_board(one.store, {}, now - timedelta(days=14)) for one in (full, copy)]
    assert boards[0] == boards[1]
    for query in ("zaphod", "fire", "drops", '"which version"'):
        fits = condition(copy.store, parse(query, now.date()), None, now, "UTC")
        theirs = condition(full.store, parse(query, now.date()), None, now, "UTC")
        assert [t.number for t in copy.store.listing(Status, fits=fits)] == [
            t.number for t in full.store.listing(Status, fits=theirs)
        ]


def test_a_copy_takes_the_place_of_what_there_was(full: Desk, places: Places) -> None:
    other = Desk(opened(places()), full.clock)
    by = other.enter("zoe")
    for _ in range(12):
        lead(other, by, Status.BLOCKED)
    with other.store.writing():
        copy_desk(full.store, other.store, 1, quietly)
    assert export(other) == export(full)
    assert holding(other.store) == holding(full.store)


# Backup


def test_a_backup_holds_one_moment_though_others_write(
    url: str, desk: Desk, tmp_path: Path
) -> None:
    writers = [writer(url), writer(url)]
    waited: list[int] = []

    def until_others_wrote(doing: str, done: int, of: int) -> None:
        """Hold the copying up at its every step, at first, until there is something new."""
        with closing(open_store(url)) as other:
            last = other.last_event()
            while len(waited) < 3 and other.last_event() == last:
                pass
        waited.append(last)

    try:
        for number in range(3):
            waited.clear()
            file = tmp_path / f"backup-{number}.db"
            before = desk.store.last_event()
            held = keeping.backup(desk.store, file, until_others_wrote)
            assert before <= held.last_event < desk.store.last_event()
            assert held.events == held.last_event
            assert judge(file, "backup") == held
            log = [event.id for event in opened(file).events_after(0, 100_000)]
            assert log == list(range(1, held.last_event + 1))
    finally:
        for process in writers:
            ended(process)


def test_a_backup_is_ones_own_and_replaces_nothing_unasked(
    url: str, full: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "backup.db"
    told = said(command(url, "backup", str(file), "--plain"))
    assert told.startswith(f"{file} holds 9 tickets and ")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert "is there already" in refused(command(url, "backup", str(file)), 2)
    assert file.read_bytes() == before
    full.note(full.enter("ana"), 1, "one more")
    record = json.loads(said(command(url, "backup", str(file), "--replace", "--json")))
    assert record["last_event"] == full.store.last_event()
    assert record["file"] == str(file)
    assert sorted(path.name for path in tmp_path.iterdir() if "backup" in path.name) == [file.name]


def test_a_backup_of_the_desk_into_itself_is_refused(path: Path, desk: Desk) -> None:
    assert "is the desk itself" in refused(command(path, "backup", str(path), "--replace"), 2)


def test_a_backup_that_does_not_fit_leaves_nothing(url: str, full: Desk, tmp_path: Path) -> None:
    file = tmp_path / "there" / "backup.db"
    file.parent.mkdir()
    sentence = refused(command(url, "backup", str(file), limit=60_000), 2)
    assert f"{file} cannot be written: " in sentence
    assert "nothing was kept" in sentence
    assert list(file.parent.iterdir()) == []


def test_a_backup_replaces_nothing_but_a_backup(url: str, full: Desk, tmp_path: Path) -> None:
    used, notes, device = tmp_path / "used.db", tmp_path / "notes.txt", Path("/dev/full")
    Desk(opened(used), full.clock).enter("zoe")
    notes.write_text("these are my notes\n" * 100)
    for file in (used, notes, device):
        told = refused(command(url, "backup", str(file), "--replace"), 2)
        assert f"{file} is no backup" in told
    assert opened(used).staff()
    assert notes.read_text().startswith("these are my notes")
    assert device.is_char_device()
    assert "name a file" in refused(command(url, "backup", "-"), 2)


def test_a_file_is_named_by_its_name_and_no_password_is_repeated(url: str, full: Desk) -> None:
    for name in ("backup", "restore", "export", "import"):
        told = refused(command(url, name, "postgresql://ana:hush@db.example.org/desk"), 2)
        assert "a URL goes to --desk" in told
        assert "hush" not in told


def test_a_backup_of_a_damaged_desk_is_refused(path: Path, full: Desk, tmp_path: Path) -> None:
    damage(path, "event")
    sentence = refused(command(path, "backup", str(tmp_path / "backup.db")), 6)
    assert "is damaged" in sentence
    assert "`deskconsole doctor`" in sentence
    assert not (tmp_path / "backup.db").exists()


def damage(path: Path, table: str) -> None:
    """Overwrite the root page of a table or an index."""
    opened(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
    (page,) = connection.execute(query, (table,)).fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)


# Restore


@pytest.fixture
def kept(full: Desk, tmp_path: Path) -> Path:
    """A backup of the full desk, which has gone on since."""
    file = tmp_path / "kept.db"
    keeping.backup(full.store, file, quietly)
    full.open(full.enter("ana"), "Since the backup", BOB)
    return file


def test_a_restored_desk_is_what_it_was_to_the_byte(url: str, full: Desk, tmp_path: Path) -> None:
    was = export(full)
    file = tmp_path / "kept.db"
    said(command(url, "backup", str(file)))
    ana = full.enter("ana")
    full.open(ana, "Since the backup", BOB)
    since = export(full)
    assert "--replace" in refused(command(url, "restore", str(file)), 2)
    assert export(full) == since
    told = said(command(url, "restore", str(file), "--replace", "--json"))
    assert export(full) == was
    assert full.open(ana, "After it", BOB).number == 10
    assert export(Desk(opened(json.loads(told)["kept"]), full.clock)) == since


def test_a_backup_becomes_a_desk_where_there_was_none(places: Places, kept: Path) -> None:
    url = places()
    assert "holds 9 tickets" in said(command(url, "restore", str(kept)))
    assert holding(opened(url)).tickets == 9
    assert command(url, "note", "1", "-m", "on with it").returncode == 0


def test_a_restore_that_fails_leaves_the_desk_as_it_was(
    path: Path, full: Desk, kept: Path, tmp_path: Path
) -> None:
    was = export(full)
    for arguments in ((str(tmp_path / "none.db"),), (str(kept), "--replace")):
        assert command(path, "restore", *arguments, limit=60_000).returncode in (2, 6)
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(kept.read_bytes())
    damage(damaged, "message")
    assert "is damaged" in refused(command(path, "restore", str(damaged), "--replace"), 6)
    (tmp_path / "notes.txt").write_text("these are my notes\n" * 100)
    for file in ("notes.txt", "other.db"):
        sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE IF NOT EXISTS a (b)")
        told = refused(command(path, "restore", str(tmp_path / file), "--replace"), 6)
        assert f"{file} is " in told
        assert "not a desk; name" in told
    assert export(full) == was
    assert sorted(file.name for file in tmp_path.glob(".*")) == []


def test_a_restore_without_room_names_the_desk(path: Path, full: Desk, kept: Path) -> None:
    full.store.close()
    told = refused(command(path, "restore", str(kept), "--replace", limit=60_000), 2)
    assert f"{path} cannot be written: " in told
    assert "restoring-" not in told


def test_a_restore_that_does_not_happen_leaves_no_backup_of_what_it_would_replace(
    url: str, full: Desk, kept: Path
) -> None:
    was = export(full)
    before: list[Path] = []
    full.store.close()

    def once_it_is_kept(doing: str, done: int, of: int) -> None:
        before[:] = kept.parent.glob("*-before-*[0-9].db")
        if before:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keeping.restore(url, kept, "ana", utc_now(), once_it_is_kept, replace=True)
    assert before
    assert list(kept.parent.glob("*-before-*")) == []
    assert export(full) == was


def test_a_backup_of_an_older_version_is_restored_and_itself_left_as_it_is(
    path: Path, store: Store, clock: HandClock, tmp_path: Path
) -> None:
    desk = Desk(store, clock)
    lead(desk, desk.enter("ana"), Status.SCOPING_WITH_TEAM)
    old = tmp_path / "old.db"
    of_the_first_version(old, path)
    before = old.read_bytes()
    new = tmp_path / "new.db"
    said(command(new, "restore", str(old)))
    assert export(Desk(opened(new), desk.clock)) == export(desk)
    assert old.read_bytes() == before


def test_a_backup_of_a_newer_version_is_refused(path: Path, kept: Path) -> None:
    with sqlite3.connect(kept) as connection:
        connection.execute("INSERT INTO schema_migration VALUES (99, '9999_future', '2030-01-01')")
    connection.close()
    assert "newer deskconsole" in refused(command(path, "restore", str(kept), "--replace"), 6)


@pytest.mark.parametrize("part", ["ticket", "event", "sqlite_master", "header"])
def test_a_damaged_desk_is_moved_aside_for_its_backup(
    path: Path, full: Desk, kept: Path, part: str
) -> None:
    full.store.close()
    if part in ("ticket", "event"):
        damage(path, part)
    else:
        with path.open("r+b") as file:
            file.write(b"\0" * (16 if part == "header" else 0))
            file.seek(100 if part == "sqlite_master" else 0)
            file.write(b"\xa5" * 10)
    path.chmod(0o660)
    before = path.read_bytes()
    assert "damaged" in refused(command(path, "restore", str(kept)), 6)
    told = said(command(path, "restore", str(kept), "--replace"))
    (aside,) = path.parent.glob("desk.db.damaged-*[0-9]")
    assert str(aside) in told
    assert aside.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o660  # whom it was shared with
    assert holding(opened(path)).tickets == 9


def test_an_open_console_shows_the_restored_board_and_goes_on(path: Path, tmp_path: Path) -> None:
    desk = Desk(opened(path), utc_now)
    ana = desk.enter("ana")
    desk.open(ana, "From the backup", BOB)
    keeping.backup(desk.store, tmp_path / "kept.db", quietly)
    desk.edit(ana, 1, title="Changed since")
    for _ in range(3):
        desk.open(ana, "Opened since", BOB)
    with Terminal("--desk", str(path), "--as", "ana") as terminal:
        terminal.expect("4 tickets open")
        said(command(path, "restore", str(tmp_path / "kept.db"), "--replace"))
        terminal.expect("the desk was restored from a backup")
        assert "1 ticket open" in terminal.text
        assert "From the backup" in terminal.text
        assert "Opened since" not in terminal.text
        terminal.press("m")
        terminal.expect("took SD-1|ana")
        assert desk.store.ticket(1).assignee == ana.person
        said(command(path, "new", "Reported again", "--from", BOB))
        terminal.expect("Reported again")
        terminal.press("q")
        assert terminal.ended() == 0


# Move


def test_a_moved_desk_is_the_same_in_its_new_place_and_takes_nothing_more_in_the_old_one(
    url: str, full: Desk, places: Places
) -> None:
    was, target = export(full), places()
    told = said(command(url, "move-desk", target))
    moved = opened(target)
    assert f"{moved.name} holds 9 tickets" in told
    assert export(Desk(moved, full.clock)) == was
    assert export(full) == was  # it is there still, for whoever looks
    for arguments in (("list",), ("note", "1", "-m", "x"), ("backup", "x.db"), ("policy",)):
        sentence = refused(command(url, *arguments), 6)
        assert f"this desk moved to {moved.name} on 2" in sentence
        assert f"use --desk {moved.name}" in sentence
    with pytest.raises(StoreDown, match="moved to"):
        full.note(full.enter("ana"), 1, "who had it open may not write either")
    assert "moved to" in refused(command(url, "move-desk", places()), 6)


@pytest.mark.parametrize("way", ["there", "back"])
def test_a_desk_moves_between_the_databases(
    path: Path, postgres: Server, way: str, tmp_path: Path
) -> None:
    server = postgres.empty()
    here, there = (str(path), server) if way == "there" else (server, str(path))
    desk = staffed(Desk(opened(here), HandClock(START)))
    ana = desk.enter("ana")
    for status in Status:
        lead(desk, ana, status)
    desk.edit(ana, 1, follows=9)
    was = export(desk)
    said(command(here, "move-desk", there))
    moved = Desk(opened(there), desk.clock)
    assert export(moved) == was
    assert holding(moved.store).rows == row_counts(desk.store) | {
        "policy": row_counts(desk.store)["policy"] - 1
    }
    assert moved.open(moved.enter("ana"), "Next", BOB).number == 10


def test_a_password_is_neither_told_nor_kept(path: Path, postgres: Server) -> None:
    server = postgres.empty()
    desk = Desk(opened(path), HandClock(START))
    lead(desk, desk.enter("ana"), Status.BLOCKED)
    secret = f"{server}{'&' if '?' in server else '?'}password=hush-hush"
    done = command(path, "move-desk", secret)
    assert "hush" not in said(done)
    assert "hush" not in refused(command(path, "list"), 6)
    desk.store.close()
    assert b"hush" not in path.read_bytes()


def test_a_desk_moves_only_where_there_is_none(
    url: str, full: Desk, places: Places, tmp_path: Path
) -> None:
    target = places()
    other = Desk(opened(target), full.clock)
    lead(other, other.enter("zoe"), Status.BLOCKED)
    assert "already" in refused(command(url, "move-desk", target), 2)
    assert holding(opened(target)).tickets == 1
    assert "cannot be written" in refused(
        command(url, "move-desk", str(tmp_path / "full.db"), limit=60_000), 2
    )
    assert not (tmp_path / "full.db").exists()
    full.note(full.enter("ana"), 1, "nothing moved, so it goes on here")


def test_nothing_is_written_behind_the_back_of_a_move(url: str, desk: Desk, places: Places) -> None:
    writers = [writer(url), writer(url)]
    try:
        target = places()
        said(command(url, "move-desk", target))
        for process in writers:
            process.wait(20)  # of the sentence that it moved
    finally:
        for process in writers:
            ended(process)
    assert export(Desk(opened(target), desk.clock)) == export(desk)


def test_a_desk_in_use_is_a_leads_to_replace_and_to_move(
    url: str, full: Desk, kept: Path, places: Places
) -> None:
    was = export(full)
    for arguments in (("restore", str(kept), "--replace"), ("move-desk", places())):
        assert "a technician may not" in refused(command(url, *arguments, who="bo"), 3)
    assert export(full) == was
    for who in ("bo", "vera", "cron"):
        assert said(command(url, "backup", str(kept.with_name(f"{who}.db")), who=who))
    mine = command(url, "backup", str(kept.with_name("bobs.db")), who=BOB)
    assert "customers write mail" in refused(mine, 3)


def test_an_open_console_says_where_the_desk_went(path: Path, tmp_path: Path) -> None:
    desk = Desk(opened(path), utc_now)
    desk.open(desk.enter("ana"), "VPN drops", BOB)
    with Terminal("--desk", str(path), "--as", "ana", columns=160) as terminal:
        terminal.expect("SD-1")
        said(command(path, "move-desk", str(tmp_path / "new.db")))
        terminal.expect("this desk moved to .*new.db")
        terminal.press("m")
        terminal.expect("this desk moved to .*new.db")
        terminal.press("q")
        assert terminal.ended() == 0
    assert opened(tmp_path / "new.db").ticket(1).assignee is None


def test_a_desk_that_moved_is_brought_back_by_restoring_it(
    path: Path, full: Desk, tmp_path: Path
) -> None:
    said(command(path, "move-desk", str(tmp_path / "new.db")))
    full.store.close()
    said(command(tmp_path / "again.db", "restore", str(path)))
    assert command(tmp_path / "again.db", "note", "1", "-m", "here again").returncode == 0


def test_where_a_desk_moved_from_none_is_moved_to(
    postgres: Server, path: Path, tmp_path: Path
) -> None:
    server = postgres.empty()
    desk = Desk(opened(path), HandClock(START))
    lead(desk, desk.enter("ana"), Status.BLOCKED)
    said(command(path, "move-desk", server))
    said(command(server, "move-desk", str(tmp_path / "new.db")))
    told = refused(command(tmp_path / "new.db", "move-desk", server), 2)
    assert f"already, that moved to {tmp_path / 'new.db'}; name an empty database" in told
    again = postgres.empty()
    said(command(tmp_path / "new.db", "move-desk", again))
    assert export(Desk(opened(again), desk.clock)) == export(desk)


def cut_off(url: str, target: Path, by: signal.Signals) -> Done:
    """A move of a desk to a file that gets a signal as the copy is about to take its name."""
    program = (
        "import os, sys\n"
        "from deskconsole.cli.main import main\n"
        "def end(event, arguments):\n"
        f"    if event == 'os.link' and '.' + {target.name!r} + '.' in str(arguments):\n"
        f"        os.kill(os.getpid(), {int(by)})\n"
        "sys.addaudithook(end)\n"
        "main(['--desk', sys.argv[1], '--as', 'ana', 'move-desk', sys.argv[2]])\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program, url, str(target)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_move_that_is_interrupted_leaves_the_desk_as_it_was(
    url: str, full: Desk, tmp_path: Path
) -> None:
    told = refused(cut_off(url, tmp_path / "new.db", signal.SIGINT), 1)
    assert told == "deskconsole: interrupted; nothing was moved, the desk is as it was"
    assert list(tmp_path.glob("*new.db*")) == []
    full.note(full.enter("ana"), 1, "it goes on here")


def test_a_move_that_is_killed_before_the_copy_has_its_name_says_where_all_of_it_is(
    url: str, full: Desk, tmp_path: Path
) -> None:
    was, target = export(full), tmp_path / "new.db"
    assert cut_off(url, target, signal.SIGKILL).returncode == -signal.SIGKILL
    assert not target.exists()
    (copy,) = tmp_path.glob(".new.db.*")
    sentence = refused(command(url, "list"), 6)
    assert f"{target} is not there, but all of it is in {copy}: rename that" in sentence
    copy.rename(target)
    assert f"use --desk {target}" in refused(command(url, "list"), 6)
    assert export(Desk(opened(target), full.clock)) == was
    target.rename(tmp_path / "further.db")
    assert "which is not there on this machine" in refused(command(url, "list"), 6)


def test_what_a_killed_copy_left_is_gone_after_the_next_and_one_that_runs_is_let_be(
    url: str, full: Desk, tmp_path: Path
) -> None:
    target = tmp_path / "new.db"
    left, running = tmp_path / ".new.db.999999999", tmp_path / f".new.db.{os.getppid()}"
    mine = tmp_path / ".new.db.bak"
    for file in (left, left.with_name(f"{left.name}-wal"), running, mine):
        file.write_text("half of it")
    said(command(url, "move-desk", str(target)))
    assert sorted(tmp_path.glob(".new.db.*")) == sorted([running, mine])


def test_a_move_whose_copy_cannot_take_its_name_is_taken_back(
    url: str, full: Desk, tmp_path: Path
) -> None:
    target = tmp_path / "new.db"

    def somebody_was_faster(doing: str, done: int, of: int) -> None:
        target.write_text("somebody else's")

    with pytest.raises(BadInput, match="is there already"):
        keeping.move(full, "ana", str(target), somebody_was_faster)
    assert target.read_text() == "somebody else's"
    assert list(tmp_path.glob(".new.db.*")) == []
    full.note(full.enter("ana"), 1, "nothing moved, so it goes on here")


def test_a_move_to_where_nothing_can_be_made_is_refused(full: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        keeping.move(full, "ana", str(tmp_path / "missing" / "desk.db"), quietly)
    with pytest.raises(StoreDown, match="mysql"):
        keeping.move(full, "ana", "mysql://somewhere/desk", quietly)
    full.note(full.enter("ana"), 1, "nothing moved, so it goes on here")


# A journal without its file


@pytest.fixture
def gone(path: Path, full: Desk, kept: Path) -> Path:
    """Where a desk that others have open was moved away from: what was written last is left."""
    path.rename(path.with_name("elsewhere.db"))
    return Path(f"{path}-wal")


def test_no_desk_is_made_over_what_is_left_of_another(
    path: Path, gone: Path, kept: Path, full: Desk, tmp_path: Path
) -> None:
    left = gone.read_bytes()
    assert left
    for empty in (False, True):
        if empty:
            path.touch()
        for arguments in (
            ("list",),
            ("worker", "--once"),
            ("backup", str(tmp_path / "b.db")),
            ("restore", str(kept)),
            ("restore", str(kept), "--replace"),
        ):
            told = refused(command(path, *arguments), 6)
            assert f"{path} is gone, but its journal {gone.name} is there: put" in told
        assert "is gone, but its journal" in command(path, "doctor").stdout
        assert gone.read_bytes() == left
    assert path.stat().st_size == 0
    path.unlink()
    path.with_name("elsewhere.db").rename(path)
    assert "Since the backup" in said(command(path, "list", "--all"))


def test_no_copy_takes_a_name_whose_journal_is_there(
    gone: Path, path: Path, kept: Path, tmp_path: Path
) -> None:
    left = gone.read_bytes()
    for arguments in (("backup", str(path)), ("move-desk", str(path))):
        assert "is gone, but its journal" in refused(command(kept, *arguments), 6)
    assert gone.read_bytes() == left
    assert not path.exists()
    assert list(tmp_path.glob(f".{path.name}.*")) == []
