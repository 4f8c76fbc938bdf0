"""The ticket view and what stands around a ticket: relatives, watchers, time, copies."""

import base64
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.pilot import Pilot

from deskconsole.calendar import parse_minutes, utc_now
from deskconsole.desk.desk import Desk
from deskconsole.desk.news import told
from deskconsole.errors import BadInput, NotFound, Refused
from deskconsole.frozen import changed
from deskconsole.model import (
    Actor,
    Brings,
    Order,
    Priority,
    Relation,
    Role,
    Status,
)
from deskconsole.query import parse
from deskconsole.store.around import news_for, read_dossier, related, watchers
from deskconsole.store.board import read_neighbour
from deskconsole.store.find import condition
from deskconsole.store.standing import read_standing
from deskconsole.summary import link, relation_words, summary
from deskconsole.tui.markdown import message_lines
from deskconsole.tui.present_ticket import facts, timeline
from deskconsole.tui.ticket_screen import TicketScreen
from deskconsole.tui.wrapping import hang
from deskconsole.words import spent
from tests.conftest import BOB, START, HandClock, Lead, lead, opened
from tests.terminal import Terminal
from tests.test_board import console_at, press, said, settled
from tests.test_text import HOSTILE, drives_a_terminal

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status


def rows(text: str, width: int = 60) -> list[str]:
    """A message as it stands on a page of that width."""
    return [
        "".join(piece.text for piece in row).rstrip()
        for line in message_lines(text, "public")
        for row in hang(line, width)
    ]


# Markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hello,\nworld", ["Hello,", "world"]),
        ("one\n\n\ntwo", ["one", "", "two"]),
        ("# Head\ntext", ["Head", "", "text"]),
        ("- a\n- b\n  1. c\n  7. d\n\nend", ["• a", "• b", "  1. c", "  7. d", "", "end"]),
        ("1. a\n\n   more", ["1. a", "", "   more"]),
        ("> a\n> > b", ["│ a", "│", "│ │ b"]),
        ("```sh\n  x  y\nz\n```", ["sh", "    x  y", "  z"]),
        ("a\n\n    code\n      more", ["a", "", "  code", "    more"]),
        ("*a* **b** `c  d`", ["a b `c  d`"]),
        ("[x](http://a.b 't') <http://c.d>", ["x (http://a.b, t) http://c.d"]),
        ("![x](y.png) <bob@x.y>", ["x (y.png) bob@x.y"]),
        ("[x](javascript:alert)", ["[x](javascript:alert)"]),
        ("<b>x</b> &amp; [1]: http://x", ["<b>x</b> & [1]: http://x"]),
        ("a\n\n---\n\nb", ["a", "", "─" * 20, "", "b"]),
        ("Regards\n--\nACME", ["Regards", "--", "ACME"]),
        ("[1]: http://x.y", ["[1]: http://x.y"]),
        ("\\\\server\\x\\\nC:\\", ["\\\\server\\x\\", "C:\\"]),
        ("| a | b |\n|--:|---|\n| 1 | 漢字 |\n| 22 | c |",
         [" a │ b", "───┼─────", " 1 │ 漢字", "22 │ c"]),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", ["| a | b |", "|---|---|", "| 1 | 2 | 3 |"]),
        ("-", ["•"]),
    ],
)  # fmt: skip
def test_a_message_reads_as_markdown_and_loses_nothing(text: str, shown: list[str]) -> None:
    assert rows(text) == shown


def test_a_table_wider_than_the_screen_is_shown_cell_by_cell() -> None:
    table = f"| name | what |\n|---|---|\n| {'x' * 40} | {'y' * 40} |\n| a | b |"
    assert rows(table) == [f"name: {'x' * 40}", f"what: {'y' * 40}", "", "name: a", "what: b"]


def test_code_and_lists_keep_their_indentation_where_they_wrap() -> None:
    assert rows("```\n    one two three four\n```", 20) == ["      one two three", "      four"]
    assert rows("- one two three", 9) == ["• one two", "  three"]


