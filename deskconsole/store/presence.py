"""Who looks at or writes on which ticket at this moment: no history, a row for each console.

A console that is gone without a word fades: nobody counts a row that was not refreshed, and
whoever writes next removes it.
"""

from datetime import datetime

from peewee import JOIN

from deskconsole.model import FADES, Doing, Person, Presence
from deskconsole.store.compiled import Compiled, Given
from deskconsole.store.database import Database
from deskconsole.store.tables import PersonRow, PresenceRow

_OTHERS = Compiled(
    lambda: (
        PresenceRow.select(
            PersonRow.name, PresenceRow.ticket, PresenceRow.doing, PresenceRow.seen_at
        )
        .join(PersonRow, JOIN.INNER, on=(PresenceRow.person == PersonRow.id))
        .where(PresenceRow.person != Given("but"))
        .order_by(PresenceRow.ticket, PersonRow.name, PresenceRow.console)
    )
)


class Attendance(Database):
    """The part of a desk's store that tells who is at which ticket."""

    def put_presence(
        self, console: str, person: Person, ticket: int, doing: Doing, now: datetime
    ) -> None:
        """Say where a console is, in place of where it was; forget those that faded."""
        self._run(PresenceRow.delete().where(PresenceRow.seen_at < now - FADES))
        columns = {"person": person.id, "ticket": ticket, "doing": doing.value, "seen_at": now}
        insert = PresenceRow.insert(console=console, **columns)
        self._run(insert.on_conflict(conflict_target=[PresenceRow.console], update=columns))

    def drop_presence(self, console: str) -> None:
        """Say that a console is at no ticket any more."""
        self._run(PresenceRow.delete().where(PresenceRow.console == console))

    def presences(self, but: Person | None) -> list[Presence]:
        """Where everybody else was seen last, by ticket and name; some may have faded since."""
        return [
            Presence(name, ticket, Doing(doing), seen_at)
            for name, ticket, doing, seen_at in self.select(_OTHERS, but=but.id if but else 0)
        ]
