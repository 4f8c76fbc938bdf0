"""The program's entrance, also as `python -m deskconsole`.

Where a board is asked for, its first sight stands before anything else is even imported.
"""

import gc
import sys


def main() -> None:
    """Run the command line; whatever happens, the terminal is given back."""
    gc.disable()  # nothing made by importing is garbage; the command line lets it run again
    from deskconsole.glance.sight import first_sight

    sight = first_sight(sys.argv[1:])
    try:
        from deskconsole.cli.main import main

        main(sight=sight)
    finally:
        if sight is not None:
            sight.leave()


if __name__ == "__main__":
    main()
