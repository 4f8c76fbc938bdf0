"""The keys of the board that are measured, and what each of them has to bring."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.bench.programs import Keys, Press
from tests.bench.screen import board, cards, cursor, left, longest, says
from tests.bench.watched import ROWS, Answer, Watched

Answers = Iterator[tuple[str, Answer]]

_STILL = 0.12  # seconds of quiet after which what a filter or an order shows is final
_TYPED = "vpn"
_POLL = 0.0005  # seconds between two looks into the desk's file


def board_keys(desk: Path) -> list[Keys]:
    """The keys in the order in which they are pressed; `desk` is the file they write to."""
    return [
        Keys({"keys"}, _inside("1", _moving("cursor keys", "j", "k"))),
        Keys({"keys"}, _inside("9", _moving("cursor keys, last column", "j", "k"))),
        Keys({"keys"}, _inside("1", _moving("left and right", "l", "h"))),
        Keys({"keys"}, _inside("1", _moving("jump to a column", "9", "1"))),
        Keys({"keys"}, _in_longest(_moving("page keys", "pgdn", "pgup"))),
        Keys({"keys"}, _in_longest(_moving("ends", "G", "g"))),
        Keys({"keys"}, _inside("1", _opening)),
        Keys({"find"}, _inside("1", _jumping)),
        Keys({"find"}, _inside("1", _filtering)),
        Keys({"find"}, _inside("1", _sorting)),
        Keys({"move"}, _inside("4", _Moves(desk))),
    ]


def _moving(row: str, *keys: str) -> Press:
    """Keys in turn that each take the cursor elsewhere."""

    def press(watched: Watched, presses: int) -> Answers:
        for index in range(presses):
            yield row, watched.answer(keys[index % len(keys)], left(watched))

    return press


def _inside(column: str, press: Press) -> Press:
    """Presses keys from the first card of a column on."""

    def there(watched: Watched, presses: int) -> Answers:
        watched.press(column)
        watched.calm(_STILL)
        watched.press("g")
        watched.calm(_STILL)
        list(watched.frames())
        yield from press(watched, presses)

    return there


def _in_longest(press: Press) -> Press:
    """Presses keys in a column with more cards than are shown."""

    def there(watched: Watched, presses: int) -> Answers:
        yield from _inside(longest(watched), press)(watched, presses)

    return there


def _opening(watched: Watched, presses: int) -> Answers:
    """Opens a ticket until its fields and its timeline are there, and goes back."""
    for _ in range(presses // 2):
        place = cursor(watched)
        number = place[0] if place else "none"

        def opened(number: str = number) -> bool:
            text = watched.text
            there = number in watched.row(0) and "Esc back" in watched.row(ROWS - 1)
            return there and "Reporter" in text and " opened it" in text

        yield "open a ticket", watched.answer("enter", opened)
        yield "back to the board", watched.answer("esc", lambda: board(watched))


def _jumping(watched: Watched, presses: int) -> Answers:
    """Types the number of the card that is lowest on the screen, and of the first one, in turn."""
    places = cards(watched)
    for index in range(max(presses // 4, 1)):
        number = places[0 if index % 2 else -1][0]
        watched.answer("/", quiet=_STILL)
        watched.press(number)
        watched.calm(_STILL)
        list(watched.frames())

        def there(number: str = number) -> bool:
            place = cursor(watched)
            return place is not None and place[0] == number and "open ·" in says(watched)

        yield "jump to a ticket", watched.answer("enter", there, quiet=_STILL)


def _final(answer: Answer) -> Answer:
    """Counted until nothing changed any more."""
    return replace(answer, painted=answer.settled)


def _filtering(watched: Watched, presses: int) -> Answers:
    """Types a word into the filter, letter by letter, and leaves it."""
    for _ in range(max(presses // (2 * len(_TYPED)), 1)):
        watched.answer("/", quiet=_STILL)
        for letter in _TYPED:
            found = watched.answer(letter, lambda: "found" in says(watched), quiet=_STILL)
            yield "filter, each key", _final(found)
        for _ in range(2):  # one leaves the line, one the filter
            watched.press("esc")
            watched.calm(_STILL)
        list(watched.frames())


def _sorting(watched: Watched, presses: int) -> Answers:
    """Goes through the orders of the board, once or more."""
    for _ in range(max(presses // 20, 1) * 5):
        yield "sort", _final(watched.answer("o", quiet=_STILL))


class _Moves:
    """Shelves the first ticket in progress, and takes that back.

    A move counts when it is painted and another connection finds its event in the desk's file.
    """

    def __init__(self, desk: Path) -> None:
        self._desk = desk

    def __call__(self, watched: Watched, presses: int) -> Answers:
        for _ in range(max(presses // 4, 1)):
            place = cursor(watched)
            number = place[0] if place else "none"
            asks = watched.answer("T", lambda: "Leave it" in watched.text)
            yield "a move: its dialog", asks
            with Durable(self._desk) as event:
                moved = watched.answer("^d", self._moved(watched, f"{number} is Scoping with Team"))
            done = event.after(moved)
            yield "a move: painted and durable", done
            if asks.painted is not None and done.painted is not None:
                both = replace(
                    done, painted=asks.painted + done.painted, bytes=asks.bytes + done.bytes
                )
                yield "a move: both keys", both
            with Durable(self._desk) as event:
                undone = watched.answer("u", self._moved(watched, "undid shelve"))
            yield "undo", event.after(undone)
            watched.calm(_STILL)
            list(watched.frames())

    def _moved(self, watched: Watched, words: str) -> "_Moved":
        return _Moved(watched, words)


class _Moved:
    """Whether the card under the cursor is in another column than now, and the board says so."""

    def __init__(self, watched: Watched, words: str) -> None:
        self._watched = watched
        self._words = words
        self._place = cursor(watched)

    def __call__(self) -> bool:
        place = cursor(self._watched)
        if place is None or self._place is None or self._words not in says(self._watched):
            return False
        return place[0] == self._place[0] and place[2] != self._place[2]


class Durable:
    """Watches a desk's file from a connection of its own, for the next event in it."""

    def __init__(self, desk: Path) -> None:
        self._desk = desk
        self._found: float | None = None
        self._done = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Durable":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        connection = sqlite3.connect(f"file:{self._desk}?mode=ro", uri=True)
        try:
            before = self._last(connection)
            self._ready.set()
            while not self._done.wait(_POLL):
                if self._last(connection) != before:
                    self._found = time.monotonic()
                    return
        finally:
            self._ready.set()
            connection.close()

    def _last(self, connection: sqlite3.Connection) -> int:
        (last,) = connection.execute("SELECT max(id) FROM event").fetchone()
        return int(last)

    def after(self, answer: Answer) -> Answer:
        """The answer, counted until it was painted and the event was found; None if it was not."""
        if answer.painted is None or self._found is None:
            return replace(answer, painted=None)
        durable = (self._found - answer.sent) * 1000
        return replace(answer, painted=max(answer.painted, durable))
