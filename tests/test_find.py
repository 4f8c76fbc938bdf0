"""The query language: what it reads, what it refuses, and what it finds on a real desk."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskconsole.desk.desk import Desk
from deskconsole.face.cards import head_lines, small_count
from deskconsole.model import (
    Actor,
    Brings,
    HoldKind,
    Order,
    Period,
    Priority,
    Status,
    Ticket,
    Window,
)
from deskconsole.query import (
    HELP,
    MOST_TERMS,
    Days,
    Field,
    QueryError,
    State,
    Term,
    number_in,
    parse,
)
from deskconsole.store import places, ways
from deskconsole.store.board import read_board
from deskconsole.store.find import condition
from tests.conftest import BOB, START, HandClock, Lead

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status
TODAY = date(2026, 5, 4)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("vpn  drops", (Term(Field.WORDS, "vpn"), Term(Field.WORDS, "drops"))),
        ('"blank page"', (Term(Field.WORDS, "blank page"),)),
        ("watched", (Term(Field.WATCHED),)),
        ("mine -unassigned", (Term(Field.MINE), Term(Field.UNASSIGNED, None, True))),
        ('"mine"', (Term(Field.WORDS, "mine"),)),
        ("is:open -is:due", (Term(Field.IS, State.OPEN), Term(Field.IS, State.DUE, True))),
        ("status:blocked", (Term(Field.STATUS, B),)),
        ("status:N", (Term(Field.STATUS, N),)),
        ('team:"net ops"', (Term(Field.TEAM, "net ops"),)),
        ("p:urgent", (Term(Field.PRIORITY, Priority.URGENT),)),
        ("older:3d", (Term(Field.OLDER, Period(days=3)),)),
        ("opened:today", (Term(Field.OPENED, Days(TODAY, TODAY + DAY)),)),
        ("opened:2026-12", (Term(Field.OPENED, Days(date(2026, 12, 1), date(2027, 1, 1))),)),
        ("opened:>2026", (Term(Field.OPENED, Days(date(2027, 1, 1), None)),)),
        ("opened:<2026-05", (Term(Field.OPENED, Days(None, date(2026, 5, 1))),)),
        ("closed:7d", (Term(Field.CLOSED, Days(TODAY - 7 * DAY, TODAY + DAY)),)),
        (
            "closed:2026-01..2026-02",
            (Term(Field.CLOSED, Days(date(2026, 1, 1), date(2026, 3, 1))),),
        ),
    ],
)
def test_a_query_is_read_term_by_term(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text, TODAY) == terms


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ('vpn "blank', 4, "a quotation mark is missing its other half"),
        ("vpn p:soon", 4, "'soon' is none of urgent, high, normal, low"),
        ("colour:red", 0, "there is no colour: to ask for; there are is:"),
        ("  is:", 2, "is: needs a value, such as is:open"),
        ("mine older:soon", 5, "'soon' is not a period"),
        ("opened:2026-13", 0, "'2026-13' is no date; write 2026-05-31"),
        ("status:finished", 0, "there are waiting-for-support"),
        ("vpn -", 4, "a word is missing here"),
    ],
)
def test_a_wrong_query_says_where_and_why(text: str, at: int, reason: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(text, TODAY)
    assert reason in str(error.value)
    assert error.value.at == at - (len(text) - len(text.lstrip()))


@given(st.text())
def test_every_text_is_a_query_or_a_refusal(text: str) -> None:
    with suppress(QueryError):
        assert all(isinstance(term, Term) for term in parse(text, TODAY))


def test_every_example_of_the_help_can_be_read() -> None:
    for example, _ in HELP:
        assert parse(example, TODAY)


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("SD-7", 7), ("sd-7", 7), ("0", None), ("12 x", None)]
)
def test_a_number_alone_is_a_ticket(text: str, number: int | None) -> None:
    assert number_in(text) == number


@pytest.fixture
def found(desk: Desk, ana: Actor, at: Lead, clock: HandClock) -> Desk:
    """Nine tickets, one in each status, and a tenth with words of its own."""
    for status in Status:
        at(status)
        clock.forward(days=1)
    number = desk.open(
        ana,
        "Drucker im Café",
        "carol@example.org",
        name="Carol",
        message="Only blank pages; 100% white",
        priority=Priority.URGENT,
        tags=("paper", "x_y"),
    ).number
    desk.note(ana, number, "toner?")
    desk.assign(ana, number, "bo")
    desk.receive(2, BOB, "I am away", automatic=True)
    desk.receive(3, BOB, "Any news?")
    desk.edit(ana, 1, title="Telephone is silent")
    desk.take(ana, 1)
    return desk


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("vpn", {2, 3, 4, 5, 6, 7, 8, 9}),
        ("telephone", {1}),
        ("teleph sil", {1}),
        ('"is silent"', {1}),
        ('"silent is"', set()),
        ("cafe", {10}),
        ("toner blank", {10}),
        ("-vpn", {1, 10}),
        ('"blank pages"', {10}),
        ("!!", set()),
        ("mine", {1}),
        ("unassigned", {2, 3, 4, 5, 6, 7, 8, 9}),
        ("assignee:nobody", {2, 3, 4, 5, 6, 7, 8, 9}),
        ("assignee:BO", {10}),
        ("-assignee:bo", {1, 2, 3, 4, 5, 6, 7, 8, 9}),
        ("from:carol", {10}),
        ("from:carol@example.org", {10}),
        ("-from:bob", {10}),
        ("from:%", set()),
        ("team:net", {3, 4}),
        ("tag:paper", {10}),
        ("tag:x_y", {10}),
        ("tag:xzy", set()),
        ("tag:PAPER", {10}),
        ("tag:%", set()),
        ("-tag:paper p:urgent", set()),
        ("p:urgent", {10}),
        ("is:open -vpn", {1, 10}),
        ("is:closed", {7, 8, 9}),
        ("is:replied", {3}),
        ("is:due", set()),
        ("is:overdue", set()),
        ("status:A", {6}),
        ("-is:closed -status:A older:5d", {1, 2, 3, 4, 5}),
        ("newer:2h", {10}),
        ("opened:2026-05-04", {1}),
        ("opened:>2026-05-10", {8, 9, 10}),
        ("closed:<2026-05-12", {7, 8}),
        ("-closed:<2026-05-12 is:closed", {9}),
        *(
            (" ".join([term] * MOST_TERMS), numbers)
            for term, numbers in (
                ("p:urgent", {10}),
                ("team:net", {3, 4}),
                ("is:overdue", set()),
                ("-is:late", {*range(1, 11)}),
            )
        ),
    ],
)
@pytest.mark.parametrize("few", [places.FEW, 0])
def test_a_query_finds_what_fits_and_a_minus_the_rest(
    found: Desk,
    ana: Actor,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    text: str,
    numbers: set[int],
) -> None:
    monkeypatch.setattr(places, "FEW", few)
    now = found.clock()
    fits = condition(found.store, parse(text, now.date()), ana.person, now, "UTC")
    assert {ticket.number for ticket in found.store.listing(Status, fits=fits)} == numbers
    windows = {status: Window() for status in Status}
    board = read_board(found.store, windows, now, fits)
    shown = {card.number for column in board.columns.values() for card in column.cards}
    assert shown == numbers
    assert sum(column.count for column in board.columns.values()) == len(numbers)


def test_a_query_of_more_terms_than_a_database_takes_is_refused_in_a_sentence() -> None:
    with pytest.raises(QueryError, match="at most 40 terms; leave some out"):
        parse("p:urgent " * (MOST_TERMS + 1), START.date())


def test_due_and_overdue_follow_deadlines_and_review_dates(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    at(A)
    held = at(S).number
    review = Brings(kind=HoldKind.VENDOR, whom="Acme", until=START.date() + 6 * DAY)
    desk.move(ana, held, B, review)

    def hits(text: str) -> set[int]:
        fits = condition(desk.store, parse(text, clock.now.date()), None, clock.now, "UTC")
        return {ticket.number for ticket in desk.store.listing(Status, fits=fits)}

    clock.forward(days=4)
    assert (hits("is:due"), hits("is:overdue")) == (set(), set())
    clock.forward(days=2)
    assert (hits("is:due"), hits("is:overdue")) == ({1}, {held})
    clock.forward(days=1)
    assert (hits("is:due"), hits("is:overdue")) == (set(), {1, held})


def test_tags_find_a_ticket_for_as_long_as_it_has_them(desk: Desk, ana: Actor, at: Lead) -> None:
    number = at(S).number

    def found(tag: str) -> bool:
        fits = condition(desk.store, (Term(Field.TAG, tag),), None, START, "UTC")
        return [ticket.number for ticket in desk.store.listing(Status, fits=fits)] == [number]

    before: tuple[str, ...] = ()
    for tags in (("VPN", "vpn", 'a"b', r"c\d"), ("vpn", "é%_"), ("b",), ()):
        desk.edit(ana, number, tag=tags, untag=tuple(tag for tag in before if tag not in tags))
        before = tags
        sought = ("vpn", "Vpn", 'a"b', r"c\d", "é%_", "b", "")
        assert [tag for tag in sought if found(tag)] == [
            tag for tag in sought if tag.lower() in [one.lower() for one in tags]
        ]


@pytest.mark.parametrize("few", [places.FEW, 4, 0])
@pytest.mark.parametrize("status", [S, D])
def test_a_window_on_what_fits_is_a_part_of_the_whole_column(
    desk: Desk,
    ana: Actor,
    at: Lead,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    status: Status,
) -> None:
    monkeypatch.setattr(places, "FEW", few)
    monkeypatch.setattr(places, "_SIFTED", 2)
    cards = [at(status) for _ in range(7)]
    for card in cards[::2]:
        desk.take(ana, card.number)
        desk.edit(ana, card.number, title="Drucker")
        clock.forward(minutes=1)
    clock.forward(days=60)
    every = [card.number for card in cards]
    wanted = {
        "older:1h -tag:paper": every,
        "opened:2026": every,
        "opened:2026-05": every,
        "mine": every[::2],
        "druck": every[::2],
        "-druck": every[1::2],
    }
    for text, order in product(wanted, Order):
        assert sorted(_walked_through(desk, ana, status, text, order)) == wanted[text]


def test_a_minus_before_a_word_that_nearly_all_have_walks_through_no_column(
    desk: Desk, ana: Actor, at: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, few in (
        (places, "FEW", 2),
        (places, "_SIFTED", 1),
        (places, "_COUNTED", 1),
        (ways, "_LATEST", 2),
    ):
        monkeypatch.setattr(module, name, few)
    asked: list[str] = []
    desk.store.connections.query_hooks.append(lambda event: asked.append(event.sql))
    fits = condition(desk.store, parse("-vpn", START.date()), None, START, "UTC")

    def found(numbers: set[int]) -> int:
        """How many queries it takes to find these."""
        asked.clear()
        assert {ticket.number for ticket in desk.store.listing((D,), fits)} == numbers
        return len(asked)

    cards = [at(D).number for _ in range(9)]
    none = found(set())
    desk.edit(ana, cards[1], title="Drucker")
    one = found({cards[1]})
    cards += [at(D).number for _ in range(9)]
    assert found({cards[1]}) == one > none
    desk.edit(ana, cards[2], title="Drucker")
    assert found({cards[1], cards[2]}) == one
    desk.edit(ana, cards[3], title="Drucker")
    assert found({cards[1], cards[2], cards[3]}) > one


def _walked_through(desk: Desk, me: Actor, status: Status, text: str, order: Order) -> list[int]:
    """The column of what fits, after looking at it from each of its places."""
    now = desk.clock()
    fits = condition(desk.store, parse(text, now.date()), me.person, now, "UTC")
    whole = list(desk.store.listing((status,), fits, order))
    keys = [card.key(order) for card in whole]
    assert keys == sorted(keys, reverse=order.descends(status))

    def shown(window: Window) -> tuple[list[Ticket], bool, bool]:
        column = read_board(desk.store, {status: window}, now, fits, order).columns[status]
        return list(column.cards), column.above, column.below

    numbers = [card.number for card in whole]
    for place, key in enumerate(keys):
        first, end = max(place - 1, 0), min(place + 2, len(whole))
        window = (whole[first:end], first > 0, end < len(whole))
        assert shown(Window(key, before=1, after=2)) == window
        span = (order, key, keys[-1])
        assert desk.store.numbers((status,), now, fits, span) == numbers[place:]
    assert shown(Window(after=2)) == (whole[:2], False, True)
    assert shown(Window(after=2, end=True)) == (whole[-2:], True, False)
    assert len({*desk.store.numbers((status,), now, fits, limit=3)} & {*numbers}) == 3
    return numbers


def test_a_column_that_is_not_counted_to_its_end_says_so(
    desk: Desk, at: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        at(D)
    monkeypatch.setattr(places, "FEW", 0)
    fits = condition(desk.store, parse("vpn", START.date()), None, START, "UTC")
    for counted, count, more in ((5, 4, False), (4, 4, False), (3, 3, True)):
        monkeypatch.setattr(places, "_COUNTED", counted)
        column = read_board(desk.store, {}, START, fits).columns[D]
        assert (column.count, column.more) == (count, more)
        assert head_lines(column, 40, START, "")[1].split()[0] == f"{count}{'+' if more else ''}"
    monkeypatch.setattr(places, "CLOSED_COUNTED", 3)
    column = read_board(desk.store, {}, START).columns[D]
    assert (column.count, column.more) == (3, True)
    assert small_count(column) == "3+"
