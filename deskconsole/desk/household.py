"""The desk beside its tickets: who works on it, its policy, saved views and canned texts."""

import re
from collections.abc import Callable
from datetime import datetime

from deskconsole.calendar import parse_period, parse_zone, today
from deskconsole.desk import acts, canned
from deskconsole.errors import BadInput, NotFound, Refused, SettledMeanwhile
from deskconsole.face.pieces import clip
from deskconsole.frozen import changed
from deskconsole.lifecycle.access import STAFF, Right, a_role
from deskconsole.model import (
    NOBODY,
    Actor,
    Canned,
    Doing,
    Matter,
    Order,
    Person,
    Policy,
    Presence,
    Role,
    View,
)
from deskconsole.promises import check_targets, parse_targets
from deskconsole.query import parse
from deskconsole.store.household import parse_limits, policy_settings
from deskconsole.store.store import Store
from deskconsole.text import clean_line
from deskconsole.worktime import parse_holidays, parse_hours

RESERVED = frozenset({NOBODY, Role.CLOCK.value})
GIVEN = (Role.VIEWER, Role.TECHNICIAN, Role.ENGINEER, Role.LEAD, Role.NONE)
_NAME_LENGTH = 40
_TOLD = 60  # cells of what somebody else settled
_PROMISED = ("targets", "working_hours", "holidays", "timezone")  # what promises follow from


