"""What a board costs over SSH, in bytes and seconds: `python -m tests.bench.links`.

Against an OpenSSH server on loopback, in a terminal of 160x45 (and 80x24), on a demo desk of 1,000
tickets. Bytes are those that the client's terminal is written; sshd's own go on top, some 5 %.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from deskconsole.desk.desk import Desk
from deskconsole.model import Actor
from tests.bench.worked import made, mover, row
from tests.sshd import TOOLS, Door, door
from tests.terminal import Terminal

PRESSES = 30
BURST = 1_000  # moves in a minute
_SIZES = ((80, 24), (160, 45))


def quiet(terminal: Terminal, seconds: float = 0.7) -> None:
    """Wait until nothing was written for so long."""
    while terminal.read(seconds):
        pass


def bytes_in(terminal: Terminal, seconds: float) -> int:
    """How many bytes are written in so many seconds."""
    before, end = len(terminal.written), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        terminal.read(left)
    return len(terminal.written) - before


def a_key(terminal: Terminal, *keys: str) -> float:
    """The median of the bytes that each of these keys is answered with, pressed in turn."""
    answers = []
    for press in range(PRESSES):
        before = len(terminal.written)
        terminal.press(keys[press % len(keys)])
        quiet(terminal, 0.2)
        answers.append(len(terminal.written) - before)
    return statistics.median(answers)


def measure(at: Door, key: Path, desk: Desk, by: Actor, size: tuple[int, int]) -> None:
    """Print the rows of one size of terminal."""
    place = f"{size[0]}x{size[1]}"
    move = mover(desk, by)
    with at.terminal(key, "watch", columns=size[0], rows=size[1]) as terminal:
        terminal.expect("closing in 24 h")
        quiet(terminal, 1.5)
        row(place, "key j/k, bytes", a_key(terminal, "j", "k"))
        row(place, "key l/h, bytes", a_key(terminal, "l", "h"))
        seen, took = [], []
        for _ in range(PRESSES // 2):
            before, began = len(terminal.written), time.monotonic()
            move()
            while len(terminal.written) == before:
                terminal.read(1)
            took.append((time.monotonic() - began) * 1000)
            quiet(terminal, 1.2)
            seen.append(len(terminal.written) - before)
        row(place, "a move seen by a watcher, bytes", statistics.median(seen))
        row(place, "the same, ms from the verb to the first byte", statistics.median(took))
        before, began, done = len(terminal.written), time.monotonic(), 0
        while (gone := time.monotonic() - began) < 60:
            if done < gone * BURST / 60:
                move()
                done += 1
            terminal.read(0.002)
        row(place, f"{done:,} moves in a minute, KB/s", (len(terminal.written) - before) / 60_000)


def main() -> None:
    """Print a table in Markdown."""
    if not TOOLS:
        sys.exit("this needs openssh-server and openssh-client")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "desk.db"
        desk, by = made(file)
        with door(folder, str(file)) as at:
            key = at.key("watcher")
            desk.add_key(by, by.name, key.with_suffix(".pub").read_text())
            at.publish()
            sys.stdout.write("| terminal | | |\n|---|---|---:|\n")
            for columns, rows in _SIZES:  # before anything moves: fresh ages change by the minute
                with at.terminal(key, "watch", columns=columns, rows=rows) as terminal:
                    terminal.expect("closing in 24 h")
                    quiet(terminal, 1.5)
                    row(f"{columns}x{rows}", "an idle minute, bytes", bytes_in(terminal, 60))
            for size in _SIZES:
                measure(at, key, desk, by, size)


if __name__ == "__main__":
    main()
