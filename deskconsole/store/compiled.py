"""Queries that Peewee writes once: each use after that only fills in what is given.

To write a query costs Peewee more than it costs a database to answer it. A `Compiled` is made of
a query with `Given` in the places of what changes from use to use; its text is written for a kind
of database when it is first run there, and kept.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from peewee import BooleanField, Context, Node
from peewee import Database as Connections

from deskconsole.frozen import Record
from deskconsole.store.tables import DayField, InstantField, TicketRow, to_micros

_HOLE = "\0"  # which no text of a query has


class Text(Record):
    """A part of a query as the database takes it: its text, and the values of its marks."""

    sql: str
    values: tuple[Any, ...] = ()


class _Place(Record):
    name: str


class Given(Node):
    """The place of what is given at each use, by name.

    A value; a list of values, behind IN; or a condition, as its `Text`.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __sql__(self, ctx: Context) -> Context:
        ctx.value(_Place(self.name), converter=False, add_param=False)
        ctx.literal(_HOLE)
        return ctx


def given(model: Any, *names: str) -> dict[str, Given]:
    """A place for each of these columns, or for all of the model's, as its writes take them."""
    return {name: Given(name) for name in names or model._meta.sorted_field_names}


class Compiled:
    """A query that is written once for each kind of database.

    `write` makes the query; it is called when the query is first run.
    """

    def __init__(self, write: Callable[[], Any]) -> None:
        self._write = write
        self._written: dict[str, _Written] = {}

    def text(self, connections: Connections, given: Mapping[str, Any]) -> Text:
        """The query with all that is given filled in."""
        return self._on(connections).filled(given)

    def read(self, connections: Connections, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows that it selects, with instants and days in place of what is stored."""
        read = self._on(connections).read
        if not read:
            return rows
        found = []
        for row in rows:
            values = list(row)
            for at, meaning in read:
                values[at] = meaning(values[at])
            found.append(tuple(values))
        return found

    def _on(self, connections: Connections) -> "_Written":
        written = self._written.get(connections.param)
        if written is None:
            written = _Written(connections, self._write())
            self._written[connections.param] = written
        return written


class _Written:
    """A query's text in one kind of database, cut at the places of what is given."""

    def __init__(self, connections: Connections, query: Any) -> None:
        sql, values = connections.get_sql_context().sql(query).query()
        self._mark = connections.param
        self._texts = sql.split(_HOLE)
        self._places: list[tuple[str, int]] = []  # each name, and the constants before it
        self._constants: list[Any] = []
        for value in values:
            if isinstance(value, _Place):
                self._places.append((value.name, len(self._constants)))
            else:
                self._constants.append(value)
        columns: Any = getattr(query, "_returning", None) or ()
        self.read = [
            (at, column.python_value)
            for at, column in enumerate(columns)
            if column._coerce and isinstance(column, InstantField | DayField | BooleanField)
        ]

    def filled(self, given: Mapping[str, Any]) -> Text:
        parts, values, done = [self._texts[0]], [], 0
        for (name, constants), after in zip(self._places, self._texts[1:], strict=True):
            values += self._constants[done:constants]
            done = constants
            value = given[name]
            if isinstance(value, Text):
                parts.append(value.sql)
                values += value.values
            elif isinstance(value, list):
                marks = ", ".join([self._mark] * len(value))
                parts.append(f"({marks or 'NULL'})")
                values += map(stored, value)
            else:
                parts.append(self._mark)
                values.append(stored(value))
            parts.append(after)
        values += self._constants[done:]
        return Text("".join(parts), tuple(values))


def stored(value: Any) -> Any:
    """A value as rows keep it."""
    if isinstance(value, datetime):
        return to_micros(value)
    return value.isoformat() if isinstance(value, date) else value


def query_text(connections: Connections, query: Any) -> Text:
    """A query, or a part of one, as a `Text`."""
    sql, values = connections.get_sql_context().sql(query).query()
    return Text(sql, tuple(values))


def condition_text(connections: Connections, fits: Any) -> Text:
    """A condition on tickets as a `Text`, for a query whose first table is that of the tickets."""
    text = query_text(connections, TicketRow.select(TicketRow.id).where(fits))
    return Text(f"({text.sql.partition(' WHERE ')[2]})", text.values)
