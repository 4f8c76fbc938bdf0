"""One ticket: what its status means and what happens next, its fields, clones and timeline."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from deskconsole.desk.desk import Desk
from deskconsole.errors import DeskError, StoreDown
from deskconsole.face import cards
from deskconsole.face.pieces import Line, Piece
from deskconsole.model import Dossier, Policy, Ticket
from deskconsole.store.around import read_dossier
from deskconsole.store.standing import Standing
from deskconsole.tui import present_ticket
from deskconsole.tui.actions import Place, bindings_at
from deskconsole.tui.around import AroundScreen
from deskconsole.tui.bars import Bar, StatusBar
from deskconsole.tui.ground import Ground
from deskconsole.tui.link import Link
from deskconsole.tui.page import Pages, Words

_WIDE = 100  # cells from which the facts stand beside the timeline

# Finds the ticket below (1) or above (-1) another in its column; None at the column's end.
Walk = Callable[[Ticket, int], Awaitable[Ticket | None]]


class Beside(Ground, Horizontal):
    """The timeline and, where there is room, the facts beside it."""


class TicketScreen(AroundScreen):
    """A ticket in full; the keys act on it as they do on the board.

    With `walk` it goes on to the tickets beside it, in the column that it was opened from.
    """

    PLACE = Place.TICKET
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_at(Place.TICKET))

    def __init__(self, link: Link, ticket: Ticket) -> None:
        super().__init__(link)
        self._dossier = Dossier(ticket)
        self._timeline: list[Line] = []
        self._walk: Walk | None = None
        self._place = ticket  # where the walk stands, though the ticket may have left that column
        self._again = False

    def turn_to(self, ticket: Ticket, policy: Policy, walk: Walk | None = None) -> None:
        """Show a ticket from its top; it is read, and painted together with what was read."""
        self.policy, self._walk, self._said, self._news = policy, walk, None, None
        self._stand_at(ticket)
        with self.one_frame():
            self.reload()
            if self.is_mounted:
                self.clear_selection()
                for pages in self.query(Pages):
                    pages.scroll_home(animate=False, immediate=True)
                self._show()

    def _stand_at(self, ticket: Ticket) -> None:
        self._place, self._dossier, self._timeline = ticket, Dossier(ticket), []

    def compose(self) -> ComposeResult:
        """The title; the timeline, with the facts around or beside it; the bars."""
        self._place_facts(self.app.size.width)
        yield Words(id="ticket-title")
        with Beside(id="ticket-page"):
            with Pages(id="ticket-main"):
                yield Words(id="facts-above")
                yield Words(id="timeline")
                yield Words(id="facts-below")
            with Pages(id="ticket-side"):
                yield Words(id="facts-beside")
        yield StatusBar("status")
        yield Bar("keys")

    @property
    def ticket(self) -> Ticket:
        """The ticket shown."""
        return self._dossier.ticket

    def on_mount(self) -> None:
        """Show and read what it was turned to before it stood."""
        self._show()
        if self.reading:
            self.run_worker(self._read())
        if not self.is_current:  # it is made ready for the first key that asks for it
            self._refresh_layout(self.app.size)

    def on_resize(self, event: events.Resize) -> None:
        """Put the facts beside the timeline where there is room."""
        self._place_facts(event.size.width)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """The same, where the terminal has another size since this was seen last."""
        self._place_facts(self.app.size.width)

    def _place_facts(self, width: int) -> None:
        self.set_class(width >= _WIDE, "-wide")

    def desk_changed(self, standing: Standing) -> None:
        """Somebody changed the desk: maybe this ticket, its watchers or its relatives."""
        self.reload()

    def reload(self, follow: int | None = None) -> None:
        """Read the ticket again."""
        self._again = True
        if not self.reading:
            self.reading = True
            if self.is_mounted:
                self.run_worker(self._read())

    async def _read(self) -> None:
        try:
            while self._again:
                self._again = False
                before = self._dossier
                dossier, policy, timeline = await self.link.call(self._look)
                if self._dossier is not before:
                    continue  # another ticket is shown by now
                self._dossier, self.policy, self._timeline = dossier, policy, timeline
                if self._same_place(dossier.ticket):
                    self._place = dossier.ticket
                self._show()
                seen = before.ticket.version
                self.tell_news(tuple(event for event in dossier.events if event.id > seen))
        except StoreDown:
            pass  # it is the link's trouble, and said for as long as it lasts
        except DeskError as error:
            self.say(str(error), "bad")
        finally:
            self.reading = False

    def _look(self, desk: Desk) -> tuple[Dossier, Policy, list[Line]]:
        """What there is now; long messages are set in lines here, off the event loop."""
        had, timeline = self._dossier, self._timeline
        dossier = read_dossier(desk.store, had.ticket.number)
        if dossier.events != had.events:
            timeline = present_ticket.timeline(dossier.events, desk.clock())
        return dossier, desk.store.policy(), timeline

    def _same_place(self, ticket: Ticket) -> bool:
        place = self._place
        return (ticket.number, ticket.status) == (place.number, place.status)

    def _show(self) -> None:
        now = self.link.desk.clock()
        facts = present_ticket.facts(self._dossier, self.choices(), now)
        self.others_moved()
        self.query_one("#facts-above", Words).show(present_ticket.brief(self._dossier, now))
        self.query_one("#facts-below", Words).show(facts)
        self.query_one("#facts-beside", Words).show(facts)
        self.query_one("#timeline", Words).show(self._timeline)
        self.show_bars()

    def others_moved(self) -> None:
        """Say beside the title who else is here."""
        others = self.link.at(self.ticket.number)
        title = present_ticket.title(self.ticket, cards.around_words(others))
        self.query_one("#ticket-title", Words).show([title])

    @property
    def attended(self) -> int:
        """The ticket shown."""
        return self.ticket.number

    def show_bars(self) -> None:
        """Bring both bars up to date."""
        me = Piece(f" {self.whose} ", "quiet")
        self.bar("status").show(self.said or (Piece(f" {self.ticket.ref}", "text"),), (me,))
        related = ("ticket.related",) if self._dossier.related else ()
        walk = ("walk.next",) if self._walk else ()
        keys = (*self.key_pieces(), *self.keys_of(*_KEYS, *walk, *related))
        self.bar("keys").show(keys, self.keys_of("console.help", "walk.back"))

    def _main(self) -> Pages:
        return self.query_one("#ticket-main", Pages)

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

    def action_step(self, by: int) -> None:
        """To the next (1) or previous (-1) ticket of the column that one came from."""
        if self._walk is None:
            back = self.key("walk.back")
            self.say(f"{self.ticket.ref} was opened from another ticket; {back} goes back", "bad")
        else:
            self.prepare(self._step(self._walk, by))

    async def _step(self, walk: Walk, by: int) -> None:
        found = await walk(self._place, by)
        if found is None:
            way, column = ("below" if by > 0 else "above"), self._place.status.title
            self.say(f"there is no ticket {way} this one in {column}", "bad")
            return
        self._stand_at(found)
        self.link.be_at(self.attended)
        self._again = True
        if not self.reading:
            self.reading = True
            await self._read()
        self._main().scroll_home(animate=False)

    def open_related(self, ticket: Ticket) -> None:
        """Open a ticket related to this one."""
        screen = TicketScreen(self.link, ticket)
        screen.turn_to(ticket, self.policy)
        self.app.push_screen(screen)

    def action_back(self) -> None:
        """Back the way one came."""
        self.dismiss()


_KEYS = (
    "ticket.reply",
    "ticket.note",
    "ticket.assign",
    "ticket.take",
    "move.menu",
)
