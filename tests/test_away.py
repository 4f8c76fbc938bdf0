"""When the desk goes away under an open console: it stays, says so, loses no word and heals."""

import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.errors import StoreDown
from deskconsole.model import Status
from tests.conftest import HandClock, lead, opened, staffed
from tests.terminal import Terminal

S, C, T, P, B, A, D, X, N = Status


@pytest.fixture
def real_desk(path: Path) -> Desk:
    return _desk(path)


def _desk(path: Path) -> Desk:
    """A desk with a ticket, as other processes see it."""
    desk = staffed(Desk(opened(path), utc_now))
    lead(desk, desk.enter("ana"), S)
    return desk


def console(path: Path, who: str = "ana") -> Terminal:
    return Terminal("--desk", str(path), "--as", who, columns=120, rows=30)


def last_words(desk: Desk) -> str | None:
    return desk.store.timeline(1)[-1].brings.message


def wrapped(words: str) -> str:
    """A pattern for words wherever their lines break."""
    return r"[\s│]+".join(re.escape(word) for word in words.split())


def write_a_reply(terminal: Terminal) -> None:
    """Open the dialog of a reply on SD-1 and write in it, not sent yet."""
    terminal.expect("SD-1")
    terminal.press("r")
    terminal.expect("Reply on SD-1")
    terminal.press("Try the other cable")
    terminal.expect("other cable")


def told_below_the_form(terminal: Terminal, trouble: str) -> None:
    """The status line says what is wrong for as long as it is."""
    terminal.expect(f"(?s)Leave it.*╯.*{wrapped(trouble)}")


def replied_once_it_is_back(terminal: Terminal, desk: Desk) -> None:
    """A reply that could not be sent is still there, and goes once the desk is back."""
    terminal.expect("(?s)Try the other cable.*╯.*the desk is back.*live")
    terminal.press("^d")
    terminal.expect("replied on SD-1")
    assert last_words(desk) == "Try the other cable"


def test_a_desk_locked_for_long_is_waited_for_in_sight_and_no_word_is_lost(
    path: Path, real_desk: Desk
) -> None:
    with console(path) as ana:
        write_a_reply(ana)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        ana.press("^d")
        ana.expect("waiting for the desk", within=1)
        ana.expect(wrapped("is busy: another process has been writing for 10 s"))
        ana.press("esc")
        ana.expect("kept as a draft: reply on SD-1")
        ana.press("j")
        ana.expect(wrapped("is busy: another process"))
        ana.press("m")
        ana.expect("waiting for the desk", within=1)
        other.execute("ROLLBACK")
        other.close()
        ana.expect("SD-1 is ana's .* live")
        ana.press("j")
        ana.expect("SD-1  VPN drops .* live")
        ana.press("r")
        ana.expect("(?s)your draft, kept.*Try the other cable")
        ana.press("^d")
        ana.expect("replied on SD-1")
    assert last_words(real_desk) == "Try the other cable"


def test_a_quota_that_is_used_up_is_told_and_the_text_stays(path: Path, real_desk: Desk) -> None:
    with console(path) as ana:
        write_a_reply(ana)
        process, before = ana.process.pid, resource.RLIM_INFINITY
        resource.prlimit(process, resource.RLIMIT_FSIZE, (4096, before))
        ana.press("^d")
        ana.expect(wrapped("cannot be read or written (disk I/O error)"))
        assert last_words(real_desk) is None
        ana.expect("Try the other cable")
        told_below_the_form(ana, "disk I/O error")
        resource.prlimit(process, resource.RLIMIT_FSIZE, (before, before))
        replied_once_it_is_back(ana, real_desk)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB, where one may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "desk", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_text_stays(small_disk: Path) -> None:
    desk = _desk(small_disk / "desk.db")
    with console(small_disk / "desk.db") as ana:
        write_a_reply(ana)
        _fill(small_disk / "other")
        ana.press("^d")
        ana.expect(wrapped("the disk is full; nothing of this was kept"))
        assert last_words(desk) is None
        told_below_the_form(ana, "the disk is full")
        (small_disk / "other").unlink()
        replied_once_it_is_back(ana, desk)


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as other:
        try:
            while True:
                other.write(bytes(512))
        except OSError:
            return


def test_a_desk_that_becomes_read_only_is_told_and_the_text_stays(
    path: Path, real_desk: Desk
) -> None:
    with console(path) as ana:
        write_a_reply(ana)
        files = [str(file) for file in path.parent.glob("desk.db*")]
        if subprocess.run(["chattr", "+i", *files], capture_output=True).returncode:
            pytest.skip("no file can be made read-only for whoever runs this")
        try:
            ana.press("^d")
            ana.expect("(?s)Reply on.*(is read-only|cannot be read or written).*Leave it")
            assert last_words(real_desk) is None
        finally:
            subprocess.run(["chattr", "-i", *files], check=True)
        replied_once_it_is_back(ana, real_desk)


def test_a_desk_that_is_moved_away_is_never_written_to_and_found_again(
    path: Path, real_desk: Desk
) -> None:
    with console(path) as ana:
        write_a_reply(ana)
        aside = path.with_name("aside.db")
        path.rename(aside)
        ana.expect(wrapped("desk.db is gone"))
        ana.press("^d")
        ana.expect(f"(?s)Reply on.*{wrapped('is gone: it was moved or removed')}.*Leave it")
        assert not path.exists()
        aside.rename(path)
        replied_once_it_is_back(ana, real_desk)
        real_desk.edit(real_desk.enter("bo"), 1, title="Seen again")
        ana.expect("Seen again")


