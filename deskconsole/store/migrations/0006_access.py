"""Two roles more: a viewer, and none for who left."""

from peewee import SqliteDatabase

ROLES = "'customer', 'viewer', 'technician', 'engineer', 'lead', 'none'"


def up(migrator, db):
    for statement in SQLITE if isinstance(db, SqliteDatabase) else POSTGRES:
        db.execute_sql(statement)


# SQLite changes no CHECK: the table is made anew, while nothing looks at who refers to it.
SQLITE = [
    f"""CREATE TABLE person_anew (
         id INTEGER NOT NULL PRIMARY KEY,
         name TEXT NOT NULL CHECK (name <> ''),
         email TEXT,
         role TEXT NOT NULL CHECK (role IN ({ROLES})),
         view TEXT REFERENCES view (name) ON DELETE SET NULL
       ) STRICT""",
    """INSERT INTO person_anew (id, name, email, role, view)
       SELECT id, name, email, role, view FROM person""",
    "DROP TABLE person",
    "ALTER TABLE person_anew RENAME TO person",
    "CREATE UNIQUE INDEX person_email ON person (email)",
    "CREATE UNIQUE INDEX person_staff ON person (name) WHERE role <> 'customer'",
]

POSTGRES = [
    "ALTER TABLE person DROP CONSTRAINT person_role_check",
    f"ALTER TABLE person ADD CONSTRAINT person_role_check CHECK (role IN ({ROLES}))",
]
