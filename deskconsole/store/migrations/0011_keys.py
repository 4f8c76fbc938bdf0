"""Public keys by which people come in over SSH."""

from peewee import SqliteDatabase


def up(migrator, db):
    sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(
        f"""CREATE TABLE public_key (
         fingerprint TEXT PRIMARY KEY CHECK (fingerprint <> ''),
         person_id INTEGER NOT NULL REFERENCES person (id),
         kind TEXT NOT NULL CHECK (kind <> ''),
         body TEXT NOT NULL CHECK (body <> ''),
         comment TEXT NOT NULL,
         added_at {"INTEGER" if sqlite else "BIGINT"} NOT NULL
       ){" STRICT" if sqlite else ""}"""
    )
