"""The console under those who may do less: what it shows them, and what it says of other keys."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from deskconsole.desk.desk import Desk
from deskconsole.drafts import Act, Drafts
from deskconsole.model import Actor, Brings, Order, Role, Status
from deskconsole.tui.actions import ACTIONS, Place, actions_at, offered
from deskconsole.tui.board_screen import BoardScreen
from deskconsole.tui.help import HelpScreen
from deskconsole.tui.page import Words
from deskconsole.tui.palette import Palette
from deskconsole.tui.ticket_screen import TicketScreen
from tests.conftest import BOB, HandClock, Lead, lead
from tests.terminal import Terminal
from tests.test_access import everything
from tests.test_board import console_at, press, said

S, C, T, P, B, A, D, X, N = Status

WRITING = [action for action in actions_at(Place.BOARD) if action.right is not None]


def bar(pilot: Pilot[None], name: str = "keys") -> str:
    screen = pilot.app.screen
    assert isinstance(screen, BoardScreen | TicketScreen)
    line = screen.bar(name)
    return "".join(piece.text for piece in (*line._left, *line._right))


async def test_a_viewer_finds_shows_and_reads_but_every_writing_key_says_why_not(
    desk: Desk, at: Lead, state: Path
) -> None:
    at(S)
    at(T)
    vera = desk.enter("vera")
    before = everything(desk)
    async with console_at(desk, vera, columns=160) as (pilot, board):
        assert "vera (viewer)" in bar(pilot, "status")
        for action in WRITING:
            for key in action.keys[:1]:
                await press(pilot, key)
                assert isinstance(pilot.app.screen, BoardScreen), action.id
                assert "a viewer may not" in said(pilot), action.id
                assert "ask a lead for a role" in said(pilot), action.id
        assert not board.marks
        await press(pilot, "slash", *"drops", "enter", "enter")
        assert isinstance(pilot.app.screen, TicketScreen)
        await press(pilot, "r")
        assert "a viewer may not reply to a customer; ask a lead for a role" in said(pilot)
        await press(pilot, "J", "escape", "o", "p", "question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
    assert everything(desk) == before
    assert not list(state.rglob("*.json"))


async def test_a_viewers_bars_palette_and_help_offer_only_what_they_can_do(
    desk: Desk, at: Lead
) -> None:
    at(S)
    async with console_at(desk, desk.enter("vera"), columns=160) as (pilot, _):
        assert bar(pilot).split() == ["Enter", "open", "/", "filter", "?", "help", "q", "quit"]
        await press(pilot, "enter")
        assert not {"reply", "note", "assign", "take", "ask", "new"} & set(bar(pilot).split())
        await press(pilot, "escape", "colon")
        palette = pilot.app.screen
        assert isinstance(palette, Palette)
        ids = {action.id for action in palette._found}
        assert {"show.filter", "ticket.open", "ticket.copy", "console.theme"} <= ids
        assert not {action.id for action in WRITING} & ids
        await press(pilot, "escape", "question_mark")
        page = str(pilot.app.screen.query_one("#help-words", Words).render())
        assert "write an internal note" not in page


async def test_an_engineer_moves_clones_and_writes_notes_and_is_offered_no_more(
    desk: Desk, at: Lead
) -> None:
    number = at(T).number
    async with console_at(desk, desk.enter("eve"), columns=160) as (pilot, _):
        await press(pilot, "3")
        words = bar(pilot).split()
        assert {"start", "note"} <= set(words)
        assert not {"reply", "assign", "take", "new", "ask", "cancel", "decline"} & set(words)
        await press(pilot, "r")
        assert "an engineer may not reply to a customer; ask a technician to" in said(pilot)
        await press(pilot, "X")
        assert "an engineer may not cancel it; ask a technician to" in said(pilot)
        await press(pilot, "P", *"eve", "ctrl+d")
        assert desk.store.ticket(number).status is P
        await press(pilot, "u")
        assert "undid start" in said(pilot)


async def test_an_empty_desk_or_column_tells_a_viewer_of_no_key_that_is_not_theirs(
    desk: Desk,
) -> None:
    async with console_at(desk, desk.enter("vera")) as (pilot, board):
        assert not any("opens its first ticket" in line for line in board.welcome)
        await press(pilot, "enter")
        assert said(pilot).strip() == "there is no ticket here"
        await press(pilot, "right_square_bracket")
        assert said(pilot).strip() == "there is no saved view yet"


async def test_a_guest_of_a_desk_that_cannot_be_written_sees_all_of_it(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    at(A)
    desk.keep_view(ana, "All", "mine", Order.AGE)
    desk.watch(ana, 1)
    clock.forward(days=30)
    desk.store.read_only = True
    guest = desk.enter("zoe")
    assert guest.person is None
    async with console_at(desk, guest) as (pilot, board):
        assert "a guest (viewer)" in bar(pilot, "status")
        await press(pilot, "6", "p", "w")
        assert "a viewer may not watch tickets" in said(pilot)
        await press(pilot, "slash", *"mine", "enter")
        await press(pilot, "slash", *"watched", "enter", "escape", "right_square_bracket", "escape")
        await press(pilot, "6", "enter", "t", "y", "escape", "ctrl+r")
        assert board.ticket is not None
        assert board.ticket.status is A  # a month past its deadline: no clock runs here


async def test_a_role_given_meanwhile_counts_without_leaving_the_console(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    async with console_at(desk, desk.enter("bo"), columns=160) as (pilot, _):
        assert "reply" in bar(pilot)
        desk.set_role(ana, "bo", Role.VIEWER)
        await press(pilot, "c", *"typed already", "ctrl+d")
        wrong = pilot.app.screen.query_one("#form-wrong", Static)
        assert "a viewer may not write internal notes" in str(wrong.render())
        await press(pilot, "escape", "ctrl+r")
        assert "reply" not in bar(pilot)
        assert "bo (viewer)" in bar(pilot, "status") or "viewer" in said(pilot)


async def test_drafts_of_who_may_write_no_more_are_not_offered(
    desk: Desk, at: Lead, state: Path, clock: HandClock
) -> None:
    at(S)
    for name, told in (("bo", True), ("vera", False)):
        drafts = Drafts(state / "drafts", desk.store.name, name, clock)
        drafts.keep(Act("note", 1), {"message": "x"}, None)
        async with console_at(desk, desk.enter(name)) as (pilot, _):
            await pilot.app.workers.wait_for_complete()
            assert ("1 draft waits" in bar(pilot, "status")) is told


@pytest.mark.parametrize("columns", [80, 160])
def test_a_viewer_in_a_real_terminal(path: Path, real_desk: Desk, columns: int) -> None:
    ana = real_desk.enter("ana")
    lead(real_desk, ana, S)
    real_desk.move(ana, lead(real_desk, ana, C).number, X, Brings(reason="no-longer-needed"))
    with Terminal("--desk", str(path), "--as", "vera", columns=columns, rows=24) as terminal:
        terminal.expect("vera .viewer.")
        terminal.press("S")
        terminal.expect("a viewer may not move tickets; ask a lead for a role")
        terminal.press("q")
        assert terminal.ended() == 0
    with Terminal("--desk", str(path), "--as", BOB, columns=columns, rows=24) as terminal:
        terminal.expect("customers write mail; on the command line")
        assert terminal.ended() == 3


def test_every_action_that_writes_names_the_right_that_it_takes() -> None:
    reading = {action.id for action in offered(ACTIONS, Role.VIEWER) if action.dialog is None}
    writing = {action.id for action in ACTIONS if action.dialog is None} - reading
    assert writing == {
        *(f"move.{status.slug}" for status in Status),
        *("move.menu", "move.back", "move.forward", "mark.mark", "mark.range", "mark.all"),
        *("ticket.reply", "ticket.note", "ticket.assign", "ticket.take", "ticket.edit"),
        *("ticket.watch", "ticket.new", "undo", "redo"),
        *("show.keep-view", "show.drop-view", "show.begin-here"),
    }
