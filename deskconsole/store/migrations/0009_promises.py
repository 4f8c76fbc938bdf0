"""When the next promise about a ticket is broken; year 9999 where nothing is promised."""

from peewee import SqliteDatabase

STATEMENTS = [
    "CREATE INDEX ticket_promised ON ticket (status, promised, id) WHERE closed_at IS NULL",
]


def up(migrator, db):
    kind = "INTEGER" if isinstance(db, SqliteDatabase) else "BIGINT"
    for statement in [
        f"ALTER TABLE ticket ADD COLUMN promised {kind} NOT NULL DEFAULT 253402300799999999",
        *STATEMENTS,
    ]:
        db.execute_sql(statement)
