"""What is the matter with a desk that a server keeps: what PostgreSQL itself knows of it."""

from collections.abc import Iterator

from deskconsole.finding import Finding, ok, wrong
from deskconsole.store.copying import COPIED
from deskconsole.store.store import Store

_RESTORE = "restore a backup into a new database: deskconsole --desk URL restore FILE"


def server_findings(store: Store) -> Iterator[Finding]:
    """Indexes, columns, triggers and what is searched."""
    yield from _columns(store)
    yield from _indexes(store)
    yield from _triggers(store)
    yield from _words(store)


def _columns(store: Store) -> Iterator[Finding]:
    missing = []
    for model in COPIED:
        there = {column.name for column in store.connections.get_columns(model._meta.table_name)}
        wanted = {field.column_name for field in model._meta.sorted_fields}
        missing += [f"{model._meta.table_name}.{name}" for name in sorted(wanted - there)]
    for name in missing:
        yield wrong(f"column {name} is missing", _RESTORE)
    if not missing:
        yield ok("tables and columns are as they should be")


def _indexes(store: Store) -> Iterator[Finding]:
    mine = "FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = " + _MINE
    invalid = store.connections.execute_sql(f"SELECT relname {mine} AND NOT indisvalid").fetchall()
    for (name,) in invalid:
        yield wrong(f"index {name} is not valid", f"REINDEX INDEX {name}")
    may = "SELECT bool_or(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc WHERE proname = "
    if not store.connections.execute_sql(f"{may}'bt_index_check'").fetchone()[0]:
        if not invalid:
            yield ok("every index is valid (with the extension amcheck they are compared, too)")
        return
    trees = "AND relam = (SELECT oid FROM pg_am WHERE amname = 'btree')"
    check = f"SELECT bt_index_check(indexrelid, true) {mine} {trees}"
    store.connections.execute_sql(check).fetchall()
    yield ok("every index holds what its table does")


def _triggers(store: Store) -> Iterator[Finding]:
    off = store.connections.execute_sql(
        f"""SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE relnamespace = {_MINE} AND tgenabled = 'D'"""
    ).fetchall()
    for (name,) in off:
        yield wrong(f"trigger {name} is switched off", _RESTORE)
    if not off:
        yield ok("every trigger is on")


def _words(store: Store) -> Iterator[Finding]:
    lost = store.connections.execute_sql(_UNINDEXED).fetchone()[0]
    if lost:
        yield wrong(f"{lost} titles or messages cannot be found by their words", _RESTORE)
    else:
        yield ok("every title and message can be found by its words")


_MINE = "current_schema()::regnamespace"
_UNINDEXED = """SELECT count(*) FROM (
    SELECT id AS ticket_id, 0 AS part, title AS body FROM ticket
    UNION ALL SELECT ticket_id, event_id, body FROM message) AS text
  WHERE NOT EXISTS (SELECT FROM wording
    WHERE wording.ticket_id = text.ticket_id AND wording.part = text.part)
  AND body ~ '[[:alnum:]]'"""
