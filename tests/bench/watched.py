"""A program under measurement: each chunk that it writes is stamped as it arrives.

What was on the screen is found out afterwards, by replaying the chunks while the program is quiet,
so that reading the screen never slows what is measured. A frame inside a synchronized update
(mode 2026) counts when the update ends: no terminal shows it before.
"""

import os
import re
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyte

from tests.child import KEYS, Child, seen

COLUMNS, ROWS = 160, 45
QUIET = 0.03  # seconds without output or work that end what a key began
_WORKS = 0.1  # share of a core from which a program that writes nothing is still at work
_PAUSE = 0.002  # seconds between two looks at whether it is quiet
_LATE = 0.2  # seconds in which the last words of a program that ended are read

# What programs ask their terminal, and what one that knows synchronized updates answers.
_QUESTIONS: tuple[tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]], ...] = (
    (
        re.compile(rb"\x1b\[\?(\d+)\$p"),
        lambda asked: b"\x1b[?%b;%d$y" % (asked[1], 2 if asked[1] == b"2026" else 0),
    ),
    (re.compile(rb"\x1b\[0?c"), lambda asked: b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[5n"), lambda asked: b"\x1b[0n"),
    (re.compile(rb"\x1b\[6n"), lambda asked: b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?u"), lambda asked: b"\x1b[?0u"),
)
_QUESTION = 12  # bytes of the longest
_UPDATE = re.compile(rb"\x1b\[\?2026([hl])")
# A sequence that the end of a chunk has cut.
_CUT = re.compile(rb"\x1b(?:\[[0-9;?<>=$ ]*|[P\]][^\x07\x1b]*\x1b?)?\Z")

Test = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one key brought: milliseconds since it was sent, and what was written.

    `painted` is the first frame that showed what was asked for, `settled` the last that changed
    anything; both are None if there was none. `sent` is when the key was, by the monotonic clock.
    """

    sent: float
    painted: float | None
    settled: float | None
    frames: int
    bytes: int


class Watched(Child):
    """A program in a pty of 160x45, watched."""

    def __init__(
        self, program: Sequence[str], env: Mapping[str, str], folder: Path | None = None
    ) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self._log: list[tuple[float, bytes]] = []
        self._replayed = 0
        self._rest = b""
        self._updating = False
        self._unshown = False
        self._differs = False
        self._shown = [self._cells(y) for y in range(ROWS)]
        super().__init__(program, COLUMNS, ROWS, env, folder)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self) -> None:
        """End the program and its terminal."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.slave)
        self._reader.join()
        os.close(self.master)

    def leave(self, key: str, within: float = 3.0) -> None:
        """Press the key that leaves it, and give it some time to end by itself."""
        self.press(key)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(within)

    def _read(self) -> None:
        asked = b""
        while True:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            self._log.append((time.monotonic(), data))
            asked += data
            answered = 0
            for pattern, answer in _QUESTIONS:
                for match in pattern.finditer(asked):
                    os.write(self.master, answer(match))
                    answered = max(answered, match.end())
            asked = asked[answered:][-_QUESTION:]

    # What it wrote, and what that cost

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    @property
    def takes_keys(self) -> bool:
        """Whether it reads key by key by now: what is typed is not echoed on its screen."""
        return not termios.tcgetattr(self.slave)[3] & termios.ICANON

    @property
    def written(self) -> int:
        """Bytes written so far."""
        return sum(len(data) for _, data in self._log)

    @property
    def seconds(self) -> float:
        """Seconds of a core that all its threads have taken, those that have ended too."""
        return time.clock_gettime((~self.process.pid << 3) | 2)  # as clock_getcpuclockid(3) does

    @property
    def memory(self) -> float:
        """MiB of resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def calm(self, window: float = QUIET, within: float = 30.0) -> bool:
        """Wait until it neither wrote nor worked for `window` seconds; whether it ever was so."""
        deadline = time.monotonic() + within
        while self.alive and time.monotonic() < deadline:
            written, seconds = len(self._log), self.seconds
            time.sleep(window)
            if len(self._log) == written and self.seconds - seconds < window * _WORKS:
                return True
        return False

    # The screen

    def row(self, y: int) -> str:
        """A row of the screen; a wide character stands for its two cells."""
        line = self.screen.buffer[y]
        return "".join(line[x].data for x in range(COLUMNS))

    @property
    def text(self) -> str:
        """The screen as it is shown at this point of the replay."""
        return "\n".join(self.row(y) for y in range(ROWS))

    def _cells(self, y: int) -> list[pyte.screens.Char]:
        line = self.screen.buffer[y]
        return [line[x] for x in range(COLUMNS)]

    def frames(self) -> Iterator[float]:
        """Replay what is not replayed yet; after each frame that was shown, when that was."""
        while self._replayed < len(self._log):
            stamp, data = self._log[self._replayed]
            self._replayed += 1
            data = self._rest + data
            cut = _CUT.search(data)
            data, self._rest = (data[: cut.start()], cut[0]) if cut else (data, b"")
            at = 0
            for mark in _UPDATE.finditer(data):
                self._feed(data[at : mark.start()])
                at, ends = mark.end(), mark[1] == b"l"
                if self._unshown and ends == self._updating:
                    self._show()
                    yield stamp
                self._updating = not ends
            self._feed(data[at:])
            if self._unshown and not self._updating:
                self._show()
                yield stamp

    def _feed(self, data: bytes) -> None:
        if data:
            self._stream.feed(seen(data))
            self._unshown = True

    def changes(self) -> Iterator[float]:
        """As `frames`, but only those after which the screen looks different."""
        return (stamp for stamp in self.frames() if self._differs)

    def _show(self) -> None:
        """Take the screen as it is for what is shown now, and note whether that is news."""
        self._unshown = False
        now = {y: self._cells(y) for y in self.screen.dirty if y < ROWS}
        self.screen.dirty.clear()
        self._differs = any(self._shown[y] != cells for y, cells in now.items())
        for y, cells in now.items():
            self._shown[y] = cells

    def watch(self, within: float) -> Iterator[float]:
        """As `frames`, while it goes on, for `within` seconds or until the program ends."""
        deadline = time.monotonic() + within
        while True:
            ran = self.alive
            while time.monotonic() < deadline and not self._paused():
                time.sleep(_PAUSE)
            if not ran:
                time.sleep(_LATE)
            yield from self.frames()
            if time.monotonic() >= deadline or not ran:
                return

    def shows(self, test: Test, within: float) -> float | None:
        """When the screen first passed the test, by the monotonic clock; None if it never did."""
        return next((stamp for stamp in self.watch(within) if test()), None)

    def _paused(self) -> bool:
        """Whether there is something to replay, and a moment to do it in."""
        if not self.alive:
            return True
        waits = self._replayed < len(self._log)
        return waits and time.monotonic() - self._log[-1][0] >= QUIET

    def answer(
        self, key: str, test: Test | None = None, within: float = 5.0, quiet: float = QUIET
    ) -> Answer:
        """Press a key, and see what it brought until the program is quiet for so many seconds.

        `test` says whether the screen shows what was asked for; without one, any change will do.
        """
        list(self.frames())
        mark, deadline = len(self._log), time.monotonic() + within
        painted: float | None = None
        settled: float | None = None
        frames = 0
        began = time.monotonic()
        os.write(self.master, KEYS.get(key, key).encode())
        while painted is None and self.alive and time.monotonic() < deadline:
            self.calm(quiet, max(deadline - time.monotonic(), 0.0))
            for stamp in self.changes():
                frames += 1
                settled = stamp
                if painted is None and (test is None or test()):
                    painted = stamp
        return Answer(
            began,
            None if painted is None else (painted - began) * 1000,
            None if settled is None else (settled - began) * 1000,
            frames,
            sum(len(data) for _, data in self._log[mark:]),
        )
