"""A list to choose one line from."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from deskconsole.tui.actions import bindings_in

_CHOSEN = Content("● ")
_ELSE = Content("  ")


class Picker(OptionList):
    """A list whose highlighted line is what is chosen; it is marked by more than a colour."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("pick"))

    def __init__(self, lines: Sequence[Content], id: str | None = None) -> None:
        self._plain = tuple(lines)
        self._marked: int | None = None
        super().__init__(*(Option(_ELSE + line) for line in lines), id=id, compact=True)

    def offer(self, lines: Sequence[Content]) -> None:
        """Other lines to choose from, the first of them highlighted."""
        self._marked = None
        self._plain = tuple(lines)
        self.set_options(Option(_ELSE + line) for line in lines)
        self.highlighted = 0 if lines else None

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Move the mark with the highlight."""
        super().watch_highlighted(highlighted)
        for index, mark in ((self._marked, _ELSE), (highlighted, _CHOSEN)):
            if index is not None and index < len(self._plain):
                self.replace_option_prompt_at_index(index, mark + self._plain[index])
        self._marked = highlighted
