"""What the board shows and in which order: the filter as it is typed, and saved views."""

from abc import abstractmethod
from typing import TYPE_CHECKING

from deskconsole import calendar
from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, NotFound
from deskconsole.model import Order, View
from deskconsole.query import Query, QueryError, number_in, parse
from deskconsole.tui import ask
from deskconsole.tui.fields import Given
from deskconsole.tui.link import Link
from deskconsole.tui.marked_screen import MarkedScreen

if TYPE_CHECKING:
    from textual.widgets import Input

EVERYTHING = View("", "", Order.ATTENTION)
_FILTER_HINT = "words, mine, is:replied, p:urgent, older:3d, -tag:later, SD-12 …"


class FindingScreen(MarkedScreen):
    """A screen that shows what fits a query, in an order: both are `look`, named if it is saved."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.look = EVERYTHING
        self.terms: Query = ()
        self._line: Input | None = None  # of the filter, once it was asked for

    @abstractmethod
    def look_changed(self, *, sorted_anew: bool) -> None:
        """Show what `look` says from now on."""

    @abstractmethod
    def filter_left(self) -> None:
        """The line of the filter was left: the keys are the board's again."""

    @abstractmethod
    async def jump_to(self, number: int) -> None:
        """Put the cursor on a ticket, wherever it is."""

    def _today_parse(self, text: str) -> Query:
        return parse(text, calendar.today(self.link.desk.clock(), self.policy.timezone))

    def set_look(self, look: View) -> None:
        """Show a view; QueryError, and everything as it was, where its query cannot be read."""
        query = self._today_parse(look.query)
        sorted_anew = look.order is not self.look.order
        self.look, self.terms = look, query
        self._said = None  # the bars tell of the look together with the board, in one frame
        self.look_changed(sorted_anew=sorted_anew)

    # The filter

    @property
    def filtering(self) -> bool:
        """Whether the keys are the filter's."""
        return self._line is not None and self._line.has_class("-open")

    async def action_filter(self) -> None:
        """Ask for a query, and follow it as it is typed."""
        from textual.widgets import Input

        line = self._line
        if line is None:
            hint = f"{_FILTER_HINT} {self.key('show.all')} leaves"
            line = self._line = Input(placeholder=hint, id="filter", compact=True)
            await self.mount(line, before="#status")
        line.add_class("-open")
        line.value = self.look.query
        line.focus()

    def action_show_all(self) -> None:
        """Forget the marks; then show everything again."""
        self._close_filter()
        if self.marks:
            self.marks.clear()
            self.show_marks()
        elif self.terms or self.look.name:
            self.set_look(View("", "", self.look.order))

    def on_input_changed(self, event: "Input.Changed") -> None:
        """Show what fits what has been typed so far."""
        if not self.filtering or event.value == self.look.query:
            return
        try:
            self.set_look(View("", event.value, self.look.order))
        except QueryError as error:
            self.say(f"{error}; shown is what fitted before", "bad")

    def on_input_submitted(self, event: "Input.Submitted") -> None:
        """Leave the line; to the ticket, if it is one."""
        number = number_in(event.value)
        try:
            self._today_parse(event.value)
        except QueryError as error:
            self.say(f"{error}; mend it, or leave it with Esc", "bad")
            return
        self._close_filter()
        if number is not None:
            self.set_look(View("", "", self.look.order))
            self.prepare(self.jump_to(number))

    def _close_filter(self) -> None:
        if self._line is not None:
            self._line.remove_class("-open")
            self._line.value = self.look.query
        self.filter_left()

    # Orders and saved views

    def action_order(self) -> None:
        """Sort by what comes next in the list of orders."""
        orders = list(Order)
        order = orders[(orders.index(self.look.order) + 1) % len(orders)]
        self.set_look(View("", self.look.query, order))
        self.say(f"sorted by {order.value}; {self.key('show.order')} goes on to the next", "quiet")

    def action_view(self, by: int) -> None:
        """The next or previous saved view; before the first and after the last is everything."""
        self.prepare(self._walk_views(by))

    def _walks(self) -> str:
        return f"{self.key('show.view-before')} and {self.key('show.view-after')}"

    async def _walk_views(self, by: int) -> None:
        views = [EVERYTHING, *await self.link.call(lambda desk: desk.store.views())]
        if len(views) == 1:
            keep = f"; {self.key('show.keep-view')} saves what is shown now as one"
            raise NotFound(
                f"there is no saved view yet{keep if self.may('show.keep-view') else ''}"
            )
        names = [view.name for view in views]
        here = names.index(self.look.name) if self.look.name in names else 0
        self.set_look(views[(here + by) % len(views)])
        self.say(f"view {self.look.name}" if self.look.name else "everything", "quiet")

    async def begin(self) -> None:
        """Show the view that one begins with."""
        person = self.link.me.person
        view = await self.link.call(lambda desk: desk.store.first_view(person) if person else None)
        if view is not None and self.look is EVERYTHING:
            self.set_look(view)

    def action_keep_view(self) -> None:
        """Save what is shown as a view for everybody."""
        me, shown = self.link.me, self.look.name

        async def send(given: Given) -> None:
            name, query = given.get("name", ""), given.get("query", "")

            def keep(desk: Desk) -> View:
                mine = name == shown
                view = desk.keep_view(me, name, query, given["order"], replace=mine)
                if given.get("first"):
                    desk.begin_with(me, view.name)
                return view

            self.set_look(await self.link.call(keep))
            self.say(
                f"view {self.look.name} is saved for everybody; {self._walks()} walk the views"
            )

        self._open_form("Save a view", "", ask.view_fields(self.look), "Save", send, None)

    def action_drop_view(self) -> None:
        """Forget the view that is shown, for everybody."""
        name = self.look.name
        if not name:
            self.say(f"no saved view is shown; {self._walks()} walk the views", "bad")
            return
        me = self.link.me

        async def send(given: Given) -> None:
            await self.link.call(lambda desk: desk.drop_view(me, name))
            self.set_look(EVERYTHING)
            self.say(f"view {name} is dropped")

        about = "It is gone for everybody; the tickets stay."
        self._open_form(f"Drop the view {name}", about, (), "Drop", send, None)

    def action_begin_here(self) -> None:
        """Begin with the view that is shown whenever the console opens."""
        self.prepare(self._begin_here())

    async def _begin_here(self) -> None:
        me, look = self.link.me, self.look
        if not look.name and look.query:
            raise BadInput(
                f"this is no saved view yet; {self.key('show.keep-view')} saves it as one"
            )
        await self.link.call(lambda desk: desk.begin_with(me, look.name or None))
        self.say(f"you begin with {f'view {look.name}' if look.name else 'everything'} from now on")
