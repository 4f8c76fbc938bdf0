"""Compiled queries: written once for a kind of database, they say what Peewee itself would."""

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.model import Actor, Status
from deskconsole.store import rows
from deskconsole.store.compiled import Compiled, Given, condition_text, given
from deskconsole.store.store import Store
from deskconsole.store.tables import PolicyRow, TicketRow, ViewRow
from tests.conftest import START, Lead

pytestmark = pytest.mark.both_databases


def _narrowed(status: object, since: object, numbers: object, fits: object) -> rows.Query:
    mine = (TicketRow.status == status) & (TicketRow.entered_at >= since)
    return rows.tickets().where(mine & TicketRow.id.in_(numbers) & fits & (TicketRow.priority > 0))


NARROWED = Compiled(
    lambda: _narrowed(Given("status"), Given("since"), Given("numbers"), Given("fits"))
)


def test_what_is_filled_in_selects_what_the_query_itself_does(desk: Desk, at: Lead) -> None:
    for status in (Status.BLOCKED, Status.BLOCKED, Status.DONE):
        at(status)
    store = desk.store
    fits = TicketRow.id.in_(TicketRow.select(TicketRow.id).where(TicketRow.title == "VPN drops"))
    for numbers in ([1, 3], [2], []):
        wanted = store.select(_narrowed("blocked", START, numbers, fits))
        text = condition_text(store.connections, fits)
        filled = {"status": "blocked", "since": START, "numbers": numbers, "fits": text}
        assert store.select(NARROWED, **filled) == wanted
        assert [row[0] for row in wanted] == [number for number in numbers if number < 3]


def test_a_query_is_written_once(desk: Desk, ana: Actor) -> None:
    written: list[None] = []

    def write() -> rows.Query:
        written.append(None)
        return PolicyRow.select(PolicyRow.setting).where(PolicyRow.name == Given("name"))

    setting = Compiled(write)
    desk.set_policy(ana, "link", "https://desk.example.org/{number}")
    assert desk.store.select(setting, name="timezone") == [("UTC",)]
    assert desk.store.select(setting, name="link") == [("https://desk.example.org/{number}",)]
    assert len(written) == 1


def test_writes_are_compiled_as_reads_are(store: Store) -> None:
    put = Compiled(lambda: ViewRow.insert(**given(ViewRow)))
    change = Compiled(lambda: ViewRow.update(**given(ViewRow, "query")))
    with store.writing():
        assert store._run(put, name="mine", query="mine", sort="age") == 1
        assert store._run(change, query="tag:100%") == 1
    assert [(view.name, view.query) for view in store.views()] == [("mine", "tag:100%")]
