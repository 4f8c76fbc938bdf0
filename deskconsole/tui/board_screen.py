"""The first screen: the board, a preview, what there is to say, and the keys."""

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.timer import Timer
from textual.widget import Widget

from deskconsole.desk.desk import Desk
from deskconsole.desk.outcome import MOST
from deskconsole.errors import BadInput, DeskError, StoreDown
from deskconsole.face.bar import standing_words
from deskconsole.face.pieces import Piece
from deskconsole.model import CLOSED_SHOWN, Key, Order, Status, Ticket
from deskconsole.store.find import condition
from deskconsole.store.standing import Standing
from deskconsole.tui.actions import Place, bindings_at
from deskconsole.tui.around import AroundScreen
from deskconsole.tui.bars import Bar, StatusBar
from deskconsole.tui.link import Link
from deskconsole.tui.marks import Marks
from deskconsole.tui.minding_screen import MindingScreen
from deskconsole.tui.pointed_board import PointedBoard
from deskconsole.tui.preview import REST_SECONDS, Preview
from deskconsole.words import plural

if TYPE_CHECKING:
    from deskconsole.tui.ticket_screen import TicketScreen, Walk

RESTORED = "the desk was restored from a backup"
ANOTHER = "the desk is back but older than it was, or another one"
_CLOCK_SECONDS = 15
_BESIDE = 120  # cells from which the preview stands beside the board


