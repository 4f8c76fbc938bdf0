"""Many processes at one desk: nothing is lost, nothing seen twice, nothing half done."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from multiprocessing.synchronize import Event as Signal
from threading import Event as Flag
from typing import Any

import pytest

from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.desk.replay import replayed
from deskconsole.errors import BadInput, Conflict, NotFound, Refused
from deskconsole.frozen import changed
from deskconsole.model import Actor, Brings, Event, Role, Status, Step, Ticket, Verb
from deskconsole.store.store import open_store
from deskconsole.worker import Worker
from tests.conftest import BOB, HandClock, lead, opened
from tests.terminal import Terminal
from tests.test_lifecycle import EVERYTHING, LEGAL

pytestmark = pytest.mark.both_databases

WRITERS, SHARED = 8, 12
ACTS = 500 if os.environ.get("DESKCONSOLE_TEST_FULL") else 150  # of each writer
DUE = 500
NO = (Refused, BadInput, NotFound, Conflict)
spawn = multiprocessing.get_context("spawn")

Done = tuple[int, int, str]  # ticket, the version that was acknowledged, who


def some_act(desk: Desk, by: Actor, number: int, chance: random.Random) -> Ticket:
    """Anything that a person might do to a ticket, legal or not, on what they last saw of it."""
    ticket = desk.store.ticket(number)
    seen = ticket.version - chance.choice([0, 0, 0, 1])
    target = chance.choice(list(Status))
    verb = LEGAL.get((ticket.status.letter, target.letter), "")
    brings = chance.choice(
        [EVERYTHING.get(verb, Brings()), EVERYTHING.get(verb, Brings()), Brings()]
    )
    acts: list[Callable[[], Ticket]] = [
        lambda: desk.move(by, number, target, brings, seen=seen),
        lambda: desk.move(by, number, target, brings, seen=ticket.version),
        lambda: desk.move(by, number, target, brings),
        lambda: desk.step(
            by, number, chance.choice(list(Step)), Brings(engineer="eve", message="so it is")
        ),
        lambda: desk.receive(number, BOB, "Any news?", approve=chance.random() < 0.3),
        lambda: desk.reply(by, number, "We are on it.", seen=seen),
        lambda: desk.note(by, number, "a thought", minutes=5),
        lambda: desk.edit(by, number, title=f"VPN drops {chance.random()}", seen=seen),
        lambda: desk.take(by, number),
        lambda: desk.undo(by).outcomes[0].ticket or ticket,
    ]
    return chance.choice(acts)()


def write(url: str, name: str, seed: int, gate: Barrier, done: Any) -> None:
    """One writer: its acts, and which of them the desk acknowledged."""
    desk = Desk(open_store(url), utc_now)
    me, chance = desk.enter(name), random.Random(seed)
    acknowledged: list[Done] = []
    try:
        gate.wait()
        for _ in range(ACTS):
            number = chance.randint(1, SHARED)
            with suppress(*NO):
                before = desk.store.last_event()
                ticket = some_act(desk, me, number, chance)
                if ticket.version > before:
                    acknowledged.append((ticket.number, ticket.version, name))
    finally:
        desk.store.close()
        done.put(acknowledged)


def follow(url: str, ready: Signal, over: Signal, found: Any) -> None:
    """Reads along: every event that came, and what was wrong with any moment that was seen."""
    store = open_store(url)
    watch, ids, wrong = store.watch(), [], []
    cursor = store.last_event()
    start = cursor
    ready.set()
    last = False
    while True:
        with store.reading():
            events = store.events_after(cursor, limit=100_000)
            upto = store.last_event()
            for ticket in store.some({event.ticket for event in events}):
                newest = store.timeline(ticket.number)[-1]
                if (newest.id, newest.target) != (ticket.version, ticket.status):
                    wrong.append(f"{ticket.ref} stood as {ticket.status} after {newest}")
        ids += [event.id for event in events]
        cursor = events[-1].id if events else cursor
        if cursor != upto:
            wrong.append(f"read up to {cursor}, but {upto} was there")
        if last:
            break
        last = over.is_set()
        if not last:
            store.wait(watch, _Shared(over))
    watch.close()
    store.close()
    found.put((start, ids, wrong))


class _Shared(Flag):
    """A flag that another process sets."""

    def __init__(self, signal: Signal) -> None:
        super().__init__()
        self._signal = signal

    def is_set(self) -> bool:
        return self._signal.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        return self._signal.wait(timeout)


def legal(event: Event) -> bool:
    """Whether the lifecycle knows such a step; taking back is its reverse."""
    if event.source is None or not event.moved:
        return True
    if event.verb in (Verb.UNDO, Verb.REDO):
        return True
    return LEGAL.get((event.source.letter, event.target.letter)) == event.verb.value


def test_eight_writers_lose_nothing_and_a_follower_sees_every_event_once(url: str) -> None:
    desk = Desk(opened(url), utc_now)
    ana = desk.enter("ana")
    names = [f"writer{n}" for n in range(WRITERS)]
    for name in names:
        desk.set_role(ana, name, Role.TECHNICIAN)
    desk.set_role(ana, "eve", Role.ENGINEER)
    for status, _ in zip([*Status, *Status], range(SHARED), strict=False):
        lead(desk, ana, status)
    gate, ready, over = spawn.Barrier(WRITERS), spawn.Event(), spawn.Event()
    done, found = spawn.Queue(), spawn.Queue()
    follower = spawn.Process(target=follow, args=(url, ready, over, found))
    follower.start()
    assert ready.wait(60)
    writers = [
        spawn.Process(target=write, args=(url, name, seed, gate, done))
        for seed, name in enumerate(names)
    ]
    for writer in writers:
        writer.start()
    acknowledged = [one for _ in writers for one in done.get(timeout=300)]
    for writer in writers:
        writer.join(60)
    over.set()
    start, seen, wrong = found.get(timeout=60)
    follower.join(60)
    assert [process.exitcode for process in (*writers, follower)] == [0] * (WRITERS + 1)
    assert wrong == []

    log = desk.store.events_after(0, limit=1_000_000)
    assert [event.id for event in log] == list(range(1, len(log) + 1))
    assert seen == [event.id for event in log if event.id > start]
    assert len(seen) > WRITERS * ACTS / 10  # much of it was legal
    happened = {(event.ticket, event.id): event.by.name for event in log}
    for number, version, name in acknowledged:
        assert happened[number, version] in (name, "Bob")
    assert len({version for _, version, _ in acknowledged}) == len(acknowledged)
    assert all(legal(event) for event in log)
    for ticket, events in desk.store.histories():
        status = None
        for event in events:
            assert event.source is status
            status = event.target
        history = replayed(ticket, events, desk.store.policy(), desk.store.member)
        assert changed(history[-1].ticket, version=events[-1].id) == ticket


KILLS = 200
TOGETHER = 3  # tickets of one act
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload([__name__])


def act_until_killed(url: str, done: Any) -> None:
    """Acts on several tickets at once, each acknowledged by what became of them."""
    desk = Desk(open_store(url), utc_now)
    me = desk.enter("ana")
    numbers = dict.fromkeys(range(1, TOGETHER + 1))
    while True:
        outcomes = desk.many(numbers, lambda number, seen: desk.note(me, number, "a thought"))
        done.send([outcome.ticket.version for outcome in outcomes if outcome.ticket])


def test_a_writer_killed_at_any_moment_loses_nothing_it_acknowledged_and_leaves_no_half(
    url: str,
) -> None:
    desk = Desk(opened(url), utc_now)
    ana, chance = desk.enter("ana"), random.Random(9)
    for _ in range(TOGETHER):
        lead(desk, ana, Status.WAITING_FOR_SUPPORT)
    acknowledged: list[list[int]] = []
    for kill in range(KILLS):
        mine, theirs = forks.Pipe(duplex=False)
        writer = forks.Process(target=act_until_killed, args=(url, theirs))
        writer.start()
        theirs.close()
        if kill % 4:  # every fourth is killed wherever it is by then, often in opening the desk
            acknowledged.append(mine.recv())
        time.sleep(chance.uniform(0, 0.03))
        writer.kill()
        writer.join()
        with suppress(EOFError):
            while True:
                acknowledged.append(mine.recv())
    log = {event.id: event for event in desk.store.events_after(0, limit=1_000_000)}
    assert list(log) == list(range(1, len(log) + 1))
    assert len(acknowledged) >= KILLS * 3 / 4
    for versions in acknowledged:
        assert [log[version].act for version in versions] == [versions[0]] * TOGETHER
    acts = Counter(event.act for event in log.values() if event.verb is Verb.NOTE)
    assert set(acts.values()) == {TOGETHER}
    for ticket, events in desk.store.histories():
        history = replayed(ticket, events, desk.store.policy(), desk.store.member)
        assert changed(history[-1].ticket, version=events[-1].id) == ticket


def test_twenty_workers_and_consoles_started_together_close_each_due_ticket_once(
    url: str,
) -> None:
    clock = HandClock(datetime.now(UTC) - timedelta(days=8))
    desk = Desk(opened(url), clock)
    ana = desk.enter("ana")
    with desk.store.writing():
        for _ in range(DUE):
            lead(desk, ana, Status.WAITING_FOR_CUSTOMER_APPROVAL)
    program = [sys.executable, "-m", "deskconsole", "--desk", url, "--as", "ana"]
    workers = [
        subprocess.Popen([*program, "worker"], stdout=subprocess.PIPE, text=True) for _ in range(16)
    ]
    consoles = [Terminal("--desk", url, "--as", "ana", columns=160, rows=45) for _ in range(4)]
    try:
        give_up = time.monotonic() + 120
        while desk.store.next_deadline() and time.monotonic() < give_up:
            for console in consoles:
                console.read(0.02)
        for console in consoles:
            console.expect("0 tickets open")
            console.press("q")
            console.ended()
        for worker in workers:
            worker.terminate()
        told = [
            line for worker in workers for line in worker.communicate(timeout=60)[0].split("\n")
        ]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        for console in consoles:
            console.__exit__(None, None, None)
    # One that was still starting when all was closed is ended by the signal itself.
    assert {worker.returncode for worker in workers} <= {0, -signal.SIGTERM}
    lines = [line for line in told if line]
    assert len(set(lines)) == len(lines)
    closings = [e.ticket for e in desk.store.events_after(0, 1_000_000) if e.verb is Verb.EXPIRE]
    assert sorted(closings) == list(range(1, DUE + 1))


def close_all(url: str, gate: Barrier) -> None:
    """One round of the clock."""
    desk = Desk(open_store(url), utc_now)
    gate.wait()
    Worker(desk).round()
    desk.store.close()


def write_in(url: str, numbers: list[int], gate: Barrier) -> None:
    """The customer answers every ticket."""
    desk = Desk(open_store(url), utc_now)
    gate.wait()
    for number in numbers:
        desk.receive(number, BOB, "Still broken.")
    desk.store.close()


def test_a_customer_who_commits_first_wins_over_the_clock(url: str) -> None:
    desk = Desk(opened(url), HandClock(datetime.now(UTC) - timedelta(days=8)))
    ana = desk.enter("ana")
    approval = Status.WAITING_FOR_CUSTOMER_APPROVAL
    numbers = [lead(desk, ana, approval).number for _ in range(60)]
    gate = spawn.Barrier(3)
    racers = [
        spawn.Process(target=close_all, args=(url, gate)),
        spawn.Process(target=write_in, args=(url, numbers[::2], gate)),
        spawn.Process(target=write_in, args=(url, numbers[-1::-2], gate)),
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)
    assert [racer.exitcode for racer in racers] == [0, 0, 0]
    for number in numbers:
        *_, last, end = [event.verb for event in desk.store.timeline(number)]
        assert (last, end) in {(Verb.RESOLVE, Verb.REJECT), (Verb.EXPIRE, Verb.REOPEN)}
        assert desk.store.ticket(number).status is Status.WAITING_FOR_SUPPORT
