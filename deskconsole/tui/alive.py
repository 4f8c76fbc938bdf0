"""Whether anybody is still at the other end of a link.

sshd asks its client for a sign of life only while it has nothing to send. Where a desk never
rests, a board over a link that is gone would go on for as long as TCP does. So the terminal itself
is asked: only one that has answered before, and only where something was written to it since it was
heard.
"""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

ASK = "\x1b[?2026$p"  # DECRQM: whether frames can be held together, which Textual asks at its start
EVERY = 15.0  # seconds since the terminal was heard, until it is asked
PATIENCE = 30.0  # seconds that it has for an answer


class Alive:
    """Asks by `ask`, in a thread that may be held up by it, and gives a silent terminal up."""

    def __init__(self, ask: Callable[[], None], give_up: Callable[[], None]) -> None:
        self._ask = ask
        self._give_up = give_up
        self._answers = False  # whether it ever did
        self._heard = self._wrote = monotonic()
        self._asked: float | None = None

    def heard(self, *, answer: bool) -> None:
        """Something came from the terminal."""
        self._heard = monotonic()
        self._answers |= answer

    def wrote(self) -> None:
        """Something is written to it."""
        self._wrote = monotonic()

    def watch(self, stop: Event) -> None:
        """Look after it until told to stop, or it is given up."""
        self._asked = None
        while not stop.wait(EVERY / 3):
            if self._is_gone():
                self._give_up()
                return

    def _is_gone(self) -> bool:
        now = monotonic()
        if self._asked is not None and self._heard >= self._asked:
            self._asked = None
        if self._asked is not None:
            return now - self._asked >= PATIENCE
        if self._answers and self._wrote > self._heard and now - self._heard >= EVERY:
            self._asked = now
            Thread(target=self._ask, daemon=True).start()
        return False
