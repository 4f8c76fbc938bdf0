"""Commands that act on tickets."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from deskconsole.calendar import parse_minutes
from deskconsole.cli.completion import suggested
from deskconsole.cli.many import OneOrMany, many_options, on_many
from deskconsole.cli.reading import ticket_argument
from deskconsole.cli.session import (
    TICKET,
    TICKET_OR_NONE,
    Session,
    named_status,
    pass_session,
    plain_option,
    say,
    say_json,
    words,
)
from deskconsole.errors import BadInput
from deskconsole.model import (
    NOBODY,
    Brings,
    Priority,
    Step,
    Ticket,
    ref,
)
from deskconsole.records import (
    brings_from,
    priority_of,
)

_F = TypeVar("_F", bound=Callable[..., Any])

message_option = click.option(
    "-m", "--message", metavar="TEXT", help="The words; - reads standard input."
)


engineer_option = click.option(
    "--engineer",
    metavar="E",
    help="Who starts development.",
    shell_complete=suggested("colleagues"),
)
priority_option = partial(
    click.option,
    "--priority",
    metavar="urgent|high|normal|low",
    shell_complete=suggested("priorities"),
)


def from_options(command: _F) -> _F:
    """--from and --name: whose words these are."""
    command = click.option("--name", help="The customer's name, where the desk is to learn it.")(
        command
    )
    return click.option(
        "--from",
        "sender",
        required=True,
        metavar="EMAIL",
        help="The customer's address.",
        shell_complete=suggested("reporter"),
    )(command)


def _sender(text: str, name: str | None) -> tuple[str, str | None]:
    """Address and name of `Bob <bob@example.org>` or `bob@example.org`."""
    if "<" not in text:
        return text, name
    found, _, address = text.rpartition("<")
    return address.strip().removesuffix(">"), name or found.strip(' "') or None


@click.command()
@click.argument("title")
@from_options
@message_option
@priority_option(default="normal")
@click.option(
    "--tag",
    multiple=True,
    metavar="T",
    help="May be given several times.",
    shell_complete=suggested("tags"),
)
@pass_session
def new(
    session: Session,
    title: str,
    sender: str,
    name: str | None,
    message: str | None,
    priority: str,
    tag: tuple[str, ...],
) -> None:
    """Open a ticket, and print its number."""
    email, name = _sender(sender, name)
    ticket = session.desk.open(
        session.me,
        title,
        email,
        name=name,
        message=words(message),
        priority=_priority(priority),
        tags=tag,
    )
    say(ticket.ref)


def _priority(word: str) -> Priority:
    return priority_of(word.lower())


@click.command(cls=OneOrMany)
@ticket_argument
@click.argument("slug", shell_complete=suggested("legal_statuses"))
@many_options
@message_option
@click.option(
    "--reason",
    metavar="R",
    help="The coded reason to cancel or decline.",
    shell_complete=suggested("reasons"),
)
@click.option(
    "--team",
    metavar="T",
    help="The team that a clone is for.",
    shell_complete=suggested("teams"),
)
@click.option("--title", help="The clone's own title, if it differs.")
@click.option("--tracker", metavar="REF", help="The clone's reference in an outside tracker.")
@click.option(
    "--clone",
    type=int,
    metavar="N",
    help="The clone to hand back to, or to start.",
    shell_complete=suggested("clones"),
)
@engineer_option
@click.option(
    "--kind",
    metavar="K",
    help="meeting, vendor or partner.",
    shell_complete=suggested("kinds"),
)
@click.option("--whom", metavar="W", help="Whom or what a hold waits for.")
@click.option("--until", "until_day", metavar="DATE", help="The day to review a hold.")
@click.option(
    "--duplicate-of",
    type=TICKET,
    metavar="SD-3",
    help="What a duplicate repeats.",
    shell_complete=suggested("tickets"),
)
@click.option("--for-customer", is_flag=True, help="This records the customer's own word.")
@pass_session
def move(
    session: Session,
    /,
    slug: str,
    until_day: str | None,
    query: str | None,
    yes: bool,
    number: int = 0,
    **options: Any,
) -> None:
    """Move a ticket to another status; see `deskconsole moves SD-12` for which, and what for.

    With --query, all tickets that fit it: `deskconsole move --query 'tag:vpn' declined ...`.
    """
    target = named_status(slug)
    options["message"] = words(options["message"])
    everything = {**options, "until": until_day}
    given = {name: value for name, value in everything.items() if value not in (None, False)}
    desk, me = session.desk, session.me
    if query is not None:
        brings = brings_from(given)
        on_many(
            session,
            query,
            lambda one, seen: desk.move(me, one, target, brings, seen),
            f"move to {target.title}",
            f"moved to {target.title}",
            yes=yes,
        )
        return
    # Legality comes first, before an option that cannot even be read.
    desk.refuse_illegal(me, number, target)
    ticket = desk.move(me, number, target, brings_from(given))
    _moved(ticket)


def _moved(ticket: Ticket) -> None:
    say(f"{ticket.ref} is {ticket.status.title}")


@click.command()
@ticket_argument
@from_options
@message_option
@click.option("--approve", is_flag=True, help="The message approves the work.")
@click.option("--automatic", is_flag=True, help="Out of office, bounce or delivery report.")
@pass_session
def receive(
    session: Session,
    number: int,
    sender: str,
    name: str | None,
    message: str | None,
    approve: bool,
    automatic: bool,
) -> None:
    """Take in a customer's message; the ticket moves as its status says."""
    email, name = _sender(sender, name)
    text = words(message)
    ticket = session.desk.receive(
        number,
        email,
        text or "",
        name=name,
        approve=approve,
        automatic=automatic,
        handed_in=session.me,
    )
    _moved(ticket)


