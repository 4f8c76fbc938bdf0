"""When tickets come in: by hour and weekday of the desk."""

from collections import Counter
from collections.abc import Sequence

from deskconsole.report.figure import Cell, Column, Figure, Gist
from deskconsole.report.span import Span
from deskconsole.report.story import Story
from deskconsole.words import plural

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Arrivals(Figure):
    name = "arrivals"
    title = "Arrivals"
    definition = "Tickets opened since then, by hour of the day and weekday, in the desk's zone."
    columns = (
        Column("hour", "from"),
        *(Column(name.lower(), name[:3]) for name in _WEEKDAYS),
    )

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._hours: Counter[tuple[int, int]] = Counter()

    def add(self, story: Story) -> None:
        """Count its opening, if that is in the span."""
        if story.opened is not None and self.span.has(story.opened):
            day, hour = self.span.hour(story.opened)
            self._hours[day.weekday(), hour] += 1

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each hour."""
        return [
            (f"{hour:02}:00", *(self._hours[day, hour] for day in range(7))) for hour in range(24)
        ]

    def gist(self) -> Gist:
        """The hour in which most came."""
        if not self._hours:
            return ("nothing was opened",)
        (day, hour), most = max(self._hours.items(), key=lambda one: (one[1], one[0]))
        return (
            f"{plural(self._hours.total(), 'ticket')} opened; most, {most:,}, on {_WEEKDAYS[day]}s "
            f"from {hour:02}:00 to {(hour + 1) % 24:02}:00",
        )
