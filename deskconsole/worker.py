"""The background worker: it closes what customers left unanswered, and nothing else.

Any number of workers may run on one desk. A round lists what is due and lets the desk close each
ticket in a transaction of its own, which checks again; whoever comes second finds nothing to do.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Flag

from deskconsole.desk.desk import Desk
from deskconsole.errors import DeskError, Refused, StoreDown
from deskconsole.model import Ticket

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(minutes=1)
SHORTEST_PAUSE = timedelta(seconds=1)
_RETRY_SECONDS = 5.0  # until a desk out of reach is tried again


@dataclass(frozen=True, slots=True)
class Round:
    """What one round closed, which tickets failed, and when the next deadline comes."""

    closed: tuple[Ticket, ...]
    failed: tuple[int, ...]
    next_deadline: datetime | None


class Worker:
    """Runs rounds over one desk, from one thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def round(self) -> Round:
        """Close all that is due now; a ticket that fails is logged and stops nothing."""
        closed: list[Ticket] = []
        failed: list[int] = []
        for ticket in self._desk.store.waiting(until=self._desk.clock()):
            try:
                closed.append(self._desk.expire(ticket.number))
            except Refused:
                # Another worker closed it, or the customer answered, since it was listed.
                continue
            except StoreDown:
                raise
            except Exception:  # one bad ticket must not keep the others open
                log.exception("%s could not be closed", ticket.ref)
                failed.append(ticket.number)
        return Round(tuple(closed), tuple(failed), self._desk.store.next_deadline())

    def pause(self, deadline: datetime | None) -> float:
        """Seconds until the next round: to the next deadline, between a second and a minute."""
        if deadline is None:
            return LONGEST_PAUSE.total_seconds()
        left = min(max(deadline - self._desk.clock(), SHORTEST_PAUSE), LONGEST_PAUSE)
        return left.total_seconds()

    def run(self, stop: Flag, report: Callable[[Round], None]) -> None:
        """Rounds until `stop` is set, each reported; a desk out of reach is tried again."""
        try:
            while True:
                try:
                    done = self.round()
                    report(done)
                    pause = self.pause(done.next_deadline)
                except DeskError as error:
                    log.error("%s", error)
                    pause = _RETRY_SECONDS
                if stop.wait(pause):
                    return
        finally:
            self._desk.store.close()
