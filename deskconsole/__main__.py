"""The program's entrance, also as `python -m deskconsole`.

Where a board is asked for, its first sight stands before anything else is even imported.
"""

import gc
import sys

from deskconsole.glance.asked import board_asked

TYPE_CHECKING = False  # true to whoever checks types
if TYPE_CHECKING:
    from deskconsole.glance.sight import Sight


def main() -> None:
    """Run the command line; whatever happens, the terminal is given back."""
    gc.disable()  # nothing made by importing is garbage; the command line lets it run again
    sight = _first_sight()
    try:
        from deskconsole.cli.main import main

        main(sight=sight)
    finally:
        if sight is not None:
            sight.leave()


def _first_sight() -> "Sight | None":
    options = board_asked(sys.argv[1:])
    if options is None:
        return None
    from deskconsole.glance.sight import first_sight

    return first_sight(options)


if __name__ == "__main__":
    main()
