"""The live board to look at."""

import click

from deskconsole.cli.screen import open_watch
from deskconsole.cli.session import Session, pass_session

ROTATE_SECONDS = 30


@click.command()
@click.option(
    "--rotate",
    type=click.IntRange(2, 86_400),
    is_flag=False,
    flag_value=ROTATE_SECONDS,
    metavar="[SECONDS]",
    help=f"Walk the saved views, one every so many seconds [{ROTATE_SECONDS}].",
)
@pass_session
def watch(session: Session, rotate: int | None) -> None:
    """Show the board, live, and change nothing.

    Above it the desk in numbers, below it the latest moves. The desk is opened so that it
    cannot be written.
    """
    open_watch(session, rotate)


COMMANDS = (watch,)
