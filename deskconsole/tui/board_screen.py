"""The first screen: the board, what there is to say, and the keys."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from deskconsole.errors import DeskError
from deskconsole.model import Status, Ticket
from deskconsole.tui.actions import Place, bindings_at
from deskconsole.tui.bars import Bar, StatusBar
from deskconsole.tui.board import BoardView
from deskconsole.tui.desk_screen import DeskScreen
from deskconsole.tui.link import Link
from deskconsole.tui.present import Piece
from deskconsole.tui.ticket_screen import TicketScreen
from deskconsole.words import plural

_CLOCK_SECONDS = 15
WELCOME = (
    "",
    "This desk is empty.",
    "n opens its first ticket.",
    "? shows every key.",
    "q leaves.",
)


class BoardScreen(DeskScreen):
    """The live board."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_at(Place.BOARD))

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.board = BoardView(link.desk.clock(), WELCOME)
        self._upto = 0
        self._follow: int | None = None
        self._again = False

    def compose(self) -> ComposeResult:
        """Board, status line, key bar."""
        yield self.board
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
        keys = [*self.key_pieces()]
        for key, label in _KEYS if self.ticket else _KEYS_WITHOUT_TICKET:
            keys += [Piece(f" {key}", "key"), Piece(f" {label} ", "label")]
        ends = (Piece(" ?", "key"), Piece(" help ", "label"), Piece(" q", "key"))
        self.bar("keys").show(tuple(keys), (*ends, Piece(" quit ", "label")))

    def _focus_words(self) -> str:
        ticket = self.ticket
        return f"{ticket.ref}  {ticket.title}" if ticket else self.board.focused_status.title

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

    def action_open(self) -> None:
        """Open the ticket."""
        ticket = self._in_focus()
        if ticket is not None:
            self.app.push_screen(TicketScreen(self.link, ticket, self.policy))

    def action_quit(self) -> None:
        """Leave the console."""
        self.app.exit()


_KEYS_WITHOUT_TICKET = (("n", "new"), ("h l", "columns"), ("1-9", "jump"))
_KEYS = (
    ("Enter", "open"),
    ("r", "reply"),
    ("c", "note"),
    ("a", "assign"),
    ("m", "take"),
    ("n", "new"),
    ("s", "move to…"),
)
