"""The driver of the console's terminal: what Textual's own cannot do.

It gives the mouse back to the terminal while the console runs, draws without line drawing where
the terminal has none, and does not wait for what follows an Esc longer than it must.
"""

import os
import signal
import termios
from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from textual.driver import Driver
from textual.messages import TerminalSupportsSynchronizedOutput

from deskconsole.glance.sight import ENTER, Sight
from deskconsole.tui.alive import ASK, Alive
from deskconsole.tui.shown import Shown
from deskconsole.tui.typed import Typed, esc_seconds

# Signs of the chrome, and what stands for them in one cell.
_SIGNS = {
    "–": "-", "—": "-", "‑": "-", "‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "„": '"',
    "…": "~", "·": "-", "•": "*", "«": "<", "»": ">", "‹": "<", "›": ">", "×": "x", "⏎": "<",
    "←": "<", "↑": "^", "→": ">", "↓": "v", "▌": ">", "▐": "<", "▸": ">", "▶": ">", "◂": "<",
    "◀": "<", "▲": "^", "▴": "^", "▼": "v", "▾": "v", "●": "*", "○": "o", "─": "-", "━": "-",
    "═": "-", "│": "|", "┃": "|", "║": "|", "▏": "|", "▎": "|", "▍": "|", "▕": "|", "▔": "-",
    "▁": "_", "▊": "|", "▉": "|", "▋": "|", "░": ".", "✓": "x", "✗": "x",
}  # fmt: skip
# Ranges of drawing: arrows, box drawing, blocks, geometric shapes, Braille patterns.
_DRAWN = ((0x2190, 0x21FF), (0x2500, 0x257F), (0x2580, 0x259F), (0x25A0, 0x25FF), (0x2800, 0x28FF))
_CORNERS = range(0x2500, 0x2580)


def ascii_signs() -> dict[int, str]:
    """For `str.translate`: every sign of drawing in ASCII of the same width; letters stay."""
    signs = {
        code: ("+" if code in _CORNERS else "#") * cell_len(chr(code))
        for first, last in _DRAWN
        for code in range(first, last + 1)
    }
    return signs | {ord(sign): plain for sign, plain in _SIGNS.items()}


class ConsoleDriver(Driver):
    """Stands before the platform's driver."""

    signs: ClassVar[Mapping[int, str]] = {}  # what to write instead of other signs
    sight: ClassVar[Sight | None] = None  # what stands on the terminal until the console does
    attrs_before: list[Any] | None
    _mouse_pixels = False  # whether the mouse is reported by pixels, where the platform can

    def __init__(self, *arguments: Any, **options: Any) -> None:  # whatever the platform's takes
        super().__init__(*arguments, **options)
        self.shown = Shown()
        self._alive = Alive(lambda: self.write(ASK), _hang_up)
        self._given_back = Event()

    def start_application_mode(self) -> None:
        """Take the terminal, on which by now anything may stand, as it was before a first sight."""
        self.shown.forget()
        super().start_application_mode()  # type: ignore[safe-super]  # the platform's has it
        if "SSH_CONNECTION" in os.environ:
            self._given_back = Event()
            Thread(target=self._alive.watch, args=(self._given_back,), daemon=True).start()
        if self.sight is not None:
            self.attrs_before = self.sight.attributes
            self.sight.taken_over()

    def stop_application_mode(self) -> None:
        """Give the terminal back, maybe for a while."""
        self._given_back.set()
        super().stop_application_mode()  # type: ignore[safe-super]  # the platform's has it

    def write(self, data: str) -> None:
        """Write to the terminal, in the signs that it has."""
        self._alive.wrote()
        if data == ENTER and self.sight is not None and self.sight.stands:
            return  # it is there already, and to enter it again would clear it
        super().write(data.translate(self.signs) if self.signs else data)  # type: ignore[safe-super]

    def run_input_thread(self) -> None:
        """Read what is typed, until input is disabled or the terminal gone."""
        typed = Typed(self.fileno, esc_seconds(os.environ), self._debug)
        for message in typed.until(self.exit_event.is_set):
            self._alive.heard(answer=isinstance(message, TerminalSupportsSynchronizedOutput))
            self.process_message(message)

    def give_back(self) -> None:
        """Let the terminal be as it was, as far as that needs nothing to be written."""
        before = self.attrs_before if self.sight is None else self.sight.attributes
        with suppress(OSError, termios.error):
            if before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, before)

    @property
    def has_mouse(self) -> bool:
        """Whether the mouse is the console's."""
        return self._mouse

    def take_mouse(self, take: bool) -> None:
        """Take the mouse, or leave it to the terminal."""
        if take:
            self._mouse = True
            self._enable_mouse_support()
            if self._mouse_pixels:
                self._enable_mouse_pixels()
        else:
            self._disable_mouse_support()
            self._mouse = False

    if TYPE_CHECKING:  # the platform's driver has them
        fileno: int
        exit_event: Event

        def _enable_mouse_support(self) -> None: ...
        def _disable_mouse_support(self) -> None: ...
        def _enable_mouse_pixels(self) -> None: ...


def _hang_up() -> None:
    """End as where the terminal is gone."""
    os.kill(os.getpid(), signal.SIGHUP)


def console_driver(platform: type[Driver], *, ascii: bool, sight: Sight | None) -> type[Driver]:
    """The platform's driver with a mouse to give away, maybe in ASCII, maybe over a first sight."""
    signs = ascii_signs() if ascii else {}
    return type("PlatformDriver", (ConsoleDriver, platform), {"signs": signs, "sight": sight})
