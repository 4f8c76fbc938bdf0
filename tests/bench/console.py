"""The console of a checkout in the terminal, on a desk in a file or on a server."""

import sys
import time
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.board_keys import board_keys
from tests.bench.changes import changes
from tests.bench.checkout import Checkout
from tests.bench.desks import Desk
from tests.bench.figures import Subject
from tests.bench.programs import Keys, Program
from tests.bench.screen import SECOND, board, cards, cursor
from tests.bench.watched import Watched

_STANDS = 5.0  # seconds in which a console has stood long enough


class Console(Program):
    """The console on a desk that is a file, which it may write to."""

    row = "change by another process, SQLite"

    def __init__(self, subject: Subject, checkout: Checkout, desk: Desk) -> None:
        super().__init__(subject)
        self.checkout = checkout
        self.desk = desk

    def prepare(self, folder: Path) -> None:
        """Let it stand once: a console leaves behind what the first sight of the next one needs."""
        left = folder / "state" / "first-sight.json"
        with Watched(self.command(), self.env(folder), folder) as watched:
            deadline = time.monotonic() + _STANDS
            while watched.alive and not left.exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            watched.leave(self.quit)

    def command(self) -> list[str]:
        return self.checkout.command(*self.desk.options)

    def env(self, folder: Path) -> Mapping[str, str]:
        return self.checkout.env(folder)

    def sight(self, watched: Watched) -> Hashable | None:
        """Every card and where it is."""
        return cards(watched) or None

    def complete(self, watched: Watched) -> bool:
        """The key bar is there, and the cursor on a card."""
        return board(watched)

    def answered(self, watched: Watched) -> bool:
        """The cursor is on the second card."""
        place = cursor(watched)
        return place is not None and place[1] == SECOND

    def rows(self) -> Sequence[Keys]:
        return board_keys(Path(self.desk.place))

    def others(self, watched: Watched, folder: Path) -> Iterator[tuple[str, float | None]]:
        """Another process gives the first card another title, again and again."""
        command = [sys.executable, "-c"]
        for painted in changes(watched, command, self.checkout.env(folder), self.desk):
            yield self.row, painted


class ServedConsole(Console):
    """The console on a desk that a server keeps."""

    row = "change by another process, PostgreSQL"

    def rows(self) -> Sequence[Keys]:
        """None: they are measured on the file."""
        return ()