class Household:
    """Who and what stands around the tickets of a desk, by one clock."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock

    # Who

    def enter(self, name: str) -> Actor:
        """Who acts under `name`: a login, or a customer's address.

        On a desk without a lead, as a new one is, an unknown login becomes its lead. NotFound for
        whoever else is not known, Refused for who left. A desk that cannot be written is looked at
        only, by known logins and by others.
        """
        name = clean_line(name)
        known = self.known(name)
        if known is not None and known.role is Role.NONE:
            raise Refused(
                f"{known.name} does not work at this desk any more; ask a lead for a role"
            )
        if known is None and "@" in name:
            raise NotFound(f"nobody has written to this desk from {name}; use a login name")
        if self.store.read_only and (known is None or known.role is not Role.CUSTOMER):
            return Actor(known.person if known else None, Role.VIEWER)
        return known or self._first(name)

    def known(self, name: str) -> Actor | None:
        """Who has this login or address, if the desk knows it; nothing is written."""
        name = clean_line(name)
        person = self.store.member(name) or self.store.correspondent(name.lower())
        return Actor(person, person.role) if person else None

    def _first(self, name: str) -> Actor:
        """The lead of a desk that has none yet; NotFound where somebody could add them."""
        with self.store.writing():
            if self._leads():
                raise self._stranger(name)
            person = self.store.add_person(login(name), None, Role.LEAD)
        return Actor(person, person.role)

    def may(self, by: Actor, right: Right) -> None:
        """Refused, in a sentence, unless somebody has this right by now."""
        acts.may(self.as_now(by), right)

    def as_now(self, by: Actor) -> Actor:
        """Whoever acts, in the role that they have by now: their console may be open since long.

        Where nothing can be written, who has any role is a viewer.
        """
        if by.person is None or by.role is Role.CUSTOMER:
            return by
        person = self.store.member(by.person.name)
        if person is None:
            return by
        left = person.role is Role.NONE
        role = Role.VIEWER if self.store.read_only and not left else person.role
        return by if role is by.role else Actor(person, role)

    def may_run_clock(self, name: str) -> None:
        """Refused where `name` may not run the clock.

        An account that is nobody here may: it is the machine's own, such as cron's.
        """
        known = self.known(name)
        if known is not None:
            self.may(known, Right.CLOCK)

    def member(self, name: str, role: Role = Role.TECHNICIAN) -> Person:
        """Whoever works here, or looks on, under this name.

        NotFound names those nearly called so, and how a lead adds somebody as `role`; BadInput for
        somebody who left.
        """
        name = clean_line(name)
        known = self.store.member(name)
        if known is None:
            raise self._stranger(name, role)
        if known.role is Role.NONE:
            raise BadInput(f"{known.name} does not work at this desk any more")
        return known

    def colleague(self, name: str, role: Role = Role.TECHNICIAN) -> Person:
        """Somebody who can be given work; as `member`, and BadInput for a viewer."""
        person = self.member(name, role)
        if person.role not in STAFF:
            raise BadInput(f"{person.name} is {a_role(person.role)}; name somebody who works here")
        return person

    def _stranger(self, name: str, role: Role = Role.TECHNICIAN) -> NotFound:
        """That nobody here has this login, who nearly has, and how people are added."""
        from difflib import get_close_matches
        from shlex import quote

        name = login(name)
        here = [person.name for person in self.store.staff() if person.role is not Role.NONE]
        near = get_close_matches(name, here, n=2)
        does = "does" if len(near) == 1 else "do"
        meant = f", though {' and '.join(near)} {does}" if near else ""
        return NotFound(
            f"{name} does not work at this desk{meant}; "
            f"a lead adds people: deskconsole people {quote(name)} {role}"
        )

    def _customer(self, email: str, name: str | None = None) -> Person:
        address = email_address(email)
        known = self.store.correspondent(address)
        if known is not None:
            return known
        return self.store.add_person(clean_line(name or "") or address, address, Role.CUSTOMER)

    def _leads(self) -> list[Person]:
        return [person for person in self.store.staff() if person.role is Role.LEAD]

    def set_role(self, by: Actor, name: str, role: Role) -> Person:
        """Give somebody a role, adding who is new; `none` takes every right and keeps the name.

        BadInput for a role that is not to be given, or where it would leave the desk without a
        lead; NotFound where somebody unknown is to have none.
        """
        if self._leads() or by.role not in STAFF:
            self.may(by, Right.PEOPLE)
        if role not in GIVEN:
            raise BadInput(f"{role.value} is no role to give; there are {', '.join(GIVEN)}")
        with self.store.writing():
            person = self.store.member(clean_line(name))
            if person is None and role is Role.NONE:
                raise self._stranger(name)
            if role is not Role.LEAD and self._leads() == [person]:
                raise BadInput(f"{clean_line(name)} is the only lead; make somebody else one first")
            before = person.role.value if person else None
            if person is None:
                person = self.store.add_person(login(name), None, role)
            else:
                self.store.set_role(person, role)
            self._settle(by, Matter.PEOPLE, person.name, before, role.value)
        return changed(person, role=role)

    # Who is where

    def appear(self, by: Actor, console: str, number: int, doing: Doing) -> None:
        """Let others see somebody at a ticket, through one of their consoles (a random word).

        It is no event: said again now and then while it lasts, it fades by itself otherwise.
        """
        self.may(by, Right.WATCH)
        with self.store.writing():
            if by.person is not None and self.store.has_ticket(number):
                self.store.put_presence(console, by.person, number, doing, self.clock())

    def disappear(self, console: str) -> None:
        """Let others see that a console is at no ticket any more."""
        with self.store.writing():
            self.store.drop_presence(console)

    def others(self, than: Actor) -> tuple[Presence, ...]:
        """Who else was seen at which ticket, by ticket and name; some may have faded since."""
        return tuple(self.store.presences(but=than.person))

    def _settle(
        self, by: Actor, matter: Matter, name: str, before: str | None, after: str | None
    ) -> None:
        """Keep in the desk's history what is settled in this transaction, if anything differs."""
        if before != after and by.person is not None:
            words = (before, after)
            self.store.add_settlement(by.person, by.role, self.clock(), matter, name, words)

    def _unsettled(
        self, matter: Matter, name: str, called: str, seen: str | None, now: str | None
    ) -> None:
        """SettledMeanwhile where something is not as it was `seen`; None is for however it is."""
        if seen is None or seen == now:
            return
        last = next((one for one in self.store.settlements(matter) if one.name == name), None)
        who = last.by.name if last else "somebody"
        words = clip(" ".join(now.split()), _TOLD) if now else "empty"
        became = "dropped it" if now is None else f"made it {words}"
        raise SettledMeanwhile(
            f"{called} changed since you looked: {who} {became}; once more puts yours in its place",
            now,
        )

    # Saved views

    def keep_view(
        self,
        by: Actor,
        name: str,
        query: str,
        order: Order,
        *,
        replace: bool = False,
        seen: str | None = None,
    ) -> View:
        """Save a view for everybody; QueryError for a wrong query.

        BadInput where there is one of that name, unless it is to be replaced; SettledMeanwhile
        where that is not as it was `seen`, in `view_words`.
        """
        self.may(by, Right.VIEWS)
        name = clean_line(name)
        if not name or len(name) > _NAME_LENGTH:
            raise BadInput(f"a view needs a name of at most {_NAME_LENGTH} characters")
        view = View(name, clean_line(query), order)
        parse(view.query, today(self.clock(), self.store.policy().timezone))
        with self.store.writing():
            old = next((one for one in self.store.views() if one.name == name), None)
            if old is not None and old != view and not replace:
                raise BadInput(
                    f"there is a view {name!r} already, of {old.query or 'everything'}; "
                    "give another name, or show that one first to change it"
                )
            self._unsettled(Matter.VIEWS, name, f"the view {name}", seen, view_words(old))
            self.store.put_view(view)
            self._settle(by, Matter.VIEWS, name, view_words(old), view_words(view))
        return view

    def drop_view(self, by: Actor, name: str) -> None:
        """Forget a view for everybody."""
        self.may(by, Right.VIEWS)
        with self.store.writing():
            view = self.view(name)
            self.store.drop_view(view.name)
            self._settle(by, Matter.VIEWS, view.name, view_words(view), None)

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
        self.may(by, Right.VIEWS)
        assert by.person is not None  # those who may are people
        with self.store.writing():
            self.store.set_first_view(by.person, self.view(name).name if name else None)

    # Policy

    def prove(self) -> None:
        """Write something that changes nothing; StoreDown if the desk cannot be written now.

        Where nobody writes, reading has to do.
        """
        if self.store.read_only:
            self.store.last_event()
            return
        with self.store.writing():
            self.store.touch()

    def set_policy(self, by: Actor, name: str, value: str, *, seen: str | None = None) -> Policy:
        """Set one policy by its name, in words ('5 days'); deadlines already armed stay.

        BadInput for a wrong name or value; SettledMeanwhile where it is not as it was `seen`.
        """
        self.may(by, Right.POLICY)
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
        elif name == "targets":
            targets = parse_targets(value)
            check_targets(targets, self.store.policy())
            value = ", ".join(map(str, targets))
        elif name == "working_hours":
            value = parse_hours(value)
        elif name == "holidays":
            value = parse_holidays(value)
        else:
            value = str(parse_period(value))
        with self.store.writing():
            before = policy_settings(self.store.policy())[name]
            self._unsettled(Matter.POLICY, name, name, seen, before)
            self.store.set_policy(name, value)
            if name in _PROMISED:
                self.store.promise_anew(self.clock())
            policy = self.store.policy()
            self._settle(by, Matter.POLICY, name, before, policy_settings(policy)[name])
        return policy

    # Canned texts

    def keep_canned(
        self, by: Actor, name: str, body: str, team: str = "", *, seen: str | None = None
    ) -> Canned:
        """Keep a text to be written again, in place of the one of this team and name.

        SettledMeanwhile where that one's body is not as it was `seen`.
        """
        self.may(by, Right.CANNED)
        with self.store.writing():
            text = canned.clean_canned(team, name, body, self.store.policy())
            old = canned.among(self.store.canned(), text.name, text.team)
            before = old.body if old else None
            name = canned.called(text)
            now = "" if before is None and seen == "" else before  # a new one is where none was
            self._unsettled(Matter.CANNED, name, f"the text {name}", seen, now)
            self.store.keep_canned(text)
            self._settle(by, Matter.CANNED, name, before, text.body)
        return text

    def drop_canned(self, by: Actor, name: str, team: str = "") -> None:
        """Drop a canned text; NotFound says where else one of this name is."""
        self.may(by, Right.CANNED)
        with self.store.writing():
            text = self.canned(name, team)
            self.store.drop_canned(text.team, text.name)
            self._settle(by, Matter.CANNED, canned.called(text), text.body, None)

    def canned(self, name: str, team: str = "") -> Canned:
        """The canned text of this team and name; NotFound says where else one of this name is."""
        return canned.find(self.store.canned(), clean_line(name), clean_line(team))


def view_words(view: View | None) -> str | None:
    """A view as history has it; None of none."""
    return None if view is None else f"{view.query or 'everything'}, by {view.order.value}"


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
