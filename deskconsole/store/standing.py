"""Where a desk stands: its newest event, whether it was restored since, and whether it has moved.

Both facts are kept among its policy, under names that no policy has. A desk that moved is left
behind for good: who still has it open is told so, and nothing is written to it any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from peewee import fn

from deskconsole.errors import StoreDown
from deskconsole.store.tables import EventRow, PolicyRow

MOVED = "moved_to"
RESTORED = "restored_at"


class _Reader(Protocol):
    def select(self, query: Any) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest event, and which restoring made the desk what it is ("" for none).

    Where `restored` differs, event numbers no longer mean the same events.
    """

    upto: int
    restored: str


def read_standing(store: _Reader) -> Standing:
    """Where the desk stands now; StoreDown if it has moved."""
    notes = _notes(store)
    upto = store.select(EventRow.select(fn.MAX(EventRow.id)))[0][0]
    return Standing(upto or 0, notes.get(RESTORED, ""))


def refuse_moved(store: _Reader) -> None:
    """StoreDown if the desk has moved, with where to."""
    _notes(store)


def moved_words(place: str, day: str) -> str:
    """What is kept of a move: where the desk is now, without a password, and since which day."""
    return f"{day} {place}"


def _notes(store: _Reader) -> dict[str, str]:
    mine = PolicyRow.name.in_((MOVED, RESTORED))
    notes = dict(store.select(PolicyRow.select(PolicyRow.name, PolicyRow.setting).where(mine)))
    if MOVED in notes:
        day, _, place = notes[MOVED].partition(" ")
        raise StoreDown(f"this desk moved to {place} on {day}; use --desk {place}")
    return notes
