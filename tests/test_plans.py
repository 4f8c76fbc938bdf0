"""No key walks through history: the plan of every query that the console makes, on both databases.

The queries are those that a console really makes while it is used; none is listed here by hand.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product
from typing import Any

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.model import CLOSED_SHOWN, Actor, Order, Status, Window
from deskconsole.query import HELP, parse
from deskconsole.store import places
from deskconsole.store.find import condition
from deskconsole.tui.link import Link
from tests.conftest import BOB, START, HandClock, Lead
from tests.test_board import console_at, press

pytestmark = pytest.mark.both_databases

S, C, T, P, B, A, D, X, N = Status

GROWING = {"ticket", "event", "message", "clone", "person", "watcher", "tagging", "wording"}
KEYS = (
    *("j", "G", "g", "ctrl+d", "l", "7", "G", "k", "g", "1"),
    *("o", "o", "o", "o", "o", "space", "asterisk", "escape", "v", "j", "v", "escape"),
    *("slash", "v", "p", "enter", "G", "asterisk", "escape", "escape"),
    *("slash", "-", "v", "enter", "escape", "escape"),
    *("p", "j", "p", "enter", "right_square_bracket", "left_square_bracket", "j", "escape"),
    *("m", "u", "U", "a", "escape", "e", "escape", "c", "escape", "s", "escape", "question_mark"),
    *("escape", "n", "escape", "X", "escape", "T", "escape", "ctrl+p", "escape", "ctrl+r"),
)

Asked = dict[str, tuple[Any, ...]]  # each text, with values that it was asked with


@pytest.fixture
def used(desk: Desk, ana: Actor, at: Lead, clock: HandClock) -> Desk:
    """A desk with something of everything."""
    for status in Status:
        at(status)
        number = at(status).number
        desk.edit(ana, number, tag=("vpn", "later"))
        clock.forward(hours=1)
    desk.receive(1, BOB, "Any news?")
    desk.watch(ana, 2)
    return desk


def asked(desk: Desk, use: Callable[[], None]) -> Asked:
    """What the database is asked while somebody uses the desk."""
    seen: Asked = {}

    def hear(event: Any) -> None:
        if event.sql.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            seen.setdefault(event.sql, tuple(event.params or ()))

    hooks = desk.store.connections.query_hooks
    hooks.append(hear)
    try:
        use()
    finally:
        hooks.remove(hear)
    return seen


def faults(desk: Desk, queries: Asked) -> Iterator[str]:
    """What is wrong with the plans of these queries."""
    assert len(queries) > 10
    lite = desk.store.file is not None
    for sql, values in queries.items():
        for fault in _lite_faults(desk, sql, values) if lite else _server_faults(desk, sql, values):
            yield f"{fault}: {sql} {values}"
        if " OFFSET " in sql:
            yield f"OFFSET: {sql}"


def _lite_faults(desk: Desk, sql: str, values: tuple[Any, ...]) -> Iterator[str]:
    named: dict[str, set[str]] = {table: {table} for table in GROWING}
    for table, alias in re.findall(r'"(\w+)" AS "(\w+)"', sql):
        named.setdefault(alias, set()).add(table)
    plan = desk.store.connections.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    for *_, step in plan:
        what, _, rest = step.partition(" ")
        short = rest.endswith(" INDEX person_staff")  # which has no customers
        if what == "SCAN" and named.get(rest.split()[0], set()) & GROWING and not short:
            yield step
        if step == "USE TEMP B-TREE FOR ORDER BY" and " LIMIT " in sql:
            yield step


def _server_faults(desk: Desk, sql: str, values: tuple[Any, ...]) -> Iterator[str]:
    # What is dear on a desk with a history is made dear on this one.
    dear = ("seqscan", "hashjoin", "mergejoin")
    yield from _read_whole(_server_plan(desk, sql, values, *dear), first_few=False)
    yield from _sorted_whole(_server_plan(desk, sql, values, *dear, "sort"), first_few=False)


def _server_plan(desk: Desk, sql: str, values: tuple[Any, ...], *dear: str) -> Any:
    connections = desk.store.connections
    with connections.atomic():
        for way in dear:
            connections.execute_sql(f"SET LOCAL enable_{way} = off")
        (plan,) = connections.execute_sql(f"EXPLAIN (FORMAT JSON) {sql}", values).fetchone()
    return plan[0]["Plan"]


def _read_whole(node: dict[str, Any], *, first_few: bool) -> Iterator[str]:
    """The nodes that read all of a table, unless only the first few rows of it are wanted."""
    kind = node["Node Type"]
    bounded = {"Index Cond", "Recheck Cond", "TID Cond"} & node.keys()
    reads = kind != "ModifyTable" and node.get("Relation Name") in GROWING
    if reads and not bounded and not (first_few and "Index" in kind):
        yield f"{kind} on {node['Relation Name']}"
    few = kind == "Limit" or (first_few and kind in ("Result", "Nested Loop", "Subquery Scan"))
    for inner in node.get("Plans", ()):
        yield from _read_whole(inner, first_few=few)


def _sorted_whole(node: dict[str, Any], *, first_few: bool) -> Iterator[str]:
    """The nodes that sort all rows where the first few are wanted."""
    kind = node["Node Type"]
    if first_few and kind.endswith("Sort"):
        yield f"{kind} before a limit"
    for inner in node.get("Plans", ()):
        yield from _sorted_whole(inner, first_few=kind == "Limit")


def test_no_key_of_the_console_walks_through_history(used: Desk, ana: Actor) -> None:
    async def use() -> None:
        async with console_at(used, ana, 160, 45) as (pilot, _):
            await press(pilot, *KEYS)

    found = list(faults(used, asked(used, lambda: asyncio.run(use()))))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("few", [places.FEW, 1, 0])
def test_no_word_of_a_filter_walks_through_history(
    used: Desk, ana: Actor, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(places, "FEW", few)
    texts = [text for example, _ in HELP for text in (example, f"-{example}")]
    texts.append("opened:2024 vpn")
    ticket = used.store.ticket(1)
    now = used.clock()

    async def use(link: Link) -> None:
        for text, order in product(["", *texts], Order):
            query = parse(text, START.date())
            kinds = (Window(), Window(end=True), Window(ticket.key(order), before=5, after=5))
            for window in kinds:
                windows = {S: window} if window.at else dict.fromkeys(Status, window)
                await link.read(windows, 1, ticket.number, 40, ticket, query, order)
            await link.neighbour(ticket, 1, query, order)
            fits = condition(used.store, query, ana.person, now, "UTC")
            span = (order, ticket.key(order), ticket.key(order))
            used.store.numbers(Status, now - CLOSED_SHOWN, fits)
            used.store.numbers((S,), now - CLOSED_SHOWN, fits, span)

    with closing(Link(used, ana)) as link:
        queries = asked(used, lambda: asyncio.run(use(link)))
    found = list(faults(used, queries))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "index",
    ["ticket_age", "ticket_attention", "ticket_due", "ticket_updated", "ticket_column"],
)
def test_a_missing_index_is_noticed(used: Desk, ana: Actor, index: str) -> None:
    used.store.connections.execute_sql(f"DROP INDEX {index}")

    async def use(link: Link) -> None:
        for order in Order:
            await link.read(dict.fromkeys(Status, Window()), 1, 1, 40, None, (), order)

    with closing(Link(used, ana)) as link:
        queries = asked(used, lambda: asyncio.run(use(link)))
    assert list(faults(used, queries)) != []
