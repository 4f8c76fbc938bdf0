"""One desk's database: transactions under its one write lock, waiting, and errors translated."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from threading import Event as Flag
from threading import local
from typing import Any

from peewee import Database as Connections
from peewee import DatabaseError, IntegrityError, InterfaceError

from deskconsole.errors import StoreDown
from deskconsole.store import rows
from deskconsole.store.backends import Backend, Words, as_peewee
from deskconsole.store.compiled import Compiled
from deskconsole.store.standing import settled
from deskconsole.store.tables import DayField, InstantField
from deskconsole.store.watch import Watch


class _Act(local):
    """The act that a thread is recording in a write transaction."""

    begun = 0  # its first event, 0 before there is one
    settings: Mapping[str, str] | None = None  # as the lock keeps them, unless it sets one itself


@contextmanager
def translated(backend: Backend, desk: str) -> Iterator[None]:
    """Turn the database's own errors into StoreDown, once, at the edge.

    A connection that was lost is let go of, so that the next use begins another.
    """
    try:
        backend.revive()
        with as_peewee:  # which Peewee itself does not do for rows that are fetched
            yield
    except IntegrityError:
        raise  # a rule of the schema was broken: our mistake, not the desk's
    except (InterfaceError, DatabaseError) as error:
        _let_go(backend)
        raise backend.down(desk, error) from error
    except StoreDown:
        _let_go(backend)
        raise


def _let_go(backend: Backend) -> None:
    connections = backend.connections
    if not connections.in_transaction() and not connections.is_connection_usable():
        connections.close()


class Database:
    """A desk's database: `name` is what a person calls the desk, its path or its URL.

    Where it is `read_only` nothing can be written, and everybody looks on.
    """

    read_only = False

    def __init__(self, backend: Backend, name: str) -> None:
        self._backend = backend
        self._database = backend.connections
        self._act = _Act()
        self.name = name

    def close(self) -> None:
        """End this thread's connection."""
        if not self._database.is_closed():
            self._database.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write transaction under the desk's write lock: all of it is kept, or nothing.

        Inside another one, what fails is undone up to where this one began. StoreDown if the
        desk has moved.
        """
        first = not self._database.in_transaction()
        if first:
            self._act.begun = 0
        with self._translated(), self._backend.writing():
            if not first:
                yield
                return
            self._act.settings = settled(self)
            try:
                yield
            finally:
                self._act.settings = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One moment of the desk: every read inside sees the same state.

        Inside another transaction that is the moment of this one.
        """
        inside = self._database.in_transaction()
        with self._translated(), nullcontext() if inside else self._backend.reading():
            yield

    def take_time(self) -> None:
        """Let this transaction stand still for longer than any person's act may."""
        with self._translated():
            self._backend.take_time()

    def watch(self) -> Watch:
        """A watch for this thread, which keeps it to itself and closes it."""
        with self._translated():
            return self._backend.watch()

    def wait(self, watch: Watch, stop: Flag) -> bool:
        """Block until anything was committed elsewhere (True), or `stop` is set (False)."""
        with self._translated():
            return watch.wait(stop)

    def holding(self, sought: Sequence[Words], numbers: Sequence[int]) -> set[int]:
        """Those of these tickets that have all these words in title, messages and notes."""
        with self._translated():
            return self._backend.holding(sought, numbers) if numbers else set()

    def searching(self, sought: Sequence[Words]) -> Any:
        """SELECT of the `number` of every ticket that has them, maybe more than once."""
        return self._backend.searching(sought)

    def having(self, sought: Sequence[Words]) -> int:
        """How many tickets have all these words."""
        with self._translated():
            return self._backend.having(sought)

    def ahead(self, now: datetime) -> timedelta:
        """How far `now` is ahead of the clock that all who share this desk go by."""
        with self._translated():
            return self._backend.ahead(now)

    @property
    def connections(self) -> Connections:
        """Peewee's connections, for what is asked of the database itself."""
        return self._database

    @property
    def file(self) -> Path | None:
        """The file that the desk is; None where a server keeps it."""
        return self._backend.file

    def select(self, query: rows.Query | Compiled, /, **given: Any) -> Sequence[Any]:
        """The rows of a query, as tuples; `given` fills in one that is compiled."""
        with self._translated():
            if isinstance(query, Compiled):
                return query.read(self._database, self._execute(query, given).fetchall())
            return list(query.tuples().execute(self._database))

    def _run(self, query: rows.Query | Compiled, /, **given: Any) -> Any:
        """How many rows a query changes; `given` fills in one that is compiled."""
        with self._translated():
            if isinstance(query, Compiled):
                return self._execute(query, given).rowcount
            return query.execute(self._database)

    def _execute(self, query: Compiled, given: Mapping[str, Any]) -> Any:
        text = query.text(self._database, given)
        return self._database.execute_sql(text.sql, text.values)

    def insert_all(self, model: Any, columns: list[dict[str, Any]]) -> None:
        """Many rows of one table, each with the same columns."""
        if not columns:
            return
        sql, _ = self._database.get_sql_context().sql(model.insert(**columns[0])).query()
        fields = [field for field in model._meta.sorted_fields if field.name in columns[0]]
        picked = itemgetter(*(field.name for field in fields))
        values = [list(picked(row)) for row in columns]
        for place, field in enumerate(fields):
            if isinstance(field, InstantField | DayField):
                for row in values:
                    row[place] = field.db_value(row[place])
        with self._translated(), as_peewee:
            self._database.cursor().executemany(sql, values)

    def _translated(self) -> Any:
        return translated(self._backend, self.name)
