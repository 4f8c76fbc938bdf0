"""What stands on the terminal, cell by cell, so that of every frame only what differs is sent.

Textual sends whole spans, each from its widget's left edge, and every piece with its whole style.
Here a cell that looks as it did is not sent again, and of a style only what is other than before
it. Where terminals disagree on how wide a text is, nothing is known of its row: what is to be
shown there is sent whole, as Textual does.
"""

from collections.abc import Iterator
from itertools import groupby

from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from deskconsole.face.pieces import cell_len
from deskconsole.face.runs import is_steady
from deskconsole.face.sgr import alike, change, for_blank

_UNKNOWN = "\0"  # which is never shown
_BRIDGE = 5  # cells that are as they were and are sent again, since to jump them costs as much


class Frame(CompositorUpdate):
    """What is to be sent for a frame."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render_segments(self, console: Console) -> str:
        return self.text


class _Row:
    """Signs by cells, and their styles as SGR parameters.

    The second cell of a wide sign is empty; one of which nothing is known has the sign `_UNKNOWN`.
    """

    __slots__ = ("signs", "styles")

    def __init__(self, signs: list[str], styles: list[str]) -> None:
        self.signs = signs
        self.styles = styles

    def texts(self, start: int, stop: int) -> Iterator[tuple[str, str]]:
        """What stands from one cell to another, by styles."""
        for style, cells in groupby(self.styles[start:stop]):
            end = start + len(list(cells))
            yield "".join(self.signs[start:end]), style
            start = end

    def grow(self, width: int) -> None:
        missing = width - len(self.signs)
        if missing > 0:
            self.signs += [_UNKNOWN] * missing
            self.styles += [""] * missing


class Shown:
    """The terminal's cells as they were sent last."""

    def __init__(self) -> None:
        self._rows: dict[int, _Row] = {}
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
            part = _part(strip, first - x, end - x, colors)
            if part is None:
                self._send_whole(y, x, strip.crop(0, end - x), console)
            else:
                self._send(y, first, part)
        self._set("")
        return "".join(self._sent)

    def _send_whole(self, y: int, x: int, strip: Strip, console: Console) -> None:
        self._rows.pop(y, None)
        self._set("")
        self._sent.append(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}")
        self._at = None

    def _send(self, y: int, x: int, part: _Row) -> None:
        """Show a part of row `y` that begins in column `x`."""
        row = self._rows.setdefault(y, _Row([], []))
        end = x + len(part.signs)
        row.grow(end)
        for start, stop in _runs(_Row(row.signs[x:end], row.styles[x:end]), part):
            self._go(y, x + start)
            for text, style in part.texts(start, stop):
                self._set(for_blank(self._style, style) if text.isspace() else style)
                self._sent.append(text)
            # Behind its last cell a terminal's cursor is neither in the row nor in the next.
            self._at = (y, x + stop) if x + stop < len(row.signs) else None
        row.signs[x:end] = part.signs
        row.styles[x:end] = part.styles

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


def _part(strip: Strip, first: int, end: int, colors: ColorSystem) -> _Row | None:
    """A strip from one cell to another.

    None if terminals disagree on where its cells are, or it holds more than cells.
    """
    whole = strip.text
    if not is_steady(whole):
        return None
    single = cell_len(whole) == len(whole)
    styles: list[str] = []
    for text, style, control in strip:
        if control or (style is not None and style.link):
            return None
        look = "" if style is None else (style._ansi or Strip.render_ansi(style, colors))
        styles += [look] * (len(text) if single else cell_len(text))
        if len(styles) >= end:
            break
    signs = list(whole) if single else _wide(whole)
    return _Row(signs[first:end], styles[first:end])


def _wide(text: str) -> list[str]:
    """The signs of a text by cells; the second cell of a wide one is empty."""
    return [part for sign in text for part in ((sign, "") if cell_len(sign) == 2 else (sign,))]


def _runs(before: _Row, part: _Row) -> Iterator[tuple[int, int]]:
    """From where to where cells look different, close ones taken together, none halved."""
    if before.signs == part.signs and before.styles == part.styles:
        return
    cells = zip(before.signs, part.signs, before.styles, part.styles, strict=True)
    differ = [
        index
        for index, (had, sign, style, look) in enumerate(cells)
        if had != sign or (style != look and not (sign == " " and alike(style, look)))
    ]
    if differ:
        start, stop = differ[0], differ[0]
        for index in differ:
            if index > stop + _BRIDGE:
                yield _whole(part, start, stop)
                start = index
            stop = index + 1
        yield _whole(part, start, stop)


def _whole(part: _Row, start: int, stop: int) -> tuple[int, int]:
    if part.signs[start] == "" and start:
        start -= 1
    if stop < len(part.signs) and part.signs[stop] == "":
        stop += 1
    return start, stop
