"""Who of a machine may open a desk that is a file: its owner alone, or a group.

Whoever looks at an SQLite desk writes too, if only into the file -shm by which several processes
share it. So a group is let read and write, or not at all; and new files beside the desk have its
group only where the folder hands it on.
"""

import shutil
import stat
from pathlib import Path
from shlex import quote

from deskconsole.errors import BadInput

_PRIVATE = 0o600
_SHARED = 0o660
_BESIDE = ("", "-wal", "-shm")


def let_in(path: Path, group: str) -> str | None:
    """Let the members of `group` read and write the desk at `path`.

    What the folder still needs for it, as a command; None if nothing. BadInput where there is no
    such group, or the files are not one's own to share.
    """
    try:
        for file in _files(path):
            shutil.chown(file, group=group)
            file.chmod(_SHARED)
    except LookupError:
        raise BadInput(f"there is no group {group!r} on this machine") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be given to group {group}: {error.strerror}") from None
    return _folder_needs(path)


def keep_private(path: Path) -> None:
    """Let nobody but its owner open the desk at `path`; BadInput where it is not one's own."""
    try:
        for file in _files(path):
            file.chmod(_PRIVATE)
    except OSError as error:
        raise BadInput(f"{path} cannot be made private: {error.strerror}") from None


def opened_by(path: Path) -> str:
    """Who may open the desk at `path`, in words."""
    mode = path.stat().st_mode
    if mode & stat.S_IRWXO:
        return "everybody on this machine"
    return f"its owner and group {_group(path)}" if mode & stat.S_IRWXG else "its owner alone"


def _files(path: Path) -> list[Path]:
    beside = (path.with_name(path.name + end) for end in _BESIDE)
    return [file for file in beside if file.exists()]


def _folder_needs(path: Path) -> str | None:
    folder, group = path.parent, path.stat().st_gid
    there = folder.stat()
    mode = stat.S_IRWXG | stat.S_ISGID
    if there.st_gid == group and there.st_mode & mode == mode:
        return None
    name = quote(str(folder))
    return f"chgrp {_group(path)} {name} && chmod g+rwxs {name}"


def _group(path: Path) -> str:
    try:
        return path.group()
    except KeyError:
        return str(path.stat().st_gid)  # a group without a name