class BoardScreen(MindingScreen, AroundScreen):
    """The live board."""

    PLACE = Place.BOARD
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_at(Place.BOARD))

    def __init__(self, link: Link, was_read: Callable[[], None]) -> None:
        """A board that calls `was_read` once the desk was read, and after every reading."""
        super().__init__(link)
        self._was_read = was_read
        self.board = PointedBoard(link.desk.clock(), self._looked, self._more, self._welcome())
        self._upto = 0
        self._told = 0  # up to where the desk was said to be during a reading
        self._standing: Standing | None = None  # of the desk, as it was told last
        self._follow: int | None = None
        self._again = False
        self._awaited = (
            False  # a reading is owed to a key; the next ones are meant for what it brings
        )
        self._seeking = False  # once read, the cursor goes to where anything was found
        self._rest: Timer | None = None
        self._page: TicketScreen | None = None  # kept, since to make one takes long

    def _welcome(self) -> tuple[str, ...]:
        """What an empty desk says."""
        first = f"{self.key('ticket.new')} opens its first ticket."
        return (
            "",
            "",
            "This desk is empty.",
            *((first,) if self.may("ticket.new") else ()),
            f"{self.key('console.help')} shows every key.",
            f"{self.key('console.quit')} leaves.",
        )

    def compose(self) -> ComposeResult:
        """Board, status line, key bar; preview and filter come when they are asked for."""
        self._place_preview(self.app.size.width)
        with Container(id="desk"):
            yield self.board
        yield from self.below()
        yield StatusBar("status")
        yield Bar("keys")

    def below(self) -> Iterator[Widget]:
        """What stands between the board and its bars."""
        return iter(())

    def on_mount(self) -> None:
        """Begin to live."""
        self.board.focus()
        self.set_interval(_CLOCK_SECONDS, self._tick)
        self.prepare(self.begin())
        self.reload()
        self.call_after_refresh(self.others_moved)
        self.run_worker(self._tell_drafts())

    async def _tell_drafts(self) -> None:
        """Name the drafts that wait, having removed the forgotten ones."""
        drafts = self.link.drafts
        if not self.may("ticket.note"):
            return
        await asyncio.to_thread(drafts.sweep)
        waiting = [str(draft.act) for draft in await asyncio.to_thread(drafts.waiting)]
        if waiting and self._said is None:  # what is wrong comes first; drafts wait anyway
            more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
            wait = "waits" if len(waiting) == 1 else "wait"
            them = "it" if len(waiting) == 1 else "them"
            names = ", ".join(waiting[:3]) + more
            self.say(
                f"{plural(len(waiting), 'draft')} {wait}: {names}; open {them} again to go on",
                "quiet",
            )

    def on_resize(self, event: events.Resize) -> None:
        """Put the preview beside the board where there is room, else below it."""
        self._place_preview(event.size.width)

    def _place_preview(self, width: int) -> None:
        if self.has_class("-beside") is not (width >= _BESIDE):
            self.set_class(width >= _BESIDE, "-beside")

    def _tick(self) -> None:
        self.board.tell_time(self.link.desk.clock())

    @property
    def ticket(self) -> Ticket | None:
        """The ticket under the cursor."""
        return self.board.ticket

    @property
    def marks(self) -> Marks:
        """What is marked."""
        return self.board.marks

    @property
    def ready(self) -> bool:
        """Whether it takes keys: those that are for cards wait until these have been read."""
        return super().ready and (not self._awaited or self.filtering)

    def desk_changed(self, standing: Standing) -> None:
        """Somebody changed the desk: what stands on the board, or what was settled about it."""
        before, self._standing = self._standing, standing
        if before is not None and not standing.goes_on_from(before):
            self._upto = 0  # its events are others now; none of them is news
            restored = before.restored != standing.restored
            self._back = RESTORED if restored else ANOTHER
            self.say(self._back, "label")
            self.reload()
        elif before is not None and before.settled != standing.settled:
            self._read_soon()
        elif self.reading:
            self._told = standing.upto
        elif standing.upto > self._upto:
            self._read_soon()

    def reload(self, follow: int | None = None) -> None:
        """Read the desk again; while a reading is under way, once more after it."""
        if follow is not None:
            self._follow = follow
        self._awaited = True
        self._read_soon()

    def _read_soon(self) -> None:
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
                    self.terms,
                    board.order,
                )
                await self.read_beside()
                if self._follow is not None:
                    continue  # an act of one's own is done: what it led to is shown at once
                self._upto = reading.board.upto
                if self._told > self._upto:
                    self._again = True
                self._told = 0
                self.policy = reading.policy
                board.absorb(reading, self.of_others(reading.news), insist=follow is not None)
                self.tell_news(reading.news, reading.closer)
            if self._seeking:
                self._seek()
        except StoreDown:
            pass  # it is the link's trouble, and said for as long as it lasts
        except DeskError as error:
            self.say(str(error), "bad")
        finally:
            self.reading = self._awaited = self._seeking = False
            self.show_bars()
            self._was_read()

    async def read_beside(self) -> None:
        """Read what is shown beside the board, before that is shown."""

    attended = None

    def others_moved(self) -> None:
        """Mark the cards that others are at."""
        self.board.show_others(self.link.others, self.link.desk.clock())
        for preview in self.query(Preview):
            preview.show_others()

    def _more(self, awaited: bool) -> None:
        """Read on; keys wait only where the cursor is to go beyond what is at hand."""
        if awaited:
            self.reload()
        else:
            self._read_soon()

    def _looked(self) -> None:
        self.show_bars()
        self._preview_soon()

    def show_bars(self) -> None:
        """Bring both bars up to date."""
        columns = [view.column for view in self.board.columns.values()]
        told = [column for column in columns if self.terms or not column.status.closed]
        total = sum(column.count for column in told)
        state = "desk not reached" if self.link.trouble else "live"
        order = "" if self.look.order is Order.ATTENTION else f"by {self.look.order.value} · "
        more = any(column.more for column in told)
        right = standing_words(self.whose, order, total, state, found=bool(self.terms), more=more)
        self.bar("status").show(self.said or (Piece(f" {self._focus_words()}", "text"),), right)
        keys = (*self.key_pieces(), *self.keys_of(*_KEYS)) if self.ticket else self._ways()
        self.bar("keys").show(keys, self.keys_of("console.help", "console.quit"))

    def _ways(self) -> tuple[Piece, ...]:
        """What can be done without a ticket in focus."""
        first = self.key
        sides = f"{first('walk.left')} {first('walk.right')}"
        numbers = [first(f"jump.{status.slug}") for status in Status]
        return (
            *self.keys_of("ticket.new"),
            *(Piece(f" {sides}", "key"), Piece(" columns ", "label")),
            *(Piece(f" {numbers[0]}-{numbers[-1]}", "key"), Piece(" jump ", "label")),
        )

    def _marks_words(self) -> str:
        anchor = self.marks.anchor
        if anchor is not None:
            return f"marking from {anchor.ref} to the cursor ({self.key('mark.range')} ends it)"
        return f"{len(self.marks.numbers):,} marked"

    def _focus_words(self) -> str:
        ticket = self.ticket
        everything = f"{self.key('show.all')} shows everything"
        if self.marks:
            does = f" {self.key('ticket.assign')} assigns, {self.key('ticket.take')} takes,"
            forget = f"{self.key('show.all')} forgets them"
            hands = does if self.may("ticket.assign") else ""
            return f"{self._marks_words()}; a letter moves,{hands} {forget}"
        if self.look.name:
            return f"view {self.look.name}: /{self.look.query}   {everything}"
        if self.terms:
            return f"/{self.look.query}   {everything}"
        return f"{ticket.ref}  {ticket.title}" if ticket else self.board.focused_status.title

    # What is shown

    def look_changed(self, *, sorted_anew: bool) -> None:
        """Read what is to be shown now; the cursor stays on its ticket."""
        self.board.expect(self.look.order, filtered=bool(self.terms))
        self.reload(self.ticket.number if sorted_anew and self.ticket else None)

    def filter_left(self) -> None:
        """The keys are the board's again; the cursor goes to where anything is found."""
        self.board.focus()
        if self.reading:
            self._seeking = True
        else:
            self._seek()

    def _seek(self) -> None:
        hits = [status for status, view in self.board.columns.items() if view.cards]
        if hits and not self.board.view.cards:
            self.board.jump(hits[0])

    async def jump_to(self, number: int) -> None:
        """Put the cursor on a ticket; one that is too long closed for the board is opened."""
        ticket = await self.link.call(lambda desk: desk.store.ticket(number))
        self.reload(number)
        if ticket.closed_at and ticket.closed_at < self.link.desk.clock() - CLOSED_SHOWN:
            self._open(ticket, self._walk)

    # Marks

    def action_mark(self) -> None:
        """Mark the ticket, or take its mark off, and go on to the next."""
        ticket = self._in_focus()
        if ticket is not None:
            self.marks.toggle(ticket.number)
            self.show_marks()
            self.board.move_cursor(1)

    def action_mark_range(self) -> None:
        """Mark from here to wherever the cursor goes; once more keeps the range."""
        if self.marks.anchor is not None:
            self.prepare(self.gather())
        else:
            self.marks.anchor = self._in_focus()
            self.show_marks()

    async def gather(self) -> None:
        """Make single marks of the range from its anchor to the cursor."""
        anchor, here = self.marks.anchor, self.ticket
        self.marks.anchor = None
        if anchor is not None and here is not None and anchor.status is here.status:
            order = self.look.order
            ends = (anchor.key(order), here.key(order))
            self.marks.numbers |= set(await self._numbers((here.status,), (order, *ends)))
        self.show_marks()

    def action_mark_all(self) -> None:
        """Mark all that the filter shows, or else the column; once more takes the marks off."""
        self.prepare(self._mark_all())

    async def _mark_all(self) -> None:
        statuses = tuple(Status) if self.terms else (self.board.focused_status,)
        found = await self._numbers(statuses, None)
        if len(found) > MOST:
            narrow = f"narrow it down with {self.key('show.filter')} first"
            raise BadInput(f"that is more than {MOST:,} tickets; {narrow}")
        marks = self.marks.numbers
        self.marks.numbers = marks - set(found) if marks >= set(found) else marks | set(found)
        self.show_marks()

    async def _numbers(
        self, statuses: tuple[Status, ...], span: tuple[Order, Key, Key] | None
    ) -> list[int]:
        query, person = self.terms, self.link.me.person

        def work(desk: Desk) -> list[int]:
            now = desk.clock()
            fits = condition(desk.store, query, person, now, desk.store.policy().timezone)
            return desk.store.numbers(statuses, now - CLOSED_SHOWN, fits, span, MOST + 1)

        return await self.link.call(work)

    def show_marks(self) -> None:
        """Paint the marks, and say how many there are."""
        self.board.repaint()
        self.show_bars()

    # The preview

    async def action_preview(self) -> None:
        """Show the ticket under the cursor beside the board, or no more."""
        if not self.query(Preview):
            await self.query_one("#desk").mount(Preview(self.link))
        self.toggle_class("-preview")
        self.query_one(Preview).forget()
        self._preview_soon()

    def action_scroll_preview(self, by: int) -> None:
        """Scroll the preview."""
        for preview in self.query(Preview):
            preview.scroll_relative(y=by, animate=False)

    def _preview_soon(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        if self.has_class("-preview"):
            self._rest = self.set_timer(REST_SECONDS, self._show_preview)

    async def _show_preview(self) -> None:
        try:
            await self.query_one(Preview).show(self.ticket)
        except StoreDown:
            pass
        except DeskError as error:
            self.say(str(error), "bad")

    # The mouse

    @on(PointedBoard.Dragged)
    def _dragged(self, message: PointedBoard.Dragged) -> None:
        """Say what dropping would do."""
        choices = self.choices()
        self.board.drops = frozenset(choice.target for choice in choices if choice.legal)
        if message.over is None or not choices:
            self.say("dropped here it stays where it is", "quiet")
            return
        choice = choices[message.over.number - 1]
        ticket = self.ticket
        if choice.refusal is not None:
            self.say(str(choice.refusal), "bad")
        elif choice.rule is not None and ticket is not None:
            self.say(f"{choice.rule.verb.value}: {ticket.ref} to {message.over.title}")

    @on(PointedBoard.Dropped)
    def _dropped(self, message: PointedBoard.Dropped) -> None:
        self.action_go(message.on.slug)

    @on(PointedBoard.Opened)
    def _opened(self) -> None:
        self.action_open()

    # Getting about

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

    def action_fold(self) -> None:
        """Fold the column to a spine."""
        folded = self.board.focused_status
        if self.board.fold():
            keys = f"{self.key(f'jump.{folded.slug}')} or {self.key('show.unfold')}"
            self.say(f"folded {folded.title}; {keys} unfolds it", "quiet")
        else:
            unfold = self.key("show.unfold")
            self.say(f"this is the last column that is not folded; {unfold} unfolds all", "bad")

    def action_unfold(self) -> None:
        """Unfold every column."""
        self.board.unfold()

    def action_open(self) -> None:
        """Open the ticket."""
        ticket = self._in_focus()
        if ticket is not None:
            self._open(ticket, self._walk)

    async def _walk(self, ticket: Ticket, by: int) -> Ticket | None:
        """The next or previous ticket of a column; the cursor goes along."""
        found = await self.link.neighbour(ticket, by, self.terms, self.look.order)
        if found is not None:
            self.reload(found.number)
        return found

    def open_related(self, ticket: Ticket) -> None:
        """Open a ticket related to the one in focus."""
        self._open(ticket)

    def _open(self, ticket: Ticket, walk: "Walk | None" = None) -> None:
        page = self._page or self._made_page(ticket)
        page.turn_to(ticket, self.policy, walk)
        self.app.push_screen(page)

    def _made_page(self, ticket: Ticket) -> "TicketScreen":
        from deskconsole.tui.ticket_screen import TicketScreen

        self._page = TicketScreen(self.link, ticket)
        self.app.install_screen(self._page, "ticket")
        return self._page

    def make_ready(self) -> None:
        """Have the page of a ticket stand, unseen, before the first one is opened."""
        if self._page is None and self.ticket is not None:
            page = self._made_page(self.ticket)
            page.reload()
            self.app._get_screen(page)

    def action_quit(self) -> None:
        """Leave the console."""
        self.app.exit()


_KEYS = (
    "ticket.open",
    "ticket.reply",
    "ticket.note",
    "ticket.assign",
    "ticket.take",
    "ticket.new",
    "show.filter",
    "move.menu",
)
