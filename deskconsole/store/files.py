"""A desk's file as a whole: copied while others write, judged, and put where it belongs.

A copy is made page by page within one read transaction: it holds one moment of the desk exactly,
and nobody's writing makes it start afresh. Into a desk that others have open the pages are written
in one transaction, so that they see the old desk or the new one and nothing between.
"""

import errno
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from peewee import DatabaseError

from deskconsole.errors import BadInput, Damaged, StoreDown
from deskconsole.frozen import Record
from deskconsole.store.copying import TABLES, Progress, copy_desk, row_counts
from deskconsole.store.deskfile import JOURNALS, copies_beside, refuse_stray_journal
from deskconsole.store.migrating import check_known
from deskconsole.store.sqlite import APPLICATION_ID, MAGIC, refuse_other_files
from deskconsole.store.standing import MOVED, RESTORED
from deskconsole.store.store import Store, open_store
from deskconsole.store.tables import from_micros
from deskconsole.store.trouble import BUSY_SECONDS, busy, damaged, file_down

_PAGES = 100  # copied at a time
_START = 72  # bytes of a file, up to and with its application id


class Holding(Record):
    """What a desk holds: the rows of every table, its newest event and when that happened."""

    rows: dict[str, int]
    last_event: int
    upto: datetime | None

    @property
    def tickets(self) -> int:
        return self.rows["ticket"]

    @property
    def events(self) -> int:
        return self.rows["event"]

    @property
    def unused(self) -> bool:
        """Whether nobody has worked here: there is at most whoever looked in first."""
        worked = ("ticket", "event", "canned", "view")
        return not any(self.rows[name] for name in worked) and self.rows["person"] <= 1


def holding(store: Store) -> Holding:
    """What the desk holds at one moment."""
    with store.reading():
        last = store.last_event()
        return Holding(row_counts(store), last, store.event_time(last) if last else None)


