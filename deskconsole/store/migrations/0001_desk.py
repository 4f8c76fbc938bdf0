"""The first desk: people, tickets, clones, events, messages, policy, and a tally by status."""

from peewee import (
    BigIntegerField,
    BooleanField,
    Check,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

OPEN = "'waiting-for-support', 'waiting-for-customer', 'scoping-with-team', 'in-progress', 'blocked', 'waiting-for-customer-approval'"
CLOSED = "'done', 'canceled', 'declined'"
WAITING = "'waiting-for-customer', 'waiting-for-customer-approval'"


def up(migrator, db):
    class Person(Model):
        id = IntegerField(primary_key=True)
        name = TextField(constraints=[Check("name <> ''")])
        email = TextField(null=True, unique=True)
        role = TextField(
            constraints=[Check("role IN ('customer', 'technician', 'engineer', 'lead')")]
        )

        class Meta:
            database = db
            table_name = "person"
            strict_tables = True

    class Ticket(Model):
        id = IntegerField(primary_key=True)
        title = TextField(constraints=[Check("title <> ''")])
        reporter = ForeignKeyField(Person, index=False)
        priority = IntegerField(constraints=[Check("priority BETWEEN 0 AND 3")])
        status = TextField(constraints=[Check(f"status IN ({OPEN}, {CLOSED})")])
        opened_at = BigIntegerField()
        entered_at = BigIntegerField()
        tags = TextField(default="")
        assignee = ForeignKeyField(Person, null=True, index=False)
        deadline = BigIntegerField(null=True)
        resume_to = TextField(null=True)
        hold_kind = TextField(null=True)
        hold_whom = TextField(null=True)
        hold_until = TextField(null=True)
        reason = TextField(null=True)
        closed_at = BigIntegerField(null=True)
        reopen_until = BigIntegerField(null=True)
        reopened = IntegerField()
        replied_at = BigIntegerField(null=True)
        follows = ForeignKeyField("self", null=True, index=False)
        version = IntegerField()

        class Meta:
            database = db
            table_name = "ticket"
            strict_tables = True
            constraints = [
                Check(f"(deadline IS NOT NULL) = (status IN ({WAITING}))"),
                Check(f"(closed_at IS NOT NULL) = (status IN ({CLOSED}))"),
                Check("(hold_kind IS NOT NULL) = (status = 'blocked')"),
                Check("(resume_to IS NOT NULL) = (status = 'blocked')"),
            ]

    class Clone(Model):
        ticket = ForeignKeyField(Ticket, index=False)
        number = IntegerField()
        team = TextField()
        state = TextField(
            constraints=[Check("state IN ('backlog', 'in-development', 'done', 'dropped')")]
        )
        title = TextField()
        tracker = TextField(null=True)
        engineer = ForeignKeyField(Person, null=True, index=False)

        class Meta:
            database = db
            table_name = "clone"
            primary_key = CompositeKey("ticket", "number")
            strict_tables = True

    class Event(Model):
        id = IntegerField(primary_key=True)
        ticket = ForeignKeyField(Ticket, index=False)
        at = BigIntegerField()
        verb = TextField()
        actor = ForeignKeyField(Person, null=True, index=False)
        role = TextField()
        source = TextField(null=True)
        target = TextField()
        brings = TextField()

        class Meta:
            database = db
            table_name = "event"
            strict_tables = True

    class Message(Model):
        event = ForeignKeyField(Event, primary_key=True)
        ticket = ForeignKeyField(Ticket, index=False)
        public = BooleanField()
        body = TextField()

        class Meta:
            database = db
            table_name = "message"
            strict_tables = True

    class Policy(Model):
        name = TextField(primary_key=True)
        setting = TextField(column_name="value")

        class Meta:
            database = db
            table_name = "policy"
            strict_tables = True

    class Tally(Model):
        status = TextField(primary_key=True)
        tickets = IntegerField()

        class Meta:
            database = db
            table_name = "tally"
            strict_tables = True

    db.create_tables([Person, Ticket, Clone, Event, Message, Policy, Tally])
    for statement in INDEXES + TRIGGERS:
        db.execute_sql(statement)
    for slug in f"{OPEN}, {CLOSED}".replace("'", "").split(", "):
        db.execute_sql("INSERT INTO tally (status, tickets) VALUES (?, 0)", (slug,))


INDEXES = [
    "CREATE UNIQUE INDEX person_staff ON person (name) WHERE role <> 'customer'",
    "CREATE INDEX ticket_column ON ticket (status, priority, entered_at, id)",
    "CREATE INDEX ticket_age ON ticket (status, entered_at, id)",
    "CREATE INDEX ticket_deadline ON ticket (deadline, id) WHERE deadline IS NOT NULL",
    "CREATE INDEX ticket_assignee ON ticket (assignee_id, status)",
    "CREATE INDEX event_ticket ON event (ticket_id, id)",
]

TRIGGERS = [
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
