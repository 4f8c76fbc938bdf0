"""The fields of a dialog: what each is made of, and what it holds before anybody touches it."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any

from deskconsole.frozen import Record

# What was given, by field name; what was left empty is not in it.
Given = Mapping[str, Any]
# Names that the desk knows, by kind.
Known = Mapping[str, Sequence[str]]


class Kind(Enum):
    """What a field is typed or chosen in."""

    WORDS = auto()
    LINE = auto()
    PICK = auto()


class Field(Record):
    """One thing to give: `options` are (value, words) to pick from.

    `chosen` is the option to begin with, None where one has to be chosen. `completes` is the kind
    of names a line is completed with: a key of what the form is told.
    """

    name: str
    label: str
    kind: Kind
    options: tuple[tuple[Any, str], ...] = ()
    value: str = ""
    hint: str = ""
    completes: str = ""
    chosen: int | None = 0


def initial(field: Field) -> Any:
    """What a field has before anybody touches it."""
    if field.kind is not Kind.PICK:
        return field.value
    return None if field.chosen is None else field.options[field.chosen][0]
