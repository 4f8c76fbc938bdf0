"""Opens the console over a desk and closes it again."""

import gc
import sys
from collections.abc import Sequence

from deskconsole.desk.desk import Desk
from deskconsole.errors import Refused
from deskconsole.glance.sight import Sight
from deskconsole.model import Actor
from deskconsole.taste import Taste
from deskconsole.tui.app import Console, LeaveBehind
from deskconsole.tui.link import Companion, Link
from deskconsole.tui.watch import Watch


def run_console(
    desk: Desk,
    me: Actor,
    taste: Taste,
    companions: Sequence[Companion] = (),
    sight: Sight | None = None,
    leave_behind: LeaveBehind | None = None,
    *,
    restricted: bool = False,
    key: str | None = None,
) -> None:
    """The board until it is left; `companions` live beside it, each in a thread of its own.

    It takes the terminal over from a first sight, and leaves behind what the next one needs.
    Ends the process with 128 and the signal's number where a signal ended the console; Refused
    where whoever sat there may look no more.
    """
    link = Link(desk, me, companions, key)
    left = None if taste.ascii else leave_behind
    _run(Console(link, taste, sight, left, restricted=restricted), taste)


def run_watch(
    desk: Desk, me: Actor, taste: Taste, rotate: float | None, key: str | None = None
) -> None:
    """The board to look at until it is left; it ends as the console does."""
    _run(Watch(Link(desk, me, key=key), taste, rotate), taste)


def _run(console: Console, taste: Taste) -> None:
    gc.freeze()
    gc.enable()
    try:
        console.run(mouse=taste.mouse)
    finally:
        console.link.close()
    if console.link.put_out is not None:
        raise Refused(console.link.put_out)
    if console.return_code:
        sys.exit(console.return_code)
