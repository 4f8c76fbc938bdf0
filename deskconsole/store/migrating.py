"""Bringing a desk's schema up to date, whichever database keeps it."""

from pathlib import Path

from peewee import Database

from deskconsole.errors import Newer

_MIGRATIONS = Path(__file__).parent / "migrations"
_FIRST = "0001_desk"
_HISTORY = "schema_migration"


def is_desk(database: Database) -> bool:
    """Whether the migrations of a desk ever ran here."""
    return _HISTORY in database.get_tables() and _FIRST in _applied(database)


def pending(database: Database, name: str) -> list[str]:
    """The migrations that the desk called `name` still needs; Newer if it is a newer one."""
    applied = _applied(database)
    check_known(applied, name)
    return sorted(known() - applied)


def check_known(applied: set[str], name: str) -> None:
    """Newer if the desk called `name` has had migrations that there are not here."""
    if applied - known():
        raise Newer(
            f"{name} was written by a newer deskconsole; update this one "
            "(pip install --upgrade deskconsole)"
        )


def migrate(database: Database) -> None:
    """Run what is pending; inside a write transaction."""
    from playhouse.migrations import Runner

    Runner(database, str(_MIGRATIONS), table_name=_HISTORY).up()


def known() -> set[str]:
    """The migrations that there are."""
    return {file.stem for file in _MIGRATIONS.glob("[0-9]*.py")}


def _applied(database: Database) -> set[str]:
    return {name for (name,) in database.execute_sql(f"SELECT name FROM {_HISTORY}")}
