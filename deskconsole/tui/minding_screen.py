"""The way from the board to the screens by which the desk is minded."""

from deskconsole.errors import DeskError
from deskconsole.model import View
from deskconsole.tui.actions import ACTIONS
from deskconsole.tui.finding_screen import FindingScreen


class MindingScreen(FindingScreen):
    """A screen from which the desk is minded."""

    def action_mind(self, name: str = "") -> None:
        """Open one of the desk's screens, or choose among them."""
        if name:
            self._open_minded(name)
            return

        screens = [action for action in ACTIONS if action.id.startswith("mind-the.")]

        def chosen(index: int | None) -> None:
            if index is not None:
                self._open_minded(screens[index].label)

        from deskconsole.tui.choose import Choose

        lines = [(action.label, action.help) for action in screens]
        self.app.push_screen(Choose("Mind the desk", lines, "opens it"), chosen)

    def _open_minded(self, name: str) -> None:
        def left(query: str | None) -> None:
            if query is None:
                self.reload()
                return
            try:
                self.set_look(View("", query, self.look.order))
            except DeskError as error:
                self.say(str(error), "bad")

        from deskconsole.tui.mind.all import screen_of

        self.app.push_screen(screen_of(name, self.link), left)
