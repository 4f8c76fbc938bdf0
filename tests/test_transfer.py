"""Import and export: the same file twice, all or nothing, and a real desk's log."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, DeskError, Refused
from deskconsole.model import Actor, Brings, HoldKind, Priority, Role, Status, Step, Verb
from deskconsole.store.around import watchers
from deskconsole.store.store import open_store
from deskconsole.transfer import export_lines, import_lines
from tests.conftest import BOB, HandClock, Lead, finish
from tests.incidents import convert, read, write

pytestmark = pytest.mark.both_databases

EXCERPT = Path(__file__).parent / "fixtures" / "incidents-excerpt.csv"
OPEN = {"at": "2026-04-01T09:00:00Z", "verb": "open", "by": BOB, "message": "Help!"}


@pytest.fixture
def other(tmp_path: Path, clock: HandClock) -> Iterator[Desk]:
    store = open_store(str(tmp_path / "other.db"))
    yield Desk(store, clock)
    store.close()


def line(*events: dict[str, Any], **fields: Any) -> str:
    return json.dumps(
        {"title": "VPN drops", "reporter": {"name": "Bob", "email": BOB}, **fields}
        | ({"events": list(events)} if events else {})
    )


def event(verb: str, day: int, by: str = "ana", **brings: Any) -> dict[str, Any]:
    return {"at": f"2026-04-{day:02}T09:00:00Z", "verb": verb, "by": by, **brings}


def test_export_import_export_is_identical(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock, other: Desk
) -> None:
    for status in Status:
        at(status)
        clock.forward(minutes=7)
    busy = at(Status.IN_PROGRESS).number
    desk.edit(ana, busy, title="VPN drops [/] “daily”", priority=Priority.HIGH, tag=("a", "b"))
    desk.assign(ana, busy, "bo")
    desk.move(ana, busy, Status.WAITING_FOR_CUSTOMER, Brings(message="Which\nversion?"))
    desk.receive(busy, "carol@example.org", "4.2", name="Carol")
    desk.move(ana, busy, Status.SCOPING_WITH_TEAM, Brings(clone=1))
    desk.move(ana, busy, Status.BLOCKED, Brings(kind=HoldKind.MEETING, whom="Bob"))
    desk.step(ana, busy, Step.SHELVE)
    desk.move(ana, busy, Status.SCOPING_WITH_TEAM, Brings(message="we met"))
    desk.move(ana, busy, Status.IN_PROGRESS, Brings(engineer="finn"))
    desk.set_policy(ana, "approval_period", "3 days")
    finish(desk, ana, busy)
    desk.set_policy(ana, "approval_period", "1 week")
    clock.forward(days=4)
    assert desk.expire(busy).status is Status.DONE
    desk.receive(busy, BOB, "Thank you!", approve=True)
    clock.forward(days=15)
    desk.receive(busy, BOB, "It is back.")
    lines = list(export_lines(desk))
    done = import_lines(other, other.enter("ana"), lines)
    assert done.tickets == len(lines)
    assert list(export_lines(other)) == lines


def test_related_tickets_watchers_and_time_survive_export_and_import(
    desk: Desk, ana: Actor, at: Lead, other: Desk
) -> None:
    first, second, third = (at(Status.WAITING_FOR_SUPPORT).number for _ in range(3))
    desk.move(ana, first, Status.CANCELED, Brings(reason="duplicate", duplicate_of=third))
    desk.edit(ana, second, follows=third)
    desk.edit(ana, second, follows=0, duplicate_of=third)
    desk.edit(ana, second, follows=first)
    desk.note(ana, second, "looked", minutes=90)
    desk.note(ana, second, "again", minutes=5)
    desk.enter("bo")
    desk.watch(ana, second)
    desk.watch(ana, second, "bo")
    lines = list(export_lines(desk))
    import_lines(other, other.enter("ana"), lines)
    assert list(export_lines(other)) == lines
    assert [one.name for one in watchers(other.store, second)] == ["ana", "bo"]
    assert other.store.ticket(second).spent == 95


def test_duplicates_in_a_circle_are_not_imported(desk: Desk) -> None:
    lines = [
        line(number=number, status="canceled", reason="duplicate", duplicate_of=number % 3 + 1)
        for number in (1, 2, 3)
    ]
    with pytest.raises(BadInput, match=r"SD-\d is a duplicate of itself by way of others"):
        import_lines(desk, desk.enter("ana"), lines)
    assert desk.store.last_number() == 0


def test_who_acted_in_which_capacity_survives_export_and_import(
    desk: Desk, ana: Actor, other: Desk
) -> None:
    namesake = desk.open(ana, "x", BOB, name="ana").number
    desk.move(ana, namesake, Status.WAITING_FOR_CUSTOMER, Brings(message="Which version?"))
    desk.move(ana, namesake, Status.WAITING_FOR_SUPPORT, Brings(message="an internal secret"))
    desk.move(ana, namesake, Status.SCOPING_WITH_TEAM, Brings(team="net"))
    desk.move(ana, namesake, Status.IN_PROGRESS, Brings(engineer="bo"))
    desk.set_role(ana, "bo", Role.ENGINEER)
    desk.note(desk.enter("bo"), namesake, "found it")
    desk.set_role(ana, "bo", Role.TECHNICIAN)
    desk.move(desk.enter("bo"), namesake, Status.BLOCKED, Brings(kind=HoldKind.VENDOR, whom="Acme"))
    lines = list(export_lines(desk))
    import_lines(other, other.enter("ana"), lines)
    assert list(export_lines(other)) == lines
    assert not other.store.timeline(namesake)[2].public


def test_a_clock_that_was_set_back_makes_nothing_happen_before_what_happened(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock, other: Desk
) -> None:
    number = at(Status.WAITING_FOR_SUPPORT).number
    now = clock.now
    clock.forward(days=-3)
    assert desk.note(ana, number, "back in time").version
    assert desk.store.timeline(number)[-1].at == now
    clock.now = now
    lines = list(export_lines(desk))
    import_lines(other, other.enter("ana"), lines)
    assert list(export_lines(other)) == lines


def test_an_import_replays_events_at_their_own_times(desk: Desk) -> None:
    import_lines(
        desk,
        desk.enter("ana"),
        [
            line(
                OPEN,
                event("clone", 2, team="net"),
                event("start", 3, by="bo", engineer="eve"),
                event("deliver", 4, message="Shipped."),
                event("approve", 5, by=BOB, message="Works."),
                priority="high",
                tags=["vpn"],
            )
        ],
    )
    ticket = desk.store.ticket(1)
    assert (ticket.status, ticket.priority, ticket.tags) == (
        Status.DONE,
        Priority.HIGH,
        ("vpn",),
    )
    days = [(e.at.month, e.at.day) for e in desk.store.timeline(1)]
    assert days == [(4, 1), (4, 2), (4, 3), (4, 4), (4, 5)]
    assert [e.by.role for e in desk.store.timeline(1)] == [
        Role.CUSTOMER,
        Role.LEAD,
        Role.TECHNICIAN,
        Role.LEAD,
        Role.CUSTOMER,
    ]


@pytest.mark.parametrize(
    ("bad", "error", "reason"),
    [
        ("{", BadInput, "line 2: this is not JSON"),
        ("[1]", BadInput, "line 2: a line is one JSON object"),
        (line(OPEN, titel="x"), BadInput, "line 2: unknown field 'titel'"),
        (line(OPEN, reporter={"name": "Bob"}), BadInput, "line 2: reporter: give it as"),
        (line(OPEN, reporter={"email": "bob"}), BadInput, "is not an e-mail address"),
        (line(OPEN, title=""), BadInput, "event 1 .open.: a ticket needs a title"),
        (line(OPEN, priority="soon"), BadInput, "'soon' is no priority; there are urgent"),
        (line(OPEN, number=0), BadInput, "is not a ticket number"),
        (line(OPEN, number=1), BadInput, "SD-1 is on this desk already"),
        (line(event("resolve", 1, message="x")), Refused, "a ticket begins with open"),
        (line(OPEN, event("approve", 2, message="x")), Refused, r"event 2 \(approve\).*resolve it"),
        (line(OPEN, event("deliver", 2, message="x")), Refused, r"event 2 \(deliver\)"),
        (line(OPEN, event("resolve", 2)), BadInput, "resolve needs the resolution"),
        (line(OPEN, event("note", 3, message="x"), event("note", 2, message="y")), BadInput,
         r"line 2: event 3 \(note\): it is out of order"),
        (line(OPEN, event("ask", 31, message="x")), BadInput, "is not a time"),
        (line(OPEN, {**event("ask", 2, message="x"), "at": "2031-01-01T00:00:00Z"}), BadInput,
         "lies in the future"),
        (line(OPEN, {**event("ask", 2, message="x"), "at": "2026-04-02T09:00:00"}), BadInput,
         "has no zone"),
        (line(OPEN, event("escalate", 2)), BadInput, "there is no verb 'escalate'"),
        (line(OPEN, {"at": "2026-04-02T09:00:00Z", "verb": "note"}), BadInput, "it has no 'by'"),
        (line(OPEN, event("hold", 2, kind="lunch", whom="x")), BadInput, "is no kind of hold"),
        (line(OPEN, event("hold", 2, kind="vendor")), BadInput, "hold needs whom or what"),
        (line(OPEN, event("ask", 2, by=BOB, message="x")), Refused, "a customer may not ask"),
        (line(OPEN, event("ask", 2, message="x"), event("expire", 9, by="clock")), Refused,
         "its deadline has not passed"),
        (line(OPEN, event("ask", 2, message="x"), event("expire", 20, by="ana")), Refused,
         "may not leave it to the clock"),
        (line(OPEN, event("ask", 2, message="x"), status="done"), BadInput,
         'status is given as "done", but the events lead to "waiting-for-customer"'),
        (line(OPEN, {**event("ask", 2, message="x"), "to": "done"}), Refused, "it says 'done'"),
        (line(status="in-progress", team="net"), BadInput, "In Progress needs its engineer"),
        (line(status="half-done"), BadInput, "'half-done' is no status"),
        (line(OPEN, event("ask", 2, message=7)), BadInput, "message: 7 is not a text"),
        ("[" * 100_000, BadInput, "this is not JSON"),
        (line(OPEN, event("receive", 2, by="ana", message="x")), Refused, "only a customer's"),
        (line(OPEN, event("note", 2, message="x", team="net")), BadInput, "takes no 'team'"),
        (line(OPEN, event("edit", 2, title="x", message="y")), BadInput, "takes no 'message'"),
        (line(OPEN, event("ask", 2, message="x", step="done")), BadInput, "takes no 'step'"),
        (line(OPEN, event("ask", 2, message="x", follows=1)), BadInput, "takes no 'follows'"),
        (line({**OPEN, "team": "net"}), BadInput, "takes no 'team'"),
        (line(OPEN, event("ask", 2, message="x", deadline="2020-01-01T00:00:00Z")), BadInput,
         "lies before the event"),
        (line(status="done", reason="nonsense"), BadInput, "is no reason for a ticket Done"),
        (line(status="waiting-for-support", whom="x"), BadInput, "takes no 'whom'"),
        (line(OPEN, reporter={"email": BOB, "phone": "1"}), BadInput, "reporter: give it as"),
        (line(OPEN, number=10**9), BadInput, "is not a ticket number"),
        (line({**OPEN, "as": "boss"}), BadInput, "'boss' is no role"),
        (line({**OPEN, "follows": 9}), BadInput, "it names SD-9, which is not on this desk"),
        (line(OPEN, event("edit", 2, follows=9)), BadInput, "it names SD-9"),
        (line(OPEN, event("note", 2, message="x", minutes=0)), BadInput, "minutes: 0 is not"),
        (line(OPEN, event("note", 2, message="x", minutes=1441)), BadInput, "more than the 1440"),
        (line(OPEN, event("note", 2, message="x", minutes=9), spent=8), BadInput,
         "spent is given as 8, but the events lead to 9"),
        (line(OPEN, event("cancel", 2, reason="no-longer-needed", duplicate_of=1)), BadInput,
         "only a ticket canceled as duplicate"),
        (line(status="canceled", reason="no-longer-needed", duplicate_of=1), BadInput,
         "duplicate_of needs the reason 'duplicate'"),
        (line(OPEN, watchers="bo"), BadInput, "watchers is not a list of logins"),
        (line(OPEN, watchers=[BOB]), BadInput, "cannot be the name of somebody who works here"),
    ],
)  # fmt: skip
def test_one_bad_line_refuses_the_whole_file_by_its_number_and_reason(
    desk: Desk, bad: str, error: type[DeskError], reason: str
) -> None:
    good = line(OPEN)
    with pytest.raises(error, match=reason) as refusal:
        import_lines(desk, desk.enter("ana"), [line(OPEN, number=1), bad, good])
    assert "line 2" in str(refusal.value)
    assert str(refusal.value).endswith("nothing was imported")
    assert desk.store.last_number() == 0
    assert desk.store.last_event() == 0
    assert desk.store.correspondent(BOB) is None


def test_a_dry_run_judges_everything_and_keeps_nothing(desk: Desk) -> None:
    done = import_lines(
        desk, desk.enter("ana"), [line(OPEN), line(OPEN, event("take-off", 2))][:1], dry_run=True
    )
    assert (done.tickets, done.events) == (1, 1)
    assert desk.store.last_number() == 0
    with pytest.raises(BadInput):
        import_lines(desk, desk.enter("ana"), ["{"], dry_run=True)


def test_numbers_are_kept_where_they_are_given(desk: Desk) -> None:
    import_lines(desk, desk.enter("ana"), [line(OPEN, number=7), line(OPEN), line(OPEN, number=3)])
    assert [ticket.number for ticket, _ in desk.store.histories()] == [3, 7, 8]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, Status.WAITING_FOR_SUPPORT),
        ({"status": "waiting-for-customer"}, Status.WAITING_FOR_CUSTOMER),
        ({"status": "scoping-with-team", "team": "net"}, Status.SCOPING_WITH_TEAM),
        ({"status": "in-progress", "team": "net", "engineer": "eve"}, Status.IN_PROGRESS),
        ({"status": "blocked", "kind": "vendor", "whom": "Acme"}, Status.BLOCKED),
        ({"status": "done", "at": "2026-04-01T09:00:00Z"}, Status.DONE),
        ({"status": "canceled", "reason": "duplicate", "assignee": "bo"}, Status.CANCELED),
    ],
)
def test_a_line_without_events_records_its_status_in_one_event(
    desk: Desk, other: Desk, fields: dict[str, Any], status: Status
) -> None:
    import_lines(desk, desk.enter("ana"), [line(**fields, message="as it was")])
    ticket = desk.store.ticket(1)
    (only,) = desk.store.timeline(1)
    assert (ticket.status, only.verb, only.target) == (status, Verb.IMPORT, status)
    assert (ticket.assignee.name if ticket.assignee else None) == fields.get("assignee")
    lines = list(export_lines(desk))
    import_lines(other, other.enter("ana"), lines)
    assert list(export_lines(other)) == lines


def test_to_take_is_to_assign_to_oneself(desk: Desk) -> None:
    import_lines(desk, desk.enter("ana"), [line(OPEN, event("take", 2, by="bo"))])
    assert desk.store.ticket(1).assignee == desk.store.member("bo")
    assert desk.store.timeline(1)[-1].verb is Verb.ASSIGN


def test_an_assignee_counts_from_the_opening_where_no_event_assigns(desk: Desk) -> None:
    import_lines(desk, desk.enter("ana"), [line(OPEN, assignee="bo")])
    assert desk.store.ticket(1).assignee == desk.store.member("bo")


def test_a_real_desks_incidents_import_and_end_where_their_log_ends(desk: Desk) -> None:
    with EXCERPT.open(newline="", encoding="utf-8") as file:
        rows = list(read(file))
    records = list(convert(rows))
    import_lines(desk, desk.enter("ana"), write(records))
    ends = {row["number"]: row["incident_state"] for row in rows}
    ours = {t.tags[0]: t.status for t, _ in desk.store.histories()}
    assert len(ours) == len(ends) >= 20
    assert all(ours[number] is Status.DONE for number, end in ends.items() if end == "Closed")
    seen = Counter(e.target for _, events in desk.store.histories() for e in events)
    # This part of the log has nobody waiting for a vendor.
    assert seen.keys() == set(Status) - {Status.BLOCKED, Status.CANCELED, Status.DECLINED}
