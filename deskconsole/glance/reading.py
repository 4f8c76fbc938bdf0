"""The board read by sqlite3 alone: the same tickets in the same order as `store.board` reads."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from deskconsole.terms import (
    CLOSED_COUNTED,
    CLOSED_SHOWN,
    FAR,
    CloneState,
    Priority,
    Role,
    Status,
    ref,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUSY_SECONDS = 0.1  # who has to wait for the desk has no first sight of it


class Named(NamedTuple):
    name: str


class Until(NamedTuple):
    until: date | None


class CloneAtFirst(NamedTuple):
    team: str
    state: CloneState
    engineer: str | None


class TicketAtFirst(NamedTuple):
    """Of a ticket what its card shows."""

    number: int
    title: str
    priority: Priority
    status: Status
    entered_at: datetime
    assignee: Named | None
    deadline: datetime | None
    promised_at: datetime | None
    hold: Until | None
    replied_at: datetime | None
    clones: tuple[CloneAtFirst, ...]

    @property
    def ref(self) -> str:
        return ref(self.number)


class ColumnAtFirst:
    """The first cards of a column, and of the whole of it the count and the longest resident."""

    top = 0
    stripe = 0

    def __init__(
        self,
        status: Status,
        count: int,
        oldest: datetime | None,
        cards: tuple[TicketAtFirst, ...],
        *,
        below: bool,
    ) -> None:
        self.status = status
        self.count = min(count, CLOSED_COUNTED) if status.closed else count
        self.more = count > self.count
        self.oldest = oldest
        self.cards = cards
        self._below = below

    @property
    def column(self) -> "ColumnAtFirst":
        return self

    @property
    def ticket(self) -> TicketAtFirst | None:
        """The first card, which the cursor is on."""
        return self.cards[0] if self.cards else None

    def hints(self, shown: int) -> str:
        """Whether more cards lie below."""
        return " ↓" if self._below or len(self.cards) > shown else "  "


class DeskAtFirst(NamedTuple):
    """The desk at the moment `now`, for the person `name` in the capacity `role`."""

    now: datetime
    name: str
    role: Role
    policy: dict[str, str]
    columns: dict[Status, ColumnAtFirst]


def open_file(file: str) -> sqlite3.Connection:
    """A connection that cannot write; sqlite3.Error if there is no such file.

    Whoever closes the last connection of a desk writes its journal back, which takes long: this one
    is to be kept until the console has its own.
    """
    link = sqlite3.connect(f"file:{_quoted(file)}?mode=rw", uri=True, timeout=_BUSY_SECONDS)
    link.execute("PRAGMA query_only = 1")
    return link


def read_desk(
    link: sqlite3.Connection, login: str, shown: int, migrations: Sequence[str]
) -> DeskAtFirst | None:
    """The desk as the console of `login` first shows it, with up to `shown` cards a column.

    None where the console may show something else: the desk has other migrations, is empty or has
    moved; nobody of that login works here, or they begin with a view of their own. sqlite3.Error,
    ValueError or KeyError where it is no desk at all.
    """
    link.execute("BEGIN")
    try:
        return _desk(link, login, shown, migrations)
    finally:
        link.rollback()


def _quoted(file: str) -> str:
    """A path as a part of a URI."""
    return "".join(sign if sign not in "%?#" else f"%{ord(sign):02X}" for sign in file)


def _desk(
    link: sqlite3.Connection, login: str, shown: int, migrations: Sequence[str]
) -> DeskAtFirst | None:
    had = [name for (name,) in link.execute("SELECT name FROM schema_migration ORDER BY name")]
    if had != list(migrations):
        return None
    policy = dict(link.execute("SELECT name, value FROM policy"))
    people = link.execute(
        "SELECT role, view FROM person WHERE name = ? AND role <> 'customer'", (login,)
    ).fetchall()
    if "moved_to" in policy or len(people) != 1:
        return None
    role, view = people[0]
    if view is not None or role == Role.NONE:
        return None
    now = datetime.now(UTC)
    counts = dict(link.execute("SELECT status, tickets FROM tally"))
    if not any(counts.values()):
        return None
    since = _micros(now - CLOSED_SHOWN)
    columns = {
        status: _column(link, status, counts[status.slug], since, shown) for status in Status
    }
    return DeskAtFirst(now, login, Role(role), policy, columns)


def _column(
    link: sqlite3.Connection, status: Status, count: int, since: int, shown: int
) -> ColumnAtFirst:
    """A column of the board: what is open by attention, what is closed the last closed first."""
    if status.closed:
        mine, order = "ticket.status = ? AND entered_at >= ?", "entered_at DESC, ticket.id DESC"
        given: tuple[object, ...] = (status.slug, since)
        counted = f"SELECT 1 FROM ticket WHERE {mine} LIMIT {CLOSED_COUNTED + 1}"
        count = link.execute(f"SELECT count(*) FROM ({counted})", given).fetchone()[0]
    else:
        mine, order = "ticket.status = ? AND closed_at IS NULL", "attention, entered_at, ticket.id"
        given = (status.slug,)
    if not count:
        return ColumnAtFirst(status, 0, None, (), below=False)
    oldest = link.execute(
        f"SELECT entered_at FROM ticket WHERE {mine} ORDER BY entered_at LIMIT 1", given
    ).fetchone()
    found = link.execute(
        f"""SELECT ticket.id, title, priority, entered_at, person.name, deadline,
              nullif(promised, {_micros(FAR)}), hold_kind, hold_until, replied_at
            FROM ticket LEFT JOIN person ON person.id = assignee_id
            WHERE {mine} ORDER BY {order} LIMIT {shown + 1}""",
        given,
    ).fetchall()
    clones = _clones(link, [row[0] for row in found])
    cards = tuple(
        TicketAtFirst(
            number,
            title,
            Priority(priority),
            status,
            _instant(entered),
            Named(who) if who is not None else None,
            _instant(deadline) if deadline is not None else None,
            _instant(promised) if promised is not None else None,
            Until(date.fromisoformat(until) if until else None) if kind else None,
            _instant(replied) if replied is not None else None,
            tuple(clones.get(number, ())),
        )
        for number, title, priority, entered, who, deadline, promised, kind, until, replied in (
            found
        )
    )
    return ColumnAtFirst(
        status,
        count,
        _instant(oldest[0]) if oldest else None,
        cards[:shown],
        below=len(cards) > shown,
    )


def _clones(link: sqlite3.Connection, numbers: list[int]) -> dict[int, list[CloneAtFirst]]:
    found: dict[int, list[CloneAtFirst]] = {}
    marks = ",".join("?" * len(numbers))
    rows: Iterator[tuple[int, str, str, str | None]] = link.execute(
        f"""SELECT ticket_id, team, state, person.name
            FROM clone LEFT JOIN person ON person.id = engineer_id
            WHERE ticket_id IN ({marks}) ORDER BY ticket_id, number""",
        numbers,
    )
    for ticket, team, state, engineer in rows:
        found.setdefault(ticket, []).append(CloneAtFirst(team, CloneState(state), engineer))
    return found


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _micros(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)
