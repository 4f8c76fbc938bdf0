"""What SQLite keeps beside the rows of tickets, by triggers: the tally, the tags, words searched.

Here alone stands how it is made for tickets that were written while no trigger looked.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from peewee import SqliteDatabase

# Each for the new tickets whose numbers are in `written`.
_MADE = (
    """UPDATE tally SET tickets = tally.tickets + found.tickets
       FROM (SELECT status, count(*) AS tickets
             FROM written CROSS JOIN ticket ON ticket.id = written.number GROUP BY status) AS found
       WHERE found.status = tally.status""",
    """INSERT OR IGNORE INTO tagging (tag, ticket_id)
       SELECT value, ticket.id
       FROM written CROSS JOIN ticket ON ticket.id = written.number,
         json_each('[' || replace(json_quote(lower(tags)), ' ', '","') || ']')
       WHERE tags <> '' ORDER BY 1, 2""",
    """INSERT INTO wording (ticket_id, body)
       SELECT id, title || coalesce(char(10) ||
         (SELECT group_concat(body, char(10)) FROM
           (SELECT body FROM message WHERE ticket_id = ticket.id ORDER BY event_id)), '')
       FROM written CROSS JOIN ticket ON ticket.id = written.number""",
    """INSERT INTO words (rowid, body)
       SELECT ticket_id, body FROM written CROSS JOIN wording ON ticket_id = written.number""",
)
_GATHERED = 64 << 20  # bytes of the index of words, where much is to be written
_USUAL = 1 << 20  # SQLite's own choice


@contextmanager
def words_gathered(database: SqliteDatabase) -> Iterator[None]:
    """A transaction in which more words than usual are gathered before they are written."""
    size = "INSERT INTO words (words, rank) VALUES ('hashsize', ?)"
    with database.atomic():
        database.execute_sql(size, (_GATHERED,))
        yield
        database.execute_sql(size, (_USUAL,))


def make_derived(database: SqliteDatabase, numbers: Iterable[int]) -> None:
    """Make what is derived of these new tickets, which were written `without` triggers."""
    database.execute_sql("CREATE TEMP TABLE IF NOT EXISTS written (number INTEGER PRIMARY KEY)")
    database.cursor().executemany(
        "INSERT INTO written VALUES (?)", ((number,) for number in numbers)
    )
    for statement in _MADE:
        database.execute_sql(statement)
    database.execute_sql("DELETE FROM written")


@contextmanager
def without(
    database: SqliteDatabase, kind: str, made: Callable[[int, int], None] = lambda done, of: None
) -> Iterator[None]:
    """Drop every `trigger` or `index` for a while; at the end they are as they were.

    `made` is told how many of how many are. Where the block fails, so must its transaction.
    """
    found = database.execute_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", (kind,)
    ).fetchall()
    for name, _ in found:
        database.execute_sql(f'DROP {kind} "{name}"')
    yield
    for done, (_, sql) in enumerate(found, start=1):
        database.execute_sql(sql)
        made(done, len(found))
