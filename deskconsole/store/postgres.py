"""PostgreSQL as the desk's keeper: one database of a server, named by URL, for several machines."""

import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import peewee
from peewee import PostgresqlDatabase

from deskconsole.errors import StoreDown
from deskconsole.store.backends import Postgres
from deskconsole.store.database import translated
from deskconsole.store.migrating import is_desk, migrate, pending
from deskconsole.store.trouble import BUSY_SECONDS, older

if TYPE_CHECKING:
    from types import ModuleType

_SCHEME = r"(?i)^postgres(ql)?://"
_MEANT = r"(?i)^postgres(ql)?:|(^|\s)(host|user|password|dbname|service)\s*="
_WRONG_OPTION = r'invalid URI query parameter: "\w+"'
_NO_ADDRESS = (
    "this is no address of a database{}; write it as postgresql://user@host/database, "
    "with %40 %2F %20 for the signs @ / and space in a name or password"
)
_OLDEST = 130000  # the first with normalize(), as the server counts versions
_CONNECT_SECONDS = 5
_PEEK_SECONDS = 2  # the least that libpq heeds
# A network that went away is noticed, and nobody who fell asleep in a transaction keeps the lock.
_SETTINGS = {
    "lock_timeout": f"{BUSY_SECONDS}s",
    "idle_in_transaction_session_timeout": "30s",
}
_READ_ONLY = {"default_transaction_read_only": "on"}
_LINE = {
    "application_name": "deskconsole",
    "client_encoding": "utf-8",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def open_postgres(url: str) -> tuple[Postgres, bool]:
    """The desk in the database at `url`, made or brought up to date if need be.

    Returns its backend and whether it was made just now. StoreDown, with nothing changed, if it
    cannot be a desk or cannot be reached.
    """
    backend, name = _backend(url, _CONNECT_SECONDS, {}), server_name(url)
    with translated(backend, name):
        try:
            return backend, _migrate(backend, name)
        except BaseException:
            backend.connections.close()
            raise


def peek_postgres(url: str) -> Postgres | None:
    """The desk in the database at `url` as it stands, opened so that nothing can be written to it.

    None if there is no desk, or one that is not up to date; StoreDown if it cannot be reached.
    """
    backend, name = _backend(url, _PEEK_SECONDS, _READ_ONLY), server_name(url)
    with translated(backend, name):
        if is_desk(backend.connections) and not pending(backend.connections, name):
            return backend
    backend.connections.close()
    return None


def look_postgres(url: str) -> Postgres:
    """The desk in the database at `url` as it stands, opened so that it cannot be written.

    StoreDown if there is no desk that is up to date, or it cannot be reached.
    """
    backend, name = _backend(url, _CONNECT_SECONDS, _READ_ONLY), server_name(url)
    with translated(backend, name):
        try:
            if not is_desk(backend.connections):
                raise StoreDown(f"there is no desk at {name}; name one with --desk")
            if pending(backend.connections, name):
                raise older(name)
        except BaseException:
            backend.connections.close()
            raise
    return backend


def server_name(url: str) -> str:
    """What a person calls the desk at `url`: where it is, and no password."""
    parts = _parts(url)
    place = f"{parts['user']}@" if "user" in parts else ""
    more = {key: value for key, value in parts.items() if key in ("host", "port", "service")}
    if not more.get("host", "/").startswith("/"):
        place += more.pop("host") + (f":{more.pop('port')}" if "port" in more else "")
    query = f"?{urlencode(more, safe='/')}" if more else ""
    return f"postgresql://{place}/{parts.get('dbname', '')}{query}"


def is_server(url: str) -> bool:
    """Whether a desk's name means a database of a server; StoreDown if it is written otherwise.

    No sentence about an address repeats it: there may be a password in it.
    """
    if re.match(_SCHEME, url):
        return True
    if re.search(_MEANT, url):
        raise StoreDown(_NO_ADDRESS.format(""))
    return False


def _address(url: str) -> str:
    return "postgresql://" + re.sub(_SCHEME, "", url)


def _parts(url: str) -> dict[str, Any]:
    psycopg = _psycopg()
    try:
        parts: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(_address(url))
    except psycopg.Error as error:
        option = re.search(_WRONG_OPTION, str(error))
        said = f" ({option.group()})" if option else ""
        raise StoreDown(_NO_ADDRESS.format(said)) from None
    if "@" in parts.get("dbname", ""):  # what a sign in the password makes of the rest
        raise StoreDown(_NO_ADDRESS.format(""))
    return parts


def _psycopg() -> "ModuleType":
    try:
        import psycopg
    except ImportError:
        raise StoreDown(
            "desks on PostgreSQL need psycopg; install it with: pip install 'deskconsole[postgres]'"
        ) from None
    if vars(peewee)["psycopg"] is None:
        _hand_over(psycopg)
    return psycopg


def _hand_over(psycopg: "ModuleType") -> None:
    """Give Peewee the driver that it did not find when it was imported, as it does by itself."""
    from psycopg.pq import TransactionStatus
    from psycopg.types.json import Json, Jsonb

    vars(peewee).update(psycopg=psycopg, TransactionStatus=TransactionStatus)
    vars(peewee).update(Json_pg3=Json, Jsonb_pg3=Jsonb)
    peewee.Psycopg3Adapter.txn_idle = TransactionStatus.IDLE
    peewee.Psycopg3Adapter.txn_inerror = TransactionStatus.INERROR
    peewee.Psycopg3Adapter.txn_unknown = TransactionStatus.UNKNOWN


def _backend(url: str, patience: int, must: dict[str, str]) -> Postgres:
    """The database at `url`; nothing in that takes back what `must` be set."""
    given = _parts(url)
    if not (
        given.keys() & {"dbname", "service"} or os.environ.keys() & {"PGDATABASE", "PGSERVICE"}
    ):
        raise StoreDown(f"{server_name(url)} names no database; write postgresql://user@host/desk")
    line: dict[str, Any] = {"connect_timeout": patience, **_LINE}
    line = {key: value for key, value in line.items() if key not in given}
    options = (_options(_SETTINGS), given.get("options", ""), _options(must))
    line["options"] = " ".join(filter(None, options))
    return Postgres(PostgresqlDatabase(_address(url), prefer_psycopg3=True, **line))


def _options(settings: dict[str, str]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _migrate(backend: Postgres, name: str) -> bool:
    database = backend.connections
    if is_desk(database):
        if not pending(database, name):
            return False
        if backend.read_only():
            raise older(name)
    with backend.writing():
        made = not is_desk(database)
        if made:
            _can_be_a_desk(database, name)
        elif not pending(database, name):
            return False
        migrate(database)
    return made


def _can_be_a_desk(database: PostgresqlDatabase, name: str) -> None:
    """StoreDown where the database holds something else, or cannot hold a desk."""
    if database.get_tables():
        raise StoreDown(f"{name} is a database, but not a desk; name an empty one")
    encoding, version = database.execute_sql(
        "SELECT current_setting('server_encoding'), current_setting('server_version_num')::int"
    ).fetchone()
    if encoding != "UTF8":
        raise StoreDown(f"{name} keeps text in {encoding}; make a database with encoding UTF8")
    if version < _OLDEST:
        raise StoreDown(f"{name} is a server of PostgreSQL {version // 10000}; 13 or newer serves")
