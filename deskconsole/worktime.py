"""Working time: the hours of a week in which a desk is staffed, without its holidays, in its zone.

Pure arithmetic. Public holidays are those of the library `holidays`, which is imported only where
a desk has set some.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

from deskconsole.calendar import parse_day, zone_of
from deskconsole.errors import BadInput
from deskconsole.frozen import Record
from deskconsole.text import clean_line

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = "always"
_DAY = timedelta(days=1)
_MIDNIGHT = 24 * 60
_FAR = 40 * 366  # days that are looked through for working time at most
_SPAN = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)")
_HOW = "write them as 'mon-fri 09:00-17:00, sat 10:00-14:00' or 'always'"
_HOW_HOLIDAYS = "write them as 'DE-BY' or 'US', or as days such as 2026-12-24"


class Hours(Record):
    """The working hours of one day of the week (0 is Monday), in minutes from midnight."""

    day: int
    start: int
    end: int


def parse_hours(text: str) -> str:
    """Working hours, in the words that keep them; BadInput for what are none."""
    return hours_words(hours_of(clean_line(text).lower()))


@lru_cache
def hours_of(text: str) -> tuple[Hours, ...]:
    """The hours of a week that `text` says, by day; () for always."""
    if text == ALWAYS:
        return ()
    week: list[Hours] = []
    for part in (part.strip() for part in text.split(",")):
        found = _SPAN.fullmatch(part)
        if found is None or not {found[1], found[2] or found[1]} <= set(DAYS):
            raise BadInput(f"{part!r} are no working hours; {_HOW}")
        first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
        start, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (3, 5))
        minutes = max(int(found[4]), int(found[6]))
        if first > last or start >= end or end > _MIDNIGHT or minutes > 59:
            raise BadInput(f"{part!r} ends before it begins, or after the day; {_HOW}")
        week += [Hours(day, start, end) for day in range(first, last + 1)]
    week.sort(key=lambda hours: (hours.day, hours.start))
    for one, next_one in pairwise(week):
        if one.day == next_one.day and next_one.start < one.end:
            raise BadInput(f"the working hours of {DAYS[one.day]} overlap; {_HOW}")
    return tuple(week)


def hours_words(week: tuple[Hours, ...]) -> str:
    """Working hours as a person writes them."""
    if not week:
        return ALWAYS
    spans: dict[tuple[int, int], list[int]] = {}
    for hours in week:
        spans.setdefault((hours.start, hours.end), []).append(hours.day)
    words = []
    for (start, end), days in spans.items():
        for first, last in _runs(days):
            name = DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
            words.append(f"{name} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}")
    return ", ".join(words)


def _runs(days: list[int]) -> Iterator[tuple[int, int]]:
    first = days[0]
    for at, day in enumerate(days):
        if at + 1 == len(days) or days[at + 1] != day + 1:
            yield first, day
            first = days[at + 1] if at + 1 < len(days) else day


def parse_holidays(text: str) -> str:
    """Holidays, in the words that keep them; BadInput for a country or a day that is none."""
    words = [word.strip() for word in clean_line(text).split(",") if word.strip()]
    for word in words:
        if word[:1].isdigit():
            parse_day(word)
        else:
            _of_country(word.upper())
    return ", ".join(word if word[:1].isdigit() else word.upper() for word in dict.fromkeys(words))


@lru_cache
def _of_country(name: str) -> "object":
    """The public holidays of a country or a part of it, by day."""
    from holidays import country_holidays

    country, _, part = name.partition("-")
    try:
        return country_holidays(country, subdiv=part or None)
    except (NotImplementedError, ValueError, TypeError):
        raise BadInput(f"no public holidays of {name!r} are known; {_HOW_HOLIDAYS}") from None


class WorkTime:
    """The working time of a desk: of `hours_words`, holidays and a zone as its policy has them."""

    def __init__(self, hours: str, holidays: str, zone: str) -> None:
        self._week = hours_of(hours)
        self._zone = zone_of(zone)
        words = [word.strip() for word in holidays.split(",") if word.strip()]
        self._single = {parse_day(word) for word in words if word[:1].isdigit()}
        self._public = [_of_country(word) for word in words if not word[:1].isdigit()]
        self._days: dict[date, tuple[tuple[datetime, datetime], ...]] = {}

    @property
    def always(self) -> bool:
        """Whether every hour counts."""
        return not self._week and not self._single and not self._public

    @property
    def week(self) -> timedelta:
        """How much a working week has."""
        if not self._week:
            return timedelta(weeks=1)
        return timedelta(minutes=sum(hours.end - hours.start for hours in self._week))

    @property
    def day(self) -> timedelta:
        """How much a working day has: the week shared among its days."""
        days = len({hours.day for hours in self._week}) or len(DAYS)
        return self.week / days

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two instants; none where `end` is the earlier one."""
        if end <= start:
            return timedelta()
        if self.always:
            return end - start
        total = timedelta()
        day, last = self._local_day(start), self._local_day(end)
        while day <= last:
            for opens, closes in self._spans(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
            day += _DAY
        return total

    def after(self, start: datetime, length: timedelta) -> datetime | None:
        """The first instant by which `length` of working time has gone by since `start`.

        None where there is so little of it that this takes more than forty years.
        """
        if self.always:
            return start + length
        day, left = self._local_day(start), length
        for _ in range(_FAR):
            for opens, closes in self._spans(day):
                begins = max(opens, start)
                if closes - begins >= left and closes >= begins:
                    return begins + left if left else max(begins, start)
                left -= max(closes - begins, timedelta())
            day += _DAY
        return None

    def _local_day(self, instant: datetime) -> date:
        return instant.astimezone(self._zone).date()

    def _spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The working spans of a calendar day, as instants."""
        spans = self._days.get(day)
        if spans is None:
            spans = self._days[day] = tuple(self._made(day))
        return spans

    def _made(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if day in self._single or any(day in public for public in self._public):  # type: ignore[operator]
            return
        week = self._week or (Hours(day.weekday(), 0, _MIDNIGHT),)
        for hours in week:
            if hours.day == day.weekday():
                yield self._instant(day, hours.start), self._instant(day, hours.end)

    def _instant(self, day: date, minutes: int) -> datetime:
        if minutes == _MIDNIGHT:
            day, minutes = day + _DAY, 0
        local = datetime.combine(day, time(minutes // 60, minutes % 60), self._zone)
        return local.astimezone(UTC)


@lru_cache(maxsize=8)
def work_time(hours: str, holidays: str, zone: str) -> WorkTime:
    """The working time that a policy says, made once."""
    return WorkTime(hours, holidays, zone)
