"""What the shell suggests at TAB.

It looks at the desk and leaves no trace: a desk is neither made nor brought up to date, nobody
joins it, and where it cannot be read, or not by whoever asks, there is nothing to suggest, and no
message.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from deskconsole.cli.completion import Complete
from deskconsole.cli.session import TICKET, Session, default_desk
from deskconsole.desk.desk import Desk
from deskconsole.desk.household import GIVEN
from deskconsole.errors import DeskError, NotFound
from deskconsole.frozen import Record
from deskconsole.lifecycle.access import STAFF, Right
from deskconsole.lifecycle.gate import STEPS
from deskconsole.lifecycle.table import TABLE
from deskconsole.model import (
    NOBODY,
    Actor,
    CloneState,
    HoldKind,
    Matter,
    Order,
    Policy,
    Priority,
    Role,
    Status,
    Step,
    Ticket,
    Warned,
    ref,
)
from deskconsole.report.catalogue import FIGURES
from deskconsole.store.household import policy_settings
from deskconsole.store.recent import recent, tags_in_use
from deskconsole.store.store import peek_store
from deskconsole.text import clean_line, inert

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Pairs = Iterable[tuple[str, str]]  # what may stand here, each with what it is, for shells that tell

_MOST = 50  # tickets


class Look(Record):
    """The desk as it is seen at TAB, who asks, and what of the command is typed already."""

    desk: Desk
    session: Session
    context: click.Context
    typed: str

    def given(self, name: str) -> Any:
        """What was typed for an argument of this name, if anything was.

        Before an option that lacks its value click leaves all arguments unnamed.
        """
        value = self.context.params.get(name)
        if value is not None:
            return value
        params = self.context.command.get_params(self.context)
        arguments = [param.name for param in params if isinstance(param, click.Argument)]
        return dict(zip(arguments, self.context.args, strict=False)).get(name)

    @property
    def ticket(self) -> Ticket:
        """The ticket that the command names; NotFound if it names none."""
        number = self.given("number")
        if number is None:
            raise NotFound("no ticket is named yet")
        return self.desk.store.ticket(TICKET.convert(number, None, None))

    @property
    def me(self) -> Actor:
        """Who acts; without a role where the desk does not know them."""
        return self.desk.known(self.session.name) or Actor(None, Role.NONE)


def looked_up(find: Callable[[Look], Pairs]) -> Complete:
    """A completion by what `find` sees on the desk that the command is for."""

    def complete(
        context: click.Context, param: click.Parameter, typed: str
    ) -> "list[CompletionItem]":
        whole = context.find_root()
        url: str | None = whole.params.get("url")
        session = Session(url, whole.params.get("login"), context.with_resource)
        try:
            store = peek_store(os.path.expandvars(url) if url else default_desk(make=False))
            if store is None:
                return []
            with closing(store):
                look = Look(Desk(store, session.clock), session, context, typed)
                if param.name != "login":  # whoever asks may be about to say who they are
                    look.desk.may(look.me, Right.LOOK)
                return _items(find(look), typed)
        except DeskError:
            return []

    return complete


def one_of(pairs: Pairs) -> Complete:
    """A completion by words that are the same on every desk."""
    known = tuple(pairs)
    return lambda context, param, typed: _items(known, typed)


def _items(pairs: Pairs, typed: str) -> "list[CompletionItem]":
    """The pairs that begin as typed, as the shell may have them: without anything that acts."""
    from click.shell_completion import CompletionItem

    start = typed.casefold()
    return [
        CompletionItem(value, help=inert(clean_line(told)) or None)
        for value, told in pairs
        if value == inert(clean_line(value))
        and (_bare(value).startswith(start) or value.casefold().startswith(start))
    ]


def _bare(value: str) -> str:
    return value.casefold().removeprefix("sd-")


_STATUSES = tuple((status.slug, status.title) for status in Status)


def _tickets(look: Look) -> Pairs:
    begun = re.fullmatch(r"(?:SD-|SD?(?!\d))?(\d{0,9})", look.typed, re.IGNORECASE)
    found = recent(look.desk.store, begun[1], _MOST) if begun else ()
    return [(ref(number), title) for number, title in found]


def _legal_statuses(look: Look) -> Pairs:
    """Where the ticket can go; all nine for a query, since each of its tickets differs."""
    if look.given("query") is not None:
        yield from _STATUSES
        return
    for choice in look.desk.choices(look.me, look.ticket):
        if choice.legal and choice.rule is not None:
            yield choice.target.slug, choice.rule.verb.value


def _reasons(look: Look) -> Pairs:
    """The reasons of the move that is being typed; of every move while it is not known."""
    for rule in TABLE:
        if look.given("slug") in (None, *(target.slug for target in rule.targets)):
            yield from ((reason, rule.verb.value) for reason in rule.reasons)


def _staff(look: Look) -> Pairs:
    return [(person.name, person.role.value) for person in look.desk.store.staff()]


def _colleagues(look: Look) -> Pairs:
    staff = look.desk.store.staff()
    return [(person.name, person.role.value) for person in staff if person.role in STAFF]


def _assignees(look: Look) -> Pairs:
    return [*_colleagues(look), (NOBODY, "take it off whoever has it")]


def _teams(look: Look) -> Pairs:
    policy = look.desk.store.policy()
    return [(team, "team") for team in policy.teams or look.desk.store.teams()]


def _clones(look: Look) -> Pairs:
    for clone in look.ticket.clones:
        yield str(clone.number), f"{clone.team}, {clone.state.value}"


def _trackers(look: Look) -> Pairs:
    for clone in look.ticket.clones:
        if clone.tracker:
            yield clone.tracker, f"clone {clone.number}, {clone.team}, {clone.state.value}"


_STEPS = {
    Step.START: "an engineer begins development",
    Step.SHELVE: "back in backlog",
    Step.DONE: "finished",
    Step.DROP: "will not be done",
}


def _steps(look: Look) -> Pairs:
    """The steps that one of the ticket's clones can take now."""
    states: set[CloneState] = {clone.state for clone in look.ticket.clones}
    return [(step.value, told) for step, told in _STEPS.items() if states & {*STEPS[step][0]}]


