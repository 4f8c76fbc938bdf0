"""What was settled at the desk, by whom and when; and what each person asked to be told about."""

from peewee import SqliteDatabase


def up(migrator, db):
    sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(
        f"""CREATE TABLE settlement (
         id INTEGER NOT NULL PRIMARY KEY,
         at {"INTEGER" if sqlite else "BIGINT"} NOT NULL,
         actor_id INTEGER NOT NULL REFERENCES person (id),
         role TEXT NOT NULL,
         matter TEXT NOT NULL CHECK (matter IN ('policy', 'people', 'views', 'canned')),
         name TEXT NOT NULL,
         before TEXT,
         after TEXT
       ){" STRICT" if sqlite else ""}"""
    )
    db.execute_sql("CREATE INDEX settlement_matter ON settlement (matter, id)")
    db.execute_sql("ALTER TABLE person ADD COLUMN alerts TEXT NOT NULL DEFAULT ''")
