"""What the errors of a database mean, in a sentence for a person."""

import re

from deskconsole.errors import Damaged, StoreDown
from deskconsole.store.deskfile import GONE

BUSY_SECONDS = 10  # patience with another process that is writing
_DAMAGE = ("malformed", "not a database", "decode to UTF-8")  # as SQLite says it
_PREAMBLE = (
    r"^(connection failed: |connection is bad: |connection to server .*? failed: |FATAL: +)+"
)


def file_down(desk: str, cause: str) -> StoreDown:
    """What SQLite means by `cause`, of the desk in the file `desk`."""
    if "locked" in cause or "busy" in cause:
        return StoreDown(busy(desk))
    if "readonly" in cause or "read-only" in cause:
        return StoreDown(f"{desk} is read-only; make it and its folder writable")
    if "full" in cause:
        return StoreDown(f"{desk} cannot be written: the disk is full; nothing of this was kept")
    if any(sign in cause for sign in _DAMAGE):
        return damaged(desk, cause)
    if "I/O error" in cause:
        return StoreDown(
            f"{desk} cannot be read or written ({cause}); see to its disk and its quota"
        )
    if cause == GONE or "unable to open" in cause:
        return StoreDown(
            f"{desk} is gone: it was moved or removed; put it back, and it is found again"
        )
    return StoreDown(f"{desk} cannot be reached: {cause}")


def damaged(desk: str, cause: str) -> Damaged:
    """That what is kept is no longer what was written, and who knows more."""
    return Damaged(f"{desk} is damaged ({cause}); `deskconsole doctor` says what is left of it")


def older(desk: str) -> StoreDown:
    """That it has to be brought up to date first, which whoever only looks cannot do."""
    return StoreDown(
        f"{desk} is of an older deskconsole; open it once as somebody who may change it"
    )


def busy(desk: str) -> str:
    """That somebody else has been writing for too long."""
    return (
        f"{desk} is busy: another process has been writing for {BUSY_SECONDS} s; "
        "try again in a moment"
    )


def server_down(desk: str, error: Exception) -> StoreDown:
    """What PostgreSQL means by an error, of the desk called `desk`."""
    cause = error
    while isinstance(getattr(cause, "orig", None), Exception):  # Peewee's, maybe twice
        cause = cause.orig  # type: ignore[attr-defined]
    state = getattr(cause, "sqlstate", None) or ""
    if state.startswith("XX"):
        return damaged(desk, _first_line(cause))
    return StoreDown(_sentence(desk, state, cause))


def _sentence(desk: str, state: str, cause: object) -> str:
    if state == "55P03":
        return busy(desk)
    if state == "42501":
        return f"{desk} lets this role only read; ask whoever runs the server for more"
    if state == "25006":
        return f"{desk} is read-only now; try again when the server takes writes"
    if state in ("53100", "53200"):
        return f"{desk} cannot be written: the server is out of space; nothing of this was kept"
    return f"{desk} cannot be reached: {_first_line(cause)}"


def _first_line(cause: object) -> str:
    """What libpq says, without the lines that follow it and what the desk's name says already."""
    return re.sub(_PREAMBLE, "", str(cause).strip().partition("\n")[0])
