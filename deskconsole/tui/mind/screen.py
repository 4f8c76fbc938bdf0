"""What the screens of the desk's own matters have in common: a list, its history, and its keys.

Who may not change anything sees all of it, and why they may not.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static

from deskconsole.calendar import wall_time
from deskconsole.desk.desk import Desk
from deskconsole.desk.settled import settled_words
from deskconsole.errors import DeskError, SettledMeanwhile
from deskconsole.face.pieces import Line, Piece, fit
from deskconsole.lifecycle.access import STAFF, Right, denied
from deskconsole.model import Settlement
from deskconsole.store.standing import Standing
from deskconsole.text import inert
from deskconsole.tui import ask
from deskconsole.tui.actions import bindings_in
from deskconsole.tui.dialog import Dialog
from deskconsole.tui.fields import Field, Given, Known
from deskconsole.tui.form import Form
from deskconsole.tui.keyed import keyboard_of
from deskconsole.tui.link import Link
from deskconsole.tui.page import Words
from deskconsole.tui.picker import Picker

HISTORY = 100  # settlements shown below a list
_T = TypeVar("_T")
_R = TypeVar("_R")


class Seen:
    """How something was settled when whoever changes it looked, in words."""

    def __init__(self, words: str | None) -> None:
        self._words = words

    def settle(self, act: Callable[[str | None], _R]) -> _R:
        """Do an act on what was seen; who is told that it is otherwise has seen that."""
        try:
            return act(self._words)
        except SettledMeanwhile as meanwhile:
            self._words = meanwhile.words
            raise


class MindScreen(Dialog[str | None], Generic[_T]):
    """A list of something of the desk's, read anew whenever the desk has changed.

    It may be dismissed with a query that the board is to show.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("mind"))
    RIGHT: ClassVar[Right]  # what one has to be allowed to change anything here
    KEYS: ClassVar[tuple[str, ...]] = ()  # the actions that there are here beside Enter
    ENTER: ClassVar[str] = "changes it"
    EMPTY: ClassVar[str] = "there is none yet"

    def __init__(self, link: Link, title: str, about: str) -> None:
        super().__init__()
        self.link = link
        self.items: Sequence[_T] = ()
        self._title = title
        self._about = about
        self._staff: list[str] = []
        self._said = ""  # last
        self._read = False
        self._again = False
        self._reading = False

    @abstractmethod
    def read(self, desk: Desk) -> tuple[Sequence[_T], Sequence[Settlement]]:
        """What is listed, and the newest of its history."""

    @abstractmethod
    def row(self, item: _T) -> Content:
        """A line of the list."""

    def key(self, item: _T) -> object:
        """What the cursor stays at, wherever in the list it is by then."""
        return item

    def head(self) -> str:
        """The line above the list, if it has columns."""
        return ""

    def about(self, item: _T) -> str:
        """What the line under the cursor means, where that is more than the line says."""
        return ""

    def change(self, item: _T) -> None:
        """Enter on a line."""

    @property
    def ready(self) -> bool:
        """Whether it takes keys: once it has been read."""
        return self._read

    def compose(self) -> ComposeResult:
        """Title, what it is about, the list, its history, what is wrong, the keys."""
        with Vertical(id="mind"):
            yield Static(Content(inert(self._title)), id="form-title")
            yield Static(Content(self._explained("")), id="form-about")
            yield Static("", id="mind-head")
            yield Picker([], id="mind-list")
            yield Static("", id="form-wrong")
            with VerticalScroll(id="mind-history", can_focus=False):
                yield Words(id="mind-past")
            yield Static(Content(self._ways()), id="menu-keys")

    @property
    def why_not(self) -> str | None:
        """Why whoever sits here may only look, if so."""
        return denied(self.link.me.role, self.RIGHT)

    def _ways(self) -> str:
        first = keyboard_of(self).first
        ways = [] if self.why_not else [f"{first(id)} {_DOES[id]}" for id in self.KEYS if first(id)]
        enter = [f"Enter {self.ENTER}"] if self.ENTER and self._enters else []
        return ", ".join((*enter, *ways, f"{first('mind.leave')} goes back"))

    @property
    def _enters(self) -> bool:
        return self.why_not is None

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one(Picker).focus()
        self.reload()

    def desk_changed(self, standing: Standing) -> None:
        """Somebody changed the desk."""
        self.reload()

    def reload(self) -> None:
        """Read it again; the cursor stays where it is."""
        self._again = True
        if not self._reading:
            self._reading = True
            self.run_worker(self._look())

    async def _look(self) -> None:
        def work(desk: Desk) -> tuple[Sequence[_T], Sequence[Settlement], list[str], str]:
            with desk.store.reading():
                items, history = self.read(desk)
                staff = [person.name for person in desk.store.staff() if person.role in STAFF]
                return items, history, staff, desk.store.policy().timezone

        try:
            while self._again:
                self._again = False
                items, history, self._staff, zone = await self.link.call(work)
                before, self.items = self.item, items
                self._show(history, zone, before)
        except DeskError as error:
            self.say(str(error))
        finally:
            self._reading, self._read = False, True

    def _show(self, history: Sequence[Settlement], zone: str, before: _T | None) -> None:
        here = self._list.highlighted or 0
        if before is not None:
            keys = [self.key(item) for item in self.items]
            here = keys.index(self.key(before)) if self.key(before) in keys else here
        self.query_one("#mind-head", Static).update(Content(self.head()))
        self.query_one("#mind-head").display = bool(self.head())
        self._list.offer([self.row(item) for item in self.items])
        if self.items:
            self._list.highlighted = min(here, len(self.items) - 1)
        elif not self._said:
            self.say(self.EMPTY, "quiet")
        if self.items and self._said == self.EMPTY:
            self.say("", "quiet")
        self.query_one("#mind-past", Words).show([_past(one, zone) for one in history])
        self.query_one("#mind-history").display = bool(history)
        self.query_one("#menu-keys", Static).update(Content(self._ways()))
        self.shown()

    def shown(self) -> None:
        """The list was read and stands."""

    @on(OptionList.OptionHighlighted)
    def _looked(self) -> None:
        """Say in full what the line under the cursor may have no room for."""
        about = self.about(self.item) if self.item is not None else ""
        self.query_one("#form-about", Static).update(Content(self._explained(about)))

    def _explained(self, about: str) -> str:
        """What the line under the cursor means, or the whole screen; and why one only looks."""
        return "\n".join(inert(words) for words in (about or self._about, self.why_not) if words)

    @property
    def _list(self) -> Picker:
        return self.query_one(Picker)

    @property
    def item(self) -> _T | None:
        """What is under the cursor."""
        at = self._list.highlighted
        return None if at is None or at >= len(self.items) else self.items[at]

    def say(self, text: str, look: str = "bad") -> None:
        """Say something until the next is said."""
        self._said = text
        line = self.query_one("#form-wrong", Static)
        line.update(Content(inert(text)))
        line.set_class(look != "bad", "-good")

    def may(self) -> bool:
        """Whether whoever sits here may change anything; why not is said."""
        why = self.why_not
        if why is not None:
            self.say(why)
        return why is None

    @on(OptionList.OptionSelected)
    def _entered(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        item = self.item
        if item is not None and (not self._guards_enter or self.may()):
            self.change(item)

    @property
    def _guards_enter(self) -> bool:
        return True

    def ask(
        self,
        title: str,
        about: str,
        fields: tuple[Field, ...],
        button: str,
        work: Callable[[Desk, Given], str],
    ) -> None:
        """A form whose `work` on the desk says what was done; what it refuses is said in place."""
        if not self.may():
            return

        async def send(given: Given) -> None:
            done = await self.link.call(lambda desk: work(desk, given))
            self.say(done, "good")
            self.acted()

        async def known() -> Known:
            return {ask.STAFF: self._staff}

        self.app.push_screen(Form(title, about, fields, button, send, known))

    def acted(self) -> None:
        """Something was done here."""
        self.reload()

    def do(self, work: Callable[[Desk], str]) -> None:
        """Do something at once; what it says or refuses is said."""

        async def done() -> None:
            try:
                self.say(await self.link.call(work), "good")
            except DeskError as error:
                self.say(str(error))
            self.acted()

        self.run_worker(done())

    def action_add(self) -> None:
        """Add one, where there can be another."""
        self._nothing("add")

    def action_drop(self) -> None:
        """Drop what is under the cursor, where that can be."""
        self._nothing("drop")

    def action_hand(self) -> None:
        """Hand tickets over, where there are any."""
        self._nothing("hand over")

    def action_share(self) -> None:
        """Share tickets out, where there are any."""
        self._nothing("share out")

    def action_mark(self) -> None:
        """Mark what is under the cursor, where that means anything."""
        self._nothing("mark")

    def action_mark_all(self) -> None:
        """Mark everything, where that means anything."""
        self._nothing("mark")

    def _nothing(self, act: str) -> None:
        self.say(f"there is nothing to {act} here")

    def action_history(self, by: int) -> None:
        """Scroll the history, by lines."""
        self.query_one("#mind-history").scroll_relative(y=by, animate=False)


_DOES = {
    "mind.add": "adds one",
    "mind.drop": "drops it",
    "mind.hand": "hands them over",
    "mind.share": "shares them out",
    "mind.mark": "marks it",
    "mind.all": "marks all",
    "mind.history-down": "scrolls the history",
}


def _past(one: Settlement, zone: str) -> Line:
    when = Piece(f"{wall_time(one.at, zone)} {fit(one.by.name, 12)} ", "label")
    return (when, Piece(settled_words(one), "text"))


def column(text: str, cells: int) -> str:
    """A text in a column of a list, with a space behind it."""
    return f"{fit(text, cells)} "
