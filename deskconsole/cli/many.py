"""Commands on many tickets: a verdict for each, a question, one act, and one undo of all of it."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from deskconsole.cli.completion import suggested
from deskconsole.cli.session import Session, pass_session, plain_option, say, say_json, tell
from deskconsole.desk.outcome import MOST, TakenBack, named, standing, verdict, why_not
from deskconsole.errors import BadInput, NotFound, Refused
from deskconsole.model import Order, Status, Ticket, View
from deskconsole.records import order_of
from deskconsole.words import plural

_F = TypeVar("_F", bound=Callable[..., Any])
_MANY = "deskconsole.many"


class OneOrMany(click.Command):
    """A command on the ticket that is its first argument, or with --query on all that fit."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leave the ticket's argument out where a query stands for it."""
        ctx.meta[_MANY] = any(arg.split("=")[0] == "--query" for arg in args)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The parameters, without the ticket's number where there is a query."""
        params = super().get_params(ctx)
        return [p for p in params if p.name != "number"] if ctx.meta.get(_MANY) else params


def many_options(command: _F) -> _F:
    """--query and --yes: all tickets that fit, instead of one."""
    command = click.option("--yes", is_flag=True, help="With --query: do not ask.")(command)
    return click.option(
        "--query", metavar="QUERY", help="All tickets that fit, in place of SD-12; asks first."
    )(command)


def on_many(
    session: Session,
    query: str,
    verb: Callable[[int, int | None], Ticket],
    can: str,
    done: str,
    *,
    yes: bool,
) -> None:
    """Judge `verb` on all tickets that fit, ask, then do what is legal and report each.

    `can` and `done` complete "7 of 9 can ..." and "7 of 9 ...". Refused where it can be done on
    none; NotFound where no ticket fits, BadInput where too many do or the answer is no.
    """
    seen = _fitting(session, query)
    judged = session.desk.many(seen, verb, dry_run=True)
    words = verdict(judged, f"can {can}")
    legal = [one.number for one in judged if one.error is None]
    if not legal:
        errors = {str(one.error): one.error for one in judged}
        if len(errors) == 1 and judged[0].error:  # it is not about the tickets
            raise judged[0].error
        _tell_all(words[1:])
        raise Refused(f"none of {plural(len(judged), 'ticket')} can {can}")
    if not yes:
        _tell_all(words)
        _ask(f"Go on with {len(legal)}?")
    outcomes = session.desk.many({number: seen[number] for number in legal}, verb)
    refused = [one for one in judged if one.error]
    say("\n".join(verdict([*outcomes, *refused], done)))


def _fitting(session: Session, query: str) -> dict[int, int | None]:
    """The tickets that fit, each with its version."""
    desk = session.desk
    terms, fits = session.fits(query)
    if not terms:
        raise BadInput("--query is empty; say which tickets, such as --query 'tag:vpn is:open'")
    with desk.store.reading():
        numbers = desk.store.numbers(Status, session.clock(), fits, limit=MOST + 1)
        if len(numbers) > MOST:
            raise BadInput(f"more than {MOST:,} tickets fit; narrow the query down")
        tickets = desk.store.some(numbers)
    if not tickets:
        raise NotFound(f"no ticket fits {query!r}")
    return {ticket.number: ticket.version for ticket in tickets}


def _tell_all(lines: list[str]) -> None:
    for line in lines:
        tell(line)


def _ask(question: str) -> None:
    try:
        if click.confirm(question, err=True):
            return
    except click.Abort:
        tell("")
    raise BadInput("nothing was done; answer y, or give --yes")


@click.command()
@pass_session
def undo(session: Session) -> None:
    """Take your last act of the last day back, by a new event; on many tickets if it was."""
    _say_taken_back("undid", session.desk.undo(session.me))


@click.command()
@pass_session
def redo(session: Session) -> None:
    """Do again what your last undo took back."""
    _say_taken_back("redid", session.desk.redo(session.me))


def _say_taken_back(did: str, done: TakenBack) -> None:
    tickets = [outcome.ticket for outcome in done.outcomes if outcome.ticket]
    say(f"{did} {done.verb.value} on {named(tickets)}")
    for ticket in tickets:
        say(f"{ticket.ref} is {standing(ticket)}")
    for outcome in done.outcomes:
        if outcome.error:
            tell(f"{why_not(outcome)}; it stays")


@click.command()
@click.argument("name", required=False, shell_complete=suggested("views"))
@click.argument("query", required=False)
@click.option(
    "--sort",
    metavar="|".join(Order),
    help="How it is sorted [default: attention].",
    shell_complete=suggested("orders"),
)
@click.option("--replace", is_flag=True, help="Save it in place of the view of that name.")
@click.option("--drop", is_flag=True, help="Forget the view, for everybody.")
@click.option("--first", is_flag=True, help="Begin with it whenever you open the console.")
@click.option("--no-first", is_flag=True, help="Begin with everything again.")
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def views(
    session: Session,
    name: str | None,
    query: str | None,
    sort: str | None,
    replace: bool,
    drop: bool,
    first: bool,
    no_first: bool,
    as_json: bool,
    plain: bool,
) -> None:
    """List the desk's saved views, or save QUERY under NAME for everybody."""
    desk = session.desk
    if (drop or first or query is not None or sort) and name is None:
        raise BadInput("which view? give its name first")
    if drop and (query is not None or sort or first):
        raise BadInput("--drop takes nothing but the name of the view")
    if no_first:
        desk.begin_with(session.me, None)
    if name is None:
        _list_views(session.looked_at.store.views(), as_json=as_json, plain=plain)
    elif drop:
        desk.drop_view(session.me, name)
        say(f"view {name} is dropped")
    else:
        view = _one_view(session, name, query, sort, first=first, replace=replace)
        say(_view_line(view, plain=plain))


def _one_view(
    session: Session,
    name: str,
    query: str | None,
    sort: str | None,
    *,
    first: bool,
    replace: bool,
) -> View:
    desk = session.desk
    if query is not None or sort:
        known = {view.name: view for view in desk.store.views()}
        old = known.get(name, View(name, "", Order.ATTENTION))
        text = old.query if query is None else query
        order = order_of(sort) if sort else old.order
        desk.keep_view(session.me, name, text, order, replace=replace)
    view = session.looked_at.view(name)
    if first:
        desk.begin_with(session.me, view.name)
    return view


def _list_views(found: list[View], *, as_json: bool, plain: bool) -> None:
    if as_json:
        say_json([{"name": v.name, "query": v.query, "sort": v.order.value} for v in found])
        return
    for view in found:
        say(_view_line(view, plain=plain))
    if not found:
        tell("no view is saved; deskconsole views NAME 'QUERY' saves one")


def _view_line(view: View, *, plain: bool) -> str:
    if plain:
        from deskconsole.cli.plain import view_sentence

        return view_sentence(view)
    return f"{view.name:<20} by {view.order.value:<10} {view.query or '(everything)'}"


COMMANDS = (undo, redo, views)
