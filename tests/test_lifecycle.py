"""The table of moves: every legal pair, every illegal one, and what a refusal says."""

import itertools
import re

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, Refused
from deskconsole.lifecycle.gate import Case, Stage, choices, derived
from deskconsole.lifecycle.guide import CUSTOMER, TECHNICIAN
from deskconsole.lifecycle.table import PAIRS, RULES, TABLE
from deskconsole.model import Actor, Brings, Clone, CloneState, HoldKind, Policy, Role, Status, Verb
from deskconsole.terms import EXPIRY
from tests.conftest import Lead

# The design's table, written out a second time by hand: letters from, letter to, verb.
LEGAL = {
    **{(a, "C"): "ask" for a in "STP"},
    ("C", "S"): "answer",
    ("S", "T"): "clone",
    ("T", "P"): "start",
    ("P", "T"): "shelve",
    ("P", "A"): "deliver",
    **{(a, "S"): "return" for a in "TP"},
    **{(a, "B"): "hold" for a in "STP"},
    **{("B", b): "resume" for b in "STP"},
    ("S", "A"): "resolve",
    ("A", "D"): "approve",
    ("A", "S"): "reject",
    **{(a, "X"): "cancel" for a in "SCTPB"},
    **{(a, "N"): "decline" for a in "ST"},
    **{(a, "S"): "reopen" for a in "DXN"},
}
LETTERS = {status.letter: status for status in Status}
EVERYTHING = {
    "ask": Brings(message="Which version?"),
    "answer": Brings(message="4.2", for_customer=True),
    "clone": Brings(team="net"),
    "start": Brings(engineer="eve"),
    "shelve": Brings(),
    "deliver": Brings(message="Shipped."),
    "return": Brings(message="not ours"),
    "hold": Brings(kind=HoldKind.MEETING, whom="Bob"),
    "resume": Brings(message="met"),
    "resolve": Brings(message="Fixed."),
    "approve": Brings(message="Bob says so"),
    "reject": Brings(message="still broken"),
    "cancel": Brings(reason="duplicate"),
    "decline": Brings(reason="low-priority", message="Not this year."),
    "reopen": Brings(message="it is back"),
}
PAIRS_OF_STATUSES = list(itertools.permutations(LETTERS, 2))


def test_there_are_nine_statuses_with_their_letters_in_the_guides_order() -> None:
    assert "".join(status.letter for status in Status) == "SCTPBADXN"
    assert [status.number for status in Status] == list(range(1, 10))


def test_the_table_has_exactly_the_pairs_of_the_design() -> None:
    ours = {(a.letter, b.letter): rule.verb.value for (a, b), rule in PAIRS.items()}
    assert ours == LEGAL
    assert len(PAIRS_OF_STATUSES) == 72


def test_the_clock_alone_expires_and_only_what_waits_on_the_customer() -> None:
    assert {a.letter + b.letter for a, b in EXPIRY.items()} == {"AD", "CX"}
    assert RULES[Verb.EXPIRE].who == {Role.CLOCK}
    assert all(Role.CLOCK not in rule.who for rule in TABLE if rule.verb is not Verb.EXPIRE)


@pytest.mark.parametrize(("source", "target"), PAIRS_OF_STATUSES)
def test_a_pair_moves_if_and_only_if_the_table_has_it(
    desk: Desk, ana: Actor, at: Lead, source: str, target: str
) -> None:
    ticket = at(LETTERS[source])
    verb = LEGAL.get((source, target))
    # A hold resumes to one place only: where it was, since this one was held from support.
    if (source, target) in (("B", "T"), ("B", "P")):
        verb = None
    if verb is None:
        with pytest.raises(Refused) as refusal:
            desk.move(ana, ticket.number, LETTERS[target], Brings(message="please"))
        assert re.match(rf"{ticket.ref} is .*\([A-Z]\)", str(refusal.value))
        assert desk.store.ticket(ticket.number) == ticket
    else:
        moved = desk.move(ana, ticket.number, LETTERS[target], EVERYTHING[verb])
        assert moved.status is LETTERS[target]
        event = desk.store.timeline(ticket.number)[-1]
        assert (event.verb.value, event.source, event.target) == (
            verb,
            ticket.status,
            moved.status,
        )


@pytest.mark.parametrize("status", Status, ids=lambda status: status.slug)
def test_a_ticket_cannot_move_to_where_it_is(
    desk: Desk, ana: Actor, at: Lead, status: Status
) -> None:
    ticket = at(status)
    with pytest.raises(Refused, match=f"is already {status.title}"):
        desk.move(ana, ticket.number, status, Brings(message="again"))


