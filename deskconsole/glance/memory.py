"""What the console leaves behind for the next first sight: in which looks it painted, and why.

It is a file of the person's own, in the state folder. It holds as long as nothing has changed that
the looks came from: the environment, the person's settings, the stylesheets, the program itself.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from deskconsole import __file__ as _PACKAGE

_NAME = "first-sight.json"
# What decides where things are and which colours a terminal has.
_VARIABLES = (
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "DESKCONSOLE_CONFIG",
    "TERM",
    "TERM_PROGRAM",
    "COLORTERM",
    "NO_COLOR",
    "FORCE_COLOR",
    "TEXTUAL_COLOR_SYSTEM",
    "COLUMNS",
    "LINES",
)


class Memory(NamedTuple):
    """`looks` are SGR parameters by the name of a look; `desk` is the default desk.

    `migrations` are those that a desk has which this program knows.
    """

    desk: str
    migrations: list[str]
    looks: dict[str, str]


def remember(memory: Memory, files: Iterable[str]) -> None:
    """Keep this for the next start, for as long as these files stay as they are.

    OSError where the state folder cannot be written.
    """
    file = _file()
    text = json.dumps(
        {
            "variables": _variables(),
            "files": {name: _stamp(name) for name in (*files, *_program())},
            **memory._asdict(),
        }
    )
    if _text_in(file) == text:
        return
    os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
    beside = f"{file}.{os.getpid()}"
    try:
        with open(beside, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(beside, file)
    except OSError:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def remembered() -> Memory | None:
    """What was left behind, if that still holds."""
    try:
        found = json.loads(_text_in(_file()) or "null")
        if (
            not isinstance(found, dict)
            or found.pop("variables") != _variables()
            or any(_stamp(name) != stamp for name, stamp in found.pop("files").items())
        ):
            return None
        return Memory(**found)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _file() -> str:
    folder = os.environ.get("DESKCONSOLE_STATE")
    if not folder and sys.platform == "linux":  # as platformdirs has it, which takes long to import
        home = os.environ.get("XDG_STATE_HOME", "").strip() or os.path.expanduser("~/.local/state")
        folder = os.path.join(home, "deskconsole")
    if not folder:
        from platformdirs import user_state_dir

        folder = user_state_dir("deskconsole", appauthor=False)
    return os.path.join(folder, _NAME)


def _text_in(file: str) -> str | None:
    try:
        with open(file, encoding="utf-8") as lines:
            return lines.read()
    except (OSError, UnicodeDecodeError):
        return None


def _variables() -> Mapping[str, str | None]:
    return {name: os.environ.get(name) for name in _VARIABLES}


def _program() -> Iterable[str]:
    """What changes when this program does."""
    folder = os.path.dirname(_PACKAGE)
    return [folder, *(os.path.join(folder, part) for part in ("face", "glance", "tui"))]


def _stamp(name: str) -> list[int] | None:
    """When a file or folder changed last, and its size; None where it is not there."""
    try:
        found = os.stat(name)
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_size]
