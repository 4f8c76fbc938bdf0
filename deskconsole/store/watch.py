"""Waiting until a desk has changed: told by the kernel or the server, and looking where they fail.

What is told only wakes; whether there was a change is asked of the database itself.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from socket import socketpair
from threading import Event as Flag
from typing import TYPE_CHECKING, Any, Self

from peewee import PostgresqlDatabase, SqliteDatabase

from deskconsole.store.notices import Notices

if TYPE_CHECKING:
    from psycopg import Connection

LOOK_SECONDS = 1.0  # between looks that nobody asked for
POLL_SECONDS = 0.05  # the same where nobody tells of changes
HEARTBEAT_SECONDS = 10.0  # between looks at PostgreSQL's log without a notification
CHANNEL = "deskconsole"
_STANDS = "SELECT (SELECT max(id) FROM event), (SELECT max(id) FROM settlement)"
_SOON_SECONDS = 0.002  # from a write to a file until a commit can be seen, at first


class Watch(ABC):
    """Waits until another connection has committed; for one thread, on its own connection."""

    def __init__(self) -> None:
        self._bell, self._button = socketpair()
        self._ears = DefaultSelector()
        self._ears.register(self._bell, EVENT_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hear no more."""
        self._ears.close()
        self._bell.close()
        self._button.close()

    def wake(self) -> None:
        """Let whoever waits look at once whether to stop; for any thread."""
        with suppress(OSError):  # closed: nobody waits
            self._button.send(b"\0")

    @abstractmethod
    def wait(self, stop: Flag) -> bool:
        """Block until something was committed (True) or `stop` is set (False).

        It is looked at when this is woken, and at least every LOOK_SECONDS.
        """

    def _listen(self, seconds: float) -> bool:
        """Whether anything else than the bell is heard within so long."""
        heard = [key.fileobj for key, _ in self._ears.select(seconds)]
        if self._bell in heard:
            self._bell.recv(1)
            heard.remove(self._bell)
        return bool(heard)


class FileWatch(Watch):
    """Of an SQLite file: each commit counts its `data_version` on, and writes to its journal.

    A commit can be seen a moment after it was written: from a notice on it is looked for often
    and then ever more rarely. Where there are no notices, it is looked for as often as POLL_SECONDS
    says.
    """

    def __init__(self, connections: SqliteDatabase, file: Path) -> None:
        super().__init__()
        self._connections = connections
        self._longest = POLL_SECONDS
        self._notices: Notices | None = None
        try:
            self._notices = Notices(file)
        except OSError:
            pass
        else:
            self._ears.register(self._notices, EVENT_READ)
            self._longest = LOOK_SECONDS
        try:
            self._seen = self._version()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hear no more."""
        super().close()
        if self._notices is not None:
            self._notices.close()

    def _version(self) -> int:
        rows: Sequence[tuple[int]] = self._connections.execute_sql("PRAGMA data_version").fetchall()
        return rows[0][0]

    def _changed(self) -> bool:
        before, self._seen = self._seen, self._version()
        return self._seen != before

    def wait(self, stop: Flag) -> bool:
        """Block until a commit can be seen; peewee's OperationalError once the file is gone."""
        pause = self._longest
        while not stop.is_set():
            if self._changed():
                return True
            if self._listen(pause) and self._notices is not None and self._notices.taken():
                if self._changed():
                    return True
                pause = _SOON_SECONDS
                time.sleep(pause)  # deaf, lest a long transaction keep us busy
            else:
                pause = min(2 * pause, self._longest)
        return False


class ServerWatch(Watch):
    """Of a PostgreSQL desk: it LISTENs; what was told to nobody is found by a heartbeat."""

    def __init__(self, connections: PostgresqlDatabase) -> None:
        super().__init__()
        self._connections = connections
        self._line: Connection[Any] | None = None
        self._socket = -1
        try:
            self._hear()
        except BaseException:
            self.close()
            raise

    def _hear(self) -> None:
        """Listen on the connection that there is now, which may be another than before."""
        line: Connection[Any] = self._connections.connection()
        self._connections.execute_sql(f"LISTEN {CHANNEL}")
        if self._line is not None:
            self._ears.unregister(self._socket)
        self._line, self._socket = line, line.fileno()
        self._ears.register(self._socket, EVENT_READ)
        self._seen = self._stands()

    def _stands(self) -> Any:
        return self._connections.execute_sql(_STANDS).fetchone()

    def _told(self, line: "Connection[Any]") -> bool:
        return bool(list(line.notifies(timeout=0)))

    def wait(self, stop: Flag) -> bool:
        """Block until a commit is told of or found; peewee's OperationalError on a lost line."""
        if self._connections.connection() is not self._line:
            self._hear()  # what was told between the two lines nobody heard
            return True
        heartbeat = time.monotonic() + HEARTBEAT_SECONDS
        while not stop.is_set():
            if self._told(self._line):
                return True
            self._listen(LOOK_SECONDS)
            if time.monotonic() >= heartbeat:
                heartbeat = time.monotonic() + HEARTBEAT_SECONDS
                before, self._seen = self._seen, self._stands()
                if self._seen != before:
                    return True
        return False
