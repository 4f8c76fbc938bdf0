"""SQLite as the desk's keeper: opening a file safely, so that nothing else is taken for a desk.

A file that is not this program's to open is never written to: it is judged by its first bytes
and its application id before any pragma that could change it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import OperationalError, SqliteDatabase

from deskconsole.errors import StoreDown
from deskconsole.store.backends import Sqlite
from deskconsole.store.database import translated
from deskconsole.store.deskfile import DeskFile, refuse_stray_journal
from deskconsole.store.migrating import is_desk, migrate, pending
from deskconsole.store.trouble import BUSY_SECONDS, damaged, older

APPLICATION_ID = 0x4445534B  # "DESK", at offset 68 of the file
MAGIC = b"SQLite format 3\0"
PEEK_SECONDS = 1


def open_sqlite(path: Path) -> tuple[Sqlite, bool]:
    """The desk in the file at `path`, made or brought up to date if need be.

    Returns its backend and whether it was made just now. StoreDown, with the file untouched,
    if it cannot be a desk or cannot be written.
    """
    try:
        _inspect(path)
    except OSError as error:  # a folder on the way that may not be entered
        raise StoreDown(f"{path} cannot be reached: {error.strerror}") from None
    pragmas = [
        ("foreign_keys", 1),
        ("synchronous", 1),
        ("busy_timeout", BUSY_SECONDS * 1000),
    ]
    database = DeskFile(path, pragmas=pragmas, timeout=BUSY_SECONDS)
    backend = Sqlite(database, path)
    with translated(backend, str(path)):
        try:
            return backend, _migrate(database, path)
        except BaseException:
            database.close()
            raise


def peek_sqlite(path: Path) -> Sqlite | None:
    """The desk in the file at `path` as it stands, opened so that nothing can be written to it.

    None if there is no desk, or one that is not up to date; StoreDown if it cannot be reached.
    """
    try:
        if not path.is_file() or _start_of(path) != MAGIC:
            return None
    except OSError:
        return None
    # A connection that could only read could not join a desk's WAL.
    database = DeskFile(path, pragmas=[("query_only", 1)], timeout=PEEK_SECONDS)
    backend = Sqlite(database, path)
    with translated(backend, str(path)):
        ours = database.pragma("application_id") == APPLICATION_ID
        if ours and not pending(database, str(path)):
            return backend
    database.close()
    return None


def look_sqlite(path: Path) -> Sqlite:
    """The desk in the file at `path` as it stands, opened so that it cannot be written.

    StoreDown if there is no desk that is up to date.
    """
    refuse_stray_journal(path)
    if not path.is_file():
        raise StoreDown(f"there is no desk at {path}; name one with --desk")
    refuse_other_files(path, "name another file with --desk")
    database = DeskFile(path, "ro", timeout=BUSY_SECONDS)
    backend = Sqlite(database, path, read_only=True)
    with translated(backend, str(path)):
        try:
            if database.pragma("application_id") != APPLICATION_ID:
                raise StoreDown(f"{path} is an SQLite database, but not a desk; name another file")
            if pending(database, str(path)):
                raise older(str(path))
        except BaseException:
            database.close()
            raise
    return backend


def _inspect(path: Path) -> None:
    if path.is_dir():
        raise StoreDown(f"{path} is a folder; name the desk's file in it, such as {path}/desk.db")
    if not path.parent.is_dir():
        raise StoreDown(f"{path} cannot be made: the folder {path.parent} does not exist")
    refuse_stray_journal(path)
    if not path.exists():
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise StoreDown(f"{path} cannot be made: {error.strerror}") from None
        return
    if not path.is_file():
        raise StoreDown(f"{path} is not a file, so no desk; name another with --desk")
    if path.stat().st_size:
        refuse_other_files(path, "name another file with --desk")
    # Root may write where the file says that nobody may; the file's word counts.
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise StoreDown(f"{path} is read-only; make it writable or name another desk")


def refuse_other_files(path: Path, instead: str) -> None:
    """StoreDown, which ends with what to do `instead`, if the file is no SQLite database."""
    try:
        start = _start_of(path)
    except OSError as error:
        raise StoreDown(f"{path} cannot be read: {error.strerror}") from None
    if start != MAGIC and is_marked(path):
        raise damaged(str(path), "its first bytes are not a desk's")
    if start != MAGIC:
        raise StoreDown(f"{path} is not a desk; {instead}")


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
    if ours and not pending(database, str(path)):
        _switch_to_wal(database)  # a backup that was put in a desk's place is not in it
        return False
    _switch_to_wal(database)
    with _tables_made_anew(database), database.atomic("IMMEDIATE"):
        made = not is_desk(database)
        if not made and not pending(database, str(path)):
            return False
        migrate(database)
        if database.execute_sql("PRAGMA foreign_key_check").fetchone():
            raise StoreDown(f"{path} is damaged: rows are missing that others name")
        database.pragma("application_id", APPLICATION_ID)
    return made


@contextmanager
def _tables_made_anew(database: SqliteDatabase) -> Iterator[None]:
    """Let a table be dropped that others refer to; this cannot be said inside a transaction."""
    database.pragma("foreign_keys", 0)
    try:
        yield
    finally:
        database.pragma("foreign_keys", 1)


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
