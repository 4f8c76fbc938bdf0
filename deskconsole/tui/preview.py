"""The ticket under the cursor in short, beside the board or below it.

It follows the cursor once that rests, so that no key waits for it.
"""

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from deskconsole.model import Event, Ticket
from deskconsole.tui import present_ticket
from deskconsole.tui.link import Link
from deskconsole.tui.page import Words

REST_SECONDS = 0.15  # without a key, until the cursor is taken to rest


class Preview(VerticalScroll, can_focus=False):
    """One ticket's title, what is next, and its newest events first."""

    def __init__(self, link: Link) -> None:
        super().__init__(id="preview")
        self._link = link
        self._shown: tuple[int, int] | None = None  # number and version

    def compose(self) -> ComposeResult:
        """One page of words."""
        yield Words(id="preview-words")

    async def show(self, ticket: Ticket | None) -> None:
        """Show a ticket; DeskError if the desk cannot be read."""
        key = (ticket.number, ticket.version) if ticket else None
        if key == self._shown:
            return
        events: list[Event] = []
        if ticket is not None:
            number = ticket.number
            events = await self._link.call(lambda desk: desk.store.timeline(number))
        if self._shown is None or key is None or key[0] != self._shown[0]:
            self.scroll_home(animate=False)
        self._shown = key
        now = self._link.desk.clock()
        lines = present_ticket.preview(ticket, events, now) if ticket else []
        self.query_one(Words).show(lines)

    def forget(self) -> None:
        """Show afresh next time, whatever is shown now."""
        self._shown = None
