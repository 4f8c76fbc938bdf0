"""Watchers, duplicates, and the time spent on a ticket."""


def up(migrator, db):
    for statement in STATEMENTS:
        db.execute_sql(statement)


STATEMENTS = [
    """CREATE TABLE watcher (
         ticket_id INTEGER NOT NULL REFERENCES ticket (id),
         person_id INTEGER NOT NULL REFERENCES person (id),
         PRIMARY KEY (ticket_id, person_id)
       ) STRICT""",
    "CREATE INDEX watcher_person ON watcher (person_id, ticket_id)",
    "ALTER TABLE ticket ADD COLUMN duplicate_of_id INTEGER REFERENCES ticket (id)",
    "ALTER TABLE ticket ADD COLUMN spent INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX ticket_duplicate ON ticket (duplicate_of_id) WHERE duplicate_of_id IS NOT NULL",
    "CREATE INDEX ticket_follows ON ticket (follows_id) WHERE follows_id IS NOT NULL",
]
