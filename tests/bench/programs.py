"""What is measured in a terminal: how a program is started, read and asked."""

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Subject
from tests.bench.watched import Answer, Watched

Press = Callable[[Watched, int], Iterator[tuple[str, Answer]]]


class Unmeasured(Exception):
    """Why a program could not be measured, in a sentence."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Some keys: `press(watched, presses)` yields, for each, its row and its answer.

    They are pressed if any of their groups is asked for.
    """

    groups: Set[str]
    press: Press


class Program(ABC):
    """A program as it is measured; `first` is typed ahead of its start, `quit` leaves it."""

    first = "j"
    quit = "q"
    patience = 30.0  # seconds until a start that does not come is given up

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    @abstractmethod
    def prepare(self, folder: Path) -> None:
        """Make what it needs in an empty folder of its own: before each start, not measured."""

    @abstractmethod
    def command(self) -> list[str]:
        """What is executed."""

    def env(self, folder: Path) -> Mapping[str, str]:
        """Its environment; the folder is the one that was prepared."""
        return surroundings(folder)

    @abstractmethod
    def sight(self, watched: Watched) -> Hashable | None:
        """What is to be seen first, as it is on the screen now; None while there is none of it."""

    @abstractmethod
    def complete(self, watched: Watched) -> bool:
        """Whether all of it is on the screen."""

    @abstractmethod
    def answered(self, watched: Watched) -> bool:
        """Whether the screen shows what the key typed ahead does."""

    def others(self, watched: Watched, folder: Path) -> Iterator[tuple[str, float | None]]:
        """What others bring about in it: the row, and milliseconds until it was painted."""
        return iter(())

    @abstractmethod
    def rows(self) -> Sequence[Keys]:
        """What can be pressed in it, each from where the one before left it."""


class Floor(Program):
    """An empty Textual app."""

    def __init__(self) -> None:
        super().__init__(Subject("empty Textual app"))

    def prepare(self, folder: Path) -> None:
        """Nothing."""

    def command(self) -> list[str]:
        return [sys.executable, str(Path(__file__).with_name("floor.py"))]

    def sight(self, watched: Watched) -> Hashable | None:
        return "pressed" in watched.text or None

    def complete(self, watched: Watched) -> bool:
        text = watched.text
        return "pressed" in text and "Empty" in text and "Quit" in text

    def answered(self, watched: Watched) -> bool:
        return "pressed 1" in watched.text

    def rows(self) -> Sequence[Keys]:
        return [Keys({"keys", "find", "move"}, alternating("cursor keys", "j", "k"))]


def alternating(row: str, *keys: str) -> Press:
    """Presses keys in turn; whatever changes first is what they brought."""

    def press(watched: Watched, presses: int) -> Iterator[tuple[str, Answer]]:
        for index in range(presses):
            yield row, watched.answer(keys[index % len(keys)])

    return press


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of every program: a person's without any taste of theirs."""
    kept = ("PATH", "TZ", "LD_LIBRARY_PATH")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
