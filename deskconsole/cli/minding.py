"""Commands for whoever minds the desk: what was settled, by whom; and what to be told about."""

import re
from collections.abc import Iterable

import click

from deskconsole.cli.completion import suggested
from deskconsole.cli.plain import settlement_sentence
from deskconsole.cli.session import Session, pass_session, plain_option, say, say_json, tell
from deskconsole.errors import BadInput
from deskconsole.model import Matter, Settlement, Warned

_PAGE = 500  # settlements read at a time


@click.command()
@click.argument(
    "matter",
    required=False,
    metavar=f"[{'|'.join(Matter)}]",
    shell_complete=suggested("matters"),
)
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def history(session: Session, matter: str | None, as_json: bool, plain: bool) -> None:
    """Show what was settled at this desk, the newest first: who, when, from what to what."""
    if matter is not None and matter not in list(Matter):
        raise BadInput(f"{matter!r} has no history; there are {', '.join(Matter)}")
    found = _settlements(session, Matter(matter) if matter else None)
    if as_json:
        say_json([_json(one) for one in found])
        return
    zone = session.looked_at.store.policy().timezone
    one = None
    for one in found:
        say(settlement_sentence(one) if plain else _row(one, zone))
    if one is None:
        tell("nothing was settled here yet")


def _settlements(session: Session, matter: Matter | None) -> Iterable[Settlement]:
    store, last = session.looked_at.store, None
    while page := store.settlements(matter, _PAGE, last):
        yield from page
        last = page[-1].id


def _json(one: Settlement) -> dict[str, object]:
    from deskconsole.calendar import iso

    return {
        "at": iso(one.at),
        "by": one.by.name,
        "as": one.by.role.value,
        "matter": one.matter.value,
        "name": one.name,
        "before": one.before,
        "after": one.after,
    }


def _row(one: Settlement, zone: str) -> str:
    from deskconsole.calendar import wall_time
    from deskconsole.desk.settled import settled_words

    return f"{wall_time(one.at, zone)}  {one.by.name:<12} {settled_words(one)}"


@click.command()
@click.argument("what", nargs=-1, shell_complete=suggested("alerts"))
@click.option("--none", "nothing", is_flag=True, help="Be told of nothing.")
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def alerts(
    session: Session, what: tuple[str, ...], nothing: bool, as_json: bool, plain: bool
) -> None:
    """Show what your console tells you of with a bell, or say WHAT it is to tell you of.

    \b
    urgent             an urgent ticket was opened, or one was made urgent
    overdue            a deadline, a day of review or a promise has passed
    unassigned PERIOD  an open ticket is nobody's, and was not moved, for that long

    Several go together: deskconsole alerts urgent overdue "unassigned 4 hours"
    """
    if what and nothing:
        raise BadInput("--none is for nothing at all; give it without words")
    me, desk = session.me, session.desk
    if what or nothing:
        desk.set_alerts(me, _listed(what))
    told = session.looked_at.alerts(me)
    if as_json:
        nobodys = str(told.unassigned) if told.unassigned else None
        say_json({"urgent": told.urgent, "overdue": told.overdue, "unassigned": nobodys})
    elif plain:
        say(f"You are told of {told}." if str(told) else "You are told of nothing.")
    else:
        say(str(told) or "(nothing)")


def _listed(words: tuple[str, ...]) -> str:
    """Words as they were typed, maybe a period by itself, as the desk reads them."""
    return re.sub(rf",?\s+(?={'|'.join(Warned)})", ", ", " ".join(words))


COMMANDS = (history, alerts)
