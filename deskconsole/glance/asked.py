"""Whether the command line asks for a board, and for which: all that a command has to pay."""

from collections.abc import Mapping, Sequence


def board_asked(arguments: Sequence[str]) -> Mapping[str, str] | None:
    """--desk and --as, if nothing else is asked for."""
    given: dict[str, str] = {}
    left = list(arguments)
    while left:
        name, equals, value = left.pop(0).partition("=")
        if name not in ("--desk", "--as") or not (equals or left):
            return None
        given[name] = value if equals else left.pop(0)
    return given
