"""Where the nine columns stand on a screen of a given width: pure arithmetic.

Where all fit, all are equal. Where they do not, the focused column keeps at least 32 cells, its
neighbours share the rest, and the far ones fold to a spine with letter and count, so that every
status is always in sight. Below 60 cells there is one column under a strip of nine counts.
"""

from dataclasses import dataclass

from deskconsole.model import Status

EQUAL = 24  # cells a column needs for all nine to be equal
FOCUS = 32  # cells the focused column keeps
NEIGHBOUR = 20  # cells below which a neighbour folds
SPINE = 4
NARROW_SPINE = 3
ONE_COLUMN = 60  # cells below which one column is shown alone
HEAD_ROWS = 2
CARD_ROWS = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """A column's place: its left edge, and its width with the gap at its right."""

    status: Status
    x: int
    width: int
    spine: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The slots from left to right; `strip` says that nine counts are written above them."""

    slots: tuple[Slot, ...]
    strip: bool = False

    @property
    def head_rows(self) -> int:
        return HEAD_ROWS + (1 if self.strip else 0)

    def shown(self, height: int) -> int:
        """How many cards a column shows on a board of `height` rows, at least one."""
        return max(1, (height - self.head_rows) // CARD_ROWS)

    def slot(self, status: Status) -> Slot | None:
        """Where a column stands, if it does."""
        return next((slot for slot in self.slots if slot.status is status), None)


def lay_out(width: int, focus: Status, *, zoomed: bool = False) -> Layout:
    """The layout of a board `width` cells wide with the focus on one column.

    Zoomed, that column has all the room and the others are spines.
    """
    if width < ONE_COLUMN:
        return Layout((Slot(focus, 0, width),), strip=True)
    statuses = list(Status)
    count = len(statuses)
    if width >= count * EQUAL and not zoomed:
        return Layout(_placed([(status, 0) for status in statuses], width, equal=True))
    spine = SPINE if width - FOCUS >= (count - 1) * SPINE + SPINE else NARROW_SPINE
    neighbours = 0
    while (
        not zoomed
        and neighbours < count - 1
        and FOCUS + (neighbours + 1) * NEIGHBOUR + (count - 2 - neighbours) * spine <= width
    ):
        neighbours += 1
    first = min(max(focus.number - 1 - neighbours // 2, 0), count - 1 - neighbours)
    wide = range(first, first + neighbours + 1)
    rest = width - FOCUS - (count - 1 - neighbours) * spine
    widths: list[tuple[Status, int]] = []
    share = min(rest // neighbours, FOCUS) if neighbours else 0
    for index, status in enumerate(statuses):
        if status is focus:
            widths.append((status, FOCUS + rest - share * neighbours))
        else:
            widths.append((status, share if index in wide else spine))
    return Layout(_placed(widths, width, spine=spine))


def _placed(
    widths: list[tuple[Status, int]], total: int, *, equal: bool = False, spine: int = 0
) -> tuple[Slot, ...]:
    slots = []
    x = 0
    for index, (status, given) in enumerate(widths):
        width = given
        if equal:
            width = total * (index + 1) // len(widths) - x
        slots.append(Slot(status, x, width, spine=width == spine))
        x += width
    return tuple(slots)
