"""A report's plot: its days along, a line for each column that is drawn.

It brings in the plotting library, and numpy with it: nothing imports this before it is needed.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle
from typing import ClassVar

from textual.binding import BindingType
from textual.reactive import reactive
from textual_plot import AxisFormatter, DurationFormatter, HiResMode, NumericAxisFormatter
from textual_plot import PlotWidget as _PlotWidget

from deskconsole.report.figure import Numbers, Shape
from deskconsole.tui.numbers_table import size
from deskconsole.tui.page import LINES

_MARKED = 6  # days that are named along the axis, at most


class _Days(AxisFormatter):
    """Days along the axis, counted from the first."""

    def __init__(self, first: date) -> None:
        self._first = first

    def get_ticks(self, min_: float, max_: float, max_ticks: int = _MARKED) -> list[float]:
        """Some days, evenly apart; none at the very end, where its name would not fit."""
        step = max(1, -(-int(max_) // _MARKED))
        return [float(day) for day in range(0, int(max_), step)]

    def get_labels_for_ticks(self, ticks: Sequence[float]) -> list[str]:
        """Month and day."""
        return [f"{self._first + timedelta(days=tick):%m-%d}" for tick in ticks]


class Plot(_PlotWidget, can_focus=False, inherit_bindings=False):
    """Takes no keys and no mouse. What stands along its axes are days, counts and lengths of time:
    the library would take words for markup."""

    margin_top = reactive(0)
    margin_bottom = reactive(1)
    margin_left = reactive(7)
    BINDINGS: ClassVar[list[BindingType]] = []
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plot--axis",
        "plot--tick",
        "plot--label",
        *(f"plot--{look}" for look in LINES),
    }

    def __init__(self) -> None:
        super().__init__(allow_pan_and_zoom=False)

    def draw(self, numbers: Numbers, *, letters: bool = False) -> None:
        """Draw a report whose first column is days; each band stands on the one before it.

        With `letters` a line is its days, each the first letter of the line's name.
        """
        days = [row[0] for row in numbers.rows if isinstance(row[0], date)]
        along = [(day - days[0]).days for day in days]
        ground = [0.0] * len(days)
        top = 0.0
        self.clear()
        plotted = [at for at, column in enumerate(numbers.columns) if column.plotted]
        for at, line in zip(plotted, cycle(LINES), strict=False):
            up = [size(row[at]) for row in numbers.rows]
            if numbers.shape is Shape.BANDS:
                ground = up = [one + below for one, below in zip(up, ground, strict=True)]
            top = max(top, *up)
            look = str(self.get_component_rich_style(f"plot--{line}"))
            if letters:
                self.scatter(along, up, marker=numbers.columns[at].head[0], marker_style=look)
            else:
                self.plot(along, up, line_style=look, hires_mode=HiResMode.BRAILLE)
        lengths = any(isinstance(row[plotted[0]], timedelta) for row in numbers.rows)
        self.set_x_formatter(_Days(days[0]))
        self.set_y_formatter(DurationFormatter() if lengths else NumericAxisFormatter())
        self.set_xlimits(0, max(along[-1], 1))
        self.set_ylimits(0, top * 1.05 or 1)
