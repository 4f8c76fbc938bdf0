"""The looks of the board as the terminal is sent them, for the next start's first sight."""

from collections.abc import Callable, Iterable

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from deskconsole.face.board import FIRST_LOOKS
from deskconsole.tui.bars import Bar
from deskconsole.tui.board import BoardView


def first_looks(screen: Screen[None]) -> dict[str, str]:
    """SGR parameters by place and look, `board:head`, for all that a first sight paints."""
    board = screen.query_one(BoardView)
    status, keys = screen.query_one("#status", Bar), screen.query_one("#keys", Bar)
    return {
        **_looks("board", board, board.style, FIRST_LOOKS),
        **_looks("status", status, status.style, ("text", "quiet")),
        **_looks("keys", keys, keys.style, ("text",)),
    }


def _looks(
    place: str, widget: Widget, style: Callable[[str], Style], looks: Iterable[str]
) -> dict[str, str]:
    """As the styles of Textual's widgets are sent: filtered, in the colours that there are."""
    system = widget.app.console._color_system or ColorSystem.TRUECOLOR
    _, background = widget.background_colors
    found = {}
    for look in looks:
        strip = Strip([Segment("x", style(look))])
        for line_filter in widget.get_line_filters():
            strip = strip.apply_filter(line_filter, background)
        (_, seen, _), *_ = strip
        found[f"{place}:{look}"] = Strip.render_ansi(seen or Style.null(), system)
    return found
