"""The background worker: it closes what customers left unanswered, and nothing else.

Any number of workers may run on one desk. A round lists what is due and lets the desk close each
ticket in a transaction of its own, which checks again; whoever comes second finds nothing to do.

To close what is not due does harm that nobody sees, to close it a little late does none. So a
clock that is ahead of the desk's server, or that has just jumped ahead, closes nothing.
"""

import logging
import random
import time
from collections.abc import Callable, Set
from datetime import datetime, timedelta
from threading import Event as Flag

from deskconsole.desk.desk import Desk
from deskconsole.errors import DeskError, Refused, StoreDown
from deskconsole.frozen import Record
from deskconsole.model import Ticket

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(minutes=1)
SHORTEST_PAUSE = timedelta(seconds=1)
_PAGE = 100  # tickets listed at a time
TOLERANCE = timedelta(minutes=1)  # clocks of a network agree within it
PROBATION = timedelta(minutes=10)  # until a clock that jumped ahead is believed
_RETRY_SECONDS = 5.0  # until a desk out of reach is tried again


class Round(Record):
    """What one round closed, which tickets failed, and when the next deadline comes."""

    closed: tuple[Ticket, ...]
    failed: tuple[int, ...]
    next_deadline: datetime | None


def uptime() -> timedelta:
    """Since the machine started, its sleep included: what no setting of the clock changes."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return timedelta(seconds=time.clock_gettime(clock))


class Trust:
    """Whether a clock may be believed: not for a while after it has jumped ahead."""

    def __init__(
        self, clock: Callable[[], datetime], uptime: Callable[[], timedelta] = uptime
    ) -> None:
        self._clock = clock
        self._uptime = uptime
        self._believed = clock() - uptime()
        self._jumped: tuple[datetime, timedelta] | None = None

    def doubt(self) -> str | None:
        """Why the clock is not believed now, in a sentence, or None."""
        now = self._uptime()
        start = self._clock() - now
        if start - self._believed <= TOLERANCE:
            self._believed, self._jumped = start, None
            return None
        if self._jumped is None or abs(start - self._jumped[0]) > TOLERANCE:
            self._jumped = start, now
        if now - self._jumped[1] >= PROBATION:
            self._believed, self._jumped = start, None
            return None
        by = _to_the_minute(start - self._believed)
        minutes = PROBATION // timedelta(minutes=1)
        return (
            f"this machine's clock jumped ahead by {by}; "
            f"nothing is closed until it has been steady for {minutes} minutes"
        )


def _to_the_minute(length: timedelta) -> str:
    minute = timedelta(minutes=1)
    return str(round(length / minute) * minute)


class Worker:
    """Runs rounds over one desk, from one thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def round(self) -> Round:
        """Close all that is due now; a ticket that fails is logged and stops nothing.

        Refused if this machine's clock is ahead of the server that keeps the desk.
        """
        self._not_ahead()
        closed: list[Ticket] = []
        failed: list[int] = []
        passed: set[int] = set()  # closed by another, or answered, since they were listed
        while due := self._due(passed.union(failed)):
            if passed:
                random.shuffle(due)  # others are at it: begin where they most likely are not
            for ticket in due:
                try:
                    closed.append(self._desk.expire(ticket.number))
                except Refused:
                    passed.add(ticket.number)
                    break
                except StoreDown:
                    raise
                except Exception:  # one bad ticket must not keep the others open
                    log.exception("%s could not be closed", ticket.ref)
                    failed.append(ticket.number)
        return Round(tuple(closed), tuple(failed), self._desk.store.next_deadline())

    def _due(self, but: Set[int]) -> list[Ticket]:
        due = self._desk.store.waiting(until=self._desk.clock(), limit=_PAGE + len(but))
        return [ticket for ticket in due if ticket.number not in but]

    def _not_ahead(self) -> None:
        ahead = self._desk.store.ahead(self._desk.clock())
        if ahead > TOLERANCE:
            by = _to_the_minute(ahead)
            raise Refused(
                f"this machine's clock is {by} ahead of the desk's server; "
                "nothing is closed until it is set right"
            )

    def pause(self, deadline: datetime | None) -> float:
        """Seconds until the next round: to the next deadline, between a second and a minute."""
        if deadline is None:
            return LONGEST_PAUSE.total_seconds()
        left = min(max(deadline - self._desk.clock(), SHORTEST_PAUSE), LONGEST_PAUSE)
        return left.total_seconds()

    def run(self, stop: Flag, report: Callable[[Round], None]) -> None:
        """Rounds until `stop` is set, each reported; a desk out of reach is tried again.

        The connection is kept for no longer than a round.
        """
        trust = Trust(self._desk.clock)
        while True:
            pause = self.pause(None)
            try:
                if doubt := trust.doubt():
                    log.error("%s", doubt)
                else:
                    done = self.round()
                    report(done)
                    pause = self.pause(done.next_deadline)
            except StoreDown as error:
                log.error("%s", error)
                pause = _RETRY_SECONDS
            except DeskError as error:
                log.error("%s", error)
            finally:
                self._desk.store.close()
            if stop.wait(pause):
                return
