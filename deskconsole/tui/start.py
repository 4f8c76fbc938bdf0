"""Opens the console over a desk and closes it again."""

import codecs
import gc
import sys
from collections.abc import Sequence

from textual.drivers import linux_driver

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
    _forgive_bytes()
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


def _forgive_bytes() -> None:
    """Let a byte that is no UTF-8 (a paste in another encoding) be a sign, not the end.

    Textual's input thread decodes strictly and dies of it; the decoder it asks for is the one
    place where that can be said.
    """

    def forgiving(encoding: str) -> type[codecs.IncrementalDecoder]:
        strict = codecs.getincrementaldecoder(encoding)

        class Forgiving(strict):  # type: ignore[misc, valid-type]
            def __init__(self) -> None:
                super().__init__(errors="replace")

        return Forgiving

    linux_driver.getincrementaldecoder = forgiving  # type: ignore[assignment, attr-defined]
