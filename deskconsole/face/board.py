"""The whole board, row by row: heads, spines, cards, and what is under the cursor or flashes."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from deskconsole.face.cards import card_lines, head_lines, small_count, strip_pieces
from deskconsole.face.layout import CARD_ROWS, HEAD_ROWS, Layout, Slot
from deskconsole.face.pieces import Line, Piece, fit
from deskconsole.terms import Status

if TYPE_CHECKING:
    from deskconsole.face.seen import ColumnSeen, TicketSeen

# What may stand on a card, and the grounds it stands on.
ON_CARDS = (
    "ref",
    "title",
    "assignee",
    "age",
    "urgent",
    "high",
    "low",
    "replied",
    "closing",
    "overdue",
    "soon",
)
_GROUNDS = ("card", "odd")
# Every look that a board can have that nobody has touched yet.
FIRST_LOOKS = (
    *("head", "head-focus", "head+over", "head-focus+over", "facts", "facts+over", "spine"),
    *("gap", "rest", "rest+empty", "cursor", *_GROUNDS),
    *(f"{ground}+{look}" for ground in _GROUNDS for look in ON_CARDS),
    *(f"{look}+cursor" for look in ON_CARDS),
)

_GUTTER = "▌"
_MARK = "*"
_FLASH = "~"


class Shown(Protocol):
    """A column as it is looked at: its cards at hand, the first one shown, the cursor's ticket.

    Every second card stands on another ground: the second at hand, or with `stripe` 1 the first.
    """

    @property
    def column(self) -> "ColumnSeen": ...
    @property
    def cards(self) -> "Sequence[TicketSeen]": ...
    @property
    def top(self) -> int: ...
    @property
    def stripe(self) -> int: ...
    @property
    def ticket(self) -> "TicketSeen | None": ...
    def hints(self, shown: int) -> str:
        """Which way more cards lie: an arrow up, down, both or none."""


class BoardFace:
    """Nine columns as they are to be painted; whoever paints sets what is to be seen."""

    now: datetime
    _layout: Layout
    columns: Mapping[Status, Shown]
    focused_status = Status.WAITING_FOR_SUPPORT
    filtered = False
    loaded = False  # the desk has been read
    welcome: tuple[str, ...] = ()  # what an empty desk says
    zone = "UTC"
    drops: frozenset[Status] = frozenset()  # where the dragged ticket may go
    dragged_over: Status | None = None  # the column under a dragged ticket
    flashing: frozenset[int] = frozenset()  # tickets that others changed
    flashing_heads: frozenset[Status] = frozenset()

    @property
    @abstractmethod
    def shown(self) -> int:
        """How many cards a column shows."""

    @abstractmethod
    def limit(self, status: Status) -> int | None:
        """How many tickets a status should have at most, if that is set."""

    def marked(self, ticket: "TicketSeen") -> bool:
        """Whether a ticket is marked to be acted on with others."""
        return False

    def line_in(self, slot: Slot, y: int) -> Line:
        """What stands in a slot in row `y` now, as wide as the slot."""
        if self._layout.strip:
            if y == 0:
                columns = [view.column for view in self.columns.values()]
                return strip_pieces(columns, self.focused_status, slot.width)
            y -= 1
        if slot.spine:
            return self._spine(slot, y)
        return self._head(slot, y) if y < HEAD_ROWS else self._card(slot, y - HEAD_ROWS)

    def _head(self, slot: Slot, row: int) -> Line:
        view = self.columns[slot.status]
        hints = view.hints(self.shown)
        limit = self.limit(slot.status)
        lines = head_lines(view.column, slot.width - 1, self.now, hints, limit)
        text = self._flashed(slot.status, lines[row]) if row == 0 else lines[row]
        return (Piece(text, self._head_look(slot.status, row)), Piece(" ", "gap"))

    def _flashed(self, status: Status, head: str) -> str:
        return _FLASH + head[1:] if status in self.flashing_heads else head

    def _head_look(self, status: Status, row: int) -> str:
        limit = self.limit(status)
        over = limit is not None and self.columns[status].column.count > limit
        if row:
            return "facts+over" if over else "facts"
        if status is self.dragged_over and status is not self.focused_status:
            return "drop" if status in self.drops else "no-drop"
        look = "head-focus" if status is self.focused_status else "head"
        look = f"{look}+over" if over else look
        return f"{look}+flash" if status in self.flashing_heads else look

    def _spine(self, slot: Slot, row: int) -> Line:
        column = self.columns[slot.status].column
        inside = slot.width - 1
        text = ""
        if row == 0:
            text = self._flashed(slot.status, f" {slot.status.letter}")
        elif row == 1:
            text = small_count(column).rjust(min(3, inside))
        look = self._head_look(slot.status, row) if row < 2 else "spine"
        look = "spine" if look == "facts" else look
        return (Piece(fit(text, inside), look), Piece(" ", "gap"))

    def _card(self, slot: Slot, row: int) -> Line:
        view = self.columns[slot.status]
        inside = slot.width - 1
        index = view.top + row // CARD_ROWS
        if index >= len(view.cards) or row // CARD_ROWS >= self.shown:
            return (Piece(self._void(slot, row, inside), "rest+empty"), Piece(" ", "gap"))
        ticket = view.cards[index]
        focused = slot.status is self.focused_status and ticket is view.ticket
        base = "cursor" if focused else ("odd" if (index + view.stripe) % 2 else "card")
        flash = "+flash" if ticket.number in self.flashing else ""
        mark = _GUTTER if focused else " "
        if self.marked(ticket):
            mark = _MARK
        elif flash:
            mark = _FLASH
        return self.card(ticket, inside, base, flash, mark)[row % CARD_ROWS]

    def card(
        self, ticket: "TicketSeen", width: int, base: str, flash: str, mark: str
    ) -> tuple[Line, ...]:
        """A card's two rows in their looks on the ground `base`, between its mark and the gap."""
        ends = (Piece(" ", base), Piece(" ", "gap"))
        focused = base == "cursor"
        marks = (
            Piece(mark, f"{base}+marked" if mark == _MARK else base),
            Piece(_GUTTER if focused else " ", base),
        )
        lines = self.lines(ticket, width - 2)
        return tuple(
            (first, *(_standing(piece, base, flash) for piece in line), *ends)
            for first, line in zip(marks, lines, strict=True)
        )

    def lines(self, ticket: "TicketSeen", width: int) -> tuple[Line, Line]:
        """A card's two rows, `width` cells each."""
        return card_lines(ticket, width, self.now, self.zone)

    def _void(self, slot: Slot, row: int, width: int) -> str:
        if not self.loaded or self.columns[slot.status].cards:
            return " " * width
        counts = [view.column.count for view in self.columns.values()]
        empty_desk = not (self.filtered or any(counts))
        lines: tuple[str, ...] = ("", "nothing fits" if self.filtered else "nothing here")
        if empty_desk and slot.status is self.focused_status:
            lines = self.welcome or lines
        return fit(f" {lines[row]}" if row < len(lines) else "", width)


def _standing(piece: Piece, base: str, flash: str) -> Piece:
    """A piece of a card on its ground; that of the cursor lies over its look."""
    look = f"{piece.look}+{base}" if base == "cursor" else f"{base}+{piece.look}"
    return Piece(piece.text, look + flash)
