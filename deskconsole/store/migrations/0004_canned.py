"""Canned texts: what is written again and again, by name, for one team or (team '') for everybody."""

from peewee import Check, CompositeKey, Model, SqliteDatabase, TextField


def up(migrator, db):
    sqlite = isinstance(db, SqliteDatabase)
    order = None if sqlite else '"C"'

    class Canned(Model):
        team = TextField(collation=order)
        name = TextField(constraints=[Check("name <> ''")], collation=order)
        body = TextField(constraints=[Check("body <> ''")])

        class Meta:
            database = db
            table_name = "canned"
            primary_key = CompositeKey("team", "name")
            strict_tables = sqlite

    db.create_tables([Canned])
    if not sqlite:
        db.execute_sql(
            "CREATE TRIGGER canned_told AFTER INSERT OR UPDATE OR DELETE ON canned "
            "FOR EACH STATEMENT EXECUTE FUNCTION tell_others()"
        )