def test_looks_are_laid_over_that_of_the_message() -> None:
    (line,) = message_lines("a *b **c*** `d`", "note")
    assert [(p.text, p.look) for p in line if p.text.strip()] == [
        ("a ", "note"),
        ("b ", "note+emphasis"),
        ("c", "note+emphasis+strong"),
        ("`d`", "note+code"),
    ]


WORDS = st.text("abc123\n *_`>#-|[]()!\\~1.\t&<:", max_size=200)


@given(WORDS)
def test_no_letter_of_a_message_is_lost(text: str) -> None:
    shown = "".join(rows(text, 1_000))
    assert [char for char in text if char in "bc23"] == [c for c in shown if c in "bc23"]


@given(st.text())
def test_no_message_at_all_drives_a_terminal(text: str) -> None:
    assert not any(drives_a_terminal(row) for row in rows(text))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_messages_are_inert_in_every_part(text: str) -> None:
    parts = f"# {text}\n- {text}\n\n`{text}` [{text}](http://{text}) &#27;]52;c;x&#7;\n\n"
    table = f"| {text} | b |\n|---|---|\n| {text} | x |\n\n```{text}\n{text}\n```"
    shown = rows(parts + table)
    assert not any(drives_a_terminal(row) for row in shown)
    assert all(cell_len(row) <= 60 for row in shown)


@pytest.mark.parametrize(
    "text",
    [
        "word and more\n" * 70_000,
        "word " * 200_000,
        ">" * 20_000 + "end",
        "[" * 19_000 + "end",
        "- " * 9_000 + "end",
        "|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "|\n" * 9_000 + "end",
    ],
    ids=["lines", "one line", "quotes", "brackets", "lists", "cells"],
)
def test_a_huge_or_deep_message_is_shown_whole_and_soon(text: str) -> None:
    began = time.perf_counter()
    shown = rows(text, 100)
    assert time.perf_counter() - began < 10
    assert "".join(text.split())[-3:] == "".join(shown)[-3:]


def test_a_message_too_long_to_be_read_as_markdown_stays_as_it_was_typed() -> None:
    assert rows("*short*") == ["short"]
    assert rows("*long*\n" * 3_000)[:2] == ["*long*", "*long*"]


# Related tickets


def other(desk: Desk, by: Actor) -> int:
    return desk.open(by, "Printer", "carol@example.org").number


def relations(desk: Desk, number: int) -> list[tuple[Relation, int]]:
    return [(how, one.number) for how, one in related(desk.store, desk.store.ticket(number))]


def test_a_duplicate_is_seen_from_both_sides(desk: Desk, ana: Actor) -> None:
    first, second = other(desk, ana), other(desk, ana)
    desk.move(ana, second, X, Brings(reason="duplicate", duplicate_of=first))
    assert relations(desk, second) == [(Relation.DUPLICATE_OF, first)]
    assert relations(desk, first) == [(Relation.DUPLICATE, second)]
    event = desk.store.timeline(second)[-1]
    assert told(event) == "ana moved SD-2 to Canceled (duplicate of SD-1)"


def test_a_follow_up_is_seen_from_both_sides_and_can_be_taken_away(desk: Desk, ana: Actor) -> None:
    first, second = other(desk, ana), other(desk, ana)
    desk.edit(ana, second, follows=first)
    assert relations(desk, second) == [(Relation.FOLLOWS, first)]
    assert relations(desk, first) == [(Relation.FOLLOWED_BY, second)]
    desk.edit(ana, second, follows=0)
    assert relations(desk, first) == []


def test_a_reopened_ticket_was_closed_as_a_duplicate(desk: Desk, ana: Actor) -> None:
    first, second = other(desk, ana), other(desk, ana)
    closed = desk.move(ana, second, X, Brings(reason="duplicate", duplicate_of=first))
    again = desk.move(ana, second, S, Brings(message="it is not"))
    assert again.duplicate_of == first
    assert relation_words(Relation.DUPLICATE_OF, closed) == "Duplicate of"
    assert relation_words(Relation.DUPLICATE_OF, again) == "Was closed as duplicate of"


