"""The first screen: the board, what there is to say, and the keys."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from deskconsole import calendar
from deskconsole.errors import DeskError
from deskconsole.model import Status, Ticket
from deskconsole.query import Query, QueryError, number_in, parse
from deskconsole.tui.actions import Place, bindings_at
from deskconsole.tui.bars import Bar, StatusBar
from deskconsole.tui.board import BoardView
from deskconsole.tui.desk_screen import DeskScreen
from deskconsole.tui.keyboard import Keyboard
from deskconsole.tui.link import CLOSED_SHOWN, Link
from deskconsole.tui.present import Piece
from deskconsole.tui.ticket_screen import TicketScreen
from deskconsole.words import plural

_CLOCK_SECONDS = 15


class BoardScreen(DeskScreen):
    """The live board."""

    PLACE = Place.BOARD
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_at(Place.BOARD))

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.board = BoardView(link.desk.clock(), _welcome(self.keyboard))
        self._upto = 0
        self._follow: int | None = None
        self._again = False
        self._query: Query = ()
        self._query_text = ""

    def compose(self) -> ComposeResult:
        """Board, the line of the filter, status line, key bar."""
        yield self.board
        hint = f"{_FILTER_HINT} {self.keyboard.first('walk.all')} leaves"
        yield Input(placeholder=hint, id="filter", compact=True)
        yield StatusBar("status")
        yield Bar("keys")

    def on_mount(self) -> None:
        """Begin to live."""
        self.board.focus()
        self.set_interval(_CLOCK_SECONDS, self._tick)
        self.reload()

    def _tick(self) -> None:
        self.board.tell_time(self.link.desk.clock())

    @property
    def ticket(self) -> Ticket | None:
        """The ticket under the cursor."""
        return self.board.ticket

    def desk_changed(self, upto: int) -> None:
        """Somebody changed the desk."""
        if upto > self._upto:
            self.reload()

    def reload(self, follow: int | None = None) -> None:
        """Read the desk again; while a reading is under way, once more after it."""
        if follow is not None:
            self._follow = follow
        self._again = True
        if not self.reading:
            self.reading = True
            self.run_worker(self._read())

    async def _read(self) -> None:
        try:
            while self._again:
                self._again = False
                follow, self._follow = self._follow, None
                board = self.board
                known = board.ticket if follow is None and not board.view.go else None
                reading = await self.link.read(
                    board.windows(),
                    self._upto,
                    follow or (known.number if known else None),
                    board.window_size,
                    known,
                    self._query,
                )
                self._upto = reading.board.upto
                self.policy = reading.policy
                board.absorb(reading, insist=follow is not None)
                self.tell_news(reading.news)
        except DeskError as error:
            self.say(str(error), "bad")
        finally:
            self.reading = False

    @on(BoardView.Wanted)
    def _more(self) -> None:
        self.reload()

    @on(BoardView.Looked)
    def show_bars(self) -> None:
        """Bring both bars up to date."""
        total = sum(
            view.column.count for status, view in self.board.columns.items() if not status.closed
        )
        state = "desk not reached" if self.link.trouble else "live"
        left = self.said or ((Piece(f" {self.link.trouble} ", "bad"),) if self.link.trouble else ())
        right = Piece(f"  {self.link.me.name} · {plural(total, 'ticket')} open · {state} ", "quiet")
        self.bar("status").show(left or (Piece(f" {self._focus_words()}", "text"),), (right,))
        keys = (*self.key_pieces(), *self.keys_of(*_KEYS)) if self.ticket else self._ways()
        self.bar("keys").show(keys, self.keys_of("console.help", "console.quit"))

    def _ways(self) -> tuple[Piece, ...]:
        """What can be done without a ticket in focus."""
        first = self.keyboard.first
        sides = f"{first('walk.left')} {first('walk.right')}"
        numbers = [first(f"jump.{status.slug}") for status in Status]
        return (
            *self.keys_of("ticket.new"),
            *(Piece(f" {sides}", "key"), Piece(" columns ", "label")),
            *(Piece(f" {numbers[0]}-{numbers[-1]}", "key"), Piece(" jump ", "label")),
        )

    def _focus_words(self) -> str:
        ticket = self.ticket
        if self._query:
            return f"/{self._query_text}   {self.keyboard.first('walk.all')} shows everything"
        return f"{ticket.ref}  {ticket.title}" if ticket else self.board.focused_status.title

    # The filter

    def action_filter(self) -> None:
        """Ask for a query, and follow it as it is typed."""
        line = self.query_one("#filter", Input)
        line.add_class("-open")
        line.value = self._query_text
        line.focus()

    def action_show_all(self) -> None:
        """Show everything again."""
        self._close_filter()
        if self._query:
            self._set_query("", ())

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        if not event.input.has_class("-open"):
            return
        try:
            today = calendar.today(self.link.desk.clock(), self.policy.timezone)
            self._set_query(event.value, parse(event.value, today))
        except QueryError as error:
            self.say(f"{error}; this is the last view that could be read", "bad")

    @on(Input.Submitted, "#filter")
    def _found(self, event: Input.Submitted) -> None:
        self._close_filter()
        number = number_in(event.value)
        if number is not None:
            self._set_query("", ())
            self.run_worker(self._jump_to(number))
        elif not self.board.view.cards:
            hits = [status for status, view in self.board.columns.items() if view.cards]
            if hits:
                self.board.jump(hits[0])

    async def _jump_to(self, number: int) -> None:
        try:
            ticket = await self.link.call(lambda desk: desk.store.ticket(number))
        except DeskError as error:
            self.say(str(error), "bad")
            return
        self.reload(number)
        if ticket.closed_at and ticket.closed_at < self.link.desk.clock() - CLOSED_SHOWN:
            # Too long closed to stand on the board.
            self.app.push_screen(TicketScreen(self.link, ticket, self.policy))

    def _set_query(self, text: str, query: Query) -> None:
        self._query_text, self._query = text, query
        self._said = None
        self.show_bars()
        self.reload()

    def _close_filter(self) -> None:
        line = self.query_one("#filter", Input)
        line.remove_class("-open")
        if not self._query:
            line.value = ""
        self.board.focus()

    def action_cursor(self, by: int) -> None:
        """Up or down in the column."""
        self.board.move_cursor(by)

    def action_column(self, by: int) -> None:
        """To the column beside."""
        self.board.go_column(by)

    def action_jump(self, slug: str) -> None:
        """To a column."""
        self.board.jump(Status.of(slug))

    def action_first(self) -> None:
        """To the first card."""
        self.board.go_end(-1)

    def action_last(self) -> None:
        """To the last card."""
        self.board.go_end(1)

    def action_page(self, pages: float) -> None:
        """By pages."""
        self.board.page(pages)

    def action_zoom(self) -> None:
        """Give the column all the room, or take it back."""
        self.board.zoom()

    def action_open(self) -> None:
        """Open the ticket."""
        ticket = self._in_focus()
        if ticket is not None:
            self.app.push_screen(TicketScreen(self.link, ticket, self.policy))

    def action_quit(self) -> None:
        """Leave the console."""
        self.app.exit()


_FILTER_HINT = "words, mine, is:replied, p:urgent, older:3d, -tag:later, SD-12 …"
_KEYS = (
    "ticket.open",
    "ticket.reply",
    "ticket.note",
    "ticket.assign",
    "ticket.take",
    "ticket.new",
    "walk.filter",
    "move.menu",
)


def _welcome(keyboard: Keyboard) -> tuple[str, ...]:
    """What an empty desk says."""
    return (
        "",
        "This desk is empty.",
        f"{keyboard.first('ticket.new')} opens its first ticket.",
        f"{keyboard.first('console.help')} shows every key.",
        f"{keyboard.first('console.quit')} leaves.",
    )
