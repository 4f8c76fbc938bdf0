"""The command line: every verb of the desk without a screen."""
