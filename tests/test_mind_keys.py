"""The screens by which a desk is minded, by their keys."""

import re

import pytest
from textual.pilot import Pilot

from deskconsole.desk.desk import Desk
from deskconsole.model import Actor, Alerts, Period, Role, Status
from deskconsole.store.standing import read_standing
from deskconsole.store.workload import read_workload
from deskconsole.tui.form import Form
from deskconsole.tui.link import FollowsDesk
from tests.conftest import Lead
from tests.test_board import console_at, numbers, press, settled

S = Status.WAITING_FOR_SUPPORT


def shown(pilot: Pilot[None]) -> str:
    """All that the console shows now."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


async def opened(pilot: Pilot[None], name: str) -> None:
    await press(pilot, "colon", *name, "enter")
    while not getattr(pilot.app.screen, "ready", True):
        await pilot.pause(0.01)
    await read(pilot)


async def read(pilot: Pilot[None]) -> None:
    """Wait until what was asked of the desk is shown."""
    await pilot.app.workers.wait_for_complete()
    await settled(pilot)


async def keys(pilot: Pilot[None], *typed: str) -> None:
    for key in typed:
        await press(pilot, key)
        await read(pilot)


async def test_a_lead_sees_who_holds_what_and_shares_it_out(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    for _ in range(6):
        desk.assign(ana, at(S).number, "bo")
    async with console_at(desk, ana) as (pilot, board):
        await opened(pilot, "workload")
        assert re.search(r"bo +6 +6", shown(pilot))
        await keys(pilot, "j", "s", *"bo,eve,ana", "ctrl+d")
        assert "4 of 4 shared out: ana 2, eve 2; undo" in shown(pilot)
        await keys(pilot, "escape")
        assert all(re.search(rf"{name} +2 +2", shown(pilot)) for name in ("ana", "bo", "eve"))
        await keys(pilot, "escape", "u")
        held = {one.name: one.total for one in read_workload(desk.store)}
        assert held["bo"] == 6
        await opened(pilot, "workload")
        await keys(pilot, "j", "enter")
        assert len(numbers(board)) == 6
        assert "/assignee:bo is:open" in shown(pilot)


async def test_the_cursor_stays_at_its_ticket_when_others_change_hands(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    for _ in range(3):
        desk.assign(ana, at(S).number, "bo")
    async with console_at(desk, ana) as (pilot, _):
        await opened(pilot, "workload")
        await keys(pilot, "j", "a", "j", "j")
        desk.assign(ana, 1, "eve")
        screen = pilot.app.screen
        assert isinstance(screen, FollowsDesk)
        screen.desk_changed(read_standing(desk.store))
        await read(pilot)
        await keys(pilot, "enter")
        assert "Hand SD-3 of bo" in shown(pilot)


async def test_what_changed_meanwhile_is_told_and_left_alone(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    for _ in range(3):
        desk.assign(ana, at(S).number, "bo")
    async with console_at(desk, ana) as (pilot, _):
        await opened(pilot, "workload")
        await keys(pilot, "j", "a", "asterisk", "a")
        desk.note(desk.enter("bo"), 2, "mine")
        await keys(pilot, *"eve", "ctrl+d")
        await read(pilot)
        assert "2 of 3 handed over" in shown(pilot)
        assert "SD-2 has changed since you looked: bo noted on SD-2" in " ".join(
            shown(pilot).split()
        )
        whose = [desk.store.ticket(number).assignee for number in (1, 2, 3)]
        assert [person.name for person in whose if person] == ["eve", "bo", "eve"]


async def test_a_lead_settles_policy_in_place_and_sees_its_history(desk: Desk, ana: Actor) -> None:
    async with console_at(desk, ana) as (pilot, _):
        await opened(pilot, "policy")
        await keys(pilot, "j", "enter")
        await keys(pilot, *["backspace"] * 6, *"soon", "ctrl+d")
        assert "'soon' is not a period" in shown(pilot)
        await keys(pilot, *["backspace"] * 4, *"5 days".replace(" ", ""), "ctrl+d")
        assert "approval_period is 5 days now" in shown(pilot)
        assert "approval_period: 1 week → 5 days" in shown(pilot)
        assert str(desk.store.policy().approval_period) == "5 days"


async def test_people_teams_limits_texts_and_views_are_settled_by_keys(
    desk: Desk, ana: Actor
) -> None:
    async with console_at(desk, ana) as (pilot, _):
        await opened(pilot, "people")
        await keys(pilot, "n", *"zoe", "ctrl+d")
        assert "zoe is technician now" in shown(pilot)
        await keys(pilot, "escape")
        await opened(pilot, "teams")
        assert "no team is named" in shown(pilot)
        await keys(pilot, "n", *"net", "ctrl+d", "n", *"db", "ctrl+d", "d", "ctrl+d", "escape")
        await opened(pilot, "limits")
        await keys(pilot, "enter", *"many", "ctrl+d")
        assert "'many' is no limit; write a number such as 4" in shown(pilot)
        await keys(pilot, *["backspace"] * 4, "7", "ctrl+d", "escape")
        await opened(pilot, "canned")
        await keys(pilot, "n", *"hi", "tab", *"db", "tab", *"Hello", "ctrl+d")
        assert "kept hi of team db" in shown(pilot)
        await keys(pilot, "enter", *"Oh", "ctrl+d", "escape")
        await opened(pilot, "views")
        await keys(pilot, "n", *"Mine", "tab", *"mine", "ctrl+d", "escape")
    assert desk.member("zoe").role is Role.TECHNICIAN
    assert desk.store.policy().teams == ("db",)
    assert desk.store.policy().limit(S) == 7
    assert [(one.name, one.team, one.body) for one in desk.store.canned()] == [
        ("hi", "db", "OhHello")
    ]
    assert [(view.name, view.query) for view in desk.store.views()] == [("Mine", "mine")]


@pytest.mark.parametrize("name", ["people", "policy", "teams", "limits"])
async def test_who_may_not_settle_a_matter_sees_it_and_why(
    desk: Desk, ana: Actor, name: str
) -> None:
    desk.add_team(ana, "net")
    before = desk.store.settlements()
    async with console_at(desk, desk.enter("bo")) as (pilot, _):
        await opened(pilot, name)
        assert re.search(
            "a technician may not (set policy|give roles); ask a lead to", shown(pilot)
        )
        for key in ("enter", "n", "d"):
            await keys(pilot, key)
            assert not isinstance(pilot.app.screen, Form)
    assert desk.store.settlements() == before


async def test_a_screen_shows_what_others_settle_meanwhile_and_one_turns_alerts_on(
    desk: Desk, ana: Actor
) -> None:
    async with console_at(desk, ana) as (pilot, _):
        await opened(pilot, "history")
        desk.keep_canned(ana, "[hi]", "[b]Hello[/b]")
        await keys(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, FollowsDesk)
        screen.desk_changed(read_standing(desk.store))
        await read(pilot)
        assert "text [hi]: [b]Hello[/b]" in shown(pilot)
        await keys(pilot, "escape")
        await opened(pilot, "alerts")
        await keys(pilot, "enter", "j", "j", "enter", "ctrl+d")
        assert desk.alerts(ana) == Alerts(urgent=True, unassigned=Period(hours=4))
        await keys(pilot, "enter")
        assert desk.alerts(ana) == Alerts(urgent=True)
