"""Full-text search: all the words of a ticket, its title, messages and notes, kept by triggers.

One text a ticket, so that several words are looked for together however far apart they stand.
"""


def up(migrator, db):
    for statement in STATEMENTS:
        db.execute_sql(statement)


STATEMENTS = [
    "CREATE INDEX message_ticket ON message (ticket_id)",
    "CREATE TABLE wording (ticket_id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT",
    """INSERT INTO wording (ticket_id, body)
       SELECT id, title || coalesce(char(10) ||
         (SELECT group_concat(body, char(10)) FROM
           (SELECT body FROM message WHERE ticket_id = ticket.id ORDER BY event_id)), '')
       FROM ticket ORDER BY id""",
    """CREATE VIRTUAL TABLE words USING fts5(
         body, content='wording', content_rowid='ticket_id',
         tokenize='unicode61 remove_diacritics 2', prefix='2 3'
       )""",
    "INSERT INTO words (words) VALUES ('rebuild')",
    """CREATE TRIGGER wording_opened AFTER INSERT ON ticket BEGIN
         INSERT INTO wording (ticket_id, body) VALUES (new.id, new.title);
       END""",
    """CREATE TRIGGER wording_retitled AFTER UPDATE OF title ON ticket
         WHEN old.title <> new.title BEGIN
         UPDATE wording SET body = new.title || substr(body, length(old.title) + 1)
         WHERE ticket_id = new.id;
       END""",
    """CREATE TRIGGER wording_message AFTER INSERT ON message BEGIN
         UPDATE wording SET body = body || char(10) || new.body WHERE ticket_id = new.ticket_id;
       END""",
    """CREATE TRIGGER words_insert AFTER INSERT ON wording BEGIN
         INSERT INTO words (rowid, body) VALUES (new.ticket_id, new.body);
       END""",
    """CREATE TRIGGER words_update AFTER UPDATE ON wording BEGIN
         INSERT INTO words (words, rowid, body) VALUES ('delete', old.ticket_id, old.body);
         INSERT INTO words (rowid, body) VALUES (new.ticket_id, new.body);
       END""",
    "CREATE INDEX clone_team ON clone (team, ticket_id)",
    "CREATE INDEX ticket_opened ON ticket (opened_at, status)",
    "CREATE INDEX ticket_closed ON ticket (closed_at, status) WHERE closed_at IS NOT NULL",
    "CREATE INDEX ticket_reporter ON ticket (reporter_id, status)",
    "CREATE INDEX ticket_replied ON ticket (replied_at, status) WHERE replied_at IS NOT NULL",
    "CREATE INDEX ticket_review ON ticket (hold_until, status) WHERE hold_until IS NOT NULL",
]
