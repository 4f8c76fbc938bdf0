"""All of a desk from one store into another: every number, event and message as it is.

What triggers keep in the other store (the tally, the words that are searched) comes about there
by itself.
"""

from collections.abc import Callable, Iterator
from typing import Any

from peewee import SQL, Tuple, Value, fn

from deskconsole.store.store import Store
from deskconsole.store.tables import (
    CannedRow,
    CloneRow,
    EventRow,
    MessageRow,
    PersonRow,
    PolicyRow,
    PresenceRow,
    PublicKeyRow,
    SettlementRow,
    TicketRow,
    ViewRow,
    WatcherRow,
)

# Whoever is named before whoever names them; tickets name each other.
COPIED: tuple[Any, ...] = (
    ViewRow,
    PersonRow,
    PublicKeyRow,
    SettlementRow,
    PolicyRow,
    CannedRow,
    TicketRow,
    CloneRow,
    EventRow,
    MessageRow,
    WatcherRow,
)
PASSING = (PresenceRow,)  # of the moment: not copied
TABLES = tuple(model._meta.table_name for model in COPIED)
_PAGE = 1000  # rows

# Told what is being done, and how many of how many steps are.
Progress = Callable[[str, int, int], None]


def copy_desk(source: Store, target: Store, total: int, progress: Progress) -> None:
    """Fill `target`, emptied before, with all that `source` has at one moment.

    To be called inside `writing` of the target. `progress` is told how many rows of `total` have
    come.
    """
    come = 0
    target.defer_references()
    target.empty((*PASSING, *COPIED[::-1]))
    with source.reading():
        for model in COPIED:
            for rows in _copied(source, target, model):
                come += rows
                progress("copying", come, total)


def _copied(source: Store, target: Store, model: Any) -> Iterator[int]:
    """Copies a table page by page; how many rows each page had."""
    fields = model._meta.sorted_fields
    key = model._meta.get_primary_keys()
    query = model.select(*fields).order_by(*key).limit(_PAGE)
    page = source.select(query)
    while page:
        records = [dict(zip((field.name for field in fields), row, strict=True)) for row in page]
        target.insert_all(model, records)
        yield len(page)
        last = [Value(records[-1][field.name], converter=False) for field in key]
        page = source.select(query.where(Tuple(*key) > Tuple(*last))) if len(page) == _PAGE else ()


def row_counts(store: Store) -> dict[str, int]:
    """How many rows every table has, by its name."""
    counts = (store.select(model.select(fn.COUNT(SQL("*"))))[0][0] for model in COPIED)
    return dict(zip(TABLES, counts, strict=True))
