"""What SQLite and PostgreSQL do differently once a desk is open: taking the write lock, waiting
for a change (`watch`), and full-text search. Everything else of the store is the same on both.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from pathlib import Path
from select import select
from typing import Any, NamedTuple

import peewee
from peewee import (
    SQL,
    InterfaceError,
    NodeList,
    OperationalError,
    PostgresqlDatabase,
    SqliteDatabase,
)
from peewee import Database as Connections

from deskconsole.errors import StoreDown
from deskconsole.store.derived import make_derived, without
from deskconsole.store.tables import from_micros
from deskconsole.store.trouble import file_down, server_down
from deskconsole.store.watch import FileWatch, ServerWatch, Watch

# A block whose errors of the driver become Peewee's, for what Peewee has no method for.
as_peewee = peewee.__exception_wrapper__  # type: ignore[attr-defined]

_LOCK = 0x4445534B  # "DESK": the advisory lock of whoever writes
# FTS5 lists what lies between two tickets at some 50 ns a ticket, and begins anew in 200 us.
_APART = 4_000
_HOLDING = """SELECT value FROM json_each(?) WHERE value IN
  (SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?)"""
_ONE_WORD = r"[^\W_]+"


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
    def holding(self, sought: Sequence[Words], numbers: Sequence[int]) -> set[int]:
        """Those of these tickets that have all these words."""

    @abstractmethod
    def searching(self, sought: Sequence[Words]) -> Any:
        """SELECT of the `number` of every ticket that has all these words, maybe more than once."""

    @abstractmethod
    def having(self, sought: Sequence[Words]) -> int:
        """How many tickets have all these words."""

    @abstractmethod
    def defer_references(self) -> None:
        """Let tickets of this transaction name others that come later in it."""

    @abstractmethod
    def adding(self, numbers: Iterable[int]) -> AbstractContextManager[None]:
        """A block in which the rows of new tickets, of these numbers, are written all at once."""

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

    def __init__(self, connections: SqliteDatabase, file: Path, *, read_only: bool = False) -> None:
        self.connections: SqliteDatabase = connections
        self.file = file
        self._read_only = read_only

    def writing(self) -> Any:
        return self.connections.atomic("IMMEDIATE")

    def reading(self) -> Any:
        return self.connections.atomic()

    def watch(self) -> Watch:
        return FileWatch(self.connections, self.file)

    def holding(self, sought: Sequence[Words], numbers: Sequence[int]) -> set[int]:
        found: set[int] = set()
        for run in _runs(sorted(numbers)):
            given = (json.dumps(run), _phrases(sought), run[0], run[-1])
            found.update(number for (number,) in self.connections.execute_sql(_HOLDING, given))
        return found

    def searching(self, sought: Sequence[Words]) -> Any:
        return SQL("SELECT rowid AS number FROM words WHERE words MATCH ?", (_phrases(sought),))

    def having(self, sought: Sequence[Words]) -> int:
        query = "SELECT count(*) FROM words WHERE words MATCH ?"
        return int(self.connections.execute_sql(query, (_phrases(sought),)).fetchone()[0])

    def defer_references(self) -> None:
        self.connections.pragma("defer_foreign_keys", 1)

    @contextmanager
    def adding(self, numbers: Iterable[int]) -> Iterator[None]:
        # Row by row, a ticket's words would be counted anew with every message.
        with without(self.connections, "trigger"):
            yield
            make_derived(self.connections, numbers)

    def forget_words(self) -> None:
        self.connections.execute_sql("INSERT INTO words (words) VALUES ('delete-all')")
        self.connections.execute_sql("DELETE FROM wording")

    def read_only(self) -> bool:
        return self._read_only

    def ahead(self, now: datetime) -> timedelta:
        return timedelta()  # whoever opens the file has the same clock

    def down(self, desk: str, error: Exception) -> StoreDown:
        return file_down(desk, str(error))


def _phrases(sought: Sequence[Words]) -> str:
    """What FTS5 is asked for."""
    phrases = []
    for words in sought:
        phrase = '"' + words.text.replace('"', '""') + '"'
        phrases.append(phrase if words.whole else f"{phrase}*")
    return " ".join(phrases)


def _runs(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers, parted where they lie far apart."""
    first = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] - numbers[at - 1] > _APART:
            yield numbers[first:at]
            first = at


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

    def holding(self, sought: Sequence[Words], numbers: Sequence[int]) -> set[int]:
        chunks = [_chunks_with(words) for words in sought]
        query = " INTERSECT ".join(f"{one.sql} AND ticket_id = ANY(%s)" for one in chunks)
        given = [value for one in chunks for value in (*one.params, list(numbers))]
        return {number for (number,) in self.connections.execute_sql(query, given)}

    def searching(self, sought: Sequence[Words]) -> Any:
        return NodeList([_chunks_with(words) for words in sought], glue=" INTERSECT ")

    def having(self, sought: Sequence[Words]) -> int:
        chunks = [_chunks_with(words) for words in sought]
        query = " INTERSECT ".join(one.sql for one in chunks)
        given = [value for one in chunks for value in one.params]
        counted = f"SELECT count(DISTINCT number) FROM ({query}) AS found"
        return int(self.connections.execute_sql(counted, given).fetchone()[0])

    def defer_references(self) -> None:
        self.connections.execute_sql("SET CONSTRAINTS ALL DEFERRED")

    def adding(self, numbers: Iterable[int]) -> AbstractContextManager[None]:
        return nullcontext()

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
    """SELECT of the tickets of the chunks that hold such words."""
    given: tuple[str | bool, ...] = (words.text, words.whole)
    fits = "words @@ words_query(%s, %s)"
    if not re.fullmatch(_ONE_WORD, words.text):
        fits, given = f"{fits} AND folded LIKE words_pattern(%s, %s)", (*given, *given)
    return SQL(f"SELECT ticket_id AS number FROM wording WHERE {fits}", given)
