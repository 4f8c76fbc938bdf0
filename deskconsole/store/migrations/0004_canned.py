"""Canned texts: what is written again and again, by name, for one team or (team '') for everybody."""

from peewee import Check, CompositeKey, Model, TextField


def up(migrator, db):
    class Canned(Model):
        team = TextField()
        name = TextField(constraints=[Check("name <> ''")])
        body = TextField(constraints=[Check("body <> ''")])

        class Meta:
            database = db
            table_name = "canned"
            primary_key = CompositeKey("team", "name")
            strict_tables = True

    db.create_tables([Canned])
