"""Every read command's linear form: for ears, and for whoever reads a line at a time.

One fact a line or a sentence a ticket; no columns, no padding and no signs that a screen reader
stumbles over; spans and dates written out, the most important first. All pure; what people wrote
stays as they wrote it, and whoever prints these lines makes them inert.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from deskconsole.desk.news import deed, who
from deskconsole.desk.settled import settled_words
from deskconsole.frozen import changed
from deskconsole.lifecycle.gate import Choice
from deskconsole.lifecycle.guide import TECHNICIAN, Page
from deskconsole.lifecycle.table import Rule, brought_words
from deskconsole.model import (
    Canned,
    Clone,
    Dossier,
    Event,
    Person,
    Priority,
    Role,
    Settlement,
    Status,
    Ticket,
    Verb,
    View,
    ref,
)
from deskconsole.report.figure import Cell, Numbers
from deskconsole.summary import relation_words
from deskconsole.terms import EXPIRY
from deskconsole.text import clean_text
from deskconsole.words import plural, spelled, spelled_until

_FIRST = ("Replied", "Closes", "Awaits")  # the facts that want attention


def day(when: date) -> str:
    """`4 May 2026`."""
    return f"{when.day} {when:%B %Y}"


def moment(instant: datetime) -> str:
    """`4 May 2026, 14:30 UTC+2`, in the viewer's own zone."""
    local = instant.astimezone()
    offset = local.strftime("%z")
    hours, minutes = int(offset[1:3]), offset[3:5]
    zone = f"{offset[0]}{hours}" + (f":{minutes}" if minutes != "00" else "")
    return f"{day(local)}, {local:%H:%M} UTC{zone if zone[1:] != '0' else ''}"


