"""The console under measurement: its board as it is read off the screen, and its keys."""

import re
import shutil
import sys
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

from tests.bench.figures import Subject
from tests.bench.programs import Keys, Press, Program
from tests.bench.watched import ROWS, Answer, Test, Watched

Place = tuple[str, int, int]  # a card's number, its row and its column of cells

_TICKET = re.compile(r"SD-\d+")
_CURSOR = re.compile(r"▌(SD-\d+)")
_LETTERS = "SCTPBADXN"
_SECOND = 4  # the row of the screen in which the second card of a column begins


class Console(Program):
    """A checkout's console on a copy of a desk, whose place in an empty folder is `desk`."""

    def __init__(self, subject: Subject, checkout: Path, desk: Path) -> None:
        super().__init__(subject)
        self.checkout = checkout
        self._original = desk
        self.desk = desk

    def prepare(self, folder: Path) -> None:
        self.desk = folder / "desk.db"
        shutil.copyfile(self._original, self.desk)
        self._state = folder

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "deskconsole", "--desk", str(self.desk)]

    @property
    def env(self) -> Mapping[str, str]:
        return {
            "PYTHONPATH": str(self.checkout),
            "DESKCONSOLE_CONFIG": str(self._state / "config.toml"),
            "DESKCONSOLE_STATE": str(self._state / "state"),
        }

    def sight(self, watched: Watched) -> Hashable | None:
        """Every card and where it is."""
        return cards(watched) or None

    def complete(self, watched: Watched) -> bool:
        """The key bar is there, and the cursor on a card."""
        return cursor(watched) is not None and "q quit" in watched.row(ROWS - 1)

    def answered(self, watched: Watched) -> bool:
        """The cursor is on the second card."""
        place = cursor(watched)
        return place is not None and place[1] == _SECOND

    @property
    def keys(self) -> list[Keys]:
        return [
            Keys("cursor keys", "keys", _moving("j", "k")),
            Keys("cursor keys, last column", "keys", _inside("9", _moving("j", "k"))),
            Keys("left and right", "keys", _inside("1", _moving("l", "h"))),
            Keys("jump to a column", "keys", _inside("1", _moving("9", "1"))),
            Keys("page keys", "keys", _in_longest(_moving("pgdn", "pgup"))),
            Keys("ends", "keys", _in_longest(_moving("G", "g"))),
        ]


def cards(watched: Watched) -> tuple[Place, ...]:
    """The cards on the screen."""
    return tuple(
        (match[0], y, match.start())
        for y in range(2, ROWS - 2)
        for match in _TICKET.finditer(watched.row(y))
    )


def cursor(watched: Watched) -> Place | None:
    """The card under the cursor."""
    for y in range(2, ROWS - 2):
        if match := _CURSOR.search(watched.row(y)):
            return match[1], y, match.start(1)
    return None


def longest(watched: Watched) -> str:
    """The number key of the first column that has more cards than are shown."""
    names, facts = watched.row(0), watched.row(1)
    starts: list[int] = []
    for letter in _LETTERS:
        found = re.compile(rf"(?<=[ ~]){letter}(?= |$)").search(
            names, starts[-1] + 1 if starts else 0
        )
        starts.append(found.start() if found else len(names))
    for index, start in enumerate(starts):
        end = starts[index + 1] - 1 if index + 1 < len(starts) else len(facts)
        if "↓" in facts[start - 1 : end]:
            return str(index + 1)
    return "1"


def _moving(*keys: str) -> Press:
    """Keys in turn that each take the cursor elsewhere."""

    def press(watched: Watched, presses: int) -> Iterator[Answer]:
        for index in range(presses):
            yield watched.answer(keys[index % len(keys)], _left(watched, cursor(watched)))

    return press


def _left(watched: Watched, place: Place | None) -> Test:
    return lambda: cursor(watched) not in (None, place)


def _inside(column: str, press: Press) -> Press:
    """Presses keys from the first card of a column on."""

    def there(watched: Watched, presses: int) -> Iterator[Answer]:
        watched.write(column.encode() + b"g")
        watched.calm()
        list(watched.frames())
        yield from press(watched, presses)

    return there


def _in_longest(press: Press) -> Press:
    """Presses keys in a column with more cards than are shown."""

    def there(watched: Watched, presses: int) -> Iterator[Answer]:
        yield from _inside(longest(watched), press)(watched, presses)

    return there
