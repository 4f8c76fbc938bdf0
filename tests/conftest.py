"""A desk on a real SQLite file or a real PostgreSQL, and a clock that tests set by hand."""

import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from deskconsole.model import Actor, Brings, HoldKind, Role, Status, Step, Ticket
from deskconsole.store.store import Store, open_store
from tests.postgres import Server, server

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
BOB = "bob@example.org"


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)


_opened: list[Store] = []


def opened(where: object) -> Store:
    """The store of a desk, closed when the test ends."""
    store = open_store(str(where))
    _opened.append(store)
    return store


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()


@pytest.fixture(autouse=True)
def _own_taste(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may like other keys: tests have a taste of their own."""
    monkeypatch.setenv("DESKCONSOLE_CONFIG", str(tmp_path / "config.toml"))


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the drafts of a test are kept, not those of whoever runs it."""
    folder = tmp_path / "state"
    monkeypatch.setenv("DESKCONSOLE_STATE", str(folder))
    return folder


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: "test_together" not in item.nodeid)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Modules that are marked run their tests on both databases.

    Not those that look at a file, nor those of screens: a console of each is in `test_postgres`.
    """
    marked = metafunc.definition.get_closest_marker("both_databases")
    one = "path" in metafunc.fixturenames or inspect.iscoroutinefunction(metafunc.function)
    if marked and "database" in metafunc.fixturenames and not one:
        metafunc.parametrize("database", ["sqlite", "postgres"])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
def postgres(postgres_server: Server) -> Iterator[Server]:
    """A real PostgreSQL; what a test makes there is gone after it."""
    yield postgres_server
    postgres_server.drop()


@pytest.fixture
def database() -> str:
    """What keeps the desks of a test: `sqlite` or `postgres`."""
    return "sqlite"


Places = Callable[[], str]


@pytest.fixture
def places(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Places:
    """Names places where there is no desk yet, a new one each time."""
    if database == "postgres":
        made: Server = request.getfixturevalue("postgres")
        return made.empty
    folder = tmp_path / "desks"
    folder.mkdir()
    numbers = count(1)
    return lambda: str(folder / f"{next(numbers)}.db")


@pytest.fixture
def url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """What names the desk of a test."""
    if database == "postgres":
        made: Server = request.getfixturevalue("postgres")
        return made.desk()
    return str(tmp_path / "desk.db")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


CAST = {
    "bo": Role.TECHNICIAN,
    "eve": Role.ENGINEER,
    "finn": Role.ENGINEER,
    "vera": Role.VIEWER,
}


def staffed(desk: Desk) -> Desk:
    """The desk with ana as its lead, who adds the others of the usual cast."""
    ana = desk.enter("ana")
    for name, role in CAST.items():
        desk.set_role(ana, name, role)
    return desk


@pytest.fixture
def desk(store: Store, clock: HandClock) -> Desk:
    desk = staffed(Desk(store, clock))
    desk.set_policy(desk.enter("ana"), "timezone", "UTC")
    return desk


@pytest.fixture
def ana(desk: Desk) -> Actor:
    return desk.enter("ana")


@pytest.fixture
def real_desk(path: Path) -> Desk:
    """The desk as other processes see it, by the clock of the machine."""
    return staffed(Desk(opened(path), utc_now))


@pytest.fixture
def me(real_desk: Desk) -> Actor:
    return real_desk.enter("ana")


Lead = Callable[[Status], Ticket]


@pytest.fixture
def at(desk: Desk, ana: Actor) -> Lead:
    """Makes a ticket and leads it to a status by legal moves."""
    return lambda status: lead(desk, ana, status)


def lead(desk: Desk, by: Actor, status: Status) -> Ticket:
    """A new ticket in `status`, brought there by the shortest legal way."""
    number = desk.open(by, "VPN drops", BOB, name="Bob").number
    if status in (Status.IN_PROGRESS, Status.SCOPING_WITH_TEAM):
        desk.move(by, number, Status.SCOPING_WITH_TEAM, Brings(team="net"))
    if status is Status.DONE:
        desk.move(by, number, Status.WAITING_FOR_CUSTOMER_APPROVAL, Brings(message="Fixed."))
    brings = {
        Status.WAITING_FOR_CUSTOMER: Brings(message="Which version?"),
        Status.IN_PROGRESS: Brings(engineer="eve"),
        Status.BLOCKED: Brings(kind=HoldKind.VENDOR, whom="Acme"),
        Status.WAITING_FOR_CUSTOMER_APPROVAL: Brings(message="Fixed."),
        Status.DONE: Brings(message="Bob says so", for_customer=True),
        Status.CANCELED: Brings(reason="no-longer-needed"),
        Status.DECLINED: Brings(reason="out-of-scope", message="Not ours."),
    }
    if status in brings:
        desk.move(by, number, status, brings[status])
    ticket = desk.store.ticket(number)
    assert ticket.status is status
    return ticket


def finish(desk: Desk, by: Actor, number: int) -> Ticket:
    """Mark the ticket's only clone in development done."""
    return desk.step(by, number, Step.DONE, Brings(message="Shipped."))
