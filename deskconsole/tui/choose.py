"""A small list to choose one line of."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from deskconsole.text import inert
from deskconsole.tui.actions import bindings_in
from deskconsole.tui.dialog import Dialog
from deskconsole.tui.keyed import keyboard_of
from deskconsole.tui.picker import Picker


class Choose(Dialog[int | None]):
    """Dismissed with the place of the chosen line, counted from 0, or with None.

    A line is a name and the words it stands for, which may have several lines; the cursor begins
    `at` one.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("choose"))

    def __init__(
        self, title: str, lines: Sequence[tuple[str, str]], keys: str, at: int = 0
    ) -> None:
        super().__init__()
        self._at = at
        self._title = title
        self._lines = tuple(lines)
        self._keys = keys

    def compose(self) -> ComposeResult:
        """The title, the lines, and what Enter does."""
        with Vertical(id="choose"):
            yield Static(Content(inert(self._title)), id="form-title")
            width = max(cell_len(inert(name)) for name, _ in self._lines) + 2
            yield Picker([_line(name, words, width) for name, words in self._lines])
            leave = keyboard_of(self).first("choose.leave")
            yield Static(Content(f"Enter {self._keys}, {leave} leaves it"), id="menu-keys")

    def on_mount(self) -> None:
        """Begin at its line."""
        self.query_one(Picker).highlighted = self._at

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)


def _line(name: str, words: str, width: int) -> Content:
    first, *rest = (inert(row) for row in words.split("\n"))
    indented = "".join(f"\n{' ' * (width + 2)}{row}" for row in rest)
    return Content.assemble((set_cell_size(inert(name), width), "bold"), f"{first}{indented}")
