"""The list of themes: the one under the cursor is seen at once on everything beneath."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from deskconsole.tui.actions import bindings_in
from deskconsole.tui.dialog import Dialog
from deskconsole.tui.keyed import keyboard_of
from deskconsole.tui.picker import Picker


class ThemePicker(Dialog[str | None]):
    """Gives the theme that is to be kept, or None with the old one back in place."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("theme"))

    def __init__(self, themes: Sequence[str]) -> None:
        super().__init__()
        self._themes = tuple(themes)
        self._old = self.app.theme

    def compose(self) -> ComposeResult:
        """The themes, and the keys."""
        with Vertical(id="themes"):
            yield Static(Content("Colours"), id="form-title")
            picker = Picker([self._line(name) for name in self._themes])
            picker.highlighted = self._themes.index(self._old)
            yield picker
            leave = keyboard_of(self).first("theme.leave")
            yield Static(Content(f"Enter keeps them, {leave} does not"), id="menu-keys")

    def _line(self, name: str) -> Content:
        theme = self.app.available_themes[name]
        kind = "the terminal's own, " if theme.ansi else ""
        return Content.assemble(f"{name:<22}", f"{kind}{'dark' if theme.dark else 'light'}")

    @on(OptionList.OptionHighlighted)
    def _look(self, event: OptionList.OptionHighlighted) -> None:
        self.app.theme = self._themes[event.option_index]

    @on(OptionList.OptionSelected)
    def _keep(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._themes[event.option_index])

    def action_leave(self) -> None:
        """Back to the old colours."""
        self.app.theme = self._old
        self.dismiss(None)
