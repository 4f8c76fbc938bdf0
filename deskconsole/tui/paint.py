"""What is painted of pieces: runs of them as Textual's segments, in the looks of their widget."""

from collections.abc import Callable
from typing import ClassVar

from rich.segment import ControlType, Segment
from rich.style import Style
from textual.widget import Widget

from deskconsole.face.pieces import Line
from deskconsole.face.runs import runs


def segments(line: Line, style: Callable[[str], Style], x: int = 0) -> list[Segment]:
    """The segments of what begins in cell `x` of the screen."""
    row: list[Segment] = []
    for cell, control, text, look in runs(line, style, x):
        if cell is not None:
            row.append(Segment(control, None, [(ControlType.CURSOR_MOVE_TO_COLUMN, cell)]))
        if look is not None:
            row.append(Segment(text, look))
    return row


class Painted(Widget):
    """A widget that is painted in looks: its component classes `PAINTED_AS--look`."""

    PAINTED_AS: ClassVar[str]

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._styles: dict[str, Style] = {}

    def notify_style_update(self) -> None:
        """Forget the looks: they may be others now."""
        super().notify_style_update()
        self._styles.clear()

    def style(self, look: str) -> Style:
        """The style of a look; `a+b` is b laid over a. Equal ones are one object."""
        if look not in self._styles:
            style = self.rich_style
            for name in look.split("+") if look else ():
                style += self.get_component_rich_style(f"{self.PAINTED_AS}--{name}", partial=True)
            style = self.as_sent(style)
            same = (other for other in self._styles.values() if other == style)
            self._styles[look] = next(same, style)
        return self._styles[look]

    def as_sent(self, style: Style) -> Style:
        """A style as it is to be painted; what Textual changes of it comes later."""
        return style
