"""What every command shares: the desk it speaks to, who speaks, and how it says things."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deskconsole.calendar import today, utc_now
from deskconsole.errors import BadInput
from deskconsole.frozen import changed
from deskconsole.text import clean_line, clean_text, inert

if TYPE_CHECKING:
    from deskconsole.desk.desk import Desk
    from deskconsole.glance.sight import Sight
    from deskconsole.model import Actor, Status
    from deskconsole.query import Query
    from deskconsole.store.find import Condition
    from deskconsole.taste import Taste


class Session:
    """The global options, and the desk opened on first use and closed at the end.

    Where it is `restricted`, whoever acts is not the user that the process runs as.
    """

    def __init__(
        self,
        url: str | None,
        login: str | None,
        keep: Callable[[AbstractContextManager[Any]], Any],
        ascii: bool = False,
        mouse: bool = True,
        sight: "Sight | None" = None,
        restricted: bool = False,
        key: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.url = url
        self.login = login
        self.keep = keep
        self.ascii = ascii
        self.mouse = mouse
        self.sight = sight
        self.restricted = restricted
        self.key = key  # that they came in by
        self.clock = clock
        self.looks = False  # the desk is opened so that it cannot be written
        self._desk: Desk | None = None

    @property
    def desk(self) -> "Desk":
        """The desk, opened now if it was not; StoreDown if it cannot be."""
        if self._desk is None:
            from contextlib import closing

            from deskconsole.desk.desk import Desk
            from deskconsole.store.store import look_store, open_store

            opened = look_store if self.looks else open_store
            store = opened(self.url or default_desk(make=not self.looks))
            self.keep(closing(store))
            self._desk = Desk(store, self.clock)
        return self._desk

    @property
    def taste(self) -> "Taste":
        """The person's taste, from their file and the options given now.

        Where it is `restricted`, the file is somebody else's.
        """
        from deskconsole.taste import NO_TASTE, read_taste, taste_file

        taste = NO_TASTE if self.restricted else read_taste(taste_file())
        return changed(taste, ascii=taste.ascii or self.ascii, mouse=taste.mouse and self.mouse)

    @property
    def me(self) -> "Actor":
        """Who acts: the login given, or that of the operating system."""
        return self.desk.enter(self.name)

    @property
    def me_elsewhere(self) -> "Actor":
        """Who acts, in the role that they have where more than looking is possible."""
        me = self.me
        return (self.desk.known(self.name) or me) if self.restricted else me

    @property
    def looked_at(self) -> "Desk":
        """The desk, for a command that reads all of it; Refused for who may not."""
        from deskconsole.lifecycle.access import Right

        self.desk.may(self.me, Right.LOOK)
        return self.desk

    def fits(self, query: str, more: "Query" = ()) -> "tuple[Query, Condition | None]":
        """The terms of a query and `more`, and the condition that they are for whoever acts."""
        from deskconsole.query import parse
        from deskconsole.store.find import condition

        store = self.looked_at.store
        now, zone = self.clock(), store.policy().timezone
        terms = parse(query, today(now, zone)) + more
        return terms, condition(store, terms, store.member(self.name), now, zone)

    @property
    def name(self) -> str:
        """The login name that acts."""
        if self.login:
            return self.login
        import getpass

        try:
            return getpass.getuser()
        except (OSError, KeyError):
            raise BadInput("this user has no login name; say who you are with --as") from None


def default_desk(*, make: bool = True) -> str:
    """The desk in the user's data folder, which with `make` is made if it is not there."""
    from platformdirs import user_data_path

    try:
        folder = user_data_path("deskconsole", appauthor=False, ensure_exists=make)
    except OSError as error:
        raise BadInput(f"the data folder cannot be made ({error.strerror}); use --desk") from None
    return str(folder / "desk.db")


pass_session = click.make_pass_decorator(Session)

# The forms in which a command may be asked to answer; at most one at a time.
_FORMS = {
    "as_json": "--json",
    "as_csv": "--csv",
    "markdown": "--markdown",
    "short": "--summary",
    "plain": "--plain",
}


def plain_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--plain, as `plain`, for a command that shows something; it excludes the other forms.

    DESKCONSOLE_PLAIN asks for it too, and yields to a form that was asked for by name.
    """

    @wraps(command)
    def shown(*arguments: Any, **options: Any) -> Any:
        asked = [option for name, option in _FORMS.items() if options.get(name)]
        if len(asked) > 1:
            raise BadInput(f"{', '.join(asked[:-1])} and {asked[-1]} exclude each other; give one")
        if not asked:
            options["plain"] = os.environ.get("DESKCONSOLE_PLAIN", "0") not in ("", "0")
        return command(*arguments, **options)

    return click.option(
        "--plain",
        is_flag=True,
        help="In plain sentences, for a screen reader; always so with DESKCONSOLE_PLAIN=1.",
    )(shown)


class TicketNumber(click.ParamType[int]):
    """`SD-12` or `12`."""

    name = "ticket"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        digits = str(value).strip().upper().removeprefix("SD-").lstrip("0")
        if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:12]) < 2**31):
            raise BadInput(f"{clean_line(str(value))!r} is not a ticket; name it SD-12 or 12")
        return int(digits)


class FileName(click.Path):
    """A file, maybe `-`; no URL, whose password nothing may repeat."""

    def __init__(self, *, allow_dash: bool = False) -> None:
        super().__init__(path_type=Path, allow_dash=allow_dash)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if "://" in str(value):
            raise BadInput("FILE is a file's name; a URL goes to --desk")
        if str(value) == "-" and not self.allow_dash:
            raise BadInput("FILE is a file's name, here never -; name a file")
        return super().convert(value, param, ctx)


TICKET = TicketNumber()


class TicketOrNone(TicketNumber):
    """A ticket, or `none`, which is 0."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return 0 if value == "none" else super().convert(value, param, ctx)


TICKET_OR_NONE = TicketOrNone()


def named_status(text: str) -> "Status":
    """The status of a slug or of its letter."""
    from deskconsole.model import Status
    from deskconsole.records import status_of

    return next((status for status in Status if text == status.letter), None) or status_of(text)


def words(value: str | None) -> str | None:
    """What `-m` was given; `-` reads standard input."""
    if value == "-":
        return sys.stdin.buffer.read().decode(errors="replace")
    return value


def say(text: str = "") -> None:
    """A line or more of plain text to standard output, inert."""
    click.echo("\n".join(inert(line) if line.strip() else "" for line in text.split("\n")))


def say_lines(text: str, indent: str = "") -> None:
    """A message to standard output, its own line breaks kept."""
    for line in clean_text(text).split("\n"):
        click.echo(f"{indent}{_kept(line)}".rstrip())


def _kept(line: str) -> str:
    body = line.lstrip(" ")
    return " " * (len(line) - len(body)) + inert(body)


def tell(text: str) -> None:
    """A line to standard error, inert."""
    click.echo(inert(text), err=True)


def say_json(value: Any) -> None:
    """A JSON document to standard output, text in its own letters."""
    own_letters = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    json.dump(value, sys.stdout, ensure_ascii=not own_letters, indent=2)
    sys.stdout.write("\n")
