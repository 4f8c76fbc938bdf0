"""The command that lists tickets, by a query or without."""

from datetime import datetime

import click

from deskconsole.calendar import iso
from deskconsole.cli.completion import suggested
from deskconsole.cli.plain import ticket_sentences
from deskconsole.cli.session import Session, named_status, pass_session, plain_option, say, say_json
from deskconsole.errors import NotFound
from deskconsole.face.cards import promise_mark
from deskconsole.model import Order, Status, Ticket
from deskconsole.query import HELP, Field, Query, Term
from deskconsole.records import order_of, ticket_record
from deskconsole.words import age, until

QUERY_HELP = "\b\nA query is any of these, all of which have to fit:\n" + "\n".join(
    f"  {example:<26} {meaning}" for example, meaning in HELP
)


@click.command("list", epilog=QUERY_HELP)
@click.argument("query", required=False, default="")
@click.option(
    "--status",
    "slugs",
    multiple=True,
    metavar="SLUG",
    help="Only these statuses.",
    shell_complete=suggested("statuses"),
)
@click.option(
    "--assignee",
    metavar="NAME",
    help="Only this person's tickets.",
    shell_complete=suggested("staff"),
)
@click.option("--all", "everything", is_flag=True, help="Closed tickets too.")
@click.option(
    "--view",
    "view_name",
    metavar="NAME",
    help="What a saved view shows.",
    shell_complete=suggested("views"),
)
@click.option(
    "--sort",
    metavar="|".join(Order),
    help="The order [default: attention].",
    shell_complete=suggested("orders"),
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
        view = session.looked_at.view(view_name)
        query = f"{view.query} {query}".strip()
        order = order_of(sort) if sort else view.order
    statuses = [named_status(slug) for slug in slugs] or [
        status for status in Status if everything or query or not status.closed
    ]
    store = session.looked_at.store
    narrowed: Query = ()
    if assignee is not None:
        if store.member(assignee) is None:
            raise NotFound(f"nobody on this desk is called {assignee!r}")
        narrowed = (Term(Field.ASSIGNEE, assignee),)
    now = session.clock()
    found = store.listing(statuses, session.fits(query, narrowed)[1], order)
    if as_json:
        say_json([_record(ticket) for ticket in found])
        return
    ticket = None
    for ticket in found:
        say(ticket_sentences(ticket, now) if plain else _row(ticket, now))
    if plain and ticket is None:
        say("No tickets.")


def _record(ticket: Ticket) -> dict[str, object]:
    due = ticket.promised_at
    return {**ticket_record(ticket), "promised_at": iso(due) if due else None}


def _row(ticket: Ticket, now: datetime) -> str:
    marks = []
    if ticket.replied_at:
        marks.append("customer replied")
    if ticket.deadline:
        left = until(ticket.deadline, now)
        marks.append(left if left == "overdue" else f"closes in {left}")
    if ticket.promised_at:
        marks.append(promise_mark(ticket.promised_at, now)[0])
    who = ticket.assignee.name if ticket.assignee else "-"
    extra = f"  ({', '.join(marks)})" if marks else ""
    return (
        f"{ticket.ref:<9} {ticket.status.letter} {ticket.status.title:<29} "
        f"{ticket.priority.word:<6} {age(ticket.entered_at, now):>4}  {who:<12} "
        f"{ticket.title}{extra}"
    )


COMMANDS = (list_tickets,)
