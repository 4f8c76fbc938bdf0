"""A desk of any size to measure on: lawful, and at work as if it had been for years.

Copies of some hundreds of histories, each with people, words and times of its own. Open work does
not grow with the history: most of what a large desk has was closed long ago.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from heapq import merge
from itertools import accumulate, count, cycle, islice, product
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import NamedTuple

from deskconsole.demo.stories import TEAMS, Story, stories
from deskconsole.demo.words import CANNED, FIRST_NAMES, LAST_NAMES, PLACES, SUBJECTS
from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput
from deskconsole.model import Person, Role, Status
from deskconsole.store.files import fresh_file
from deskconsole.store.stamping import Copy, Text, stamp
from deskconsole.store.store import Store, open_store

_HOUR = 3600  # seconds
_DAY = 24 * _HOUR
_YEARS = 6 * 365 * _DAY  # of history
_LATELY = 14 * _DAY  # for how long the board shows what was closed
_RESTS_AT_MOST = 40 * _DAY  # how long nothing happens to an open ticket
_MOST = 10_000_000  # tickets: some 20 GB
_MOST_OPEN = 1500  # which larger and larger desks come near to
_MOST_CUSTOMERS = 4000
_SOON = 6 * _HOUR
_CLOSE_SOON = 4  # tickets that the clock closes as soon as that
_NEAR = 50  # how many tickets before it a ticket is related to one
_WATCHED = 0.1
_TECHNICIANS = ("bo", "dana", "kit", "lou", "mia", "nils", "oda", "pia", "rex", "siv", "tao")
_ENGINEERS = ("eve", "finn", "gus", "hana", "ivo", "jill", "kim")
# How many of a hundred open tickets, and of a hundred closed ones, are in which status.
_OPEN = {
    Status.WAITING_FOR_SUPPORT: 26,
    Status.WAITING_FOR_CUSTOMER: 20,
    Status.SCOPING_WITH_TEAM: 15,
    Status.IN_PROGRESS: 15,
    Status.BLOCKED: 8,
    Status.WAITING_FOR_CUSTOMER_APPROVAL: 16,
}
_CLOSED = {Status.DONE: 75, Status.CANCELED: 17, Status.DECLINED: 8}
# How long ago the last thing happened to an open ticket that has no deadline, on average.
_RESTS = {
    Status.WAITING_FOR_SUPPORT: 2 * _DAY,
    Status.SCOPING_WITH_TEAM: 9 * _DAY,
    Status.IN_PROGRESS: 5 * _DAY,
    Status.BLOCKED: 12 * _DAY,
}
_TEXTS = tuple(
    Text(f"{subject}, {place}", tuple(tags.split()))
    for (subject, tags), place in product(SUBJECTS, PLACES)
)


class _Tale(NamedTuple):
    """A story as a plan needs it: where it lies, in seconds since 1970, and what copies heed.

    `closes_in` is how many seconds after its end the clock would close it, 0 for never.
    """

    history: int
    begins: int
    ends: int
    closes_in: int
    by_days: bool
    relates: bool


class _Planned(NamedTuple):
    """A copy to be, in seconds since 1970; `live` if it is open or was closed lately."""

    opened: int
    ended: int
    tale: _Tale
    live: bool


class _People(NamedTuple):
    """Everybody at the desk, by their ids."""

    customers: list[int]
    technicians: list[int]
    engineers: list[int]


def write_desk(
    file: Path,
    tickets: int,
    seed: int,
    login: str,
    now: datetime,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Write a desk of so many tickets, whose lead is `login`, into a new file: whole, or nothing.

    The same seed, number, login and instant give the same desk, whose calendar is that of UTC.
    Nothing in it is due before an hour has passed from `now`. `progress` is told the share that is
    done. BadInput if there is such a file, if it cannot be written, or for too few tickets or too
    many.
    """
    if not len(Status) <= tickets <= _MOST:
        raise BadInput(
            f"a demo has from {len(Status)} tickets, one in each status, up to {_MOST:,}; "
            f"{tickets:,} are too {'many' if tickets > _MOST else 'few'}"
        )
    if file.exists():
        raise BadInput(f"{file} is there already; name another file")
    chance = Random(seed)
    with fresh_file(file) as beside, closing(open_store(str(beside))) as store:
        people = _settle(Desk(store, lambda: now), login, tickets, chance)
        told = stories(chance, store.policy())
        histories = [story.changes for of_status in told.values() for story in of_status]
        plan = _Plan(told, people, tickets, int(now.timestamp()), chance)
        stamp(store, histories, _TEXTS, plan.copies(), tickets, progress)
        _let_watch(store, plan.live, chance)
        progress(1)


def _settle(desk: Desk, login: str, tickets: int, chance: Random) -> _People:
    """Let people come to a new desk, and settle its policy."""
    me = desk.enter(login)
    desk.set_policy(me, "timezone", "UTC")
    desk.set_policy(me, "teams", ", ".join(TEAMS))
    for team, name, body in CANNED:
        desk.keep_canned(me, name, body, team)
    assert me.person is not None  # the first at a desk is its lead
    ids = count(me.person.id + 1)
    technicians, engineers = (
        [Person(next(ids), name, None, role) for name in names if name != me.name]
        for names, role in ((_TECHNICIANS, Role.TECHNICIAN), (_ENGINEERS, Role.ENGINEER))
    )
    customers = [
        Person(next(ids), name, address, Role.CUSTOMER)
        for name, address in _customers(tickets, chance)
    ]
    with desk.store.writing():
        desk.store.put_people([*technicians, *engineers, *customers])
    return _People(_ids(customers), _ids([me.person, *technicians]), _ids(engineers))


