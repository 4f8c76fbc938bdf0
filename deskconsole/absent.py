"""Libraries that others import if they are there, and that would cost more than they bring."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def absent(name: str) -> Iterator[None]:
    """A block in which whoever imports the module `name` finds that it is not installed.

    Where it has been imported before, it is there.
    """
    there = name in sys.modules
    if not there:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python notes "there is none"
    try:
        yield
    finally:
        if not there:
            del sys.modules[name]
