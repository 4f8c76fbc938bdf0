"""Watchers, duplicates, and the time spent on a ticket."""

from peewee import SqliteDatabase

WATCHER = """CREATE TABLE watcher (
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  PRIMARY KEY (ticket_id, person_id)
)"""
ORIGINAL = "ALTER TABLE ticket ADD COLUMN duplicate_of_id INTEGER REFERENCES ticket (id)"


def up(migrator, db):
    tables = SQLITE if isinstance(db, SqliteDatabase) else POSTGRES
    for statement in tables + STATEMENTS:
        db.execute_sql(statement)


SQLITE = [f"{WATCHER} STRICT", ORIGINAL]

POSTGRES = [
    WATCHER,
    f"{ORIGINAL} DEFERRABLE INITIALLY IMMEDIATE",
    "CREATE TRIGGER watcher_told AFTER INSERT OR UPDATE OR DELETE ON watcher "
    "FOR EACH STATEMENT EXECUTE FUNCTION tell_others()",
]

STATEMENTS = [
    "CREATE INDEX watcher_person ON watcher (person_id, ticket_id)",
    "ALTER TABLE ticket ADD COLUMN spent INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX ticket_duplicate ON ticket (duplicate_of_id) WHERE duplicate_of_id IS NOT NULL",
    "CREATE INDEX ticket_follows ON ticket (follows_id) WHERE follows_id IS NOT NULL",
]
