"""The desk in numbers, all of them made in one pass over the event log."""
