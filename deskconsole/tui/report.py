"""What an act on many came to, ticket by ticket, where not all of it was done."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from deskconsole.text import inert


class Report(ModalScreen[None]):
    """A heading and a line for each ticket, until it has been read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Back", id="report.leave"),
        Binding("j,down", "scroll(1)", show=False, id="report.down"),
        Binding("k,up", "scroll(-1)", show=False, id="report.up"),
    ]

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
            yield Static(Content("Esc goes back, j and k scroll"), id="menu-keys")

    def action_scroll(self, by: int) -> None:
        """By lines."""
        self.query_one("#report-lines", VerticalScroll).scroll_relative(y=by, animate=False)
