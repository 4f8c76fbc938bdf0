"""What stands on the terminal, cell by cell, so that of every frame only what differs is sent.

Textual sends whole spans, each from its widget's left edge, and every piece with its whole style.
Here a cell that looks as it did is not sent again, and of a style only what is other than before
it. Where terminals disagree on how wide a text is, nothing is known of its row: what is to be
shown there is sent whole, as Textual does.
"""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from deskconsole.face.runs import is_steady
from deskconsole.face.sgr import change

# A sign and its style as SGR parameters; the second cell of a wide sign has none.
_Cell = tuple[str, str]

_BRIDGE = 5  # cells that are as they were and are sent again, since to jump them costs as much


class Frame(CompositorUpdate):
    """What is to be sent for a frame."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render_segments(self, console: Console) -> str:
        return self.text


class Shown:
    """The terminal's cells as they were sent last; None where that is not known."""

    def __init__(self) -> None:
        self._rows: dict[int, list[_Cell | None]] = {}
        self._sent: list[str] = []
        self._style = ""
        self._at: tuple[int, int] | None = None  # row and column of the terminal's cursor

    def forget(self) -> None:
        """Know nothing: the terminal may show anything by now."""
        self._rows.clear()

    def difference(self, update: CompositorUpdate, console: Console) -> str:
        """What makes the terminal show `update`, empty if it does; from then on it does."""
        self._sent, self._style, self._at = [], "", None
        colors = console._color_system or ColorSystem.TRUECOLOR
        for y, x, strip, first, end in _spans(update):
            cells = _cells(strip, first - x, end - x, colors)
            if cells is None:
                self._send_whole(y, x, strip.crop(0, end - x), console)
            else:
                self._send(y, first, cells)
        self._set("")
        return "".join(self._sent)

    def _send_whole(self, y: int, x: int, strip: Strip, console: Console) -> None:
        self._rows.pop(y, None)
        self._set("")
        self._sent.append(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}")
        self._at = None

    def _send(self, y: int, x: int, cells: list[_Cell]) -> None:
        """Show these cells in row `y` from `x` on."""
        row = self._rows.setdefault(y, [])
        end = x + len(cells)
        if len(row) < end:
            row.extend([None] * (end - len(row)))
        before = row[x:end]
        if before == cells:
            return
        row[x:end] = cells
        for start, stop in _runs(before, cells):
            self._go(y, x + start)
            for sign, style in cells[start:stop]:
                if style != self._style:
                    self._set(style)
                self._sent.append(sign)
            # Behind its last cell a terminal's cursor is neither in the row nor in the next.
            self._at = (y, x + stop) if x + stop < len(row) else None

    def _go(self, y: int, x: int) -> None:
        if self._at == (y, x):
            return
        if self._at is not None and self._at[0] == y and self._at[1] < x:
            self._sent.append(f"\x1b[{x - self._at[1]}C")
        else:
            self._sent.append(f"\x1b[{y + 1};{x + 1}H")

    def _set(self, style: str) -> None:
        if style != self._style:
            self._sent.append(change(self._style, style))
            self._style = style


def _spans(update: CompositorUpdate) -> Iterator[tuple[int, int, Strip, int, int]]:
    """The strips of an update: row, column, and the columns of it that are to be shown."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield y, x, strip, x, x + strip.cell_length
                x += strip.cell_length
    elif isinstance(update, ChopsUpdate):
        for y, first, last in update.spans:
            for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if chop is not None and x < last and end > first:
                    yield y, x, chop, max(x, first), min(end, last)


def _cells(strip: Strip, first: int, end: int, colors: ColorSystem) -> list[_Cell] | None:
    """A strip cell by cell, from one cell to another.

    None if terminals disagree on where they are, or it holds more than cells.
    """
    cells: list[_Cell] = []
    x = 0
    for text, style, control in strip:
        if control or (style is not None and style.link) or not is_steady(text):
            return None
        width = len(text) if text.isascii() else cell_len(text)
        if x < end and x + width > first:
            look = "" if style is None else (style._ansi or Strip.render_ansi(style, colors))
            signs = text if width == len(text) else _wide(text)
            cells += [(sign, look) for sign in signs[max(first - x, 0) : end - x]]
        x += width
    return cells


def _wide(text: str) -> list[str]:
    """The signs of a text by cells; the second cell of a wide one is empty."""
    return [part for sign in text for part in ((sign, "") if cell_len(sign) == 2 else (sign,))]


def _runs(before: list[_Cell | None], cells: list[_Cell]) -> Iterator[tuple[int, int]]:
    """From where to where cells differ, close ones taken together, wide signs never halved."""
    differ = [index for index, cell in enumerate(cells) if before[index] != cell]
    start = stop = differ[0]
    for index in differ:
        if index > stop + _BRIDGE:
            yield _whole(cells, start, stop)
            start = index
        stop = index + 1
    yield _whole(cells, start, stop)


def _whole(cells: list[_Cell], start: int, stop: int) -> tuple[int, int]:
    if not cells[start][0] and start:
        start -= 1
    if stop < len(cells) and not cells[stop][0]:
        stop += 1
    return start, stop
