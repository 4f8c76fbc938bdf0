"""Telling whoever sits here what they asked to be told about: each of it once, with a bell."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from time import monotonic

from deskconsole.desk.desk import Desk
from deskconsole.errors import DeskError
from deskconsole.model import Alert, Alerts, Warned, ref
from deskconsole.store.alerts import read_alerts
from deskconsole.tui.link import Link

BELL_SECONDS = 1.0  # between two bells at least
_KEPT = 10_000  # alerts that were told, so that none is told again
_NAMED = 3  # tickets of a kind that are told by name


class Alarm:
    """Looks what there is to tell, and hands it on once; `ring` is for the bell.

    What was overdue or nobody's before the console opened is told too, what was urgent is not.
    """

    def __init__(
        self, link: Link, tell: Callable[[Sequence[Alert]], None], ring: Callable[[], None]
    ) -> None:
        self._link = link
        self._tell = tell
        self._ring = ring
        self._told: dict[Alert, None] = {}
        self._since: int | None = None  # the event up to which is known what became urgent
        self._rang = -BELL_SECONDS
        self._looking = self._again = False

    def desk_restored(self) -> None:
        """Its events are others now."""
        self._since = None

    async def look(self) -> None:
        """Tell what there is by now; while that is looked for already, once more after it."""
        self._again = True
        if self._looking:
            return
        self._looking = True
        try:
            while self._again:
                self._again = False
                with suppress(DeskError):  # said by the link for as long as it lasts
                    await self._look()
        finally:
            self._looking = False

    async def _look(self) -> None:
        me, told, since = self._link.me, self._told, self._since

        def work(desk: Desk) -> tuple[int, list[Alert]]:
            with desk.store.reading():
                upto = desk.store.last_event()
                wanted = desk.alerts(me)
                if wanted == Alerts():
                    return upto, []
                first = upto if since is None else since
                now = desk.clock()
                return upto, read_alerts(desk.store, wanted, me.person, first, now, told)

        self._since, found = await self._link.call(work)
        if found:
            self._told |= dict.fromkeys(found)
            for alert in [*self._told][:-_KEPT]:
                del self._told[alert]
            self._tell(found)
            if monotonic() - self._rang >= BELL_SECONDS:
                self._rang = monotonic()
                self._ring()


def alert_words(alerts: Sequence[Alert]) -> str:
    """What to tell, the tickets by name: `urgent: SD-4 VPN drops; overdue: SD-1, SD-2 …`."""
    order = [*Warned]
    sorted_ = sorted(alerts, key=lambda alert: order.index(alert.why))
    return "; ".join(_of(why, [*some]) for why, some in groupby(sorted_, attrgetter("why")))


def _of(why: Warned, alerts: Sequence[Alert]) -> str:
    if len(alerts) == 1:
        return f"{why}: {ref(alerts[0].ticket)} {alerts[0].title}"
    names = ", ".join(ref(alert.ticket) for alert in alerts[:_NAMED])
    more = len(alerts) - _NAMED
    return f"{why}: {names}{f' and {more:,} more' if more > 0 else ''}"
