"""Who works on the desk and what they have settled: people, policy, saved views, canned texts."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from peewee import SQL, fn

from deskconsole.calendar import parse_period
from deskconsole.errors import BadInput
from deskconsole.frozen import by_name, names
from deskconsole.model import (
    Actor,
    Alerts,
    Canned,
    Limit,
    Matter,
    Order,
    Person,
    Policy,
    PublicKey,
    Role,
    Settlement,
    Status,
    View,
)
from deskconsole.promises import parse_targets
from deskconsole.records import alerts_of, status_of
from deskconsole.store import rows
from deskconsole.store.compiled import Compiled, Given
from deskconsole.store.presence import Attendance
from deskconsole.store.standing import SETTINGS
from deskconsole.store.tables import (
    CannedRow,
    PersonRow,
    PolicyRow,
    PublicKeyRow,
    SettlementRow,
    ViewRow,
)
from deskconsole.text import clean_line

_TOUCHED = "touched"  # no policy is called so

# In the words of the index of staff.
_IS_STAFF = SQL(f"role <> '{Role.CUSTOMER.value}'")
_STAFF = Compiled(lambda: rows.people().where(_IS_STAFF).order_by(PersonRow.role, PersonRow.name))
_MEMBER = Compiled(lambda: rows.people().where((PersonRow.name == Given("name")) & _IS_STAFF))
_ALERTS = Compiled(
    lambda: PersonRow.select(PersonRow.alerts).where(PersonRow.id == Given("person"))
)
_CORRESPONDENT = Compiled(lambda: rows.people().where(PersonRow.email == Given("email")))


def policy_settings(policy: Policy) -> dict[str, str]:
    """Policy by name, each as the words that set it."""
    settings: dict[str, str] = {}
    for name, value in by_name(policy).items():
        settings[name] = (
            ", ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)
        )
    return settings


@lru_cache
def _policy(settings: frozenset[tuple[str, str]]) -> Policy:
    """Policy of its words; other settings are passed over."""
    words = dict(settings)
    values: dict[str, Any] = {}
    for name in names(Policy):
        text = words.get(name)
        if text is None:
            continue
        if name in ("timezone", "link", "working_hours", "holidays"):
            values[name] = text
        elif name == "targets":
            values[name] = parse_targets(text)
        elif name == "teams":
            values[name] = tuple(team for team in text.split(", ") if team)
        elif name == "limits":
            values[name] = parse_limits(text)
        else:
            values[name] = parse_period(text)
    return Policy(**values)


def parse_limits(text: str) -> tuple[Limit, ...]:
    """`in-progress 4, blocked 3` as limits in the board's order; BadInput if it is none."""
    most: dict[Status, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        slug, _, number = part.rpartition(" ")
        most_here = limit_of(number)
        if most_here is None:
            raise BadInput(f"{clean_line(part)!r} is no limit; write it as 'in-progress 4'")
        most[status_of(slug.strip())] = most_here
    return tuple(Limit(status, most[status]) for status in Status if status in most)


def limit_of(number: str) -> int | None:
    """How many tickets that is, from 1 to 999,999; None if it is no such number."""
    fits = number.isascii() and number.isdigit() and 0 < int(number[:7]) < 1_000_000
    return int(number) if fits else None


class Household(Attendance):
    """The part of a desk's store that is not tickets."""

    # People

    def people(self) -> list[Person]:
        """Everybody that the desk knows, by role and name."""
        query = rows.people().order_by(PersonRow.role, PersonRow.name, PersonRow.id)
        return [rows.person_record(*row) for row in self.select(query)]

    def staff(self) -> list[Person]:
        """Everybody but customers, by name: who works here, looks on, or left."""
        return [rows.person_record(*row) for row in self.select(_STAFF)]

    def member(self, name: str) -> Person | None:
        """Whoever has this login, though they may have left."""
        found = self.select(_MEMBER, name=name)
        return rows.person_record(*found[0]) if found else None

    def correspondent(self, email: str) -> Person | None:
        """The person who writes from this address."""
        found = self.select(_CORRESPONDENT, email=email)
        return rows.person_record(*found[0]) if found else None

    def add_person(self, name: str, email: str | None, role: Role) -> Person:
        """A person new to the desk."""
        person = Person(self.last_person() + 1, name, email, role)
        self.put_people([person])
        return person

    def last_person(self) -> int:
        """The highest id of a person so far, 0 on an empty desk."""
        return int(self.select(PersonRow.select(fn.MAX(PersonRow.id)))[0][0] or 0)

    def put_people(self, people: Iterable[Person]) -> None:
        """People new to the desk, under ids that nobody has."""
        columns = [
            {"id": one.id, "name": one.name, "email": one.email, "role": one.role.value}
            for one in people
        ]
        self.insert_all(PersonRow, columns)

    def set_role(self, person: Person, role: Role) -> None:
        """Give a person another role."""
        self._run(PersonRow.update(role=role.value).where(PersonRow.id == person.id))

    # Policy

    def policy(self) -> Policy:
        """The desk's policy as it is set now."""
        settings = self._act.settings
        found = self.select(SETTINGS) if settings is None else settings.items()
        return _policy(frozenset(found))

    # Saved views

    def views(self) -> list[View]:
        """The desk's saved views, by name."""
        query = ViewRow.select(ViewRow.name, ViewRow.query, ViewRow.sort).order_by(ViewRow.name)
        return [View(name, text, Order(sort)) for name, text, sort in self.select(query)]

    def put_view(self, view: View) -> None:
        """Save a view, replacing the one of its name."""
        changed = {ViewRow.query: view.query, ViewRow.sort: view.order.value}
        self._run(
            ViewRow.insert(name=view.name, query=view.query, sort=view.order.value).on_conflict(
                conflict_target=[ViewRow.name], update=changed
            )
        )

    def drop_view(self, name: str) -> bool:
        """Forget a view, also where somebody begins with it; whether there was one."""
        return bool(self._run(ViewRow.delete().where(ViewRow.name == name)))

    def first_view(self, person: Person) -> View | None:
        """The view that a person begins with, if they chose one."""
        mine = PersonRow.select(PersonRow.view).where(PersonRow.id == person.id)
        name = self.select(mine)[0][0]
        return next((view for view in self.views() if view.name == name), None)

    def set_first_view(self, person: Person, name: str | None) -> None:
        """Let a person begin with a view, or with everything."""
        self._run(PersonRow.update(view=name).where(PersonRow.id == person.id))

    def set_policy(self, name: str, value: str) -> None:
        """Set one policy to words that were judged already."""
        self._act.settings = None
        self._run(
            PolicyRow.insert(name=name, setting=value).on_conflict(
                conflict_target=[PolicyRow.name], update={PolicyRow.setting: value}
            )
        )

    def unset_policy(self, name: str) -> None:
        """Forget one policy, also where nothing else can be written any more."""
        self._act.settings = None
        self._run(PolicyRow.delete().where(PolicyRow.name == name))

    def touch(self) -> None:
        """Write something and take it back, which only a desk that can be written allows."""
        self.set_policy(_TOUCHED, "")
        self.unset_policy(_TOUCHED)

    # What was settled

    def add_settlement(
        self,
        by: Person,
        role: Role,
        at: datetime,
        matter: Matter,
        name: str,
        words: tuple[str | None, str | None],
    ) -> None:
        """Keep that somebody settled this, from the first of the words to the second."""
        last = self.select(SettlementRow.select(fn.MAX(SettlementRow.id)))[0][0] or 0
        before, after = words
        settled = {"matter": matter.value, "name": name, "before": before, "after": after}
        self._run(SettlementRow.insert(id=last + 1, at=at, actor=by.id, role=role.value, **settled))

    def settlements(
        self, matter: Matter | None = None, limit: int = 1000, before: int | None = None
    ) -> list[Settlement]:
        """What was settled, the newest first: a page of `limit`, maybe those before an id."""
        row, person = SettlementRow, (PersonRow.id, PersonRow.name, PersonRow.email, PersonRow.role)
        query = row.select(
            row.id, row.at, row.role, row.matter, row.name, row.before, row.after, *person
        ).join(PersonRow, on=(row.actor == PersonRow.id))
        if matter is not None:
            query = query.where(row.matter == matter.value)
        if before is not None:
            query = query.where(row.id < before)
        found = self.select(query.order_by(row.id.desc()).limit(limit))
        return [
            Settlement(
                id, at, Actor(rows.person_record(*who), Role(role)), Matter(what), name, old, new
            )
            for id, at, role, what, name, old, new, *who in found
        ]

    # What people asked to be told about

    def alerts(self, person: Person) -> Alerts:
        """What a person asked to be told about."""
        found = self.select(_ALERTS, person=person.id)
        return alerts_of(found[0][0]) if found else Alerts()

    def set_alerts(self, person: Person, alerts: Alerts) -> None:
        """Tell a person of this from now on."""
        self._run(PersonRow.update(alerts=str(alerts)).where(PersonRow.id == person.id))

    # Keys

    def public_keys(self) -> list[tuple[Person, PublicKey]]:
        """Every public key and whose it is, by name, the first added first."""
        person = (PersonRow.id, PersonRow.name, PersonRow.email, PersonRow.role)
        key = (PublicKeyRow.fingerprint, PublicKeyRow.kind, PublicKeyRow.body, PublicKeyRow.comment)
        query = (
            PublicKeyRow.select(*person, *key)
            .join(PersonRow, on=(PublicKeyRow.person == PersonRow.id))
            .order_by(PersonRow.name, PublicKeyRow.added_at, PublicKeyRow.fingerprint)
        )
        return [(rows.person_record(*row[:4]), PublicKey(*row[4:])) for row in self.select(query)]

    def add_public_key(self, person: Person, key: PublicKey, at: datetime) -> None:
        """Let a person in by a key that nobody has yet."""
        self._run(PublicKeyRow.insert(person=person.id, added_at=at, **by_name(key)))

    def drop_public_key(self, fingerprint: str) -> None:
        """Let nobody in by this key."""
        self._run(PublicKeyRow.delete().where(PublicKeyRow.fingerprint == fingerprint))

    # Canned texts

    def canned(self) -> list[Canned]:
        """Every canned text, by name and team."""
        query = CannedRow.select(CannedRow.team, CannedRow.name, CannedRow.body)
        found = self.select(query.order_by(CannedRow.name, CannedRow.team))
        return [Canned(*row) for row in found]

    def keep_canned(self, text: Canned) -> None:
        """Keep a canned text, in place of the one of this team and name if there is one."""
        key = [CannedRow.team, CannedRow.name]
        insert = CannedRow.insert(team=text.team, name=text.name, body=text.body)
        self._run(insert.on_conflict(conflict_target=key, update={CannedRow.body: text.body}))

    def drop_canned(self, team: str, name: str) -> bool:
        """Drop a canned text; whether there was one of this team and name."""
        mine = (CannedRow.team == team) & (CannedRow.name == name)
        return bool(self._run(CannedRow.delete().where(mine)))
