"""A widget as a picture in columns: made part by part, repainted only where it looks different.

What a change costs is thereby what can be seen of it, and where nothing can, nothing.
"""

from abc import abstractmethod
from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from deskconsole.face.layout import Layout, Slot
from deskconsole.face.pieces import Line
from deskconsole.frozen import Record
from deskconsole.tui.paint import Painted, segments


class Part(Record):
    """What stands in one slot of a row, ready to be painted; `steady` if its cells are sure."""

    line: Line
    segments: list[Segment]
    steady: bool


class Picture(Painted):
    """Rows of lines, one for each slot of its layout; looks are component classes `board--look`."""

    PAINTED_AS = "board"

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self._room = Size(80, 24)  # asked of the widget it is worked out anew each time
        self._layout = layout
        self._rows: dict[int, list[Part]] = {}  # a part for each slot, as it was made last
        self._strips: dict[int, Strip] = {}  # rows, for as long as they read the same

    @abstractmethod
    def line_in(self, slot: Slot, y: int) -> Line:
        """What stands in a slot in row `y` now, as wide as the slot."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of the picture within `crop`, as they are: nothing is laid over them."""
        for y in crop.line_range:
            if y not in self._strips:
                self._strips[y] = self.render_line(y)
        strips = [self._strips[y] for y in crop.line_range]
        if crop.column_span == (0, self._room.width):
            return strips
        return [strip.crop_extend(*crop.column_span, self.style("rest")) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Row `y` of the picture."""
        row = self._rows.get(y)
        if row is None:
            row = self._rows[y] = [
                self._part(slot, self.line_in(slot, y)) for slot in self._layout.slots
            ]
        last = self._layout.slots[-1]
        strip = Strip([one for part in row for one in part.segments], last.x + last.width)
        return strip.adjust_cell_length(self._room.width, self.style("rest"))

    def repaint(self, rows: Iterable[int] | None = None, slot: Slot | None = None) -> None:
        """Repaint what reads differently now: of all rows and slots, unless some are named."""
        slots = self._layout.slots
        indexes = range(len(slots)) if slot is None else (slots.index(slot),)
        dirty: list[Region] = []
        for y in range(self._room.height) if rows is None else rows:
            row = self._rows.get(y)
            if row is not None:
                dirty += self._remade(y, row, indexes)
        if dirty:
            self.refresh(*dirty)

    def _remade(self, y: int, row: list[Part], indexes: Iterable[int]) -> list[Region]:
        """Make those parts of a row anew; where it looks different thereby."""
        had = list(row)
        changed = []
        for index in indexes:
            slot = self._layout.slots[index]
            line = self.line_in(slot, y)
            if line != row[index].line:
                row[index] = self._part(slot, line)
                changed.append(slot)
        if changed:
            self._strips.pop(y, None)
        return self._where(y, [*had, *row], changed) if changed else []

    def _where(self, y: int, parts: Iterable[Part], slots: Iterable[Slot]) -> list[Region]:
        """Where row `y` is to be painted: in these slots, if every cell of its parts is sure."""
        if all(part.steady for part in parts):
            return [Region(slot.x, y, slot.width, 1) for slot in slots]
        return [Region(0, y, self._room.width, 1)]

    def lay_out_as(self, layout: Layout) -> None:
        """Take on a layout; slots as wide as they were keep what stands in them."""
        if layout == self._layout:
            return
        before = self._layout.slots
        stood = {(slot.status, slot.width, slot.spine): index for index, slot in enumerate(before)}
        kept = [stood.get((slot.status, slot.width, slot.spine)) for slot in layout.slots]
        moved = [slot for slot in layout.slots if slot not in before]
        self._layout = layout
        self._strips.clear()
        dirty: list[Region] = []
        for y, had in list(self._rows.items()):
            row = self._rows[y] = [
                self._part(slot, self.line_in(slot, y))
                if index is None
                else self._moved(slot, had[index])
                for slot, index in zip(layout.slots, kept, strict=True)
            ]
            dirty += self._where(y, [*had, *row], moved)
        self.refresh(*dirty)

    def _moved(self, slot: Slot, part: Part) -> Part:
        """A part as it stands in a slot, maybe elsewhere than before."""
        return part if part.steady else self._part(slot, part.line)

    def _part(self, slot: Slot, line: Line) -> Part:
        made = segments(line, self.style, slot.x)
        return Part(line, made, all(segment.control is None for segment in made))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._rows.clear()
        self._strips.clear()

    def as_sent(self, style: Style) -> Style:
        """A style in the colours that are to be seen: nothing is changed of a row any more."""
        _, background = self.background_colors
        segments = [Segment("x", style)]
        for line_filter in self.get_line_filters():
            segments = line_filter.apply(segments, background)
        return segments[0].style or Style.null()
