"""What is the matter with a desk's file, found without opening it as a desk.

A damaged file is only read here, by SQLite and by its own bytes; nothing is repaired.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from deskconsole.finding import Finding, look, ok, wrong
from deskconsole.store.files import look_at
from deskconsole.store.migrating import check_known, migrate
from deskconsole.store.sqlite import MAGIC, is_marked
from deskconsole.store.trouble import BUSY_SECONDS
from deskconsole.store.wal import lost_frames
from deskconsole.words import plural

RESTORE = "restore a backup: deskconsole restore FILE --replace"
_NAMED = 5  # of what is the same the first are named


def file_findings(path: Path, rescue: Callable[[], str]) -> Iterator[Finding]:
    """What the file tells; the last is wrong where the rest cannot be read.

    `rescue` tells what would help where only what is kept to find tickets by is damaged. Newer if
    the desk is.
    """
    start = _start(path)
    if not start:
        yield look(f"{path} is empty", "the next command makes it a desk; or restore a backup")
        return
    if start[:16] != MAGIC:
        damaged = is_marked(path)
        what = "its first bytes are damaged" if damaged else "it is no desk's file"
        yield wrong(f"{path}: {what}", RESTORE if damaged else "name another with --desk")
        return
    yield from _lengths(path, start)
    yield from _journal(path)
    damage: list[Finding] = []
    try:
        with closing(look_at(path)) as desk:
            damage = list(_integrity(desk, rescue))
            yield from damage or (ok("every page of the file is sound"),)
            check_known(_applied(desk), str(path))
            yield from _schema(desk)
            if damage:
                return  # what more there is to say is why
            yield from _foreign_keys(desk)
        yield from _words(path, rescue)
    except sqlite3.Error as error:
        if not damage:  # which is why
            yield wrong(f"{path} cannot be read as a database: {error}", RESTORE)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(100)


def _lengths(path: Path, start: bytes) -> Iterator[Finding]:
    size = int.from_bytes(start[16:18], "big")
    size = 65536 if size == 1 else size
    pages = int.from_bytes(start[28:32], "big")
    journal = Path(f"{path}-wal")
    if journal.exists() and journal.stat().st_size:
        return  # the newest pages are not in the file yet
    there = path.stat().st_size // size if size else 0
    if there < pages:
        yield wrong(f"the file is cut short: {there} of its {pages} pages are there", RESTORE)


def _journal(path: Path) -> Iterator[Finding]:
    lost = lost_frames(Path(f"{path}-wal"))
    if lost:
        what = f"the journal {path.name}-wal is damaged; what was written last is lost ({lost})"
        yield wrong(what, "compare with a backup, or type again what is missing")


def _integrity(desk: sqlite3.Connection, rescue: Callable[[], str]) -> Iterator[Finding]:
    """Which tables and indexes are damaged, and how, as SQLite tells it."""
    if not _checked(desk, str(_NAMED)):
        return
    blamed = False
    for (table,) in desk.execute(_OF_KIND, ("table",)).fetchall():
        lines = _checked(desk, f"'{table}'")
        blamed |= bool(lines)
        parts = list(_damaged_parts(desk, table)) if lines else []
        if parts and table not in parts:
            yield wrong(f"index {' and '.join(parts)} of table {table} is damaged", rescue())
        else:
            help = rescue() if lines and table.startswith("words_") else RESTORE
            for line in lines:
                yield wrong(f"table {table} is damaged: {line}", help)
    if not blamed:
        for line in _checked(desk, str(_NAMED)):
            yield wrong(f"the file is damaged: {line}", RESTORE)


_OF_KIND = """SELECT name FROM sqlite_master WHERE type = ? AND sql NOT LIKE 'CREATE VIRTUAL%'"""


def _damaged_parts(desk: sqlite3.Connection, table: str) -> Iterator[str]:
    """The table, if its own rows cannot be walked, and those of its indexes that cannot."""
    ways = {table: "NOT INDEXED"}
    indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
    for name, sql in desk.execute(indexes, (table,)).fetchall():
        part = (sql or "").partition(" WHERE ")[2]
        ways[name] = f'INDEXED BY "{name}" WHERE {part or 1} ORDER BY {_first_column(desk, name)}'
    for name, way in ways.items():
        try:
            for _ in desk.execute(f'SELECT NULL FROM "{table}" {way}'):
                pass
        except sqlite3.DatabaseError:
            yield name


def _first_column(desk: sqlite3.Connection, index: str) -> str:
    (column, *_) = desk.execute(f"PRAGMA index_info('{index}')").fetchall()
    return f'"{column[2]}"'


def _checked(desk: sqlite3.Connection, argument: str) -> list[str]:
    """What SQLite finds in a table, or in all up to a number; nothing if it is sound."""
    try:
        lines = [str(line) for (line,) in desk.execute(f"PRAGMA integrity_check({argument})")]
    except sqlite3.Error as error:
        return [str(error)]
    parts = [" ".join(part.split()) for line in lines for part in line.split("\n")]
    return [part for part in parts if part != "ok" and not part.startswith("***")][:_NAMED]


def _foreign_keys(desk: sqlite3.Connection) -> Iterator[Finding]:
    broken = list(islice(desk.execute("PRAGMA foreign_key_check"), _NAMED))
    for table, row, parent, _ in broken:
        yield wrong(f"{table} {row} names a {parent} that is not there", RESTORE)
    if not broken:
        yield ok("whatever is named is there")


def _schema(desk: sqlite3.Connection) -> Iterator[Finding]:
    """Compared with a desk made afresh, in memory."""
    from peewee import SqliteDatabase

    fresh = SqliteDatabase(":memory:")
    with closing(fresh):
        migrate(fresh)
        waiting = _applied(fresh.connection()) - _applied(desk)
        if waiting:
            what = f"the desk is of an older version ({plural(len(waiting), 'step')} behind)"
            yield look(what, "any command brings it up to date")
            return
        wanted, there = _objects(fresh.connection()), _objects(desk)
    for name in wanted:
        if wanted[name] != there.get(name):
            how = "is not as it should be" if name in there else "is missing"
            yield wrong(f"{name} {how}", RESTORE)
    extra = sorted(there.keys() - wanted.keys())
    if extra:
        yield look(f"not of this program: {', '.join(extra[:_NAMED])}", "drop it, if you made it")
    if wanted.items() <= there.items():
        yield ok("tables, columns, indexes and triggers are as they should be")


def _applied(desk: sqlite3.Connection) -> set[str]:
    return {name for (name,) in desk.execute("SELECT name FROM schema_migration")}


def _objects(desk: sqlite3.Connection) -> dict[str, object]:
    """What the schema is made of, by kind and name, in a form to compare."""
    found: dict[str, object] = {}
    query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    for kind, name, sql in desk.execute(query).fetchall():
        if kind == "table":
            columns = desk.execute(f"PRAGMA table_info('{name}')").fetchall()
            found[f"{kind} {name}"] = {column[1]: (column[2], column[3]) for column in columns}
        elif kind == "index":
            parts = desk.execute(f"PRAGMA index_info('{name}')").fetchall()
            found[f"{kind} {name}"] = ("UNIQUE" in sql, [part[2] for part in parts])
        else:
            found[f"{kind} {name}"] = " ".join(sql.split())
    return found


def _words(path: Path, rescue: Callable[[], str]) -> Iterator[Finding]:
    """Whether what is searched is what was written."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as desk:
            unlike = desk.execute(_UNLIKE).fetchone()[0]
            # It reads, but SQLite takes it for writing.
            desk.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError as error:
        yield look(f"what is searched could not be compared ({error})", "try again as its owner")
    except sqlite3.DatabaseError as error:
        yield wrong(f"the index of words is damaged ({error}): searching misses tickets", rescue())
    else:
        if unlike:
            what = f"{plural(unlike, 'ticket')} cannot be found by all their words"
            yield wrong(what, rescue())
        else:
            yield ok("every word of every ticket can be found")


_UNLIKE = """SELECT count(*) FROM ticket LEFT JOIN wording ON wording.ticket_id = ticket.id
  WHERE wording.body IS NOT title || coalesce(char(10) || (SELECT group_concat(body, char(10)) FROM
    (SELECT body FROM message WHERE message.ticket_id = ticket.id ORDER BY event_id)), '')"""
