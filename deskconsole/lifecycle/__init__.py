"""The table of moves and its gate: data and pure functions, no I/O."""
