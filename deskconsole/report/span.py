"""Of which time a report is, on the desk's calendar."""

from datetime import date, datetime, timedelta

from deskconsole.calendar import parse_day, parse_period, today, zone_of
from deskconsole.errors import BadInput
from deskconsole.model import Period

USUAL = Period(weeks=12)
_FIRST = date(1970, 1, 1)  # from which instants are counted
_QUARTER = 900  # seconds: what every zone's offset is a multiple of, in all years that desks are of


class Span:
    """From the beginning of the day `since` up to `now`; days and hours are of the desk's zone."""

    def __init__(self, since: date, now: datetime, zone: str) -> None:
        self.since = since
        self.now = now
        self.zone = zone_of(zone)
        self.start = datetime(since.year, since.month, since.day, tzinfo=self.zone)
        self.start = self.start.astimezone(now.tzinfo)
        self.today = today(now, zone)
        self._hours: dict[int, tuple[date, int]] = {}

    def has(self, instant: datetime) -> bool:
        """Whether it lies in the span."""
        return instant >= self.start

    def day(self, instant: datetime) -> date:
        """The desk's day."""
        return self.hour(instant)[0]

    def week(self, instant: datetime) -> date:
        """The Monday of the desk's week."""
        day = self.day(instant)
        return day - timedelta(days=day.weekday())

    def hour(self, instant: datetime) -> tuple[date, int]:
        """The desk's day and the hour on its clock."""
        quarter = int(instant.timestamp()) // _QUARTER
        found = self._hours.get(quarter)
        if found is None:
            local = instant.astimezone(self.zone)
            found = self._hours[quarter] = (local.date(), local.hour)
        return found


def span_of(said: str | None, now: datetime, zone: str) -> Span:
    """The span since a day (`2026-01-01`) or of a period up to today (`30 days`).

    BadInput if it is neither, or lies ahead.
    """
    day = today(now, zone)
    if said is None:
        since = _before(day, USUAL)
    elif said[:1].isdigit() and said.count("-") == 2:
        since = parse_day(said)
    else:
        try:
            since = _before(day, parse_period(said))
        except BadInput:
            raise BadInput(
                f"{said!r} is neither a day nor a period; write 2026-01-01 or '30 days'"
            ) from None
    if since < _FIRST:
        raise BadInput(f"there were no desks in {since:%Y}; a report is since a day that was")
    if since > day:
        raise BadInput(f"{since} lies ahead; a report is since a day that was")
    return Span(since, now, zone)


def _before(day: date, period: Period) -> date:
    hours = timedelta(hours=period.hours, minutes=period.minutes)
    try:
        return (
            day
            - timedelta(weeks=period.weeks, days=period.days)
            - timedelta(days=-(-hours // timedelta(days=1)))
        )
    except OverflowError:
        raise BadInput(f"{period} ago there were no desks") from None
