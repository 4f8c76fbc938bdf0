"""A desk's file while it is open: the very file that was opened, or none.

SQLite goes on reading and writing a file that somebody removed or replaced: what is written then
is nowhere. And a connection opened after that would make an empty file in its place.
"""

import os
import re
from glob import escape
from pathlib import Path
from sqlite3 import Connection, Cursor
from threading import local
from typing import Any

from peewee import OperationalError, SqliteDatabase

from deskconsole.errors import StoreDown

JOURNALS = ("-wal", "-shm", "-journal")
GONE = "the file was moved or removed"
_REPLACED = "another file is in its place, which is read from now on"


def refuse_stray_journal(path: Path) -> None:
    """StoreDown where a journal lies at `path` without its file, or with an empty one.

    What was written last may be in it alone, and it would be taken for that of any file put there.
    """
    for journal in (Path(f"{path}{suffix}") for suffix in JOURNALS):
        # An empty file may have come to be a desk while the journal was looked for; and a desk
        # that is just being made begins with an empty file and a rollback journal.
        if journal.exists() and not _holds(path, being_made=journal.name.endswith("-journal")):
            raise StoreDown(
                f"{path} is gone, but its journal {journal.name} is there: "
                "put the file back, or move the journal away"
            )


def _holds(path: Path, *, being_made: bool) -> bool:
    try:
        return path.stat().st_size > 0 or being_made
    except OSError:
        return False


def copies_beside(path: Path) -> dict[Path, int]:
    """The copies that have not taken the name `path` yet, with the process that each is of."""
    named = re.compile(rf"\.{re.escape(path.name)}\.([0-9]{{1,9}})")
    files = path.parent.glob(f".{escape(path.name)}.*")
    found = ((file, named.fullmatch(file.name)) for file in files)
    return {file: int(match[1]) for file, match in found if match}


class _Opened(local):
    """The file that a thread's connection has open, as (device, inode)."""

    file: tuple[int, int] | None = None


class DeskFile(SqliteDatabase):
    """An SQLite database in a file that is there; peewee's OperationalError once it is not."""

    def __init__(self, path: Path, mode: str = "rw", **options: Any) -> None:
        """The file opened as SQLite's `mode` says, `rw` or `ro`; options are Peewee's."""
        self._path = path
        self._opened = _Opened()
        self._lost: list[Connection] = []
        super().__init__(f"{path.as_uri()}?mode={mode}", uri=True, **options)

    def connect(self, reuse_if_open: bool = False) -> bool:
        """Open a connection for this thread, and remember which file that is."""
        opened = bool(super().connect(reuse_if_open))
        self._opened.file = self._file()
        return opened

    def cursor(self, named_cursor: str | None = None) -> Cursor:
        """A cursor on the file that was opened; every statement comes by here."""
        if not self.is_closed():
            file = self._file()
            if file != self._opened.file:
                self._lose()
                raise OperationalError(_REPLACED if file else GONE)
        cursor: Cursor = SqliteDatabase.cursor(self, named_cursor)
        return cursor

    def _lose(self) -> None:
        """Leave the connection; closing it would remove the journal of whatever is there now."""
        if not self.in_transaction():
            self._lost.append(SqliteDatabase.connection(self))
            self._state.reset()  # type: ignore[attr-defined]  # Peewee's stubs leave it out

    def rollback(self) -> None:
        """Roll back what SQLite, where it could not write, has not rolled back by itself."""
        if self.is_closed():
            return
        connection: Connection = SqliteDatabase.connection(self)
        if connection.in_transaction:
            connection.execute("ROLLBACK")

    def _file(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino
