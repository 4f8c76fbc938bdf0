"""A program in a pseudo-terminal of its own: what tests and measurements both need of it."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

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
    "^q": "\x11",
    "^t": "\x14",
    "f4": "\x1bOS",
    "^u": "\x15",
    "^z": "\x1a",
    "^r": "\x12",
    "pgdn": "\x1b[6~",
    "pgup": "\x1b[5~",
}

# Private sequences that pyte would print as text; a terminal shows nothing of them.
_UNSEEN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?\d+\$p|\x1bP[^\x1b]*\x1b\\", re.DOTALL)


def seen(data: bytes) -> bytes:
    """The output without what shows nothing, for a screen of pyte."""
    return _UNSEEN.sub(b"", data)


class Child:
    """Runs a program in a pty of `columns` x `rows`, in a session of its own.

    `began` is when it was executed, by the monotonic clock.
    """

    def __init__(
        self,
        program: Sequence[str],
        columns: int,
        rows: int,
        env: Mapping[str, str],
        folder: Path | None = None,
    ) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes = termios.tcgetattr(self.slave)
        told, tells = os.pipe()

        def before() -> None:
            # Its controlling terminal, as a shell's would be: ^c and hanging up reach it.
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            os.write(tells, struct.pack("d", time.monotonic()))

        try:
            self.process = subprocess.Popen(
                program,
                stdin=self.slave,
                stdout=self.slave,
                stderr=self.slave,
                start_new_session=True,
                preexec_fn=before,
                env=env,
                cwd=folder,
            )
            (self.began,) = struct.unpack("d", os.read(told, 8))
        except BaseException:
            os.close(self.master)
            os.close(self.slave)
            raise
        finally:
            os.close(told)
            os.close(tells)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program, if it still runs, and its terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)

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
