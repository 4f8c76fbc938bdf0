"""The rows of the table: their units, what they stand beside, and what is to be reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from tests.bench.figures import Series

SMALLEST, LARGE, LARGEST = 1_000, 100_000, 1_000_000
GROWTH = 1.1  # most that any row may be at the largest size beside the smallest


class Unit(Enum):
    """What the values of a row are."""

    MS = "ms"
    BYTES = "B"
    CORE = "%"
    MIB = "MiB"
    RATE = "a second"


class Part(Enum):
    """Which figure of a series a limit is about."""

    MEDIAN = "median"
    P95 = "p95"
    TAIL = "worst above median"  # how much longer the longest took than the median
    SENT = "bytes"

    def of(self, series: Series) -> float:
        """The figure, in the row's unit or in bytes."""
        match self:
            case Part.MEDIAN:
                return series.median
            case Part.P95:
                return series.p95
            case Part.TAIL:
                return series.worst - series.median
            case Part.SENT:
                return series.sent


@dataclass(frozen=True, slots=True)
class Limit:
    """What a part may be at most; `least` turns it round, `size` is the only one it is for.

    In the row's unit or in bytes, or with `times` in the median of what the row stands beside.
    """

    bound: float
    part: Part = Part.MEDIAN
    times: bool = False
    least: bool = False
    size: int | None = None

    def keeps(self, figure: float) -> bool:
        """Whether a figure is within it."""
        return figure >= self.bound if self.least else figure <= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. `beside` is the row of the floor that its ratios are to.

    `peer` is how many times faster than the peer it is to be.
    """

    name: str
    unit: Unit = Unit.MS
    beside: str | None = None
    limits: tuple[Limit, ...] = ()
    peer: float | None = None
    grows: bool = False  # whether it may take more on a larger desk


def _times(bound: float, part: Part = Part.MEDIAN, size: int | None = None) -> Limit:
    return Limit(bound, part, times=True, size=size)


def _least(bound: float, size: int | None = None) -> Limit:
    return Limit(bound, least=True, size=size)


_NEAR = (_times(1.2), _times(2, Part.P95), Limit(700, Part.SENT))
_FAR = (_times(3.5), Limit(6_000, Part.SENT))
_MOVE = (_times(3.5), Limit(30, Part.TAIL), Limit(12_000, Part.SENT))
_TYPED = (Limit(30, size=LARGE),)
_ROOM = (_times(1.4, size=LARGEST),)
_CURSOR = "cursor keys"
BARE = "command: import peewee, click"  # a whole process that does only that

ROWS = (
    Row("first sight", beside="start", limits=(_times(0.15),)),
    Row("start", beside="start", limits=(_times(1.1),), peer=20),
    Row(_CURSOR, beside=_CURSOR, limits=_NEAR, peer=20),
    Row("cursor keys, last column", beside=_CURSOR, limits=_NEAR),
    Row("page keys", beside=_CURSOR, limits=_NEAR),
    Row("left and right", beside=_CURSOR, limits=_FAR),
    Row("jump to a column", beside=_CURSOR, limits=_FAR),
    Row("jump to a ticket", beside=_CURSOR),
    Row("ends", beside=_CURSOR, limits=_FAR),
    Row("open a ticket", beside=_CURSOR, limits=_FAR),
    Row("back to the board", beside=_CURSOR, limits=_FAR),
    Row("a move: its dialog", beside=_CURSOR),
    Row("a move: painted and durable", beside=_CURSOR, limits=_MOVE),
    Row("a move: both keys", beside=_CURSOR, peer=50),
    Row("undo", beside=_CURSOR),
    Row("filter, each key", limits=_TYPED),
    Row("sort", limits=_TYPED),
    Row("change by another process, SQLite", limits=(Limit(50),)),
    Row("change by another process, PostgreSQL", limits=(Limit(20),)),
    Row("idle: bytes", Unit.BYTES, limits=(Limit(0),)),
    Row("idle: share of a core", Unit.CORE, limits=(Limit(0.5),)),
    Row("memory", Unit.MIB, beside="memory", limits=_ROOM),
    Row("memory after the keys", Unit.MIB, beside="memory after the keys", limits=_ROOM),
    Row(BARE),
    Row("command: show", beside=BARE, limits=(_times(1.5),), grows=True),
    Row("command: move", beside=BARE, limits=(_times(1.5),), grows=True),
    Row("worker: closings", Unit.RATE, limits=(_least(1_500),)),
    Row("import: tickets", Unit.RATE, limits=(_least(5_000, LARGE),)),
    Row("import: most memory", Unit.MIB),
    Row("demo: tickets", Unit.RATE, limits=(_least(20_000, LARGE), _least(20_000, LARGEST))),
)


def words(row: Row) -> Iterator[str]:
    """What is to be reached, a few words a limit."""
    for limit in row.limits:
        sign = "≥" if limit.least else "≤"
        unit = (
            "x"
            if limit.times
            else f" {Unit.BYTES.value if limit.part is Part.SENT else row.unit.value}"
        )
        part = "" if limit.part in (Part.MEDIAN, Part.SENT) else f"{limit.part.value} "
        at = f" at {limit.size:,}" if limit.size else ""
        yield f"{part}{sign} {limit.bound:,g}{unit}{at}"
    if row.peer:
        yield f"{row.peer:g}x faster than the peer"
