"""Commands on the whole desk: the console, the guide, policy, the worker, transfer."""

import logging
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Event as Flag
from typing import Any

import click

from deskconsole.cli import guide_text
from deskconsole.cli.completion import suggested
from deskconsole.cli.import_help import FORMAT
from deskconsole.cli.plain import closing_sentences, setting_sentence
from deskconsole.cli.screen import need_terminal
from deskconsole.cli.session import (
    FileName,
    Session,
    named_status,
    pass_session,
    plain_option,
    say,
    say_json,
    tell,
)
from deskconsole.errors import BadInput
from deskconsole.model import Policy, Ticket
from deskconsole.terms import EXPIRY
from deskconsole.words import plural

_WHOLE = 1000  # steps of a bar


@click.command()
@click.argument("file", type=FileName(), required=False)
@click.option("--tickets", type=int, metavar="N", help="Write a desk of N tickets into FILE.")
@click.option("--seed", type=int, help="With --tickets: another desk for each number [1].")
@pass_session
def demo(session: Session, file: Path | None, tickets: int | None, seed: int | None) -> None:
    """Open a living desk in a temporary place: customers answer and the clock runs.

    With --tickets it is written into a new FILE, at work as if it had been for years: a desk to
    measure on, whose lead is whoever runs this.
    """
    if tickets is not None:
        _write_demo(session.name, file, tickets, 1 if seed is None else seed, session.clock())
    elif file is not None or seed is not None:
        raise BadInput("a demo in a file, or of a seed, needs --tickets N: how many there are")
    else:
        _live_demo(session)


def _write_demo(login: str, file: Path | None, tickets: int, seed: int, now: datetime) -> None:
    from deskconsole.demo.large import write_desk

    if file is None:
        raise BadInput("a demo of so many tickets needs the name of a new FILE to write it into")
    with _progress(_WHOLE, "Writing") as bar:
        write_desk(
            file.absolute(),
            tickets,
            seed,
            login,
            now,
            lambda share: bar.update(round(_WHOLE * share) - bar.pos),
        )
    say(f"{file} has {plural(tickets, 'ticket')}; open it with deskconsole --desk {file}")


def _live_demo(session: Session) -> None:
    import tempfile

    need_terminal("the demo needs a terminal")
    taste = session.taste
    from deskconsole.demo.living import Life, seed
    from deskconsole.store.store import open_store
    from deskconsole.tui.start import run_console

    with tempfile.TemporaryDirectory(prefix="deskconsole-") as folder:
        session.url = str(Path(folder) / "demo.db")
        desk = session.desk
        login = session.name
        seed(lambda clock: type(desk)(desk.store, clock), login, desk.clock())
        me = desk.enter(login)
        life = Life(type(desk)(open_store(session.url), desk.clock), login)
        try:
            run_console(desk, me, taste, companions=(life.run,))
        finally:
            desk.store.close()


@click.command()
@click.argument("slug", required=False, shell_complete=suggested("statuses"))
@click.option("--moves", "with_moves", is_flag=True, help="The table of moves.")
@click.option("--for", "reader", type=click.Choice(["customer", "technician"]))
@click.option("--json", "as_json", is_flag=True)
@click.option("--markdown", is_flag=True)
@plain_option
def guide(
    slug: str | None,
    with_moves: bool,
    reader: str | None,
    as_json: bool,
    markdown: bool,
    plain: bool,
) -> None:
    """What each status means and what happens next; with --moves, every legal move."""
    status = named_status(slug) if slug else None
    if as_json:
        say_json(guide_text.record(status, with_moves, reader))
    elif markdown:
        say("\n".join(guide_text.markdown(status, with_moves, reader or "technician")))
    else:
        lines = guide_text.plain if plain else guide_text.indented
        say("\n".join(lines(status, with_moves, reader or "technician")))


@click.command()
@click.argument("name", required=False, shell_complete=suggested("policies"))
@click.argument("value", required=False, shell_complete=suggested("settings"))
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def policy(
    session: Session, name: str | None, value: str | None, as_json: bool, plain: bool
) -> None:
    """Show the desk's policy, or set NAME to VALUE.

    \b
    timezone         the desk's calendar, such as Europe/Vienna
    approval_period  how long a customer has to approve, such as '1 week'
    response_period  how long a customer has to answer a question
    reopen_window    how long a customer's message reopens a closed ticket
    teams            who clones may go to: 'net, db'; empty means any team
    link             where others find a ticket: 'https://desk.example.org/{ticket}'
    limits           how many tickets a status should have at most: 'in-progress 4, blocked 3'
    targets          what is promised, first word / end: urgent 1 hour / 8 hours
    working_hours    when promised time runs: mon-fri 09:00-17:00, or always
    holidays         when it does not: DE-BY or another country, and days
    """
    from deskconsole.store.household import policy_settings

    desk = session.desk
    if name is not None and name not in policy_settings(Policy()):
        raise BadInput(
            f"there is no policy {name!r}; there are {', '.join(policy_settings(Policy()))}"
        )
    if name is not None and value is not None:
        settings = policy_settings(desk.set_policy(session.me, name, value))
    else:
        settings = policy_settings(session.looked_at.store.policy())
    if as_json:
        say_json(settings if name is None else {name: settings[name]})
    elif name is not None:
        say(settings[name] or "(none set)")
    else:
        for key, setting in settings.items():
            row = f"{key:<16} {setting or '(none set)'}"
            say(setting_sentence(key, setting) if plain else row)