@contextmanager
def fresh_file(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """A file to be written, readable by oneself alone, that takes its place at `path` at the end.

    Where what is done inside fails, nothing of it stays, nor what a process that was killed left
    there. BadInput if there is a file already and it is not to be replaced, or where nothing can
    be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    refuse_stray_journal(path)
    for copy, process in copies_beside(path).items():
        if process == os.getpid() or not _runs(process):
            _remove(copy)
    try:
        with writing_to(path):
            os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with writing_to(path), _blaming(path, beside):
            yield beside
        put_in_place(beside, path, replace=replace)
    finally:
        _remove(beside)


@contextmanager
def _blaming(path: Path, copy: Path) -> Iterator[None]:
    """What goes wrong with a copy is said of `path`, which people know: BadInput."""
    try:
        yield
    except StoreDown as error:
        if copy.name not in str(error):
            raise
        cause = error.__cause__ or error
        raise BadInput(f"{path} cannot be written: {cause}; nothing was kept") from None


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _remove(file: Path) -> None:
    for suffix in ("", *JOURNALS):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """BadInput, in a sentence, for whatever keeps `path` from being written."""
    try:
        yield
    except FileExistsError:
        raise BadInput(f"{path} is there already; name another file") from None
    except (OSError, sqlite3.Error, DatabaseError) as error:
        cause = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(f"{path} cannot be written: {cause}; nothing was kept") from None


def settle(file: Path) -> None:
    """Let a file, and its name, outlast the machine's going down."""
    with writing_to(file):
        _sync(file)
        _sync(file.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_in_place(beside: Path, path: Path, *, replace: bool = False) -> None:
    """Let a whole file of the same folder take its place at `path`, for good.

    BadInput if there is a file already and it is not to be replaced, StoreDown if there is a
    journal without one.
    """
    refuse_stray_journal(path)
    with writing_to(path):
        _sync(beside)
        _put(beside, path, replace=replace)
        _sync(path.parent)


def _put(beside: Path, path: Path, *, replace: bool) -> None:
    if replace:
        beside.replace(path)
        return
    try:
        os.link(beside, path)  # unlike a rename never over a file that has come meanwhile
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS) or path.exists():
            raise
        beside.rename(path)


def is_backup(file: Path) -> bool:
    """Whether there is a desk that was kept there and that nobody has used since."""
    with writing_to(file):
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            start = opened.read(_START)
    # A desk in use has a write-ahead log, which these two bytes tell.
    kept = start.startswith(MAGIC) and start[18:20] == b"\1\1"
    return kept and start[68:] == APPLICATION_ID.to_bytes(4, "big")


def copy_to_file(source: Store, file: Path, progress: Progress) -> Holding:
    """Fill a `fresh_file` with the desk as it is at one moment; what it holds.

    Damaged if the desk, or what was written of it, is not sound.
    """
    if source.file is None:
        with closing(open_store(str(file))) as target, source.reading():
            source.take_time()
            found = holding(source)
            with target.writing():
                copy_desk(source, target, sum(found.rows.values()), progress)
    else:
        with closing(look_at(source.file)) as reader, closing(_connect(file)) as writer:
            reader.execute("BEGIN")
            with _reading(source.name):
                found = _held(reader)
            _pages(reader, writer, progress)
    with closing(_connect(file)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, that can be read from anywhere
    if judge(file, source.name) != found:
        raise Damaged(f"the copy of {source.name} does not hold what the desk does")
    return found


def _pages(reader: sqlite3.Connection, writer: sqlite3.Connection, progress: Progress) -> None:
    reader.backup(
        writer, pages=_PAGES, progress=lambda _, left, of: progress("copying", of - left, of)
    )


def judge(file: Path, name: str) -> Holding:
    """What the desk in a file holds, every page of it read; nothing is written.

    `name` is what errors call it. StoreDown if it is no desk or a newer one, Damaged if it is not
    sound.
    """
    with _reading(name), closing(look_at(file)) as desk:
        if desk.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreDown(f"{name} is an SQLite database, but not a desk; name another file")
        check_known({row[0] for row in desk.execute("SELECT name FROM schema_migration")}, name)
        (found,) = desk.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise damaged(name, f"{' '.join(found.split())}")
        if broken := desk.execute("PRAGMA foreign_key_check").fetchone():
            raise damaged(name, f"a {broken[0]} names a {broken[2]} that is not there")
        return _held(desk)


def is_sound(path: Path) -> bool:
    """Whether a desk's pages can all be read; quicker than `judge`."""
    with _reading(str(path)), closing(look_at(path)) as desk:
        return bool(desk.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")


@contextmanager
def unpacked(file: Path, beside: Path, at: datetime, progress: Progress) -> Iterator[Path]:
    """A backup brought up to date in a file of its own next to `beside`, and marked as restored.

    The backup itself is only read. StoreDown if it is no desk, newer or damaged.
    """
    if not file.is_file():
        raise BadInput(f"there is no file {file}; name a backup")
    refuse_other_files(file, "name a backup")
    judge(file, str(file))
    place = beside.with_name(f".{beside.name}.restoring-{os.getpid()}")
    blamed = file.parent if beside == file else beside
    try:
        with (
            writing_to(blamed),
            closing(look_at(file)) as reader,
            closing(_connect(place)) as writer,
        ):
            place.chmod(0o600)
            _pages(reader, writer, progress)
            writer.execute("DELETE FROM policy WHERE name = ?", (MOVED,))
        with _blaming(blamed, place):
            with closing(open_store(str(place))) as desk, desk.writing():
                desk.set_policy(RESTORED, at.isoformat())
            yield place
    finally:
        _remove(place)


def overwrite(path: Path, source: Path, locked: Callable[[], None], progress: Progress) -> None:
    """Put the content of another desk into a desk that others may have open, in one transaction.

    `locked` is called once nobody else can write any more, and before anything is.
    """
    give_up = time.monotonic() + BUSY_SECONDS
    begun = False

    def step(status: int, left: int, of: int) -> None:
        nonlocal begun
        if status == sqlite3.SQLITE_BUSY and time.monotonic() > give_up:
            raise StoreDown(busy(str(path)))
        if status != sqlite3.SQLITE_BUSY and not begun:
            begun = True
            locked()
        progress("restoring", of - left, of)

    with _reading(str(path)), closing(look_at(source)) as reader, closing(_connect(path)) as writer:
        # A page at a time: a step that was the last one would have been committed already.
        reader.backup(writer, pages=1, progress=step, sleep=0.05)


def set_aside(path: Path, stamp: str) -> Path:
    """Move a damaged desk's file, with its journals, to a name beside; that name."""
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    for suffix in (*JOURNALS, ""):  # a journal must never be met by another file of its name
        part = Path(f"{path}{suffix}")
        if part.exists():
            part.rename(f"{aside}{suffix}")
    return aside


def open_alike(like: Path, file: Path) -> None:
    """Let those open a file who may open the one that it takes the place of."""
    before = like.stat()
    with writing_to(file):
        os.chown(file, -1, before.st_gid)
        file.chmod(stat.S_IMODE(before.st_mode))


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def look_at(path: Path) -> sqlite3.Connection:
    """A connection to a desk's file that can only read."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise file_down(name, str(error)) from error


def _held(desk: sqlite3.Connection) -> Holding:
    """The same as `holding`, of a desk that may be an older one."""
    there = {name for (name,) in desk.execute("SELECT name FROM sqlite_master")}
    rows = dict.fromkeys(TABLES, 0)
    for name in there & rows.keys():
        (rows[name],) = desk.execute(f"SELECT count(*) FROM {name}").fetchone()
    last = desk.execute("SELECT id, at FROM event ORDER BY id DESC LIMIT 1").fetchone()
    return Holding(rows, *((last[0], from_micros(last[1])) if last else (0, None)))
