"""Who holds what, and handing it on: all open tickets by whose they are."""

from collections import Counter
from collections.abc import Callable, Sequence

from textual.content import Content

from deskconsole.desk.desk import Desk
from deskconsole.desk.outcome import MOST, Outcome, named, verdict
from deskconsole.desk.rebalance import hand_over, share
from deskconsole.face.pieces import clip
from deskconsole.lifecycle.access import Right
from deskconsole.model import CLOSED_SHOWN, NOBODY, Holding, Settlement, Status, Ticket
from deskconsole.query import Field as Asked
from deskconsole.query import Term
from deskconsole.store.find import condition
from deskconsole.store.workload import read_workload
from deskconsole.tui import ask
from deskconsole.tui.fields import Field, Given, Kind
from deskconsole.tui.link import Link
from deskconsole.tui.mind.screen import MindScreen, column
from deskconsole.tui.report import Report
from deskconsole.words import age, plural

_OPEN = tuple(status for status in Status if not status.closed)
_NAME = 16


class Workload(MindScreen[Holding]):
    """Everybody who works here, with their open tickets by status."""

    RIGHT = Right.ASSIGN
    KEYS = ("mind.hand", "mind.share")
    ENTER = "shows them on the board"

    def __init__(self, link: Link) -> None:
        super().__init__(link, "Who holds what", "Open tickets by status, and the longest in one.")

    def read(self, desk: Desk) -> tuple[Sequence[Holding], Sequence[Settlement]]:
        """Everybody's, counted on an index."""
        return read_workload(desk.store), ()

    def key(self, item: Holding) -> object:
        """Whose they are."""
        return item.name

    def head(self) -> str:
        """The letters of the statuses."""
        letters = "".join(f"{status.letter:>6}" for status in _OPEN)
        return f"  {column('', _NAME)}{'open':>6}{letters}  longest"

    def row(self, item: Holding) -> Content:
        """Somebody's tickets."""
        counts = "".join(f"{item.open.get(status, 0) or '·':>6}" for status in _OPEN)
        longest = age(item.since, self.link.desk.clock()) if item.since else ""
        return Content.assemble(
            (column(item.name, _NAME), "bold"), f"{item.total:>6,}", f"{counts}  {longest:>5}"
        )

    @property
    def _guards_enter(self) -> bool:
        return False

    @property
    def _enters(self) -> bool:
        return True

    def change(self, item: Holding) -> None:
        """Show them on the board."""
        whose = f'"{item.name}"' if " " in item.name else item.name
        self.dismiss("unassigned is:open" if item.person is None else f"assignee:{whose} is:open")

    def action_hand(self) -> None:
        """Choose among somebody's tickets, to hand them over."""
        self._choose(share_all=False)

    def action_share(self) -> None:
        """Share out all that somebody has, or some of it."""
        self._choose(share_all=True)

    def _choose(self, *, share_all: bool) -> None:
        item = self.item
        if item is not None and self.may():
            if item.total:
                self.app.push_screen(Tickets(self.link, item.name, share_all=share_all))
            else:
                self.say(f"{item.name} has no open tickets")


