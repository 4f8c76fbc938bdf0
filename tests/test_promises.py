"""What a desk promises: in working time, standing still while others are awaited, from the log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskconsole.care.checkup import span_findings
from deskconsole.desk.desk import Desk
from deskconsole.desk.policies import MEANINGS
from deskconsole.errors import BadInput
from deskconsole.face.cards import promise_mark
from deskconsole.frozen import changed
from deskconsole.model import (
    Actor,
    Alerts,
    Brings,
    HoldKind,
    Order,
    Policy,
    Priority,
    Status,
    Ticket,
    Warned,
)
from deskconsole.promises import (
    Kind,
    Promise,
    State,
    parse_targets,
    promise_words,
    promised_at,
    promises_of,
)
from deskconsole.query import parse
from deskconsole.report.catalogue import read_numbers
from deskconsole.report.promised import Promised
from deskconsole.report.span import span_of
from deskconsole.store.alerts import read_alerts
from deskconsole.store.find import condition
from deskconsole.store.household import policy_settings
from deskconsole.store.overview import read_overview
from deskconsole.transfer import export_lines, import_lines
from deskconsole.worktime import WorkTime, hours_of, hours_words, parse_holidays, parse_hours
from tests.conftest import BOB, HandClock, opened
from tests.terminal import Terminal

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status

OFFICE = "mon-fri 09:00-17:00"
TARGETS = "urgent 1 hour / 8 hours, high 4 hours / 2 days, low none / 10 days"
VIENNA = "Europe/Vienna"
MONDAY = datetime(2026, 3, 23, 8, tzinfo=UTC)  # nine o'clock in Vienna


def office(holidays: str = "", zone: str = VIENNA, hours: str = OFFICE) -> WorkTime:
    return WorkTime(hours, holidays, zone)


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


# Working time


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (MONDAY, MONDAY + h(8), 8),
        (MONDAY - h(3), MONDAY + h(1), 1),
        (MONDAY + h(7), MONDAY + h(25), 2),
        (MONDAY + h(4 * 24), MONDAY + h(7 * 24 - 1), 8),  # a Friday, over the change to summer time
        (MONDAY + h(5 * 24), MONDAY + h(6 * 24), 0),  # a weekend
        (MONDAY + h(1), MONDAY, 0),
    ],
)
def test_only_working_hours_count(start: datetime, end: datetime, hours: float) -> None:
    assert office().between(start, end) == h(hours)


def test_public_holidays_and_single_days_are_free() -> None:
    easter = datetime(2026, 4, 3, 0, tzinfo=UTC)  # Good Friday 2026
    week = timedelta(weeks=1)
    assert office().between(easter, easter + week) == h(40)
    assert office("DE").between(easter, easter + week) == h(24)  # and Easter Monday
    assert office("DE, 2026-04-07").between(easter, easter + week) == h(16)


@pytest.mark.parametrize("hours", [OFFICE, "always", "mon-sun 00:00-24:00", "sun 23:30-24:00"])
@given(
    start=st.integers(0, 366 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes)),
    first=st.integers(1, 600),
    more=st.integers(0, 600),
)
@settings(max_examples=40, deadline=None)
def test_after_and_between_are_each_other_s_inverse(
    hours: str, start: datetime, first: int, more: int
) -> None:
    time = office("AT", hours=hours)
    one, two = timedelta(minutes=first), timedelta(minutes=first + more)
    middle, end = time.after(start, one), time.after(start, two)
    assert middle is not None
    assert end is not None
    assert start <= middle <= end
    assert time.between(start, middle) == one
    assert time.between(start, middle) + time.between(middle, end) == two


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("MON-FRI 09:00-17:00", "mon-fri 09:00-17:00"),
        ("tue 08:00-12:00, mon 08:00-12:00, mon 13:00-17:30",
         "mon-tue 08:00-12:00, mon 13:00-17:30"),
        ("always", "always"),
    ],
)  # fmt: skip
def test_working_hours_are_kept_as_a_person_writes_them(given: str, kept: str) -> None:
    assert parse_hours(given) == kept
    assert hours_words(hours_of(kept)) == kept


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "are no working hours"),
        ("mon-fri 9-17", "'mon-fri 9-17' are no working hours; write them as"),
        ("xyz 09:00-17:00", "are no working hours"),
        ("fri-mon 09:00-17:00", "ends before it begins"),
        ("mon 17:00-09:00", "ends before it begins"),
        ("mon 09:00-25:00", "or after the day"),
        ("mon 09:70-17:00", "or after the day"),
        ("mon 09:00-12:00, mon 11:00-13:00", "the working hours of mon overlap"),
    ],
)
def test_what_are_no_working_hours_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        parse_hours(text)


def test_what_are_no_holidays_is_refused() -> None:
    assert parse_holidays("de-by, 2026-12-24") == "DE-BY, 2026-12-24"
    for text in ("XX", "DE-NOWHERE", "Bavaria"):
        with pytest.raises(BadInput, match="no public holidays of"):
            parse_holidays(text)
    with pytest.raises(BadInput, match="is not a date"):
        parse_holidays("2026-02-30")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("urgent", "'urgent' is no target; write them as"),
        ("urgent 1 hour", "is no target"),
        ("pressing 1 hour / 2 hours", "is no target"),
        ("urgent soon / 2 hours", "'soon' is not a period|soon"),
        ("urgent 1 hour / 2 hours, urgent 2 hours / 3 hours", "urgent is there twice"),
        ("urgent 0 hours / 2 hours", "is no time at all|0 hours"),
    ],
)
def test_what_is_no_target_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        parse_targets(text)


# Promises


@pytest.fixture
def promising(desk: Desk, ana: Actor, clock: HandClock) -> Desk:
    clock.now = MONDAY
    desk.set_policy(ana, "timezone", VIENNA)
    desk.set_policy(ana, "working_hours", OFFICE)
    desk.set_policy(ana, "targets", TARGETS)
    return desk


def of(desk: Desk, number: int, policy: Policy | None = None) -> dict[Kind, Promise]:
    events = desk.store.timeline(number)
    ticket = desk.store.ticket(number)
    told = promises_of(ticket, events, policy or desk.store.policy(), desk.clock())
    return {one.kind: one for one in told}


def urgent(desk: Desk, ana: Actor) -> Ticket:
    return desk.open(ana, "Fire", BOB, priority=Priority.URGENT)


def test_a_ticket_is_promised_a_first_word_and_an_end(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    ticket = urgent(promising, ana)
    assert ticket.promised_at == MONDAY + h(1)
    clock.now += h(0.5)
    told = of(promising, ticket.number)
    assert told[Kind.FIRST_RESPONSE].left == h(0.5)
    assert told[Kind.RESOLUTION].left == h(7.5)
    answered = promising.reply(ana, ticket.number, "On our way.")
    assert answered.promised_at == MONDAY + h(8)
    assert of(promising, ticket.number)[Kind.FIRST_RESPONSE].state is State.KEPT


def test_a_note_or_a_word_for_the_customer_is_no_answer(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    ticket = urgent(promising, ana)
    promising.note(ana, ticket.number, "Phew.")
    promising.receive(ticket.number, BOB, "Hello?")
    assert of(promising, ticket.number)[Kind.FIRST_RESPONSE].state is State.RUNNING


def test_what_is_low_is_promised_no_first_word_and_what_is_normal_nothing(
    promising: Desk, ana: Actor
) -> None:
    low = promising.open(ana, "Some day", BOB, priority=Priority.LOW)
    normal = promising.open(ana, "Any day", BOB)
    assert [*of(promising, low.number)] == [Kind.RESOLUTION]
    assert (of(promising, normal.number), normal.promised_at) == ({}, None)


def test_time_stands_still_while_the_customer_or_somebody_outside_is_awaited(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    ticket = urgent(promising, ana)
    clock.now += h(0.5)
    asked = promising.move(ana, ticket.number, C, Brings(message="Which floor?"))
    assert asked.promised_at is None
    assert of(promising, ticket.number)[Kind.RESOLUTION].state is State.PAUSED
    clock.now += h(48)
    back = promising.receive(ticket.number, BOB, "The third.")
    assert back.promised_at == clock.now + h(7.5)
    held = promising.move(ana, ticket.number, B, Brings(kind=HoldKind.VENDOR, whom="Acme"))
    assert held.promised_at is None
    assert of(promising, ticket.number)[Kind.RESOLUTION].left == h(7.5)


def test_a_broken_promise_stays_in_sight_until_its_work_is_done(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    ticket = urgent(promising, ana)
    clock.now += h(24)
    broken = of(promising, ticket.number)[Kind.FIRST_RESPONSE]
    assert (broken.state, broken.open, broken.due) == (State.BROKEN, True, MONDAY + h(1))
    assert read_overview(promising.store, clock.now).overdue == 1
    promising.reply(ana, ticket.number, "Sorry.")
    told = of(promising, ticket.number)
    assert (told[Kind.FIRST_RESPONSE].state, told[Kind.FIRST_RESPONSE].open) == (
        State.BROKEN,
        False,
    )


def test_a_closed_ticket_kept_or_broke_its_end_and_a_reopened_one_goes_on(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    ticket = urgent(promising, ana)
    clock.now += h(2)
    promising.move(ana, ticket.number, A, Brings(message="Done."))
    clock.now += h(1)
    promising.receive(ticket.number, BOB, "Yes.", approve=True)
    end = of(promising, ticket.number)[Kind.RESOLUTION]
    assert (end.state, end.gone) == (State.KEPT, h(2))
    clock.now += h(24)
    again = promising.receive(ticket.number, BOB, "It burns again.")
    assert again.promised_at == MONDAY + h(49)  # six hours are left, of them five on that day
    assert of(promising, ticket.number)[Kind.RESOLUTION].left == h(6)


def test_a_changed_priority_is_promised_from_the_beginning(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    ticket = promising.open(ana, "Smoke", BOB, priority=Priority.HIGH)
    clock.now += h(3)
    edited = promising.edit(ana, ticket.number, priority=Priority.URGENT)
    assert edited.promised_at == MONDAY + h(1)


def test_a_changed_policy_shows_what_would_have_been(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    ticket = urgent(promising, ana)
    clock.now += h(2)
    promising.reply(ana, ticket.number, "Here.")
    assert of(promising, ticket.number)[Kind.FIRST_RESPONSE].state is State.BROKEN
    lenient = changed(promising.store.policy(), targets=parse_targets("urgent 3 hours / 4 hours"))
    assert of(promising, ticket.number, lenient)[Kind.FIRST_RESPONSE].state is State.KEPT
    promising.set_policy(ana, "targets", "urgent 3 hours / 4 hours")
    assert promising.store.ticket(ticket.number).promised_at == MONDAY + h(4)
    promising.set_policy(ana, "working_hours", "mon-fri 09:00-11:00")
    assert promising.store.ticket(ticket.number).promised_at == MONDAY + h(26)
    promising.set_policy(ana, "holidays", "2026-03-24")
    assert promising.store.ticket(ticket.number).promised_at == MONDAY + h(50)
    promising.set_policy(ana, "timezone", "UTC")
    assert promising.store.ticket(ticket.number).promised_at == MONDAY + h(51)
    promising.set_policy(ana, "targets", "")
    assert promising.store.ticket(ticket.number).promised_at is None


def test_what_is_kept_beside_a_ticket_is_what_its_log_says(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    """Through every kind of move, and through undo."""
    ticket = urgent(promising, ana)
    number = ticket.number
    acts: list[Callable[[], object]] = [
        lambda: promising.move(ana, number, C, Brings(message="What?")),
        lambda: promising.receive(number, BOB, "That."),
        lambda: promising.move(ana, number, T, Brings(team="net")),
        lambda: promising.edit(ana, number, priority=Priority.LOW),
        lambda: promising.undo(ana),
        lambda: promising.move(ana, number, B, Brings(kind=HoldKind.VENDOR, whom="Acme")),
        lambda: promising.undo(ana),
        lambda: promising.redo(ana),
    ]
    for act in acts:
        clock.now += h(1.25)
        act()
        stored = promising.store.ticket(number)
        events = promising.store.timeline(number)
        assert stored.promised_at == promised_at(
            stored, events, promising.store.policy(), clock.now
        )


def test_tickets_that_are_imported_are_promised_too(
    promising: Desk, ana: Actor, clock: HandClock, tmp_path: Path
) -> None:
    ticket = urgent(promising, ana)
    lines = list(export_lines(promising))
    other = Desk(opened(tmp_path / "other.db"), clock)
    by = other.enter("ana")
    for name, value in (("timezone", VIENNA), ("targets", TARGETS)):
        other.set_policy(by, name, value)
    import_lines(other, by, lines)
    assert other.store.ticket(ticket.number).promised_at == MONDAY + h(1)


def test_tickets_are_sorted_by_promise_and_found_by_it(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    low = promising.open(ana, "Some day", BOB, priority=Priority.LOW)
    none = promising.open(ana, "Any day", BOB)
    high = promising.open(ana, "Soon", BOB, priority=Priority.HIGH)
    first = urgent(promising, ana)
    order = [ticket.number for ticket in promising.store.listing((S,), order=Order.PROMISE)]
    assert order == [first.number, high.number, low.number, none.number]


def test_a_card_says_how_long_it_is_and_warns_two_hours_before() -> None:
    assert promise_mark(MONDAY + h(5), MONDAY) == ("promised in 5h", "in 5h", "closing")
    assert promise_mark(MONDAY + h(2), MONDAY) == ("promised in 2h", "in!2h", "soon")
    assert promise_mark(MONDAY, MONDAY + h(3)) == ("promise broken 3h", "late 3h", "overdue")


def test_a_promise_is_told_in_working_time() -> None:
    def told(state: State, gone: float, due: datetime | None = None) -> str:
        one = Promise(Kind.RESOLUTION, h(8), h(gone), state, due, True)
        return promise_words(one, VIENNA)

    assert told(State.RUNNING, 2.5, MONDAY) == "5h 30m left of 8h, until 2026-03-23 09:00"
    assert told(State.PAUSED, 7) == "paused, 1h left of 8h"
    assert told(State.KEPT, 3) == "kept, 3h of 8h"
    assert told(State.BROKEN, 9, MONDAY) == "broken on 2026-03-23 09:00, 1h over the 8h promised"


def test_the_doctor_finds_a_promise_that_is_not_what_the_log_says(
    real_desk: Desk, path: Path
) -> None:
    ana = real_desk.enter("ana")
    real_desk.set_policy(ana, "targets", TARGETS)
    urgent(real_desk, ana)
    assert not [one for one in span_findings(str(path), 0, 9) if "promised" in str(one)]
    execute: Any = real_desk.store.connections.execute_sql
    execute("UPDATE ticket SET promised = 1")
    real_desk.store.close()
    assert [one for one in span_findings(str(path), 0, 9) if "promised_at" in str(one)]


def test_cards_tickets_and_lists_tell_of_promises(real_desk: Desk, path: Path) -> None:
    ana = real_desk.enter("ana")
    real_desk.set_policy(ana, "working_hours", "always")
    real_desk.set_policy(ana, "targets", "urgent 1 hour / 5 hours")
    urgent(real_desk, ana)
    with Terminal("--desk", str(path), "--as", "ana", columns=100) as terminal:
        terminal.expect("promised in (60m|1h|59m)")
        terminal.press("/", *"is:pressing", "enter")
        terminal.expect("1 ticket found")
        terminal.press("enter")
        terminal.expect(r"First word +59m left of 1h, until|First word +1h left of 1h, until")
        terminal.expect(r"Resolution +(4h 59m|5h) left of 5h")


def test_the_report_counts_what_was_kept_and_broken_under_the_policy_of_now(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    for hours in (0.5, 2):
        ticket = urgent(promising, ana)
        clock.now += h(hours)
        promising.reply(ana, ticket.number, "Here.")
    promising.open(ana, "Nothing is promised of this", BOB)
    taken = urgent(promising, ana)
    promising.move(ana, taken.number, B, Brings(kind=HoldKind.VENDOR, whom="Acme"))
    promising.undo(ana)

    def rows() -> dict[tuple[object, ...], tuple[object, ...]]:
        span = span_of(None, clock.now, VIENNA)
        (numbers,) = read_numbers(promising.store, span, figures=(Promised,))
        return {row[:2]: row[2:] for row in numbers.rows}

    assert rows()["urgent", "first response"] == (1, 1, 1, 0.5)
    assert rows()["urgent", "resolution"] == (0, 0, 3, None)
    promising.set_policy(ana, "targets", "urgent 3 hours / 4 hours")
    assert rows()["urgent", "first response"] == (2, 0, 1, 1.0)


def test_a_broken_promise_is_told_to_who_asked_for_what_is_overdue(
    promising: Desk, ana: Actor, clock: HandClock
) -> None:
    ticket = urgent(promising, ana)
    clock.now += h(1)
    wanted = Alerts(overdue=True)
    told = read_alerts(promising.store, wanted, ana.person, 0, clock.now)
    assert [(one.why, one.ticket, one.since) for one in told] == [
        (Warned.OVERDUE, ticket.number, MONDAY + h(1))
    ]


def test_every_policy_has_its_meaning_told() -> None:
    assert set(MEANINGS) == set(policy_settings(Policy()))


def test_a_promise_that_ends_with_the_working_day_is_broken_from_then_on_everywhere(
    promising: Desk, ana: Actor, clock: HandClock, url: str
) -> None:
    ticket = urgent(promising, ana)
    promising.reply(ana, ticket.number, "On our way.")
    due = MONDAY + h(8)  # five o'clock, when the desk closes

    def agree(state: State) -> None:
        now = clock.now
        one = of(promising, ticket.number)[Kind.RESOLUTION]
        assert (one.state, one.due) == (state, due)
        assert promising.store.ticket(ticket.number).promised_at == due
        assert read_overview(promising.store, now).overdue == (state is State.BROKEN)
        fits = condition(promising.store, parse("is:late", now.date()), None, now, VIENNA)
        late = [*promising.store.listing(Status, fits=fits)]
        assert bool(late) is (state is State.BROKEN)
        span = span_of(None, now, VIENNA)
        (told,) = read_numbers(promising.store, span, None, [Promised])
        (row,) = [row for row in told.rows if row[1] == Kind.RESOLUTION.value]
        assert row[2:5] == ((0, 1, 0) if state is State.BROKEN else (0, 0, 1))

    clock.now = due - timedelta(minutes=1)
    agree(State.RUNNING)
    for later in (h(0), h(0.5), h(15), h(17)):
        clock.now = due + later
        agree(State.BROKEN)
        promising.note(ana, ticket.number, "Nothing new.")
        agree(State.BROKEN)
        promising.set_policy(ana, "holidays", f"2026-12-{24 + int(later / h(5))}")
        agree(State.BROKEN)
    assert not [one for one in span_findings(url, 0, 9) if "promised" in str(one)]
