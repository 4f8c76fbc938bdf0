"""Opens the console over a desk and closes it again."""

import gc
import sys
from collections.abc import Sequence

from deskconsole.desk.desk import Desk
from deskconsole.glance.sight import Sight
from deskconsole.model import Actor
from deskconsole.taste import Taste
from deskconsole.tui.app import Console, LeaveBehind
from deskconsole.tui.link import Companion, Link


def run_console(
    desk: Desk,
    me: Actor,
    taste: Taste,
    companions: Sequence[Companion] = (),
    sight: Sight | None = None,
    leave_behind: LeaveBehind | None = None,
) -> None:
    """The board until it is left; `companions` live beside it, each in a thread of its own.

    It takes the terminal over from a first sight, and leaves behind what the next one needs.
    Ends the process with 128 and the signal's number where a signal ended the console.
    """
    link = Link(desk, me, companions)
    console = Console(link, taste, sight, None if taste.ascii else leave_behind)
    gc.freeze()
    gc.enable()
    try:
        console.run(mouse=taste.mouse)
    finally:
        link.close()
    if console.return_code:
        sys.exit(console.return_code)
