"""The clock: deadlines to the minute, across changes of clocks, and any number of workers."""

import logging
import multiprocessing
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Event as Flag
from zoneinfo import ZoneInfo

import pendulum
import pytest

from deskconsole.calendar import after, parse_period
from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, Refused
from deskconsole.model import Actor, Brings, Period, Priority, Status, Step, Verb
from deskconsole.store.store import Store, open_store
from deskconsole.store.tables import EventRow, MessageRow
from deskconsole.worker import Round, Trust, Worker
from tests.conftest import BOB, START, HandClock, Lead, lead, opened
from tests.postgres import Server

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status


def close_round(url: str, now: datetime, gate: Barrier) -> None:
    """One worker process: its round begins when all have come to the gate."""
    desk = Desk(open_store(url), HandClock(now))
    gate.wait()
    done = Worker(desk).round()
    desk.store.close()
    assert done.failed == ()  # to be second is no failure


@pytest.mark.parametrize(
    ("status", "period", "to"),
    [(A, timedelta(days=7), D), (C, timedelta(days=14), X)],
    ids=["approval", "response"],
)
def test_what_the_customer_leaves_unanswered_closes_to_the_minute(
    desk: Desk, at: Lead, clock: HandClock, status: Status, period: timedelta, to: Status
) -> None:
    number = at(status).number
    clock.now = START + period - timedelta(minutes=1)
    assert Worker(desk).round().closed == ()
    with pytest.raises(Refused, match="deadline has not passed"):
        desk.expire(number)
    clock.now = START + period
    (closed,) = Worker(desk).round().closed
    assert (closed.number, closed.status, closed.reason) == (number, to, "no-response")


def test_ten_workers_started_at_once_close_each_ticket_exactly_once(
    desk: Desk, ana: Actor, url: str
) -> None:
    numbers = [lead(desk, ana, A).number for _ in range(12)]
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(10)
    now = START + timedelta(days=7)
    workers = [context.Process(target=close_round, args=(url, now, gate)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 10
    for number in numbers:
        verbs = [event.verb for event in desk.store.timeline(number)]
        assert verbs.count(Verb.EXPIRE) == 1
        assert desk.store.ticket(number).status is D


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-25T09:30", "2026-04-01T09:30"),  # clocks go forward on 29 March
        ("2026-10-21T09:30", "2026-10-28T09:30"),  # and back on 25 October
        ("2026-03-22T02:30", "2026-03-29T03:30"),  # 02:30 is skipped: as much later as they jump
        ("2026-10-18T02:30", "2026-10-25T02:30"),  # 02:30 comes twice
    ],
)
def test_a_week_is_a_calendar_week_across_a_change_of_clocks(start: str, end: str) -> None:
    vienna = ZoneInfo("Europe/Vienna")
    begin = datetime.fromisoformat(start).replace(tzinfo=vienna).astimezone(UTC)
    local = after(begin, Period(weeks=1), "Europe/Vienna").astimezone(vienna)
    assert local.strftime("%Y-%m-%dT%H:%M") == end


@pytest.mark.parametrize(
    "zone", ["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
)
def test_every_quarter_around_a_change_of_clocks_is_what_pendulum_makes_of_it(zone: str) -> None:
    days = [(3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1)]  # of 2026 on which clocks change
    periods = ["1 week", "5 days", "36 hours", "1 day 12 hours 30 minutes"]
    for (month, day), text in product(days, periods):
        period = parse_period(text)
        for quarter in range(-192, 97):
            end = datetime(2026, month, day, tzinfo=UTC) + timedelta(minutes=15 * quarter)
            start = end - timedelta(weeks=period.weeks, days=period.days)
            there = pendulum.instance(start).in_timezone(zone)
            there = there.add(weeks=period.weeks, days=period.days)
            there = there.add(hours=period.hours, minutes=period.minutes)
            assert after(start, period, zone) == there.in_timezone("UTC"), (start, text)


def test_the_deadline_is_on_the_desks_own_calendar(
    desk: Desk, ana: Actor, clock: HandClock
) -> None:
    desk.set_policy(ana, "timezone", "America/New_York")
    clock.now = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)  # clocks go forward there on 8 March
    assert lead(desk, ana, A).deadline == datetime(2026, 3, 12, 14, 0, tzinfo=UTC)


