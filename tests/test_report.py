"""The desk in numbers: exact on desks made by hand, and as pandas has them on a real desk's log."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, NotFound
from deskconsole.model import Actor, Brings, HoldKind, Role, Status, Step, Verb
from deskconsole.report import forms
from deskconsole.report.catalogue import FIGURES, figure_of, read_numbers
from deskconsole.report.figure import Lengths, Numbers, length
from deskconsole.report.flow import Flow
from deskconsole.report.forms import record, stored
from deskconsole.report.span import Span, span_of
from deskconsole.store.log import read_log
from deskconsole.transfer import import_lines
from tests.conftest import BOB, START, HandClock
from tests.incidents import as_of, convert, read, write

pytestmark = pytest.mark.both_databases

EXCERPT = Path(__file__).parent / "fixtures" / "incidents-excerpt.csv"
HOUR = timedelta(hours=1)
MONDAY = START.date()

S, C, T, P, B, A, D, X, N = Status
OPEN = (S, C, T, P, B, A)


def told(desk: Desk, name: str, since: str | None = None, team: str | None = None) -> Numbers:
    span = span_of(since, desk.clock(), desk.store.policy().timezone)
    (numbers,) = read_numbers(desk.store, span, team, [figure_of(name)])
    return numbers


def gist(desk: Desk, name: str, team: str | None = None) -> str:
    return forms.told(told(desk, name, team=team).gist, UTC)


def rows(desk: Desk, name: str, since: str | None = None) -> list[tuple[Any, ...]]:
    """The rows that tell of something."""
    return [row for row in told(desk, name, since).rows if row[1] not in (0, None)]


@pytest.fixture
def day(desk: Desk, ana: Actor, clock: HandClock) -> Callable[..., int]:
    """Makes a ticket that waits 2 hours for us, 24 for Bob, 3 for us, 48 for his approval."""

    def make(by: Actor = ana) -> int:
        number = desk.open(by, "VPN drops", BOB, name="Bob").number
        for hours, target, brings in (
            (2, C, Brings(message="Which version?")),
            (24, S, Brings(message="4.2", for_customer=True)),
            (3, A, Brings(message="Fixed.")),
            (48, D, Brings(message="Bob says so", for_customer=True)),
        ):
            clock.forward(hours=hours)
            desk.move(by, number, target, brings)
        return number

    return make


def test_flow_counts_by_day_what_came_what_went_and_what_is_there(
    desk: Desk, ana: Actor, clock: HandClock, day: Callable[..., int]
) -> None:
    desk.open(ana, "Stays", BOB)
    number = day()
    clock.forward(hours=24)
    desk.receive(number, BOB, "Again!")
    flow = told(desk, "flow", "3 weeks")
    days = [MONDAY + timedelta(days=after) for after in range(5)]
    assert flow.rows == (  # opened, reopened, closed; open; S C T P B A
        (days[0], 2, 0, 0, 2, 1, 1, 0, 0, 0, 0),
        (days[1], 0, 0, 0, 2, 1, 0, 0, 0, 0, 1),
        (days[2], 0, 0, 0, 2, 1, 0, 0, 0, 0, 1),
        (days[3], 0, 0, 1, 1, 1, 0, 0, 0, 0, 0),
        (days[4], 0, 1, 0, 2, 2, 0, 0, 0, 0, 0),
    )
    assert gist(desk, "flow") == "2 tickets opened, 1 reopened, 1 closed; 2 open now"
    assert told(desk, "flow", str(days[3])).rows == flow.rows[3:]


def test_a_day_is_the_desks_own(desk: Desk, ana: Actor, clock: HandClock) -> None:
    desk.set_policy(ana, "timezone", "Asia/Tokyo")
    desk.open(ana, "At 18:30 on Monday", BOB)
    clock.forward(hours=6)
    desk.open(ana, "At 0:30 on Tuesday", BOB)
    flow = told(desk, "flow", "3 days")
    assert [(row[0], row[1]) for row in flow.rows] == [(MONDAY, 1), (MONDAY + 24 * HOUR, 1)]
    hours: list[tuple[Any, ...]] = list(told(desk, "arrivals").rows)
    arrivals = {row[0]: row[1:] for row in hours}
    assert arrivals["18:00"] == (1, 0, 0, 0, 0, 0, 0)
    assert arrivals["00:00"] == (0, 1, 0, 0, 0, 0, 0)
    assert sum(map(sum, arrivals.values())) == 2


def test_times_in_a_status_come_with_their_count(desk: Desk, day: Callable[..., int]) -> None:
    day()
    assert rows(desk, "times") == [
        (S, 2, 2.5 * HOUR, 2.85 * HOUR),
        (C, 1, 24 * HOUR, 24 * HOUR),
        (A, 1, 48 * HOUR, 48 * HOUR),
    ]


def test_resolution_leaves_out_what_waited_on_the_customer_and_goes_on_after_a_reopening(
    desk: Desk, ana: Actor, clock: HandClock, day: Callable[..., int]
) -> None:
    number = day()
    assert rows(desk, "resolution") == [(MONDAY, 1, 5 * HOUR, 5 * HOUR)]
    clock.forward(days=5)
    desk.receive(number, BOB, "Again!")
    assert rows(desk, "resolution") == []
    clock.forward(hours=1)
    desk.move(ana, number, X, Brings(reason="no-longer-needed"))
    assert rows(desk, "resolution") == [(MONDAY + timedelta(weeks=1), 1, 6 * HOUR, 6 * HOUR)]
    assert rows(desk, "reopened") == [(D, 1, 1, 1.0), (X, 1, 0, 0.0)]


def test_the_first_response_is_the_first_public_word_of_a_person_of_ours(
    desk: Desk, ana: Actor, clock: HandClock
) -> None:
    number = desk.open(ana, "VPN drops", BOB, message="Help!").number
    clock.forward(hours=1)
    desk.note(ana, number, "cable?")
    desk.receive(number, BOB, "Anybody there?")
    desk.move(ana, number, T, Brings(team="net"))
    assert rows(desk, "first-response") == []
    assert gist(desk, "first-response").endswith("1 open ticket without one yet")
    clock.forward(hours=2)
    desk.reply(ana, number, "We look into it.")
    clock.forward(hours=2)
    desk.reply(ana, number, "Still.")
    assert rows(desk, "first-response") == [(MONDAY, 1, 3 * HOUR, 3 * HOUR)]


def test_what_was_taken_back_did_not_happen_until_it_is_done_again(
    desk: Desk, ana: Actor, clock: HandClock
) -> None:
    number = desk.open(ana, "VPN drops", BOB).number
    clock.forward(hours=1)
    desk.move(ana, number, B, Brings(kind=HoldKind.VENDOR, whom="Acme"))
    clock.forward(hours=1)
    desk.undo(ana)
    clock.forward(hours=1)
    assert rows(desk, "times") == []
    assert told(desk, "stuck").rows == (("SD-1", S, 3 * HOUR, START, "nobody", "nobody"),)
    desk.redo(ana)
    assert rows(desk, "times") == [(S, 1, HOUR, HOUR)]
    assert told(desk, "stuck").rows == (("SD-1", B, 2 * HOUR, START + HOUR, "Acme", "nobody"),)


def test_ageing_and_stuck_say_what_is_stuck_on_whom_since_when(
    desk: Desk, ana: Actor, clock: HandClock
) -> None:
    old = desk.open(ana, "Old", BOB).number
    desk.assign(ana, old, "bo")
    desk.move(ana, old, T, Brings(team="net"))
    clock.forward(days=30)
    asked = desk.open(ana, "Asked", BOB).number
    desk.move(ana, asked, C, Brings(message="Which?"))
    new = desk.open(ana, "New", BOB).number
    desk.move(ana, new, T, Brings(team="web"))
    desk.move(ana, new, P, Brings(engineer="eve"))
    clock.forward(hours=2)
    assert rows(desk, "ageing") == [
        (C, 1, 1, 0, 0, 0, 0, f"SD-{asked}", 2 * HOUR),
        (T, 1, 0, 0, 0, 0, 1, f"SD-{old}", 30 * 24 * HOUR + 2 * HOUR),
        (P, 1, 1, 0, 0, 0, 0, f"SD-{new}", 2 * HOUR),
    ]
    stuck = told(desk, "stuck").rows
    assert [(row[0], row[4], row[5]) for row in stuck] == [
        (f"SD-{old}", "net", "bo"),
        (f"SD-{new}", "eve", "nobody"),
    ]
    desk.move(ana, new, S, Brings(message="wrong team"))
    desk.move(ana, new, T, Brings(team="net"))
    assert told(desk, "stuck").rows[1][4] == "net"


def test_of_several_clones_those_that_are_open_are_waited_for(
    desk: Desk, ana: Actor, clock: HandClock
) -> None:
    number = desk.open(ana, "VPN", BOB).number
    desk.move(ana, number, T, Brings(team="net"))
    desk.move(ana, number, C, Brings(message="Which?"))
    desk.receive(number, BOB, "That one.")
    desk.move(ana, number, T, Brings(team="db"))

    def awaited() -> object:
        clock.forward(hours=1)
        ((_, _, _, _, waits_on, _),) = told(desk, "stuck").rows
        return waits_on

    assert awaited() == "net, db"
    desk.step(ana, number, Step.DROP, Brings(clone=2, message="Not theirs."))
    assert awaited() == "net"
    desk.move(ana, number, S, Brings(message="Again."))
    for team, engineer in (("net", "eve"), ("web", "finn")):
        if team == "web":
            desk.move(ana, number, C, Brings(message="Which?"))
            desk.receive(number, BOB, "That one.")
        desk.move(ana, number, T, Brings(team=team))
        desk.step(ana, number, Step.START, Brings(engineer=engineer, clone=3 + (team == "web")))
    assert awaited() == "eve, finn"
    desk.step(ana, number, Step.DONE, Brings(clone=4, message="Done."))
    assert awaited() == "eve"
    hold = Brings(kind=HoldKind.VENDOR, whom="Acme")
    desk.move(ana, number, B, hold)
    assert awaited() == "Acme"
    desk.move(ana, number, P, Brings(message="They came."))
    assert awaited() == "eve"
    desk.step(ana, number, Step.SHELVE, Brings(clone=3))
    assert awaited() == "net"


def test_throughput_is_whose_move_ended_our_work_by_week(
    desk: Desk, ana: Actor, clock: HandClock, day: Callable[..., int]
) -> None:
    day()
    bo = desk.enter("bo")
    day(bo)
    clock.forward(days=7)
    for reason in (Brings(reason="out-of-scope", message="Not ours."),) * 2:
        desk.move(bo, desk.open(bo, "Make tea", BOB).number, N, reason)
    theirs = desk.open(bo, "No more", BOB).number
    customer = Actor(desk.store.ticket(theirs).reporter, Role.CUSTOMER)
    desk.move(customer, theirs, X, Brings(reason="solved-by-reporter"))
    assert told(desk, "throughput").rows == (
        (MONDAY, "ana", 1),
        (MONDAY, "bo", 1),
        (MONDAY + timedelta(weeks=1), "bo", 2),
    )


def test_how_many_the_clock_closed(
    desk: Desk, ana: Actor, clock: HandClock, day: Callable[..., int]
) -> None:
    day()
    for target in (C, A):
        desk.move(ana, desk.open(ana, "VPN", BOB).number, target, Brings(message="Well?"))
    clock.forward(days=15)
    for ticket in desk.store.waiting(clock.now):
        desk.expire(ticket.number)
    assert told(desk, "closings").rows == (
        ("approved", D, 1, 1 / 3),
        ("the clock", D, 1, 1 / 3),
        ("the clock", X, 1, 1 / 3),
        ("canceled", X, 0, 0.0),
        ("declined", N, 0, 0.0),
    )
    assert gist(desk, "closings") == "the clock closed 2 of 3: 66.7 %"
    # What happened before the span is not in it.
    assert told(desk, "closings", "1 day").rows[:2] == (
        ("approved", D, 0, 0.0),
        ("the clock", D, 1, 0.5),
    )


def test_a_team_is_told_of_tickets_that_it_had(desk: Desk, ana: Actor) -> None:
    desk.open(ana, "Nobody's", BOB)
    with pytest.raises(NotFound, match="there are no teams yet"):
        told(desk, "flow", team="net")
    desk.move(ana, desk.open(ana, "VPN", BOB).number, T, Brings(team="net"))
    assert gist(desk, "flow", team="net") == "1 ticket opened, 0 closed; 1 open now"
    with pytest.raises(NotFound, match="there are net"):
        told(desk, "flow", team="web")


def test_a_ticket_that_was_taken_in_closed_was_neither_opened_nor_closed_here(desk: Desk) -> None:
    line = {"title": "Old", "reporter": {"name": "Bob", "email": BOB}, "status": "done"}
    import_lines(desk, desk.enter("ana"), [json.dumps(line)])
    assert gist(desk, "flow") == "0 tickets opened, 0 closed; 0 open now"
    assert gist(desk, "closings") == "the clock closed 0 of 0: -"
    desk.receive(1, BOB, "Again!")
    assert gist(desk, "flow") == "0 tickets opened, 1 reopened, 0 closed; 1 open now"


def test_an_empty_desk_has_every_report(desk: Desk) -> None:
    span = span_of(None, desk.clock(), "UTC")
    for numbers in read_numbers(desk.store, span):
        assert numbers.gist
        assert record(numbers, UTC)["rows"] is not None


def test_the_log_is_read_of_what_is_open_or_was_touched_and_of_all_in_order(
    desk: Desk, ana: Actor, clock: HandClock, day: Callable[..., int]
) -> None:
    day()
    waiting = desk.open(ana, "Waits", BOB).number
    clock.forward(days=30)
    late = desk.open(ana, "Late", BOB).number
    numbers = [history[0].ticket for history in read_log(desk.store, clock.now)]
    assert numbers == [waiting, late]
    whole = list(read_log(desk.store))
    assert [history[0].ticket for history in whole] == [1, waiting, late]
    assert [row.verb for row in whole[0]] == [
        Verb.OPEN, Verb.ASK, Verb.ANSWER, Verb.RESOLVE, Verb.APPROVE,
    ]  # fmt: skip


def test_who_waits_no_more_ends_the_counting(desk: Desk, ana: Actor) -> None:
    desk.open(ana, "VPN", BOB)
    stop = Event()
    stop.set()
    (flow,) = read_numbers(desk.store, span_of(None, desk.clock(), "UTC"), None, [Flow], stop)
    assert forms.told(flow.gist, UTC) == "0 tickets opened, 0 closed; 0 open now"


def test_a_span_is_since_a_day_or_of_a_period(clock: HandClock) -> None:
    for said, since in (
        (None, date(2026, 2, 9)),
        ("2026-01-01", date(2026, 1, 1)),
        ("30 days", date(2026, 4, 4)),
        ("36 hours", date(2026, 5, 2)),
        ("2026-05-04", date(2026, 5, 4)),
    ):
        assert span_of(said, clock.now, "UTC").since == since
    assert span_of("2026-05-04", clock.now, "Asia/Tokyo").start == START.replace(
        day=3, hour=15, minute=0
    )
    for said in ("soon", "2026-13-01", "2026-05-05", "-3 days", ""):
        with pytest.raises(BadInput):
            span_of(said, clock.now, "UTC")


def test_lengths_read_in_two_units() -> None:
    for seconds, words in ((40, "40s"), (720, "12m"), (12000, "3h 20m"), (446400, "5d 4h")):
        assert length(timedelta(seconds=seconds)) == words
    assert length(None) == "-"
    assert Lengths().cells() == (0, None, None)


# The same figures by pandas, of a real desk's log


@pytest.fixture
def real(desk: Desk, clock: HandClock) -> Desk:
    """A real desk as it stood on a day on which much of it was open."""
    clock.now = datetime(2016, 3, 9, 12, tzinfo=UTC)
    desk.set_policy(desk.enter("ana"), "timezone", "America/Sao_Paulo")
    with EXCERPT.open(newline="", encoding="utf-8") as file:
        records = as_of(convert(read(file)), clock.now, clock.now)
        import_lines(desk, desk.enter("ana"), write(records))
    return desk


def frame(desk: Desk) -> Any:
    """The whole log, an event a row."""
    return pd.DataFrame(
        {
            "ticket": event.ticket,
            "at": event.at,
            "verb": event.verb.value,
            "role": event.by.role.value,
            "actor": event.by.name,
            "source": event.source.slug if event.source else "",
            "target": event.target.slug,
            "word": bool(event.public and event.brings.message),
            "theirs": event.by.role is Role.CUSTOMER or event.brings.for_customer,
        }
        for _, history in desk.store.histories()
        for event in history
    )


def by_pandas(log: Any, span: Span) -> dict[str, list[tuple[Any, ...]]]:
    """Every report that is counted, computed anew."""
    start, now = pd.Timestamp(span.start), pd.Timestamp(span.now)
    local = log["at"].dt.tz_convert(span.zone)
    log["day"] = local.dt.tz_localize(None).dt.normalize()
    log["week"] = log["day"] - pd.to_timedelta(log["day"].dt.day_of_week, unit="D")
    log["hour"], log["weekday"] = local.dt.hour, local.dt.day_of_week
    stays = log[log["source"] != log["target"]].copy()
    stays["left"] = stays.groupby("ticket")["at"].shift(-1)
    stays["lasted"] = (stays["left"].fillna(now) - stays["at"]).dt.total_seconds()
    closed = {status.slug for status in Status if status.closed}
    shut = stays["target"].isin(closed)
    opened = log.groupby("ticket")["at"].min()

    def lengths(values: Any, by: Any) -> dict[Any, tuple[Any, ...]]:
        return {
            key: (len(some), some.quantile(0.5), some.quantile(0.85))
            for key, some in values.groupby(by)
        }

    found: dict[str, list[tuple[Any, ...]]] = {}
    ended = stays[(stays["left"] >= start) & ~shut]
    times = lengths(ended["lasted"], ended["target"])
    found["times"] = [(one.slug, *times.get(one.slug, (0, None, None))) for one in OPEN]

    began = log["verb"].isin(["open", "import"])
    words = log[log["word"] & ~log["theirs"] & ~began & (log["role"] != "clock")]
    first = words.drop_duplicates("ticket")
    first = first[first["at"] >= start]
    waited = (first["at"] - first["ticket"].map(opened)).dt.total_seconds()
    answered = lengths(waited, first["week"])
    found["first-response"] = [(str(week.date()), *cells) for week, cells in answered.items()]

    last = stays.drop_duplicates("ticket", keep="last")
    done = last[last["target"].isin(closed) & (last["at"] >= start)].set_index("ticket")
    ours = stays[stays["target"].isin([one.slug for one in (S, T, P, B)])]
    spent = ours.groupby("ticket")["lasted"].sum().reindex(done.index)
    solved = lengths(spent, done["week"])
    found["resolution"] = [(str(week.date()), *cells) for week, cells in solved.items()]

    ending = ["resolve", "deliver", "decline", "cancel"]
    made = stays[
        stays["verb"].isin(ending) & (stays["role"] != "customer") & (stays["at"] >= start)
    ]
    counts = made.groupby(["week", "actor"]).size().reset_index(name="n")
    counts = counts.sort_values(["week", "n", "actor"], ascending=[True, False, True])
    found["throughput"] = [
        (str(week.date()), actor, n) for week, actor, n in counts.itertuples(index=False)
    ]

    closings = stays[shut & (stays["at"] >= start)]
    found["reopened"] = [
        (one.slug, len(some), int(some["left"].notna().sum()), some["left"].notna().mean())
        if len(some := closings[closings["target"] == one.slug])
        else (one.slug, 0, 0, None)
        for one in (D, X, N)
    ]
    ways = [("approve", D), ("expire", D), ("expire", X), ("cancel", X), ("decline", N)]
    found["closings"] = [
        (
            one.slug,
            n := int(((closings["verb"] == verb) & (closings["target"] == one.slug)).sum()),
            n / len(closings),
        )
        for verb, one in ways
    ]

    came = log[began & (log["at"] >= start)]
    grid = pd.crosstab(came["hour"], came["weekday"])
    grid = grid.reindex(index=range(24), columns=range(7), fill_value=0)
    found["arrivals"] = [(f"{hour:02}:00", *map(int, grid.loc[hour])) for hour in range(24)]

    found["flow"] = []
    until = pd.Timestamp(span.today)
    from_day = max(pd.Timestamp(span.since), log["day"].min())
    back = (stays["verb"] == "reopen").rename("back")
    for day in pd.date_range(from_day, until):
        on = stays["day"] == day
        end = (day + pd.Timedelta(days=1)).tz_localize(span.zone)
        there = stays[(stays["at"] < end) & ~(stays["left"] < end) & ~shut]
        held = [int((there["target"] == one.slug).sum()) for one in OPEN]
        came_in = int((stays["verb"].isin(["open", "import"]) & on).sum())
        counted = (came_in, int((back & on).sum()), int((shut & on).sum()))
        found["flow"].append((str(day.date()), *counted, sum(held), *held))

    here = last[~last["target"].isin(closed)]
    ages = (now - here["at"]).dt.total_seconds() / 86400
    found["ageing"] = []
    for one in OPEN:
        mine = ages[here["target"] == one.slug]
        bins = pd.cut(mine, [0, 1, 3, 7, 28, float("inf")], right=False).value_counts(sort=False)
        named = (f"SD-{here['ticket'][mine.idxmax()]}", mine.max() * 86400) if len(mine) else ()
        found["ageing"].append((one.slug, len(mine), *map(int, bins), *(named or (None, None))))
    mine = here[~here["target"].isin([C.slug, A.slug])].sort_values(["at", "ticket"]).head(20)
    found["stuck"] = [
        (f"SD-{row.ticket}", row.target, (now - row.at).total_seconds())
        for row in mine.itertuples()
    ]
    return found


@pytest.mark.parametrize("since", ["2016-02-01", "3 days"])
def test_every_report_is_as_pandas_computes_it_of_a_real_desks_log(real: Desk, since: str) -> None:
    span = span_of(since, real.clock(), "America/Sao_Paulo")
    assert isinstance(span.zone, ZoneInfo)
    expected = by_pandas(frame(real), span)
    counted = [figure for figure in FIGURES if figure.name != "promises"]  # nothing is promised
    reports = read_numbers(real.store, span, figures=counted)
    assert {numbers.name for numbers in reports} == set(expected)
    for numbers in reports:
        ours = [tuple(map(stored, row)) for row in numbers.rows]
        if numbers.name == "closings":
            ours = [row[1:] for row in ours]
        if numbers.name == "stuck":
            ours = [row[:3] for row in ours]
        assert len(ours) == len(expected[numbers.name]) > 0, numbers.name
        for mine, theirs in zip(ours, expected[numbers.name], strict=True):
            assert mine == tuple(
                pytest.approx(cell) if isinstance(cell, float) else cell for cell in theirs
            ), numbers.name


def test_promises_of_a_real_desk_are_kept_and_broken_as_pandas_computes_it(real: Desk) -> None:
    ana = next(one for one in real.store.staff() if one.role is Role.LEAD)
    lead = Actor(ana, Role.LEAD)
    real.set_policy(lead, "working_hours", "always")
    real.set_policy(lead, "targets", "urgent 1 hour / 1 day, high 8 hours / 2 days, "
                    "normal 1 day / 5 days, low none / 2 weeks")  # fmt: skip
    day = 86_400
    targets = {"urgent": (3_600, day), "high": (28_800, 2 * day), "normal": (day, 5 * day),
               "low": (None, 14 * day)}  # fmt: skip
    span = span_of("2016-01-01", real.clock(), "UTC")
    now, log = pd.Timestamp(span.now), frame(real)
    stays = log[log["source"] != log["target"]].copy()
    stays["end"] = stays.groupby("ticket")["at"].shift(-1).fillna(now)
    last = stays.drop_duplicates("ticket", keep="last").set_index("ticket")
    shut = last.loc[last["target"].isin([s.slug for s in Status if s.closed]), "at"]
    began = log["verb"].isin(["open", "import"])
    words = log[log["word"] & ~log["theirs"] & ~began & (log["role"] != "clock")]
    first = words.drop_duplicates("ticket").set_index("ticket")["at"]
    every = pd.Index(log["ticket"].unique())
    priority = pd.Series({one.number: one.priority.word for one in real.store.some(every)})
    running = stays[stays["target"].isin([one.slug for one in (S, T, P)])].copy()
    expected: Counter[tuple[str, str, str]] = Counter()
    for at, kind in enumerate(("first response", "resolution")):
        until = first.reindex(every).fillna(shut.reindex(every)) if at == 0 else shut.reindex(every)
        ends = running["ticket"].map(until.fillna(now))
        counted = pd.concat([running["end"], ends], axis=1).min(axis=1) - running["at"]
        seconds = counted.dt.total_seconds().clip(lower=0)
        gone = seconds.groupby(running["ticket"]).sum().reindex(every).fillna(0)
        for number in every:
            target = targets[priority[number]][at]
            if target is not None:
                state = "broken" if gone[number] > target else (
                    "open" if pd.isna(until[number]) else "kept")  # fmt: skip
                expected[priority[number], kind, state] += 1
    (numbers,) = read_numbers(real.store, span, figures=(figure_of("promises"),))
    counted_here = Counter({
        (str(word), str(kind), state): cell
        for word, kind, *cells, _ in numbers.rows
        for state, cell in zip(("kept", "broken", "open"), cells, strict=True)
        if cell
    })  # fmt: skip
    assert counted_here == expected
    assert {state for _, _, state in expected} >= {"kept", "broken"}
