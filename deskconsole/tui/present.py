"""A ticket in words and marks: what is written where, but not in which colour.

Everything here is pure, and everything that comes out is inert: it fills the cells it says.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, takewhile
from operator import itemgetter

from rich.cells import cell_len, chop_cells, set_cell_size

from deskconsole.calendar import today
from deskconsole.lifecycle.table import EXPIRY
from deskconsole.model import (
    SOON,
    Clone,
    CloneState,
    Column,
    Doing,
    Policy,
    Presence,
    Priority,
    Status,
    Ticket,
)
from deskconsole.text import inert
from deskconsole.words import age, until

PRIORITY_MARKS = {
    Priority.URGENT: "!!",
    Priority.HIGH: "!",
    Priority.NORMAL: "",
    Priority.LOW: "low",
}
_ROOMY = 28  # cells from which marks are written out


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text and the name of its look, a component class of the board."""

    text: str
    look: str


Line = tuple[Piece, ...]


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells, cut with an ellipsis where it is longer."""
    text = inert(text)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    if width <= 1:
        return set_cell_size(text, max(width, 0))
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def clip(text: str, width: int) -> str:
    """`text` in at most `width` cells."""
    text = inert(text)
    return text if cell_len(text) <= width else fit(text, width).rstrip()


_HANGING = ("label", "bar")  # looks of first pieces that later rows keep clear of, or repeat


def hang(line: Line, width: int) -> list[Line]:
    """A line wrapped at words to rows of `width` cells, indented past its labels; bars repeat."""
    lead = tuple(takewhile(lambda piece: piece.look in _HANGING, line))
    if not lead:
        return wrap(line, width)
    indent = sum(cell_len(piece.text) for piece in lead)
    again = tuple(
        piece if piece.look == "bar" else Piece(" " * cell_len(piece.text), "text")
        for piece in lead
    )
    rows = wrap(line[len(lead) :], max(width - indent, 8))
    return [(*(again if index else lead), *row) for index, row in enumerate(rows)]


def wrap(line: Line, width: int) -> list[Line]:
    """A line broken at spaces into rows of at most `width` cells; a longer word is cut."""
    if sum(cell_len(piece.text) for piece in line) <= width:
        return [line]
    rows: list[list[tuple[str, str]]] = [[]]
    room = width
    for word in _words(line):
        size = sum(cell_len(text) for text, _ in word)
        parts = [word] if size <= width else [[(cut, look)] for cut, look in _cut(word, width)]
        for part in parts:
            size = sum(cell_len(text) for text, _ in part)
            if size > room:
                rows.append([])
                room = width
                if part[0][0].isspace():
                    continue
            rows[-1] += part
            room -= size
    return [_joined(row) for row in rows]


def _words(line: Line) -> Iterator[list[tuple[str, str]]]:
    """The words of a line and the spaces between them; one word may have several looks."""
    word: list[tuple[str, str]] = []
    for piece in line:
        for text in re.findall(r"\s+|\S+", piece.text):
            if word and (text.isspace() or word[-1][0].isspace()):
                yield word
                word = []
            word.append((text, piece.look))
    if word:
        yield word


def _cut(word: list[tuple[str, str]], width: int) -> Iterator[tuple[str, str]]:
    for text, look in word:
        for cut in chop_cells(text, width):
            yield cut, look


def _joined(row: list[tuple[str, str]]) -> Line:
    return tuple(
        Piece("".join(text for text, _ in run), look)
        for look, run in groupby(row, key=itemgetter(1))
    )


def card_lines(
    ticket: Ticket, width: int, now: datetime, policy: Policy, others: Sequence[Presence] = ()
) -> tuple[Line, Line]:
    """The two rows of a card, each exactly `width` cells.

    First number, priority, assignee and age in status; then the title, what wants attention, and
    who else is at the ticket.
    """
    return _first(ticket, width, now), _second(ticket, width, now, policy, others)


def _first(ticket: Ticket, width: int, now: datetime) -> Line:
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


def _people(ticket: Ticket) -> str:
    """Who has it: the assignee, and the teams of its open clones."""
    teams = " ".join(_badge(clone) for clone in ticket.clones if clone.state.open)
    who = ticket.assignee.name if ticket.assignee else ("" if teams else "–")
    return f"{who} {teams}".strip()


def _second(
    ticket: Ticket, width: int, now: datetime, policy: Policy, others: Sequence[Presence]
) -> Line:
    found = (*marks(ticket, now, policy), *_around_marks(others))
    least = min(8, width)
    pieces = [Piece(f" {long}", look) for long, _, look in found]
    room = width - sum(cell_len(piece.text) for piece in pieces)
    if width < _ROOMY or room < least:
        pieces = [Piece(f" {short}", look) for _, short, look in found]
        room = width - sum(cell_len(piece.text) for piece in pieces)
    while pieces and room < least:
        room += cell_len(pieces.pop().text)
    return (Piece(fit(ticket.title, room), "title"), *pieces)


def _around_marks(others: Sequence[Presence]) -> Iterator[tuple[str, str, str]]:
    """Who else is at a ticket, as `marks` are; one of them, before all who writes."""
    doing = _doing(others)
    if doing:
        name = max(doing, key=lambda name: doing[name] is Doing.WRITING)
        more = f" +{len(doing) - 1}" if len(doing) > 1 else ""
        dots = "…" if doing[name] is Doing.WRITING else ""
        yield f"({name} {doing[name].value}{more})", f"({clip(name, 8)}{dots}{more})", "around"


def around_words(others: Sequence[Presence]) -> str:
    """Who else is at a ticket: "bo is writing, dana is looking"."""
    return ", ".join(f"{name} is {doing.value}" for name, doing in _doing(others).items())


def _doing(others: Sequence[Presence]) -> dict[str, Doing]:
    """What each of them does; who looks at one console and writes at another writes."""
    doing: dict[str, Doing] = {}
    for one in others:
        if doing.get(one.name) is not Doing.WRITING:
            doing[one.name] = one.doing
    return doing


def marks(ticket: Ticket, now: datetime, policy: Policy) -> list[tuple[str, str, str]]:
    """What wants attention on a ticket, as (words, short form, look), the most important first."""
    found = []
    if ticket.replied_at is not None:
        found.append(("» replied", "»", "replied"))
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
        day = today(now, policy.timezone)
        if ticket.hold.until <= day:
            found.append(("review due", "review", "overdue"))
    return found


def head_lines(
    column: Column, width: int, now: datetime, scroll: str, limit: int | None = None
) -> tuple[str, str]:
    """A column's head: letter and name; then count, oldest age and which way more cards lie.

    Where the column has a limit, the count stands against it, with a word from the limit on.
    """
    status = column.status
    name = f" {status.letter}  {status.title}" if width > 10 else f" {status.letter}"
    facts = f" {column.count:,}{'+' if column.more else ''}"
    if limit is not None:
        word = "over limit" if column.count > limit else "full" if column.count == limit else ""
        facts = f"{facts}/{limit:,} {word if width >= 22 else word[:4]}".rstrip()
    if column.oldest is not None and column.count:
        old = age(column.oldest, now)
        facts += f" · oldest {old}" if width >= 22 else f" · {old}"
    return fit(name, width), fit(facts, width - len(scroll)) + scroll


def small_count(column: Column) -> str:
    """A column's count in three cells: `7`, `999`, `99+`, `12k`, `.5M`, `12M`."""
    count = column.count
    if count < 1_000:
        return f"{min(count, 99)}+" if column.more else str(count)
    if count < 100_000:
        return f"{count // 1_000}k"
    if count < 1_000_000:
        return f".{count // 100_000}M"
    return f"{min(count // 1_000_000, 99)}M"


def strip_pieces(columns: list[Column], focus: Status, width: int) -> Line:
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


def _badge(clone: Clone) -> str:
    developing = clone.state is CloneState.IN_DEVELOPMENT and clone.engineer
    return f"{clone.team}:{clone.engineer}" if developing else clone.team
