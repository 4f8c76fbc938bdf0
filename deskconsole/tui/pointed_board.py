"""The board under the mouse: click, second click, wheel, and cards that are dragged."""

from textual import events
from textual.geometry import Offset
from textual.message import Message

from deskconsole.face.layout import CARD_ROWS, Slot
from deskconsole.model import Status
from deskconsole.tui.board import BoardView

_WHEEL = 3  # cards that a notch of the wheel scrolls


class PointedBoard(BoardView):
    """A board that can be pointed at; what a drop means is for whoever hears of it."""

    class Opened(Message):
        """The ticket under the cursor was clicked twice."""

    class Dragged(Message):
        """The ticket under the cursor is dragged over column `over` (None: over none)."""

        def __init__(self, over: Status | None) -> None:
            super().__init__()
            self.over = over

    class Dropped(Message):
        """The ticket under the cursor was dropped on another column."""

        def __init__(self, on: Status) -> None:
            super().__init__()
            self.on = on

    _grabbed = False  # the button went down on the ticket under the cursor
    # Where and when the button went down last, and whether that was on a card: the columns may
    # have moved by the second click of two.
    _pressed: tuple[Offset, float, bool] | None = None

    def _at(self, event: events.MouseEvent) -> tuple[Slot | None, int | None]:
        """The column under the pointer, and the row of the card there among those at hand."""
        slot = self._layout.at(event.x)
        row = event.y - self._layout.head_rows
        if slot is None or slot.spine or row < 0:
            return slot, None
        view = self.columns[slot.status]
        index = view.top + row // CARD_ROWS
        inside = row // CARD_ROWS < self.shown and index < len(view.cards)
        return slot, index if inside else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the focus and the cursor there, and maybe begin to drag."""
        if event.button != 1:
            return
        if not self._again(event):
            slot, index = self._at(event)
            if slot is None:
                return
            self.jump(slot.status)
            if index is not None:
                self.move_cursor(index - self.view.index)
            self._pressed = (event.screen_offset, event.time, index is not None)
        if self._pressed is not None and self._pressed[2]:
            self._grabbed = True
            self.capture_mouse()

    def _again(self, event: events.MouseEvent) -> bool:
        """Whether the button went down in the same place a moment ago."""
        if self._pressed is None:
            return False
        where, when, _ = self._pressed
        soon = event.time - when <= self.app.CLICK_CHAIN_TIME_THRESHOLD
        return soon and event.screen_offset == where

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell over which column a ticket is dragged."""
        if self._grabbed:
            slot = self._layout.at(event.x)
            self._drag_over(slot.status if slot else None)

    def _drag_over(self, over: Status | None) -> None:
        if over is not self.dragged_over and (over or self.dragged_over):
            if over is self.focused_status and self.dragged_over is None:
                return  # it has not left its own column yet
            self.dragged_over = over
            self.post_message(self.Dragged(over))
            self.repaint(range(self._layout.head_rows))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Drop what was dragged."""
        over, self.dragged_over = self.dragged_over, None
        if self._grabbed:
            self._grabbed = False
            self.release_mouse()
        if over is not None:
            self.repaint(range(self._layout.head_rows))
            if over is not self.focused_status:
                self.post_message(self.Dropped(over))

    def on_click(self, event: events.Click) -> None:
        """A second click opens what the first was on."""
        if event.chain == 2 and self._pressed is not None and self._pressed[2]:
            self._pressed = None
            self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll the column under the pointer."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll the column under the pointer."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        slot = self._layout.at(event.x)
        if slot is None or slot.spine:
            return
        view = self.columns[slot.status]
        view.scroll(direction * _WHEEL, self.shown)
        self.repaint(slot=slot)
        self.looked()
        if view.wants(self.shown):
            self.want(False)
