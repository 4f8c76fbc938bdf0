"""The board's keys and mouse for what is shown, and for acting on many tickets."""

from datetime import timedelta

import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput
from deskconsole.model import Actor, Brings, HoldKind, Order, Priority, Status
from deskconsole.tui.bars import Bar
from deskconsole.tui.board import BoardView
from deskconsole.tui.form import Form
from deskconsole.tui.preview import Preview
from deskconsole.tui.report import Report
from deskconsole.tui.ticket_screen import TicketScreen
from tests.conftest import BOB, START, HandClock, Lead
from tests.test_board import console_at, numbers, press, said, settled

S, C, T, P, B, A, D, X, N = Status


def marked(board: BoardView) -> set[int]:
    """The tickets that are painted as marked."""
    cards = (card for view in board.columns.values() for card in view.cards)
    return {card.number for card in cards if board.marks.holds(card, board.ticket, board.order)}


async def test_space_marks_v_a_range_and_the_star_all(desk: Desk, ana: Actor, at: Lead) -> None:
    for _ in range(6):
        at(S)
    other = at(C).number
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "space", "j", "space")
        assert marked(board) == {1, 3}
        assert "2 marked" in pilot.app.screen.query_one("#status", Bar).render_line(0).text
        await press(pilot, "k", "k", "space")
        assert marked(board) == {1, 2, 3}
        await press(pilot, "escape")
        assert marked(board) == set()
        await press(pilot, "g", "v", "j", "j")
        assert marked(board) == {1, 2, 3}
        await press(pilot, "k")
        assert marked(board) == {1, 2}
        await press(pilot, "v", "G")
        assert marked(board) == {1, 2}
        await press(pilot, "asterisk")
        assert marked(board) == {1, 2, 3, 4, 5, 6}
        await press(pilot, "asterisk")
        assert marked(board) == set()
        await press(pilot, "slash", *"vpn", "enter", "asterisk")
        assert marked(board) == {1, 2, 3, 4, 5, 6, other}


async def test_a_range_reaches_beyond_what_is_at_hand(desk: Desk, ana: Actor) -> None:
    for _ in range(300):
        desk.open(ana, "VPN drops", BOB)
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "j", "v", "G", "k", "v")
        assert board.marks.numbers == set(range(2, 300))


async def test_marked_tickets_are_judged_one_by_one_moved_and_taken_back_as_one(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    for status in (S, S, T, D):
        at(status)
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "asterisk", "3", "space", "7", "space", "B")
        form = pilot.app.screen
        assert isinstance(form, Form)
        assert "3 of 4 can move to Blocked/On Hold" in str(form.query_one("#form-title").render())
        verdicts = str(form.query_one("#form-verdicts Static").render())
        assert "SD-4 is Done; reopen it first (S)" in verdicts
        await press(pilot, "tab", *"Acme", "ctrl+d")
        assert [desk.store.ticket(n).status for n in (1, 2, 3, 4)] == [B, B, B, D]
        assert "3 of 3 moved to Blocked/On Hold" in said(pilot)
        assert marked(board) == {4}
        await press(pilot, "u")
        assert "undid hold on 3 tickets" in said(pilot)
        assert [desk.store.ticket(n).status for n in (1, 2, 3, 4)] == [S, S, T, D]
        await press(pilot, "U")
        assert [desk.store.ticket(n).status for n in (1, 2, 3, 4)] == [B, B, B, D]


async def test_what_none_of_the_marked_can_do_is_reported_with_each_reason(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "asterisk", "D")
        assert isinstance(pilot.app.screen, Report)
        await press(pilot, "escape", "m")
        assert "2 of 2 are yours now" in said(pilot)
        assert [desk.store.ticket(n).assignee for n in (1, 2)] == [ana.person] * 2


async def test_what_changed_under_the_verdict_is_reported_and_stays_marked(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    at(S)
    bo = desk.enter("bo")
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "asterisk", "a")
        desk.note(bo, 2, "mine")
        await press(pilot, *"finn", "ctrl+d")
        assert isinstance(pilot.app.screen, Report)
        assert desk.store.ticket(1).assignee is not None
        assert desk.store.ticket(2).assignee is None
        await press(pilot, "escape")
        assert marked(board) == {2}


async def test_an_undo_is_named_and_refused_in_a_sentence(desk: Desk, ana: Actor, at: Lead) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "m", "u")
        assert "undid assign on SD-1: Waiting for Support, nobody's; U does it again" in said(pilot)
        await press(pilot, "U", "enter", "u")
        assert "undid assign" in said(pilot)
        await press(pilot, "C", *"Which?", "ctrl+d", "u")
        assert "the customer was already told" in said(pilot)


