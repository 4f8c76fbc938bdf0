"""One desk's database: transactions under its one write lock, waiting, and errors translated."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event as Flag
from threading import local
from typing import Any

from peewee import SqliteDatabase

from deskconsole.store import rows
from deskconsole.store.sqlite import Watch, translated
from deskconsole.store.standing import refuse_moved


class _Act(local):
    """The first event of the act that a thread is recording, 0 before there is one."""

    begun = 0


class Database:
    """A desk's database: `name` is what a person calls the desk, its path."""

    def __init__(self, database: SqliteDatabase, name: str) -> None:
        self._database = database
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
        with translated(self.name), self._database.atomic("IMMEDIATE"):
            if first:
                refuse_moved(self)
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One moment of the desk: every read inside sees the same state."""
        with translated(self.name), self._database.atomic():
            yield

    def watch(self) -> Watch:
        """A watch for this thread, which must keep it to itself."""
        with translated(self.name):
            return Watch(self._database)

    def wait(self, watch: Watch, stop: Flag) -> bool:
        """Block until anything was committed elsewhere (True), or `stop` is set (False)."""
        with translated(self.name):
            return watch.wait(stop)

    def select(self, query: rows.Query) -> Sequence[Any]:
        """The rows of a query, as tuples."""
        with translated(self.name):
            return list(query.tuples().execute(self._database))

    def _run(self, query: rows.Query) -> Any:
        with translated(self.name):
            return query.execute(self._database)
