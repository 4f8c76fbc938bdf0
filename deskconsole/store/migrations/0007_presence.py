"""Who looks at or writes on which ticket: a row for each console that is at one."""

from peewee import SqliteDatabase


def up(migrator, db):
    sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(
        f"""CREATE TABLE presence (
         console TEXT PRIMARY KEY CHECK (console <> ''),
         person_id INTEGER NOT NULL REFERENCES person (id),
         ticket_id INTEGER NOT NULL REFERENCES ticket (id),
         doing TEXT NOT NULL CHECK (doing IN ('looking', 'writing')),
         seen_at {"INTEGER" if sqlite else "BIGINT"} NOT NULL
       ){" STRICT" if sqlite else ""}"""
    )
    if not sqlite:
        db.execute_sql(
            "CREATE TRIGGER presence_told AFTER INSERT OR UPDATE OR DELETE ON presence "
            "FOR EACH STATEMENT EXECUTE FUNCTION tell_others()"
        )
