"""The program's entrance: global options, and one sentence for whatever goes wrong."""

import sys
from collections.abc import Sequence

import click

from deskconsole.cli import desks, tickets
from deskconsole.cli.session import Session, tell
from deskconsole.errors import DeskError

_OPTIONS = {
    "message": "-m",
    "for_customer": "--for-customer",
}


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--desk",
    "url",
    envvar="DESKCONSOLE_DESK",
    metavar="PATH-or-URL",
    help="The desk [DESKCONSOLE_DESK; default: one in the user's data folder].",
)
@click.option(
    "--as",
    "login",
    envvar="DESKCONSOLE_USER",
    metavar="NAME",
    help="Who acts [DESKCONSOLE_USER; default: the login name].",
)
@click.version_option(package_name="deskconsole")
@click.pass_context
def cli(ctx: click.Context, url: str | None, login: str | None) -> None:
    """A service desk that lives in the terminal; without a command, the board.

    Tickets are named SD-12 or 12. Exit codes: 0 done, 2 bad input, 3 refused by the lifecycle,
    4 not found, 5 changed by somebody else meanwhile, 6 the desk cannot be reached.
    """
    ctx.obj = Session(url, login, ctx.with_resource)
    if ctx.invoked_subcommand is None:
        desks.open_console(ctx.obj)


for command in (*tickets.COMMANDS, *desks.COMMANDS):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    try:
        cli.main(args=arguments, prog_name="deskconsole")
    except DeskError as error:
        tell(f"deskconsole: {error}{_with_options(error)}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has had enough; do not complain about it at exit either.
        sys.stderr.close()
        sys.exit(0)


def _with_options(error: DeskError) -> str:
    """Which options would complete what was asked for."""
    fields = getattr(error, "fields", ())
    options = [_OPTIONS.get(name, f"--{name.replace('_', '-')}") for name in fields]
    return f" ({' or '.join(options)})" if options else ""
