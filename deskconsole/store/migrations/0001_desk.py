"""The first desk: people, tickets, clones, events, messages, policy, and a tally by status."""

from peewee import (
    BigIntegerField,
    BooleanField,
    Check,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)

OPEN = "'waiting-for-support', 'waiting-for-customer', 'scoping-with-team', 'in-progress', 'blocked', 'waiting-for-customer-approval'"
CLOSED = "'done', 'canceled', 'declined'"
WAITING = "'waiting-for-customer', 'waiting-for-customer-approval'"


def up(migrator, db):
    sqlite = isinstance(db, SqliteDatabase)

    class Text(TextField):
        def __init__(self, **options):
            # Names sort the same on every machine and every database.
            super().__init__(collation=None if sqlite else '"C"', **options)

    class Person(Model):
        id = IntegerField(primary_key=True)
        name = Text(constraints=[Check("name <> ''")])
        email = Text(null=True, unique=True)
        role = Text(constraints=[Check("role IN ('customer', 'technician', 'engineer', 'lead')")])

        class Meta:
            database = db
            table_name = "person"
            strict_tables = sqlite

    class Ticket(Model):
        id = IntegerField(primary_key=True)
        title = Text(constraints=[Check("title <> ''")])
        reporter = ForeignKeyField(Person, index=False)
        priority = IntegerField(constraints=[Check("priority BETWEEN 0 AND 3")])
        status = Text(constraints=[Check(f"status IN ({OPEN}, {CLOSED})")])
        opened_at = BigIntegerField()
        entered_at = BigIntegerField()
        tags = Text(default="")
        assignee = ForeignKeyField(Person, null=True, index=False)
        deadline = BigIntegerField(null=True)
        resume_to = Text(null=True)
        hold_kind = Text(null=True)
        hold_whom = Text(null=True)
        hold_until = Text(null=True)
        reason = Text(null=True)
        closed_at = BigIntegerField(null=True)
        reopen_until = BigIntegerField(null=True)
        reopened = IntegerField()
        replied_at = BigIntegerField(null=True)
        follows = ForeignKeyField(
            "self", null=True, index=False, deferrable=None if sqlite else "INITIALLY IMMEDIATE"
        )
        version = IntegerField()

        class Meta:
            database = db
            table_name = "ticket"
            strict_tables = sqlite
            constraints = [
                Check(f"(deadline IS NOT NULL) = (status IN ({WAITING}))"),
                Check(f"(closed_at IS NOT NULL) = (status IN ({CLOSED}))"),
                Check("(hold_kind IS NOT NULL) = (status = 'blocked')"),
                Check("(resume_to IS NOT NULL) = (status = 'blocked')"),
            ]

    class Clone(Model):
        ticket = ForeignKeyField(Ticket, index=False)
        number = IntegerField()
        team = Text()
        state = Text(
            constraints=[Check("state IN ('backlog', 'in-development', 'done', 'dropped')")]
        )
        title = Text()
        tracker = Text(null=True)
        engineer = ForeignKeyField(Person, null=True, index=False)

        class Meta:
            database = db
            table_name = "clone"
            primary_key = CompositeKey("ticket", "number")
            strict_tables = sqlite

    class Event(Model):
        id = IntegerField(primary_key=True)
        ticket = ForeignKeyField(Ticket, index=False)
        at = BigIntegerField()
        verb = Text()
        actor = ForeignKeyField(Person, null=True, index=False)
        role = Text()
        source = Text(null=True)
        target = Text()
        brings = Text()

        class Meta:
            database = db
            table_name = "event"
            strict_tables = sqlite

    class Message(Model):
        event = ForeignKeyField(Event, primary_key=True)
        ticket = ForeignKeyField(Ticket, index=False)
        public = BooleanField()
        body = Text()

        class Meta:
            database = db
            table_name = "message"
            strict_tables = sqlite

    class Policy(Model):
        name = Text(primary_key=True)
        setting = Text(column_name="value")

        class Meta:
            database = db
            table_name = "policy"
            strict_tables = sqlite

    class Tally(Model):
        status = Text(primary_key=True)
        tickets = IntegerField()

        class Meta:
            database = db
            table_name = "tally"
            strict_tables = sqlite

    db.create_tables([Person, Ticket, Clone, Event, Message, Policy, Tally])
    for statement in INDEXES + (SQLITE_TRIGGERS if sqlite else POSTGRES_TRIGGERS):
        db.execute_sql(statement)
    for slug in f"{OPEN}, {CLOSED}".replace("'", "").split(", "):
        Tally.insert(status=slug, tickets=0).execute()


INDEXES = [
    "CREATE UNIQUE INDEX person_staff ON person (name) WHERE role <> 'customer'",
    "CREATE INDEX ticket_column ON ticket (status, priority, entered_at, id)",
    "CREATE INDEX ticket_age ON ticket (status, entered_at, id)",
    "CREATE INDEX ticket_deadline ON ticket (deadline, id) WHERE deadline IS NOT NULL",
    "CREATE INDEX ticket_assignee ON ticket (assignee_id, status)",
    "CREATE INDEX event_ticket ON event (ticket_id, id)",
]

SQLITE_TRIGGERS = [
    """CREATE TRIGGER tally_insert AFTER INSERT ON ticket BEGIN
         UPDATE tally SET tickets = tickets + 1 WHERE status = new.status;
       END""",
    """CREATE TRIGGER tally_update AFTER UPDATE OF status ON ticket
         WHEN old.status <> new.status BEGIN
         UPDATE tally SET tickets = tickets - 1 WHERE status = old.status;
         UPDATE tally SET tickets = tickets + 1 WHERE status = new.status;
       END""",
    """CREATE TRIGGER tally_delete AFTER DELETE ON ticket BEGIN
         UPDATE tally SET tickets = tickets - 1 WHERE status = old.status;
       END""",
]

# Whoever LISTENs hears of every commit that changed something, once.
POSTGRES_TRIGGERS = [
    """CREATE FUNCTION count_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP <> 'INSERT' THEN
           UPDATE tally SET tickets = tickets - 1 WHERE status = old.status;
         END IF;
         IF TG_OP <> 'DELETE' THEN
           UPDATE tally SET tickets = tickets + 1 WHERE status = new.status;
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER tally_count AFTER INSERT OR DELETE ON ticket
         FOR EACH ROW EXECUTE FUNCTION count_tickets()""",
    """CREATE TRIGGER tally_update AFTER UPDATE OF status ON ticket
         FOR EACH ROW WHEN (old.status <> new.status) EXECUTE FUNCTION count_tickets()""",
    """CREATE FUNCTION tell_others() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_notify('deskconsole', ''); RETURN NULL; END $$""",
    *(
        f"CREATE TRIGGER {table}_told AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION tell_others()"
        for table in ("event", "person", "policy")
    ),
]
