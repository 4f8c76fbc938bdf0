"""The board, full-screen: the only thing here that loads a screen, and only once it opens one."""

import sys

from deskconsole.cli.session import Session
from deskconsole.errors import BadInput


def open_console(session: Session) -> None:
    """The board over the session's desk, until it is left."""
    need_terminal("the board needs a terminal; `deskconsole list` needs none")
    taste, desk, me = session.taste, session.looked_at, session.me
    from deskconsole.tui.start import run_console

    run_console(desk, me, taste)


def need_terminal(sentence: str) -> None:
    """BadInput, which says `sentence`, where a screen cannot be shown."""
    # The screen is written through standard error, so that one has to be a terminal too.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise BadInput(sentence)
