"""The board to look at, over a desk that cannot be written."""

from textual.screen import Screen

from deskconsole.taste import Taste
from deskconsole.tui.app import Console
from deskconsole.tui.link import Link
from deskconsole.tui.watch_screen import WatchScreen


class Watch(Console):
    """A console that only shows; with `rotate` another saved view every so many seconds."""

    def __init__(self, link: Link, taste: Taste, rotate: float | None = None) -> None:
        super().__init__(link, taste, restricted=True)
        self._rotate = rotate

    def get_default_screen(self) -> Screen[None]:
        """The board between its figures and the latest moves."""
        return WatchScreen(self.link, self.uncover, self._rotate)
