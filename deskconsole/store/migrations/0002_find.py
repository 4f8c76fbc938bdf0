"""Full-text search: all the words of a ticket, its title, messages and notes, kept by triggers.

On SQLite one text a ticket; on PostgreSQL chunks of it, because a tsvector holds a megabyte.
"""

from peewee import SqliteDatabase


def up(migrator, db):
    words = SQLITE if isinstance(db, SqliteDatabase) else [COLLATION, *POSTGRES]
    for statement in INDEXES + words:
        db.execute_sql(statement)


SQLITE = [
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
]

INDEXES = [
    "CREATE INDEX message_ticket ON message (ticket_id)",
    "CREATE INDEX clone_team ON clone (team, ticket_id)",
    "CREATE INDEX ticket_opened ON ticket (opened_at, status)",
    "CREATE INDEX ticket_closed ON ticket (closed_at, status) WHERE closed_at IS NOT NULL",
    "CREATE INDEX ticket_reporter ON ticket (reporter_id, status)",
    "CREATE INDEX ticket_replied ON ticket (replied_at, status) WHERE replied_at IS NOT NULL",
    "CREATE INDEX ticket_review ON ticket (hold_until, status) WHERE hold_until IS NOT NULL",
]

# Letters are told from signs the same way in a database whose own locale knows only English.
COLLATION = """DO $$
  DECLARE letters text;
  BEGIN
    SELECT quote_ident(collname) INTO letters FROM pg_collation
      WHERE collname IN ('pg_c_utf8', 'und-x-icu', 'C.utf8', 'C.UTF-8', 'en_US.utf8')
        AND collencoding IN (-1, 6) AND collnamespace = 'pg_catalog'::regnamespace
      ORDER BY array_position(
        ARRAY['pg_c_utf8', 'und-x-icu', 'C.utf8', 'C.UTF-8', 'en_US.utf8'], collname::text) LIMIT 1;
    EXECUTE replace($f$
      CREATE FUNCTION words_of(body text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $w$
        SELECT array_remove(regexp_split_to_array(lower(regexp_replace(
          normalize(body, NFD), '[\u0300-\u036f]', '', 'g') COLLATE LETTERS), '[^[:alnum:]]+'), '')
      $w$ $f$, 'LETTERS', coalesce(letters, '"default"'));
  END $$"""

POSTGRES = [
    # The words of a title (part 0) or of a message (its event), 500 a chunk; the last 20 of each
    # begin the next, so that words beside each other are found wherever a chunk ends.
    """CREATE TABLE wording (
         ticket_id INTEGER NOT NULL, part INTEGER NOT NULL,
         folded TEXT COLLATE "C" NOT NULL, words TSVECTOR NOT NULL
       )""",
    "CREATE INDEX wording_part ON wording (ticket_id, part)",
    "CREATE INDEX wording_words ON wording USING gin (words)",
    """CREATE FUNCTION index_words(of_ticket integer, of_part integer, body text) RETURNS void
         LANGUAGE sql AS $$
           INSERT INTO wording (ticket_id, part, folded, words)
           SELECT of_ticket, of_part, ' ' || string_agg(word, ' ' ORDER BY place) || ' ',
             array_to_tsvector(array_agg(DISTINCT left(word, 500)))
           FROM unnest(words_of(body)) WITH ORDINALITY AS found (word, place),
             LATERAL (SELECT place / 480 AS chunk UNION SELECT greatest(place - 20, 0) / 480) AS of
           GROUP BY chunk
         $$""",
    """CREATE FUNCTION words_query(sought text, whole boolean) RETURNS tsquery
         LANGUAGE sql IMMUTABLE AS $$
           SELECT string_agg(
             quote_literal(left(word, 500)) || CASE WHEN whole OR place < size THEN '' ELSE ':*' END,
             ' & ' ORDER BY place)::tsquery
           FROM (SELECT word, place, count(*) OVER () AS size
                 FROM unnest(words_of(sought)) WITH ORDINALITY AS found (word, place)) AS sought
         $$""",
    """CREATE FUNCTION words_pattern(sought text, whole boolean) RETURNS text
         LANGUAGE sql IMMUTABLE AS $$
           SELECT chr(37) || ' ' || array_to_string(words_of(sought), ' ')
             || CASE WHEN whole THEN ' ' ELSE '' END || chr(37)
         $$""",
    """CREATE FUNCTION index_title() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         DELETE FROM wording WHERE ticket_id = new.id AND part = 0;
         PERFORM index_words(new.id, 0, new.title);
         RETURN NULL;
       END $$""",
    """CREATE FUNCTION index_message() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM index_words(new.ticket_id, new.event_id, new.body);
         RETURN NULL;
       END $$""",
    """CREATE FUNCTION forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         DELETE FROM wording WHERE ticket_id = old.id;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER wording_opened AFTER INSERT ON ticket
         FOR EACH ROW EXECUTE FUNCTION index_title()""",
    """CREATE TRIGGER wording_retitled AFTER UPDATE OF title ON ticket
         FOR EACH ROW WHEN (old.title <> new.title) EXECUTE FUNCTION index_title()""",
    """CREATE TRIGGER wording_message AFTER INSERT ON message
         FOR EACH ROW EXECUTE FUNCTION index_message()""",
    """CREATE TRIGGER wording_gone AFTER DELETE ON ticket
         FOR EACH ROW EXECUTE FUNCTION forget_words()""",
]
