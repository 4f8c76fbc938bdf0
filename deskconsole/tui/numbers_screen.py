"""The desk in numbers on a whole screen: a report at a time, drawn, in rows, and defined."""

import asyncio
import time
from itertools import cycle
from threading import Event as Flag
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.timer import Timer

from deskconsole.desk.desk import Desk
from deskconsole.errors import DeskError
from deskconsole.face.pieces import Line, Piece
from deskconsole.lifecycle.access import Right
from deskconsole.model import Period
from deskconsole.report.catalogue import FIGURES, read_numbers
from deskconsole.report.figure import Numbers, Shape
from deskconsole.report.forms import told
from deskconsole.report.span import USUAL, Span, span_of
from deskconsole.store.standing import Standing
from deskconsole.tui.actions import bindings_in
from deskconsole.tui.bars import Bar
from deskconsole.tui.choose import Choose
from deskconsole.tui.ground import Ground
from deskconsole.tui.keyed import keyboard_of, keyed_app
from deskconsole.tui.link import WAITING, Link
from deskconsole.tui.numbers_table import table_lines
from deskconsole.tui.page import LINES, Words

if TYPE_CHECKING:
    from deskconsole.tui.plot import Plot

_SPANS = (Period(weeks=1), Period(weeks=4), USUAL, Period(weeks=26), Period(weeks=52))
_PLOT_ROWS = 10  # a screen that has fewer for it shows no plot
# What is drawn, and how its lines are told from one another without colours.
_LEGENDS = {
    Shape.BANDS: "One above the other, from below:",
    Shape.LINES: "Lines, the lower first:",
}
_MARGINS = 2  # cells beside the words
_SOON_SECONDS = 2.0  # from a change of the desk until it is counted at least
_SHARE = 20  # of the time, one part at most is spent on counting
_AGES_SECONDS = 60.0  # until lengths of time are counted anew where nothing else changes


