"""The desk beside its tickets: who works on it, its policy, saved views and canned texts."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from deskconsole.calendar import parse_period, parse_zone, today
from deskconsole.desk import acts, canned
from deskconsole.errors import BadInput, NotFound, Refused
from deskconsole.lifecycle.gate import (
    a_role,
)
from deskconsole.model import (
    NOBODY,
    Actor,
    Canned,
    Doing,
    Order,
    Person,
    Policy,
    Presence,
    Role,
    View,
)
from deskconsole.query import parse
from deskconsole.store.household import parse_limits, policy_settings
from deskconsole.store.store import Store
from deskconsole.text import clean_line

RESERVED = frozenset({NOBODY, Role.CLOCK.value})
_NAME_LENGTH = 40


class Household:
    """Who and what stands around the tickets of a desk, by one clock."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock

    # Who

    def enter(self, name: str) -> Actor:
        """Who acts under `name`: a login, or a customer's address.

        A login that the desk does not know joins it: the first of all as its lead, everybody
        after as a technician. NotFound for an address that nobody has written from.
        """
        name = clean_line(name)
        known = self.store.member(name) or self.store.correspondent(name.lower())
        if known is None:
            if "@" in name:
                raise NotFound(f"nobody has written to this desk from {name}; use a login name")
            with self.store.writing():
                known = self._join(name, Role.TECHNICIAN)
        return Actor(known, known.role)

    def _join(self, name: str, role: Role) -> Person:
        """The member of staff of this name, added where the desk does not know it."""
        name = clean_line(name)
        known = self.store.member(name)
        if known is not None:
            return known
        login(name)
        if role is Role.TECHNICIAN and not self._leads():
            role = Role.LEAD
        return self.store.add_person(name, None, role)

    def _customer(self, email: str, name: str | None = None) -> Person:
        address = email_address(email)
        known = self.store.correspondent(address)
        if known is not None:
            return known
        return self.store.add_person(clean_line(name or "") or address, address, Role.CUSTOMER)

    def _leads(self) -> list[Person]:
        return [person for person in self.store.staff() if person.role is Role.LEAD]

    def set_role(self, by: Actor, name: str, role: Role) -> Person:
        """Give a member of staff a role, adding who is new; a lead's to do, where there is one.

        BadInput for a customer's role, or where it would leave the desk without a lead.
        """
        if by.role is not Role.LEAD and self._leads():
            raise Refused(f"{a_role(by.role)} may not give roles; ask a lead to")
        if role in (Role.CUSTOMER, Role.CLOCK):
            raise BadInput(f"{role.value} is no role to give; there are technician, engineer, lead")
        with self.store.writing():
            person = self._join(name, role)
            if role is not Role.LEAD and self._leads() == [person]:
                raise BadInput(f"{person.name} is the only lead; make somebody else one first")
            self.store.set_role(person, role)
        return replace(person, role=role)

    # Who is where

    def appear(self, by: Actor, console: str, number: int, doing: Doing) -> None:
        """Let others see somebody at a ticket, through one of their consoles (a random word).

        It is no event: said again now and then while it lasts, it fades by itself otherwise.
        """
        with self.store.writing():
            if by.person is not None and self.store.has_ticket(number):
                self.store.put_presence(console, by.person, number, doing, self.clock())

    def disappear(self, console: str) -> None:
        """Let others see that a console is at no ticket any more."""
        with self.store.writing():
            self.store.drop_presence(console)

    def others(self, than: Actor) -> tuple[Presence, ...]:
        """Who else was seen at which ticket, by ticket and name; some may have faded since."""
        return tuple(self.store.presences(than.person)) if than.person else ()

    # Saved views

    def keep_view(
        self, by: Actor, name: str, query: str, order: Order, *, replace: bool = False
    ) -> View:
        """Save a view for everybody; QueryError for a wrong query.

        BadInput where there is one of that name, unless it is to be replaced.
        """
        self._only_staff(by, "save views")
        name = clean_line(name)
        if not name or len(name) > _NAME_LENGTH:
            raise BadInput(f"a view needs a name of at most {_NAME_LENGTH} characters")
        view = View(name, clean_line(query), order)
        parse(view.query, today(self.clock(), self.store.policy().timezone))
        with self.store.writing():
            for old in self.store.views():
                if old.name == name and old != view and not replace:
                    raise BadInput(
                        f"there is a view {name!r} already, of {old.query or 'everything'}; "
                        "give another name, or show that one first to change it"
                    )
            self.store.put_view(view)
        return view

    def drop_view(self, by: Actor, name: str) -> None:
        """Forget a view for everybody."""
        self._only_staff(by, "drop views")
        with self.store.writing():
            self.store.drop_view(self.view(name).name)

    def view(self, name: str) -> View:
        """The saved view of this name; NotFound names those there are."""
        views = self.store.views()
        for view in views:
            if view.name == clean_line(name):
                return view
        known = ", ".join(view.name for view in views) or "none yet"
        raise NotFound(f"there is no view {clean_line(name)!r}; there are: {known}")

    def begin_with(self, by: Actor, name: str | None) -> None:
        """Let one's console begin with a view; None for everything."""
        self._only_staff(by, "have a first view")
        assert by.person is not None  # the clock is no staff
        with self.store.writing():
            self.store.set_first_view(by.person, self.view(name).name if name else None)

    def _only_staff(self, by: Actor, phrase: str) -> None:
        if by.role not in acts.STAFF:
            raise Refused(f"{a_role(by.role)} may not {phrase}; that is for those who work here")

    # Policy

    def prove(self) -> None:
        """Write something that changes nothing; StoreDown if the desk cannot be written now."""
        with self.store.writing():
            self.store.touch()

    def set_policy(self, by: Actor, name: str, value: str) -> Policy:
        """Set one policy by its name, in words ('5 days'); deadlines already armed stay."""
        if by.role not in acts.DESK_ROLES:
            raise Refused(f"{a_role(by.role)} may not set policy; ask a lead to")
        if name not in policy_settings(Policy()):
            names = ", ".join(policy_settings(Policy()))
            raise BadInput(f"there is no policy {clean_line(name)!r}; there are {names}")
        if name == "timezone":
            value = parse_zone(clean_line(value))
        elif name == "link":
            value = link_template(value)
        elif name == "teams":
            names_given = [clean_line(team) for team in value.split(",")]
            value = ", ".join(dict.fromkeys(team for team in names_given if team))
        elif name == "limits":
            value = ", ".join(str(limit) for limit in parse_limits(clean_line(value)))
        else:
            value = str(parse_period(value))
        with self.store.writing():
            self.store.set_policy(name, value)
        return self.store.policy()

    # Canned texts

    def keep_canned(self, by: Actor, name: str, body: str, team: str = "") -> Canned:
        """Keep a text to be written again, in place of the one of this team and name."""
        self._may_write(by)
        with self.store.writing():
            text = canned.clean_canned(team, name, body, self.store.policy())
            self.store.keep_canned(text)
        return text

    def drop_canned(self, by: Actor, name: str, team: str = "") -> None:
        """Drop a canned text; NotFound says where else one of this name is."""
        self._may_write(by)
        with self.store.writing():
            text = self.canned(name, team)
            self.store.drop_canned(text.team, text.name)

    def _may_write(self, by: Actor) -> None:
        if by.role not in acts.DESK_ROLES:
            raise Refused(f"{a_role(by.role)} may not change canned texts; ask a technician to")

    def canned(self, name: str, team: str = "") -> Canned:
        """The canned text of this team and name; NotFound says where else one of this name is."""
        return canned.find(self.store.canned(), clean_line(name), clean_line(team))


def login(text: str) -> str:
    """A name that a member of staff may have; BadInput if it is none."""
    name = clean_line(text)
    if not name or name.lower() in RESERVED or "@" in name:
        raise BadInput(f"{name!r} cannot be the name of somebody who works here; give a login")
    return name


def email_address(text: str) -> str:
    """An e-mail address in lower case; BadInput if it is none."""
    address = clean_line(text).lower()
    if not address:
        raise BadInput("the customer's address is missing; write one as ana@example.org")
    name, at, domain = address.partition("@")
    if not (name and at and domain) or " " in address or "@" in domain:
        raise BadInput(
            f"{clean_line(text)!r} is not an e-mail address; write one as ana@example.org"
        )
    return address


def link_template(text: str) -> str:
    """Where others find a ticket, in words with placeholders; BadInput for an unknown one."""
    template = clean_line(text)
    names = re.findall(r"\{(.*?)\}", template)
    if not names or set(names) - {"ticket", "number"}:
        wrong = next((f"{{{name}}}" for name in names if name not in ("ticket", "number")), None)
        what = f"a link has no {wrong}" if wrong else "this link is the same for every ticket"
        raise BadInput(f"{what}; write {{ticket}} for SD-12 or {{number}} for 12")
    return template
