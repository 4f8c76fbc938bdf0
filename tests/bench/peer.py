"""The peer: kanban-tui, a board in the terminal with a widget for each card."""

import importlib.util
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tests.bench.figures import Subject
from tests.bench.programs import Keys, Program, Unmeasured, surroundings
from tests.bench.watched import Answer, Watched

NAME = "kanban-tui"
PEERED = {"start", "keys", "move", "idle"}  # groups of rows that it has
_TASK = re.compile(r"T\d{6}")
_SLOW = 500.0  # ms from which a few presses of a key tell enough
_FEW = 5


def interpreter(cache: Path) -> Path:
    """The Python that has kanban-tui: this one, with the extra `bench`, or one in the cache.

    Unmeasured if it cannot be installed.
    """
    if importlib.util.find_spec("kanban_tui") is not None:
        return Path(sys.executable)
    home = cache / NAME
    python = home / "bin" / "python"
    if not (home / "bin" / "ktui").exists():
        sys.stderr.write(f"installing {NAME} into {home}\n")
        venv.create(home, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "-q", NAME]
        done = subprocess.run(install, capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(home, ignore_errors=True)
            reason = done.stderr.strip().splitlines() or ["pip failed"]
            raise Unmeasured(f"it could not be installed ({reason[-1]})")
    return python


def version(python: Path) -> str:
    """Which kanban-tui that Python has."""
    asks = f"from importlib.metadata import version; print(version({NAME!r}))"
    done = subprocess.run([str(python), "-c", asks], capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Peer(Program):
    """kanban-tui with so many tasks; it has no key to answer before its board is there."""

    quit = "^q"
    patience = 400.0

    def __init__(self, tasks: int, python: Path, folder: Path) -> None:
        super().__init__(Subject(NAME, tasks))
        self._python = python
        self._filled = folder
        folder.mkdir()
        fill = [str(python), str(Path(__file__).with_name("fill_peer.py")), str(tasks), str(folder)]
        done = subprocess.run(fill, env=self.env(folder), capture_output=True, text=True)
        if done.returncode:
            reason = done.stderr.strip().splitlines() or ["it failed"]
            raise Unmeasured(f"its database could not be filled ({reason[-1]})")

    def prepare(self, folder: Path) -> None:
        shutil.copyfile(self._filled / "kanban.db", folder / "kanban.db")
        config = (self._filled / "config.toml").read_text(encoding="utf-8")
        config = config.replace(str(self._filled), str(folder))
        (folder / "config.toml").write_text(config, encoding="utf-8")

    def command(self) -> list[str]:
        return [str(self._python.with_name("ktui"))]

    def env(self, folder: Path) -> Mapping[str, str]:
        return {
            **surroundings(folder),
            "KANBAN_TUI_CONFIG_FILE": str(folder / "config.toml"),
            "KANBAN_TUI_DATABASE_FILE": str(folder / "kanban.db"),
        }

    def sight(self, watched: Watched) -> Hashable | None:
        """Its cards."""
        return tuple(_TASK.findall(watched.text)) or None

    def complete(self, watched: Watched) -> bool:
        return self.sight(watched) is not None

    def answered(self, watched: Watched) -> bool:
        """Its cards are there: that is taken for its start."""
        return self.complete(watched)

    def rows(self) -> Sequence[Keys]:
        return [Keys({"keys"}, _cursor), Keys({"move"}, _moves)]


def _cursor(watched: Watched, presses: int) -> Iterator[tuple[str, Answer]]:
    for index in range(presses):
        answer = watched.answer("jk"[index % 2], within=60)
        yield "cursor keys", answer
        if index + 1 >= _FEW and (answer.painted or _SLOW) >= _SLOW:
            return


def _moves(watched: Watched, presses: int) -> Iterator[tuple[str, Answer]]:
    for index in range(min(max(presses // 4, 1), _FEW)):
        begun = watched.answer("LH"[index % 2], within=60)
        done = watched.answer("enter", within=60)
        if begun.painted is not None and done.painted is not None:
            both = replace(
                done, painted=begun.painted + done.painted, bytes=begun.bytes + done.bytes
            )
            yield "a move: both keys", both
        else:
            yield "a move: both keys", replace(done, painted=None)
