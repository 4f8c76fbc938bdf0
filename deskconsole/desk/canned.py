"""Canned texts: judged where they are kept, filled in where they are used."""

import re
from collections.abc import Iterable, Mapping, Sequence

from deskconsole import calendar
from deskconsole.desk.acts import period_begun
from deskconsole.errors import BadInput, NotFound
from deskconsole.lifecycle.gate import Case
from deskconsole.model import Canned, Policy, Status, Ticket, Verb
from deskconsole.text import clean_line, clean_text

# What stands for what, in the order that people are told of them.
PLACEHOLDERS = {
    "ticket": "the ticket's number",
    "reporter": "the reporter's name",
    "deadline": "when the clock closes it, once this is sent",
}
NO_DEADLINE = "no deadline"

_PLACEHOLDER = r"\{([A-Za-z][\w-]*)\}"
_NAME_LENGTH = 60
_BODY_LENGTH = 100_000


def clean_canned(team: str, name: str, body: str, policy: Policy) -> Canned:
    """A canned text as it may be kept; BadInput says what is wrong with it."""
    text = Canned(clean_line(team), clean_line(name), clean_text(body))
    known_team(text.team, policy)
    if not text.name:
        raise BadInput("a canned text needs a name to be found by")
    if len(text.name) > _NAME_LENGTH:
        raise BadInput(f"the name of a canned text has at most {_NAME_LENGTH} characters")
    if not text.body:
        raise BadInput(f"the canned text {text.name!r} is empty; give its words")
    if len(text.body) > _BODY_LENGTH:
        raise BadInput(f"a canned text has at most {_BODY_LENGTH:,} characters; shorten it")
    for word in re.findall(_PLACEHOLDER, text.body):
        if word not in PLACEHOLDERS:
            there_are = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise BadInput(f"there is no placeholder {{{word}}}; there are {there_are}")
    return text


def known_team(team: str, policy: Policy) -> None:
    """BadInput where `team` is none of those that policy lists; '' is everybody."""
    if team and policy.teams and team not in policy.teams:
        raise BadInput(f"there is no team {team!r}; the teams are {', '.join(policy.teams)}")


def called(text: Canned) -> str:
    """What a canned text is called where those of all teams stand together."""
    return f"{text.name} of team {text.team}" if text.team else text.name


def among(texts: Iterable[Canned], name: str, team: str) -> Canned | None:
    """The text of this name and team, if there is one."""
    return next((text for text in texts if (text.name, text.team) == (name, team)), None)


def find(texts: Sequence[Canned], name: str, team: str) -> Canned:
    """The text of this name and team; NotFound says where else one of this name is."""
    elsewhere = []
    for text in texts:
        if text.name == name:
            if text.team == team:
                return text
            elsewhere.append(f"of team {text.team}" if text.team else "everybody's")
    where = f" of team {team}" if team else ""
    hint = f"; there is one {' and one '.join(elsewhere)}" if elsewhere else ""
    raise NotFound(f"there is no canned text {name!r}{where}{hint}")


def fill(body: str, values: Mapping[str, str]) -> str:
    """`body` with its placeholders replaced; one without a value, or any other brace, stays."""
    return re.sub(_PLACEHOLDER, lambda found: values.get(found[1], found[0]), body)


def values(case: Case, verb: Verb, target: Status) -> dict[str, str]:
    """What the placeholders stand for in words that go with `verb`, which ends in `target`."""
    ticket, policy = case.ticket, case.policy
    period = period_begun(verb, target, policy)
    deadline = ticket.deadline
    if period is not None:
        deadline = calendar.after(case.now, period, policy.timezone)
    return {
        "ticket": ticket.ref,
        "reporter": ticket.reporter.name,
        "deadline": calendar.wall_time(deadline, policy.timezone) if deadline else NO_DEADLINE,
    }


def nearest_first(texts: Iterable[Canned], ticket: Ticket | None) -> list[Canned]:
    """Texts of teams that have a clone of the ticket, then everybody's, then other teams'."""
    teams = {clone.team for clone in ticket.clones} if ticket else set()
    return sorted(
        texts, key=lambda text: (text.team not in teams, text.team != "", text.name, text.team)
    )
