"""Chooses a text to insert by its name: a line to narrow the list, the list, and the text."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from deskconsole.face.pieces import fit
from deskconsole.text import inert
from deskconsole.tui.actions import bindings_in
from deskconsole.tui.dialog import Dialog
from deskconsole.tui.keyed import keyboard_of
from deskconsole.tui.picker import Picker
from deskconsole.tui.writing import Text

_NAME_CELLS = 38  # at most
_LOW = 32  # rows below which list and text are kept small


class InsertScreen(Dialog[Text | None]):
    """A list that follows what is typed; Enter takes the highlighted text."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("insert"))

    def __init__(self, texts: Sequence[Text]) -> None:
        super().__init__()
        self._texts = tuple(texts)
        self._shown = self._texts
        longest = max((cell_len(inert(text.name)) for text in self._texts), default=0)
        self._name_cells = min(longest, _NAME_CELLS)

    def compose(self) -> ComposeResult:
        """What is typed, the texts that fit, and the one under the cursor in full."""
        with Vertical(id="insert"):
            yield Static("Insert a text", id="form-title")
            yield Input(placeholder="type to narrow by name", id="insert-name", compact=True)
            yield Picker([self._line(text) for text in self._shown], id="insert-texts")
            with VerticalScroll(id="insert-body", can_focus=False):
                yield Static("", id="insert-words")
            first = keyboard_of(self).first
            choose = f"{first('insert.up')} {first('insert.down')} choose"
            words = f"Enter inserts, {choose}, {first('insert.leave')} leaves"
            yield Static(Content(words), id="menu-keys")

    def on_mount(self) -> None:
        """Begin at the first."""
        self.query_one(Input).focus()
        self._picker.highlighted = 0

    def on_resize(self, event: events.Resize) -> None:
        """Keep the line of keys in sight."""
        self.set_class(event.size.height < _LOW, "-low")

    @property
    def _picker(self) -> Picker:
        return self.query_one(Picker)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        words = event.value.casefold().split()
        self._shown = tuple(
            text for text in self._texts if all(word in text.name.casefold() for word in words)
        )
        self._picker.offer([self._line(text) for text in self._shown])
        if not self._shown:
            self._words("nothing here has that in its name")

    @on(OptionList.OptionHighlighted)
    def _look(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index < len(self._shown):
            self._words(self._shown[event.option_index].body)

    def _words(self, text: str) -> None:
        lines = "\n".join(inert(line) for line in text.split("\n"))
        self.query_one("#insert-words", Static).update(Content(lines))

    def action_highlight(self, by: int) -> None:
        """Up or down in the list while the name is typed."""
        if by > 0:
            self._picker.action_cursor_down()
        else:
            self._picker.action_cursor_up()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _take(self) -> None:
        index = self._picker.highlighted
        if index is not None and index < len(self._shown):
            self.dismiss(self._shown[index])

    def _line(self, text: Text) -> Content:
        name = fit(text.name, self._name_cells)
        return Content.assemble(name, "  ", (inert(text.whose), "dim"))
