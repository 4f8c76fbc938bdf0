"""The board as a picture: one widget paints all nine columns, line by line.

What it costs depends on the screen alone. It holds windows of tickets and a cursor; it decides
nothing about them and reads nothing from the desk.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from textual import events
from textual.timer import Timer

from deskconsole.face.board import ON_CARDS, BoardFace
from deskconsole.face.cards import card_lines
from deskconsole.face.layout import CARD_ROWS, Slot, lay_out
from deskconsole.face.pieces import Line
from deskconsole.face.seen import TicketSeen
from deskconsole.model import Event, Order, Policy, Presence, Status, Ticket, Window
from deskconsole.tui.column import ColumnView
from deskconsole.tui.link import Reading
from deskconsole.tui.marks import Marks
from deskconsole.tui.picture import Picture

_FLASH_SECONDS = 1.0
_LEAST_WINDOW = 20
_KEPT = 600  # cards, as they were painted: more than a screen has
_HOLDS = timedelta(seconds=15)  # for which what a card says of the time is true enough


class BoardView(BoardFace, Picture, can_focus=True):
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
        *ON_CARDS,
        "empty",
        "over",
        "marked",
        "around",
        "flash",
        "drop",
        "no-drop",
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"board--{look}" for look in LOOKS}

    def __init__(
        self,
        now: datetime,
        looked: Callable[[], None],
        want: Callable[[bool], None],
        welcome: tuple[str, ...] = (),
    ) -> None:
        """A board that calls `looked` and `want`, at once, so that a key is painted in one frame.

        `looked` when the cursor is on another ticket, or on the same one changed; `want` when
        cards beyond those at hand are needed: at once (True), or by some later key.
        """
        super().__init__(lay_out(80, Status.WAITING_FOR_SUPPORT))
        self.now = now
        self.looked = looked
        self.want = want
        self.policy = Policy()
        self.columns: dict[Status, ColumnView] = {
            status: ColumnView.empty(status) for status in Status
        }
        self.zoomed = False
        self.order = Order.ATTENTION
        self.folded: frozenset[Status] = frozenset()
        self.marks = Marks()
        # Cards as they were painted, by number, width and state, and the tickets that they show.
        self._painted: dict[tuple[int, int, str, str, str], tuple[Ticket, tuple[Line, ...]]] = {}
        self._painted_at = now
        self._others: dict[int, tuple[Presence, ...]] = {}  # by ticket
        self._flashes: Timer | None = None
        self.welcome = welcome

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
        """How many cards of the focused column to keep at hand each way beyond those shown."""
        return max(_LEAST_WINDOW, 2 * self.shown)

    def windows(self) -> dict[Status, Window]:
        """What to read so that everything shown is at hand, and a page more where nobody is."""
        return {
            status: view.window(
                self.shown, self.window_size if status is self.focused_status else self.shown
            )
            for status, view in self.columns.items()
        }

    def absorb(self, reading: Reading, others: Iterable[Event], *, insist: bool) -> None:
        """Show the desk as it was read, and for a moment what others did there meanwhile.

        The cursor goes with its ticket to whatever column that is in now; with `insist` it goes
        to the followed ticket even if it was on another.
        """
        followed = reading.followed
        if followed is not None and not insist and self.view.cursor != followed.number:
            followed = None  # the cursor has gone on meanwhile
        self.now = reading.at
        if reading.policy != self.policy or abs(self.now - self._painted_at) >= _HOLDS:
            self._write_anew()
        self.policy = reading.policy
        self.loaded = True
        for status, view in self.columns.items():
            column = reading.board.columns[status]
            if view.strays(column):
                self.want(False)
            else:
                view.put(column, self.shown)
        if followed is not None:
            view = self.columns[followed.status]
            view.cursor = followed.number
            view.settle(self.shown)
            self._focus_column(followed.status)
        self.view.enter()
        self._flash(others)
        self.repaint()
        self.looked()

    def _write_anew(self) -> None:
        """Write every card anew: the clock reads otherwise, or who is at a ticket."""
        self._painted.clear()
        self._painted_at = self.now

    def tell_time(self, now: datetime) -> None:
        """Repaint every age and deadline that reads differently by now."""
        self.now = now
        self._write_anew()
        self.repaint()

    def show_others(self, others: Iterable[Presence], now: datetime) -> None:
        """Mark the cards of tickets that others are at."""
        found: dict[int, tuple[Presence, ...]] = {}
        for one in others:
            if one.lasts(now):
                found[one.ticket] = (*found.get(one.ticket, ()), one)
        if found == self._others:
            return
        self._others = found
        self._write_anew()
        self.repaint()

    def _flash(self, events: Iterable[Event]) -> None:
        """Let what others changed stand out: cards in sight, else the head of a column.

        The head is of the column that a card came to out of sight.
        """
        last = {event.ticket: event for event in events}
        if not last:
            return
        seen = {card.number for slot in self._layout.slots for card in self._in_sight(slot)}
        self.flashing = frozenset(last)
        self.flashing_heads = frozenset(
            event.target for event in last.values() if event.moved and event.ticket not in seen
        )
        if self._flashes is not None:
            self._flashes.stop()
        self._flashes = self.set_timer(_FLASH_SECONDS, self._end_flash)

    def _end_flash(self) -> None:
        self.flashing, self.flashing_heads = frozenset(), frozenset()
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
        if view.owed:
            self.want(True)
        if view.index == row:
            return
        rows = None
        if view.top == top and self.marks.anchor is None:
            rows = [*self._card_rows(row - top), *self._card_rows(view.index - top)]
        self.repaint(rows, self._layout.slot(self.focused_status))
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
            self.want(True)
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
            left = self.view
            self.folded -= {status}
            self._focus_column(status)
            if self.marks.anchor is not None:
                self.repaint()
            for view in (left, self.view):
                self.repaint(self._marked_rows(view), self._layout.slot(view.column.status))
            self._looked()

    def _marked_rows(self, view: ColumnView) -> list[int] | None:
        """The rows of a column that tell whether it is in focus; None if all may."""
        if not view.cards:
            return None
        return [*range(self._layout.head_rows), *self._card_rows(view.index - view.top)]

    def _card_rows(self, place: int) -> range:
        """The rows of the card in that place of those shown."""
        first = self._layout.head_rows + place * CARD_ROWS
        return range(first, first + CARD_ROWS)

    def zoom(self) -> None:
        """Give the focused column all the room, or take it back."""
        self.zoomed = not self.zoomed
        self._focus_column(self.focused_status)

    def fold(self) -> bool:
        """Fold the focused column and go on to the one beside; False if it is the last open one."""
        shown = [status for status in Status if status not in self.folded]
        here = self.focused_status
        if shown == [here]:
            return False
        at = shown.index(here)
        self.folded |= {here}
        self._focus_column(shown[at + 1] if at + 1 < len(shown) else shown[at - 1])
        self.repaint()
        self._looked()
        return True

    def unfold(self) -> None:
        """Unfold every column."""
        self.folded = frozenset()
        self._focus_column(self.focused_status)
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
        self.lay_out_as(
            lay_out(
                width,
                self.focused_status,
                zoomed=self.zoomed,
                folded=self.folded,
                before=self._layout,
            )
        )

    def _looked(self) -> None:
        self.looked()
        if self.view.wants(self.shown):
            self.want(False)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the columns out for the new size."""
        self._room = event.size
        self._lay_out(event.size.width)
        for view in self.columns.values():
            view.settle(self.shown)
        if self.loaded:
            self.want(False)

    # What is painted

    def limit(self, status: Status) -> int | None:
        """How many tickets a status should have at most, if the policy says."""
        return self.policy.limit(status)

    def marked(self, ticket: TicketSeen) -> bool:
        """Whether a ticket is marked, or in the range that is being drawn."""
        assert isinstance(ticket, Ticket)
        return bool(self.marks) and self.marks.holds(ticket, self.ticket, self.order)

    def card(
        self, ticket: TicketSeen, width: int, base: str, flash: str, mark: str
    ) -> tuple[Line, ...]:
        """A card's two rows in their looks, made once for as long as it stands so."""
        assert isinstance(ticket, Ticket)
        key = (ticket.number, width, base, flash, mark)
        shows, lines = self._painted.get(key, (None, ()))
        if shows is not ticket:
            lines = super().card(ticket, width, base, flash, mark)
            if len(self._painted) >= _KEPT:
                self._painted.clear()
            self._painted[key] = (ticket, lines)
        return lines

    def lines(self, ticket: TicketSeen, width: int) -> tuple[Line, Line]:
        """A card's two rows, with who else is at its ticket."""
        others = self._others.get(ticket.number, ())
        return card_lines(ticket, width, self.now, self.policy.timezone, others)
