"""A real pseudo-terminal with the program in it, and a screen to read."""

import fcntl
import os
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence

import pyte

from tests.child import Child, seen

PATIENCE = 20.0  # seconds until a screen that never comes is a failure


class Terminal(Child):
    """Runs `python -m deskconsole ARGUMENTS`, or `program`, in a pty of `columns` x `rows`."""

    def __init__(
        self,
        *arguments: str,
        program: Sequence[str] = (sys.executable, "-m", "deskconsole"),
        columns: int = 120,
        rows: int = 35,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = bytearray()
        around = {**os.environ, "TERM": "xterm-256color", "LINES": "", "COLUMNS": ""}
        super().__init__([*program, *arguments], columns, rows, {**around, **(env or {})})

    @property
    def text(self) -> str:
        """The screen as it is shown."""
        return "\n".join(self.rows)

    @property
    def rows(self) -> list[str]:
        """The rows of the screen; a wide character stands for its two cells."""
        cells = range(self.screen.columns)
        return [
            "".join(self.screen.buffer[y][x].data for x in cells) for y in range(self.screen.lines)
        ]

    def read(self, seconds: float) -> bool:
        """Take in what the program writes within `seconds`; whether there was anything."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        data = os.read(self.master, 65536)
        self.written += data
        self.show(data)
        return True

    def resize(self, columns: int, rows: int) -> None:
        """Give the program another number of columns and rows."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def show(self, data: bytes) -> None:
        """Let the screen show what a program writes."""
        self._stream.feed(seen(data))

    def expect(self, pattern: str, within: float = PATIENCE) -> str:
        """The screen once it shows `pattern`; AssertionError with the screen if it never does."""
        deadline = time.monotonic() + within
        while not re.search(pattern, self.text):
            left = deadline - time.monotonic()
            assert left > 0, f"{pattern!r} did not appear on\n{self.text}"
            self.read(min(left, 0.5))
        while self.read(0.05):
            pass  # the rest of the same picture
        return self.text

    def gone(self, pattern: str, within: float = PATIENCE) -> str:
        """The screen once it no longer shows `pattern`."""
        return self.expect(rf"(?s)\A(?!.*(?:{pattern}))", within)

    def ended(self, within: float = PATIENCE) -> int:
        """The exit code, once the program has ended."""
        deadline = time.monotonic() + within
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"still running:\n{self.text}"
            self.read(0.05)
        while self.read(0):
            pass
        return self.process.returncode

    def restored(self) -> bool:
        """Whether the terminal is as it was: its modes, the main screen, cursor and mouse."""
        on = set(re.findall(rb"\x1b\[\?([\d;]+)h", self.written))
        last = {
            mode: max(self.written.rfind(b"\x1b[?" + mode + end) for end in (b"h", b"l"))
            for mode in (b"1049", b"25", b"1000", b"2004")
        }
        ends = {
            mode: bytes(self.written[at : at + len(mode) + 4])[-1:] for mode, at in last.items()
        }
        wanted = {b"1049": b"l", b"25": b"h", b"1000": b"l", b"2004": b"l"}
        held = all(ends[mode] == end for mode, end in wanted.items() if mode in on)
        return held and termios.tcgetattr(self.slave) == self.modes
