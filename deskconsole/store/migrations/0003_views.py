"""Orders of a column, saved views, and which events are one act."""

from peewee import SqliteDatabase


def up(migrator, db):
    for statement in (SQLITE if isinstance(db, SqliteDatabase) else POSTGRES) + STATEMENTS:
        db.execute_sql(statement)


SQLITE = [
    # Beside a deadline stands the day to review a hold; far off, year 9999, where there is neither.
    "ALTER TABLE ticket ADD COLUMN attention INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE ticket ADD COLUMN due INTEGER NOT NULL DEFAULT 253402300799999999",
    """UPDATE ticket SET
         attention = priority + CASE WHEN replied_at IS NULL THEN 4 ELSE 0 END,
         due = coalesce(deadline, CAST(strftime('%s', hold_until) AS INTEGER) * 1000000, due)""",
    """CREATE TABLE view (
         name TEXT PRIMARY KEY CHECK (name <> ''), query TEXT NOT NULL, sort TEXT NOT NULL
       ) STRICT""",
]

POSTGRES = [
    "ALTER TABLE ticket ADD COLUMN attention INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE ticket ADD COLUMN due BIGINT NOT NULL DEFAULT 253402300799999999",
    """CREATE TABLE view (
         name TEXT COLLATE "C" PRIMARY KEY CHECK (name <> ''),
         query TEXT NOT NULL, sort TEXT NOT NULL
       )""",
    "CREATE TRIGGER view_told AFTER INSERT OR UPDATE OR DELETE ON view "
    "FOR EACH STATEMENT EXECUTE FUNCTION tell_others()",
]

STATEMENTS = [
    "CREATE INDEX ticket_attention ON ticket (status, attention, entered_at, id)",
    "CREATE INDEX ticket_due ON ticket (status, due, id)",
    "CREATE INDEX ticket_updated ON ticket (status, version)",
    "ALTER TABLE person ADD COLUMN view TEXT REFERENCES view (name) ON DELETE SET NULL",
    "ALTER TABLE event ADD COLUMN act INTEGER",
    "CREATE INDEX event_actor ON event (actor_id, id)",
]
