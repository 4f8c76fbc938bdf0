"""The command for canned texts: what is written again and again, kept by name."""

import click

from deskconsole.cli.completion import suggested
from deskconsole.cli.plain import canned_sentence
from deskconsole.cli.session import (
    Session,
    pass_session,
    plain_option,
    say,
    say_json,
    say_lines,
    tell,
    words,
)
from deskconsole.cli.tickets import message_option
from deskconsole.desk.canned import PLACEHOLDERS, known_team
from deskconsole.errors import BadInput
from deskconsole.frozen import by_name
from deskconsole.model import Canned
from deskconsole.text import clean_line

_PLACEHOLDERS = "\b\nPlaceholders are filled in where a text is inserted (^t in a dialog):\n" + (
    "\n".join(f"  {{{name}}}{'':<{10 - len(name)}} {what}" for name, what in PLACEHOLDERS.items())
)


@click.command(epilog=_PLACEHOLDERS)
@click.argument("name", required=False, shell_complete=suggested("canned"))
@message_option
@click.option(
    "--team",
    metavar="T",
    default="",
    help="A team's own; everybody's without it.",
    shell_complete=suggested("teams"),
)
@click.option("--drop", is_flag=True, help="Drop the text NAME.")
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def canned(
    session: Session,
    name: str | None,
    message: str | None,
    team: str,
    drop: bool,
    as_json: bool,
    plain: bool,
) -> None:
    """List the canned texts, print the one called NAME, or keep one with -m.

    Replies, notes and moves offer them by name.
    """
    if name is None and (message is not None or drop):
        raise BadInput("name the canned text to keep or drop")
    if drop and message is not None:
        raise BadInput("--drop and -m exclude each other; give one")
    if as_json and (drop or message is not None):
        raise BadInput("--json is for reading; give it without -m and --drop")
    desk = session.desk
    if name is None:
        _list(session, clean_line(team), as_json=as_json, plain=plain)
    elif message is not None:
        text = desk.keep_canned(session.me, name, words(message) or "", team)
        say(f"kept {_called(text)}")
    elif drop:
        desk.drop_canned(session.me, name, team)
        say(f"dropped {clean_line(name)}")
    elif as_json:
        say_json(by_name(session.looked_at.canned(name, team)))
    else:
        say_lines(session.looked_at.canned(name, team).body)


def _called(text: Canned) -> str:
    return f"{text.name} of team {text.team}" if text.team else f"{text.name}, everybody's"


def _list(session: Session, team: str, *, as_json: bool, plain: bool) -> None:
    store = session.looked_at.store
    known_team(team, store.policy())
    texts = [text for text in store.canned() if not team or text.team == team]
    if as_json:
        say_json([by_name(text) for text in texts])
        return
    for text in texts:
        say(canned_sentence(text) if plain else _row(text))
    if not texts:
        of_team = f" of team {team}" if team else ""
        tell(f"there are no canned texts{of_team}; keep one with: deskconsole canned NAME -m TEXT")


def _row(text: Canned) -> str:
    first, *more = text.body.split("\n")
    return f"{text.name:<20} {text.team or '(everybody)':<12} {first}{' …' if more else ''}"


COMMANDS = (canned,)
