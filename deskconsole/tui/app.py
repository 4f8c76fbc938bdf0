"""The console: the application around the screens, and how it ends."""

import asyncio
import gc
import os
import signal
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType

from deskconsole.tui.board_screen import BoardScreen
from deskconsole.tui.desk_screen import DeskScreen
from deskconsole.tui.link import DeskChanged, Link, LinkState

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


def styles_folder() -> Path:
    """Where the stylesheets are: inside an installed package, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "styles"
    return inside if inside.is_dir() else package.parent / "styles"


class Console(App[None]):
    """The desk on a whole screen, until it is left or the process is told to end."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "deskconsole"
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, link: Link) -> None:
        plain = bool(os.environ.get("NO_COLOR"))
        # Said at once, because Textual chooses here how it leaves colours out.
        super().__init__(
            css_path=sorted(styles_folder().glob("*.tcss")), ansi_color=True if plain else None
        )
        if plain:
            self.theme = "ansi-dark"
        self.link = link

    def on_mount(self) -> None:
        """Show the board and begin to follow the desk."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._ended_by, number)
        self.push_screen(BoardScreen(self.link))
        self.link.start(self)
        self.call_after_refresh(_settle)

    def _ended_by(self, number: int) -> None:
        self.exit(return_code=128 + number)

    def on_unmount(self) -> None:
        """Give the signals back."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    @on(DeskChanged)
    def _changed(self, message: DeskChanged) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.desk_changed(message.upto)

    @on(LinkState)
    def _link(self, message: LinkState) -> None:
        self.link.trouble = message.trouble
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.show_bars()


def _settle() -> None:
    """What was made by starting stays; the collector need not look at it again."""
    gc.collect()
    gc.freeze()
