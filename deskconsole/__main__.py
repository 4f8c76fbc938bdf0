"""`python -m deskconsole` is the same program as the console script."""

from deskconsole.cli.main import main

if __name__ == "__main__":
    main()
