"""Commands on tickets."""

from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from functools import partial
from typing import Any, TypeVar

import click

from deskconsole.cli import completion
from deskconsole.cli.many import OneOrMany, many_options, on_many
from deskconsole.cli.plain import choice_lines, ticket_lines, ticket_sentences
from deskconsole.cli.session import (
    TICKET,
    Session,
    pass_session,
    plain_option,
    say,
    say_json,
    say_lines,
    tell,
    words,
)
from deskconsole.errors import BadInput, NotFound
from deskconsole.lifecycle.gate import Choice
from deskconsole.lifecycle.guide import TECHNICIAN
from deskconsole.lifecycle.table import brought_words
from deskconsole.model import Brings, Event, Order, Priority, Status, Step, Ticket
from deskconsole.query import HELP
from deskconsole.records import (
    brings_from,
    full_record,
    order_of,
    priority_of,
    status_of,
    ticket_record,
)
from deskconsole.words import age, until

_F = TypeVar("_F", bound=Callable[..., Any])

QUERY_HELP = "\b\nA query is any of these, all of which have to fit:\n" + "\n".join(
    f"  {example:<26} {meaning}" for example, meaning in HELP
)

ticket_argument = click.argument(
    "number", metavar="SD-12", type=TICKET, shell_complete=completion.tickets
)
message_option = click.option(
    "-m", "--message", metavar="TEXT", help="The words; - reads standard input."
)


engineer_option = click.option(
    "--engineer", metavar="E", help="Who starts development.", shell_complete=completion.staff
)
priority_option = partial(
    click.option,
    "--priority",
    metavar="urgent|high|normal|low",
    shell_complete=completion.priorities,
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
        shell_complete=completion.reporter,
    )(command)


def _sender(text: str, name: str | None) -> tuple[str, str | None]:
    """Address and name of `Bob <bob@example.org>` or `bob@example.org`."""
    if "<" not in text:
        return text, name
    found, address = parseaddr(text)
    return address or text, name or found or None


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
    shell_complete=completion.tags,
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


@click.command("list", epilog=QUERY_HELP)
@click.argument("query", required=False, default="")
@click.option(
    "--status",
    "slugs",
    multiple=True,
    metavar="SLUG",
    help="Only these statuses.",
    shell_complete=completion.statuses,
)
@click.option(
    "--assignee",
    metavar="NAME",
    help="Only this person's tickets.",
    shell_complete=completion.staff,
)
@click.option("--all", "everything", is_flag=True, help="Closed tickets too.")
@click.option(
    "--view",
    "view_name",
    metavar="NAME",
    help="What a saved view shows.",
    shell_complete=completion.views,
)
@click.option(
    "--sort",
    metavar="|".join(Order),
    help="The order [default: attention].",
    shell_complete=completion.orders,
)
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def list_tickets(
    session: Session,
    query: str,
    slugs: tuple[str, ...],
    assignee: str | None,
    everything: bool,
    view_name: str | None,
    sort: str | None,
    as_json: bool,
    plain: bool,
) -> None:
    """List tickets by status, those first that want attention most.

    Without a QUERY, the open ones; a QUERY reaches closed tickets too.
    """
    order = order_of(sort) if sort else Order.ATTENTION
    if view_name is not None:
        view = session.desk.view(view_name)
        query = f"{view.query} {query}".strip()
        order = order_of(sort) if sort else view.order
    statuses = [status_of(slug) for slug in slugs] or [
        status for status in Status if everything or query or not status.closed
    ]
    store = session.desk.store
    person = None
    if assignee is not None:
        person = store.member(assignee)
        if person is None:
            raise NotFound(f"nobody on this desk is called {assignee!r}")
    now = session.clock()
    found = store.listing(statuses, person, session.fits(query)[1], order)
    if as_json:
        say_json([ticket_record(ticket) for ticket in found])
        return
    ticket = None
    for ticket in found:
        say(ticket_sentences(ticket, now) if plain else _row(ticket, now))
    if plain and ticket is None:
        say("No tickets.")


