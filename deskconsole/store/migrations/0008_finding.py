"""A way to the tickets for every word of a query: tags by name, people by their beginnings, whose a
ticket is and who reported it in the order of a column; and words of one letter.

What only open columns are sorted by is kept for open tickets alone.
"""

from peewee import SqliteDatabase


def up(migrator, db):
    for statement in (SQLITE if isinstance(db, SqliteDatabase) else POSTGRES) + STATEMENTS:
        db.execute_sql(statement)


# The tags of a ticket, each in small letters (those of English, as everywhere in a desk).
SQLITE = [
    """CREATE TABLE tagging (
         tag TEXT NOT NULL, ticket_id INTEGER NOT NULL, PRIMARY KEY (tag, ticket_id)
       ) STRICT, WITHOUT ROWID""",
    """INSERT OR IGNORE INTO tagging (tag, ticket_id)
       SELECT value, ticket.id
       FROM ticket, json_each('[' || replace(json_quote(lower(tags)), ' ', '","') || ']')
       WHERE tags <> '' ORDER BY 1, 2""",
    """CREATE TRIGGER tagging_opened AFTER INSERT ON ticket WHEN new.tags <> '' BEGIN
         INSERT OR IGNORE INTO tagging (tag, ticket_id) SELECT value, new.id
         FROM json_each('[' || replace(json_quote(lower(new.tags)), ' ', '","') || ']');
       END""",
    """CREATE TRIGGER tagging_changed AFTER UPDATE OF tags ON ticket
         WHEN old.tags <> new.tags BEGIN
         DELETE FROM tagging WHERE ticket_id = old.id AND tag IN (SELECT value
         FROM json_each('[' || replace(json_quote(lower(old.tags)), ' ', '","') || ']'));
         INSERT OR IGNORE INTO tagging (tag, ticket_id) SELECT value, new.id
         FROM json_each('[' || replace(json_quote(lower(new.tags)), ' ', '","') || ']')
         WHERE value <> '';
       END""",
    """CREATE TRIGGER tagging_gone AFTER DELETE ON ticket WHEN old.tags <> '' BEGIN
         DELETE FROM tagging WHERE ticket_id = old.id AND tag IN (SELECT value
         FROM json_each('[' || replace(json_quote(lower(old.tags)), ' ', '","') || ']'));
       END""",
    "DROP TABLE words",
    """CREATE VIRTUAL TABLE words USING fts5(
         body, content='wording', content_rowid='ticket_id',
         tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'
       )""",
    "INSERT INTO words (words) VALUES ('rebuild')",
]

POSTGRES = [
    """CREATE TABLE tagging (
         tag TEXT COLLATE "C" NOT NULL, ticket_id INTEGER NOT NULL, PRIMARY KEY (tag, ticket_id)
       )""",
    """INSERT INTO tagging (tag, ticket_id)
       SELECT DISTINCT tag, id
       FROM ticket, unnest(string_to_array(lower(tags), ' ')) AS of (tag) WHERE tags <> ''""",
    """CREATE FUNCTION index_tags() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP <> 'INSERT' THEN
           DELETE FROM tagging WHERE ticket_id = old.id
             AND tag = ANY (string_to_array(lower(old.tags), ' '));
         END IF;
         IF TG_OP <> 'DELETE' THEN
           INSERT INTO tagging (tag, ticket_id)
           SELECT DISTINCT tag, new.id FROM unnest(string_to_array(lower(new.tags), ' ')) AS of (tag);
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER tagging_opened AFTER INSERT ON ticket
         FOR EACH ROW WHEN (new.tags <> '') EXECUTE FUNCTION index_tags()""",
    """CREATE TRIGGER tagging_changed AFTER UPDATE OF tags ON ticket
         FOR EACH ROW WHEN (old.tags <> new.tags) EXECUTE FUNCTION index_tags()""",
    """CREATE TRIGGER tagging_gone AFTER DELETE ON ticket
         FOR EACH ROW WHEN (old.tags <> '') EXECUTE FUNCTION index_tags()""",
]

OPEN = "WHERE closed_at IS NULL"

STATEMENTS = [
    "DROP INDEX ticket_attention",
    f"CREATE INDEX ticket_attention ON ticket (status, attention, entered_at, id) {OPEN}",
    "DROP INDEX ticket_due",
    f"CREATE INDEX ticket_due ON ticket (status, due, id) {OPEN}",
    "DROP INDEX ticket_assignee",
    "CREATE INDEX ticket_assignee ON ticket (assignee_id, status, entered_at, id)",
    "DROP INDEX ticket_reporter",
    "CREATE INDEX ticket_reporter ON ticket (reporter_id, status, entered_at, id)",
    "DROP INDEX ticket_opened",
    "CREATE INDEX ticket_opened ON ticket (status, opened_at, entered_at, id)",
    "DROP INDEX ticket_closed",  # a ticket is closed when it enters its status
    "DROP INDEX ticket_replied",
    "CREATE INDEX ticket_replied ON ticket (status, replied_at) WHERE replied_at IS NOT NULL",
    "CREATE INDEX person_name ON person (lower(name))",
    "CREATE INDEX clone_working ON clone (team, ticket_id) WHERE state IN ('backlog', 'in-development')",
    "DROP INDEX event_actor",
    "CREATE INDEX event_actor ON event (actor_id, at, id)",
]
