"""The board, full-screen: the only thing here that loads a screen, and only once it opens one."""

import logging
import os
import sys
from collections.abc import Iterable

from deskconsole.cli.session import Session, default_desk
from deskconsole.errors import BadInput

log = logging.getLogger(__name__)

_WITHOUT = "`deskconsole list` needs none"


def open_console(session: Session) -> None:
    """The board over the session's desk, until it is left."""
    need_terminal(f"the board needs a terminal; {_WITHOUT}")
    _spare_the_link()
    from deskconsole.tui.start import run_console

    taste, desk, me = session.taste, session.looked_at, session.me
    left = None if session.restricted else _leave_behind
    restricted = session.restricted
    run_console(
        desk,
        me,
        taste,
        sight=session.sight,
        leave_behind=left,
        restricted=restricted,
        key=session.key,
    )


def open_watch(session: Session, rotate: float | None) -> None:
    """The board to look at, until it is left."""
    need_terminal(f"the board needs a terminal; {_WITHOUT}")
    _spare_the_link()
    from deskconsole.tui.start import run_watch

    session.looks = True
    run_watch(session.looked_at, session.me, session.taste, rotate, session.key)


def _spare_the_link() -> None:
    """Over SSH, do without what only looks smooth; Textual hears of it before it is imported."""
    if "SSH_CONNECTION" in os.environ:
        os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
        os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")


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
    kind = os.environ.get("TERM", "").strip()
    if kind.lower() in ("dumb", "unknown"):
        raise BadInput(f"TERM is {kind}: that terminal cannot place a cursor; {_WITHOUT}")
    columns, rows = os.get_terminal_size(1)
    if not (columns and rows):
        raise BadInput(
            f"this terminal says that it has {columns} columns and {rows} rows; "
            "`stty cols 80 rows 24` tells it how large it is"
        )
