"""What whoever sits here asked to be told about, with a bell."""

from collections.abc import Sequence

from textual.content import Content

from deskconsole.desk.desk import Desk
from deskconsole.frozen import changed
from deskconsole.lifecycle.access import Right
from deskconsole.model import Alerts, Settlement, Warned
from deskconsole.tui.fields import Field, Given, Kind
from deskconsole.tui.link import Link
from deskconsole.tui.mind.screen import MindScreen, column

_MEANS = {
    Warned.URGENT: "an urgent ticket was opened, or one was made urgent",
    Warned.OVERDUE: "a deadline, a day of review or a promise has passed",
    Warned.UNASSIGNED: "an open ticket is nobody's, and was not moved, for so long",
}


class AlertsScreen(MindScreen[Warned]):
    """One's own alerts, to turn on and off."""

    RIGHT = Right.WATCH
    ENTER = "turns it on or off"

    def __init__(self, link: Link) -> None:
        super().__init__(link, "What to be told about", "Your own; told once, with a bell.")
        self._alerts = Alerts()

    def read(self, desk: Desk) -> tuple[Sequence[Warned], Sequence[Settlement]]:
        """What there is to be told of."""
        self._alerts = desk.alerts(self.link.me)
        return [*Warned], ()

    def row(self, item: Warned) -> Content:
        """An alert, and whether it is on."""
        on = getattr(self._alerts, item.value)
        mark = "[x] " if on else "[ ] "
        name = f"{item.value} {on}" if item is Warned.UNASSIGNED and on else item.value
        return Content.assemble(mark, (column(name, 22), "bold"), _MEANS[item])

    def about(self, item: Warned) -> str:
        """What one is told of."""
        return _MEANS[item]

    def change(self, item: Warned) -> None:
        """Turn one on or off; how long a ticket is nobody's is asked."""
        if item is Warned.UNASSIGNED and self._alerts.unassigned is None:
            self._ask_period()
            return
        value = None if item is Warned.UNASSIGNED else not getattr(self._alerts, item.value)
        me, wanted = self.link.me, str(changed(self._alerts, **{item.value: value}))

        def work(desk: Desk) -> str:
            return f"you are told of {str(desk.set_alerts(me, wanted)) or 'nothing'}"

        self.do(work)

    def _ask_period(self) -> None:
        me, others = self.link.me, str(changed(self._alerts, unassigned=None))

        def work(desk: Desk, given: Given) -> str:
            words = f"{others}, {Warned.UNASSIGNED} {given.get('period', '')}"
            return f"you are told of {desk.set_alerts(me, words)}"

        field = Field("period", "Nobody's for longer than", Kind.LINE, value="4 hours")
        self.ask("Unassigned for long", _MEANS[Warned.UNASSIGNED], (field,), "Tell me", work)
