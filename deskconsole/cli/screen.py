"""The board, full-screen: the only thing here that loads a screen, and only once it opens one."""

import logging
import sys
from collections.abc import Callable, Iterable

from deskconsole.absent import absent
from deskconsole.cli.session import Session, default_desk
from deskconsole.errors import BadInput

log = logging.getLogger(__name__)


def open_console(session: Session) -> None:
    """The board over the session's desk, until it is left."""
    need_terminal("the board needs a terminal; `deskconsole list` needs none")
    taste, desk, me = session.taste, session.looked_at, session.me
    run_console = console()
    run_console(desk, me, taste, sight=session.sight, leave_behind=_leave_behind)


def console() -> Callable[..., None]:
    """`run_console`, with everything that it stands on, imported now."""
    with absent("ssl"):  # nothing here speaks it, and asyncio would load four megabytes of it
        from deskconsole.tui.start import run_console

    return run_console


def _leave_behind(looks: dict[str, str], files: Iterable[str]) -> None:
    """Keep for the next first sight in which looks this console painted, made from these files."""
    from deskconsole.glance.memory import Memory, remember
    from deskconsole.store.migrating import known
    from deskconsole.taste import taste_file

    try:
        memory = Memory(default_desk(make=False), sorted(known()), looks)
        remember(memory, (str(taste_file()), *files))
    except (OSError, BadInput) as error:
        log.debug("no first sight next time: %s", error)


def need_terminal(sentence: str) -> None:
    """BadInput, which says `sentence`, where a screen cannot be shown."""
    # The screen is written through standard error, so that one has to be a terminal too.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise BadInput(sentence)
