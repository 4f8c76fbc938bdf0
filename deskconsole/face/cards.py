"""Cards and heads: what is written on them, but not in which colour."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from deskconsole.calendar import today
from deskconsole.face.pieces import Line, Piece, cell_len, clip, fit
from deskconsole.terms import EXPIRY, PRESSING, SOON, CloneState, Doing, Priority, Status
from deskconsole.words import age, until

if TYPE_CHECKING:
    from deskconsole.face.seen import CloneSeen, ColumnSeen, SomebodySeen, TicketSeen

PRIORITY_MARKS = {
    Priority.URGENT: "!!",
    Priority.HIGH: "!",
    Priority.NORMAL: "",
    Priority.LOW: "low",
}
_ROOMY = 28  # cells from which marks are written out
_TIGHT = 5  # cells that a title keeps beside a mark that cannot wait
_POINTED = frozenset({"overdue", "soon"})


def card_lines(
    ticket: "TicketSeen",
    width: int,
    now: datetime,
    zone: str,
    others: "Sequence[SomebodySeen]" = (),
) -> tuple[Line, Line]:
    """The two rows of a card, each exactly `width` cells.

    First number, priority, assignee and age in status; then the title, what wants attention, and
    who else is at the ticket.
    """
    return _first(ticket, width, now), _second(ticket, width, now, zone, others)


def _first(ticket: "TicketSeen", width: int, now: datetime) -> Line:
    old = f" {age(ticket.entered_at, now)}"
    mark = PRIORITY_MARKS[ticket.priority]
    pieces = [Piece(ticket.ref, "ref")]
    if mark:
        pieces.append(Piece(f" {mark}", ticket.priority.word))
    left = width - sum(cell_len(piece.text) for piece in pieces) - len(old)
    if left < 0:
        return (Piece(fit(ticket.ref, max(width - len(old), 0)), "ref"), Piece(old[-width:], "age"))
    people = clip(f" {_people(ticket)}", left) if left > 2 else ""
    pieces.append(Piece(people + " " * (left - cell_len(people)), "assignee"))
    pieces.append(Piece(old, "age"))
    return tuple(pieces)


def _people(ticket: "TicketSeen") -> str:
    """Who has it: the assignee, and the teams of its open clones."""
    teams = " ".join(_badge(clone) for clone in ticket.clones if clone.state.open)
    who = ticket.assignee.name if ticket.assignee else ("" if teams else "–")
    return f"{who} {teams}".strip()


def _second(
    ticket: "TicketSeen", width: int, now: datetime, zone: str, others: "Sequence[SomebodySeen]"
) -> Line:
    found = (*marks(ticket, now, zone), *_around_marks(others))
    least = min(8, width)
    pieces = [Piece(f" {long}", look) for long, _, look in found]
    room = width - sum(cell_len(piece.text) for piece in pieces)
    if width < _ROOMY or room < least:
        pieces = [Piece(f" {short}", look) for _, short, look in found]
        room = width - sum(cell_len(piece.text) for piece in pieces)
    while pieces and room < (min(_TIGHT, width) if pieces[-1].look in _POINTED else least):
        room += cell_len(pieces.pop().text)
    return (Piece(fit(ticket.title, room), "title"), *pieces)


def _around_marks(others: "Sequence[SomebodySeen]") -> Iterator[tuple[str, str, str]]:
    """Who else is at a ticket, as `marks` are; one of them, before all who writes."""
    doing = _doing(others)
    if doing:
        name = max(doing, key=lambda name: doing[name] is Doing.WRITING)
        more = f" +{len(doing) - 1}" if len(doing) > 1 else ""
        dots = "…" if doing[name] is Doing.WRITING else ""
        yield f"({name} {doing[name].value}{more})", f"({clip(name, 8)}{dots}{more})", "around"


def around_words(others: "Sequence[SomebodySeen]") -> str:
    """Who else is at a ticket: "bo is writing, dana is looking"."""
    return ", ".join(f"{name} is {doing.value}" for name, doing in _doing(others).items())


def _doing(others: "Sequence[SomebodySeen]") -> dict[str, Doing]:
    """What each of them does; who looks at one console and writes at another writes."""
    doing: dict[str, Doing] = {}
    for one in others:
        if doing.get(one.name) is not Doing.WRITING:
            doing[one.name] = one.doing
    return doing


def marks(ticket: "TicketSeen", now: datetime, zone: str) -> list[tuple[str, str, str]]:
    """What wants attention on a ticket, as (words, short form, look), the most important first."""
    found = []
    if ticket.replied_at is not None:
        found.append(("» replied", "»", "replied"))
    if ticket.promised_at is not None:
        found.append(promise_mark(ticket.promised_at, now))
    if ticket.deadline is not None:
        left = until(ticket.deadline, now)
        goes = EXPIRY[ticket.status].letter
        if left == "overdue":
            found.append(("overdue", "due", "overdue"))
        elif ticket.deadline - now <= SOON:
            found.append((f"closing in {left}", f"→{goes}!{left}", "soon"))
        else:
            found.append((f"closes {left}", f"→{goes} {left}", "closing"))
    if ticket.hold is not None and ticket.hold.until is not None:
        day = today(now, zone)
        if ticket.hold.until <= day:
            found.append(("review due", "review", "overdue"))
    return found


def promise_mark(due: datetime, now: datetime) -> tuple[str, str, str]:
    """How long a promise still holds, or since when it is broken."""
    if now >= due:
        old = age(due, now)
        return (f"promise broken {old}", f"late {old}", "overdue")
    left = until(due, now)
    pressing = due - now <= PRESSING
    return (
        f"promised in {left}",
        f"in{'!' if pressing else ' '}{left}",
        "soon" if pressing else "closing",
    )


def head_lines(
    column: "ColumnSeen", width: int, now: datetime, scroll: str, limit: int | None = None
) -> tuple[str, str]:
    """A column's head: letter and name; then count, oldest age and which way more cards lie.

    Where the column has a limit, the count stands against it, with a word from the limit on.
    """
    status = column.status
    name = f" {status.letter}  {status.title}" if width > 10 else f" {status.letter}"
    room = width - len(scroll)
    forms = _head_facts(column, now, limit, wide=width >= 22)
    facts = next((form for form in forms if cell_len(form) <= room), forms[-1])
    return fit(name, width), fit(facts, room) + scroll


def _head_facts(
    column: "ColumnSeen", now: datetime, limit: int | None, *, wide: bool
) -> tuple[str, ...]:
    """A column's count, its limit and its oldest age, in ever fewer words."""
    count = f" {column.count:,}{'+' if column.more else ''}"
    word = ""
    if limit is not None:
        count = f"{count}/{limit:,}"
        word = " over limit" if column.count > limit else " full" if column.count == limit else ""
    brief = word[:5]
    old = age(column.oldest, now) if column.oldest is not None and column.count else ""
    oldest, short = (f" · oldest {old}", f" · {old}") if old else ("", "")
    least = (f"{count}{brief}{short}", f"{count}{brief}", count)
    return (f"{count}{word}{oldest}", f"{count}{word}{short}", *least) if wide else least


def small_count(column: "ColumnSeen") -> str:
    """A column's count in three cells: `7`, `999`, `99+`, `12k`, `.5M`, `12M`."""
    count = column.count
    if count < 1_000:
        return f"{min(count, 99)}+" if column.more else str(count)
    if count < 100_000:
        return f"{count // 1_000}k"
    if count < 1_000_000:
        return f".{count // 100_000}M"
    return f"{min(count // 1_000_000, 99)}M"


def strip_pieces(columns: "Sequence[ColumnSeen]", focus: Status, width: int) -> Line:
    """Nine letters with their counts on one line, for screens too narrow for more."""
    pieces: list[Piece] = []
    room = width
    share = width // len(columns)
    for column in columns:
        text = f"{column.status.letter}{small_count(column)}"
        text = fit(text, share)
        pieces.append(Piece(text, "head-focus" if column.status is focus else "head"))
        room -= share
    return (*pieces, Piece(" " * room, "head"))


def _badge(clone: "CloneSeen") -> str:
    developing = clone.state is CloneState.IN_DEVELOPMENT and clone.engineer
    return f"{clone.team}:{clone.engineer}" if developing else clone.team
