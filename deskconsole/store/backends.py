"""What SQLite and PostgreSQL do differently once a desk is open: taking the write lock, waiting
for a change (`watch`), and full-text search. Everything else of the store is the same on both.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import reduce
from operator import and_
from pathlib import Path
from select import select
from typing import Any, NamedTuple

import peewee
from peewee import SQL, InterfaceError, OperationalError, PostgresqlDatabase, SqliteDatabase
from peewee import Database as Connections

from deskconsole.errors import StoreDown
from deskconsole.store.tables import TicketRow, from_micros
from deskconsole.store.trouble import file_down, server_down
from deskconsole.store.watch import FileWatch, ServerWatch, Watch

# A block whose errors of the driver become Peewee's, for what Peewee has no method for.
as_peewee = peewee.__exception_wrapper__  # type: ignore[attr-defined]

_LOCK = 0x4445534B  # "DESK": the advisory lock of whoever writes
_ONE_WORD = re.compile(r"[^\W_]+")


class Words(NamedTuple):
    """Words that stand beside each other; unless `whole`, the last may be the beginning of one."""

    text: str
    whole: bool


class Backend(ABC):
    """The differences, over Peewee's connections, one a thread."""

    connections: Connections
    file: Path | None = None  # where it is one

    def take_time(self) -> None:  # noqa: B027  # nobody minds how long a file is held
        """Let this transaction stand still for longer than any person's act may."""

    def revive(self) -> None:  # noqa: B027  # a file needs none
        """Let go of this thread's connection if it was lost while nobody used it."""

    @abstractmethod
    def writing(self) -> Any:
        """A transaction that holds the desk's one write lock; a savepoint inside another one."""

    @abstractmethod
    def reading(self) -> Any:
        """A transaction of one moment."""

    @abstractmethod
    def watch(self) -> Watch:
        """A watch for this thread."""

    @abstractmethod
    def matching(self, sought: Sequence[Words]) -> Any:
        """WHERE a ticket has all these words somewhere in its title, messages and notes."""

    @abstractmethod
    def defer_references(self) -> None:
        """Let tickets of this transaction name others that come later in it."""

    @abstractmethod
    def forget_words(self) -> None:
        """Forget all that is searched, before every ticket is deleted."""

    @abstractmethod
    def read_only(self) -> bool:
        """Whether whoever opened the desk may only look at it."""

    @abstractmethod
    def ahead(self, now: datetime) -> timedelta:
        """How far `now` is ahead of the clock that all who share this desk go by."""

    @abstractmethod
    def down(self, desk: str, error: Exception) -> StoreDown:
        """What an error of the database's means, for a person."""


class Sqlite(Backend):
    """A file, whose writers lock it and whose `data_version` counts commits of others."""

    file: Path

    def __init__(self, connections: SqliteDatabase, file: Path) -> None:
        self.connections: SqliteDatabase = connections
        self.file = file

    def writing(self) -> Any:
        return self.connections.atomic("IMMEDIATE")

    def reading(self) -> Any:
        return self.connections.atomic()

    def watch(self) -> Watch:
        return FileWatch(self.connections, self.file)

    def matching(self, sought: Sequence[Words]) -> Any:
        quoted = []
        for words in sought:
            phrase = '"' + words.text.replace('"', '""') + '"'
            quoted.append(phrase if words.whole else f"{phrase}*")
        found = SQL("(SELECT rowid FROM words WHERE words MATCH ?)", (" ".join(quoted),))
        return TicketRow.id.in_(found)

    def defer_references(self) -> None:
        self.connections.pragma("defer_foreign_keys", 1)

    def forget_words(self) -> None:
        self.connections.execute_sql("INSERT INTO words (words) VALUES ('delete-all')")
        self.connections.execute_sql("DELETE FROM wording")

    def read_only(self) -> bool:
        return False  # a file that cannot be written is not opened

    def ahead(self, now: datetime) -> timedelta:
        return timedelta()  # whoever opens the file has the same clock

    def down(self, desk: str, error: Exception) -> StoreDown:
        return file_down(desk, str(error))


class Postgres(Backend):
    """A database of a server, whose writers take an advisory lock and whose triggers notify."""

    def __init__(self, connections: PostgresqlDatabase) -> None:
        self.connections: PostgresqlDatabase = connections

    def take_time(self) -> None:
        self.connections.execute_sql("SET LOCAL idle_in_transaction_session_timeout = 0")

    def revive(self) -> None:
        if self.connections.is_closed() or self.connections.in_transaction():
            return
        line = self.connections.connection().pgconn
        with suppress(InterfaceError, OperationalError), as_peewee:
            while select([line.socket], [], [], 0)[0]:  # what the server said last, then its end
                line.consume_input()
            return
        self.connections.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        begins = not self.connections.in_transaction()
        with self.connections.atomic():
            if begins:
                self.connections.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            yield

    def reading(self) -> Any:
        return self.connections.atomic("REPEATABLE READ")

    def watch(self) -> Watch:
        return ServerWatch(self.connections)

    def matching(self, sought: Sequence[Words]) -> Any:
        return reduce(and_, (TicketRow.id.in_(_chunks_with(words)) for words in sought))

    def defer_references(self) -> None:
        self.connections.execute_sql("SET CONSTRAINTS ALL DEFERRED")

    def forget_words(self) -> None:
        pass  # a trigger forgets those of each ticket

    def read_only(self) -> bool:
        sql = (
            "SELECT NOT has_table_privilege('event', 'INSERT') "
            "OR current_setting('transaction_read_only')::bool"
        )
        return bool(self.connections.execute_sql(sql).fetchone()[0])

    def ahead(self, now: datetime) -> timedelta:
        sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
        return now - from_micros(self.connections.execute_sql(sql).fetchone()[0])

    def down(self, desk: str, error: Exception) -> StoreDown:
        return server_down(desk, error)


def _chunks_with(words: Words) -> SQL:
    """The tickets of the chunks that hold such words, as a subquery."""
    given = (words.text, words.whole)
    fits = "words @@ words_query(%s, %s)"
    if _ONE_WORD.fullmatch(words.text):
        return SQL(f"(SELECT ticket_id FROM wording WHERE {fits})", given)
    fits += " AND folded LIKE words_pattern(%s, %s)"
    return SQL(f"(SELECT ticket_id FROM wording WHERE {fits})", (*given, *given))