@click.command()
@ticket_argument
@message_option
@pass_session
def reply(session: Session, number: int, message: str | None) -> None:
    """Write to the customer."""
    ticket = session.desk.reply(session.me, number, words(message) or "")
    say(f"replied on {ticket.ref}")


@click.command()
@ticket_argument
@message_option
@click.option("--spent", "time", metavar="'1h 30m'", help="The time that it took.")
@pass_session
def note(session: Session, number: int, message: str | None, time: str | None) -> None:
    """Write an internal note."""
    minutes = parse_minutes(time) if time is not None else None
    ticket = session.desk.note(session.me, number, words(message) or "", minutes)
    say(f"noted on {ticket.ref}")


@click.command(cls=OneOrMany)
@ticket_argument
@click.argument("name", shell_complete=suggested("assignees"))
@many_options
@pass_session
def assign(session: Session, name: str, query: str | None, yes: bool, number: int = 0) -> None:
    """Hand a ticket to NAME, or to `nobody`; with --query, all tickets that fit it."""
    me = session.me
    desk = session.desk
    if query is not None:
        on_many(
            session,
            query,
            lambda one, seen: desk.assign(me, one, name, seen),
            f"be assigned to {name}",
            f"assigned to {name}",
            yes=yes,
        )
        return
    _assigned(desk.assign(me, number, name))


@click.command()
@ticket_argument
@pass_session
def take(session: Session, number: int) -> None:
    """Assign a ticket to yourself."""
    _assigned(session.desk.take(session.me, number))


def _assigned(ticket: Ticket) -> None:
    say(f"{ticket.ref} is {ticket.assignee.name if ticket.assignee else 'nobody'}'s")


@click.command()
@ticket_argument
@click.option("--title", metavar="TEXT")
@priority_option()
@click.option(
    "--tag",
    multiple=True,
    metavar="T",
    help="Add a tag; may be given several times.",
    shell_complete=suggested("tags"),
)
@click.option(
    "--untag",
    multiple=True,
    metavar="T",
    help="Take a tag off.",
    shell_complete=suggested("tags_of_ticket"),
)
@click.option(
    "--follows",
    type=TICKET_OR_NONE,
    metavar="SD-2|none",
    help="What it came out of.",
    shell_complete=suggested("tickets"),
)
@click.option(
    "--duplicate-of",
    type=TICKET_OR_NONE,
    metavar="SD-3|none",
    help="What it repeats.",
    shell_complete=suggested("tickets"),
)
@pass_session
def edit(
    session: Session,
    number: int,
    title: str | None,
    priority: str | None,
    tag: tuple[str, ...],
    untag: tuple[str, ...],
    follows: int | None,
    duplicate_of: int | None,
) -> None:
    """Change a ticket's title, priority, tags or related tickets."""
    ticket = session.desk.edit(
        session.me,
        number,
        title=title,
        priority=_priority(priority) if priority is not None else None,
        tag=tag,
        untag=untag,
        follows=follows,
        duplicate_of=duplicate_of,
    )
    say(f"edited {ticket.ref}")


@click.command()
@ticket_argument
@click.argument("kind", metavar="start|shelve|done|drop", shell_complete=suggested("steps"))
@click.option(
    "--clone",
    "clone_number",
    type=int,
    metavar="N",
    help="Which clone of the ticket.",
    shell_complete=suggested("clones"),
)
@click.option(
    "--tracker",
    metavar="REF",
    help="The clone that follows REF: the tracker's word.",
    shell_complete=suggested("trackers"),
)
@engineer_option
@message_option
@pass_session
def clone(
    session: Session,
    number: int,
    kind: str,
    clone_number: int | None,
    tracker: str | None,
    engineer: str | None,
    message: str | None,
) -> None:
    """Take a clone a step further; the ticket's status follows its clones."""
    if kind not in list(Step):
        raise BadInput(f"{kind!r} is no step of a clone; there are {', '.join(Step)}")
    brings = Brings(message=words(message), clone=clone_number, tracker=tracker, engineer=engineer)
    ticket = session.desk.step(session.me, number, Step(kind), brings)
    states = ", ".join(f"clone {one.number} {one.state.value}" for one in ticket.clones)
    say(f"{ticket.ref} is {ticket.status.title}: {states}")


@click.command("watchers")
@ticket_argument
@click.option(
    "--add",
    is_flag=False,
    flag_value="",
    metavar="[NAME]",
    help="Let NAME, or you, watch it.",
    shell_complete=suggested("staff"),
)
@click.option(
    "--remove",
    is_flag=False,
    flag_value="",
    metavar="[NAME]",
    help="Let NAME, or you, watch it no more.",
    shell_complete=suggested("staff"),
)
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def list_watchers(
    session: Session, number: int, add: str | None, remove: str | None, as_json: bool, plain: bool
) -> None:
    """Show who watches a ticket, or change it: they are told first of what happens to it."""
    desk = session.desk
    if add is not None:
        desk.watch(session.me, number, add or None)
    if remove is not None:
        desk.unwatch(session.me, number, remove or None)
    names = [person.name for person in session.looked_at.dossier(session.me, number).watchers]
    if as_json:
        say_json(names)
    elif plain:
        say(f"{ref(number)} is watched by {', '.join(names) or NOBODY}.")
    else:
        for name in names:
            say(name)


COMMANDS = (
    new,
    move,
    receive,
    reply,
    note,
    assign,
    take,
    edit,
    clone,
    list_watchers,
)
