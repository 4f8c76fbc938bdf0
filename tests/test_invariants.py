"""The invariants of the lifecycle, held against random histories on a real SQLite desk."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, NotFound, Refused
from deskconsole.model import (
    Brings,
    CloneState,
    Priority,
    Role,
    Status,
    Step,
    Verb,
)
from deskconsole.store.store import open_store
from deskconsole.transfer import export_lines, import_lines
from deskconsole.worker import Worker
from tests.conftest import BOB, HandClock, Places, staffed
from tests.test_lifecycle import EVERYTHING, LEGAL

pytestmark = pytest.mark.both_databases

REFUSED = (Refused, BadInput, NotFound)
OPENINGS = (Verb.OPEN, Verb.REOPEN)
statuses = st.sampled_from(list(Status))
clone_numbers = st.one_of(st.none(), st.integers(1, 3))


class DeskMachine(RuleBasedStateMachine):
    """Everybody does anything to any ticket, at any time."""

    tickets: Bundle[int] = Bundle("tickets")

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.places = places
        self.clock = HandClock()
        self.desk = Desk(open_store(places()), self.clock)
        self.ana = staffed(self.desk).enter("ana")
        self.eve = self.desk.enter("eve")

    @initialize(target=tickets)
    def first(self) -> int:
        return self.desk.open(self.ana, "VPN drops", BOB).number

    @rule(target=tickets)
    def open(self) -> int:
        return self.desk.open(self.ana, "VPN drops", BOB).number

    @rule(number=tickets, target_status=statuses)
    def move(self, number: int, target_status: Status) -> None:
        before = self.desk.store.ticket(number)
        verb = LEGAL.get((before.status.letter, target_status.letter))
        brings = EVERYTHING.get(verb or "", Brings())
        try:
            after = self.desk.move(self.ana, number, target_status, brings)
        except REFUSED:
            assert self.desk.store.ticket(number) == before
        else:
            # A clone that is in development takes a ticket handed to the team further at once.
            assert after.status is target_status or verb == "clone"
            assert verb is not None

    @rule(number=tickets, clone=st.integers(1, 3))
    def hand_back(self, number: int, clone: int) -> None:
        with suppress(*REFUSED):
            self.desk.move(self.ana, number, Status.SCOPING_WITH_TEAM, Brings(clone=clone))

    @rule(number=tickets, kind=st.sampled_from(list(Step)), clone=clone_numbers)
    def step(self, number: int, kind: Step, clone: int | None) -> None:
        engineer = "eve" if kind is Step.START else None
        with suppress(*REFUSED):
            self.desk.step(
                self.eve, number, kind, Brings(clone=clone, engineer=engineer, message="so it is")
            )

    @rule(number=tickets, approve=st.booleans(), automatic=st.booleans())
    def receive(self, number: int, approve: bool, automatic: bool) -> None:
        before = self.desk.store.ticket(number)
        after = self.desk.receive(number, BOB, "Hello", approve=approve, automatic=automatic)
        if automatic:
            assert (after.status, after.replied_at) == (before.status, before.replied_at)

    @rule(number=tickets)
    def reply(self, number: int) -> None:
        self.desk.reply(self.ana, number, "We are on it.")

    @rule(number=tickets, priority=st.sampled_from(list(Priority)))
    def edit(self, number: int, priority: Priority) -> None:
        before = self.desk.store.ticket(number)
        with suppress(BadInput):
            self.desk.edit(self.ana, number, priority=priority)
        assert self.desk.store.ticket(number).deadline == before.deadline

    @rule(number=tickets)
    def note(self, number: int) -> None:
        before = self.desk.store.ticket(number)
        after = self.desk.note(self.eve, number, "a thought", minutes=5)
        assert (after.status, after.deadline) == (before.status, before.deadline)
        assert after.spent == before.spent + 5

    @rule(number=tickets, other=tickets, follows=st.booleans(), away=st.booleans())
    def relate(self, number: int, other: int, follows: bool, away: bool) -> None:
        wanted = 0 if away else other
        with suppress(*REFUSED):
            if follows:
                self.desk.edit(self.ana, number, follows=wanted)
            else:
                self.desk.edit(self.ana, number, duplicate_of=wanted)

    @rule(who=st.sampled_from(["ana", "eve"]), back=st.booleans())
    def take_back(self, who: str, back: bool) -> None:
        by = self.ana if who == "ana" else self.eve
        with suppress(Refused):
            done = self.desk.undo(by) if back else self.desk.redo(by)
            for outcome in done.outcomes:
                if outcome.ticket is not None:
                    undone = self.desk.store.timeline(outcome.number)[-1].brings.undoes
                    assert undone is not None
                    assert self.desk.store.ticket(outcome.number) == outcome.ticket

    @rule(hours=st.one_of(st.integers(1, 5), st.integers(1, 24 * 10)))
    def time_passes(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    @rule()
    def clock_round(self) -> None:
        waiting = {ticket.number: ticket for ticket in self.desk.store.waiting()}
        for ticket in Worker(self.desk).round().closed:
            before = waiting[ticket.number]
            assert before.status in (
                Status.WAITING_FOR_CUSTOMER,
                Status.WAITING_FOR_CUSTOMER_APPROVAL,
            )
            assert before.deadline is not None
            assert before.deadline <= self.clock.now
            assert ticket.reason == "no-response"

    @invariant()
    def every_event_is_a_legal_one(self) -> None:
        for ticket, events in self.desk.store.histories():
            assert events[-1].id == ticket.version
            status = None
            openings = 0
            for event in events:
                assert event.source is status
                if event.source is not None and event.moved:
                    pair = (event.source.letter, event.target.letter)
                    if event.verb is Verb.EXPIRE:
                        assert pair in (("A", "D"), ("C", "X"))
                        assert event.by.role is Role.CLOCK
                    elif event.verb in (Verb.UNDO, Verb.REDO):
                        openings += event.source.closed and not event.target.closed
                    else:
                        assert LEGAL[pair] == event.verb.value
                        assert event.by.role is not Role.CLOCK
                    if event.source.closed:
                        assert event.verb in (Verb.REOPEN, Verb.UNDO, Verb.REDO)
                openings += event.verb in OPENINGS
                openings -= event.moved and event.target.closed
                assert openings == (0 if event.target.closed else 1)
                status = event.target
            assert ticket.status is status

    @invariant()
    def status_and_clones_agree(self) -> None:
        for ticket, _ in self.desk.store.histories():
            states = [clone.state for clone in ticket.clones]
            developing = CloneState.IN_DEVELOPMENT in states
            if ticket.status is Status.IN_PROGRESS:
                assert developing
            if ticket.status is Status.SCOPING_WITH_TEAM:
                assert CloneState.BACKLOG in states
                assert not developing
            if ticket.status.closed or ticket.status is Status.WAITING_FOR_CUSTOMER_APPROVAL:
                assert not any(state.open for state in states)

    @invariant()
    def the_tallies_are_right(self) -> None:
        from deskconsole.model import Window
        from deskconsole.store.board import read_board

        board = read_board(
            self.desk.store, {status: Window() for status in Status}, self.clock.now.replace(2000)
        )
        for status in Status:
            held = [t for t, _ in self.desk.store.histories() if t.status is status]
            assert board.columns[status].count == len(held)
            assert {card.number for card in board.columns[status].cards} <= {
                ticket.number for ticket in held
            }

    def teardown(self) -> None:
        """What was exported replays to the very same desk."""
        exported = list(export_lines(self.desk))
        other = Desk(open_store(self.places()), self.clock)
        import_lines(other, other.enter("ana"), exported)
        assert list(export_lines(other)) == exported
        self.desk.store.close()
        other.store.close()


def test_no_history_of_verbs_breaks_an_invariant(places: Places, database: str) -> None:
    class Machine(DeskMachine):
        def __init__(self) -> None:
            super().__init__(places)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12 if database == "sqlite" else 4,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
