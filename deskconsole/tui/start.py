"""Opens the console over a desk and closes it again."""

import sys
from collections.abc import Sequence

from deskconsole.desk.desk import Desk
from deskconsole.model import Actor
from deskconsole.tui.app import Console
from deskconsole.tui.link import Companion, Link


def run_console(desk: Desk, me: Actor, companions: Sequence[Companion] = ()) -> None:
    """The board until it is left; `companions` live beside it, each in a thread of its own.

    Ends the process with 128 and the signal's number where a signal ended the console.
    """
    link = Link(desk, me, companions)
    console = Console(link)
    try:
        console.run()
    finally:
        link.close()
    if console.return_code:
        sys.exit(console.return_code)
