"""`deskconsole doctor`: examines the desk, the terminal and the person's keys."""

import os
from collections.abc import Iterator

import click

from deskconsole.cli.care import progress_line
from deskconsole.cli.plain import sentence
from deskconsole.cli.session import (
    Session,
    default_desk,
    pass_session,
    plain_option,
    say,
    say_json,
)
from deskconsole.errors import DeskError
from deskconsole.finding import Finding, Verdict, look, ok
from deskconsole.store.copying import Progress

_PLAIN = {Verdict.OK: "Well", Verdict.LOOK: "Worth a look", Verdict.WRONG: "Wrong"}


@click.command()
@click.option("--json", "as_json", is_flag=True)
@plain_option
@pass_session
def doctor(session: Session, as_json: bool, plain: bool) -> None:
    """Examine the desk, this terminal and your keys; exit code 1 if anything is wrong.

    A line for each finding: ok, look (worth a look) or wrong, what it is, and what would help.
    Nothing is changed.
    """
    found: list[Finding] = []
    with progress_line() as progress:
        for finding in _findings(session, progress):
            found.append(finding)
            if not as_json:
                progress("", 0, 0)
                say(_plain(finding) if plain else _line(finding))
    if as_json:
        say_json([{"verdict": f.verdict.value, "what": f.what, "help": f.help} for f in found])
    if any(finding.verdict is Verdict.WRONG for finding in found):
        raise click.exceptions.Exit(1)


def _line(finding: Finding) -> str:
    help = f" -> {finding.help}" if finding.help else ""
    return f"{finding.verdict.value:<6} {finding.what}{help}"


def _plain(finding: Finding) -> str:
    help = f" What would help: {sentence(finding.help)}" if finding.help else ""
    return f"{_PLAIN[finding.verdict]}: {sentence(finding.what)}{help}"


def _findings(session: Session, progress: Progress) -> Iterator[Finding]:
    from deskconsole.care.checkup import desk_findings
    from deskconsole.cli.terminal_checkup import key_findings, terminal_findings
    from deskconsole.tui.keyboard import settle

    yield from desk_findings(session.url or default_desk(make=False), session.clock(), progress)
    yield from terminal_findings(os.environ)
    try:
        taste = session.taste
    except DeskError as error:
        yield look(str(error), "mend that file; deskconsole config prints a whole one")
        return
    keyboard = settle(taste.keys)
    complaints = (*taste.complaints, *keyboard.complaints)
    for complaint in complaints:
        yield look(complaint, "change it in the file that deskconsole config --path names")
    if not complaints:
        yield ok("your settings can all be had")
    yield from key_findings(keyboard, os.environ)


COMMANDS = (doctor,)