def _row(ticket: Ticket, now: datetime) -> str:
    marks = []
    if ticket.replied_at:
        marks.append("customer replied")
    if ticket.deadline:
        left = until(ticket.deadline, now)
        marks.append(left if left == "overdue" else f"closes in {left}")
    who = ticket.assignee.name if ticket.assignee else "-"
    extra = f"  ({', '.join(marks)})" if marks else ""
    return (
        f"{ticket.ref:<9} {ticket.status.letter} {ticket.status.title:<29} "
        f"{ticket.priority.word:<6} {age(ticket.entered_at, now):>4}  {who:<12} "
        f"{ticket.title}{extra}"
    )


@click.command()
@ticket_argument
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def show(session: Session, number: int, as_json: bool, plain: bool) -> None:
    """Show a ticket: its fields, clones and timeline."""
    store = session.desk.store
    with store.reading():
        ticket, events = store.ticket(number), store.timeline(number)
    if as_json:
        say_json(full_record(ticket, events))
        return
    now = session.clock()
    if plain:
        say("\n".join(ticket_lines(ticket, dict(_facts(ticket, now)), events, now)))
        return
    say(f"{ticket.ref}  {ticket.title}")
    page = TECHNICIAN[ticket.status]
    say(f"{ticket.status.title}, for {age(ticket.entered_at, now)}: {page.what}")
    say(f"Next: {page.next}")
    say()
    for label, value in _facts(ticket, now):
        say(f"{label:<11} {value}")
    if ticket.clones:
        say("\nClones")
    for clone in ticket.clones:
        who = f", {clone.engineer}" if clone.engineer else ""
        tracker = f", follows {clone.tracker}" if clone.tracker else ""
        say(f"  {clone.number}  {clone.team}: {clone.state.value}{who}{tracker}  {clone.title}")
    say("\nTimeline")
    for event in events:
        _say_event(event)


def _facts(ticket: Ticket, now: datetime) -> list[tuple[str, str]]:
    reporter = ticket.reporter
    named = f"{reporter.name} <{reporter.email}>" if reporter.email != reporter.name else None
    facts = [
        ("Reporter", named or reporter.name),
        ("Priority", ticket.priority.word),
        ("Assignee", ticket.assignee.name if ticket.assignee else "nobody"),
        ("Opened", _time(ticket.opened_at)),
    ]
    if ticket.tags:
        facts.append(("Tags", " ".join(ticket.tags)))
    if ticket.deadline:
        facts.append(("Closes", f"{_time(ticket.deadline)} ({until(ticket.deadline, now)})"))
    if ticket.hold:
        review = f", review on {ticket.hold.until}" if ticket.hold.until else ""
        facts.append(("Awaits", f"{ticket.hold.kind.value} {ticket.hold.whom}{review}"))
    if ticket.resume_to:
        facts.append(("Resumes to", ticket.resume_to.title))
    if ticket.reason:
        facts.append(("Reason", ticket.reason))
    if ticket.reopened:
        facts.append(("Reopened", f"{ticket.reopened}x"))
    if ticket.replied_at:
        facts.append(("Replied", f"the customer wrote on {_time(ticket.replied_at)}"))
    if ticket.follows:
        facts.append(("Follows", f"SD-{ticket.follows}"))
    return facts


def _time(instant: datetime) -> str:
    return instant.astimezone().strftime("%Y-%m-%d %H:%M")


def _say_event(event: Event) -> None:
    from deskconsole.desk.news import deed, who

    say(f"  {_time(event.at)}  {who(event)} {deed(event, 'it')}")
    if event.brings.message:
        if not event.public:
            say("      [internal note]")
        say_lines(event.brings.message, indent="      ")


@click.command()
@ticket_argument
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def moves(session: Session, number: int, as_json: bool, plain: bool) -> None:
    """Show all nine statuses: whether SD-12 can go there, what that needs, or why not."""
    me = session.me
    ticket = session.desk.store.ticket(number)
    choices = session.desk.choices(me, ticket)
    if as_json:
        say_json([_choice_record(choice) for choice in choices])
        return
    if plain:
        say("\n".join(choice_lines(ticket, choices)))
        return
    for choice in choices:
        mark = "yes" if choice.legal else "no "
        say(f"{choice.target.letter} {choice.target.title:<29} {mark}  {_verdict(choice)}")


