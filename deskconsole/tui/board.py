"""The board as a picture: one widget paints all nine columns, line by line.

What it costs depends on the screen alone. It holds windows of tickets and a cursor; it decides
nothing about them and reads nothing from the desk.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.timer import Timer

from deskconsole.model import Event, Order, Policy, Presence, Status, Ticket, Window
from deskconsole.tui import present
from deskconsole.tui.column import ColumnView
from deskconsole.tui.layout import CARD_ROWS, Layout, Slot, lay_out
from deskconsole.tui.link import Reading
from deskconsole.tui.marks import Marks
from deskconsole.tui.picture import Picture
from deskconsole.tui.present import Line, Piece

_GUTTER = "▌"
_MARK = "*"
_FLASH = "~"
_FLASH_SECONDS = 1.0
_LEAST_WINDOW = 40


class BoardView(Picture, can_focus=True):
    """Nine columns of cards with one cursor."""

    LOOKS: ClassVar[tuple[str, ...]] = (
        "head",
        "head-focus",
        "facts",
        "spine",
        "card",
        "odd",
        "cursor",
        "rest",
        "gap",
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
        "empty",
        "over",
        "marked",
        "around",
        "flash",
        "drop",
        "no-drop",
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"board--{look}" for look in LOOKS}

    class Looked(Message):
        """The cursor is on another ticket, or on the same one changed."""

    class Wanted(Message):
        """Cards beyond those at hand are needed."""

    def __init__(self, now: datetime, welcome: tuple[str, ...] = ()) -> None:
        super().__init__(lay_out(80, Status.WAITING_FOR_SUPPORT))
        self.now = now
        self.policy = Policy()
        self.columns = {status: ColumnView.empty(status) for status in Status}
        self.focused_status = Status.WAITING_FOR_SUPPORT
        self.zoomed = False
        self.order = Order.ATTENTION
        self.filtered = False
        self.folded: frozenset[Status] = frozenset()
        self.marks = Marks()
        self.drops: frozenset[Status] = frozenset()  # where the dragged ticket may go
        self.dragged_over: Status | None = None  # the column under a dragged ticket
        self._written: dict[tuple[int, int, int], tuple[Line, Line]] = {}
        self._others: dict[int, tuple[Presence, ...]] = {}  # by ticket
        self._flashing: frozenset[int] = frozenset()
        self._flashing_heads: frozenset[Status] = frozenset()
        self._flash: Timer | None = None
        self._welcome = welcome
        self._loaded = False
        self.wanting = False  # from `Wanted` on, until somebody begins to read

    # What is looked at

    @property
    def view(self) -> ColumnView:
        """The focused column."""
        return self.columns[self.focused_status]

    @property
    def ticket(self) -> Ticket | None:
        """The ticket under the cursor."""
        return self.view.ticket

    @property
    def shown(self) -> int:
        """How many cards a column shows."""
        return self._layout.shown(self._room.height)

    @property
    def window_size(self) -> int:
        """How many cards to keep at hand each way."""
        return max(_LEAST_WINDOW, 2 * self.shown)

    def windows(self) -> dict[Status, Window]:
        """What to read so that everything shown is at hand."""
        return {status: view.window(self.window_size) for status, view in self.columns.items()}

    def absorb(self, reading: Reading, *, insist: bool) -> None:
        """Show the desk as it was read.

        The cursor goes with its ticket to whatever column that is in now; with `insist` it goes
        to the followed ticket even if it was on another.
        """
        followed = reading.followed
        if followed is not None and not insist and self.view.cursor != followed.number:
            followed = None  # the cursor has gone on meanwhile
        self.now, self.policy = reading.at, reading.policy
        self._written.clear()
        self._loaded = True
        layout = self._layout
        for status, view in self.columns.items():
            view.put(reading.board.columns[status], self.shown)
        if followed is not None:
            view = self.columns[followed.status]
            view.cursor = followed.number
            view.settle(self.shown)
            self._focus_column(followed.status)
        self.view.enter()
        if self._layout == layout:
            self.repaint()
        else:
            self.refresh()
        self.post_message(self.Looked())

    def tell_time(self, now: datetime) -> None:
        """Repaint every age and deadline that reads differently by now."""
        self.now = now
        self._written.clear()
        self.repaint()

    def show_others(self, others: Iterable[Presence], now: datetime) -> None:
        """Mark the cards of tickets that others are at."""
        found: dict[int, tuple[Presence, ...]] = {}
        for one in others:
            if one.lasts(now):
                found[one.ticket] = (*found.get(one.ticket, ()), one)
        self._others = found
        self._written.clear()
        self.repaint()

    def flash(self, events: Iterable[Event]) -> None:
        """Show for a moment what others changed: cards in sight, else the head of a column.

        The head is of the column that a card came to out of sight.
        """
        last = {event.ticket: event for event in events}
        if not last:
            return
        seen = {card.number for slot in self._layout.slots for card in self._in_sight(slot)}
        self._flashing = frozenset(last)
        self._flashing_heads = frozenset(
            event.target for event in last.values() if event.moved and event.ticket not in seen
        )
        self.repaint()
        if self._flash is not None:
            self._flash.stop()
        self._flash = self.set_timer(_FLASH_SECONDS, self._end_flash)

    def _end_flash(self) -> None:
        self._flashing, self._flashing_heads = frozenset(), frozenset()
        self.repaint()

    def _in_sight(self, slot: Slot) -> tuple[Ticket, ...]:
        view = self.columns[slot.status]
        return () if slot.spine else view.cards[view.top : view.top + self.shown]

    # Getting about

    def move_cursor(self, by: int) -> None:
        """Move the cursor up or down in its column."""
        view = self.view
        row, top = view.index, view.top
        view.move(by, self.shown)
        if view.index == row:
            return
        if view.top != top or self.marks.anchor is not None:
            self.refresh()
        else:
            for index in (row, view.index):
                y = self._layout.head_rows + (index - top) * CARD_ROWS
                self.repaint(range(y, y + CARD_ROWS))
        self._looked()

    def page(self, pages: float) -> None:
        """Move the cursor by pages, or parts of one."""
        step = max(1, round(abs(pages) * self.shown))
        self.move_cursor(step if pages > 0 else -step)

    def go_end(self, direction: int) -> None:
        """To the first (-1) or last (1) card, wherever in the column that is."""
        column = self.view.column
        if (direction < 0 and column.above) or (direction > 0 and column.below):
            self.view.go = direction
            self.want()
        else:
            self.move_cursor(direction * len(column.cards))

    def go_column(self, by: int) -> None:
        """To the next column on that side that is not folded."""
        number = self.focused_status.number + by
        while 1 <= number <= len(Status):
            status = list(Status)[number - 1]
            if status not in self.folded:
                self.jump(status)
                return
            number += by

    def jump(self, status: Status) -> None:
        """To a column, which unfolds it."""
        if status is not self.focused_status:
            self.folded -= {status}
            self._focus_column(status)
            self.refresh()
            self._looked()

    def zoom(self) -> None:
        """Give the focused column all the room, or take it back."""
        self.zoomed = not self.zoomed
        self._focus_column(self.focused_status)
        self.refresh()

    def fold(self) -> bool:
        """Fold the focused column and go on to the one beside; False if it is the last open one."""
        shown = [status for status in Status if status not in self.folded]
        here = self.focused_status
        if shown == [here]:
            return False
        at = shown.index(here)
        self.folded |= {here}
        self._focus_column(shown[at + 1] if at + 1 < len(shown) else shown[at - 1])
        self.refresh()
        self._looked()
        return True

    def unfold(self) -> None:
        """Unfold every column."""
        self.folded = frozenset()
        self._focus_column(self.focused_status)
        self.refresh()
        self._looked()

    def expect(self, order: Order, *, filtered: bool) -> None:
        """What the next reading brings: the order of the columns, and whether all is shown."""
        self.order, self.filtered = order, filtered
        for view in self.columns.values():
            view.order = order

    def _focus_column(self, status: Status) -> None:
        if status is not self.focused_status:
            self.view.leave()
        self.focused_status = status
        self.view.enter()
        self.folded -= {status}
        self._lay_out(self._room.width)

    def _lay_out(self, width: int) -> None:
        self._layout = lay_out(width, self.focused_status, zoomed=self.zoomed, folded=self.folded)

    def _looked(self) -> None:
        self.post_message(self.Looked())
        if self.view.wants(self.shown):
            self.want()

    def want(self) -> None:
        """Ask for cards beyond those at hand."""
        self.wanting = True
        self.post_message(self.Wanted())

    def on_resize(self, event: events.Resize) -> None:
        """Lay the columns out for the new size."""
        self._room = event.size
        self._lay_out(event.size.width)
        for view in self.columns.values():
            view.settle(self.shown)
        if self._loaded:
            self.want()

    # Painting

    def _row(self, y: int) -> Iterable[Line]:
        layout = self._layout
        if layout.strip:
            if y == 0:
                columns = [view.column for view in self.columns.values()]
                yield present.strip_pieces(columns, self.focused_status, self._room.width)
                return
            y -= 1
        for slot in layout.slots:
            if slot.spine:
                yield self._spine(slot, y)
            elif y < 2:
                yield self._head(slot, y)
            else:
                yield self._card(slot, layout, y - 2)

    def _head(self, slot: Slot, row: int) -> Line:
        view = self.columns[slot.status]
        hints = view.hints(self.shown)
        limit = self.policy.limit(slot.status)
        lines = present.head_lines(view.column, slot.width - 1, self.now, hints, limit)
        text = self._flashed(slot.status, lines[row]) if row == 0 else lines[row]
        return (Piece(text, self._head_look(slot.status, row)), Piece(" ", "gap"))

    def _flashed(self, status: Status, head: str) -> str:
        return _FLASH + head[1:] if status in self._flashing_heads else head

    def _head_look(self, status: Status, row: int) -> str:
        limit = self.policy.limit(status)
        over = limit is not None and self.columns[status].column.count > limit
        if row:
            return "facts+over" if over else "facts"
        if status is self.dragged_over and status is not self.focused_status:
            return "drop" if status in self.drops else "no-drop"
        look = "head-focus" if status is self.focused_status else "head"
        look = f"{look}+over" if over else look
        return f"{look}+flash" if status in self._flashing_heads else look

    def _spine(self, slot: Slot, row: int) -> Line:
        column = self.columns[slot.status].column
        inside = slot.width - 1
        text = ""
        if row == 0:
            text = self._flashed(slot.status, f" {slot.status.letter}")
        elif row == 1:
            text = present.small_count(column).rjust(min(3, inside))
        look = self._head_look(slot.status, row) if row < 2 else "spine"
        look = "spine" if look == "facts" else look
        return (Piece(present.fit(text, inside), look), Piece(" ", "gap"))

    def _card(self, slot: Slot, layout: Layout, row: int) -> Line:
        view = self.columns[slot.status]
        inside = slot.width - 1
        index = view.top + row // CARD_ROWS
        if index >= len(view.cards) or row // CARD_ROWS >= self.shown:
            return (Piece(self._void(slot, row, inside), "rest+empty"), Piece(" ", "gap"))
        ticket = view.cards[index]
        lines = self._lines(ticket, inside - 2)
        focused = slot.status is self.focused_status and ticket is view.ticket
        base = "cursor" if focused else ("odd" if index % 2 else "card")
        flash = "+flash" if ticket.number in self._flashing else ""
        pieces = [
            Piece(
                piece.text, (f"{piece.look}+{base}" if focused else f"{base}+{piece.look}") + flash
            )
            for piece in lines[row % CARD_ROWS]
        ]
        mark = _GUTTER if focused else " "
        first = row % CARD_ROWS == 0
        if first and flash:
            mark = _FLASH
        if first and self.marks and self.marks.holds(ticket, self.ticket, self.order):
            return (Piece(_MARK, f"{base}+marked"), *pieces, Piece(" ", base), Piece(" ", "gap"))
        return (Piece(mark, base), *pieces, Piece(" ", base), Piece(" ", "gap"))

    def _lines(self, ticket: Ticket, width: int) -> tuple[Line, Line]:
        """A card's two rows, written once for as long as the clock reads the same."""
        key = (ticket.number, ticket.version, width)
        if key not in self._written:
            others = self._others.get(ticket.number, ())
            self._written[key] = present.card_lines(ticket, width, self.now, self.policy, others)
        return self._written[key]

    def _void(self, slot: Slot, row: int, width: int) -> str:
        if not self._loaded or self.columns[slot.status].cards:
            return " " * width
        counts = [view.column.count for view in self.columns.values()]
        empty_desk = not (self.filtered or any(counts))
        lines: tuple[str, ...] = ("", "nothing fits" if self.filtered else "nothing here")
        if empty_desk and slot.status is self.focused_status:
            lines = self._welcome or lines
        return present.fit(f" {lines[row]}" if row < len(lines) else "", width)
