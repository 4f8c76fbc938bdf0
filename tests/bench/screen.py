"""The console's board as it is read off the screen of 160x45."""

import re

from tests.bench.watched import ROWS, Test, Watched

Place = tuple[str, int, int]  # a card's number, its row and its column of cells

_TICKET = re.compile(r"SD-\d+")
_CURSOR = re.compile(r"▌(SD-\d+)")
_LETTERS = "SCTPBADXN"
SECOND = 4  # the row of the screen in which the second card of a column begins
CARDS = range(2, ROWS - 2)  # rows of the screen


def cards(watched: Watched) -> tuple[Place, ...]:
    """The cards on the screen."""
    return tuple(
        (match[0], y, match.start()) for y in CARDS for match in _TICKET.finditer(watched.row(y))
    )


def cursor(watched: Watched) -> Place | None:
    """The card under the cursor."""
    for y in CARDS:
        if match := _CURSOR.search(watched.row(y)):
            return match[1], y, match.start(1)
    return None


def left(watched: Watched) -> Test:
    """Whether the cursor is elsewhere than now."""
    place = cursor(watched)
    return lambda: cursor(watched) not in (None, place)


def board(watched: Watched) -> bool:
    """Whether the keys are the board's: it has a cursor, and the key bar is there."""
    return cursor(watched) is not None and "q quit" in watched.row(ROWS - 1)


def says(watched: Watched) -> str:
    """The status line."""
    return watched.row(ROWS - 2)


def longest(watched: Watched) -> str:
    """The number key of the first column that has more cards than are shown."""
    names, facts = watched.row(0), watched.row(1)
    starts: list[int] = []
    for letter in _LETTERS:
        head = re.compile(rf"(?<=[ ~]){letter}(?= |$)")
        found = head.search(names, starts[-1] + 1 if starts else 0)
        starts.append(found.start() if found else len(names))
    for index, start in enumerate(starts):
        end = starts[index + 1] - 1 if index + 1 < len(starts) else len(facts)
        if "↓" in facts[start - 1 : end]:
            return str(index + 1)
    return "1"