async def test_the_order_is_switched_and_the_cursor_stays_on_its_ticket(
    desk: Desk, ana: Actor, clock: HandClock
) -> None:
    for priority in (Priority.LOW, Priority.URGENT, Priority.NORMAL):
        desk.open(ana, "VPN drops", BOB, priority=priority)
        clock.forward(minutes=1)
    desk.receive(3, BOB, "Any news?")
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "j")
        seen = []
        for _ in Order:
            seen.append((board.order, numbers(board)))
            assert board.ticket is not None
            assert board.ticket.number == 2
            await press(pilot, "o")
        assert seen == [
            (Order.ATTENTION, [3, 2, 1]),
            (Order.AGE, [1, 2, 3]),
            (Order.PRIORITY, [2, 3, 1]),
            (Order.DEADLINE, [1, 2, 3]),
            (Order.PROMISE, [1, 2, 3]),
            (Order.UPDATED, [3, 2, 1]),
        ]


async def test_saved_views_are_walked_shared_and_begun_with(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    desk.open(ana, "Printer", BOB, tags=("paper",))
    bo = desk.enter("bo")
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "right_square_bracket")
        assert "V saves what is shown" in said(pilot)
        await press(pilot, "slash", *"tag:paper", "enter", "o", "V", *"Paper", "tab", "tab")
        await press(pilot, "tab", "down", "ctrl+d")
        assert "view Paper is saved" in said(pilot)
        await press(pilot, "escape")
        assert numbers(board) == [1, 2]
    desk.keep_view(ana, "Zero", "tag:none", Order.ATTENTION)
    async with console_at(desk, bo) as (pilot, board):
        assert numbers(board) == [1, 2]
        await press(pilot, "right_square_bracket")
        assert (numbers(board), board.order) == ([2], Order.AGE)
        await press(pilot, "right_square_bracket")
        assert board.ticket is None
        assert "nothing fits" in board.render_line(3).text
        await press(pilot, "right_square_bracket")
        assert numbers(board) == [1, 2]
        await press(pilot, "left_square_bracket")
        assert board.ticket is None
    async with console_at(desk, ana) as (pilot, board):
        assert numbers(board) == [2]
    with pytest.raises(BadInput, match="there is a view 'Paper' already, of tag:paper"):
        desk.keep_view(bo, "Paper", "mine", Order.AGE)
    desk.drop_view(bo, "Paper")
    async with console_at(desk, ana) as (pilot, board):
        assert numbers(board) == [1, 2]


async def test_a_limit_is_shown_and_said_in_words(desk: Desk, ana: Actor, at: Lead) -> None:
    at(S)
    desk.set_policy(ana, "limits", "waiting-for-support 1, blocked 3")
    async with console_at(desk, ana, columns=230) as (pilot, board):
        assert "1/1 full" in board.render_line(1).text
        assert "0/3" in board.render_line(1).text
        at(S)
        await press(pilot, "ctrl+r")
        assert "2/1 over limit" in board.render_line(1).text


