"""The console of a checkout, on a copy of a desk."""

import os
import shutil
import subprocess
import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.board_keys import board_keys
from tests.bench.changes import changes
from tests.bench.figures import Subject
from tests.bench.programs import Keys, Program, Unmeasured, surroundings
from tests.bench.screen import SECOND, board, cards, cursor
from tests.bench.watched import Watched


class Checkout:
    """A checkout of the project, compiled, and its commands."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder.resolve()
        compiled = [sys.executable, "-m", "compileall", "-q", str(self.folder / "deskconsole")]
        subprocess.run(compiled, check=True)

    def command(self, *arguments: str) -> list[str]:
        """A command line of it."""
        return [sys.executable, "-m", "deskconsole", *arguments]

    def env(self, folder: Path) -> dict[str, str]:
        """The environment of its commands, with settings and drafts in a folder of their own."""
        return {
            **surroundings(folder),
            "PYTHONPATH": str(self.folder),
            "DESKCONSOLE_CONFIG": str(folder / "config.toml"),
            "DESKCONSOLE_STATE": str(folder / "state"),
        }

    def run(self, folder: Path, *arguments: str) -> str:
        """What a command says; Unmeasured if it fails."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.env(folder),
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            reason = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
            raise Unmeasured(f"`deskconsole {' '.join(arguments[:3])} …`: {reason[-1]}")
        return done.stdout


class Console(Program):
    """The console on a desk in a file: each sitting has a copy of its own."""

    row = "change by another process, SQLite"

    def __init__(self, subject: Subject, checkout: Checkout, desk: Path) -> None:
        super().__init__(subject)
        self.checkout = checkout
        self._original = desk
        self._desk = str(desk)

    def prepare(self, folder: Path) -> None:
        copy = folder / "desk.db"
        copied(self._original, copy)
        self._desk = str(copy)

    def command(self) -> list[str]:
        return self.checkout.command("--desk", self._desk)

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
        return board_keys(Path(self._desk))

    def others(self, watched: Watched, folder: Path) -> Iterator[tuple[str, float | None]]:
        """Another process gives the first card another title, again and again."""
        command = [sys.executable, "-c"]
        for painted in changes(watched, command, self.checkout.env(folder), self._desk):
            yield self.row, painted


class ServedConsole(Console):
    """The console on a desk that a server keeps, one for all sittings."""

    row = "change by another process, PostgreSQL"

    def __init__(self, subject: Subject, checkout: Checkout, url: str) -> None:
        super().__init__(subject, checkout, Path())
        self._desk = url

    def prepare(self, folder: Path) -> None:
        """Nothing."""

    def rows(self) -> Sequence[Keys]:
        """None: they are measured on the file."""
        return ()


def copied(original: Path, copy: Path) -> None:
    """Copy a desk that nobody has open, and wait until the disk has it."""
    shutil.copyfile(original, copy)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