@pytest.mark.parametrize(
    ("brings", "error", "sentence"),
    [
        (Brings(reason="no-longer-needed", duplicate_of=1), BadInput, "only a ticket canceled as"),
        (Brings(reason="duplicate", duplicate_of=2), BadInput, "cannot be related to itself"),
        (Brings(reason="duplicate", duplicate_of=9), NotFound, "there is no SD-9"),
        (Brings(reason="duplicate", duplicate_of=3), BadInput, "SD-3 is itself a duplicate"),
        (Brings(reason="duplicate", duplicate_of=4), BadInput, "SD-3 is itself a duplicate"),
    ],
)
def test_a_relation_that_cannot_be_is_one_sentence(
    desk: Desk, ana: Actor, brings: Brings, error: type[Exception], sentence: str
) -> None:
    for _ in range(4):
        other(desk, ana)
    desk.edit(ana, 3, duplicate_of=2)
    desk.edit(ana, 4, duplicate_of=3)
    before = desk.store.ticket(2)
    with pytest.raises(error, match=sentence):
        desk.move(ana, 2, X, brings)
    assert desk.store.ticket(2) == before


def test_undoing_makes_no_circle_of_duplicates(desk: Desk, ana: Actor) -> None:
    bo = desk.enter("bo")
    first, second = other(desk, ana), other(desk, ana)
    desk.edit(ana, first, duplicate_of=second)
    desk.edit(ana, first, duplicate_of=0)
    desk.edit(bo, second, duplicate_of=first)
    with pytest.raises(BadInput, match="is itself a duplicate"):
        desk.undo(ana)


# Time spent


@pytest.mark.parametrize(
    ("text", "minutes"), [("1h 30m", 90), ("1h30m", 90), ("45 minutes", 45), ("24h", 1440)]
)
def test_time_spent_is_hours_and_minutes(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize("text", ["", "0m", "1d", "24h 1m", "1.5h", "soon", "-5m", "1w"])
def test_anything_else_is_no_time_spent(text: str) -> None:
    with pytest.raises(BadInput, match="is no time spent; write one as '1h 30m'"):
        parse_minutes(text)


def test_time_is_written_as_it_is_read() -> None:
    assert [spent(minutes) for minutes in (0, 1, 60, 90, 1440)] == [
        "0m",
        "1m",
        "1h",
        "1h 30m",
        "24h",
    ]


def test_notes_add_up_and_their_time_outlasts_an_undo(desk: Desk, ana: Actor) -> None:
    number = other(desk, ana)
    desk.edit(ana, number, title="Printer on fire")
    desk.note(ana, number, "looked", minutes=90)
    desk.note(ana, number, "again", minutes=20)
    assert desk.undo(ana).outcomes[0].error is None
    ticket = desk.store.ticket(number)
    assert (ticket.title, ticket.spent) == ("Printer", 110)
    dossier = read_dossier(desk.store, number)
    words = ["".join(piece.text for piece in line) for line in timeline(dossier.events, START)]
    assert any("noted on it, spent 1h 30m  note" in line for line in words)
    shown = ["".join(piece.text for piece in line) for line in facts(dossier, (), START)]
    assert "Spent      1h 50m" in shown


def test_notes_and_messages_are_told_apart_without_a_colour(desk: Desk, ana: Actor) -> None:
    number = other(desk, ana)
    desk.note(ana, number, "same words")
    desk.reply(ana, number, "same words")
    shown = timeline(desk.store.timeline(number), START)
    lines = ["".join(piece.text for piece in line) for line in shown]
    assert lines[3].startswith("  ┊ same words")
    assert lines[2].endswith("  note")
    assert lines[6].startswith("  │ same words")


# Watchers


def test_watching_changes_neither_version_nor_history(desk: Desk, ana: Actor) -> None:
    before = desk.store.ticket(other(desk, ana))
    desk.enter("bo")
    assert [one.name for one in desk.watch(ana, 1, "bo")] == ["bo"]
    assert [one.name for one in desk.watch(ana, 1)] == ["ana", "bo"]
    assert [one.name for one in desk.watch(ana, 1)] == ["ana", "bo"]
    assert desk.store.ticket(1) == before
    assert [one.name for one in desk.unwatch(ana, 1)] == ["bo"]
    assert [one.name for one in desk.unwatch(ana, 1)] == ["bo"]


def test_only_those_who_work_here_watch(desk: Desk, ana: Actor) -> None:
    number = other(desk, ana)
    carol = desk.store.correspondent("carol@example.org")
    with pytest.raises(Refused, match="a customer may not watch tickets"):
        desk.watch(Actor(carol, Role.CUSTOMER), number)
    with pytest.raises(NotFound, match="zoe does not work at this desk"):
        desk.watch(ana, number, "zoe")
    with pytest.raises(NotFound, match="there is no SD-9"):
        desk.watch(ana, 9)
    assert watchers(desk.store, number) == []


def test_a_query_finds_what_one_watches(desk: Desk, ana: Actor) -> None:
    for _ in range(3):
        other(desk, ana)
    desk.watch(ana, 2)
    for text, numbers in (("watched", [2]), ("-watched", [1, 3])):
        fits = condition(desk.store, parse(text, START.date()), ana.person, START, "UTC")
        assert [ticket.number for ticket in desk.store.listing(Status, fits=fits)] == numbers


def test_news_of_what_one_watches_or_has_come_by_themselves(desk: Desk, ana: Actor) -> None:
    bo = desk.enter("bo")
    for _ in range(3):
        other(desk, ana)
    desk.watch(ana, 1)
    desk.assign(ana, 2, "ana")
    since = desk.store.last_event()
    for number in (1, 2, 3):
        desk.note(bo, number, "hello")
    assert [e.ticket for e in news_for(desk.store, ana.person, since, 20)] == [1, 2]
    assert [e.ticket for e in news_for(desk.store, ana.person, since, 1)] == [2]


async def test_a_watched_ticket_is_told_of_before_all_others(desk: Desk, ana: Actor) -> None:
    bo = desk.enter("bo")
    for _ in range(30):
        other(desk, ana)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "w")
        assert "you watch SD-1" in said(pilot)
        desk.note(bo, 1, "hello")
        for number in range(2, 30):
            desk.note(bo, number, "hello")
        await press(pilot, "ctrl+r")
        assert "you watch: bo noted on SD-1 (and 20 more)" in said(pilot)
        await press(pilot, "w")
        assert "you watch SD-1 no more" in said(pilot)