class Tickets(MindScreen[Ticket]):
    """Somebody's open tickets, to mark and to give to others; with `share_all`, all of them."""

    RIGHT = Right.ASSIGN
    KEYS = ("mind.mark", "mind.all", "mind.share")
    ENTER = "hands them over"
    EMPTY = "none is left"

    def __init__(self, link: Link, name: str, *, share_all: bool = False) -> None:
        super().__init__(
            link, f"Open tickets of {name}", "Marked ones are handed on, or the one at the cursor."
        )
        self._name = name
        self._marked: set[int] = set()
        self._lost = 0  # of the marked ones, that are theirs no more
        self._share_all = share_all
        self._not_done: list[str] = []  # the verdict of an act that was not done on all

    def read(self, desk: Desk) -> tuple[Sequence[Ticket], Sequence[Settlement]]:
        """The tickets by status, those first that are there longest."""
        store, now = desk.store, desk.clock()
        theirs = (Term(Asked.ASSIGNEE, self._name),)
        fits = condition(store, theirs, self.link.me.person, now, store.policy().timezone)
        numbers = store.numbers(_OPEN, now - CLOSED_SHOWN, fits, None, MOST)
        place = {number: at for at, number in enumerate(numbers)}
        tickets = sorted(store.some(numbers), key=lambda ticket: place[ticket.number])
        self._lost = len(self._marked - set(numbers))
        self._marked &= set(numbers)
        return tickets, ()

    def shown(self) -> None:
        """Say which marks are gone; go on to share all of them, where that is wanted."""
        if self._lost:
            left = plural(self._lost, "marked ticket")
            self.say(f"{left} changed hands meanwhile; {len(self._marked):,} marked")
            self._lost = 0
        if self._share_all:
            self._share_all = False
            self._marked = {ticket.number for ticket in self.items}
            self._repaint()
            self.action_share()

    def key(self, item: Ticket) -> object:
        """Its number."""
        return item.number

    def row(self, item: Ticket) -> Content:
        """A ticket, and whether it is marked."""
        mark = "[x] " if item.number in self._marked else "[ ] "
        old = age(item.entered_at, self.link.desk.clock())
        words = f"{item.status.letter} {old:>5}  {column(item.priority.word, 6)} "
        return Content.assemble(mark, (column(item.ref, 10), "bold"), words, clip(item.title, 200))

    def action_mark(self) -> None:
        """Mark the ticket, or take its mark off, and go on to the next."""
        if self.item is not None:
            self._marked ^= {self.item.number}
            at = self._list.highlighted or 0
            self._repaint()
            self._list.highlighted = min(at + 1, len(self.items) - 1)

    def action_mark_all(self) -> None:
        """Mark all of them; once more takes the marks off."""
        every = {ticket.number for ticket in self.items}
        self._marked = set() if self._marked >= every else every
        self._repaint()

    def _repaint(self) -> None:
        at = self._list.highlighted
        self._list.offer([self.row(item) for item in self.items])
        self._list.highlighted = at
        self.say(f"{len(self._marked):,} marked" if self._marked else "", "good")

    def _meant(self) -> list[Ticket]:
        if not self._marked:
            return [self.item] if self.item is not None else []
        return [ticket for ticket in self.items if ticket.number in self._marked]

    def change(self, item: Ticket) -> None:
        """Hand them to somebody."""
        self.action_hand()

    def action_hand(self) -> None:
        """Hand what is meant to somebody, or to nobody."""
        self._give("Hand", ask.assign_fields(), "Assign", hand_over, "name", "handed over")

    def action_share(self) -> None:
        """Share out what is meant, so that those named come to have equally many."""
        among = (Field("names", "Among", Kind.LINE, hint="bo, eve"),)
        self._give("Share", among, "Share out", share, "names", "shared out")

    def _give(
        self,
        verb: str,
        fields: tuple[Field, ...],
        button: str,
        act: Callable[..., tuple[Outcome, ...]],
        field: str,
        done: str,
    ) -> None:
        tickets = self._meant()
        if not tickets:
            self.say("there is no ticket here")
            return
        me = self.link.me

        def work(desk: Desk, given: Given) -> str:
            outcomes = act(desk, me, tickets, given.get(field, ""))
            refused = [one for one in outcomes if one.error]
            if len(refused) == len(outcomes) and refused[0].error:
                raise refused[0].error
            self._marked -= {one.number for one in outcomes if one.ticket}
            words = verdict(outcomes, done)
            self._not_done = words if refused else []
            return f"{words[0]}: {_given(outcomes)}; undo on the board takes it back"

        what = named(tickets)
        of = "that are nobody's" if self._name == NOBODY else f"of {self._name}"
        self.ask(f"{verb} {what} {of}", "", fields, button, work)

    def acted(self) -> None:
        """Tell in full what was not done, once the form is gone."""
        super().acted()
        if self._not_done:
            self.app.call_later(self.app.push_screen, Report(self._not_done))
            self._not_done = []


def _given(outcomes: Sequence[Outcome]) -> str:
    """Who has how many of them now: `bo 2, eve 1`."""
    whose = Counter(
        one.ticket.assignee.name if one.ticket.assignee else NOBODY
        for one in outcomes
        if one.ticket is not None
    )
    return ", ".join(f"{name} {count:,}" for name, count in sorted(whose.items()))
