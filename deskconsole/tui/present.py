"""A ticket in words and marks: what is written where, but not in which colour.

Everything here is pure, and everything that comes out is inert: it fills the cells it says.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, chop_cells, set_cell_size

from deskconsole.calendar import today
from deskconsole.lifecycle.table import EXPIRY
from deskconsole.model import SOON, Clone, CloneState, Column, Policy, Priority, Status, Ticket
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


_HANGING = ("label", "bar")  # looks of a first piece that later rows keep clear of, or repeat


def hang(line: Line, width: int) -> list[Line]:
    """A line wrapped at words to rows of `width` cells, indented past its label; a bar repeats."""
    if not line or line[0].look not in _HANGING:
        return wrap(line, width)
    first, *rest = line
    indent = cell_len(first.text)
    lead = first if first.look == "bar" else Piece(" " * indent, "text")
    rows = wrap(tuple(rest), max(width - indent, 8)) or [()]
    return [(first if index == 0 else lead, *row) for index, row in enumerate(rows)]


def wrap(line: Line, width: int) -> list[Line]:
    """A line broken at spaces into rows of at most `width` cells; a longer word is cut."""
    rows: list[list[Piece]] = [[]]
    room = width
    for piece in line:
        for word in re.findall(r"\s+|\S+", piece.text):
            parts = [word] if cell_len(word) <= width else chop_cells(word, width)
            for part in parts:
                size = cell_len(part)
                if size > room:
                    rows.append([])
                    room = width
                    if part.isspace():
                        continue
                rows[-1].append(Piece(part, piece.look))
                room -= size
    return [tuple(row) for row in rows]


def card_lines(ticket: Ticket, width: int, now: datetime, policy: Policy) -> tuple[Line, Line]:
    """The two rows of a card, each exactly `width` cells.

    First number, priority, assignee and age in status; then the title, and what wants attention.
    """
    return _first(ticket, width, now), _second(ticket, width, now, policy)


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


def _second(ticket: Ticket, width: int, now: datetime, policy: Policy) -> Line:
    roomy = width >= _ROOMY
    pieces = []
    for long, short, look in marks(ticket, now, policy):
        pieces.append(Piece(f" {long if roomy else short}", look))
    room = width - sum(cell_len(piece.text) for piece in pieces)
    while pieces and room < min(8, width):
        room += cell_len(pieces.pop().text)
    return (Piece(fit(ticket.title, room), "title"), *pieces)


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
    facts = f" {column.count:,}"
    if limit is not None:
        word = "over limit" if column.count > limit else "full" if column.count == limit else ""
        facts = f"{facts}/{limit:,} {word if width >= 22 else word[:4]}".rstrip()
    if column.oldest is not None and column.count:
        old = age(column.oldest, now)
        facts += f" · oldest {old}" if width >= 22 else f" · {old}"
    return fit(name, width), fit(facts, width - len(scroll)) + scroll


def small_count(count: int) -> str:
    """A count in three cells: `7`, `999`, `12k`, `.5M`, `12M`."""
    if count < 1_000:
        return str(count)
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
        text = f"{column.status.letter}{small_count(column.count)}"
        text = fit(text, share)
        pieces.append(Piece(text, "head-focus" if column.status is focus else "head"))
        room -= share
    return (*pieces, Piece(" " * room, "head"))


def _badge(clone: Clone) -> str:
    developing = clone.state is CloneState.IN_DEVELOPMENT and clone.engineer
    return f"{clone.team}:{clone.engineer}" if developing else clone.team
