"""Commands that look after a desk as a whole: backup, restore, move-desk."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from deskconsole.calendar import iso
from deskconsole.cli.plain import moment, sentence
from deskconsole.cli.session import (
    FileName,
    Session,
    default_desk,
    pass_session,
    plain_option,
    say,
    say_json,
)
from deskconsole.store.copying import Progress
from deskconsole.store.files import Holding
from deskconsole.words import plural


@click.command()
@click.argument("file", type=FileName())
@click.option("--replace", is_flag=True, help="Replace FILE if it is there.")
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def backup(session: Session, file: Path, replace: bool, as_json: bool, plain: bool) -> None:
    """Keep the desk as it is at this moment in FILE, a desk of its own, while others go on writing.

    FILE is checked before it takes its name; nothing else is ever left of a backup that failed.
    """
    from deskconsole.care import keeping

    with progress_line() as progress:
        held = keeping.keep(session.desk, session.name, file.absolute(), progress, replace=replace)
    _show(f"{file} holds", held, as_json, plain, file=str(file))


@click.command()
@click.argument("file", type=FileName())
@click.option("--replace", is_flag=True, help="Also where the desk has been worked on.")
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def restore(session: Session, file: Path, replace: bool, as_json: bool, plain: bool) -> None:
    """Put the backup FILE in place of the desk, all of it or nothing.

    A desk that has been worked on is kept in a backup beside it first; the file of a damaged one
    is moved aside. Consoles that are open show the restored desk from then on.
    """
    from deskconsole.care import keeping

    url = session.url or default_desk()
    with progress_line() as progress:
        done = keeping.restore(
            url, file.absolute(), session.name, session.clock(), progress, replace=replace
        )
    places = {"kept": done.kept, "aside": done.aside}
    named = {name: str(place) for name, place in places.items() if place}
    _show("the desk holds", done.held, as_json, plain, **named)
    if not as_json and done.kept:
        say(_end(f"what it held before is kept in {done.kept}", plain=plain))
    if not as_json and done.aside:
        say(_end(f"the damaged file is {done.aside}", plain=plain))


@click.command("move-desk")
@click.argument("target", metavar="PATH-or-URL")
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def move_desk(session: Session, target: str, as_json: bool, plain: bool) -> None:
    """Move the desk to a new place, with every number, event and message.

    Nobody can write while it moves. The old desk stays where it is, but takes nothing more: every
    console and command on it says where the desk is now.
    """
    from deskconsole.care import keeping

    with progress_line() as progress:
        place, held = keeping.move(session.desk, session.name, target, progress)
    _show(f"{place} holds", held, as_json, plain, place=place)
    if not as_json:
        say(_end(f"use it with --desk {place}, or set DESKCONSOLE_DESK", plain=plain))


def _show(begins: str, held: Holding, as_json: bool, plain: bool, **places: str) -> None:
    if as_json:
        upto = iso(held.upto) if held.upto else None
        counts = {"tickets": held.tickets, "events": held.events, "last_event": held.last_event}
        say_json({**places, **counts, "upto": upto})
        return
    what = f"{begins} {plural(held.tickets, 'ticket')} and {plural(held.events, 'event')}"
    if held.upto is None:
        when = ""
    elif plain:
        when = f", up to {moment(held.upto)}"
    else:
        when = f", up to {held.upto.astimezone():%Y-%m-%d %H:%M %Z}"
    say(_end(f"{what}{when}", plain=plain))


def _end(text: str, *, plain: bool) -> str:
    return sentence(text) if plain else text


@contextmanager
def progress_line() -> Iterator[Progress]:
    """Tells on standard error how far something is, where that is a terminal; "" clears it."""
    stream = sys.stderr
    shown = ""

    def progress(doing: str, done: int, of: int) -> None:
        nonlocal shown
        line = f"{doing} {100 * done // max(of, 1)} %" if doing else ""
        if stream.isatty() and line != shown:
            stream.write(f"\r\x1b[K{line}")
            stream.flush()
            shown = line

    try:
        yield progress
    finally:
        if shown:
            stream.write("\r\x1b[K")
            stream.flush()


COMMANDS: tuple[Any, ...] = (backup, restore, move_desk)
