"""Spans of time in words, the same on cards, in the ticket and on the command line."""

from datetime import datetime, timedelta

_UNITS = (
    (timedelta(days=365), "y"),
    (timedelta(days=7), "w"),
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "m"),
)
_NAMES = {"y": "year", "w": "week", "d": "day"}


def span(length: timedelta) -> str:
    """A length in its largest whole unit, at most four cells: `3d`, `12w`, `now` under a minute.

    Weeks begin at 8 of them, so that a fortnight is still read as 14d.
    """
    for size, letter in _UNITS:
        enough = 8 * size if letter == "w" else size
        if length >= enough:
            return f"{length // size}{letter}"
    return "now"


def spelled(length: timedelta) -> str:
    """A length written out: `3 days`, `2 hours 5 minutes`, `less than a minute`.

    From a day on in the largest whole unit, as `span` has it.
    """
    short = span(length)
    if short == "now":
        return "less than a minute"
    if short[-1] in _NAMES:
        return plural(int(short[:-1]), _NAMES[short[-1]])
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    parts = ((hours, "hour"), (minutes, "minute"))
    return " ".join(plural(count, noun) for count, noun in parts if count)


def spelled_until(deadline: datetime, now: datetime) -> str:
    """How long it is until `deadline`, written out; from a day on to the nearest unit."""
    left = max(deadline - now, timedelta())
    day = timedelta(days=1)
    return spelled(left + day / 2 if left >= day else left)


def age(since: datetime, now: datetime) -> str:
    """How long ago `since` was, as `span` says it."""
    return span(max(now - since, timedelta()))


def ago(since: datetime, now: datetime) -> str:
    """`3d ago`, or `just now`."""
    old = age(since, now)
    return "just now" if old == "now" else f"{old} ago"


def until(deadline: datetime, now: datetime) -> str:
    """How long it is until `deadline`: `2d`, or `overdue` once it has passed."""
    if now >= deadline:
        return "overdue"
    left = deadline - now
    # To the nearest unit: two weeks are 14d for their first half day, not 13d at once.
    size = next((size for size, _ in _UNITS[2:] if left >= size), timedelta())
    rounded = span(left + size / 2)
    return "<1m" if rounded == "now" else rounded


def plural(count: int, noun: str, nouns: str = "") -> str:
    """`1 ticket`, `2 tickets`, `1,200 tickets`; `nouns` where they are not `noun` with an s."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"