def _verdict(choice: Choice) -> str:
    if choice.refusal is not None or choice.rule is None:
        return str(choice.refusal)
    return f"{choice.rule.verb.value}: {brought_words(choice.rule).replace('`', '')}"


def _choice_record(choice: Choice) -> dict[str, Any]:
    rule = choice.rule if choice.legal else None
    return {
        "status": choice.target.slug,
        "legal": choice.legal,
        "verb": rule.verb.value if rule else None,
        "needs": list(rule.required) if rule else [],
        "one_of": list(rule.either) if rule else [],
        "takes": list(rule.takes) if rule else [],
        "reasons": list(rule.reasons) if rule else [],
        "why_not": str(choice.refusal) if choice.refusal else None,
    }


@click.command(cls=OneOrMany)
@ticket_argument
@click.argument("slug", shell_complete=completion.legal_statuses)
@many_options
@message_option
@click.option(
    "--reason",
    metavar="R",
    help="The coded reason to cancel or decline.",
    shell_complete=completion.reasons,
)
@click.option(
    "--team",
    metavar="T",
    help="The team that a clone is for.",
    shell_complete=completion.teams,
)
@click.option("--title", help="The clone's own title, if it differs.")
@click.option("--tracker", metavar="REF", help="The clone's reference in an outside tracker.")
@click.option(
    "--clone",
    type=int,
    metavar="N",
    help="The clone to hand back to, or to start.",
    shell_complete=completion.clones,
)
@engineer_option
@click.option(
    "--kind",
    metavar="K",
    help="meeting, vendor or partner.",
    shell_complete=completion.kinds,
)
@click.option("--whom", metavar="W", help="Whom or what a hold waits for.")
@click.option("--until", "until_day", metavar="DATE", help="The day to review a hold.")
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
    target = status_of(slug)
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
        number, email, text or "", name=name, approve=approve, automatic=automatic
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
@pass_session
def note(session: Session, number: int, message: str | None) -> None:
    """Write an internal note."""
    ticket = session.desk.note(session.me, number, words(message) or "")
    say(f"noted on {ticket.ref}")


@click.command(cls=OneOrMany)
@ticket_argument
@click.argument("name", shell_complete=completion.assignees)
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
    known = {person.name for person in session.desk.store.staff()}
    ticket = session.desk.assign(me, number, name)
    _assigned(ticket)
    if ticket.assignee and ticket.assignee.name not in known:
        tell(f"{ticket.assignee.name} is new on this desk, as {ticket.assignee.role.value}")


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
    shell_complete=completion.tags,
)
@click.option(
    "--untag",
    multiple=True,
    metavar="T",
    help="Take a tag off.",
    shell_complete=completion.tags_of_ticket,
)
@pass_session
def edit(
    session: Session,
    number: int,
    title: str | None,
    priority: str | None,
    tag: tuple[str, ...],
    untag: tuple[str, ...],
) -> None:
    """Change a ticket's title, priority or tags."""
    ticket = session.desk.edit(
        session.me,
        number,
        title=title,
        priority=_priority(priority) if priority is not None else None,
        tag=tag,
        untag=untag,
    )
    say(f"edited {ticket.ref}")


@click.command()
@ticket_argument
@click.argument("kind", metavar="start|shelve|done|drop", shell_complete=completion.steps)
@click.option(
    "--clone",
    "clone_number",
    type=int,
    metavar="N",
    help="Which clone of the ticket.",
    shell_complete=completion.clones,
)
@click.option(
    "--tracker",
    metavar="REF",
    help="The clone that follows REF: the tracker's word.",
    shell_complete=completion.trackers,
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


COMMANDS = (
    new,
    list_tickets,
    show,
    moves,
    move,
    receive,
    reply,
    note,
    assign,
    take,
    edit,
    clone,
)
