"""What is kept beside the tickets is the same, however they were written."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deskconsole.demo.large import write_desk
from deskconsole.demo.living import seed
from deskconsole.desk.desk import Desk
from deskconsole.store.copying import PASSING, TABLES
from deskconsole.store.store import open_store
from deskconsole.transfer import export_lines, import_lines
from tests.conftest import START

# Which are compared as exports, pass away by themselves, or tell when the tables were made.
OTHERWISE = {*TABLES, *(model._meta.table_name for model in PASSING), "schema_migration"}


def worked(file: Path) -> None:
    """A desk whose every ticket was led where it is by one act after another."""
    with closing(open_store(str(file))) as store:
        seed(lambda clock: Desk(store, clock), "ana", START)


def stamped(file: Path) -> None:
    """A desk that was written at once."""
    write_desk(file, 300, 1, "ana", START)


def imported(file: Path, lines: Iterator[str]) -> None:
    with closing(open_store(str(file))) as store:
        desk = Desk(store, lambda: START)
        import_lines(desk, desk.enter("ana"), lines)


def schema(file: Path) -> set[tuple[str, str, str]]:
    """Every table, index and trigger, as it was made."""
    with closing(sqlite3.connect(file)) as desk:
        return set(desk.execute("SELECT type, name, sql FROM sqlite_master"))


def derived(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """What is in every table that tickets are not made of, the index of words by what it finds."""
    with closing(sqlite3.connect(file)) as desk:
        desk.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        desk.rollback()
        names = {
            name
            for (name,) in desk.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "words_"))
        }
        return {
            name: sorted(desk.execute(f"SELECT * FROM {name}").fetchall())
            for name in names - OTHERWISE
        }


@pytest.mark.parametrize("written", [worked, stamped])
def test_beside_its_tickets_a_desk_holds_the_same_by_acts_by_import_and_all_at_once(
    tmp_path: Path, written: Callable[[Path], None]
) -> None:
    first, again = tmp_path / "first.db", tmp_path / "again.db"
    written(first)
    with closing(open_store(str(first))) as store:
        imported(again, export_lines(Desk(store, lambda: START)))
    held = derived(first)
    assert held.keys() >= {"tally", "wording", "words"}
    assert derived(again) == held
    assert schema(again) == schema(first)


def test_tickets_are_imported_into_a_desk_that_has_others(tmp_path: Path) -> None:
    """What is made for the new ones leaves that of the others as it is."""
    both, first, second = (tmp_path / name for name in ("both.db", "first.db", "second.db"))
    stamped(first)
    with closing(open_store(str(first))) as store:
        lines = list(export_lines(Desk(store, lambda: START)))
    imported(second, iter(lines))
    imported(both, iter(lines[:100]))
    imported(both, iter(lines[100:]))
    assert derived(both) == derived(second)
