"""The store: the one place that knows Peewee.

Peewee imports every driver that is installed, which for psycopg takes longer than a command on a
desk in a file; so here it finds none, and `postgres` hands it over where a server is asked for. And
it imports hashlib, which without OpenSSL's four megabytes has all that is asked of it here.
"""

from deskconsole.absent import absent

with absent("psycopg"), absent("_hashlib"):
    import peewee as peewee
