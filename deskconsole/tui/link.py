"""Between the screen and the desk: database work off the event loop, and news back as messages.

One thread of its own does what the console asks, one follows what others commit, one runs the
clock's rounds, one tells where this console is; while the desk cannot be reached or written, one
more finds out when it can. None of them touches a widget: they post messages.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event as Flag
from threading import Thread
from typing import Protocol, TypeVar, runtime_checkable

from textual.message import Message
from textual.message_pump import MessagePump

from deskconsole.desk.desk import Desk
from deskconsole.drafts import Drafts, drafts_folder
from deskconsole.errors import DeskError, NotFound, StoreDown
from deskconsole.frozen import Record
from deskconsole.lifecycle.access import KEY_GONE, Right, denied
from deskconsole.model import (
    CLOSED_SHOWN,
    FADES,
    Actor,
    Board,
    Doing,
    Event,
    Order,
    Policy,
    Presence,
    Status,
    Ticket,
    Window,
)
from deskconsole.query import Query
from deskconsole.store.around import news_for
from deskconsole.store.board import read_board, read_neighbour
from deskconsole.store.find import condition
from deskconsole.store.standing import Standing, read_standing
from deskconsole.store.watch import Watch
from deskconsole.tui.attendance import Attendance, Place
from deskconsole.worker import Worker

log = logging.getLogger(__name__)

_T = TypeVar("_T")

_RETRY_SECONDS = 1.0
# After a change, until the next ones are told of together: longer each time while it never stops,
# for eyes and thin links.
_BURST_SECONDS = 0.15
_STORM_SECONDS = 1.0
_CALM_SECONDS = 0.1  # without a change after which it has stopped
WAIT_SECONDS = 0.5  # how long the desk may take to answer before that is said
WAITING = "waiting for the desk…"
_NEWS = 20  # events told of after a burst; of more only the number is

# A companion lives as long as the console: it is handed the flag that ends it.
Companion = Callable[[Flag], None]


class DeskChanged(Message):
    """The desk stands at `standing`; a later one replaces it.

    Where it was restored since, the desk was replaced by a backup of it.
    """

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self.standing = standing

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, DeskChanged)


class LinkState(Message):
    """Whether the desk answers is another thing than before: see `Link.trouble` and `waiting`.

    `healed` says that it does again.
    """

    def __init__(self, *, healed: bool = False) -> None:
        super().__init__()
        self.healed = healed


class OthersMoved(Message):
    """Others are at other tickets than before, or do something else there: see `Link.at`."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, OthersMoved)


class RoleChanged(Message):
    """Whoever sits here has another role by now, or may look no more: see `Link.put_out`."""


@runtime_checkable
class ShowsOthers(Protocol):
    """A screen that shows who else is at which ticket."""

    def others_moved(self) -> None:
        """Show it as it is now."""


@runtime_checkable
class FollowsDesk(Protocol):
    """A screen that shows something of the desk as it is now."""

    def desk_changed(self, standing: Standing) -> None:
        """Somebody changed the desk."""


class Reading(Record):
    """One look at the desk: the board, its policy, what happened since the last look.

    `followed` is the ticket that the look was to keep in sight, as it stands now. `closer` is
    news of tickets that the person has or watches.
    """

    board: Board
    policy: Policy
    news: tuple[Event, ...]
    closer: tuple[Event, ...]
    followed: Ticket | None
    at: datetime


