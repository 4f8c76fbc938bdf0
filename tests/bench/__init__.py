"""Measures the console in a real terminal, beside an empty Textual app and a peer.

`python -m tests.bench` prints the table of the README and writes its figures as JSON. It is no part
of the tests: a machine is slow or fast, and that fails nothing.
"""
