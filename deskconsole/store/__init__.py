"""The store: the one place that knows Peewee.

Peewee imports every driver that is installed, which for psycopg takes longer than a command on a
desk in a file; so here it finds none, and `postgres` hands it over where a server is asked for.
"""

import sys

if "peewee" not in sys.modules and "psycopg" not in sys.modules:
    sys.modules["psycopg"] = None  # type: ignore[assignment]  # "there is none"
    try:
        import peewee as peewee
    finally:
        del sys.modules["psycopg"]
