"""The floor: an app that shows a header, one line and a footer, as small as Textual has them."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Footer, Header, Static


class Empty(App[None]):
    """`j` and `k` change the line, `q` leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("j", "count(1)", "Down"),
        ("k", "count(-1)", "Up"),
        ("q", "quit", "Quit"),
    ]
    pressed = 0

    def compose(self) -> ComposeResult:
        yield Header()
        yield Static("pressed 0")
        yield Footer()

    def action_count(self, by: int) -> None:
        """Show how often `j` was pressed, less `k`."""
        self.pressed += by
        self.query_one(Static).update(f"pressed {self.pressed}")


if __name__ == "__main__":
    Empty().run()
