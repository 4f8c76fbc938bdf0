"""What an act on many came to, ticket by ticket, where not all of it was done."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from deskconsole.text import inert
from deskconsole.tui.actions import bindings_in
from deskconsole.tui.dialog import Dialog
from deskconsole.tui.keyed import keyboard_of


class Report(Dialog[None]):
    """A heading and a line for each ticket, until it has been read."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("report"))

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = tuple(lines)

    def compose(self) -> ComposeResult:
        """The heading, the lines, and how to leave."""
        heading, *lines = self._lines
        with Vertical(id="menu"):
            yield Static(Content(inert(heading)), id="form-title")
            with VerticalScroll(id="report-lines", can_focus=False):
                yield Static(Content("\n").join(Content(inert(line)) for line in lines))
            first = keyboard_of(self).first
            scroll = f"{first('report.down')} and {first('report.up')}"
            words = f"{first('report.leave')} goes back, {scroll} scroll"
            yield Static(Content(words), id="menu-keys")

    def action_scroll(self, by: int) -> None:
        """By lines."""
        self.query_one("#report-lines", VerticalScroll).scroll_relative(y=by, animate=False)
