"""One column as it is looked at: the cards at hand, the first one shown, and the cursor.

The cursor is a ticket, not a row: when the column changes it stays on its ticket, and only where
that has gone does it stay in its place.
"""

from deskconsole.model import Column, Order, Status, Ticket, Window


class ColumnView:
    """A column's window, the index of the first card shown, and the number under the cursor.

    Without a number the cursor is on whatever card is first: nobody has been here yet, or left
    from there.
    """

    def __init__(self, column: Column) -> None:
        self.column = column
        self.top = 0
        self.stripe = 0  # 1 where the first card at hand has the ground of every second one
        self.cursor: int | None = None
        self.order = Order.ATTENTION
        self.go = 0  # where the next window is to put the cursor: -1 first, 1 last, 0 where it was
        self.owed = 0  # cards that the cursor goes on by once they are at hand
        self._found = 0  # where the cursor was found last
        self._asked_at: int | None = None  # where the cursor was when a window was asked for last

    @classmethod
    def empty(cls, status: Status) -> "ColumnView":
        return cls(Column(status))

    @property
    def cards(self) -> tuple[Ticket, ...]:
        return self.column.cards

    @property
    def index(self) -> int:
        """The cursor's place among the cards at hand, 0 if there is none."""
        cards = self.cards
        if self._found < len(cards) and cards[self._found].number == self.cursor:
            return self._found
        self._found = next(
            (index for index, card in enumerate(cards) if card.number == self.cursor), 0
        )
        return self._found

    @property
    def ticket(self) -> Ticket | None:
        """The ticket under the cursor."""
        return self.cards[self.index] if self.cards else None

    def window(self, shown: int, size: int) -> Window:
        """The window to ask for: the `shown` cards in sight, and `size` beyond them each way."""
        self._asked_at = self.cursor
        if self.go > 0:
            return Window(after=shown + size, end=True)
        if self.go < 0 or not self.cards or (self.top == 0 and not self.column.above):
            return Window(after=shown + size)
        return Window(self.cards[self.top].key(self.order), before=size, after=shown + size)

    def wants(self, shown: int) -> bool:
        """Whether the cursor came so near to the end of what is at hand that more is needed."""
        if self.column.below and self.index + shown >= len(self.cards):
            return True
        return self.column.above and self.index < shown

    def move(self, by: int, shown: int) -> None:
        """Move the cursor `by` cards, as far as there are any; beyond those at hand it is owed."""
        if self.cards:
            to = self.index + by
            index = min(max(to, 0), len(self.cards) - 1)
            more = self.column.below if to > index else self.column.above
            self.owed = to - index if more else 0
            self.cursor = self.cards[index].number
            self.settle(shown)

    def strays(self, column: Column) -> bool:
        """Whether the cursor went on, while `column` was read, to where that does not reach."""
        return (
            self.cursor != self._asked_at
            and not self.go
            and (column.above or column.below)
            and all(card.number != self.cursor for card in column.cards)
        )

    def scroll(self, by: int, shown: int) -> None:
        """Scroll by so many cards; the cursor goes along only where it would leave the sight."""
        self.top = max(0, min(self.top + by, len(self.cards) - shown))
        if self.cards:
            index = min(max(self.index, self.top), self.top + shown - 1, len(self.cards) - 1)
            self.cursor = self.cards[index].number

    def put(self, column: Column, shown: int) -> None:
        """Take in a new window, cursor and scroll staying with their tickets where they can."""
        row = self.index - self.top
        had = self.cards[self.top] if self.top < len(self.cards) else None
        at_top = self.top == 0 and not self.column.above
        self._keep_stripes(had, column)
        self.column = column
        if not column.cards:
            self.top, self.cursor, self.go, self.owed = 0, None, 0, 0
            return
        if self.go:
            self.cursor = column.cards[-1 if self.go > 0 else 0].number
            self.top = len(column.cards) if self.go > 0 else 0
            self.go = 0
        else:
            self.top = 0 if at_top and not column.above else self._place(had)
            if self.cursor and all(card.number != self.cursor for card in column.cards):
                index = min(self.top + max(row, 0), len(column.cards) - 1)
                self.cursor = column.cards[index].number
        self.move(self.owed, shown)

    def _keep_stripes(self, had: Ticket | None, column: Column) -> None:
        """Let the card that is first in sight stand on the ground that it had."""
        for place, card in enumerate(column.cards):
            if had is not None and card.number == had.number:
                self.stripe = (self.top + self.stripe - place) % 2
                return
        self.stripe = 0

    def _place(self, had: Ticket | None) -> int:
        """Where the card that was first is now, or the first that comes after its place."""
        if had is None:
            return 0
        for index, card in enumerate(self.cards):
            if card.number == had.number:
                return index
        place, descends = had.key(self.order), self.order.descends(had.status)
        for index, card in enumerate(self.cards):
            key = card.key(self.order)
            if key < place if descends else key > place:
                return index
        return len(self.cards) - 1

    def enter(self) -> None:
        """Put the cursor on its ticket, which it follows from now on."""
        if self.cards:
            self.cursor = self.cards[self.index].number

    def leave(self) -> None:
        """Let the cursor stay on the first card, whichever that will be, if it is there."""
        if self.index == 0 and not self.column.above:
            self.cursor = None

    def settle(self, shown: int) -> None:
        """Scroll as little as brings the cursor into sight, and leave no room below the last."""
        index = self.index
        self.top = min(max(self.top, index - shown + 1, 0), index)
        self.top = max(0, min(self.top, len(self.cards) - shown))

    def hints(self, shown: int) -> str:
        """Which way more cards lie: an arrow up, down, both or none."""
        above = self.column.above or self.top > 0
        below = self.column.below or self.top + shown < len(self.cards)
        return ("↑" if above else " ") + ("↓" if below else " ")