class Link:
    """The console's threads over one desk, for one person.

    Who came in by a `key` looks for as long as it lets them in.
    """

    def __init__(
        self,
        desk: Desk,
        me: Actor,
        companions: Sequence[Companion] = (),
        key: str | None = None,
    ) -> None:
        self.desk = desk
        self.me = me
        self._key = key
        self.put_out: str | None = None  # why whoever sits here may look no more
        who = me.person.handle if me.person else me.name
        self.drafts = Drafts(drafts_folder(), desk.store.name, who, desk.clock)
        self.others: tuple[Presence, ...] = ()  # who else was seen where
        self._troubles: dict[Callable[[], None], str] = {}  # by the thread's work that met them
        self._slow: set[object] = set()  # calls that take longer than nobody notices
        self._attendance = Attendance(desk, me)
        clock = () if denied(me.role, Right.CLOCK) else (self._clock_rounds,)
        seen = () if denied(me.role, Right.WATCH) else (self._attendance.run,)
        self._companions = (*companions, *clock, *seen)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._stop = Flag()
        self._threads: list[Thread] = []
        self._target: MessagePump | None = None
        self._watch: Watch | None = None

    def tell(self, target: MessagePump) -> None:
        """Messages go to `target` from now on."""
        self._target = target

    def start(self) -> None:
        """Begin to follow the desk, and all else that lives as long as the console."""
        for work in (self._follow, *(self._guarded(one) for one in self._companions)):
            self._begin(work)

    def _begin(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """End the threads and their connections."""
        self._stop.set()
        if self._watch is not None:
            self._watch.wake()
        self._attendance.be_at(None)
        self._pool.submit(self.desk.store.close)
        self._pool.shutdown(wait=True)
        for thread in self._threads:
            thread.join(timeout=2)

    @property
    def trouble(self) -> str | None:
        """The sentence why the desk cannot be reached or written, or None."""
        troubles = list(self._troubles.values())  # at once: threads put in and take out
        return troubles[0] if troubles else None

    @property
    def waiting(self) -> bool:
        """Whether somebody waits for the desk's answer, for long enough to be told so."""
        return bool(self._slow)

    def be_at(self, ticket: int | None, doing: Doing = Doing.LOOKING) -> None:
        """Let others see that one is at a ticket, or at none any more."""
        self._attendance.be_at(None if ticket is None else Place(ticket, doing))

    def at(self, ticket: int) -> tuple[Presence, ...]:
        """Who else is at a ticket now."""
        now = self.desk.clock()
        return tuple(one for one in self.others if one.ticket == ticket and one.lasts(now))

    def fade_seconds(self) -> float | None:
        """When the next one fades of those who are at a ticket now, if there are any."""
        now = self.desk.clock()
        left = [one.seen_at + FADES - now for one in self.others if one.lasts(now)]
        return min(left).total_seconds() if left else None

    async def call(self, work: Callable[[Desk], _T]) -> _T:
        """What `work` makes of the desk, done in the desk's own thread.

        While a StoreDown lasts that it raises, it is the link's trouble.
        """
        loop, mine = asyncio.get_running_loop(), object()
        waits = loop.call_later(WAIT_SECONDS, self._wait, mine)
        try:
            return await loop.run_in_executor(self._pool, work, self.desk)
        except StoreDown as error:
            if self._prove not in self._troubles:
                self._troubles[self._prove] = str(error)
                self._begin(self._prove)
                self._post(LinkState())
            raise
        finally:
            waits.cancel()
            if mine in self._slow:
                self._slow.remove(mine)
                self._post(LinkState())

    def _wait(self, call: object) -> None:
        self._slow.add(call)
        self._post(LinkState())

    async def read(
        self,
        windows: Mapping[Status, Window],
        since: int,
        follow: int | None,
        size: int,
        known: Ticket | None = None,
        query: Query = (),
        order: Order = Order.ATTENTION,
    ) -> Reading:
        """Look at the desk, at tickets that fit `query`, and at what happened after event `since`.

        Where ticket `follow` is not in the place that it is `known` to have had, its column is
        read `size` cards around it.
        """

        def work(desk: Desk) -> Reading:
            now = desk.clock()
            wanted = dict(windows)
            followed = None
            with desk.store.reading():
                if follow is not None:
                    followed = _ticket(desk, follow)
                if followed is not None and not (known and _same_place(followed, known, order)):
                    around = Window(followed.key(order), before=size, after=size)
                    wanted[followed.status] = around
                policy = desk.store.policy()
                fits = condition(desk.store, query, self.me.person, now, policy.timezone)
                board = read_board(desk.store, wanted, now - CLOSED_SHOWN, fits, order)
                news = _news(desk, since, board.upto) if since else ()
                closer = news_for(desk.store, self.me.person, since, _NEWS) if news else []
                return Reading(board, policy, news, tuple(closer), followed, now)

        return await self.call(work)

    async def neighbour(self, ticket: Ticket, by: int, query: Query, order: Order) -> Ticket | None:
        """The ticket below (1) or above (-1) the place of another, among those that fit `query`."""

        def work(desk: Desk) -> Ticket | None:
            now = desk.clock()
            fits = condition(desk.store, query, self.me.person, now, desk.store.policy().timezone)
            return read_neighbour(desk.store, ticket, by, now - CLOSED_SHOWN, fits, order)

        return await self.call(work)

    def _post(self, message: Message) -> None:
        if self._target is not None and not self._stop.is_set():
            self._target.post_message(message)

    def _follow(self) -> None:
        store = self.desk.store
        try:
            while not self._stop.is_set():
                try:
                    with store.watch() as self._watch:
                        self._tell()
                        self._healed(self._follow)
                        pause, told = _BURST_SECONDS, 0.0
                        while store.wait(self._watch, self._stop):
                            stormy = time.monotonic() - told < _CALM_SECONDS
                            pause = min(2 * pause, _STORM_SECONDS) if stormy else _BURST_SECONDS
                            self._tell()
                            self._stop.wait(pause)
                            told = time.monotonic()
                except DeskError as error:
                    store.close()
                    self._troubles[self._follow] = str(error)
                    self._post(LinkState())
                    self._stop.wait(_RETRY_SECONDS)
        finally:
            store.close()

    def _tell(self) -> None:
        """Post what is new; a console's saying where it is changes nothing but that."""
        standing = read_standing(self.desk.store)
        me = self.desk.as_now(self.me)
        gone = self._key is not None and not self.desk.lets_in(me, self._key)
        if me != self.me or gone:
            self.me = me
            self.put_out = denied(me.role, Right.LOOK) or (KEY_GONE if gone else None)
            self._post(RoleChanged())
        self._post(DeskChanged(standing))
        others = self.desk.others(self.me)
        if others != self.others:
            self.others = others
            self._post(OthersMoved())

    def _prove(self) -> None:
        """Write to the desk until that goes well again: who can read it cannot write it yet."""
        try:
            while not self._stop.wait(_RETRY_SECONDS):
                try:
                    self.desk.prove()
                except DeskError as error:
                    self.desk.store.close()
                    self._troubles[self._prove] = str(error)
                    self._post(LinkState())
                else:
                    self._healed(self._prove)
                    return
        finally:
            self.desk.store.close()

    def _healed(self, work: Callable[[], None]) -> None:
        if self._troubles.pop(work, None) is not None:
            self._post(LinkState(healed=self.trouble is None))

    def _clock_rounds(self, stop: Flag) -> None:
        # What the clock closes is in the log, where the follower reads it like everybody's acts.
        Worker(self.desk).run(stop, lambda done: None)

    def _guarded(self, companion: Companion) -> Callable[[], None]:
        def run() -> None:
            try:
                companion(self._stop)
            except Exception:  # the edge of a thread
                log.exception("%s ended", threading.current_thread().name)

        return run


def _ticket(desk: Desk, number: int) -> Ticket | None:
    try:
        return desk.store.ticket(number)
    except NotFound:
        return None


def _same_place(one: Ticket, other: Ticket, order: Order) -> bool:
    return (one.number, one.status) == (other.number, other.status) and one.key(order) == other.key(
        order
    )


def _news(desk: Desk, since: int, upto: int) -> tuple[Event, ...]:
    return tuple(desk.store.events_after(max(since, upto - _NEWS)))
