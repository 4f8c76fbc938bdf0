"""Whole tickets written again and again from a few histories, by SQLite itself.

A history is told of stand-ins, in words with blanks, at instants of its own. A copy of it has a
number, people and words of its own, and is moved in time; nothing else differs, so that whatever
the acts made of the history holds of every copy.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from itertools import accumulate, islice
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from deskconsole.calendar import parse_instant
from deskconsole.model import FAR, Change, Person, Role
from deskconsole.store.derived import make_derived, without, words_gathered
from deskconsole.store.store import Store
from deskconsole.store.tables import (
    CloneRow,
    DayField,
    EventRow,
    InstantField,
    MessageRow,
    TicketRow,
    to_micros,
)

ANOTHER = 2_000_000_000  # the number that a history has for another ticket
SUBJECT = "«subject»"  # what stands in its words where a copy has its own title,
TAGS = "«tags»"  # tags,
NUMBER = "«number»"  # and number
_ANOTHER = "«another»"
_THEN = "«then»"  # the instant that an event tells of,
_DAY = "«day»"  # and the day
_BATCH = 20_000  # copies written at a time
_ROWS, _INDEXES, _DERIVED = 0.4, 0.3, 0.3  # what share of the time each takes, about
_PRAGMAS = (  # for a file that nobody has open yet, and that is removed where anything fails
    ("foreign_keys", 0),
    ("journal_mode", "off"),
    ("synchronous", 0),
    ("cache_size", -200_000),  # KiB
)


class StandIn(IntEnum):
    """Whom a history is told of; the value is their id in it."""

    REPORTER = 1
    TECHNICIAN = 2
    COLLEAGUE = 3
    ENGINEER = 4
    SECOND = 5

    @property
    def column(self) -> str:
        """Where a plan has the id of whoever a copy deals with."""
        return self.name.lower()

    @property
    def called(self) -> str:
        """By which word a statement finds what they are called."""
        return f"called_{self.column}"

    @property
    def blank(self) -> str:
        """What stands in a history where a copy has their name."""
        return f"«{self.column}»"


_ROLES = {
    StandIn.REPORTER: Role.CUSTOMER,
    StandIn.TECHNICIAN: Role.TECHNICIAN,
    StandIn.COLLEAGUE: Role.TECHNICIAN,
    StandIn.ENGINEER: Role.ENGINEER,
    StandIn.SECOND: Role.ENGINEER,
}
CAST = {who: Person(who.value, who.blank, None, role) for who, role in _ROLES.items()}


class Copy(NamedTuple):
    """A ticket to be: which history (from 1), moved by how many seconds, and what fills it.

    `text` says which of the texts (from 0) fills its blanks, `another` is the number of the ticket
    that it is related to (0 for none), `people` are the ids of whom it deals with, as `StandIn`
    has them.
    """

    number: int
    history: int
    moved: int
    text: int
    another: int
    people: tuple[int, ...]


class Text(NamedTuple):
    """What fills the blanks of a copy."""

    subject: str
    tags: tuple[str, ...]


# How a column of a copy comes of that of its history. The others are moved, where they are
# instants or days, or stay as they are.
_NUMBER = "plan.number"
_RELATED = "iif({0} IS NULL, NULL, plan.another)"
_EVENT = "{0} + plan.events"
_DEALT = " ".join(f"WHEN {who.value} THEN plan.{who.column}" for who in StandIn)
_PERSON = f"CASE {{0}} {_DEALT} END"
_COLUMNS: dict[Any, dict[str, str]] = {
    TicketRow: {
        "id": _NUMBER,
        "reporter": _PERSON,
        "assignee": _PERSON,
        "follows": _RELATED,
        "duplicate_of": _RELATED,
        "version": _EVENT,
    },
    CloneRow: {"ticket": _NUMBER, "engineer": _PERSON},
    EventRow: {"id": _EVENT, "ticket": _NUMBER, "actor": _PERSON, "act": _EVENT},
    MessageRow: {"event": _EVENT, "ticket": _NUMBER},
}
_MOVED = f"min({{0}} + plan.moved, {to_micros(FAR)})"
_MOVED_DAY = "date({0}, (plan.moved / 1000000) || ' seconds')"
_MOVED_THEN = "strftime('%Y-%m-%dT%H:%M:%SZ', (told.then_at + plan.moved) / 1000000, 'unixepoch')"
# Which blanks the text of a column may have, and what fills them.
_TITLE = {SUBJECT: "text.subject"}
_FILLED: dict[Any, dict[str, dict[str, str]]] = {
    TicketRow: {"title": _TITLE, "tags": {TAGS: "text.tags"}},
    CloneRow: {"title": _TITLE, "tracker": {NUMBER: "plan.number"}},
    EventRow: {
        "brings": {
            SUBJECT: "text.subject_quoted",
            TAGS: "text.tags_quoted",
            NUMBER: "plan.number",
            _ANOTHER: "plan.another",
            _THEN: _MOVED_THEN,
            _DAY: _MOVED_DAY.format("told.day"),
            **{who.blank: f"{who.called}.quoted" for who in StandIn if who is not StandIn.REPORTER},
        }
    },
    MessageRow: {"body": _TITLE | {StandIn.REPORTER.blank: f"{StandIn.REPORTER.called}.name"}},
}


def stamp(
    store: Store,
    histories: Sequence[Sequence[Change]],
    texts: Sequence[Text],
    copies: Iterable[Copy],
    count: int,
    progress: Callable[[float], None],
) -> None:
    """Write copies of histories, in the order of the log, into a file that nobody has open yet.

    The file is no desk before this ends, and nothing but to be removed where it fails. Histories
    are numbered from 1 by their tickets, and lie before any copy of theirs. There are as many
    copies as `count`; `progress` is told the share that is done.
    """
    database = store.connections
    assert isinstance(database, SqliteDatabase)  # it is a file
    for pragma, value in _PRAGMAS:
        database.pragma(pragma, value)
    _lay_out(store, database, histories, texts)

    def made(done: int, of: int) -> None:
        progress(_ROWS + _INDEXES * done / of)

    with without(database, "trigger"):
        with without(database, "index", made):
            for written in _written(database, histories, copies):
                progress(_ROWS * written / count)
        with words_gathered(database):
            for first in range(1, count + 1, _BATCH):
                make_derived(database, range(first, min(first + _BATCH, count + 1)))
                progress(_ROWS + _INDEXES + _DERIVED * first / count)
    database.pragma("journal_mode", "wal")


def _written(
    database: SqliteDatabase, histories: Sequence[Sequence[Change]], copies: Iterable[Copy]
) -> Iterator[int]:
    """Writes the copies; how many are, now and then."""
    statements = [_statement(database, model) for model in _COLUMNS]
    plan = f"INSERT INTO plan VALUES ({', '.join('?' * (6 + len(StandIn)))})"
    batches = _batches(histories, copies)
    written = 0
    # While SQLite writes, another processor plans; but each row handed over would wait for it.
    with ThreadPoolExecutor(1) as planner:
        coming = planner.submit(next, batches, None)
        while rows := coming.result():
            with database.atomic():
                database.cursor().executemany(plan, rows)
                coming = planner.submit(next, batches, None)
                for statement in statements:
                    database.execute_sql(statement)
                database.execute_sql("DELETE FROM plan")
            written += len(rows)
            yield written


def _batches(
    histories: Sequence[Sequence[Change]], copies: Iterable[Copy]
) -> Iterator[list[tuple[int, ...]]]:
    """The rows of the plan of many copies, a batch at a time."""
    lengths = [len(changes) for changes in histories]
    firsts = list(accumulate(lengths, initial=1))
    event, rest = 1, iter(copies)
    while batch := list(islice(rest, _BATCH)):
        rows = []
        for number, history, moved, text, another, people in batch:
            shift = event - firsts[history - 1]
            rows.append((number, history, moved * 1_000_000, shift, text, another, *people))
            event += lengths[history - 1]
        yield rows


def _lay_out(
    store: Store,
    database: SqliteDatabase,
    histories: Sequence[Sequence[Change]],
    texts: Sequence[Text],
) -> None:
    """Make temporary tables of what is copied, of what fills it, and for the plan of a batch."""
    columns = ", ".join(f"{who.column} INTEGER" for who in StandIn)
    database.execute_sql(
        "CREATE TEMP TABLE plan (number INTEGER, history INTEGER, moved INTEGER, "
        f"events INTEGER, text INTEGER, another INTEGER, {columns})"
    )
    database.execute_sql(
        "CREATE TEMP TABLE text (id INTEGER PRIMARY KEY, subject TEXT, tags TEXT, "
        "subject_quoted TEXT, tags_quoted TEXT)"
    )
    database.cursor().executemany(
        "INSERT INTO text VALUES (?, ?, ?, ?, ?)",
        (
            (key, subject, " ".join(tags), _quoted(subject), _quoted(*tags))
            for key, (subject, tags) in enumerate(texts)
        ),
    )
    database.execute_sql(
        "CREATE TEMP TABLE called (id INTEGER PRIMARY KEY, name TEXT, quoted TEXT)"
    )
    database.cursor().executemany(
        "INSERT INTO called VALUES (?, ?, ?)",
        ((person.id, person.name, _quoted(person.name)) for person in store.people()),
    )
    with store.writing():
        store.put_histories(histories, {person.name: person for person in CAST.values()})
        for model in _COLUMNS:
            name = model._meta.table_name
            database.execute_sql(f"CREATE TEMP TABLE told_{name} AS SELECT * FROM {name}")
            of = "id" if model is TicketRow else "ticket_id"
            database.execute_sql(f"CREATE INDEX temp.told_{name}_of ON told_{name} ({of})")
        store.empty((MessageRow, EventRow, CloneRow, TicketRow))
    _blank_events(database)


def _blank_events(database: SqliteDatabase) -> None:
    """Put blanks for the times and tickets that events tell of."""
    for column in ("then_at INTEGER", "day TEXT"):
        database.execute_sql(f"ALTER TABLE told_event ADD COLUMN {column}")
    rows = []
    for key, brings in database.execute_sql("SELECT id, brings FROM told_event").fetchall():
        record = json.loads(brings)
        then = record.get("deadline") or record.get("reopen_until")
        day = record.get("until")
        for told, blank in ((then, _THEN), (day, _DAY), (str(ANOTHER), _ANOTHER)):
            brings = brings.replace(told, blank) if told else brings
        rows.append((brings, to_micros(parse_instant(then)) if then else None, day, key))
    database.cursor().executemany(
        "UPDATE told_event SET brings = ?, then_at = ?, day = ? WHERE id = ?", rows
    )


def _quoted(*words: str) -> str:
    """Words as they stand between the quotes of a list in an event's row."""
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"))[2:-2]


