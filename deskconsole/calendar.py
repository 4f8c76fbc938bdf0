"""Desk time: periods in words, and what a period from now is on the desk's calendar.

A week is a calendar week in the desk's zone: the same local time seven days on, across a
change of clocks too.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from deskconsole.errors import BadInput
from deskconsole.text import clean_line

if TYPE_CHECKING:
    from deskconsole.model import Period

_PART = r"(?i)(\d{1,4})\s*(weeks?|w|days?|d|hours?|h|minutes?|mins?|m)"
MOST_MINUTES = 24 * 60  # that one note can tell of
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


def parse_period(text: str) -> "Period":
    """`1 week`, `5 days`, `1 week 12 hours` as a Period; BadInput if it is none."""
    from deskconsole.model import Period

    counts: dict[str, int] = {}
    parts = re.findall(_PART, text)
    rest = re.sub(_PART, "", text).replace(",", "").replace("and", "").strip()
    for number, unit in parts:
        counts[_UNITS[unit[0].lower()]] = int(number)
    if rest or not any(counts.values()) or len(counts) < len(parts):
        said = clean_line(text)[:60]
        raise BadInput(f"{said!r} is not a period; write one as '1 week', '5 days' or '36 hours'")
    return Period(**counts)


def parse_minutes(text: str) -> int:
    """Time spent, `1h 30m` or `45 minutes`, in minutes; BadInput unless 1 minute to 24 hours."""
    from deskconsole.model import Period

    try:
        period = parse_period(text)
    except BadInput:
        period = Period()
    minutes = 60 * period.hours + period.minutes
    if period.weeks or period.days or not 1 <= minutes <= MOST_MINUTES:
        said = clean_line(text)[:60]
        raise BadInput(f"{said!r} is no time spent; write one as '1h 30m', from 1m to 24h")
    return minutes


def parse_zone(text: str) -> str:
    """The name of a time zone such as `Europe/Vienna`; BadInput if there is none of that name."""
    from zoneinfo import available_timezones

    if text not in available_timezones() or text in ("localtime", "Factory"):
        raise BadInput(f"{text!r} is not a time zone; write one as 'Europe/Vienna' or 'UTC'")
    return text


def parse_day(text: str) -> date:
    """A day written `2026-05-31`; BadInput otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a date; write one as 2026-05-31") from None


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with its offset (`2026-05-31T09:30:00Z`), in UTC; BadInput otherwise."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise BadInput(f"{text!r} has no zone; write the time as 2026-05-31T09:30:00Z")
        return instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(f"{text!r} is not a time; write one as 2026-05-31T09:30:00Z") from None


def iso(instant: datetime) -> str:
    """`instant` in ISO 8601 UTC: `2026-05-31T09:30:00Z`, with a fraction only if it has one."""
    there = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return there.isoformat().removesuffix("+00:00") + "Z"


def after(start: datetime, period: "Period", zone: str) -> datetime:
    """The instant, in UTC, one `period` after `start` on the calendar of `zone`.

    A local time that a change of clocks skips is taken as much later as the clocks jumped, one
    that comes twice as the second.
    """
    moved = timedelta(weeks=period.weeks, days=period.days)
    there = start.astimezone(UTC)
    if moved:
        local = _at(start, zone) + moved
        there = max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return there + timedelta(hours=period.hours, minutes=period.minutes)


def zone_of(name: str) -> tzinfo:
    """The time zone of that name."""
    from zoneinfo import ZoneInfo  # it takes longer than a board without a day in it may

    return ZoneInfo(name)


def _at(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(zone_of(zone))


def today(now: datetime, zone: str) -> date:
    """The desk's calendar day at `now`."""
    return _at(now, zone).date()


def wall_time(instant: datetime, zone: str) -> str:
    """`instant` as the desk's own clock shows it: `2026-05-31 14:00`."""
    return _at(instant, zone).strftime("%Y-%m-%d %H:%M")


def utc_now() -> datetime:
    """The one clock of the running program; everything else is handed it."""
    return datetime.now(UTC)


def local_zone() -> str:
    """The name of this machine's time zone, `UTC` where it has none: a new desk's first policy."""
    from zoneinfo import available_timezones

    from pendulum.tz.local_timezone import get_local_timezone

    name = getattr(get_local_timezone(), "name", "UTC")
    return name.removeprefix("Etc/") if name in available_timezones() else "UTC"