def sentence(text: str) -> str:
    """`text` with a full stop, where it does not end in one or its like."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def unsigned(text: str) -> str:
    """Words of the program's own without its signs: what stands in brackets follows a comma.

    The letter of a status in brackets is a key of the board; it goes.
    """
    if text == "–":
        return "nothing"
    text = re.sub(r" \([A-Z]\)", "", text)
    return re.sub(r"\s*\(([^()]*)\)", r", \1", text).replace("`", "")


# Tickets


def ticket_sentences(ticket: Ticket, now: datetime) -> str:
    """A ticket of a list; an ordinary priority goes without saying."""
    told = [
        sentence(", ".join((ticket.ref, *_priority(ticket), ticket.title))),
        f"{_standing(ticket, now)}, assigned to {_assignee(ticket)}.",
    ]
    if ticket.replied_at:
        told.append("Customer replied.")
    if ticket.deadline:
        told.append(f"{_closing(ticket.deadline, now)}.")
    if ticket.promised_at:
        told.append(f"{_promise(ticket.promised_at, now)}.")
    return " ".join(told)


def _priority(ticket: Ticket) -> tuple[str, ...]:
    match ticket.priority:
        case Priority.NORMAL:
            return ()
        case Priority.URGENT:
            return ("urgent",)
    return (f"{ticket.priority.word} priority",)


def _standing(ticket: Ticket, now: datetime) -> str:
    return f"{ticket.status.title} for {spelled(now - ticket.entered_at)}"


def _assignee(ticket: Ticket) -> str:
    return ticket.assignee.name if ticket.assignee else "nobody"


def _promise(due: datetime, now: datetime) -> str:
    if due <= now:
        return f"Promise broken {spelled(now - due)} ago"
    return f"Promised in {spelled_until(due, now)}"


def _closing(deadline: datetime, now: datetime) -> str:
    if deadline <= now:
        return f"Overdue by {spelled(now - deadline)}"
    return f"Closes in {spelled_until(deadline, now)}"


def ticket_lines(
    dossier: Dossier,
    facts: Mapping[str, str],
    now: datetime,
    book: Mapping[Status, Page] = TECHNICIAN,
) -> Iterator[str]:
    """A ticket in full: what it is and what is next, by `book`; `facts` by their labels, clones,
    related tickets and timeline."""
    ticket, events = dossier.ticket, dossier.events
    page = book[ticket.status]
    yield sentence(f"{ticket.ref}, {ticket.title}")
    yield f"Status: {_standing(ticket, now)}. {page.what}"
    yield f"Next: {page.next}"
    told = {**facts, **_reworded(ticket, now)}
    for label in sorted(told, key=lambda label: label not in _FIRST):
        yield f"{label}: {told[label]}"
    for clone in ticket.clones:
        yield _clone(clone)
    for relation, other in dossier.related:
        how = relation_words(relation, ticket)
        yield sentence(f"{how} {other.ref}, {other.status.title}, {other.title}")
    yield f"Timeline: {plural(len(events), 'entry', 'entries')}, oldest first."
    for number, event in enumerate(events, start=1):
        yield from _entry(number, event)


def _reworded(ticket: Ticket, now: datetime) -> dict[str, str]:
    """The facts that the other form tells in signs or figures."""
    reporter = ticket.reporter
    address = f", {reporter.email}" if reporter.email and reporter.email != reporter.name else ""
    told = {"Reporter": f"{reporter.name}{address}", "Opened": moment(ticket.opened_at)}
    if ticket.tags:
        told["Tags"] = ", ".join(ticket.tags)
    if ticket.deadline:
        closing = _closing(ticket.deadline, now).removeprefix("Closes ").lower()
        as_what = EXPIRY[ticket.status].title
        told["Closes"] = f"{closing}, due {moment(ticket.deadline)}, as {as_what}"
    if ticket.hold:
        review = f", to review on {day(ticket.hold.until)}" if ticket.hold.until else ""
        told["Awaits"] = f"{ticket.hold.kind.value} {ticket.hold.whom}{review}"
    if ticket.reason:
        told["Reason"] = ticket.reason.replace("-", " ")
    if ticket.reopened:
        told["Reopened"] = "once" if ticket.reopened == 1 else f"{ticket.reopened} times"
    if ticket.spent:
        told["Spent"] = _working(ticket.spent)
    if ticket.replied_at:
        told["Replied"] = f"the customer wrote on {moment(ticket.replied_at)}"
    return told


def _working(minutes: int) -> str:
    """Working time written out: `30 hours 5 minutes`."""
    hours, rest = divmod(minutes, 60)
    parts = ((hours, "hour"), (rest, "minute"))
    return " ".join(plural(count, noun) for count, noun in parts if count)


def _clone(clone: Clone) -> str:
    told = [f"Clone {clone.number}: {clone.state.value.replace('-', ' ')}, team {clone.team}"]
    if clone.engineer:
        told.append(f"engineer {clone.engineer}")
    if clone.tracker:
        told.append(f"follows {clone.tracker}")
    return sentence(", ".join((*told, clone.title)))


def _entry(number: int, event: Event) -> Iterator[str]:
    """An entry of the timeline; it says how long its message is, so that no message forges one."""
    lines = clean_text(event.brings.message or "").split("\n") if event.brings.message else []
    kind = "message" if event.public else "note"
    length = f", with a {kind} of {plural(len(lines), 'line')}" if lines else ""
    yield f"Entry {number}: {moment(event.at)}. {who(event)} {_done(event)}{length}."
    if lines:
        yield _from_whom(event)
        yield from lines
        yield f"End of {kind}."


def _from_whom(event: Event) -> str:
    if not event.public:
        return f"Internal note by {who(event)}:"
    if event.by.role is Role.CUSTOMER:
        return f"Message from {who(event)} to us:"
    if event.brings.for_customer or event.verb in (Verb.OPEN, Verb.IMPORT):
        return f"Message from the customer to us, recorded by {who(event)}:"
    return f"Message from {who(event)} to the customer:"


def _done(event: Event) -> str:
    """What was done, as everywhere, but with its reason and days in words."""
    brings = event.brings
    bare = changed(brings, reason=None, until=None, deadline=None, minutes=None)
    told = deed(changed(event, brings=bare), "it")
    if brings.title:
        told = told.replace(f"“{brings.title}”", brings.title)
    if brings.reason:
        told += f", reason {brings.reason.replace('-', ' ')}"
        told += f" of {ref(brings.duplicate_of)}" if brings.duplicate_of else ""
    if brings.minutes:
        told += f", {_working(brings.minutes)} spent"
    if brings.until:
        told += f", to review on {day(brings.until)}"
    if brings.deadline:
        told += f", until {day(brings.deadline.astimezone())}"
    return told


# Moves, guide, people and the clock


def choice_lines(ticket: Ticket, choices: Sequence[Choice]) -> Iterator[str]:
    """Where a ticket can go and what that needs; then where it cannot, and why."""
    possible = sum(choice.legal for choice in choices)
    yield sentence(f"{ticket.ref}, {ticket.title}")
    yield f"It is {ticket.status.title} and can go to {plural(possible, 'status', 'statuses')}."
    for choice in choices:
        if choice.refusal is None and choice.rule is not None:
            name = f"{choice.target.title}, {choice.target.slug}"
            needs = unsigned(brought_words(choice.rule))
            yield f"Possible: {name}, by {choice.rule.verb.value}. Needs {needs}."
    for choice in choices:
        if choice.refusal is not None:
            yield f"Not possible: {choice.target.title}. {sentence(unsigned(str(choice.refusal)))}"


def page_lines(pages: Mapping[Status, Page]) -> Iterator[str]:
    """The pages of the status guide."""
    for status, page in pages.items():
        waits = f"waits on {status.waits_on.value}"
        yield f"{status.title}, letter {status.letter}, {status.slug}, {waits}. {page.what}"
        yield f"When: {page.when}"
        yield f"Next: {page.next}"


def rule_lines(rules: Iterable[Rule]) -> Iterator[str]:
    """The table of moves."""
    for rule in rules:
        yield f"{rule.verb.value.capitalize()}: {_way(rule)}."
        yield f"Who: {unsigned(rule.who_words)}."
        yield f"Brings: {unsigned(brought_words(rule))}."
        yield f"Effect: {unsigned(rule.effect)}."


def _way(rule: Rule) -> str:
    if rule.verb is Verb.EXPIRE:
        return "; ".join(f"from {here.title} to {there.title}" for here, there in EXPIRY.items())
    start = f"from {_either(rule.sources)} " if rule.sources else ""
    return f"{start}to {_either(rule.targets)}"


def _either(statuses: Sequence[Status]) -> str:
    *most, last = (status.title for status in statuses)
    return f"{', '.join(most)} or {last}" if most else last


def person_sentence(person: Person) -> str:
    """Somebody who works on the desk, and as what."""
    return f"{person.name}, {person.role.value}."


def settlement_sentence(one: Settlement) -> str:
    """What somebody settled, and when."""
    words = settled_words(one, "became")
    return f"On {moment(one.at)}, {one.by.name}, {one.by.role.value}: {words}."


def setting_sentence(name: str, setting: str) -> str:
    """A policy as it is set."""
    return f"{name}: {setting or 'none set'}."


def view_sentence(view: View) -> str:
    """A saved view: its name, its order, and what it asks for as it is typed."""
    return f"{view.name}, sorted by {view.order.value}, shows {view.query or 'everything'}"


def canned_sentence(text: Canned) -> str:
    """A canned text of a list: its name, whose it is, and its words on one line."""
    return f"{text.name}, for {text.team or 'everybody'}: {' '.join(text.body.split())}"


def closing_sentences(ticket: Ticket, deadline: datetime, now: datetime) -> str:
    """What the clock will do to a ticket, and when."""
    what = f"{ticket.ref} closes as {EXPIRY[ticket.status].title}"
    if deadline <= now:
        when = f"now, overdue by {spelled(now - deadline)}"
    else:
        when = f"in {spelled_until(deadline, now)}, on {moment(deadline)}"
    return f"{what} {when}. {sentence(ticket.title)}"


# Reports


def report_lines(reports: Sequence[Numbers], since: date, team: str | None) -> Iterator[str]:
    """A sentence a report; of a single one also its definition and a sentence a row."""
    yield sentence(f"Since {day(since)}{f', tickets of team {team}' if team else ''}")
    for numbers in reports:
        gist = "".join(_cell(part) for part in numbers.gist)
        yield sentence(f"{numbers.title}: {gist}")
        if len(reports) == 1:
            yield numbers.definition
            for row in numbers.rows:
                pairs = zip(numbers.columns, row, strict=True)
                facts = (f"{column.name.replace('_', ' ')} {_cell(cell)}" for column, cell in pairs)
                yield sentence(", ".join(facts))


def _cell(cell: Cell) -> str:
    """A cell of a report, or a part of its gist."""
    match cell:
        case None:
            return "none"
        case Status():
            return cell.title
        case timedelta():
            return spelled(cell)
        case datetime():
            return moment(cell)
        case date():
            return day(cell)
        case float():
            return f"{100 * cell:.1f} percent"
        case int():
            return f"{cell:,}"
        case str():
            return cell
