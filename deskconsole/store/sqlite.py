"""SQLite as the desk's keeper: opening a file safely, the write lock, and waiting for a change.

A file that is not this program's to open is never written to: it is judged by its first bytes
and its application id before any pragma that could change it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING

from peewee import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SqliteDatabase,
)

from deskconsole.errors import Damaged, StoreDown

if TYPE_CHECKING:
    from collections.abc import Sequence

APPLICATION_ID = 0x4445534B  # "DESK", at offset 68 of the file
MAGIC = b"SQLite format 3\0"
MIGRATIONS = Path(__file__).parent / "migrations"
_DAMAGE = ("malformed", "not a database", "decode to UTF-8")  # as SQLite says it
_ADVICE = "`deskconsole doctor` says what is left of it"
BUSY_SECONDS = 10
PEEK_SECONDS = 1
POLL_SECONDS = 0.2


def open_sqlite(path: Path) -> tuple[SqliteDatabase, bool]:
    """The desk in the file at `path`, made or brought up to date if need be.

    Returns the database and whether it was made just now. StoreDown, with the file untouched,
    if it cannot be a desk or cannot be written.
    """
    _inspect(path)
    pragmas = [
        ("foreign_keys", 1),
        ("synchronous", 1),
        ("busy_timeout", BUSY_SECONDS * 1000),
    ]
    database = SqliteDatabase(str(path), pragmas=pragmas, timeout=BUSY_SECONDS)
    with translated(str(path)):
        try:
            return database, _migrate(database, path)
        except BaseException:
            database.close()
            raise


def peek_sqlite(path: Path) -> SqliteDatabase | None:
    """The desk in the file at `path` as it stands, opened so that nothing can be written to it.

    None if there is no desk, or one that is not up to date; StoreDown if it cannot be reached.
    """
    try:
        if not path.is_file() or _start_of(path) != MAGIC:
            return None
    except OSError:
        return None
    database = SqliteDatabase(
        f"{path.as_uri()}?mode=rw",  # a read-only connection could not join a desk's WAL
        uri=True,
        pragmas=[("query_only", 1)],
        timeout=PEEK_SECONDS,
    )
    with translated(str(path)):
        if database.pragma("application_id") == APPLICATION_ID and not _pending(database, path):
            return database
    database.close()
    return None


def _inspect(path: Path) -> None:
    if path.is_dir():
        raise StoreDown(f"{path} is a folder; name the desk's file in it, such as {path}/desk.db")
    if not path.parent.is_dir():
        raise StoreDown(f"{path} cannot be made: the folder {path.parent} does not exist")
    if not path.exists():
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise StoreDown(f"{path} cannot be made: {error.strerror}") from None
        return
    if not path.is_file():
        raise StoreDown(f"{path} is not a file, so no desk; name another with --desk")
    try:
        start = _start_of(path)
    except OSError as error:
        raise StoreDown(f"{path} cannot be read: {error.strerror}") from None
    if start and start != MAGIC and is_marked(path):
        raise Damaged(f"{path} is damaged (its first bytes are not a desk's); {_ADVICE}")
    if start and start != MAGIC:
        raise StoreDown(f"{path} is not a desk; name another file with --desk")
    # Root may write where the file says that nobody may; the file's word counts.
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise StoreDown(f"{path} is read-only; make it writable or name another desk")


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(MAGIC))


def is_marked(path: Path) -> bool:
    """Whether the file has a desk's application id, whatever else is in it."""
    with path.open("rb") as file:
        file.seek(68)
        return file.read(4) == APPLICATION_ID.to_bytes(4, "big")


def _migrate(database: SqliteDatabase, path: Path) -> bool:
    tables = {name for (name,) in database.execute_sql("SELECT name FROM sqlite_master")}
    ours = database.pragma("application_id") == APPLICATION_ID
    if tables and not ours:
        raise StoreDown(f"{path} is an SQLite database, but not a desk; name another file")
    if ours and not _pending(database, path):
        _switch_to_wal(database)  # a backup that was put in a desk's place has none
        return False
    from playhouse.migrations import Runner

    _switch_to_wal(database)
    with database.atomic("IMMEDIATE"):
        made = not database.table_exists("schema_migration")
        if not made and not _pending(database, path):
            return False
        Runner(database, str(MIGRATIONS)).up()
        database.pragma("application_id", APPLICATION_ID)
    return made


def _switch_to_wal(database: SqliteDatabase) -> None:
    """Change the journal of a fresh desk; several starters may be doing so at this moment."""
    give_up = time.monotonic() + BUSY_SECONDS
    while database.pragma("journal_mode") != "wal":
        try:
            database.pragma("journal_mode", "wal")
        except OperationalError:
            # This one pragma does not heed the busy timeout.
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _pending(database: SqliteDatabase, path: Path) -> list[str]:
    known = {file.stem for file in MIGRATIONS.glob("[0-9]*.py")}
    applied = {name for (name,) in database.execute_sql("SELECT name FROM schema_migration")}
    check_known(applied, str(path))
    return sorted(known - applied)


def check_known(applied: set[str], name: str) -> None:
    """StoreDown if the desk called `name` has had migrations that this program does not know."""
    if applied - {file.stem for file in MIGRATIONS.glob("[0-9]*.py")}:
        raise StoreDown(
            f"{name} was written by a newer deskconsole; update this one "
            "(pip install --upgrade deskconsole)"
        )


@contextmanager
def translated(desk: str) -> Iterator[None]:
    """Turn the database's own errors into StoreDown, once, at the edge."""
    try:
        yield
    except IntegrityError:
        raise  # a rule of the schema was broken: our mistake, not the desk's
    except (InterfaceError, DatabaseError) as error:
        raise down(desk, str(error)) from error


def down(desk: str, cause: str) -> StoreDown:
    """What to say of a desk that failed for `cause`, in SQLite's own words."""
    if any(sign in cause for sign in _DAMAGE):
        return Damaged(f"{desk} is damaged ({cause}); {_ADVICE}")
    return StoreDown(_sentence(desk, cause))


def _sentence(desk: str, cause: str) -> str:
    if "locked" in cause or "busy" in cause:
        return busy(desk)
    if "readonly" in cause or "read-only" in cause:
        return f"{desk} is read-only; make it and its folder writable"
    if "full" in cause:
        return f"{desk} cannot be written: the disk is full; nothing of this was kept"
    return f"{desk} cannot be reached: {cause}"


def busy(desk: str) -> str:
    """That somebody else has been writing for too long."""
    return (
        f"{desk} is busy: another process has been writing for {BUSY_SECONDS} s; "
        "try again in a moment"
    )


class Watch:
    """Waits until another connection has committed; for one thread, on its own connection."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._seen = self._version()

    def _version(self) -> int:
        rows: Sequence[tuple[int]] = self._database.execute_sql("PRAGMA data_version").fetchall()
        return rows[0][0]

    def wait(self, stop: Flag) -> bool:
        """Block until something was committed (True) or `stop` is set (False)."""
        while not stop.wait(POLL_SECONDS):
            version = self._version()
            if version != self._seen:
                self._seen = version
                return True
        return False
