"""Which tickets are marked to be acted on together: single ones, and a range up to the cursor."""

from deskconsole.model import Order, Ticket


class Marks:
    """Marked numbers, and the ticket from which a range is being drawn, if one is."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        self.anchor: Ticket | None = None

    def __bool__(self) -> bool:
        return bool(self.numbers) or self.anchor is not None

    def holds(self, ticket: Ticket, cursor: Ticket | None, order: Order) -> bool:
        """Whether a ticket is marked, with the cursor where it is now."""
        if ticket.number in self.numbers:
            return True
        anchor = self.anchor
        if anchor is None or cursor is None:
            return False
        if not ticket.status is anchor.status is cursor.status:
            return False
        ends = (anchor.key(order), cursor.key(order))
        return min(ends) <= ticket.key(order) <= max(ends)

    def toggle(self, number: int) -> None:
        """Mark a ticket, or take its mark off."""
        self.numbers ^= {number}

    def clear(self) -> None:
        """Forget them all."""
        self.numbers.clear()
        self.anchor = None
