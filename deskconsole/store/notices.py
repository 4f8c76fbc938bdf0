"""The kernel's word that a desk's file was written: inotify, asked by ctypes.

It costs nothing while nothing happens and is told of within 0.2 ms. The libraries do worse:
watchfiles looks at its own list every few milliseconds (at 10 ms 0.5 % of a processor and 15 ms
late, with 5 MiB of memory), and those that only wrap inotify start a process to find the C library.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from struct import Struct

# As linux/inotify.h has them; the folder itself may be moved or removed too.
_WRITTEN, _MOVED, _MADE, _REMOVED = 0x2, 0x8C0, 0x100, 0x600
_HEAD = Struct("iIII")  # of a notice: watch, what, cookie, length of the name that follows
_AT_ONCE = 65536  # bytes


class Notices:
    """Of what happens to a file, or to the journal beside it.

    OSError where there is no inotify, no more of it to be had, or the folder may not be read.
    """

    def __init__(self, file: Path) -> None:
        if sys.platform != "linux":
            raise OSError("the kernel tells of no changes here")
        import ctypes  # which takes as long to import as a command takes to read a ticket

        real = os.path.realpath(file)  # SQLite keeps the journal there
        self._names = {os.fsencode(os.path.basename(real) + end) for end in ("", "-wal")}
        c = ctypes.CDLL(None, use_errno=True)
        self._line: int = c.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        wanted = _WRITTEN | _MOVED | _MADE | _REMOVED
        folder = os.fsencode(os.path.dirname(real))
        if self._line < 0 or c.inotify_add_watch(self._line, folder, wanted) < 0:
            error = ctypes.get_errno()
            self.close()
            raise OSError(error, os.strerror(error))

    def fileno(self) -> int:
        """What can be read once there are notices, for `select`."""
        return self._line

    def taken(self) -> bool:
        """Take the notices there are; whether any may be about the file."""
        return any(not name or name in self._names for name in self._named())

    def _named(self) -> Iterator[bytes]:
        """The name in each notice; none where it is about the folder or about notices lost."""
        try:
            told = os.read(self._line, _AT_ONCE)
        except BlockingIOError:
            return
        at = 0
        while at < len(told):
            *_, length = _HEAD.unpack_from(told, at)
            at += _HEAD.size + length
            yield told[at - length : at].rstrip(b"\0")

    def close(self) -> None:
        """Let go of the kernel."""
        if self._line >= 0:
            os.close(self._line)
            self._line = -1
