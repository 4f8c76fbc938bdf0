"""The board: where columns stand, what is at hand, and where the cursor goes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from deskconsole.desk.desk import Desk
from deskconsole.face.layout import EQUAL, FOCUS, NEIGHBOUR, ONE_COLUMN, lay_out
from deskconsole.model import Actor, Brings, Order, Priority, Status, View
from deskconsole.tui.app import Console
from deskconsole.tui.board import BoardView
from deskconsole.tui.board_screen import BoardScreen
from deskconsole.tui.desk_screen import DeskScreen
from deskconsole.tui.link import Link
from tests.conftest import BOB, HandClock, Lead

S, C, T, P, B, A, D, X, N = Status

widths = st.integers(1, 300)
columns = st.sampled_from(list(Status))


@given(widths, columns)
def test_the_columns_fill_the_screen_from_left_to_right(width: int, focus: Status) -> None:
    layout = lay_out(width, focus)
    x = 0
    for slot in layout.slots:
        assert (slot.x, slot.width > 0) == (x, True)
        x += slot.width
    assert x == width


@given(st.integers(ONE_COLUMN, 300), columns)
def test_every_status_is_in_sight_and_the_focused_one_is_wide(width: int, focus: Status) -> None:
    layout = lay_out(width, focus)
    assert [slot.status for slot in layout.slots] == list(Status)
    slot = layout.slot(focus)
    assert slot is not None
    assert not slot.spine
    assert slot.width >= (FOCUS if width < 9 * EQUAL else EQUAL)
    assert all(one.spine or one.width >= NEIGHBOUR for one in layout.slots)
    shown = [one.status.number for one in layout.slots if not one.spine]
    assert shown == list(range(shown[0], shown[-1] + 1))


def test_below_sixty_cells_one_column_stands_under_a_strip_of_counts() -> None:
    layout = lay_out(59, P)
    assert layout.strip
    assert [slot.status for slot in layout.slots] == [P]
    assert not lay_out(60, P).strip


@asynccontextmanager
async def console_at(
    desk: Desk, me: Actor, columns: int = 120, rows: int = 30
) -> AsyncIterator[tuple[Pilot[None], BoardView]]:
    """A console over a desk, settled, with nobody else at it."""
    link = Link(desk, me)
    app = Console(link)
    try:
        async with app.run_test(size=(columns, rows)) as pilot:
            await settled(pilot)
            screen = app.screen_stack[0]
            assert isinstance(screen, BoardScreen)
            yield pilot, screen.board
    finally:
        link.close()


async def settled(pilot: Pilot[None]) -> None:
    """Wait until everything asked of the desk has been answered and shown."""
    await pilot.pause()
    while any(
        isinstance(screen, DeskScreen) and screen.reading for screen in pilot.app.screen_stack
    ):
        await pilot.pause(0.01)
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def numbers(board: BoardView) -> list[int]:
    return [card.number for card in board.view.cards]


async def test_the_cursor_walks_a_long_column_to_both_ends(desk: Desk, ana: Actor) -> None:
    for _ in range(300):
        desk.open(ana, "VPN drops", BOB)
    async with console_at(desk, ana) as (pilot, board):
        assert board.ticket is not None
        assert board.ticket.number == 1
        assert len(board.view.cards) < 150
        walked = [board.ticket.number]
        for _ in range(5):
            await press(pilot, "pagedown")
            walked.append(board.ticket.number)
        assert walked == [1 + page * board.shown for page in range(6)]
        await press(pilot, "ctrl+u")
        assert board.ticket.number == walked[-1] - round(board.shown / 2)
        await press(pilot, "G")
        assert board.ticket.number == 300
        assert board.view.hints(board.shown) == "↑ "
        await press(pilot, "k", "k")
        assert board.ticket.number == 298
        await press(pilot, "g")
        assert board.ticket.number == 1
        assert board.view.hints(board.shown) == " ↓"
        for _ in range(120):
            pilot.app.post_message(events.Key("j", "j"))
        async with asyncio.timeout(30):
            while board.ticket.number < 121:
                await asyncio.sleep(0.01)
        await settled(pilot)
        assert board.ticket.number == 121


async def test_the_cursor_and_the_scroll_stay_where_they_were_when_the_desk_changes(
    desk: Desk, ana: Actor
) -> None:
    for _ in range(200):
        desk.open(ana, "VPN drops", BOB)
    bo = desk.enter("bo")
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, *["pagedown"] * 3, "k", "k")
        assert board.ticket is not None
        cursor = board.ticket.number
        row = board.view.index - board.view.top
        desk.open(bo, "Fire!", BOB, priority=Priority.URGENT)
        for number in (1, 2, cursor - 1, cursor + 1):
            desk.move(bo, number, A, Brings(message="Fixed."))
        await press(pilot, "ctrl+r")
        assert board.ticket.number == cursor
        assert board.view.index - board.view.top in (row, row - 1)
        assert cursor - 1 not in numbers(board)
        desk.edit(bo, cursor, priority=Priority.LOW)
        await press(pilot, "ctrl+r")
        assert board.ticket.number == cursor
        assert numbers(board)[-1] == cursor


async def test_a_card_keeps_its_ground_wherever_the_cards_at_hand_begin(
    desk: Desk, ana: Actor
) -> None:
    for _ in range(300):
        desk.open(ana, "VPN drops", BOB)

    def grounds(board: BoardView) -> dict[int, int]:
        view = board.columns[S]
        return {card.number: (at + view.stripe) % 2 for at, card in enumerate(view.cards)}

    async with console_at(desk, ana) as (pilot, board):
        screen = pilot.app.screen
        assert isinstance(screen, BoardScreen)
        await press(pilot, *["pagedown"] * 12)
        before = grounds(board)
        for _ in range(3):
            await press(pilot, *"jjjjjjj")
            screen.reload()
            await settled(pilot)
            after = grounds(board)
            kept = before.keys() & after.keys()
            assert kept
            assert {number: after[number] for number in kept} == {n: before[n] for n in kept}
            before = after


async def test_a_column_nobody_is_in_shows_what_comes_first(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    at(D)
    async with console_at(desk, ana, rows=12) as (pilot, board):
        done = board.columns[D]
        await press(pilot, "7", "1")
        for _ in range(8):
            at(D)
        await press(pilot, "ctrl+r")
        assert (done.top, done.index, done.cards[0].number) == (0, 0, 10)
        await press(pilot, "7", "j", "j", "1")
        at(D)
        await press(pilot, "ctrl+r")
        assert done.ticket is not None
        assert done.ticket.number == 8


async def test_columns_are_reached_by_number_letter_and_arrow(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    for status in Status:
        at(status)
    async with console_at(desk, ana, columns=80, rows=24) as (pilot, board):
        for key, status in (("9", N), ("h", X), ("left", D), ("l", X), ("right", N), ("l", N),
                            ("1", S), ("h", S), ("5", B)):  # fmt: skip
            await press(pilot, key)
            assert board.focused_status is status
            assert board.ticket is not None
            assert board.ticket.status is status


async def test_sideways_takes_the_one_legal_move_or_offers_those_there_are(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(A)
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "6", "L")
        assert type(pilot.app.screen).__name__ == "Form"
        await press(pilot, *"it works", "ctrl+d")
        assert desk.store.ticket(1).status is D
        await press(pilot, "1", "H")
        assert "no legal move back" in str(said(pilot))
        await press(pilot, "L")
        assert type(pilot.app.screen).__name__ == "MoveMenu"
        await press(pilot, "B")
        assert type(pilot.app.screen).__name__ == "Form"


def said(pilot: Pilot[None]) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, DeskScreen)
    return " ".join(piece.text for piece in screen.said)


async def test_the_menu_chooses_a_legal_status_and_says_why_not_of_another(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "s", "D")
        wrong = pilot.app.screen.query_one("#form-wrong")
        assert "resolve it first (A)" in str(wrong.render())
        await press(pilot, "A", *"Fixed.", "ctrl+d")
        assert desk.store.ticket(1).status is A


async def test_the_filter_follows_the_typing_and_esc_shows_everything_again(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    for status in Status:
        at(status)
    desk.edit(ana, 5, title="Printer on fire")
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "slash", *"prin")
        counts = {status: view.column.count for status, view in board.columns.items()}
        assert counts == {status: int(status is B) for status in Status}
        await press(pilot, *" p:nor")
        assert "p: 'nor' is none of urgent" in said(pilot)
        assert board.columns[B].column.count == 1  # the last view that could be read
        await press(pilot, "enter")
        assert "mend it, or leave it with Esc" in said(pilot)
        await press(pilot, *"mal", "enter")
        assert board.focused_status is B
        assert board.ticket is not None
        assert board.ticket.number == 5
        await press(pilot, "escape")
        assert all(view.column.count == 1 for view in board.columns.values())
        assert board.ticket.number == 5


async def test_a_number_in_the_filter_jumps_to_its_ticket(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    old = at(D).number
    clock.forward(days=30)
    at(S)
    far = at(P).number
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "slash", *f"SD-{far}", "enter")
        assert board.ticket is not None
        assert (board.focused_status, board.ticket.number) == (P, far)
        await press(pilot, "slash", *str(old), "enter")
        assert type(pilot.app.screen).__name__ == "TicketScreen"
        await press(pilot, "escape", "slash", *"99", "enter")
        assert "there is no SD-99" in said(pilot)


async def test_a_zoomed_column_has_all_the_room_and_moves_with_the_focus(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    async with console_at(desk, ana, columns=230) as (pilot, board):
        await press(pilot, "z", "l")
        slots = lay_out(230, C, zoomed=True).slots
        assert [slot.status for slot in slots if not slot.spine] == [C]
        assert board.zoomed
        assert board.render_line(0).text.startswith(" S   C  Waiting for Customer")
        await press(pilot, "z")
        assert board.render_line(0).text.startswith(" S  Waiting for Support")


async def test_editing_begins_with_what_is_there(desk: Desk, ana: Actor, at: Lead) -> None:
    at(S)
    desk.edit(ana, 1, priority=Priority.HIGH, tag=("vpn", "old"))
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "e", "ctrl+d")
        wrong = pilot.app.screen.query_one("#form-wrong")
        assert "that changes nothing on SD-1" in str(wrong.render())
        await press(pilot, *" daily", "tab", "k", "tab", "backspace", "backspace", "backspace")
        await press(pilot, *"new", "ctrl+d")
        ticket = desk.store.ticket(1)
        assert (ticket.title, ticket.priority, ticket.tags) == (
            "VPN drops daily",
            Priority.URGENT,
            ("vpn", "new"),
        )


async def test_copying_shows_what_was_copied(desk: Desk, ana: Actor, at: Lead) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "y")
        assert pilot.app.clipboard == "SD-1"
        assert "copied SD-1" in said(pilot)


async def test_a_form_says_what_is_missing_and_stays(desk: Desk, ana: Actor, at: Lead) -> None:
    before = at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "T", "ctrl+d")
        wrong = pilot.app.screen.query_one("#form-wrong")
        assert "clone needs a team" in str(wrong.render())
        assert desk.store.ticket(1) == before
        await press(pilot, *"net", "ctrl+d")
        assert desk.store.ticket(1).status is T


async def test_handing_back_offers_the_open_clones_and_a_new_one(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    number = at(P).number
    desk.move(ana, number, C, Brings(message="Which version?"))
    desk.receive(number, BOB, "4.2")
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "T", "ctrl+d")
        assert desk.store.ticket(number).status is P
        assert len(desk.store.ticket(number).clones) == 1
    desk.move(ana, number, C, Brings(message="And now?"))
    desk.receive(number, BOB, "4.3")
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "T", "down", "tab", *"db", "ctrl+d")
        assert [clone.team for clone in desk.store.ticket(number).clones] == ["net", "db"]


async def test_nothing_is_repainted_while_nothing_changes(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, board):
        painted: list[int] = []
        render = board.render_line
        board.render_line = lambda y: painted.append(y) or render(y)  # type: ignore
        clock.forward(seconds=20)
        board.tell_time(clock())
        await settled(pilot)
        assert painted == []
        clock.forward(minutes=1)
        board.tell_time(clock())
        await settled(pilot)
        assert painted


async def test_a_cursor_key_repaints_two_cards(desk: Desk, ana: Actor, at: Lead) -> None:
    for _ in range(5):
        at(S)
    async with console_at(desk, ana) as (pilot, board):
        painted: set[int] = set()
        render = board.render_line
        board.render_line = lambda y: painted.add(y) or render(y)  # type: ignore
        await press(pilot, "j")
        assert painted == {2, 3, 4, 5}


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (250, 60), (45, 20)])
async def test_every_screen_opens_at_every_size(
    desk: Desk, ana: Actor, at: Lead, size: tuple[int, int]
) -> None:
    at(P)
    async with console_at(desk, ana, *size) as (pilot, _):
        for keys in ("4 enter j G g escape", "f1 j escape", "s escape", "B escape", "r escape"):
            await press(pilot, *keys.split())
        assert isinstance(pilot.app.screen, BoardScreen)


async def test_a_reading_is_as_large_as_what_is_shown_whatever_the_desk_holds(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    async with console_at(desk, ana, 160, 45) as (_, board):
        asked = {status: window.after for status, window in board.windows().items()}
        assert asked.pop(S) == 3 * board.shown
        assert set(asked.values()) == {2 * board.shown}


async def test_the_status_line_tells_of_a_filter_once_the_board_shows_it(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        screen = pilot.app.screen
        assert isinstance(screen, BoardScreen)
        status = screen.bar("status")
        before = status.render_line(0).text
        screen.set_look(View("", "nothing-has-this", Order.ATTENTION))
        assert status.render_line(0).text == before
        await settled(pilot)
        assert status.render_line(0).text.startswith(" /nothing-has-this ")