def test_a_refusal_names_the_remedy(desk: Desk, ana: Actor, at: Lead) -> None:
    done = at(Status.DONE)
    with pytest.raises(Refused) as refusal:
        desk.move(ana, done.number, Status.SCOPING_WITH_TEAM, Brings(team="net"))
    assert str(refusal.value) == f"{done.ref} is Done; reopen it first (S)"


@pytest.mark.parametrize("verb", sorted(set(LEGAL.values()) - {"shelve"}))
def test_a_move_without_what_it_must_bring_is_bad_input_that_names_it(
    desk: Desk, ana: Actor, at: Lead, verb: str
) -> None:
    source, target = next(pair for pair, name in LEGAL.items() if name == verb)
    ticket = at(LETTERS[source])
    with pytest.raises(BadInput, match=f"{verb} needs "):
        desk.move(ana, ticket.number, LETTERS[target])
    assert desk.store.ticket(ticket.number) == ticket


@pytest.mark.parametrize("verb", sorted(set(LEGAL.values())))
def test_a_move_that_brings_what_it_does_not_take_is_bad_input(
    desk: Desk, ana: Actor, at: Lead, verb: str
) -> None:
    source, target = next(pair for pair, name in LEGAL.items() if name == verb)
    ticket = at(LETTERS[source])
    extra = Brings(whom="Acme") if verb != "hold" else Brings(team="net")
    with pytest.raises(BadInput, match=f"{verb} takes no "):
        desk.move(ana, ticket.number, LETTERS[target], extra)
    assert desk.store.ticket(ticket.number) == ticket


def test_legality_is_judged_before_what_is_missing(desk: Desk, ana: Actor, at: Lead) -> None:
    with pytest.raises(Refused):
        desk.move(ana, at(Status.DECLINED).number, Status.BLOCKED)


def test_a_wrong_reason_is_refused_with_the_right_ones(desk: Desk, ana: Actor, at: Lead) -> None:
    with pytest.raises(BadInput, match=r"solved-by-reporter, no-longer-needed, duplicate"):
        desk.move(ana, at(Status.BLOCKED).number, Status.CANCELED, Brings(reason="because"))


@pytest.mark.parametrize(
    ("role", "legal"),
    [
        (Role.CUSTOMER, {("C", "S"), ("A", "D"), ("A", "S"), ("D", "S"), ("X", "S")}
         | {(a, "X") for a in "SCTPB"}),
        (Role.ENGINEER, {("T", "P"), ("P", "T")}),
    ],
)  # fmt: skip
def test_each_role_is_offered_only_its_own_moves(
    desk: Desk, at: Lead, clock: object, role: Role, legal: set[tuple[str, str]]
) -> None:
    offered = set()
    for status in Status:
        ticket = at(status)
        case = Case(ticket, Actor(ticket.reporter, role), desk.clock(), Policy())
        for choice in choices(case):
            if choice.legal:
                offered.add((status.letter, choice.target.letter))
            else:
                assert choice.refusal is not None
                assert choice.refusal.stage in (Stage.LEGAL, Stage.ALLOWED)
    assert offered == legal


def test_choices_cover_all_nine_statuses_each_with_a_rule_or_a_reason(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    for status in Status:
        offered = desk.choices(ana, at(status))
        assert [choice.target for choice in offered] == list(Status)
        assert all((choice.rule is not None) or choice.refusal for choice in offered)


@pytest.mark.parametrize(
    ("states", "letter"),
    [
        ("in-development", "P"),
        ("backlog in-development", "P"),
        ("backlog done", "T"),
        ("dropped backlog", "T"),
        ("done dropped", "A"),
        ("dropped dropped", "S"),
    ],
)
def test_the_status_of_a_ticket_with_the_team_is_derived_from_its_clones(
    states: str, letter: str
) -> None:
    clones = tuple(
        Clone(i, "net", CloneState(state), "x") for i, state in enumerate(states.split())
    )
    assert derived(clones).letter == letter


@pytest.mark.parametrize("book", [TECHNICIAN, CUSTOMER], ids=["technician", "customer"])
def test_every_status_says_what_it_is_when_it_applies_and_what_happens_next(
    book: dict[Status, object],
) -> None:
    assert list(book) == list(Status)
    for status in Status:
        page = {"technician": TECHNICIAN, "customer": CUSTOMER}
        ours, theirs = page["technician"][status], page["customer"][status]
        for words in (ours.what, ours.when, ours.next, theirs.what, theirs.when, theirs.next):
            assert words.endswith(".")
        assert ours.what != theirs.what