def _tags(look: Look) -> Pairs:
    return [(tag, "tag") for tag in tags_in_use(look.desk.store)]


def _tags_of_ticket(look: Look) -> Pairs:
    return [(tag, "tag") for tag in look.ticket.tags]


def _reporter(look: Look) -> Pairs:
    reporter = look.ticket.reporter
    return [(reporter.email, f"{reporter.name} reported it")] if reporter.email else []


def _views(look: Look) -> Pairs:
    return [(view.name, view.query or "everything") for view in look.desk.store.views()]


def _canned(look: Look) -> Pairs:
    whose = defaultdict(list)
    for text in look.desk.store.canned():
        whose[text.name].append(text.team or "everybody")
    return [(name, f"a text of {', '.join(of)}") for name, of in whose.items()]


def _settings(look: Look) -> Pairs:
    name = look.given("name") or ""
    if name == "timezone":
        from zoneinfo import available_timezones

        return [(zone, "time zone") for zone in sorted(available_timezones())]
    setting = policy_settings(look.desk.store.policy()).get(name)
    return [(setting, "as it is now")] if setting else []


tickets = looked_up(_tickets)
legal_statuses = looked_up(_legal_statuses)
reasons = looked_up(_reasons)
staff = looked_up(_staff)
colleagues = looked_up(_colleagues)
assignees = looked_up(_assignees)
teams = looked_up(_teams)
clones = looked_up(_clones)
trackers = looked_up(_trackers)
steps = looked_up(_steps)
tags = looked_up(_tags)
tags_of_ticket = looked_up(_tags_of_ticket)
reporter = looked_up(_reporter)
views = looked_up(_views)
canned = looked_up(_canned)
settings = looked_up(_settings)

statuses = one_of(_STATUSES)
orders = one_of((order.value, "order") for order in Order)
priorities = one_of((priority.word, "priority") for priority in Priority)
kinds = one_of((kind.value, "what is awaited") for kind in HoldKind)
matters = one_of((matter.value, "settled at the desk") for matter in Matter)
alerts = one_of((warned.value, "to be told of") for warned in Warned)
roles = one_of((role.value, "role") for role in GIVEN)
reports = one_of((figure.name, figure.title) for figure in FIGURES)
policies = one_of((name, "policy") for name in policy_settings(Policy()))


def files(context: click.Context, param: click.Parameter, typed: str) -> "list[CompletionItem]":
    """Leave it to the shell, which knows its files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="file")]
