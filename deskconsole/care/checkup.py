"""The examination of a desk: its file or its server, its tables, and every ticket's history.

Nothing is changed, and no desk is made or brought up to date by being looked at. A ticket's events
are lived through again from the first; what comes of them has to be what its row says.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache, partial

from deskconsole.calendar import parse_zone
from deskconsole.desk.desk import Desk
from deskconsole.desk.replay import replayed
from deskconsole.errors import Damaged, DeskError, Newer, StoreDown
from deskconsole.finding import Finding, Verdict, look, ok, wrong
from deskconsole.frozen import by_name, changed
from deskconsole.model import Event, Person, Policy, Ticket, ref
from deskconsole.promises import promised_at
from deskconsole.store.checkup import numbers, overdue, spans, table_findings, tag_findings
from deskconsole.store.checkup_file import RESTORE, file_findings
from deskconsole.store.checkup_server import server_findings
from deskconsole.store.copying import Progress
from deskconsole.store.deskfile import refuse_stray_journal
from deskconsole.store.files import holding
from deskconsole.store.standing import read_standing
from deskconsole.store.store import Store, desk_file, peek_store
from deskconsole.transfer import export_lines
from deskconsole.words import plural, spelled

_LATE = timedelta(hours=1)
_AHEAD = timedelta(seconds=10)  # what clocks of machines may differ by
_NAMED = 10  # tickets that are told of, one by one
_SPAN = 6000  # events examined at a time
_MANY = 8  # spans that are worth other processes

# What a row that was damaged without the database's noticing makes of reading it.
_GARBAGE = (DeskError, ValueError, KeyError, TypeError, AttributeError, AssertionError)


def desk_findings(url: str, now: datetime, progress: Progress) -> Iterator[Finding]:
    """Everything about the desk that `url` names, from what carries it to what it says."""
    path = desk_file(url)
    try:
        if path is not None:
            refuse_stray_journal(path)
    except StoreDown as error:
        yield wrong(str(error), "what was written last may be in that journal alone: keep a copy")
        return
    if path is not None and not path.is_file():
        yield look(f"there is no desk at {path}", "the first command makes it; or name another")
        return
    told = False
    try:
        if path is not None:
            for finding in file_findings(path, cache(partial(_rescue, url, now))):
                told |= finding.verdict is Verdict.WRONG
                yield finding
        store = peek_store(url)
        if store is None:
            if path is None:
                yield look("there is no desk there, or an older one", "any command sees to it")
            return
        with closing(store):
            for part in _PARTS:
                try:
                    with store.reading():
                        yield from part(url, store, now, progress)
                except Damaged as error:
                    if not told:
                        yield wrong(str(error), RESTORE)
                    told = True
    except Newer as error:
        yield wrong(
            str(error), "nothing but that: an older backup would lose what was written since"
        )
    except StoreDown as error:
        if not told:
            yield wrong(str(error), RESTORE)


def _rescue(url: str, now: datetime) -> str:
    """What would help where tickets are not found: to export them all, where that works."""
    try:
        store = peek_store(url)
        if store is None:
            return RESTORE
        with closing(store):
            for _ in export_lines(Desk(store, lambda: now)):
                pass
    except _GARBAGE:
        return RESTORE
    return (
        "every ticket can be read still: deskconsole export FILE, then import FILE into a new desk"
    )


def _standing(url: str, store: Store, now: datetime, progress: Progress) -> Iterator[Finding]:
    try:
        read_standing(store)
    except Damaged:
        raise
    except StoreDown as error:
        yield look(str(error), "this one only remembers")


def _tables(url: str, store: Store, now: datetime, progress: Progress) -> Iterator[Finding]:
    if store.file is None:
        yield from server_findings(store)
    yield from table_findings(store, RESTORE)
    yield from tag_findings(store, RESTORE)


def _clock(url: str, store: Store, now: datetime, progress: Progress) -> Iterator[Finding]:
    ahead = store.ahead(now)
    if abs(ahead) > _AHEAD:
        what = f"this machine's clock differs from the server's by {spelled(abs(ahead))}"
        yield look(what, "set both by NTP")
    last = store.last_event()
    if last and store.event_time(last) - now > _AHEAD:
        what = f"the last event lies {spelled(store.event_time(last) - now)} in the future"
        yield wrong(what, "set the clock of this machine, or of the one that wrote it")
    else:
        yield ok("the clock goes right")
    try:
        yield ok(f"the desk's calendar is that of {parse_zone(store.policy().timezone)}")
    except _GARBAGE as error:
        yield wrong(f"the desk's policy cannot be read: {error}", "deskconsole policy timezone …")
    late = overdue(store, now - _LATE)
    if late:
        what = f"{plural(late, 'ticket')} should have been closed more than an hour ago"
        yield look(what, "run deskconsole worker, or keep a console open")
    else:
        yield ok("nothing is overdue for the clock")


def _histories(url: str, store: Store, now: datetime, progress: Progress) -> Iterator[Finding]:
    """Every ticket lived through again, many at a time; those that are wrong are named."""
    parts = list(spans(store, _SPAN))
    named = 0
    for number, found in enumerate(_each_span(url, parts), start=1):
        progress("examining", number, len(parts))
        for finding in found[: _NAMED - named]:
            named += 1
            yield finding
    if named >= _NAMED:
        yield look("there may be more tickets like these", "restore a backup, then look again")
    elif not named:
        count = holding(store).tickets
        yield ok(f"every ticket ({count}) is what its events made of it")


def _each_span(url: str, parts: list[tuple[int, int]]) -> Iterator[list[Finding]]:
    """What is wrong in every span; where there are many, on all processors."""
    if len(parts) < _MANY:
        yield from (span_findings(url, *span) for span in parts)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # An open SQLite connection must not be forked.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(span_findings, url), *zip(*parts, strict=True))


def span_findings(url: str, after: int, upto: int) -> list[Finding]:
    """What is wrong with the tickets after number `after` and up to `upto`."""
    found: list[Finding] = []
    store = peek_store(url)
    if store is None:
        return found
    with closing(store):
        last = after
        try:
            with store.reading():
                staff = {person.name: person for person in store.staff()}
                policy = store.policy()
                for ticket, events in store.histories(after):
                    if ticket.number > upto:
                        break
                    trouble = _trouble(ticket, events, policy, staff.get)
                    if trouble:
                        found.append(wrong(f"{ticket.ref}: {trouble}", RESTORE))
                    last = ticket.number
        except _GARBAGE:  # which has ended the transaction too
            found += _one_by_one(store, last, upto)
    return found


def _one_by_one(store: Store, after: int, upto: int) -> list[Finding]:
    """Which tickets of a span cannot be read."""
    lost = [number for number in numbers(store, after, upto) if not _readable(store, number)]
    if not lost:
        return []
    more = f" and {len(lost) - _NAMED:,} more" if len(lost) > _NAMED else ""
    return [wrong(f"{', '.join(map(ref, lost[:_NAMED]))}{more} cannot be read", RESTORE)]


# Each is looked at though another cannot be.
_PARTS = (_standing, _tables, _clock, _histories)


def _trouble(
    ticket: Ticket,
    events: list[Event],
    policy: Policy,
    member: Callable[[str], Person | None],
) -> str:
    """How a ticket's row differs from what its events made; "" if it does not."""
    if not events:
        return ""  # which is told of already
    try:
        changes = replayed(ticket, events, policy, member)
    except _GARBAGE as error:
        return f"its events cannot have happened: {error}"
    if len(changes) != len(events) or ticket.version != events[-1].id:
        return "an event is missing or too many"
    for event, change in zip(events, changes, strict=True):
        if (event.source, event.target) != (change.source, change.ticket.status):
            return f"event {event.id} leads to {change.ticket.status.title}, but says otherwise"
    due = promised_at(ticket, events, policy, events[-1].at)
    made = changed(changes[-1].ticket, version=ticket.version, promised_at=due)
    differing = [name for name, value in by_name(made).items() if getattr(ticket, name) != value]
    return f"its events give another {', '.join(differing)}" if differing else ""


def _readable(store: Store, number: int) -> bool:
    try:
        store.ticket(number)
        store.timeline(number)
    except _GARBAGE:
        return False
    return True
