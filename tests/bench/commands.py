"""Commands beside a bare process, and work in bulk: the worker, import, and the demo's desks."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.bench.checkout import Checkout
from tests.bench.desks import Desk, asked, demo_options
from tests.bench.figures import Figures, Subject
from tests.bench.programs import Unmeasured
from tests.bench.targets import BARE, LARGE

WORK = ("commands", "worker", "import", "demo")  # groups of rows
# Without the drivers of servers, which Peewee loads wherever they are installed: with them it takes
# twice as long, and everything would look fast beside it.
_IMPORT = """
import sys
sys.modules.update(dict.fromkeys(("psycopg", "psycopg2", "pymysql", "MySQLdb")))
import peewee, click
"""
_DUE = 10_000  # tickets that the worker closes in one round
_HOLD = ("blocked", "--kind", "vendor", "--whom", "Acme")
_RESUME = ("waiting-for-support", "-m", "they answered")


class _Ran(NamedTuple):
    """How long a process took, and the most memory that it had."""

    seconds: float
    mib: float


def _ran(command: list[str], env: dict[str, str], folder: Path) -> _Ran:
    """Run a process to its end; Unmeasured with what it said if it failed."""
    with tempfile.TemporaryFile("w+") as said:
        began = time.monotonic()
        process = subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=said,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            reason = said.read().strip().splitlines() or [f"ended with {process.returncode}"]
            raise Unmeasured(f"`{' '.join(command[1:])}`: {reason[-1]}")
    return _Ran(seconds, usage.ru_maxrss / 1024)


class Commands:
    """What a checkout does without a screen, on a desk of its own that is not open elsewhere."""

    def __init__(
        self, subject: Subject, checkout: Checkout, desk: Desk, floor: Subject, figures: Figures
    ) -> None:
        self.subject = subject
        self._floor = floor
        self._checkout = checkout
        self._desk = desk
        self._figures = figures

    def _pairs(self, times: int) -> None:
        """Whole processes in turn: one that only imports, `show`, `move` there and back."""
        number = _number_in_support(self._desk)
        with _folder(self._desk) as folder:
            env = self._checkout.env(folder)
            for turn in range(times):
                bare = _ran([sys.executable, "-c", _IMPORT], env, folder)
                self._figures.of(BARE, self._floor).values.append(bare.seconds * 1000)
                where = _RESUME if turn % 2 else _HOLD
                for row, arguments in (
                    ("command: show", ("show", number)),
                    ("command: move", ("move", number, *where)),
                ):
                    command = self._checkout.command(*self._desk.options, *arguments)
                    self._keep(row, _ran(command, env, folder).seconds * 1000)
            if times % 2:
                self._checkout.run(folder, *self._desk.options, "move", number, *_RESUME)

    def _worker(self) -> None:
        """One round of the worker on a copy of the desk that has 10,000 due tickets more."""
        with _folder(self._desk) as folder:
            desk = replace(self._desk, place=str(folder / "desk.db"))
            shutil.copyfile(self._desk.place, desk.place)
            lines = folder / "due.jsonl"
            lines.write_text("".join(f"{line}\n" for line in _due()), encoding="utf-8")
            self._checkout.run(folder, *desk.options, "import", str(lines))
            command = self._checkout.command(*desk.options, "worker", "--once")
            before = _closings(desk)
            round_ = _ran(command, self._checkout.env(folder), folder)
            closed = _closings(desk) - before
            if closed < _DUE:
                raise Unmeasured(f"the worker closed {closed:,} of {_DUE:,} due tickets")
            self._keep("worker: closings", closed / round_.seconds)

    def _transfer(self) -> None:
        """Import what the desk exports into a new one."""
        with _folder(self._desk) as folder:
            lines, new = folder / "desk.jsonl", replace(self._desk, place=str(folder / "new.db"))
            self._checkout.run(folder, *self._desk.options, "export", str(lines))
            command = self._checkout.command(*new.options, "import", str(lines))
            done = _ran(command, self._checkout.env(folder), folder)
            self._keep("import: tickets", self.subject.size / done.seconds)
            self._keep("import: most memory", done.mib)

    def _demo(self) -> None:
        """Build a desk as large as this one."""
        with _folder(self._desk) as folder:
            options = demo_options(self.subject.size)
            command = self._checkout.command(
                "--as", self._desk.lead, "demo", *options, str(folder / "new.db")
            )
            done = _ran(command, self._checkout.env(folder), folder)
            self._keep("demo: tickets", self.subject.size / done.seconds)

    def _keep(self, row: str, value: float) -> None:
        self._figures.of(row, self.subject).values.append(value)

    def measure(self, group: str, times: int) -> None:
        """One group of rows; only desks that are not too large are imported."""
        match group:
            case "commands":
                self._pairs(times)
            case "worker":
                self._worker()
            case "import" if self.subject.size <= LARGE:
                self._transfer()
            case "demo":
                self._demo()


@contextmanager
def _folder(desk: Desk) -> Iterator[Path]:
    """A folder beside a desk, which may take as much room as the desk."""
    with tempfile.TemporaryDirectory(dir=Path(desk.place).parent) as folder:
        yield Path(folder)


def _due() -> Iterator[str]:
    """Tickets whose customers have left an approval unanswered, as lines of the import format."""
    opened = datetime.now(UTC) - timedelta(days=30)
    for index in range(_DUE):
        at = opened + timedelta(minutes=index)
        resolved, deadline = at + timedelta(hours=1), at + timedelta(days=7)
        reporter = f"customer{index % 500}@example.org"
        yield json.dumps(
            {
                "title": f"Printer {index} does not print",
                "reporter": {"email": reporter},
                "events": [
                    {"at": at.isoformat(), "verb": "open", "by": reporter, "message": "Help!"},
                    {
                        "at": resolved.isoformat(),
                        "verb": "resolve",
                        "by": "bo",
                        "message": "It prints again.",
                        "deadline": deadline.isoformat(),
                    },
                ],
            }
        )


def _number_in_support(desk: Desk) -> str:
    number = asked(desk.place, "SELECT max(id) FROM ticket WHERE status = 'waiting-for-support'")
    return f"SD-{number}"


def _closings(desk: Desk) -> int:
    return int(asked(desk.place, "SELECT count(*) FROM event WHERE verb = 'expire'"))
