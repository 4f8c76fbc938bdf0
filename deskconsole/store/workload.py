"""Who holds what: open tickets by whose they are and by status, counted on an index."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from peewee import fn

from deskconsole.lifecycle.access import STAFF
from deskconsole.model import Holding, Status
from deskconsole.store.compiled import Compiled, Given
from deskconsole.store.store import Store
from deskconsole.store.tables import TicketRow, from_micros

_OPEN = [status.slug for status in Status if not status.closed]


def _counted(whose: Any) -> Any:
    """Tickets by person and status, and since when the first of them is there."""
    return (
        TicketRow.select(
            TicketRow.assignee,
            TicketRow.status,
            fn.COUNT(TicketRow.id),
            fn.MIN(TicketRow.entered_at).coerce(False),
        )
        .where(whose & TicketRow.status.in_(_OPEN))
        .group_by(TicketRow.assignee, TicketRow.status)
    )


_THEIRS = Compiled(lambda: _counted(TicketRow.assignee.in_(Given("people"))))
_NOBODYS = Compiled(lambda: _counted(TicketRow.assignee.is_null()))


def read_workload(store: Store) -> list[Holding]:
    """What nobody has, then what everybody has who works here, the most first.

    Who left, or only looks on by now, is among them as long as they have anything.
    """
    with store.reading():
        staff = {person.id: person for person in store.staff()}
        found = [
            *store.select(_NOBODYS),
            *store.select(_THEIRS, people=list(staff)),
        ]
    counts: dict[int | None, dict[Status, int]] = defaultdict(dict)
    since: dict[int | None, list[datetime]] = defaultdict(list)
    for key, slug, tickets, first in found:
        counts[key][Status.of(slug)] = tickets
        since[key].append(from_micros(first))
    held = [
        Holding(person, counts[person.id], min(since[person.id], default=None))
        for person in staff.values()
        if person.role in STAFF or counts[person.id]
    ]
    held.sort(key=lambda one: (-one.total, one.name))
    return [Holding(None, counts[None], min(since[None], default=None)), *held]
