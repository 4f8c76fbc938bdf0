"""What the board and the ticket view have in common: a ticket in focus, what is said, the keys."""

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Any, ClassVar

from textual import events
from textual.geometry import Size
from textual.screen import Screen
from textual.timer import Timer

from deskconsole.desk.news import told
from deskconsole.errors import DeskError
from deskconsole.face.bar import whose
from deskconsole.face.pieces import Piece
from deskconsole.lifecycle.gate import Case, Choice, choices, legal_choices
from deskconsole.model import Alert, Event, Policy, Role, Ticket
from deskconsole.store.standing import Standing
from deskconsole.tui.actions import Place, actions_at, ids_offered, offered
from deskconsole.tui.alarm import alert_words
from deskconsole.tui.bars import Bar
from deskconsole.tui.ground import Ground
from deskconsole.tui.keyboard import Keyboard
from deskconsole.tui.keyed import keyboard_of
from deskconsole.tui.link import WAITING, Link

_TOGETHER_SECONDS = 0.25  # how long what could be painted at once is held back at most
_GLANCE_SECONDS = 0.002  # between two looks whether a screen is in front
_FRAME_SECONDS = 0.004  # between two frames at least; Textual waits for the next sixtieth
BACK = "the desk is back"
_CLOSE_NEWS = 4  # of one's own tickets, told of by name


