"""Whether the board of `watch` keeps its memory while a desk changes: `python -m tests.bench.soak`.

On a demo desk of 1,000 tickets in a terminal of 160x45, two saved views in turn. Weeks pass in
minutes: the pauses between two looks at the desk are left out, so that it is looked at as often as
can be.
"""

import sys
import tempfile
from pathlib import Path

import click

from deskconsole.model import Order
from tests.bench.watched import Watched
from tests.bench.worked import made, mover, row

_STAGES = 10
_WATCH = """
from deskconsole.tui import link
link._BURST_SECONDS = link._STORM_SECONDS = 0.0
from deskconsole.__main__ import main
main()
"""


@click.command(help=__doc__)
@click.option("--changes", type=click.IntRange(min=_STAGES), default=100_000, show_default=True)
def main(changes: int) -> None:
    """Print a table in Markdown."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "desk.db"
        desk, by = made(file)
        desk.keep_view(by, "urgent", "p:urgent", Order.AGE)
        desk.keep_view(by, "replied", "is:replied", Order.ATTENTION)
        move = mover(desk, by)
        watch = ("--desk", str(file), "--as", by.name, "watch", "--rotate", "2")
        watched = Watched((sys.executable, "-c", _WATCH, *watch), {})
        try:
            watched.calm()
            sys.stdout.write("| changes | | |\n|---:|---|---:|\n")
            for stage in range(_STAGES + 1):
                place = f"{changes * stage // _STAGES:,}"
                row(place, "memory, MiB", watched.memory)
                row(place, "written so far, MiB", watched.written / 2**20)
                row(place, "a core so far, s", watched.seconds)
                for _ in range(changes // _STAGES if stage < _STAGES else 0):
                    move()
        finally:
            watched.close()


if __name__ == "__main__":
    main()