# Walking


def shown(pilot: Pilot[None]) -> int:
    screen = pilot.app.screen
    assert isinstance(screen, TicketScreen)
    return screen.ticket.number


async def test_the_next_ticket_is_the_next_card_and_esc_returns_to_it(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(C)
    for priority in (Priority.LOW, Priority.NORMAL, Priority.URGENT):
        desk.open(ana, "Printer", BOB, priority=priority)
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "1", "enter")
        walked = [shown(pilot)]
        for key in ("J", "l", "right", "K", "h", "left"):
            await press(pilot, key)
            walked.append(shown(pilot))
        assert walked == [4, 3, 2, 2, 3, 4, 4]
        assert "there is no ticket above this one in Waiting for Support" in said(pilot)
        await press(pilot, "J", "escape")
        assert board.ticket is not None
        assert board.ticket.number == 3


async def test_the_walk_goes_on_in_its_column_though_the_ticket_left_it(
    desk: Desk, ana: Actor
) -> None:
    for _ in range(3):
        other(desk, ana)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "enter", "J")
        desk.move(ana, 2, C, Brings(message="Which version?"))
        await press(pilot, "ctrl+r", "J")
        assert shown(pilot) == 3
        await press(pilot, "K")
        assert shown(pilot) == 1


async def test_the_walk_goes_on_from_where_the_ticket_is_in_its_column_now(
    desk: Desk, ana: Actor
) -> None:
    for _ in range(3):
        other(desk, ana)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "enter")
        desk.edit(ana, 1, priority=Priority.LOW)
        await press(pilot, "ctrl+r", "K")
        assert shown(pilot) == 3


async def test_the_walk_leaves_the_cards_at_hand_behind_and_keeps_to_the_filter(
    desk: Desk, ana: Actor
) -> None:
    for number in range(150):
        desk.open(ana, "Printer" if number % 2 else "Phone", BOB)
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "slash", *"phone", "enter", "enter")
        for _ in range(60):
            await pilot.press("J")
        await settled(pilot)
        assert shown(pilot) == 121
        await press(pilot, "escape")
        assert board.ticket is not None
        assert board.ticket.number == 121


