"""Every command by name: what can be done here, found by typing some of it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input, OptionList, Static

from deskconsole.face.pieces import fit
from deskconsole.tui.actions import Action, bindings_in
from deskconsole.tui.dialog import Dialog
from deskconsole.tui.keyboard import Keyboard
from deskconsole.tui.keyed import keyboard_of
from deskconsole.tui.picker import Picker

_NAME_CELLS = 22  # longer names are cut; what they do stands beside them
_KEY_CELLS = 9


class Palette(Dialog[str | None]):
    """A line to type in and the actions that fit, the best first; gives what is to be called."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("palette"))

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__()
        self._actions = tuple(action for action in actions if action.id != "console.palette")
        self._found = self._actions

    def compose(self) -> ComposeResult:
        """The line, the actions, and what is wrong."""
        with Vertical(id="palette"):
            yield Input(placeholder="a command: reply, zoom, theme …", id="find", compact=True)
            yield Picker(self._lines())
            yield Static("", id="form-wrong")

    def on_mount(self) -> None:
        """Begin on the first of all."""
        self._list.can_focus = False
        self._list.highlighted = 0
        self.query_one(Input).focus()

    @property
    def ready(self) -> bool:
        """Whether it takes keys."""
        return self.focused is not None

    @property
    def _list(self) -> Picker:
        return self.query_one(Picker)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._found = matching(self._actions, event.value)
        self._list.offer(self._lines())
        wrong = "" if self._found else f"no command is called {event.value!r}"
        self.query_one("#form-wrong", Static).update(Content(wrong))

    @on(Input.Submitted)
    def _run(self) -> None:
        if self._found:
            self.dismiss(self._found[self._list.highlighted or 0].call)

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index].call)

    def _lines(self) -> list[Content]:
        keyboard = keyboard_of(self)
        widest = max((len(action.name) for action in self._found), default=0)
        return [_line(action, keyboard, min(widest, _NAME_CELLS)) for action in self._found]

    async def action_walk(self, way: str) -> None:
        """Through the commands, by one or by a page."""
        await self._list.run_action(way)


def matching(actions: Sequence[Action], typed: str) -> tuple[Action, ...]:
    """The actions that fit what is typed, the best first; all of them where nothing is."""
    if not typed.strip():
        return tuple(actions)
    matcher = Matcher(typed.strip())
    scored = [(_score(matcher, action), action) for action in actions]
    fitting = [(score, action) for score, action in scored if score > 0]
    return tuple(action for _, action in sorted(fitting, key=lambda one: -one[0]))


def _score(matcher: Matcher, action: Action) -> float:
    # What it is called counts before what is said about it.
    words = (2 * matcher.match(action.name), matcher.match(action.help), matcher.match(action.id))
    return max(words)


def _line(action: Action, keyboard: Keyboard, cells: int) -> Content:
    name, keys = fit(action.name, cells), keyboard.shown(action.id)
    return Content.assemble(
        (name, "bold"), " ", (f"{keys:<{_KEY_CELLS}}", "bold"), " ", action.help
    )
