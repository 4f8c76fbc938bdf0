"""The first sight of a desk: its true board, painted in plain escape codes before the console is.

Most of the time that a console takes to start goes into importing libraries. So nothing here
imports one: the board is read from the desk's file by sqlite3 alone, and painted in the looks that
the console left behind when it last stood. Wherever that may not be what the console would show
(a server keeps the desk, a view is begun with, a colour has changed since) there is no first sight,
and the console opens as if there were no such thing.
"""
