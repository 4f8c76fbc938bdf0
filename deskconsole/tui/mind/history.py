"""Everything that was settled at the desk, the newest first."""

from collections.abc import Sequence

from textual.content import Content

from deskconsole.calendar import wall_time
from deskconsole.desk.desk import Desk
from deskconsole.desk.settled import settled_words
from deskconsole.face.pieces import clip
from deskconsole.lifecycle.access import Right
from deskconsole.model import Settlement
from deskconsole.tui.link import Link
from deskconsole.tui.mind.screen import MindScreen, column
from deskconsole.tui.report import Report

_MOST = 500  # settlements


class History(MindScreen[Settlement]):
    """Who settled what, and when; Enter shows one in full."""

    RIGHT = Right.LOOK
    ENTER = "shows it in full"
    EMPTY = "nothing was settled here yet"

    def __init__(self, link: Link) -> None:
        about = f"Policy, people, views and canned texts: the last {_MOST} changes."
        super().__init__(link, "What was settled", about)
        self._zone = "UTC"

    def read(self, desk: Desk) -> tuple[Sequence[Settlement], Sequence[Settlement]]:
        """The last ones."""
        self._zone = desk.store.policy().timezone
        return desk.store.settlements(None, _MOST), ()

    def row(self, item: Settlement) -> Content:
        """When, who, and what became what."""
        when = f"{wall_time(item.at, self._zone)}  "
        return Content.assemble(
            when, (column(item.by.name, 12), "bold"), clip(settled_words(item), 200)
        )

    def change(self, item: Settlement) -> None:
        """Show it in full."""
        when, role = wall_time(item.at, self._zone), item.by.role.value
        lines = [f"{item.matter.value}: {item.name}", f"{when}, by {item.by.name}, {role}", ""]
        for label, words in (("Before", item.before), ("After", item.after)):
            lines += [f"{label}:", *("  " + line for line in (words or "(none)").split("\n")), ""]
        self.app.push_screen(Report(lines))
