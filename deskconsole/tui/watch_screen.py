"""The board to look at: above it the desk in numbers, below it what moved last. No key writes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from textual import events
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from deskconsole.calendar import zone_of
from deskconsole.desk.news import deed, who
from deskconsole.errors import DeskError, StoreDown
from deskconsole.face.overview import clock_words, figure_rows, move_rows
from deskconsole.face.pieces import Line, Piece, clip
from deskconsole.model import Alert, Overview, WaitsOn, ref
from deskconsole.store.overview import COUNTED, read_overview
from deskconsole.tui.bars import Rows
from deskconsole.tui.board_screen import BoardScreen
from deskconsole.tui.link import Link
from deskconsole.words import age

# In full, and where there is less room.
_WAITS = {
    WaitsOn.US: ("on us", "on us"),
    WaitsOn.CUSTOMER: ("on the customer", "customer"),
    WaitsOn.ENGINEERING: ("on engineering", "engineering"),
    WaitsOn.OUTSIDE: ("outside", "outside"),
}
ALERT_SECONDS = 60.0  # that an alert stands
_LIVE, _AWAY = "live", "reconnecting"
# Rows of a screen, and how many of them tell of moves.
_MOVE_ROWS = ((60, 6), (40, 3), (0, 1))


class WatchScreen(BoardScreen):
    """The live board of somebody who only looks; with `rotate` it walks the saved views.

    `rotate` is the seconds that each view stands; a key holds it up for as long as that.
    """

    def __init__(self, link: Link, was_read: Callable[[], None], rotate: float | None) -> None:
        super().__init__(link, was_read)
        self._overview: Overview | None = None
        self._rotate = rotate
        self._turning: Timer | None = None
        self._fading: Timer | None = None  # of alerts

    def compose(self) -> ComposeResult:
        """Figures, board, latest moves, what there is to say, and the keys."""
        yield Rows("figures")
        yield from super().compose()

    def below(self) -> Iterator[Widget]:
        """The latest moves."""
        yield Rows("moves")

    def on_mount(self) -> None:
        """Begin to walk the views, if that is wanted."""
        if self._rotate is not None:
            self._turning = self.set_interval(self._rotate, self._turn)

    def on_key(self, event: events.Key) -> None:
        """Whoever types looks at something."""
        super().on_key(event)
        if self._turning is not None:
            self._turning.reset()

    async def _turn(self) -> None:
        if self.app.screen is self and not self.filtering:
            try:
                await self._walk_views(1)
            except DeskError as error:
                self.say(str(error), "quiet")

    def tell_alerts(self, alerts: Sequence[Alert]) -> None:
        """Say it for a while: nobody may be there to press a key."""
        super().tell_alerts(alerts)
        if self._fading is not None:
            self._fading.stop()
        self._fading = self.set_timer(ALERT_SECONDS, self.forget_alerts)

    async def read_beside(self) -> None:
        """Read the figures."""
        self._overview = await self.link.call(lambda desk: read_overview(desk.store, desk.clock()))

    def on_resize(self, event: events.Resize) -> None:
        """As many moves as the height has room for."""
        super().on_resize(event)
        self._show_overview()

    def show_bars(self) -> None:
        """Bring bars, figures and moves up to date."""
        super().show_bars()
        self._show_overview()

    def _tick(self) -> None:
        """Time alone makes tickets overdue."""
        super()._tick()
        self.run_worker(self._read_alone())

    async def _read_alone(self) -> None:
        with suppress(StoreDown):  # it is the link's trouble
            await self.read_beside()
        self._show_overview()

    def _show_overview(self) -> None:
        if not self.is_mounted:
            return
        size, seen = self.app.size, self._overview
        look = "bad" if self.link.trouble else "good"
        states = [Piece(f" {words} ", look) for words in self._states()]
        told = [[*self._figures(seen, brief)] if seen else [] for brief in (False, True)]
        # Whatever the link does, there is room to say so: the board stays where it is.
        rows = figure_rows(told, states, size.width, len(f" {_AWAY} "))
        self.rows("figures").show_rows(rows)
        room = next(rows for height, rows in _MOVE_ROWS if size.height >= height)
        self.rows("moves").show_rows(self._moves(seen, room, size.width))

    def _states(self) -> tuple[str, ...]:
        """How the link is, in ever fewer words."""
        seen = self._overview
        if seen is None and not self.link.trouble:
            return ("reading the desk",)
        state = _AWAY if self.link.trouble else _LIVE
        if seen is None or seen.changed_at is None:
            return (state,)
        last = self._time(seen.changed_at)
        return (f"{state} · last change {last}", f"{state} · {last}", state)

    def _time(self, instant: datetime) -> str:
        zone = zone_of(self.policy.timezone)
        now = self.link.desk.clock()
        return clock_words(instant.astimezone(zone), now.astimezone(zone))

    def _figures(self, seen: Overview, brief: bool) -> Iterator[Line]:
        """The figures in full, or in fewer words."""
        yield _figure(f"{seen.open:,}", "open")
        for waits, labels in _WAITS.items():
            yield _figure(f"{seen.waiting[waits]:,}", labels[brief])
        yield _figure(_counted(seen.unassigned), "unassigned")
        yield _figure(_counted(seen.overdue), "overdue", "bad" if seen.overdue else "key")
        yield _figure(_counted(seen.closing), "closing in 24 h")
        if seen.oldest is not None:
            has = seen.oldest.assignee.name if seen.oldest.assignee else "nobody"
            old = age(seen.oldest.opened_at, self.link.desk.clock())
            words = f" {seen.oldest.ref} {old} {clip(has, 16)} "
            yield (Piece(" oldest", "label"), Piece(words, "key"))

    def _moves(self, seen: Overview | None, rows: int, width: int) -> list[Line]:
        told = [
            (self._time(move.at), f"{who(move)} {deed(move, ref(move.ticket))}")
            for move in (seen.moves if seen else ())
        ]
        if seen is not None and not told:
            told = [("–", "nothing moved lately")]
        return move_rows(told, rows, width)

    def rows(self, name: str) -> Rows:
        """The rows of that id."""
        return self.query_one(f"#{name}", Rows)


def _figure(figure: str, label: str, look: str = "key") -> Line:
    return (Piece(f" {figure}", look), Piece(f" {label} ", "label"))


def _counted(number: int) -> str:
    return f"{number:,}{'+' if number >= COUNTED else ''}"
