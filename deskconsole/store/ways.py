"""Which part of a query fits so few tickets that all of them can be held in hand.

An index knows those that have a word. Those that lack it are few only where nearly all have it;
they are counted where that seems so, as the others are met soon wherever one looks.
"""

from operator import itemgetter
from typing import Any

from peewee import SQL, NodeList, Select, fn

from deskconsole.store.compiled import Compiled, Given, Text, query_text
from deskconsole.store.database import Database
from deskconsole.store.find import Condition, Sought, Way
from deskconsole.store.tables import TicketRow

_LATEST = 200  # tickets that are asked for a word, before those that lack it are counted
_NONE = Way(Text("SELECT 0 AS number WHERE 1 = 0"))


def fewest(store: Database, fits: Condition, tickets: int, few: int) -> Way | None:
    """The way to the fewest of the desk's `tickets`; None if there are more than `few` on each."""
    ways = [(store.select(_FEW_OF, way=way.text, limit=few + 1)[0][0], way) for way in fits.ways]
    ways += [
        (tickets - store.having(words), Way(_lacking(store, words)))
        for words, has in fits.sought
        if not has and _seem_to_have(store, words)
    ]
    least, way = min(ways, key=itemgetter(0), default=(few + 1, _NONE))
    if least > few:
        return None
    return way if least else _NONE


_FEW_OF = Compiled(
    lambda: Select(
        (
            NodeList(
                (
                    SQL("(SELECT 1 AS one FROM ("),
                    Given("way"),
                    SQL(") AS way LIMIT"),
                    Given("limit"),
                    SQL(") AS few"),
                )
            ),
        ),
        (fn.COUNT(SQL("*")),),
    )
)


def _seem_to_have(store: Database, words: Sought) -> bool:
    """Whether all the latest tickets have the words."""
    latest = [number for (number,) in store.select(_LAST, most=_LATEST)]
    return len(store.holding(words, latest)) == len(latest)


def _last() -> Any:
    """SELECT of the last tickets' numbers."""
    ticket = TicketRow.alias()
    before = ticket.select(fn.MAX(ticket.id) - Given("most"))
    return TicketRow.select(TicketRow.id).where(TicketRow.id > before)


_LAST = Compiled(_last)


def _lacking(store: Database, words: Sought) -> Text:
    """The way to the tickets that lack the words."""
    having = NodeList((SQL("("), store.searching(words), SQL(")")))
    query = TicketRow.select(TicketRow.id.alias("number")).where(TicketRow.id.not_in(having))
    return query_text(store.connections, query)