def _statement(database: SqliteDatabase, model: Any) -> str:
    """INSERT of the rows of one table for every copy of the plan."""
    values = {}
    for field in model._meta.sorted_fields:
        column = field.column_name
        if blanks := _FILLED.get(model, {}).get(field.name):
            values[column] = _filled(database, model._meta.table_name, column, blanks)
        else:
            values[column] = _moved(model, field).format(f"told.{column}")
    table, chosen = model._meta.table_name, ", ".join(values.values())
    joined = ["CROSS JOIN text ON text.id = plan.text"] if "text." in chosen else []
    for who in StandIn:
        if f"{who.called}." in chosen:
            joined.append(f"CROSS JOIN called {who.called} ON {who.called}.id = plan.{who.column}")
    of = "id" if model is TicketRow else "ticket_id"
    return (
        f"INSERT INTO {table} ({', '.join(values)}) SELECT {chosen} FROM plan {' '.join(joined)} "
        f"CROSS JOIN told_{table} told ON told.{of} = plan.history"
    )


def _moved(model: Any, field: Any) -> str:
    if isinstance(field, InstantField):
        return _MOVED
    return _MOVED_DAY if isinstance(field, DayField) else _COLUMNS[model].get(field.name, "{0}")


def _filled(database: SqliteDatabase, table: str, column: str, blanks: dict[str, str]) -> str:
    """A text with its blanks filled in; each row is marked with those that it has.

    To look for them in every row of every copy would take as long as all the rest.
    """
    database.execute_sql(f"ALTER TABLE told_{table} ADD COLUMN {column}_has INTEGER")
    kinds: dict[tuple[str, ...], int] = {}
    texts = database.execute_sql(f"SELECT rowid, {column} FROM told_{table}").fetchall()
    marks = []
    for key, text in texts:
        has = tuple(blank for blank in blanks if blank in (text or ""))
        marks.append((kinds.setdefault(has, len(kinds)), key))
    database.cursor().executemany(
        f"UPDATE told_{table} SET {column}_has = ? WHERE rowid = ?", marks
    )
    told = f"told.{column}"
    ways = [
        f"WHEN {kind} THEN {_replaced(told, {blank: blanks[blank] for blank in has})}"
        for has, kind in kinds.items()
    ]
    return f"CASE {told}_has {' '.join(ways)} END"


def _replaced(text: str, by: dict[str, str]) -> str:
    for blank, value in by.items():
        text = f"replace({text}, '{blank}', {value})"
    return text
