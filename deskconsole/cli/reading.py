"""Commands that read one ticket: show and moves."""

from datetime import datetime
from typing import Any

import click

from deskconsole.cli.completion import suggested
from deskconsole.cli.session import (
    TICKET,
    Session,
    pass_session,
    plain_option,
    say,
    say_json,
    say_lines,
)
from deskconsole.desk.public import public_record
from deskconsole.lifecycle.gate import Choice
from deskconsole.lifecycle.guide import CUSTOMER, TECHNICIAN
from deskconsole.lifecycle.table import brought_words
from deskconsole.model import (
    Dossier,
    Event,
    Role,
)
from deskconsole.promises import promise_words, promises_of
from deskconsole.records import (
    full_record,
)
from deskconsole.summary import relation_words, summary
from deskconsole.words import age, spent, until

ticket_argument = click.argument(
    "number", metavar="SD-12", type=TICKET, shell_complete=suggested("tickets")
)


@click.command()
@ticket_argument
@click.option("--json", "as_json", is_flag=True)
@click.option("--summary", "short", is_flag=True, help="A few lines to paste elsewhere.")
@plain_option
@pass_session
def show(session: Session, number: int, as_json: bool, short: bool, plain: bool) -> None:
    """Show a ticket: its fields, clones, related tickets and timeline.

    A customer is shown a ticket of their own, with what they wrote and were written.
    """
    desk, me, now = session.desk, session.me, session.clock()
    dossier = desk.dossier(me, number)
    ticket, ours = dossier.ticket, me.role is not Role.CUSTOMER
    book = TECHNICIAN if ours else CUSTOMER
    if as_json:
        say_json(full_record(dossier) if ours else public_record(dossier))
        return
    if short:
        say(summary(ticket, desk.store.policy(), now, ours=ours))
        return
    facts = [fact for fact in _facts(dossier, now) if ours or fact[0] != "Assignee"]
    if plain:
        from deskconsole.cli.plain import ticket_lines

        say("\n".join(ticket_lines(dossier, dict(facts), now, book)))
        return
    say(f"{ticket.ref}  {ticket.title}")
    page = book[ticket.status]
    say(f"{ticket.status.title}, for {age(ticket.entered_at, now)}: {page.what}")
    say(f"Next: {page.next}")
    say()
    for label, value in facts:
        say(f"{label:<11} {value}")
    if ticket.clones:
        say("\nClones")
    for clone in ticket.clones:
        who = f", {clone.engineer}" if clone.engineer else ""
        tracker = f", follows {clone.tracker}" if clone.tracker else ""
        say(f"  {clone.number}  {clone.team}: {clone.state.value}{who}{tracker}  {clone.title}")
    if dossier.related:
        say("\nRelated")
    for relation, other in dossier.related:
        how = relation_words(relation, ticket)
        say(f"  {how} {other.ref}  {other.title} ({other.status.title})")
    say("\nTimeline")
    for event in dossier.events:
        _say_event(event)


def _facts(dossier: Dossier, now: datetime) -> list[tuple[str, str]]:
    ticket = dossier.ticket
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
    if dossier.policy is not None:
        for one in promises_of(ticket, dossier.events, dossier.policy, now):
            facts.append((one.kind.label, promise_words(one, dossier.policy.timezone)))
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
    if ticket.spent:
        facts.append(("Spent", spent(ticket.spent)))
    if dossier.watchers:
        facts.append(("Watchers", ", ".join(person.name for person in dossier.watchers)))
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
    me = session.me_elsewhere
    ticket = session.desk.ticket(me, number)
    choices = session.desk.choices(me, ticket, elsewhere=session.restricted)
    if as_json:
        say_json([_choice_record(choice) for choice in choices])
        return
    if plain:
        from deskconsole.cli.plain import choice_lines

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


COMMANDS = (show, moves)