@click.command()
@click.option("--once", is_flag=True, help="One round, for cron.")
@click.option("--dry-run", is_flag=True, help="Say what would close, and when.")
@plain_option
@pass_session
def worker(session: Session, once: bool, dry_run: bool, plain: bool) -> None:
    """Close what customers left unanswered, until stopped; for systemd, or with --once for cron."""
    from deskconsole.worker import Round, Worker

    desk = session.desk
    if dry_run:
        _foretell(session, plain=plain)
        return
    desk.may_run_clock(session.name)
    logging.basicConfig(format="deskconsole: %(message)s", level=logging.WARNING)

    def report(done: Round) -> None:
        for ticket in done.closed:
            say(f"{ticket.ref} is {ticket.status.title}: no response")
        sys.stdout.flush()

    clock_worker = Worker(desk)
    if once:
        done = clock_worker.round()
        report(done)
        if done.failed:
            raise click.exceptions.Exit(1)
        return
    stop = Flag()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    clock_worker.run(stop, report)


def _foretell(session: Session, *, plain: bool) -> None:
    now = session.clock()
    waiting = session.looked_at.store.waiting()
    for ticket in waiting:
        assert ticket.deadline is not None  # the store lists armed tickets only
        told = closing_sentences if plain else _closing
        say(told(ticket, ticket.deadline, now))
    if not waiting:
        tell("no ticket waits on a customer")


def _closing(ticket: Ticket, deadline: datetime, now: datetime) -> str:
    when = "now" if deadline <= now else deadline.astimezone().strftime("%Y-%m-%d %H:%M %Z")
    return f"{when:<22} {ticket.ref:<9} to {EXPIRY[ticket.status].title:<9} {ticket.title}"


@click.command("import", epilog=FORMAT)
@click.argument("file", type=FileName(allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Judge everything, keep nothing.")
@pass_session
def import_file(session: Session, file: Path, dry_run: bool) -> None:
    """Import tickets with their history from FILE.jsonl (- is standard input): all, or nothing.

    The staff that it names are added; so it is a lead's to do.
    """
    from deskconsole.transfer import import_lines

    length = None
    if str(file) != "-":
        try:
            length = file.stat().st_size
        except OSError as error:
            raise BadInput(f"{file} cannot be read: {error.strerror}") from None
    desk, me = session.desk, session.me
    try:
        with (
            click.open_file(str(file), encoding="utf-8") as lines,
            _progress(length, "Importing") as bar,
        ):
            done = import_lines(
                desk,
                me,
                lines,
                dry_run=dry_run,
                progress=lambda line: bar.update(len(line.encode())),
            )
    except UnicodeDecodeError:
        raise BadInput(f"{file} is not text in UTF-8; nothing was imported") from None
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}; nothing was imported") from None
    would = "would be imported" if dry_run else "imported"
    say(f"{plural(done.tickets, 'ticket')} with {plural(done.events, 'event')} {would}")


def _progress(length: int | None, label: str) -> Any:
    """A bar on standard error, hidden where that is no terminal."""
    stream = sys.stderr
    return click.progressbar(
        length=length or 1, label=label, file=stream, hidden=not stream.isatty()
    )


@click.command("export")
@click.argument("file", required=False, type=FileName(allow_dash=True))
@pass_session
def export_file(session: Session, file: Path | None) -> None:
    """Write every ticket with its history to FILE.jsonl, or to standard output."""
    from deskconsole.store.files import fresh_file
    from deskconsole.transfer import export_lines

    lines = export_lines(session.looked_at)
    if file is None or str(file) == "-":
        for line in lines:
            sys.stdout.buffer.write(f"{line}\n".encode())
        return
    here = Path(session.desk.store.name)
    if file.exists() and here.exists() and file.samefile(here):
        raise BadInput(f"{file} is the desk itself; name another file")
    if file.exists() and not file.is_file():
        try:
            count = _write(file, lines)  # to a pipe or a device as it is
        except OSError as error:
            raise BadInput(f"{file} cannot be written: {error.strerror}") from None
    else:
        with fresh_file(file.resolve(), replace=True) as beside:
            count = _write(beside, lines)
    say(f"{plural(count, 'ticket')} exported to {file}")


def _write(file: Path, lines: Iterator[str]) -> int:
    """Write every line to a file; how many there were."""
    count = 0
    with file.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(f"{line}\n")
            count += 1
    return count


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="bash|zsh|fish")
def print_script(shell: str) -> None:
    """Print the script by which a shell completes commands, ticket numbers, statuses and names.

    \b
    Put one of these lines into the file beside it:
      eval "$(deskconsole completion bash)"    ~/.bashrc
      eval "$(deskconsole completion zsh)"     ~/.zshrc, below compinit
      deskconsole completion fish | source     ~/.config/fish/config.fish
    """
    from deskconsole.cli.shells import script

    click.echo(script(shell), nl=False)


COMMANDS = (demo, guide, policy, worker, import_file, export_file, print_script)