def test_neighbours_follow_the_order_of_the_board(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    for _ in range(3):
        at(D)
        clock.forward(hours=1)
    for _ in range(3):
        desk.open(ana, "Printer", BOB)
        clock.forward(hours=1)
    long_ago = START - timedelta(days=99)

    def beside(number: int, by: int, order: Order) -> int | None:
        found = read_neighbour(desk.store, desk.store.ticket(number), by, long_ago, order=order)
        return found.number if found else None

    assert [beside(2, 1, Order.ATTENTION), beside(2, -1, Order.ATTENTION)] == [1, 3]
    for order in Order:
        down = [5]
        while (below := beside(down[-1], 1, order)) is not None:
            down.append(below)
        up = [5]
        while (above := beside(up[-1], -1, order)) is not None:
            up.append(above)
        assert sorted({*up, *down}) == [4, 5, 6]
        assert len(up) + len(down) == 4


async def test_a_related_ticket_opens_and_esc_comes_back_the_way_one_came(
    desk: Desk, ana: Actor
) -> None:
    for _ in range(3):
        other(desk, ana)
    desk.edit(ana, 1, follows=2)
    desk.edit(ana, 3, duplicate_of=2)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "enter", "t")
        assert shown(pilot) == 2
        await press(pilot, "J")
        assert "SD-2 was opened from another ticket; Esc goes back" in said(pilot)
        await press(pilot, "t", "j", "enter")
        assert shown(pilot) == 1
        await press(pilot, "escape", "escape")
        assert shown(pilot) == 1
        await press(pilot, "escape", "j", "t")
        assert type(pilot.app.screen).__name__ == "Choose"


async def test_a_ticket_opens_at_its_top_whatever_was_shown_before_it(
    desk: Desk, ana: Actor
) -> None:
    for _ in range(2):
        other(desk, ana)
    desk.note(ana, 1, "\n".join("one more line" for _ in range(90)))
    desk.note(ana, 2, "\n".join("another line" for _ in range(90)))
    async with console_at(desk, ana) as (pilot, _):
        scrolled = []
        for keys in (("enter", "G"), ("escape", "j", "enter")):
            await press(pilot, *keys)
            page = pilot.app.screen.query_one("#ticket-main")
            scrolled.append((shown(pilot), page.scroll_offset.y > 0))
        assert scrolled == [(1, True), (2, False)]
        words = str(pilot.app.screen.query_one("#timeline").render())
        assert "another line" in words
        assert "one more line" not in words


async def test_a_ticket_opens_in_the_size_and_the_theme_that_the_board_has_by_then(
    desk: Desk, ana: Actor
) -> None:
    other(desk, ana)
    async with console_at(desk, ana) as (pilot, _):
        looks = []
        for theme, columns in (("textual-light", 160), ("textual-dark", 80)):
            pilot.app.theme = theme
            await pilot.resize_terminal(columns, 40)
            await press(pilot, "enter")
            page = pilot.app.screen
            title = page.query_one("#ticket-title")
            looks.append((page.has_class("-wide"), title.size.width, title.styles.background))
            await press(pilot, "escape")
        assert looks[0][:2] == (True, 158)
        assert looks[1][:2] == (False, 78)
        assert looks[0][2].brightness > looks[1][2].brightness


async def test_without_a_related_ticket_the_key_says_so(desk: Desk, ana: Actor) -> None:
    other(desk, ana)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "t")
        assert "SD-1 has no related ticket" in said(pilot)


async def test_the_cancel_dialog_takes_the_original(desk: Desk, ana: Actor) -> None:
    for _ in range(2):
        other(desk, ana)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "X", "end", "enter", *"the first", "ctrl+d")
        wrong = pilot.app.screen.query_one("#form-wrong")
        assert "'the first' is not a ticket" in str(wrong.render())
        await press(pilot, *["backspace"] * 9, *"sd-2", "ctrl+d")
        assert desk.store.ticket(1).duplicate_of == 2


