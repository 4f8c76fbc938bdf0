"""The benchmark's command: what is measured beside what, in rounds."""

import argparse
import json
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.console import Checkout, Console
from tests.bench.figures import Figures, Subject
from tests.bench.machine import machine
from tests.bench.programs import Floor, Program, Unmeasured
from tests.bench.report import report, table
from tests.bench.sitting import sit

GROUPS = ("start", "keys", "find", "move", "live", "idle")
HERE = Path(__file__).parents[2]


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("--runs", type=int, default=5, help="rounds (5)")
    add("--presses", type=int, default=20, help="of each key in a round (20)")
    add("--idle", type=float, default=15, help="seconds to leave each alone for (15)")
    add("--only", default=",".join(GROUPS), help=f"groups of {', '.join(GROUPS)} (all)")
    add(
        "--program",
        action="append",
        type=Path,
        metavar="CHECKOUT",
        help="measure this checkout; several are measured beside each other (this one)",
    )
    add("--desk", action="append", type=Path, metavar="FILE", help="measure on copies of this desk")
    add("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if some program could not be measured at all."""
    sys.setswitchinterval(0.0002)  # stamps do not wait for the replay
    chosen = options(arguments)
    groups = set(chosen.only.split(","))
    if unknown := groups - set(GROUPS):
        sys.exit(f"there is no group {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    floor = Floor()
    programs: list[Program] = [floor]
    for folder in chosen.program or [HERE]:
        checkout = Checkout(folder.resolve().name, folder)
        for desk in chosen.desk or []:
            programs.append(Console(Subject(checkout.name, _tickets(desk)), checkout, desk))
    figures = Figures()
    found = machine()
    for turn in range(chosen.runs):
        for program in programs:
            if program.subject in figures.unmeasured:
                continue
            subject = program.subject
            _say(f"round {turn + 1} of {chosen.runs}: {subject.name} {subject.size:,}")
            try:
                sit(program, figures, groups, chosen.presses, chosen.idle)
            except Unmeasured as why:
                figures.unmeasured[program.subject] = str(why)
    _say("")
    found |= report(figures, floor.subject, None)
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(table(found))  # noqa: T201
    return 1 if figures.unmeasured else 0


def _tickets(desk: Path) -> int:
    connection = sqlite3.connect(f"file:{desk}?mode=ro", uri=True)
    try:
        (tickets,) = connection.execute("SELECT count(*) FROM ticket").fetchone()
    finally:
        connection.close()
    return int(tickets)


def _say(words: str) -> None:
    """Tell where it is, where there is a terminal to tell."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
