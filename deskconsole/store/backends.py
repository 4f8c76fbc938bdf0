"""What SQLite and PostgreSQL do differently once a desk is open: taking the write lock, waiting
for a change, and full-text search. Everything else of the store is the same on both.
"""

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from functools import reduce
from operator import and_
from pathlib import Path
from select import select
from threading import Event as Flag
from typing import TYPE_CHECKING, Any, NamedTuple

import peewee
from peewee import SQL, InterfaceError, OperationalError, PostgresqlDatabase, SqliteDatabase
from peewee import Database as Connections

from deskconsole.errors import StoreDown
from deskconsole.store.derived import make_derived, without
from deskconsole.store.tables import TicketRow, from_micros
from deskconsole.store.trouble import file_down, server_down

if TYPE_CHECKING:
    from psycopg import Connection

# A block whose errors of the driver become Peewee's, for what Peewee has no method for.
as_peewee = peewee.__exception_wrapper__  # type: ignore[attr-defined]

POLL_SECONDS = 0.05
_GLANCE_SECONDS = 1.0  # between looks at the flag that ends a wait on PostgreSQL
HEARTBEAT_SECONDS = 10.0  # between looks at PostgreSQL's log without a notification
CHANNEL = "deskconsole"
_LOCK = 0x4445534B  # "DESK": the advisory lock of whoever writes
_ONE_WORD = re.compile(r"[^\W_]+")


class Words(NamedTuple):
    """Words that stand beside each other; unless `whole`, the last may be the beginning of one."""

    text: str
    whole: bool


class Watch(ABC):
    """Waits until another connection has committed; for one thread, on its own connection."""

    @abstractmethod
    def wait(self, stop: Flag) -> bool:
        """Block until something was committed (True) or `stop` is set (False)."""


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
        """A transaction of one moment; a savepoint inside another one."""

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

    def __init__(self, connections: SqliteDatabase, file: Path) -> None:
        self.connections: SqliteDatabase = connections
        self.file = file

    def writing(self) -> Any:
        return self.connections.atomic("IMMEDIATE")

    def reading(self) -> Any:
        return self.connections.atomic()

    def watch(self) -> Watch:
        return _VersionWatch(self.connections)

    def matching(self, sought: Sequence[Words]) -> Any:
        quoted = []
        for words in sought:
            phrase = '"' + words.text.replace('"', '""') + '"'
            quoted.append(phrase if words.whole else f"{phrase}*")
        found = SQL("(SELECT rowid FROM words WHERE words MATCH ?)", (" ".join(quoted),))
        return TicketRow.id.in_(found)

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
        return False  # a file that cannot be written is not opened

    def ahead(self, now: datetime) -> timedelta:
        return timedelta()  # whoever opens the file has the same clock

    def down(self, desk: str, error: Exception) -> StoreDown:
        return file_down(desk, str(error))


class _VersionWatch(Watch):
    def __init__(self, connections: SqliteDatabase) -> None:
        self._connections = connections
        self._seen = self._version()

    def _version(self) -> int:
        rows: Sequence[tuple[int]] = self._connections.execute_sql("PRAGMA data_version").fetchall()
        return rows[0][0]

    def wait(self, stop: Flag) -> bool:
        while not stop.wait(POLL_SECONDS):
            version = self._version()
            if version != self._seen:
                self._seen = version
                return True
        return False


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
        return _NotifiedWatch(self.connections)

    def matching(self, sought: Sequence[Words]) -> Any:
        return reduce(and_, (TicketRow.id.in_(_chunks_with(words)) for words in sought))

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
    """The tickets of the chunks that hold such words, as a subquery."""
    given = (words.text, words.whole)
    fits = "words @@ words_query(%s, %s)"
    if _ONE_WORD.fullmatch(words.text):
        return SQL(f"(SELECT ticket_id FROM wording WHERE {fits})", given)
    fits += " AND folded LIKE words_pattern(%s, %s)"
    return SQL(f"(SELECT ticket_id FROM wording WHERE {fits})", (*given, *given))


class _NotifiedWatch(Watch):
    """LISTENs; where a notification was lost, the next heartbeat finds what it would have told."""

    def __init__(self, connections: PostgresqlDatabase) -> None:
        self._connections = connections
        self._listen()

    def _listen(self) -> None:
        self._line: Connection[Any] = self._connections.connection()
        self._connections.execute_sql(f"LISTEN {CHANNEL}")
        self._seen = self._upto()

    def _upto(self) -> Any:
        return self._connections.execute_sql("SELECT max(id) FROM event").fetchone()[0]

    def wait(self, stop: Flag) -> bool:
        if self._connections.connection() is not self._line:
            self._listen()  # what was told between the two lines nobody heard
            return True
        heartbeat = time.monotonic() + HEARTBEAT_SECONDS
        while not stop.is_set():
            with as_peewee:
                told = list(self._line.notifies(timeout=_GLANCE_SECONDS, stop_after=1))
            if told:
                return True
            if time.monotonic() >= heartbeat:
                heartbeat = time.monotonic() + HEARTBEAT_SECONDS
                upto = self._upto()
                if upto != self._seen:
                    self._seen = upto
                    return True
        return False
