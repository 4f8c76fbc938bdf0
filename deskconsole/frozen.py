"""Frozen records: classes that are made of their annotations alone.

`dataclasses` writes source text for each class and compiles it, which for all the records that a
console has takes longer than reading its board. Here the classes share their methods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

TYPE_CHECKING = False  # true to whoever checks types; `typing` itself takes long to import
if TYPE_CHECKING:
    from typing import Any, NoReturn, TypeVar, dataclass_transform

    R = TypeVar("R", bound="Record")
else:

    def dataclass_transform(**_):
        return lambda kind: kind


_NEEDED = object()  # the default of a value that has none


@dataclass_transform(frozen_default=True)
class _Kind(type):
    """Makes a class's annotations its slots, and what they are set to their defaults."""

    _places: dict[str, int]
    _defaults: tuple[Any, ...]
    _needed: int
    _setters: tuple[Callable[[Any, Any], None], ...]
    _values: Callable[[Any], tuple[Any, ...]]

    def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Kind:
        slots = tuple(body.get("__annotations__", ()))
        defaults = tuple([body.pop(slot, _NEEDED) for slot in slots])
        body["__slots__"] = body["__match_args__"] = slots
        kind = super().__new__(mcs, name, bases, body)
        kind._places = {slot: place for place, slot in enumerate(slots)}
        kind._defaults = defaults
        kind._needed = defaults.count(_NEEDED)
        kind._setters = tuple([kind.__dict__[slot].__set__ for slot in slots])
        kind._values = attrgetter(*slots) if len(slots) > 1 else staticmethod(_few(slots))
        return kind


def _few(slots: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the only value of a record, or none, as `attrgetter` gives several."""
    return lambda record: tuple([getattr(record, slot) for slot in slots])


class Record(metaclass=_Kind):
    """The base of a record: made of its values in their order or by name, and then never changed.

    Two records are equal that are of one class and have equal values.
    """

    def __init__(self, *values: Any, **named: Any) -> None:
        kind = type(self)
        given: Sequence[Any] = values
        if named or len(values) != len(kind._setters):
            given = _completed(kind, values, named)
        for put, value in zip(kind._setters, given):  # noqa: B905  # as long; strict takes longer
            put(self, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} is frozen: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} is frozen: {name} cannot be deleted")

    def __eq__(self, other: object) -> bool:
        kind = type(self)
        if type(other) is not kind:
            return NotImplemented
        return kind._values(self) == kind._values(other)

    def __hash__(self) -> int:
        return hash(type(self)._values(self))

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in by_name(self).items())
        return f"{type(self).__qualname__}({told})"

    def __reduce__(self) -> tuple[type[Record], tuple[Any, ...]]:
        return type(self), type(self)._values(self)


def names(kind: type[Record]) -> tuple[str, ...]:
    """What the values of a kind of record are called, in their order."""
    return tuple(kind._places)


def by_name(record: Record) -> dict[str, Any]:
    """A record's values by their names."""
    kind = type(record)
    return dict(zip(kind._places, kind._values(record), strict=True))


def changed(record: R, **values: Any) -> R:
    """A record with other values; the record itself, where nothing would be another.

    TypeError for a name that is none of its own. Replaying history is mostly this.
    """
    kind = type(record)
    found = list(kind._values(record))
    differs = False
    for name, value in values.items():
        place = kind._places.get(name)
        if place is None:
            raise TypeError(f"a {kind.__name__} has no {name}")
        if found[place] is not value and found[place] != value:
            found[place] = value
            differs = True
    return kind(*found) if differs else record


def _completed(kind: type[Record], values: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
    """All values of a record in their order; TypeError where some lack or are too many."""
    count, places = len(values), kind._places
    found = [*values, *kind._defaults[count:]]
    for name, value in named.items():
        place = places.get(name, -1)
        if place < count:
            raise TypeError(f"a {kind.__name__} {'got twice' if place >= 0 else 'has no'} {name}")
        found[place] = value
    if count < kind._needed and _NEEDED in found:
        raise TypeError(f"a {kind.__name__} needs {names(kind)[found.index(_NEEDED)]}")
    if count > len(places):
        raise TypeError(f"a {kind.__name__} has {len(places)} values, not {count}")
    return found
