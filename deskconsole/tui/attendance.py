"""Tells the desk at which ticket this console is, so that others see who is there.

In a thread of its own: a key that opens a ticket waits for no write, and where the desk cannot be
written nobody is bothered with it.
"""

import logging
import os
from queue import Empty, SimpleQueue
from threading import Event as Flag

from deskconsole.desk.desk import Desk
from deskconsole.errors import DeskError
from deskconsole.frozen import Record
from deskconsole.model import Actor, Doing

log = logging.getLogger(__name__)

REFRESH_SECONDS = 30.0  # a third of the time in which a console fades
_PASSING_SECONDS = 0.2  # who is gone again by then was not there; keys come before it is told


class Place(Record):
    """At which ticket a console is, and what is done there."""

    ticket: int
    doing: Doing


class Attendance:
    """What this console says of itself: nothing unless a ticket is open or written on."""

    def __init__(self, desk: Desk, me: Actor) -> None:
        self._desk = desk
        self._me = me
        self._console = os.urandom(8).hex()
        self._places: SimpleQueue[Place | None] = SimpleQueue()
        self._told: Place | None = None

    def be_at(self, place: Place | None) -> None:
        """Be at a ticket from now on, or at none; it does not wait for the desk."""
        self._places.put(place)

    def run(self, stop: Flag) -> None:
        """Tell every change of place, and the same place now and then, until `stop` is set.

        Whoever sets it wakes this up by `be_at(None)`.
        """
        place: Place | None = None
        try:
            while not stop.is_set():
                try:
                    place = self._places.get(timeout=REFRESH_SECONDS if place else None)
                    while not stop.is_set():  # of several changes the last counts
                        place = self._places.get(timeout=_PASSING_SECONDS)
                except Empty:
                    self._tell(place)
        finally:
            self._tell(None)
            self._desk.store.close()

    def _tell(self, place: Place | None) -> None:
        try:
            if place is not None:
                self._told = place  # even where that fails: it may have been written nevertheless
                self._desk.appear(self._me, self._console, place.ticket, place.doing)
            elif self._told is not None:
                self._told = None
                self._desk.disappear(self._console)
        except DeskError as error:
            log.debug("%s", error)
