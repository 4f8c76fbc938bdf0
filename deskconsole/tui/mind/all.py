"""Every screen of the desk's matters by its name."""

from collections.abc import Callable
from typing import Any

from deskconsole.tui.link import Link
from deskconsole.tui.mind.alerts import AlertsScreen
from deskconsole.tui.mind.history import History
from deskconsole.tui.mind.people import People
from deskconsole.tui.mind.policy import Limits, Policies, Teams
from deskconsole.tui.mind.screen import MindScreen
from deskconsole.tui.mind.texts import CannedTexts, Views
from deskconsole.tui.mind.workload import Workload

_SCREENS: dict[str, Callable[[Link], MindScreen[Any]]] = {
    "workload": Workload,
    "people": People,
    "policy": Policies,
    "teams": Teams,
    "limits": Limits,
    "canned": CannedTexts,
    "views": Views,
    "history": History,
    "alerts": AlertsScreen,
}


def screen_of(name: str, link: Link) -> MindScreen[Any]:  # each lists something else
    """The screen of that name."""
    return _SCREENS[name](link)