class DeskScreen(Ground, Screen[None]):
    """A screen with a ticket in focus, a line that says things and a line of keys."""

    PLACE: ClassVar[Place]

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link
        self.policy = Policy()
        self._read_done = asyncio.Event()
        self._read_done.set()
        self._said: Piece | None = None
        self._news: Piece | None = None  # what others did since that was said
        self._alerts: tuple[Alert, ...] = ()  # told, and not seen yet
        self._back = BACK  # what is said once the desk answers again
        self._trouble: str | None = None  # the link's, as it was shown last
        self._theme = ""  # whose colours it has
        self._preparing = 0  # acts that read the desk before they show anything

    @property
    def ready(self) -> bool:
        """Whether it takes keys: not while one is about to open a dialog."""
        return not self._preparing

    @property
    def reading(self) -> bool:
        """Whether the desk is being read for this screen."""
        return not self._read_done.is_set()

    @reading.setter
    def reading(self, reading: bool) -> None:
        if reading:
            self._read_done.clear()
        else:
            self._read_done.set()

    def prepare(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`, after which a dialog may stand; keys wait until then. DeskErrors are said."""

        async def guarded() -> None:
            try:
                await work
            except DeskError as error:
                self.say(str(error), "bad")
            finally:
                self._preparing -= 1

        self._preparing += 1
        self.run_worker(guarded())

    @contextmanager
    def one_frame(self) -> Iterator[None]:
        """Paint what is done here, and what is read right after it, once this screen is in front.

        It waits for that no longer than nobody notices.
        """
        held = ExitStack()
        held.callback(lambda: self.app.screen.refresh())
        held.enter_context(self.app.batch_update())
        asyncio.get_running_loop().call_later(_TOGETHER_SECONDS, held.close)
        try:
            yield
        except BaseException:
            held.close()
            raise
        self.run_worker(self._until_read(held))

    async def _until_read(self, held: ExitStack) -> None:
        with held:
            while self.app.screen is not self:
                await asyncio.sleep(_GLANCE_SECONDS)
            await self._read_done.wait()

    @property
    @abstractmethod
    def ticket(self) -> Ticket | None:
        """The ticket that the keys act on."""

    @abstractmethod
    def reload(self, follow: int | None = None) -> None:
        """Read the desk again, keeping ticket `follow` in sight wherever it went."""

    @abstractmethod
    def desk_changed(self, standing: Standing) -> None:
        """Somebody changed the desk, which stands so by now."""

    @abstractmethod
    def others_moved(self) -> None:
        """Show who else is at which ticket."""

    @abstractmethod
    def show_bars(self) -> None:
        """Bring both bars up to date."""

    @property
    @abstractmethod
    def attended(self) -> int | None:
        """The ticket that others see one at while this screen is in front."""

    def on_mount(self) -> None:
        """Note in which colours it stands."""
        self._theme = self.app.theme

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Let others see where one is now; styles are worked out anew for another theme only."""
        self.link.be_at(self.attended)
        event.refresh_styles = self._theme != self.app.theme
        self._theme = self.app.theme

    @cached_property
    def _update_timer(self) -> Timer:
        """Paints what changed: an answer of the desk soon after its key, which is painted first."""
        return self.set_interval(_FRAME_SECONDS, self._on_timer_update, pause=True)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        """Lay out anew; where all is to be painted anyway, that is done once, not once more."""
        if self._repaint_required and size in (None, self.size):
            self._repaint_required = False
            self._dirty_widgets.add(self)
        super()._refresh_layout(size, scroll)

    # Saying things

    def say(self, text: str, look: str = "good") -> None:
        """Say something on the status line until the next key."""
        self._said, self._news = Piece(f" {text} ", look), None
        self.show_bars()

    def link_changed(self) -> None:
        """Show how the link is now; what was said before a trouble began gives way to it."""
        before, self._trouble = self._trouble, self.link.trouble
        if before is None and self._trouble is not None:
            self._said = None
        self.show_bars()

    def link_healed(self) -> None:
        """Read the desk that is back; say so, unless what an act did there already tells it."""
        if self._said is None or self._said.look == "bad":
            self.say(self._back)
        self.reload()

    def tell_news(self, news: tuple[Event, ...], closer: tuple[Event, ...] = ()) -> None:
        """Say quietly what others did, beside an answer that stands there, until the next key.

        Of tickets that one has or watches, first and by name.
        """
        others = {event.id: event for event in self.of_others((*closer, *news))}
        close = {event.ticket: event for event in closer if event.id in others}
        told_of = [*close.values()][-_CLOSE_NEWS:] or [*others.values()][-1:]
        if told_of:
            count = len(others) - len(told_of)
            more = f" (and {count} more)" if count else ""
            words = "; ".join(told(event) for event in told_of) + more
            words = f"you watch: {words}" if close else words
            self._news = Piece(f" {words} ", "label" if close else "quiet")
            self.show_bars()

    def tell_alerts(self, alerts: Sequence[Alert]) -> None:
        """Say first of all what one asked to be told about, until the next key."""
        self._alerts += tuple(alerts)
        self.show_bars()

    def forget_alerts(self) -> None:
        """Tell of no alert any more."""
        if self._alerts:
            self._alerts = ()
            self.show_bars()

    def of_others(self, news: tuple[Event, ...]) -> tuple[Event, ...]:
        """What somebody else did, or the clock."""
        return tuple(event for event in news if event.by.person != self.link.me.person)

    def on_key(self, event: events.Key) -> None:
        """What was said has been read."""
        self._back = BACK
        if self._said is not None or self._news is not None or self._alerts:
            self._said = self._news = None
            self._alerts = ()
            self.show_bars()

    @property
    def said(self) -> tuple[Piece, ...]:
        """What there is to say now: that one waits, an answer, why the desk is away."""
        if self.link.waiting:
            return (Piece(f" {WAITING} ", "label"),)
        if self.link.trouble and self._said is None:
            return (Piece(f" {self.link.trouble} ", "bad"),)
        told = Piece(f" {alert_words(self._alerts)} ", "bad") if self._alerts else None
        return tuple(piece for piece in (told, self._said, self._news) if piece is not None)

    def key_pieces(self) -> tuple[Piece, ...]:
        """The legal moves of the ticket in focus, by their letters."""
        pieces: list[Piece] = []
        for choice in legal_choices(self._case(self.ticket)) if self.ticket else ():
            if choice.rule is not None:
                for key, _ in self.keyboard.pairs(f"move.{choice.target.slug}"):
                    pieces.append(Piece(f" {key}", "key"))
                    pieces.append(Piece(f" {choice.rule.verb.value} ", "label"))
        return tuple(pieces)

    @property
    def keyboard(self) -> Keyboard:
        """The person's keys."""
        return keyboard_of(self)

    def key(self, id: str) -> str:
        """The key of an action, to tell somebody."""
        return self.keyboard.first(id)

    def keys_of(self, *ids: str) -> tuple[Piece, ...]:
        """Actions by their keys."""
        return tuple(
            piece
            for key, label in self.keyboard.pairs(*(id for id in ids if self.may(id)))
            for piece in (Piece(f" {key}", "key"), Piece(f" {label} ", "label"))
        )

    @property
    def whose(self) -> str:
        """Who sits here; of a viewer also that they are one."""
        me = self.link.me
        return whose(me.name, viewer=me.role is Role.VIEWER)

    def may(self, id: str) -> bool:
        """Whether whoever sits here may do an action."""
        return id in ids_offered(self.PLACE, self.link.me.role)

    def bar(self, name: str) -> Bar:
        """The bar of that id."""
        return self.query_one(f"#{name}", Bar)

    def choices(self) -> tuple[Choice, ...]:
        """The nine statuses for the ticket in focus."""
        return choices(self._case(self.ticket)) if self.ticket else ()

    def _case(self, ticket: Ticket) -> Case:
        return Case(ticket, self.link.me, self.link.desk.clock(), self.policy)

    def _in_focus(self) -> Ticket | None:
        if self.ticket is None:
            new = f"; {self.key('ticket.new')} opens a new one" if self.may("ticket.new") else ""
            self.say(f"there is no ticket here{new}", "bad")
        return self.ticket

    def action_help(self) -> None:
        """What every key does here."""
        from deskconsole.tui.help import HelpScreen

        status = self.ticket.status if self.ticket else None
        self.app.push_screen(HelpScreen(status, self.PLACE, self.link.me.role))

    def action_numbers(self) -> None:
        """How the desk does, in numbers."""
        from deskconsole.tui.numbers_screen import NumbersScreen

        self.app.push_screen(NumbersScreen(self.link))

    def action_palette(self) -> None:
        """Every command that can be had here, by name."""
        from deskconsole.tui.palette import Palette

        async def run(call: str | None) -> None:
            if call is not None:
                await self.run_action(call)

        may = offered(actions_at(self.PLACE), self.link.me.role)
        self.app.push_screen(Palette(may), run)

    def action_reload(self) -> None:
        """Read the desk again, and paint all of it, whatever else has written on the screen."""
        self.app.refresh()
        self.reload()
