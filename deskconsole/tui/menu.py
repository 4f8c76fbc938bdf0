"""The menu of all nine statuses: the legal ones to choose, the others dimmed with their reason."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from deskconsole.lifecycle.gate import Choice
from deskconsole.lifecycle.table import brought_words
from deskconsole.model import Status
from deskconsole.text import inert
from deskconsole.tui.actions import bindings_in
from deskconsole.tui.dialog import Dialog
from deskconsole.tui.keyed import keyboard_of
from deskconsole.tui.picker import Picker


class MoveMenu(Dialog[Status | None]):
    """Chooses a status; an illegal one says why and stays."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("menu"))

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """The title, the choices, and a line for why not."""
        with Vertical(id="menu"):
            yield Static(Content(inert(self._title)), id="form-title")
            picker = Picker([_line(choice) for choice in self._choices])
            legal = [i for i, choice in enumerate(self._choices) if choice.legal]
            picker.highlighted = legal[0] if legal else 0
            yield picker
            yield Static("", id="menu-about")
            yield Static("", id="form-wrong")
            leave = keyboard_of(self).first("menu.leave")
            words = f"Enter or its letter moves there, {leave} leaves it"
            yield Static(Content(words), id="menu-keys")

    def on_key(self, event: events.Key) -> None:
        """A status's letter chooses it."""
        for choice in self._choices:
            if event.character == choice.target.letter:
                event.stop()
                self._choose(choice)

    @on(OptionList.OptionHighlighted)
    def _look(self, event: OptionList.OptionHighlighted) -> None:
        """Say in full what the line under the cursor had no room for."""
        about = _words(self._choices[event.option_index])
        self.query_one("#menu-about", Static).update(Content(about))
        self.query_one("#form-wrong", Static).update("")

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self._choose(self._choices[event.option_index])

    def _choose(self, choice: Choice) -> None:
        if choice.refusal is None:
            self.dismiss(choice.target)
        else:
            self.query_one("#form-wrong", Static).update(Content(inert(str(choice.refusal))))


def _line(choice: Choice) -> Content:
    head = f"{choice.target.letter}  {choice.target.title:<31}"
    if choice.legal:
        return Content.assemble((head, "bold"), _words(choice))
    return Content.assemble((head, "dim"), (_words(choice), "dim italic"))


def _words(choice: Choice) -> str:
    """What the move needs, or why it cannot be made."""
    if choice.refusal is not None or choice.rule is None:
        return inert(str(choice.refusal))
    return f"{choice.rule.verb.value}: {brought_words(choice.rule).replace('`', '')}"