def test_what_was_said_last_gives_way_to_the_reason_why_the_desk_is_away(
    path: Path, real_desk: Desk, tmp_path: Path
) -> None:
    with console(path) as ana:
        ana.expect("SD-1")
        ana.press("m")
        ana.expect("SD-1 is ana's")
        aside = path.with_name("aside.db")
        path.rename(aside)
        ana.expect("desk.db is gone")
        aside.rename(path)
        ana.expect("the desk is back .* live")
        other = tmp_path / "elsewhere.db"
        program = [sys.executable, "-m", "deskconsole", "--as", "ana", "--desk", str(path)]
        subprocess.run([*program, "move-desk", str(other)], check=True, stdout=subprocess.DEVNULL)
        ana.expect("this desk moved to")


def test_a_folder_that_is_removed_and_put_back_from_a_copy_is_read_anew(tmp_path: Path) -> None:
    folder, copy = tmp_path / "desks", tmp_path / "copy"
    folder.mkdir()
    desk = _desk(folder / "desk.db")
    desk.store.close()
    shutil.copytree(folder, copy)
    bo = desk.enter("bo")
    desk.edit(bo, 1, title="Not in the copy")
    with console(folder / "desk.db") as ana:
        ana.expect("Not in the copy")
        shutil.rmtree(folder)
        ana.expect(wrapped("desk.db is gone"))
        ana.press("m")
        ana.expect(wrapped("desk.db is gone"))
        shutil.copytree(copy, folder)
        ana.expect("(?s)VPN drops.*the desk is back .* live")
        ana.press("m")
        ana.expect("SD-1 is ana's")
    with pytest.raises(StoreDown, match="another file is in its place"):
        desk.edit(bo, 1, title="To nowhere")
    ticket = desk.store.ticket(1)
    assert (ticket.title, ticket.assignee and ticket.assignee.name) == ("VPN drops", "ana")


def test_the_clock_goes_on_when_the_desk_is_back(path: Path) -> None:
    soon = datetime.now(UTC) - timedelta(days=7) + timedelta(seconds=9)
    past = Desk(opened(path), HandClock(soon))
    me = past.enter("ana")
    past.set_policy(me, "timezone", "UTC")
    lead(past, me, A)
    with console(path) as ana:
        ana.expect("S  Waiting")
        ana.press("6")
        ana.expect("SD-1")
        aside = path.with_name("aside.db")
        path.rename(aside)
        ana.expect(wrapped("desk.db is gone"))
        while datetime.now(UTC) < soon + timedelta(days=7, seconds=1):
            ana.read(0.2)
        aside.rename(path)
        ana.expect("the clock moved SD-1 to Done")


# Two consoles act on one ticket

_EDITOR = 'sh -c \'printf "My long answer" > "$1"\' editor'

_ACTS = {
    "a move": ("A", "I changed the cable", "SD-1 is Waiting for Customer Approval"),
    "a reply": ("r", "I changed the cable", "replied on SD-1"),
    "an assignment": ("a", "finn", "SD-1 is finn's"),
    "an edit": ("e", " every hour", "edited SD-1"),
}


@pytest.mark.parametrize("act", _ACTS)
def test_the_second_of_two_consoles_is_told_and_keeps_what_was_typed(
    path: Path, real_desk: Desk, act: str
) -> None:
    key, words, done = _ACTS[act]
    with console(path) as ana, console(path, "bo") as bo:
        ana.expect("SD-1")
        bo.expect("SD-1")
        ana.press(key)
        ana.expect("Esc")
        ana.press(words)
        ana.expect(words.strip())
        bo.press("m")
        bo.expect("SD-1 is bo's")
        ana.press("^d")
        ana.expect("(?s)SD-1 has changed since you.*bo assigned SD-1 to bo")
        ana.expect(words.strip())
        assert real_desk.store.timeline(1)[-1].by.name == "bo"
        ana.press("^d")
        ana.expect(done)


def test_what_the_editor_saved_outlives_a_conflict(path: Path, real_desk: Desk) -> None:
    env = {"EDITOR": _EDITOR, "VISUAL": ""}
    with (
        Terminal("--desk", str(path), "--as", "ana", env=env) as ana,
        console(path, "bo") as bo,
    ):
        ana.expect("SD-1")
        bo.expect("SD-1")
        ana.press("r")
        ana.expect("Reply on SD-1")
        bo.press("m")
        bo.expect("SD-1 is bo's")
        ana.press("^g")
        ana.expect("My long answer")
        ana.press("^d")
        ana.expect("(?s)has changed.*bo assigned")
        ana.expect("My long answer")
        ana.press("^d")
        ana.expect("replied on SD-1")
    assert last_words(real_desk) == "My long answer"


def test_a_note_goes_beside_whatever_happened_meanwhile(path: Path, real_desk: Desk) -> None:
    with console(path) as ana, console(path, "bo") as bo:
        ana.expect("SD-1")
        bo.expect("SD-1")
        ana.press("c")
        ana.expect("Note on SD-1")
        ana.press("A thought")
        ana.expect("A thought")
        bo.press("m")
        bo.expect("SD-1 is bo's")
        ana.press("^d")
        ana.expect("noted on SD-1")
    ticket = real_desk.store.ticket(1)
    assert ticket.assignee is not None
    assert (ticket.assignee.name, last_words(real_desk)) == ("bo", "A thought")
