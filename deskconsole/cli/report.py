"""The command that tells how the desk does, in numbers made from its log."""

import click

from deskconsole.calendar import iso
from deskconsole.cli.completion import suggested
from deskconsole.cli.session import Session, pass_session, plain_option, say, say_json
from deskconsole.errors import BadInput
from deskconsole.report import forms
from deskconsole.report.catalogue import FIGURES, figure_of, read_numbers
from deskconsole.report.span import USUAL, span_of

_REPORTS = "\b\nThe reports are:\n" + "\n".join(
    f"  {figure.name:<15} {figure.title}" for figure in FIGURES
)


@click.command(epilog=_REPORTS)
@click.argument("name", required=False, metavar="[NAME]", shell_complete=suggested("reports"))
@click.option(
    "--since",
    metavar="DAY|PERIOD",
    help=f"From a day (2026-01-01), or for a period up to today (30 days) [default: {USUAL}].",
)
@click.option(
    "--team",
    metavar="TEAM",
    help="Only tickets that were cloned to this team.",
    shell_complete=suggested("teams"),
)
@click.option("--json", "as_json", is_flag=True, help="Lengths of time are in seconds.")
@click.option("--csv", "as_csv", is_flag=True, help="One report; lengths of time are in seconds.")
@click.option("--markdown", is_flag=True)
@plain_option
@pass_session
def report(
    session: Session,
    name: str | None,
    since: str | None,
    team: str | None,
    as_json: bool,
    as_csv: bool,
    markdown: bool,
    plain: bool,
) -> None:
    """Tell how the desk does: all reports in a line each, or NAME in full.

    Every number is made from the event log; the definition of each stands below it.
    """
    figures = [figure_of(name)] if name is not None else FIGURES
    if as_csv and name is None:
        raise BadInput("--csv gives one report; name it, for example: report flow --csv")
    store = session.looked_at.store
    span = span_of(since, session.clock(), store.policy().timezone)
    reports = read_numbers(store, span, team, figures)
    if as_json:
        say_json(
            {
                "since": span.since.isoformat(),
                "until": iso(span.now),
                "timezone": str(span.zone),
                "team": team,
                "reports": [forms.record(numbers, span.zone) for numbers in reports],
            }
        )
        return
    if as_csv:
        say("\n".join(forms.csv_text(numbers) for numbers in reports))
        return
    of = f", tickets of team {team}" if team is not None else ""
    head = f"Since {span.since}{of}"
    if markdown:
        say("\n".join((f"# The desk in numbers\n\n{head}.\n", *forms.markdown(reports, span.zone))))
    elif plain:
        from deskconsole.cli.plain import report_lines

        say("\n".join(report_lines(reports, span.since, team)))
    else:
        say("\n".join((head, *forms.text(reports, span.zone))))


COMMANDS = (report,)