async def test_watchers_and_relatives_show_up_while_one_looks(desk: Desk, ana: Actor) -> None:
    for _ in range(2):
        other(desk, ana)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "enter", "w")
        screen = pilot.app.screen
        assert isinstance(screen, TicketScreen)
        assert [one.name for one in screen._dossier.watchers] == ["ana"]
        desk.edit(ana, 2, follows=1)
        screen.desk_changed(read_standing(desk.store))
        await settled(pilot)
        assert [one.number for _, one in screen._dossier.related] == [2]


# Copying


def test_a_summary_says_what_it_is_and_how_it_stands(desk: Desk, ana: Actor, at: Lead) -> None:
    ticket = at(C)
    now = START + timedelta(days=3)
    assert summary(ticket, desk.store.policy(), now).split("\n") == [
        "SD-1  VPN drops",
        "Waiting for Customer since 2026-05-04 09:30 UTC (3d ago)",
        "Priority: normal",
        "Assignee: nobody",
        f"Reporter: Bob <{BOB}>",
        "Closes: 2026-05-18 09:30 UTC, as Canceled",
        "deskconsole show SD-1",
    ]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_summary_is_inert(desk: Desk, ana: Actor, text: str) -> None:
    ticket = desk.open(ana, f"t {text}", BOB, name=f"n {text}")
    hostile = changed(ticket, title=text)
    lines = summary(hostile, desk.store.policy(), START).split("\n")
    assert len(lines) == 6
    assert not any(drives_a_terminal(line) for line in lines)


def test_the_link_is_the_desks_own(desk: Desk, ana: Actor) -> None:
    ticket = desk.store.ticket(other(desk, ana))
    assert link(ticket, desk.store.policy()) == "deskconsole show SD-1"
    policy = desk.set_policy(ana, "link", "https://desk.example.org/{ticket}?n={number}")
    assert link(ticket, policy) == "https://desk.example.org/SD-1?n=1"


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("https://x/{title}", r"a link has no \{title\}; write \{ticket\}"),
        ("https://x/{ticket.reporter}", r"a link has no \{ticket.reporter\}"),
        ("https://x/", "this link is the same for every ticket"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused(
    desk: Desk, ana: Actor, template: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        desk.set_policy(ana, "link", template)


async def test_number_link_and_summary_are_copied_and_shown(desk: Desk, ana: Actor) -> None:
    other(desk, ana)
    async with console_at(desk, ana) as (pilot, _):
        for keys, start in ((("Y", "enter"), "SD-1"), (("Y", "j", "enter"), "deskconsole show"),
                            (("enter", "Y", "k", "enter"), "SD-1  Printer")):  # fmt: skip
            await press(pilot, *keys)
            assert pilot.app.clipboard.startswith(start)
            assert f"copied {start}" in said(pilot)
        assert pilot.app.clipboard.count("\n") == 5


# In a real terminal


def test_a_session_walks_opens_copies_and_notes_the_time(path: Path) -> None:
    desk = Desk(opened(path), utc_now)
    me = desk.enter("ana")
    for _ in range(3):
        lead(desk, me, S)
    desk.edit(me, 2, follows=3)
    desk.reply(me, 2, "It is **important**:\n\n- [here](http://x.y)")
    with Terminal("--desk", str(path), "--as", "ana", columns=150, rows=40) as terminal:
        terminal.expect("SD-3")
        terminal.write(b"\rJ")
        terminal.expect(r"SD-2  VPN drops  Waiting for Support")
        terminal.expect(r"│ • here \(http://x.y\)")
        terminal.press("t")
        terminal.expect(r"SD-3  VPN drops  Waiting for Support")
        terminal.press("esc")
        terminal.expect(r"SD-2  VPN drops  Waiting for Support")
        terminal.write(b"Yj")
        terminal.expect("● link")
        terminal.press("enter")
        terminal.expect("copied deskconsole show SD-2")
        copied = base64.b64encode(b"deskconsole show SD-2")
        assert b"\x1b]52;c;" + copied in terminal.written
        terminal.write(b"clooked\t1h 30m\x04")
        terminal.expect(r"(?s)noted on it, spent 1h 30m  note.*┊ looked")
        terminal.expect(r"Spent +1h 30m")
        terminal.press("K", "esc")
        terminal.expect("▌SD-1")
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored()
    assert desk.store.ticket(2).spent == 90
