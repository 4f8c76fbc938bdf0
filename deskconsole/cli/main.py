"""The program's entrance: global options, and one sentence for whatever goes wrong."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from deskconsole.cli.commands import Commands
from deskconsole.cli.completion import ASKED, PROGRAM, suggested
from deskconsole.cli.session import Session, tell
from deskconsole.errors import BadInput, DeskError

if TYPE_CHECKING:
    from deskconsole.glance.sight import Sight

# New objects after which the collector looks for rings among them. Records make none, and those of
# a batch of thousands would be looked through again and again.
_COLLECTED_AT = 50_000
_OPTIONS = {
    "message": "-m",
    "for_customer": "--for-customer",
}


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--desk",
    "url",
    envvar="DESKCONSOLE_DESK",
    metavar="PATH-or-URL",
    help="The desk [DESKCONSOLE_DESK; default: one in the user's data folder].",
    shell_complete=suggested("files"),
)
@click.option(
    "--as",
    "login",
    envvar="DESKCONSOLE_USER",
    metavar="NAME",
    help="Who acts [DESKCONSOLE_USER; default: the login name].",
    shell_complete=suggested("staff"),
)
@click.option("--ascii", is_flag=True, help="Draw the screen in ASCII.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal, to select text.")
@click.option(
    "--restricted",
    is_flag=True,
    help="NAME came in over SSH (see ssh-keys): no editor, no files, only reading commands.",
)
@click.option(
    "--key",
    metavar="FINGERPRINT",
    help="With --restricted: the key that they came by, which opens nothing once it was removed.",
)
@click.version_option(package_name="deskconsole")
@click.pass_context
def cli(
    ctx: click.Context,
    url: str | None,
    login: str | None,
    ascii: bool,
    no_mouse: bool,
    restricted: bool,
    key: str | None,
) -> None:
    """A service desk that lives in the terminal; without a command, the board.

    Tickets are named SD-12 or 12. Exit codes: 0 done, 2 bad input, 3 refused, 4 not
    found, 5 changed by somebody else meanwhile, 6 the desk cannot be reached.
    """
    screen = ctx.invoked_subcommand in (None, "demo", "watch")
    if (ascii or no_mouse) and not screen:
        raise BadInput("--ascii and --no-mouse are for the board, watch and the demo")
    ctx.obj = session = Session(
        url, login, ctx.with_resource, ascii, not no_mouse, ctx.obj, restricted, key
    )
    if not screen:
        gc.set_threshold(_COLLECTED_AT)
        gc.enable()
    if key is not None and not restricted:
        raise BadInput("--key is for --restricted, which says that NAME came in over SSH")
    if restricted:
        from deskconsole.cli import door

        if ctx.invoked_subcommand is None:
            door.come_in(ctx, session)
        else:
            door.refuse_writing(ctx.invoked_subcommand)
            door.admit(session)
            session.looks = True
    elif ctx.invoked_subcommand is None:
        from deskconsole.cli.screen import open_console

        open_console(session)


def main(arguments: Sequence[str] | None = None, sight: "Sight | None" = None) -> None:
    """Run the command line and end the process with its exit code.

    `sight` is the first sight that stands on the terminal, which an error is not told on.
    """
    _open_streams()
    if "--restricted" in (sys.argv[1:] if arguments is None else arguments):
        from deskconsole.cli.door import clear_environment

        clear_environment(os.environ)
    if asked := os.environ.get(ASKED):
        from deskconsole.cli.shells import answer

        answer(cli, asked)
    try:
        try:
            code = cli.main(arguments, PROGRAM, standalone_mode=False, obj=sight)
        finally:
            if sight is not None:
                sight.leave()
            sys.stdout.flush()
        sys.exit(code)
    except click.ClickException as error:
        tell(f"deskconsole: {_sentence(error)}")
        sys.exit(error.exit_code)
    except click.Abort:
        tell("deskconsole: interrupted")
        sys.exit(1)
    except DeskError as error:
        tell(f"deskconsole: {error}{_with_options(error)}")
        sys.exit(error.exit_code)
    except UnicodeEncodeError:
        tell("deskconsole: an argument is not text in UTF-8")
        sys.exit(BadInput.exit_code)
    except BrokenPipeError:
        # Whoever read our output has had enough; do not complain about it at exit either.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        tell(f"deskconsole: the output could not be written ({error.strerror})")
        _discard_output()
        sys.exit(1)


def _sentence(error: click.ClickException) -> str:
    """What click says of a wrong command line, as a sentence of ours and where to read more."""
    message = error.format_message().rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    more = f" (see `{context.command_path} --help`)" if context else ""
    return f"{message[:1].lower()}{message[1:]}{more}"


def _open_streams() -> None:
    """Stand-ins for streams that whoever started us closed, and no failure over a letter."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # for the whole process
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _discard_output() -> None:
    """What could not be written is not tried again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _with_options(error: DeskError) -> str:
    """Which options would complete what was asked for."""
    fields = getattr(error, "fields", ())
    options = [_OPTIONS.get(name, f"--{name.replace('_', '-')}") for name in fields]
    return f" ({' or '.join(options)})" if options else ""
