"""Where the nine columns stand on a screen of a given width: pure arithmetic.

Where all fit, all are equal. Where they do not, the focused column keeps at least 32 cells, its
neighbours share the rest, and the far ones fold to a spine with letter and count, so that every
status is always in sight; so do those that a person folds. Which ones fold changes only where the
focus would come to stand beside a spine: whoever goes sideways sees two columns change and the
others stay. Below 60 cells there is one column under a strip of nine counts.
"""

from typing import NamedTuple

from deskconsole.terms import Status

EQUAL = 24  # cells a column needs for all nine to be equal
FOCUS = 32  # cells the focused column keeps
NEIGHBOUR = 20  # cells below which a neighbour folds
SPINE = 4
NARROW_SPINE = 3
ONE_COLUMN = 60  # cells below which one column is shown alone
HEAD_ROWS = 2
CARD_ROWS = 2


class Slot(NamedTuple):
    """A column's place: its left edge, and its width with the gap at its right."""

    status: Status
    x: int
    width: int
    spine: bool = False


class Layout(NamedTuple):
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

    def at(self, x: int) -> Slot | None:
        """The column that covers cell `x`."""
        return next((slot for slot in self.slots if slot.x <= x < slot.x + slot.width), None)


def lay_out(
    width: int,
    focus: Status,
    *,
    zoomed: bool = False,
    folded: frozenset[Status] = frozenset(),
    before: Layout | None = None,
) -> Layout:
    """The layout of a board `width` cells wide with the focus on one column.

    Zoomed, that column has all the room and the others are spines; folded ones always are, but
    for the focused one. Columns that stood in the layout `before` stay as far as they can.
    """
    if width < ONE_COLUMN:
        return Layout((Slot(focus, 0, width),), strip=True)
    statuses = list(Status)
    shown = [status for status in statuses if status is focus or status not in folded]
    folds = len(statuses) - len(shown)
    if zoomed:
        shown, folds = [focus], len(statuses) - 1
    spine = SPINE if width - FOCUS >= (len(statuses) - 1) * SPINE + SPINE else NARROW_SPINE
    if width - folds * spine >= len(shown) * EQUAL:
        return Layout(_placed(_equal(shown, width - folds * spine), spine))
    neighbours = 0
    while (
        neighbours < len(shown) - 1
        and FOCUS + (neighbours + 1) * NEIGHBOUR + (len(statuses) - 2 - neighbours) * spine <= width
    ):
        neighbours += 1
    first = _first(shown, shown.index(focus), neighbours, before)
    rest = width - FOCUS - (len(statuses) - 1 - neighbours) * spine
    share = min(rest // neighbours, FOCUS) if neighbours else 0
    widths = dict.fromkeys(shown[first : first + neighbours + 1], share)
    widths[focus] = FOCUS + rest - share * neighbours
    return Layout(_placed(widths, spine))


def _first(shown: list[Status], at: int, neighbours: int, before: Layout | None) -> int:
    """The first of the columns that stand beside the one `at`, so that it has one on each side."""
    first = at - neighbours // 2
    stood = [slot.status for slot in before.slots if not slot.spine] if before else []
    if stood and stood[0] in shown:
        beside = 1 if neighbours > 1 else 0
        first = min(max(shown.index(stood[0]), at + beside - neighbours), at - beside)
    return min(max(first, 0), len(shown) - 1 - neighbours)


def _equal(shown: list[Status], width: int) -> dict[Status, int]:
    """The width shared out evenly, to the last cell."""
    count = len(shown)
    return {
        status: width * (index + 1) // count - width * index // count
        for index, status in enumerate(shown)
    }


def _placed(widths: dict[Status, int], spine: int) -> tuple[Slot, ...]:
    """The nine slots from left to right; who has no width of its own is a spine."""
    slots = []
    x = 0
    for status in Status:
        width = widths.get(status, spine)
        slots.append(Slot(status, x, width, spine=status not in widths))
        x += width
    return tuple(slots)
