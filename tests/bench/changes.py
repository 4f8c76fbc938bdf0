"""Changes that another process makes to a desk while a console shows it."""

import random
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence

from tests.bench.desks import Desk
from tests.bench.screen import CARDS, cards
from tests.bench.watched import Test, Watched

_TIMES = 5
_BETWEEN = (1.2, 1.5)  # seconds: a change flashes for one

# A colleague's process: for each line "number title" an edit; it tells when that was committed.
_COLLEAGUE = """
import sys, time
from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.model import Role
from deskconsole.store.store import open_store

desk = Desk(open_store(sys.argv[1]), utc_now)
roles = (Role.TECHNICIAN, Role.LEAD)
staff = [person.name for person in desk.store.staff() if person.role in roles]
me = desk.enter(next(name for name in staff if name != sys.argv[2]))
print("ready", flush=True)
for line in sys.stdin:
    number, title = line.split()
    desk.edit(me, int(number), title=title)
    print(time.monotonic(), flush=True)
desk.store.close()
"""


def changes(
    watched: Watched, python: Sequence[str], env: Mapping[str, str], desk: Desk
) -> Iterator[float | None]:
    """Milliseconds from a colleague's commit until it was painted; None if it never was.

    `python` runs a program that is given as its next argument.
    """
    with subprocess.Popen(
        [*python, _COLLEAGUE, desk.place, desk.lead],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as colleague:
        assert colleague.stdin is not None
        assert colleague.stdout is not None
        if not colleague.stdout.readline():  # it has said on standard error why
            yield None
            return
        # The last card: the first one is opened for another row, and is to keep its short history.
        number = cards(watched)[-1][0].removeprefix("SD-")
        for turn in range(_TIMES):
            time.sleep(random.uniform(*_BETWEEN))
            list(watched.frames())
            title = f"turn-{turn}"
            colleague.stdin.write(f"{number} {title}\n")
            colleague.stdin.flush()
            committed = colleague.stdout.readline()
            if not committed:
                yield None
                return
            painted = watched.shows(_titled(watched, title), within=5.0)
            yield None if painted is None else (painted - float(committed)) * 1000
        colleague.stdin.close()


def _titled(watched: Watched, title: str) -> Test:
    return lambda: any(title in watched.row(y) for y in CARDS)
