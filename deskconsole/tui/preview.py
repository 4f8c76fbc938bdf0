"""The ticket under the cursor in short, beside the board or below it.

It follows the cursor once that rests, so that no key waits for it.
"""

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from deskconsole.desk.desk import Desk
from deskconsole.face.cards import around_words
from deskconsole.face.pieces import Line
from deskconsole.model import Ticket
from deskconsole.tui.link import Link
from deskconsole.tui.page import Words

REST_SECONDS = 0.15  # without a key, until the cursor is taken to rest


class Preview(VerticalScroll, can_focus=False):
    """One ticket's title, what is next, and its newest events first."""

    def __init__(self, link: Link) -> None:
        super().__init__(id="preview")
        self._link = link
        self._ticket: Ticket | None = None
        self._lines: list[Line] = []

    def compose(self) -> ComposeResult:
        """One page of words."""
        yield Words(id="preview-words")

    async def show(self, ticket: Ticket | None) -> None:
        """Show a ticket; DeskError if the desk cannot be read."""
        had = self._ticket
        if ticket == had:
            return
        lines = await self._link.call(lambda desk: _lines(desk, ticket)) if ticket else []
        if ticket is None or had is None or ticket.number != had.number:
            self.scroll_home(animate=False)
        self._ticket, self._lines = ticket, lines
        self.show_others()

    def show_others(self) -> None:
        """Show the page, with who else is at the ticket now."""
        if self._ticket is not None:
            from deskconsole.tui import present_ticket

            around = around_words(self._link.at(self._ticket.number))
            title = present_ticket.title(self._ticket, around)
            self.query_one(Words).show([title, *self._lines])
        else:
            self.query_one(Words).show([])

    def forget(self) -> None:
        """Show afresh next time, whatever is shown now."""
        self._ticket = None


def _lines(desk: Desk, ticket: Ticket) -> list[Line]:
    """The page of a ticket; long messages are set in lines here, off the event loop."""
    from deskconsole.tui import present_ticket

    return present_ticket.preview(ticket, desk.store.timeline(ticket.number), desk.clock())
