"""What stands on the terminal, cell by cell, so that of every frame only what differs is sent.

Textual sends whole spans, each from its widget's left edge, and every piece with its whole style.
Here a cell that looks as it did is not sent again, and what is sent goes from style to style, not
from row to row: to name a colour takes a terminal three times the bytes that going elsewhere does.
Where terminals disagree on how wide a text is, nothing is known of its row: what is to be shown
there is sent whole, as Textual does.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from deskconsole.face.pieces import cell_len
from deskconsole.face.runs import is_steady
from deskconsole.face.sgr import alike, change, ground

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

    def grow(self, width: int) -> None:
        missing = width - len(self.signs)
        if missing > 0:
            self.signs += [_UNKNOWN] * missing
            self.styles += [""] * missing


class _Words(NamedTuple):
    """What is to be shown in row `y` from column `x` on, in one style.

    `end` is where that leaves the terminal's cursor; None where terminals disagree on that.
    """

    y: int
    x: int
    text: str
    end: int | None


class Shown:
    """The terminal's cells as they were sent last."""

    def __init__(self) -> None:
        self._rows: dict[int, _Row] = {}

    def forget(self) -> None:
        """Know nothing: the terminal may show anything by now."""
        self._rows.clear()

    def difference(self, update: CompositorUpdate, console: Console) -> str:
        """What makes the terminal show `update`, empty if it does; from then on it does."""
        sent: list[str] = []
        by_style: dict[str, list[_Words]] = {}
        colors = console._color_system or ColorSystem.TRUECOLOR
        for y, x, strip, first, end in _spans(update):
            part = _part(strip, first - x, end - x, colors)
            if part is None:
                self._rows.pop(y, None)
                sent.append(f"{_place(y, x)}{strip.crop(0, end - x).render(console)}")
            else:
                for style, words in self._other(y, first, part):
                    by_style.setdefault(style, []).append(words)
        sent += _painted(by_style)
        return "".join(sent)

    def _other(self, y: int, x: int, part: _Row) -> Iterator[tuple[str, _Words]]:
        """What looks different in a part of row `y` that begins in column `x`, by styles."""
        row = self._rows.setdefault(y, _Row([], []))
        end = x + len(part.signs)
        row.grow(end)
        for start, stop in _runs(_Row(row.signs[x:end], row.styles[x:end]), part):
            # Behind its last cell a terminal's cursor is neither in the row nor in the next.
            at = x + stop if x + stop < len(row.signs) else None
            yield part.styles[start], _Words(y, x + start, "".join(part.signs[start:stop]), at)
        row.signs[x:end] = part.signs
        row.styles[x:end] = part.styles


def _painted(by_style: Mapping[str, Sequence[_Words]]) -> Iterator[str]:
    """Words style by style, those on one ground together, and from row to row in each."""
    before = ""
    for style in sorted(by_style, key=lambda style: (ground(style), style)):
        if style != before:
            yield change(before, style)
            before = style
        row, column = -1, None
        for words in by_style[style]:
            if words.y != row or column is None or words.x < column:
                yield _place(words.y, words.x)
            elif words.x > column:
                yield f"\x1b[{words.x - column}C"
            yield words.text
            row, column = words.y, words.end
    if before:
        yield change(before, "")


def _place(y: int, x: int) -> str:
    """Puts the terminal's cursor there."""
    return f"\x1b[{y + 1};{x + 1}H"


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
    before = ""
    blanks = 0  # cells right before, on which the next style may be seen as well as their own
    for text, style, control in strip:
        if control or (style is not None and style.link):
            return None
        look = "" if style is None else (style._ansi or Strip.render_ansi(style, colors))
        width = len(text) if single else cell_len(text)
        if look != before and alike(look, before):
            if text.isspace():
                look = before
            elif blanks:
                styles[-blanks:] = [look] * blanks
        blanks = (blanks + width if look == before else width) if text.isspace() else 0
        styles += [look] * width
        before = look
        if len(styles) >= end:
            break
    signs = list(whole) if single else _wide(whole)
    return _Row(signs[first:end], styles[first:end])


def _wide(text: str) -> list[str]:
    """The signs of a text by cells; the second cell of a wide one is empty."""
    return [part for sign in text for part in ((sign, "") if cell_len(sign) == 2 else (sign,))]


def _runs(before: _Row, part: _Row) -> Iterator[tuple[int, int]]:
    """From where to where cells look different, each in one style.

    Close ones are taken together, and no wide sign is halved.
    """
    if before.signs == part.signs and before.styles == part.styles:
        return
    cells = zip(before.signs, part.signs, before.styles, part.styles, strict=True)
    differ = [
        index
        for index, (had, sign, style, look) in enumerate(cells)
        if had != sign or (style != look and not (sign == " " and alike(style, look)))
    ]
    if differ:
        start = stop = differ[0]
        look = part.styles[start]
        for index in differ:
            if part.styles[index] != look or (index > stop and not _bridged(part, stop, index)):
                yield _whole(part, start, stop)
                start, look = index, part.styles[index]
            stop = index + 1
        yield _whole(part, start, stop)


def _bridged(part: _Row, stop: int, index: int) -> bool:
    """Whether to send the cells again between two that differ, as they are few and in one style."""
    between = part.styles[stop:index]
    return len(between) <= _BRIDGE and between.count(part.styles[index]) == len(between)


def _whole(part: _Row, start: int, stop: int) -> tuple[int, int]:
    if part.signs[start] == "" and start:
        start -= 1
    if stop < len(part.signs) and part.signs[stop] == "":
        stop += 1
    return start, stop
