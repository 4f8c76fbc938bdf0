"""F2: the desk in numbers on the whole screen, read off the loop, and nothing written."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual._compositor import CompositorUpdate
from textual.pilot import Pilot
from textual.widgets import OptionList

from deskconsole.desk.desk import Desk
from deskconsole.frozen import changed
from deskconsole.model import Actor, Brings, Role, Status
from deskconsole.report.catalogue import FIGURES
from deskconsole.store.standing import read_standing
from deskconsole.taste import NO_TASTE
from deskconsole.tui import actions
from deskconsole.tui.app import Console
from deskconsole.tui.board_screen import BoardScreen
from deskconsole.tui.link import WAITING, Link
from deskconsole.tui.numbers_screen import NumbersScreen
from deskconsole.tui.page import Words
from deskconsole.tui.plot import Plot
from deskconsole.tui.shown import Shown
from tests.conftest import BOB, HandClock, Lead
from tests.screens import _picture
from tests.terminal import Terminal
from tests.test_access import everything
from tests.test_board import press, settled
from tests.test_care import damage
from tests.test_taste import console_of
from tests.test_wall import objects

S, C, T, P, B, A, D, X, N = Status
SIZES = ((80, 24), (60, 16), (120, 35), (250, 60))


@asynccontextmanager
async def numbers_of(
    desk: Desk, me: Actor, size: tuple[int, int] = (120, 35)
) -> AsyncIterator[tuple[Pilot[None], NumbersScreen]]:
    """The numbers over a desk, read."""
    async with console_of(desk, me, size=size) as (pilot, console):
        await pilot.press("f2")
        yield pilot, await counted(pilot, console)


async def counted(pilot: Pilot[None], console: Console) -> NumbersScreen:
    """The numbers, once they stand."""
    await settled(pilot)
    screen = console.screen
    assert isinstance(screen, NumbersScreen)
    while screen.reading:
        await pilot.pause(0.01)
    await pilot.app.workers.wait_for_complete()
    await settled(pilot)
    return screen


def words(screen: NumbersScreen, id: str) -> str:
    return screen.query_one(f"#numbers-{id}", Words).render()


@pytest.fixture
def busy(desk: Desk, ana: Actor, at: Lead, clock: HandClock) -> Desk:
    """A desk of ten days with something in every status."""
    for status in Status:
        at(status)
        clock.forward(days=1, hours=3)
    desk.assign(ana, 3, "bo")
    return desk


async def test_every_report_has_a_key_and_the_arrows_walk_round(busy: Desk, ana: Actor) -> None:
    assert len(FIGURES) == len(actions.REPORT_KEYS)
    async with numbers_of(busy, ana) as (pilot, screen):
        seen = []
        for place, figure in enumerate(FIGURES, start=1):
            assert f"{place} of {len(FIGURES)}" in words(screen, "head")
            seen.append(words(screen, "head").split("\n")[0])
            assert figure.title in seen[-1]
            await press(pilot, "right")
        assert words(screen, "head").startswith(seen[0])
        await press(pilot, "left")
        assert words(screen, "head").startswith(seen[-1])
        for place, head in enumerate(seen, start=1):
            await press(pilot, actions.REPORT_KEYS[place - 1])
            assert words(screen, "head").startswith(head)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_is_stuck_on_whom_since_when_is_answered_at_any_size(
    busy: Desk, ana: Actor, size: tuple[int, int]
) -> None:
    async with numbers_of(busy, ana, size) as (pilot, screen):
        await press(pilot, "3")
        assert "SD-1, in Waiting for Support for 10d 3h, on nobody" in words(screen, "head")
        rows = words(screen, "rows").split("\n")
        (row,) = [row for row in rows if row.startswith("SD-3 ")]
        for told in ("Scoping", "7d 21h", "2026-05-06", "net", "bo"):
            assert told in row
        for place in range(1, len(FIGURES) + 1):
            await press(pilot, actions.REPORT_KEYS[place - 1])
            assert all(len(row) <= size[0] for row in words(screen, "rows").split("\n"))
            assert len(_picture(pilot.app).split("\n")) >= size[1]  # type: ignore[arg-type]


async def test_the_definition_of_each_number_is_one_key_away(busy: Desk, ana: Actor) -> None:
    async with numbers_of(busy, ana) as (pilot, screen):
        for figure in FIGURES:
            await press(pilot, "question_mark")
            assert figure.definition in " ".join(words(screen, "head").split())
            assert not screen.query_one("#numbers-plot").display
            await press(pilot, "d")
            assert figure.definition not in " ".join(words(screen, "head").split())
            await press(pilot, "right")


async def test_flow_is_drawn_where_there_is_room_for_it(busy: Desk, ana: Actor) -> None:
    async with numbers_of(busy, ana, (80, 24)) as (pilot, screen):
        assert screen.query_one("#numbers-plot").display
        assert any("⠀" < char <= "⣿" for char in _picture(pilot.app))  # type: ignore[arg-type]
        assert "from below: S, C, T, P, B, A" in words(screen, "head")
        await press(pilot, "9")
        assert not screen.query_one("#numbers-plot").display
        assert "█" in words(screen, "rows")
    async with numbers_of(busy, ana, (80, 16)) as (_, screen):
        assert not screen.query_one("#numbers-plot").display


async def test_a_longer_and_a_shorter_time_are_counted_anew(busy: Desk, ana: Actor) -> None:
    async with numbers_of(busy, ana) as (pilot, screen):
        assert "9 tickets opened" in words(screen, "head")
        for told in ("(4 weeks)", "(1 week, the shortest)", "(1 week, the shortest)"):
            await pilot.press("minus")
            await counted(pilot, pilot.app)  # type: ignore[arg-type]
            assert told in words(screen, "head")
        assert "6 tickets opened" in words(screen, "head")
        busy.open(ana, "New", BOB)
        await pilot.press("ctrl+r")
        await counted(pilot, pilot.app)  # type: ignore[arg-type]
        assert "7 tickets opened" in words(screen, "head")


async def test_esc_goes_back_and_a_viewer_may_look_and_nothing_is_written(
    busy: Desk, state: Path
) -> None:
    before = everything(busy)
    vera = busy.enter("vera")
    for leave in ("escape", "q", "f2"):
        async with numbers_of(busy, vera) as (pilot, _):
            await press(pilot, "right", "d", "j", "pagedown", leave)
            assert isinstance(pilot.app.screen, BoardScreen)
            await press(pilot, "enter", "f2")
            assert isinstance(pilot.app.screen, NumbersScreen)
    assert everything(busy) == before
    assert not [file for file in state.rglob("*") if file.is_file()]


async def test_while_the_desk_is_slow_the_screen_says_so_and_can_be_left(
    busy: Desk, ana: Actor
) -> None:
    async with console_of(busy, ana) as (pilot, console):
        held = threading.Event()
        link: Link = console.link
        waiting = asyncio.create_task(link.call(lambda desk: held.wait(30)))
        try:
            await pilot.press("f2")
            await pilot.pause()
            screen = console.screen
            assert isinstance(screen, NumbersScreen)
            assert screen.reading
            assert WAITING in words(screen, "head")
            await pilot.press("2")
            await pilot.pause()
            assert "Ageing of open work" in words(screen, "head")
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(console.screen, BoardScreen)
            assert screen._stop.is_set()
        finally:
            held.set()
            await waiting


async def test_an_answer_that_comes_while_the_console_ends_is_shown_to_nobody(
    busy: Desk, ana: Actor
) -> None:
    async with console_of(busy, ana) as (pilot, console):
        held = threading.Event()
        waiting = asyncio.create_task(console.link.call(lambda desk: held.wait(30)))
        try:
            await pilot.press("f2")
            screen = console.screen
            assert isinstance(screen, NumbersScreen)
            await screen.remove_children()  # as it is on the way out, before its work is ended
        finally:
            held.set()
            await waiting
        await console.workers.wait_for_complete()


async def test_what_keeps_the_desk_from_being_read_is_said(
    busy: Desk, ana: Actor, path: Path
) -> None:
    async with console_of(busy, ana) as (pilot, console):
        damage(path, "event")
        await pilot.press("f2")
        screen = await counted(pilot, console)
        assert "is damaged" in words(screen, "head")


async def test_who_may_look_no_more_is_put_out_of_the_numbers_too(busy: Desk, ana: Actor) -> None:
    async with numbers_of(busy, ana) as (_, screen):
        console = screen.app
        assert isinstance(console, Console)
        busy.set_role(ana, "bo", Role.LEAD)
        busy.set_role(busy.enter("bo"), "ana", Role.NONE)
        async with asyncio.timeout(30):
            while console.is_running:
                await asyncio.sleep(0.01)
        assert console.link.put_out is not None
        assert "may not look" in console.link.put_out


async def test_a_report_is_chosen_by_what_it_says(busy: Desk, ana: Actor) -> None:
    async with numbers_of(busy, ana) as (pilot, screen):
        await pilot.press("enter")
        await settled(pilot)
        options = pilot.app.screen.query_one(OptionList)
        said = [str(option.prompt) for option in options.options]
        assert [one.lstrip("● ").split("  ")[0] for one in said] == [one.title for one in FIGURES]
        assert "in Waiting for Support for" in said[2]
        await pilot.press("j", "j", "enter")
        await settled(pilot)
        assert pilot.app.screen is screen
        assert words(screen, "head").startswith(FIGURES[2].title)


async def test_names_are_shown_as_they_are_and_no_markup(desk: Desk, ana: Actor) -> None:
    number = desk.open(ana, "VPN", BOB).number
    desk.move(ana, number, T, Brings(team="[red]net[/]"))
    async with numbers_of(desk, ana) as (pilot, screen):
        await press(pilot, "3")
        assert "[red]net[/]" in words(screen, "rows")


async def test_a_screen_without_colours_or_in_ascii_says_the_same(
    busy: Desk, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with numbers_of(busy, ana) as (_, screen):
        assert "from below: S, C, T, P, B, A" in words(screen, "head")
        assert screen.query_one(Plot).is_mounted


async def test_in_ascii_a_line_is_drawn_by_the_first_letter_of_its_name(
    busy: Desk, ana: Actor
) -> None:
    async with console_of(busy, ana, changed(NO_TASTE, ascii=True)) as (pilot, console):
        await pilot.press("f2")
        screen = await counted(pilot, console)
        assert screen.query_one(Plot).display
        drawn = _picture(console).partition("from below")[2].partition("\n")[2].partition("day")[0]
        assert set("SCTPBA") <= set(drawn)
        assert not any("⠀" < char <= "⣿" for char in drawn)


@pytest.mark.parametrize("arguments", [(), ("--ascii",)], ids=["signs", "ascii"])
def test_a_lead_at_a_small_terminal_sees_what_is_stuck_in_three_keys(
    path: Path, real_desk: Desk, me: Actor, arguments: tuple[str, ...]
) -> None:
    real_desk.move(me, real_desk.open(me, "VPN", BOB).number, T, Brings(team="net"))
    with Terminal("--desk", str(path), "--as", "ana", *arguments, columns=80, rows=24) as terminal:
        terminal.expect("1 ticket open")
        terminal.press("\x1bOQ")
        terminal.expect("1 ticket opened")
        terminal.press("3")
        terminal.expect("in Scoping with Team")
        if arguments:
            assert "\n".join(terminal.screen.display).isascii()
        terminal.press("q")
        terminal.expect("1 ticket open")
        terminal.press("q")
        assert terminal.ended() == 0


async def test_what_changes_meanwhile_is_counted_before_long_and_the_page_stays_where_it_was(
    busy: Desk, ana: Actor
) -> None:
    async with numbers_of(busy, ana, size=(80, 16)) as (pilot, screen):
        await press(pilot, "0")
        page = screen.query_one("#numbers-page")
        await press(pilot, "j", "j", "j")
        assert "9 tickets opened" in words(screen, "head")
        busy.open(ana, "Fax is dead", BOB)
        async with asyncio.timeout(30):
            while "10 tickets opened" not in words(screen, "head"):
                assert WAITING not in words(screen, "head")
                await asyncio.sleep(0.01)
        assert page.scroll_y == 3


async def test_new_days_of_a_plotted_report_stay_in_sight(
    busy: Desk, ana: Actor, clock: HandClock
) -> None:
    async with numbers_of(busy, ana, size=(80, 16)) as (pilot, screen):
        page = screen.query_one("#numbers-page")
        assert page.is_vertical_scroll_end
        clock.forward(days=3)
        busy.open(ana, "Fax is dead", BOB)
        async with asyncio.timeout(30):
            while "10 tickets opened" not in words(screen, "head"):
                await asyncio.sleep(0.01)
        await settled(pilot)
        assert page.is_vertical_scroll_end
        assert page.max_scroll_y > 0


async def test_counting_takes_a_small_share_of_the_time_however_busy_the_desk(
    busy: Desk, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with numbers_of(busy, ana) as (_, screen):
        screen._took = 1000.0  # as if the desk were huge
        first = screen._span
        busy.open(ana, "Fax is dead", BOB)
        async with asyncio.timeout(30):
            while screen._again is None:
                await asyncio.sleep(0.01)
        begun = screen._again
        busy.open(ana, "Fax is dead", BOB)
        screen.desk_changed(read_standing(busy.store))
        assert screen._again is begun  # one wait for all that changes meanwhile
        assert begun._interval >= 10 * 1000.0
        assert screen._span is first


async def test_who_comes_to_a_ticket_changes_no_number(busy: Desk, ana: Actor) -> None:
    async with numbers_of(busy, ana) as (_, screen):
        screen.desk_changed(read_standing(busy.store))
        screen._count()
        screen.desk_changed(read_standing(busy.store))
        assert screen._again is None


async def test_numbers_that_are_left_open_keep_nothing_of_what_they_counted(
    busy: Desk, ana: Actor
) -> None:
    kept = []
    async with numbers_of(busy, ana) as (pilot, screen):
        for counting in range(121):
            screen._count()
            await pilot.app.workers.wait_for_complete()
            if counting in (20, 120):  # after the first ones everything was in use once
                kept.append(objects())
    begun, ended = kept
    assert ended - begun < 1_000, kept  # the reports of ten countings have more


async def test_a_plot_that_shows_what_it_did_is_not_sent_again(busy: Desk, ana: Actor) -> None:
    async with console_of(busy, ana, size=(160, 45)) as (pilot, console):
        await pilot.press("f2")
        screen = await counted(pilot, console)
        assert screen.query_one(Plot).display
        shown, layout = Shown(), screen._compositor.render_update(full=True)
        assert isinstance(layout, CompositorUpdate)
        assert "\u28ff" > max(shown.difference(layout, console.console)) > "\u2800"
        assert shown.difference(layout, console.console) == ""