async def test_what_the_clock_and_the_calendar_bring_is_marked_on_the_card(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    at(A)
    held = at(S).number
    review = Brings(kind=HoldKind.VENDOR, whom="Acme", until=START.date() + timedelta(days=6))
    desk.move(ana, held, B, review)
    async with console_at(desk, ana, columns=280) as (pilot, board):
        for days, words in (
            (0, "closes 7d"),
            (5, "closing in 2d"),
            (1, "review due"),
            (1, "overdue"),
        ):
            clock.forward(days=days)
            board.tell_time(clock())
            await settled(pilot)
            assert words in board.render_line(3).text


async def test_columns_fold_and_unfold(desk: Desk, ana: Actor, at: Lead) -> None:
    for status in Status:
        at(status)
    async with console_at(desk, ana, columns=230) as (pilot, board):
        await press(pilot, "2", "f")
        assert board.focused_status is T
        await press(pilot, "h")
        assert board.focused_status is S
        assert [slot.status for slot in board._layout.slots if slot.spine] == [C]
        await press(pilot, "2")
        assert [slot.status for slot in board._layout.slots if slot.spine] == []
        await press(pilot, *["f"] * 8)
        assert "last column that is not folded" not in said(pilot)
        await press(pilot, "f")
        assert "last column that is not folded" in said(pilot)
        await press(pilot, "F")
        assert [slot.status for slot in board._layout.slots if slot.spine] == []


@pytest.mark.parametrize(("columns", "rows"), [(160, 45), (80, 24)])
async def test_the_preview_follows_the_cursor_once_it_rests(
    desk: Desk, ana: Actor, columns: int, rows: int
) -> None:
    for name in ("one", "two", "three"):
        desk.open(ana, "VPN drops", BOB, message=f"Message {name}")
    async with console_at(desk, ana, columns, rows) as (pilot, _):
        await press(pilot, "p")

        async def shows(text: str) -> None:
            words = pilot.app.screen.query_one("#preview-words")
            for _ in range(200):
                if text in str(words.render()):
                    return
                await pilot.pause(0.02)
            raise AssertionError(str(words.render()))

        await shows("Message one")
        await press(pilot, "j", "j")
        await shows("Message three")
        desk.note(desk.enter("bo"), 3, "a thought")
        await press(pilot, "ctrl+r")
        await shows("a thought")
        preview = pilot.app.screen.query_one(Preview)
        assert (preview.region.x > 0) == (columns == 160)
        await press(pilot, "p")
        assert not preview.display


async def click(
    pilot: Pilot[None], board: BoardView, status: Status, row: int, times: int = 1
) -> None:
    slot = board._layout.slot(status)
    assert slot is not None
    await pilot.click(board, offset=(slot.x + 2, 2 + 2 * row), times=times)
    await settled(pilot)


async def test_a_click_focuses_a_second_opens_and_the_wheel_scrolls(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    for _ in range(40):
        at(C)
    at(P)
    async with console_at(desk, ana, 230, 30) as (pilot, board):
        await click(pilot, board, C, 3)
        assert (board.focused_status, board.ticket and board.ticket.number) == (C, 4)
        slot = board._layout.slot(C)
        assert slot is not None
        await pilot._post_mouse_events(
            [MouseScrollDown],
            board,
            offset=(slot.x + 2, 5),
        )
        await settled(pilot)
        assert board.view.top == 3
        await click(pilot, board, P, 0, times=2)
        assert type(pilot.app.screen).__name__ == "TicketScreen"


async def test_two_clicks_open_the_card_that_the_first_was_on(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    for status in Status:
        at(status)
    async with console_at(desk, ana, 160, 30) as (pilot, board):
        slot = board._layout.slot(A)
        assert slot is not None
        await pilot.click(board, offset=(slot.x + slot.width - 2, 2), times=2)
        await settled(pilot)
        opened = pilot.app.screen
        assert isinstance(opened, TicketScreen)
        assert opened.ticket.status is A


async def drag(pilot: Pilot[None], board: BoardView, source: Status, target: Status) -> None:
    for status, act in ((source, "mouse_down"), (target, "hover"), (target, "mouse_up")):
        slot = board._layout.slot(status)
        assert slot is not None
        await getattr(pilot, act)(board, offset=(slot.x + 1, 2))
        await settled(pilot)


async def test_a_card_is_dragged_to_a_legal_column_and_an_illegal_one_refuses(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    async with console_at(desk, ana, 230, 30) as (pilot, board):
        await drag(pilot, board, S, D)
        assert "resolve it first (A)" in said(pilot)
        assert desk.store.ticket(1).status is S
        await drag(pilot, board, S, T)
        assert isinstance(pilot.app.screen, Form)
        await press(pilot, *"net", "ctrl+d")
        assert desk.store.ticket(1).status is T


async def test_placeholders_are_filled_in_for_each_of_the_marked(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    desk.open(ana, "Printer", "carol@example.org", name="Carol")
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "asterisk", "C", *"Hello {reporter}, which {version} on {ticket}?")
        await press(pilot, "ctrl+d")
        said_to = [desk.store.timeline(number)[-1].brings.message for number in (1, 2)]
        assert said_to == [
            "Hello Bob, which {version} on SD-1?",
            "Hello Carol, which {version} on SD-2?",
        ]


async def test_relations_are_edited_like_the_rest(desk: Desk, ana: Actor, at: Lead) -> None:
    at(S)
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "j", "e", "tab", "tab", "tab", *"SD-1", "ctrl+d")
        assert desk.store.ticket(2).duplicate_of == 1
        await press(pilot, "e", "tab", "tab", "tab", *["backspace"] * 4, "tab", *"nine", "ctrl+d")
        wrong = pilot.app.screen.query_one("#form-wrong")
        assert "'nine' is not a ticket; name it SD-12 or 12" in str(wrong.render())
        await press(pilot, *["backspace"] * 4, "1", "ctrl+d")
        ticket = desk.store.ticket(2)
        assert (ticket.duplicate_of, ticket.follows) == (None, 1)