def _ids(people: Sequence[Person]) -> list[int]:
    return [person.id for person in people]


def _customers(tickets: int, chance: Random) -> Iterator[tuple[str, str]]:
    """Names and addresses, more where there are more tickets; no two have one address."""
    names = [f"{first} {last}" for first, last in product(FIRST_NAMES, LAST_NAMES)]
    chance.shuffle(names)
    most = max(len(names) // 100, min(tickets // 25, _MOST_CUSTOMERS))
    for number, name in enumerate(islice(cycle(names), most)):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        at = plain.replace("'", "").replace(" ", ".")
        again = number // len(names)
        yield name, f"{at}{again or ''}@example.org"


def _let_watch(store: Store, live: Sequence[int], chance: Random) -> None:
    """Let staff watch some of the tickets that something happened to lately."""
    staff = [person for person in store.staff() if person.role is not Role.ENGINEER]
    with store.writing():
        store.add_watchers(
            (number, chance.choice(staff)) for number in live if chance.random() < _WATCHED
        )


class _Plan:
    """Which histories are copied, when they happened, and to whom.

    `live` has the numbers of what is open or was closed lately, once the copies were taken.
    """

    def __init__(
        self,
        told: dict[Status, list[Story]],
        people: _People,
        tickets: int,
        now: int,
        chance: Random,
    ) -> None:
        self.live: list[int] = []
        self._tales = {status: [_tale(story) for story in kind] for status, kind in told.items()}
        self._people = people
        self._now = now
        self._chance = chance
        self._open = max(len(_OPEN), int(tickets / (3 + tickets / _MOST_OPEN)))
        closed = tickets - self._open
        self._lately = min(2 * self._open, closed // 3)
        self._long_ago = closed - self._lately
        self._closed = self._drawn(_CLOSED, closed)

    def copies(self) -> Iterator[Copy]:
        """All copies, numbered by when they were opened; the live ones last, by their last act."""
        live = sorted((*self._closed_lately(), *self._still_open()), key=_opened)
        last: list[tuple[int, Copy]] = []
        for number, planned in enumerate(merge(self._history(), live, key=_opened), start=1):
            copy = self._copy(number, planned)
            if planned.live:
                last.append((planned.ended, copy))
            else:
                yield copy
        last.sort()
        self.live = [copy.number for _, copy in last]
        yield from (copy for _, copy in last)

    def _copy(self, number: int, planned: _Planned) -> Copy:
        chance, people, tale = self._chance.random, self._people, planned.tale
        technician = int(chance() * len(people.technicians))
        engineer = int(chance() * len(people.engineers))
        return Copy(
            number,
            tale.history,
            planned.opened - tale.begins,
            int(chance() * len(_TEXTS)),
            number - 1 - int(chance() * min(number - 1, _NEAR)) if tale.relates else 0,
            (
                people.customers[int(chance() ** 2 * len(people.customers))],
                people.technicians[technician],
                people.technicians[technician - 1],
                people.engineers[engineer],
                people.engineers[engineer - 1],
            ),
        )

    def _history(self) -> Iterator[_Planned]:
        """What was closed long ago, in the order of opening, as much of it every year."""
        tales = [tale for status in _CLOSED for tale in self._tales[status]]
        longest = max(tale.ends - tale.begins for tale in tales)
        step = (_YEARS - longest) / self._long_ago
        for place, (status, tale) in enumerate(islice(self._closed, self._long_ago)):
            if tale.relates and place == 0:  # there is nothing before it yet
                tale = next(other for other in self._tales[status] if not other.relates)
            opened = self._now - _YEARS + int((place + self._chance.random()) * step)
            yield _Planned(opened, opened + tale.ends - tale.begins, tale, live=False)

    def _closed_lately(self) -> Iterator[_Planned]:
        for _, tale in islice(self._closed, self._lately):
            yield _ending(self._now - int(self._chance.random() * _LATELY), tale)

    def _still_open(self) -> Iterator[_Planned]:
        armed = 0
        for status, tale in self._drawn(_OPEN, self._open):
            if tale.closes_in:
                armed += 1
                most = _SOON if armed <= _CLOSE_SOON else tale.closes_in
                rested = tale.closes_in - self._chance.randint(_HOUR, most)
            else:
                rested = int(self._chance.expovariate(1 / _RESTS[status]))
            yield _ending(self._now - min(rested, _RESTS_AT_MOST), tale)

    def _drawn(self, shares: dict[Status, int], count: int) -> Iterator[tuple[Status, _Tale]]:
        """So many stories by the shares of their statuses, at first one of each."""
        statuses, upto = list(shares), list(accumulate(shares.values()))
        for place in range(count):
            if place < len(statuses):
                status = statuses[place]
            else:
                (status,) = self._chance.choices(statuses, cum_weights=upto)
            yield status, self._chance.choice(self._tales[status])


_opened = attrgetter("opened")


def _tale(story: Story) -> _Tale:
    return _Tale(
        story.changes[0].ticket.number,
        int(story.begins.timestamp()),
        int(story.ends.timestamp()),
        int(story.closes_in.total_seconds()) if story.closes_in else 0,
        story.by_days,
        story.relates,
    )


def _ending(ended: int, tale: _Tale) -> _Planned:
    """A copy that ended then, or up to a day before where it is moved by whole days."""
    moved = ended - tale.ends
    if tale.by_days:
        moved -= moved % _DAY
    return _Planned(tale.begins + moved, tale.ends + moved, tale, live=True)