def test_nothing_but_our_reply_in_waiting_for_customer_touches_a_deadline(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    for status in (C, A):
        ticket = at(status)
        clock.forward(days=1)
        desk.edit(ana, ticket.number, title="New words", priority=Priority.LOW)
        desk.note(ana, ticket.number, "a thought")
        desk.assign(ana, ticket.number, "bo")
        desk.receive(ticket.number, BOB, "I am on leave.", automatic=True)
        desk.choices(ana, desk.store.ticket(ticket.number))
        desk.set_policy(ana, "approval_period", "2 days")
        desk.set_policy(ana, "response_period", "3 days")
        assert desk.store.ticket(ticket.number).deadline == ticket.deadline
        replied = desk.reply(ana, ticket.number, "Are you there?")
        if status is C:
            assert replied.deadline == clock.now + timedelta(days=3)
        else:
            assert replied.deadline == ticket.deadline


def test_leaving_a_waiting_status_disarms_its_deadline(desk: Desk, at: Lead) -> None:
    for status in (C, A):
        assert desk.receive(at(status).number, BOB, "Hello").deadline is None


def test_a_customer_who_was_quicker_wins_over_the_clock(
    desk: Desk, at: Lead, clock: HandClock
) -> None:
    number = at(A).number
    clock.forward(days=8)
    desk.receive(number, BOB, "Still broken.")
    assert Worker(desk).round().closed == ()
    with pytest.raises(Refused):
        desk.expire(number)
    assert desk.store.ticket(number).status is S


def test_a_ticket_whose_question_expires_drops_its_open_clones(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    number = at(P).number
    desk.move(ana, number, C, Brings(message="Which version?"))
    clock.forward(days=15)
    Worker(desk).round()
    assert [clone.state.value for clone in desk.store.ticket(number).clones] == ["dropped"]
    with pytest.raises(Refused):
        desk.step(ana, number, Step.DONE)


def test_a_ticket_that_fails_is_logged_and_does_not_stop_the_round(
    desk: Desk, at: Lead, clock: HandClock, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = at(A).number, at(A).number
    for damaged in (MessageRow, EventRow):
        store._run(damaged.delete().where(damaged.ticket == bad))
    clock.forward(days=8)
    with caplog.at_level(logging.ERROR):
        done = Worker(desk).round()
    assert [ticket.number for ticket in done.closed] == [good]
    assert done.failed == (bad,)
    assert f"SD-{bad} could not be closed" in caplog.text


def test_the_next_round_comes_at_the_next_deadline_and_at_least_every_minute(
    desk: Desk, at: Lead, clock: HandClock
) -> None:
    worker = Worker(desk)
    assert worker.pause(worker.round().next_deadline) == 60
    at(A)
    clock.now = START + timedelta(days=7, seconds=-20)
    assert worker.pause(worker.round().next_deadline) == 20
    clock.now = START
    assert worker.pause(worker.round().next_deadline) == 60


def test_a_running_worker_reports_its_first_round_and_stops_when_told(
    desk: Desk, at: Lead, clock: HandClock
) -> None:
    at(A)
    clock.forward(days=8)
    stop = Flag()
    rounds = []

    def report(done: object) -> None:
        rounds.append(done)
        stop.set()

    Worker(desk).run(stop, report)
    assert len(rounds) == 1


class Machine:
    """A machine's clock and what counts its time since it started, its sleep included."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.up = timedelta(days=3)
        self.trust = Trust(self.clock, lambda: self.up)

    def pass_(self, **length: float) -> str | None:
        """Time goes by; what is then held against the clock."""
        self.clock.forward(**length)
        self.up += timedelta(**length)
        return self.trust.doubt()

    def jump(self, **length: float) -> str | None:
        """Somebody sets the clock."""
        self.clock.forward(**length)
        return self.trust.doubt()


def test_a_machine_that_slept_is_believed_when_it_wakes() -> None:
    assert Machine().pass_(days=3) is None


def test_a_clock_that_jumped_ahead_is_believed_only_once_it_stays_there() -> None:
    machine = Machine()
    assert "jumped ahead by 9 days" in (machine.jump(days=9) or "")
    assert machine.pass_(minutes=9) is not None
    assert machine.pass_(minutes=1) is None
    assert machine.pass_(days=9) is None


def test_a_clock_that_keeps_jumping_is_not_believed() -> None:
    machine = Machine()
    machine.jump(days=9)
    machine.pass_(minutes=9)
    assert machine.jump(days=9) is not None
    assert machine.pass_(minutes=2) is not None
    assert machine.pass_(minutes=8) is None


def test_a_clock_that_is_set_right_again_is_believed_at_once() -> None:
    machine = Machine()
    machine.jump(days=9)
    assert machine.jump(days=-9) is None
    assert machine.jump(hours=-5) is None
    assert machine.jump(seconds=30) is None


def test_a_clock_that_jumps_ahead_closes_nothing_that_is_not_due(
    desk: Desk, at: Lead, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    number = at(A).number
    stop = Flag()
    rounds: list[Round] = []
    pauses: list[float | None] = []

    class Pauses(Flag):
        def wait(self, timeout: float | None = None) -> bool:
            """Between the first round and the second somebody sets the clock, and back again."""
            pauses.append(timeout)
            clock.forward(days=8 if len(pauses) == 1 else -8)
            return len(pauses) == 3

    stop = Pauses()
    Worker(desk).run(stop, rounds.append)
    assert [done.closed for done in rounds] == [(), ()]
    assert "jumped ahead by 8 days" in caplog.text
    assert desk.store.ticket(number).status is A


def test_a_clock_ahead_of_the_desks_server_closes_nothing(
    postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    clock = HandClock(datetime.now(UTC))
    desk = Desk(opened(postgres.desk()), clock)
    lead(desk, desk.enter("ana"), A)
    clock.forward(days=8)
    with pytest.raises(Refused, match=r"8 days.* ahead of the desk's server"):
        Worker(desk).round()
    assert desk.store.ticket(1).status is A


@contextmanager
def killed_at_last(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process whose output is read; it does not outlive a test that fails."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_asleep(pid: int) -> None:
    """Until a process has had nothing to do for a quarter of a second."""
    still = 0
    while still < 5:
        time.sleep(0.05)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        still = still + 1 if state == "S" else 0


def test_a_worker_that_slept_through_a_deadline_closes_when_it_wakes_and_only_once(
    url: str,
) -> None:
    now = datetime.now(UTC)
    clock = HandClock(now - timedelta(days=8))
    desk = Desk(opened(url), clock)
    ana = desk.enter("ana")
    desk.set_policy(ana, "timezone", "UTC")
    first = lead(desk, ana, A).number
    deadline = now + timedelta(seconds=6)
    clock.now = deadline - timedelta(days=7)
    numbers = [lead(desk, ana, A).number for _ in range(3)]
    command = [sys.executable, "-m", "deskconsole", "--desk", url, "--as", "ana", "worker"]
    with killed_at_last(command) as sleeper:
        assert sleeper.stdout is not None
        assert sleeper.stdout.readline() == f"SD-{first} is Done: no response\n"
        wait_until_asleep(sleeper.pid)
        sleeper.send_signal(signal.SIGSTOP)
        assert datetime.now(UTC) < deadline
        while datetime.now(UTC) < deadline:
            time.sleep(0.05)
        assert {desk.store.ticket(number).status for number in numbers} == {A}
        desk.receive(numbers[0], BOB, "Still broken.")
        once = subprocess.run([*command, "--once"], capture_output=True, text=True, check=True)
        assert once.stdout.splitlines() == [f"SD-{n} is Done: no response" for n in numbers[1:]]
        sleeper.send_signal(signal.SIGCONT)
        sleeper.terminate()
        told, _ = sleeper.communicate(timeout=30)
    assert (sleeper.returncode, told) == (0, "")
    verbs = [event.verb for event in desk.store.events_after(0)]
    assert verbs.count(Verb.EXPIRE) == 3


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("1 week", Period(weeks=1)),
        ("5 days", Period(days=5)),
        ("1 week 12 hours", Period(weeks=1, hours=12)),
        ("36h", Period(hours=36)),
    ],
)
def test_a_period_is_read_from_words_and_written_back(text: str, period: Period) -> None:
    assert parse_period(text) == period
    assert parse_period(str(period)) == period


@pytest.mark.parametrize(
    "text", ["", "soon", "0 days", "5", "-1 week", "5 days and a bit", "9999 weeks 9999 weeks"]
)
def test_a_period_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match="write one as '1 week'"):
        parse_period(text)