class NumbersScreen(Ground, Screen[None]):
    """Reads the desk at once for all reports, and again after it changed; writes nothing of it."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("numbers"))

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link
        self._at = 0  # which report is shown
        self._span_at = _SPANS.index(USUAL)
        self._defined = False
        self._reports: list[Numbers] = []
        self._span: Span | None = None
        self._trouble = ""
        self._stop = Flag()  # ends a reading that nobody waits for any more
        self._plot: Plot | None = None
        self._standing: Standing | None = None  # of the desk, as it was told last
        self._took = 0.0  # seconds, to count
        self._again: Timer | None = None  # until it is counted anew

    def compose(self) -> ComposeResult:
        """The report's name and gist, its plot, its rows, and the keys."""
        yield Words(id="numbers-head")
        yield Vertical(id="numbers-plot")
        yield Words(id="numbers-columns")
        with VerticalScroll(id="numbers-page", can_focus=False):
            yield Words(id="numbers-rows")
        yield Bar("keys")

    def on_mount(self) -> None:
        """Read the desk."""
        self.action_read()
        self.set_interval(_AGES_SECONDS, self._count_soon)

    def on_unmount(self) -> None:
        """Let go of the desk."""
        self._stop.set()

    @property
    def reading(self) -> bool:
        """Whether the desk is being read."""
        return self._span is None and not self._trouble

    def desk_changed(self, standing: Standing) -> None:
        """Somebody changed the desk; being at a ticket changes no number."""
        before, self._standing = self._standing, standing
        if before != standing:
            self._count_soon()

    def _count_soon(self) -> None:
        """Count anew before long; where counting takes long, after a longer while."""
        if self._again is None:
            self._again = self.set_timer(max(_SOON_SECONDS, _SHARE * self._took), self._count)

    def action_read(self) -> None:
        """Count anew."""
        self._span, self._trouble = None, ""
        self._show()
        self._count()

    def _count(self) -> None:
        """Count anew; what was counted before stands until then."""
        if self._again is not None:
            self._again.stop()
            self._again = None
        self._stop.set()
        self._stop = Flag()
        self.run_worker(self._read(self._stop), exclusive=True)

    async def _read(self, stop: Flag) -> None:
        began, waited = time.monotonic(), self._span is None
        said = str(_SPANS[self._span_at])

        def work(desk: Desk) -> tuple[Span, list[Numbers]]:
            desk.may(self.link.me, Right.LOOK)
            with desk.store.reading():
                span = span_of(said, desk.clock(), desk.store.policy().timezone)
                return span, read_numbers(desk.store, span, stop=stop)

        try:
            span, reports = await self.link.call(work)
            plot = await asyncio.to_thread(_plot_kind)  # its imports take longer than a frame may
        except DeskError as error:
            self._span, self._trouble = None, str(error)
        else:
            self._span, self._reports, self._trouble = span, reports, ""
            self._took = time.monotonic() - began
            if self._plot is None and self._stands:
                self._plot = plot()
                await self.query_one("#numbers-plot").mount(self._plot)
        if self._stands:
            self._show(stay=not waited)

    @property
    def _stands(self) -> bool:
        """Whether its widgets are there: not on the way out, when an answer may still come."""
        return bool(self.query(Bar))

    def on_resize(self, event: events.Resize) -> None:
        """Fit the new size."""
        self._show()

    def _show(self, *, stay: bool = False) -> None:
        """Show the report, from where it is best read; or where it `stay`s scrolled to."""
        self._show_keys()
        head, columns, rows = (
            self.query_one(f"#numbers-{id}", Words) for id in ("head", "columns", "rows")
        )
        if self._span is None:
            self._legend(None)
            said = Piece(self._trouble, "bad") if self._trouble else Piece(WAITING, "label")
            head.show([(Piece(FIGURES[self._at].title, "heading"),), (said,)])
            columns.show([])
            rows.show([])
            return
        numbers = self._reports[self._at]
        span, whole = self._span, len(self._reports)
        when = "as of now" if numbers.of_now else f"since {span.since} ({self._span_words()})"
        place = f"  {self._at + 1} of {whole}, {when}"
        head.show(
            [
                (Piece(numbers.title, "heading"), Piece(place, "quiet")),
                (Piece(told(numbers.gist, span.zone), "text"),),
                *self._legend(None if self._defined else numbers),
                *([(Piece(numbers.definition, "emphasis"),)] if self._defined else []),
            ]
        )
        width = max(self.size.width, 20) - _MARGINS - 1  # of a scroll bar
        names, *lines = table_lines(numbers, span.zone, width)
        columns.show([names])
        rows.show(lines)
        page = self.query_one("#numbers-page")
        if stay and not (numbers.by_time and page.is_vertical_scroll_end):
            return
        if numbers.by_time:  # the newest are at the end
            page.scroll_end(animate=False)
        else:
            page.scroll_home(animate=False)

    def _span_words(self) -> str:
        """How long a time is counted, and whether it could be longer or shorter."""
        ends = {0: ", the shortest", len(_SPANS) - 1: ", the longest"}
        return f"{_SPANS[self._span_at]}{ends.get(self._span_at, '')}"

    def _legend(self, numbers: Numbers | None) -> list[Line]:
        """Draw a report that has lines, where there is room for them; what its lines are."""
        room = self.query_one("#numbers-plot")
        drawn = (
            self._plot is not None
            and numbers is not None
            and numbers.shape in _LEGENDS
            and len(numbers.rows) > 1
            and self.size.height // 2 >= _PLOT_ROWS
        )
        room.display = bool(drawn)
        if not drawn or self._plot is None or numbers is None:
            return []
        self._plot.draw(numbers, letters=keyed_app(self).ascii)
        heads = [column.head for column in numbers.columns if column.plotted]
        named = [
            piece
            for head, line in zip(heads, cycle(LINES), strict=False)
            for piece in (Piece(", ", "quiet"), Piece(head, line))
        ]
        return [(Piece(f"{_LEGENDS[numbers.shape]} ", "quiet"), *named[1:])]

    def _show_keys(self) -> None:
        keys = keyboard_of(self)
        labels = (
            (("numbers.previous", "numbers.next"), "reports"),
            (("numbers.choose",), "all"),
            (("numbers.definition",), "how it is counted" if not self._defined else "rows"),
            (("numbers.longer",), "longer"),
            (("numbers.shorter",), "shorter"),
            (("numbers.leave",), "back"),
        )
        pieces = [
            piece
            for ids, label in labels
            for piece in (
                Piece(f" {' '.join(map(keys.first, ids))}", "key"),
                Piece(f" {label} ", "label"),
            )
        ]
        self.query_one("#keys", Bar).show(tuple(pieces))

    def action_walk(self, by: int) -> None:
        """To the report beside this one, round and round."""
        self.action_show((self._at + by) % len(FIGURES) + 1)

    def action_show(self, place: int) -> None:
        """To a report by its place, from 1."""
        self._at, self._defined = place - 1, False
        self._show()

    def action_choose(self) -> None:
        """Choose among the reports, by what they say."""
        if self._span is None:
            return
        zone = self._span.zone
        lines = [(numbers.title, told(numbers.gist, zone)) for numbers in self._reports]

        def chosen(index: int | None) -> None:
            if index is not None:
                self.action_show(index + 1)

        self.app.push_screen(Choose("The desk in numbers", lines, "shows it", self._at), chosen)

    def action_define(self) -> None:
        """Say how the report is counted, or no more."""
        self._defined = not self._defined
        self._show()

    def action_span(self, by: int) -> None:
        """Count a longer time, or a shorter one."""
        wanted = min(max(self._span_at + by, 0), len(_SPANS) - 1)
        if wanted != self._span_at:
            self._span_at = wanted
            self.action_read()

    def action_scroll(self, by: int) -> None:
        """By lines."""
        self.query_one("#numbers-page").scroll_relative(y=by, animate=False)

    def action_scroll_page(self, direction: int) -> None:
        """By pages."""
        page = self.query_one("#numbers-page")
        page.scroll_relative(y=direction * max(1, page.size.height - 1), animate=False)


def _plot_kind() -> "type[Plot]":
    from deskconsole.tui.plot import Plot

    return Plot
