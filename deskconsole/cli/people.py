"""Who works on the desk: their roles, and the keys that let them in over SSH."""

import sys
from pathlib import Path

import click

from deskconsole.cli.completion import suggested
from deskconsole.cli.plain import person_sentence
from deskconsole.cli.session import Session, pass_session, plain_option, say, say_json
from deskconsole.desk.household import GIVEN
from deskconsole.errors import BadInput, NotFound
from deskconsole.model import Person, PublicKey, Role
from deskconsole.text import clean_line

_LONGEST = 20_000  # bytes of a public key's file that are read


class People(click.Group):
    """A group whose arguments are those of `roles` unless they begin with another command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in that is meant."""
        helps = ctx.help_option_names
        if not args or args[0] not in (*self.commands, *helps):
            args = ["roles", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What may be typed, `roles` left out."""
        formatter.write_usage(ctx.command_path, "[NAME [ROLE]] [--json|--plain]")
        for name in ("add-key", "remove-key"):
            command = self.commands[name]
            pieces = command.collect_usage_pieces(ctx)[1:]  # without [OPTIONS]: it has none
            formatter.write_usage(f"{ctx.command_path} {name}", " ".join(pieces))


@click.group(cls=People)
def people() -> None:
    """Show who works on this desk, or give NAME a ROLE; who has none has left.

    \b
    viewer      sees everything, changes nothing
    technician  works on tickets
    engineer    works on clones
    lead        a technician who settles policy and people
    none        left: may do nothing any more, and keeps their name in what was
    """


@people.command(hidden=True)
@click.argument("name", required=False, shell_complete=suggested("staff"))
@click.argument("role", required=False, shell_complete=suggested("roles"))
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def roles(session: Session, name: str | None, role: str | None, as_json: bool, plain: bool) -> None:
    """Show who works on this desk, or give NAME a ROLE."""
    name = clean_line(name) if name is not None else None
    if name is not None and role is not None:
        if role not in list(Role):
            raise BadInput(f"{role!r} is no role; there are {', '.join(GIVEN)}")
        session.desk.set_role(session.me, name, Role(role))
    desk = session.looked_at
    found = [one for one in desk.store.staff() if name is None or one.name == name]
    if name is not None and not found:
        raise NotFound(f"nobody who works on this desk is called {name!r}")
    keys = desk.public_keys()
    if as_json:
        say_json([_json(person, keys) for person in found])
        return
    for person in found:
        mine = [key for owner, key in keys if owner == person]
        if plain:
            lets = f" Let in by {len(mine)} SSH key{'s' * (len(mine) != 1)}." if mine else ""
            say(f"{person_sentence(person)}{lets}")
        else:
            say(f"{person.name:<20} {person.role.value}")
        if name is not None:
            for key in mine:
                say(f"  {key_words(key)}")


def _json(person: Person, keys: list[tuple[Person, PublicKey]]) -> dict[str, object]:
    mine = [
        {"fingerprint": key.fingerprint, "kind": key.kind, "comment": key.comment}
        for owner, key in keys
        if owner == person
    ]
    return {"name": person.name, "role": person.role.value, "keys": mine}


def key_words(key: PublicKey) -> str:
    """A key on one line, as `ssh-keygen -l` names it."""
    return f"{key.fingerprint} {key.comment}".rstrip()


@people.command()
@click.argument("name", shell_complete=suggested("staff"))
@click.argument("key", metavar="FILE|KEY|-", shell_complete=suggested("files"))
@pass_session
def add_key(session: Session, name: str, key: str) -> None:
    """Let NAME in over SSH by a public key: a .pub file, its line, or `-` for standard input."""
    added = session.desk.add_key(session.me, name, _key_text(key))
    say(f"{name} is let in by {key_words(added)}")


def _key_text(given: str) -> str:
    """What a key was given as; a file is told from a line by the blank that every line has."""
    try:
        if given == "-":
            return sys.stdin.buffer.read(_LONGEST).decode(errors="replace")
        if " " in given.strip() and not _is_file(given):
            return given
        with Path(given).expanduser().open("rb") as file:
            return file.read(_LONGEST).decode(errors="replace")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file has such a name"
        raise BadInput(f"the key in {given} cannot be read: {why}") from None


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except OSError:  # longer than the name of a file can be
        return False


@people.command()
@click.argument("name", shell_complete=suggested("staff"))
@click.argument("which", metavar="[FINGERPRINT|COMMENT]", required=False)
@pass_session
def remove_key(session: Session, name: str, which: str | None) -> None:
    """Let NAME in by a key no more; who is in already stays until they leave."""
    removed = session.desk.remove_key(session.me, name, which)
    say(f"{name} is let in no more by {key_words(removed)}")


COMMANDS = (people,)
