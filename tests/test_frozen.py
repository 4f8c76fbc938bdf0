"""Records: made like function calls, equal by what they hold, and never changed."""

import copy
import pickle

import pytest

from deskconsole.frozen import Record, by_name, changed, names


class Span(Record):
    start: int
    end: int = 9
    note: str = ""

    @property
    def length(self) -> int:
        return self.end - self.start


class Stretch(Record):
    start: int
    end: int = 9
    note: str = ""


class Single(Record):
    value: list[int]


class Nothing(Record):
    """It has no values."""


def test_a_record_is_made_of_values_in_order_by_name_and_by_default() -> None:
    whole = Span(2, 9, "")
    assert whole == Span(2) == Span(start=2) == Span(2, note="") == Span(note="", end=9, start=2)
    assert (whole.start, whole.end, whole.note, whole.length) == (2, 9, "", 7)
    assert Span(2, note="x").note == "x"


@pytest.mark.parametrize(
    ("values", "named", "sentence"),
    [
        ((), {}, "a Span needs start"),
        ((), {"end": 3}, "a Span needs start"),
        ((1, 2, "", 4), {}, "a Span has 3 values, not 4"),
        ((1, 2, "", 4), {"end": 3}, "a Span got twice end"),
        ((1,), {"start": 1}, "a Span got twice start"),
        ((1,), {"middle": 1}, "a Span has no middle"),
    ],
)
def test_a_record_takes_its_own_values_and_no_others(
    values: tuple[object, ...], named: dict[str, object], sentence: str
) -> None:
    with pytest.raises(TypeError, match=f"^{sentence}$"):
        Span(*values, **named)  # type: ignore[arg-type]


def test_records_are_equal_that_are_of_one_class_and_hold_the_same() -> None:
    assert Span(1) == Span(1)
    assert Span(1) != Span(2)
    assert Span(1) != Stretch(1)
    assert Span(1) != (1, 9, "")
    assert Single([1]) == Single([1]) != Single([2])
    assert Nothing() == Nothing()


def test_equal_records_are_one_in_a_set() -> None:
    assert {Span(1), Span(1, 9), Span(2)} == {Span(1), Span(2)}
    with pytest.raises(TypeError, match="unhashable"):
        hash(Single([1]))


def test_a_record_cannot_be_changed() -> None:
    span = Span(1)
    with pytest.raises(AttributeError, match=r"^a Span is frozen: end cannot be set$"):
        span.end = 3  # type: ignore[misc]
    with pytest.raises(AttributeError, match=r"^a Span is frozen: end cannot be deleted$"):
        del span.end
    with pytest.raises(AttributeError):
        span.other = 3
    assert not hasattr(span, "__dict__")
    assert span == Span(1)


def test_a_changed_record_is_another() -> None:
    span = Span(1, 2)
    assert changed(span, end=3, note="x") == Span(1, 3, "x")
    assert span == Span(1, 2)
    assert changed(span, end=2) is span
    with pytest.raises(TypeError, match=r"^a Span has no middle$"):
        changed(span, middle=1)


def test_a_record_says_what_it_holds() -> None:
    assert repr(Span(1, note="x")) == "Span(start=1, end=9, note='x')"
    assert repr(Nothing()) == "Nothing()"
    assert names(Span) == ("start", "end", "note")
    assert by_name(Span(1)) == {"start": 1, "end": 9, "note": ""}
    assert by_name(Single([1])) == {"value": [1]}


def test_a_record_is_taken_apart_by_its_place() -> None:
    match Span(1, 2):
        case Span(start, end):
            assert (start, end) == (1, 2)


@pytest.mark.parametrize("record", [Span(1, 2, "x"), Single([1]), Nothing()])
def test_a_record_goes_to_another_process_and_back(record: Record) -> None:
    assert pickle.loads(pickle.dumps(record)) == record
    assert copy.deepcopy(record) == record
