"""A desk on a PostgreSQL of the benchmark's own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.bench.checkout import Checkout
from tests.bench.desks import Desk
from tests.bench.programs import Unmeasured


@contextmanager
def served(desk: Desk, checkout: Checkout, folder: Path) -> Iterator[Desk]:
    """A copy of a desk, on a server that lives as long as it is needed.

    Unmeasured where there is no server to be had.
    """
    try:
        from tests.postgres import server
    except ImportError as error:
        raise Unmeasured(f"there is no PostgreSQL: {error}") from None
    folder.mkdir()
    copy = folder / "desk.db"
    shutil.copyfile(desk.place, copy)
    with server() as running:
        url = running.empty()
        checkout.run(folder, *replace(desk, place=str(copy)).options, "move-desk", url)
        yield replace(desk, place=url)
