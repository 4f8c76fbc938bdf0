"""The desk over SSH: the lines that let people in, and what they can do once they are.

sshd runs one command for a person's key: this program, `--restricted`, under that person's name.
Whatever the person asked to be run instead is in SSH_ORIGINAL_COMMAND, and comes here.
"""

import os
import re
import shlex
import sys
from collections.abc import MutableMapping
from contextlib import closing
from pathlib import Path
from shutil import which

import click

from deskconsole.cli.screen import open_console, open_watch
from deskconsole.cli.session import Session, default_desk, pass_session
from deskconsole.errors import BadInput, NotFound, Refused
from deskconsole.lifecycle.access import KEY_GONE, STAFF
from deskconsole.terms import Role

ASKED_FOR = "SSH_ORIGINAL_COMMAND"
# Commands that only read the desk, and no file: what may be asked for, or stand in the line.
READING = ("guide", "history", "list", "moves", "report", "show", "watch")
_KEPT = frozenset(
    {
        *("HOME", "PATH", "USER", "LOGNAME", "SHELL", "TMPDIR"),
        *("TERM", "COLORTERM", "NO_COLOR", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", ASKED_FOR),
    }
)
_LANGUAGE = re.compile(r"[A-Za-z0-9_.@:-]*")
_ZONE = re.compile(r"[A-Za-z0-9_+,-]+(?:/[A-Za-z0-9_+-]+)*")


def clear_environment(environment: MutableMapping[str, str]) -> None:
    """Leave only what says where somebody comes from and what their terminal can do.

    sshd may be set to take other variables from them: those that name desks, folders, editors
    and debugging files are not theirs to choose, nor is a language or a zone that is a file.
    """
    for name, value in [*environment.items()]:
        if name in ("LANG", "LANGUAGE", "TZ") or name.startswith("LC_"):
            kept = (_ZONE if name == "TZ" else _LANGUAGE).fullmatch(value) is not None
        else:
            kept = name in _KEPT
        if not kept:
            del environment[name]


def come_in(context: click.Context, session: Session) -> None:
    """Open what the person's role opens, or run the reading command that they asked for."""
    role = admit(session)
    words = _words(os.environ.get(ASKED_FOR, ""))
    if not words:
        if role in STAFF:
            open_console(session)
        else:
            open_watch(session, None)
        return
    session.looks = True
    name, *rest = words
    refuse_writing(name)
    group = context.command
    command = group.get_command(context, name) if isinstance(group, click.Group) else None
    assert command is not None  # those that read are all there
    with command.make_context(name, rest, parent=context) as asked_for:
        command.invoke(asked_for)


def refuse_writing(command: str) -> None:
    """Refused unless a command may be asked for over SSH."""
    if command not in READING:
        there = f"{', '.join(READING[:-1])} and {READING[-1]}"
        raise Refused(f"{command!r} cannot be asked for over this connection, only {there}")


def _words(asked: str) -> list[str]:
    """The words of a command as a shell would take them apart, with or without our own name."""
    try:
        words = shlex.split(asked)
    except ValueError:
        raise BadInput("a quote is missing in the command; close it") from None
    return words[1:] if words[:1] == ["deskconsole"] else words


def admit(session: Session) -> Role:
    """The role of whoever comes in; NotFound for somebody who is nobody here.

    Nobody becomes the lead of a new desk by coming in. Refused where the key that let them in was
    removed since: sshd asks for it once for a connection, on which there may be many sessions.
    """
    from deskconsole.desk.desk import Desk
    from deskconsole.store.store import look_store

    with closing(look_store(session.url or default_desk(make=False))) as store:
        desk = Desk(store, session.clock)
        known = desk.known(session.name)
        if known is None:
            raise NotFound(f"{session.name} does not work at this desk; ask a lead for a role")
        here = known.role is not Role.NONE  # else that is what they are told
        if here and session.key is not None and not desk.lets_in(known, session.key):
            raise Refused(KEY_GONE)
    return known.role


@click.command()
@click.argument("fingerprint", required=False)
@pass_session
def ssh_keys(session: Session, fingerprint: str | None) -> None:
    """Print the lines of authorized_keys that let people in, one for each of their keys.

    For a file, or for sshd to ask (AuthorizedKeysCommand, with %f as FINGERPRINT). Each key opens
    the desk under its owner's name and nothing else: leads, technicians and engineers the
    console, viewers the board to look at.
    """
    from deskconsole.public_keys import authorized_line

    session.looks = True
    url = _address(session.url or default_desk(make=False))
    for person, key in session.desk.public_keys(fingerprint):
        command = [*_program(), "--desk", url, "--as", person.name, "--restricted"]
        command += ["--key", key.fingerprint]
        click.echo(authorized_line(key, command))


def _address(url: str) -> str:
    """The desk as another process finds it, from any folder; BadInput where that tells a secret."""
    from deskconsole.store.store import desk_file, store_name

    file = desk_file(url)
    if file is not None:
        return str(file)
    from urllib.parse import parse_qs, urlsplit

    parts = urlsplit(url)
    if parts.password or {"password", "sslpassword"} & parse_qs(parts.query).keys():
        raise BadInput(
            f"the password of {store_name(url)} would stand in every line; keep it in ~/.pgpass"
        )
    return url


def _program() -> list[str]:
    """How sshd runs this program, whose PATH may lack it."""
    name = sys.argv[0]
    if Path(name).name == "__main__.py":
        return [sys.executable, "-m", "deskconsole"]
    return [str(Path(which(name) or name).absolute())]


COMMANDS = (ssh_keys,)
