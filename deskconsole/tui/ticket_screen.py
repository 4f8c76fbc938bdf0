"""One ticket: what its status means and what happens next, its fields, clones and timeline."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll

from deskconsole.errors import DeskError
from deskconsole.model import Event, Policy, Ticket
from deskconsole.tui import present_ticket
from deskconsole.tui.actions import Place, bindings_at
from deskconsole.tui.bars import Bar, StatusBar
from deskconsole.tui.desk_screen import DeskScreen
from deskconsole.tui.link import Link
from deskconsole.tui.page import Words
from deskconsole.tui.present import Piece

_WIDE = 100  # cells from which the facts stand beside the timeline


class TicketScreen(DeskScreen):
    """A ticket in full; the keys act on it as they do on the board."""

    PLACE = Place.TICKET
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_at(Place.TICKET))

    def __init__(self, link: Link, ticket: Ticket, policy: Policy) -> None:
        super().__init__(link)
        self.policy = policy
        self._ticket = ticket
        self._events: list[Event] = []
        self._again = False

    def compose(self) -> ComposeResult:
        """The title; the timeline, with the facts around or beside it; the bars."""
        yield Words(id="ticket-title")
        with Horizontal(id="ticket-page"):
            with VerticalScroll(id="ticket-main", can_focus=False):
                yield Words(id="facts-above")
                yield Words(id="timeline")
                yield Words(id="facts-below")
            with VerticalScroll(id="ticket-side", can_focus=False):
                yield Words(id="facts-beside")
        yield StatusBar("status")
        yield Bar("keys")

    @property
    def ticket(self) -> Ticket | None:
        """The ticket shown."""
        return self._ticket

    def on_mount(self) -> None:
        """Read the timeline."""
        self._show()
        self.reload()

    def on_resize(self, event: events.Resize) -> None:
        """Put the facts beside the timeline where there is room."""
        self.set_class(event.size.width >= _WIDE, "-wide")

    def desk_changed(self, upto: int) -> None:
        """Somebody changed the desk: maybe this ticket."""
        if upto > self._ticket.version:
            self.reload()

    def reload(self, follow: int | None = None) -> None:
        """Read the ticket again."""
        self._again = True
        if not self.reading:
            self.reading = True
            self.run_worker(self._read())

    async def _read(self) -> None:
        number = self._ticket.number
        try:
            while self._again:
                self._again = False
                seen = self._ticket.version
                self._ticket, self._events, self.policy = await self.link.call(
                    lambda desk: (
                        desk.store.ticket(number),
                        desk.store.timeline(number),
                        desk.store.policy(),
                    )
                )
                self._show()
                self.tell_news(tuple(event for event in self._events if event.id > seen))
        except DeskError as error:
            self.say(str(error), "bad")
        finally:
            self.reading = False

    def _show(self) -> None:
        now = self.link.desk.clock()
        facts = present_ticket.facts(self._ticket, self.choices(), now)
        self.query_one("#ticket-title", Words).show([present_ticket.title(self._ticket)])
        self.query_one("#facts-above", Words).show(present_ticket.brief(self._ticket, now))
        self.query_one("#facts-below", Words).show(facts)
        self.query_one("#facts-beside", Words).show(facts)
        self.query_one("#timeline", Words).show(present_ticket.timeline(self._events, now))
        self.show_bars()

    def show_bars(self) -> None:
        """Bring both bars up to date."""
        left = self.said or ((Piece(f" {self.link.trouble} ", "bad"),) if self.link.trouble else ())
        me = Piece(f" {self.link.me.name} ", "quiet")
        self.bar("status").show(left or (Piece(f" {self._ticket.ref}", "text"),), (me,))
        keys = (*self.key_pieces(), *self.keys_of(*_KEYS))
        self.bar("keys").show(keys, self.keys_of("console.help", "walk.back"))

    def _main(self) -> VerticalScroll:
        return self.query_one("#ticket-main", VerticalScroll)

    def action_scroll(self, by: int) -> None:
        """By a line."""
        self._main().scroll_relative(y=by, animate=False)

    def action_scroll_page(self, direction: int) -> None:
        """By a page."""
        main = self._main()
        main.scroll_relative(y=direction * max(1, main.size.height - 2), animate=False)

    def action_end(self, direction: int) -> None:
        """To the top or the newest."""
        if direction < 0:
            self._main().scroll_home(animate=False)
        else:
            self._main().scroll_end(animate=False)

    def action_back(self) -> None:
        """Back to the board."""
        self.dismiss()


_KEYS = ("ticket.reply", "ticket.note", "ticket.assign", "ticket.take", "move.menu")
