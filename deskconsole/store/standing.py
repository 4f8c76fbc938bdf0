"""Where a desk stands: its newest event and settlement, whether it was restored, whether it moved.

That it was restored or has moved is kept among its policy, under names that no policy has. A desk
that moved is left behind for good: who still has it open is told so, and nothing is written to it
any more.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from peewee import fn

from deskconsole.errors import Moved
from deskconsole.frozen import Record
from deskconsole.store.compiled import Compiled
from deskconsole.store.deskfile import copies_beside
from deskconsole.store.tables import EventRow, PolicyRow, SettlementRow

MOVED = "moved_to"
RESTORED = "restored_at"
LAST_EVENT = Compiled(lambda: EventRow.select(fn.MAX(EventRow.id)))
LAST_SETTLED = Compiled(lambda: SettlementRow.select(fn.MAX(SettlementRow.id)))
SETTINGS = Compiled(lambda: PolicyRow.select(PolicyRow.name, PolicyRow.setting))


class _Reader(Protocol):
    def select(self, query: Any, /, **given: Any) -> Sequence[Any]: ...


class Standing(Record):
    """The newest event and settlement, and which restoring made the desk what it is ("" for none).

    Where `restored` differs, their numbers no longer mean the same.
    """

    upto: int
    settled: int
    restored: str

    def goes_on_from(self, before: "Standing") -> bool:
        """Whether it is the desk that stood at `before`, and not one put in its place."""
        return self.restored == before.restored and self.upto >= before.upto


def read_standing(store: _Reader) -> Standing:
    """Where the desk stands now; Moved if it has."""
    settings = settled(store)
    upto, settled_upto = (store.select(last)[0][0] or 0 for last in (LAST_EVENT, LAST_SETTLED))
    return Standing(upto, settled_upto, settings.get(RESTORED, ""))


def settled(store: _Reader) -> dict[str, str]:
    """All that is set by name, the desk's policy and these facts; Moved if the desk has."""
    settings = dict(store.select(SETTINGS))
    if MOVED in settings:
        day, _, place = settings[MOVED].partition(" ")
        raise Moved(f"this desk moved to {place} on {day}; {_way(place)}", place)
    return settings


def moved_words(place: str, day: str) -> str:
    """What is kept of a move: where the desk is now, without a password, and since which day."""
    return f"{day} {place}"


def _way(place: str) -> str:
    """How to come to a desk that moved; a move that was cut off left it under another name."""
    path = Path(place)
    if not path.is_absolute() or path.exists():
        return f"use --desk {place}"
    for copy in copies_beside(path):
        return f"{place} is not there, but all of it is in {copy}: rename that to {place}"
    return f"use --desk {place}, which is not there on this machine"
