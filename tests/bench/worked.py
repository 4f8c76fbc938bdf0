"""A demo desk of 1,000 tickets that somebody works on, and the figures about it as they come."""

import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.errors import DeskError
from deskconsole.model import Actor, Brings, HoldKind, Role, Status
from deskconsole.store.store import open_store
from tests.bench.desks import demo_options


def made(file: Path) -> tuple[Desk, Actor]:
    """The desk, made in a file, and a lead of it."""
    command = [sys.executable, "-m", "deskconsole", "demo", str(file), *demo_options(1_000)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    desk = Desk(open_store(str(file)), utc_now)
    return desk, Actor(next(one for one in desk.store.staff() if one.role is Role.LEAD), Role.LEAD)


def mover(desk: Desk, by: Actor) -> Callable[[], None]:
    """A function that makes some legal move of some open ticket."""
    chance = random.Random(7)
    open_ones = [
        ticket.number
        for ticket in desk.store.listing(status for status in Status if not status.closed)
    ]
    brings = Brings(message="A word.", team="net", kind=HoldKind.VENDOR, whom="Acme",
                    reason="no-longer-needed", for_customer=True)  # fmt: skip

    def move() -> None:
        while True:
            number = chance.choice(open_ones)
            ticket = desk.store.ticket(number)
            ways = [one.target for one in desk.choices(by, ticket) if one.legal]
            for target in chance.sample(ways, len(ways)):
                if target.closed and chance.random() < 0.9:
                    continue
                for given in (brings, Brings(message="A word."), Brings()):
                    with suppress(DeskError):
                        desk.move(by, number, target, given)
                        return

    return move


def row(place: str, what: str, figure: float) -> None:
    """A row of the table."""
    sys.stdout.write(f"| {place} | {what} | {figure:,.1f} |\n")
    sys.stdout.flush()
