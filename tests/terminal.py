"""A real pseudo-terminal with the program in it, and a screen to read."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import pyte

PATIENCE = 20.0  # seconds until a screen that never comes is a failure

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "space": " ",
    "^c": "\x03",
    "^d": "\x04",
    "^g": "\x07",
    "^t": "\x14",
    "f4": "\x1bOS",
    "^u": "\x15",
    "^r": "\x12",
    "pgdn": "\x1b[6~",
}


class Terminal:
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
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            [*program, *arguments],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            # Its controlling terminal, as a shell's would be: ^c and hanging up reach it.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": "xterm-256color", "LINES": "", "COLUMNS": "", **(env or {})},
        )

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)

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
        # pyte takes the text of an unknown private sequence for text; the screen does not.
        self._stream.feed(re.sub(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?\d+\$p", b"", data))
        return True

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

    def press(self, *keys: str) -> None:
        """Type keys by name, or text as it is."""
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())

    def write(self, data: bytes) -> None:
        """Send bytes in one burst."""
        os.write(self.master, data)

    def send_signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

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
