"""A change is told of, not looked for; and found all the same where nobody tells of it."""

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event as Flag

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.model import Actor, Order, Role
from deskconsole.store import watch as watch_module
from deskconsole.store.notices import Notices
from deskconsole.store.store import Store, open_store
from tests.conftest import BOB, opened

pytestmark = pytest.mark.both_databases

_FAR = 600.0  # seconds: a look that comes so late finds nothing within a test
_ENOUGH = 600  # a usual limit is 128 for each user

_MANY = """
import sys
from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.store.store import open_store

desk = Desk(open_store(sys.argv[1]), utc_now)
ana = desk.enter("ana")
for number in range(int(sys.argv[2])):
    desk.note(ana, 1, f"thought {number}")
    if number % 100 == 50 and desk.store.file:
        desk.store.connections.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
"""


class Waiting:
    """A thread that waits for one change of a desk, and what it was told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.told: list[bool] = []
        self.stop, self._ready = Flag(), Flag()
        self.thread = threading.Thread(target=self._wait, daemon=True)
        self.thread.start()
        assert self._ready.wait(10)

    def _wait(self) -> None:
        with self._store.watch() as self.watch:
            self._ready.set()
            self.told.append(self._store.wait(self.watch, self.stop))
        self._store.close()

    def answer(self) -> list[bool]:
        """What it was told in the end; nothing if it still waits."""
        self.thread.join(10)
        return self.told


@pytest.fixture
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes that are not told of are not found."""
    monkeypatch.setattr(watch_module, "LOOK_SECONDS", _FAR)
    monkeypatch.setattr(watch_module, "HEARTBEAT_SECONDS", _FAR)


@pytest.mark.usefixtures("nobody_looks")
def test_a_change_is_told_of_without_looking(desk: Desk, ana: Actor) -> None:
    waiting = Waiting(desk.store)
    desk.open(ana, "VPN drops", BOB)
    assert waiting.answer() == [True]


@pytest.mark.usefixtures("nobody_looks")
@pytest.mark.parametrize(
    "settle",
    [
        lambda desk, ana: desk.set_policy(ana, "limits", "blocked 3"),
        lambda desk, ana: desk.set_role(ana, "zoe", Role.VIEWER),
        lambda desk, ana: desk.keep_view(ana, "Mine", "mine", Order.AGE),
        lambda desk, ana: desk.keep_canned(ana, "hello", "Hello."),
    ],
    ids=["policy", "people", "views", "canned"],
)
def test_whatever_is_settled_is_told_of(
    desk: Desk, ana: Actor, settle: Callable[[Desk, Actor], object]
) -> None:
    waiting = Waiting(desk.store)
    settle(desk, ana)
    assert waiting.answer() == [True]


@pytest.mark.usefixtures("nobody_looks")
def test_whoever_waits_is_woken_to_stop(desk: Desk) -> None:
    waiting = Waiting(desk.store)
    waiting.stop.set()
    waiting.watch.wake()
    assert waiting.answer() == [False]
    waiting.watch.wake()  # to nobody


@pytest.mark.usefixtures("nobody_looks")
def test_of_quick_commits_and_checkpoints_none_is_missed(desk: Desk, ana: Actor, url: str) -> None:
    desk.open(ana, "VPN drops", BOB)
    first, many = desk.store.last_event(), 500
    seen: list[int] = []
    stop = Flag()

    def give_up() -> None:
        stop.set()
        watch.wake()

    with closing(open_store(url)) as store, store.watch() as watch:
        writer = subprocess.Popen([sys.executable, "-c", _MANY, url, str(many)])
        given_up = threading.Timer(60, give_up)
        given_up.start()
        while len(seen) < many and store.wait(watch, stop):
            after = seen[-1] if seen else first
            seen += [event.id for event in store.events_after(after)]
        given_up.cancel()
        assert writer.wait(20) == 0
    assert seen == [*range(first + 1, first + 1 + many)]


@pytest.mark.usefixtures("nobody_looks")
def test_a_desk_is_watched_where_its_journal_is_though_a_link_names_it(
    path: Path, desk: Desk, ana: Actor, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = folder / "link.db"
    link.symlink_to(path)
    waiting = Waiting(opened(link))
    desk.open(ana, "VPN drops", BOB)
    assert waiting.answer() == [True]


def test_a_change_is_looked_for_where_the_kernel_tells_of_none(
    path: Path, desk: Desk, ana: Actor
) -> None:
    with ExitStack() as held:
        for _ in range(_ENOUGH):
            try:
                held.enter_context(closing(Notices(path)))
            except OSError:
                break
        else:
            pytest.skip("here the kernel gives more than anybody needs")
        waiting = Waiting(desk.store)
        desk.open(ana, "VPN drops", BOB)
        assert waiting.answer() == [True]


def test_a_change_that_was_told_to_nobody_is_found(
    path: Path, desk: Desk, ana: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "Notices", lambda file: Notices(tmp_path / "another.db"))
    waiting = Waiting(desk.store)
    desk.open(ana, "VPN drops", BOB)
    assert waiting.answer() == [True]


def test_other_files_of_the_folder_are_not_taken_for_the_desk(path: Path) -> None:
    opened(path).close()
    with closing(Notices(path)) as notices:
        (path.parent / "desk.db.log").write_text("hello")
        assert not notices.taken()
        with path.open("ab") as file:
            file.write(b"\0")
        assert notices.taken()
        assert not notices.taken()
