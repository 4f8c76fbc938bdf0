"""A report on the command line: for people in 80 cells, in sentences, and for programs."""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.face.pieces import cell_len
from deskconsole.model import Brings, Status
from deskconsole.report.catalogue import FIGURES
from tests.conftest import BOB, HandClock, lead, opened, staffed
from tests.test_cli import Done, refused, said
from tests.test_text import HOSTILE, drives_a_terminal

DAY = timedelta(days=1)
NAMES = tuple(figure.name for figure in FIGURES)


def report(path: Path, *arguments: str, who: str = "ana") -> Done:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "deskconsole",
            "--desk",
            str(path),
            "--as",
            who,
            "report",
            *arguments,
        ],
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def past(path: Path) -> Desk:
    """A desk of a while ago, with long names in it and a ticket in each status."""
    clock = HandClock(datetime.now(UTC) - timedelta(days=40))
    desk = staffed(Desk(opened(path), clock))
    ana = desk.enter("ana")
    for status in (*Status, *Status):
        number = lead(desk, ana, status).number
        clock.forward(days=1)
        if status is Status.WAITING_FOR_SUPPORT:
            team = "Département des réseaux et télécommunications 日本語"
            desk.move(ana, number, Status.SCOPING_WITH_TEAM, Brings(team=team))
    return desk


@pytest.mark.usefixtures("past")
def test_without_a_name_every_report_is_told_in_short(path: Path) -> None:
    lines = said(report(path)).split("\n")
    assert [line.split()[0] for line in lines if line[:1].islower()] == list(NAMES)
    assert any("18 tickets opened" in line for line in lines)
    assert all(cell_len(line) <= 80 for line in lines)


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize("name", NAMES)
def test_a_report_fits_80_cells_and_ends_in_its_definition(path: Path, name: str) -> None:
    lines = said(report(path, name)).split("\n")
    figure = next(figure for figure in FIGURES if figure.name == name)
    assert lines[1].startswith(figure.title)
    assert all(cell_len(line) <= 80 for line in lines)
    assert " ".join(lines).strip().endswith(figure.definition)


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize("name", NAMES)
def test_json_and_csv_say_the_same(path: Path, name: str) -> None:
    told: dict[str, Any] = json.loads(said(report(path, name, "--json")))
    assert told["since"] == (datetime.fromisoformat(told["until"]).date() - 84 * DAY).isoformat()
    (only,) = told["reports"]
    table = list(csv.DictReader(io.StringIO(said(report(path, name, "--csv")))))
    moves = {"for", "oldest_for"}  # how long it is by now, which is later for the second
    for mine, theirs in zip(only["rows"], table, strict=True):
        for column, cell in mine.items():
            if column not in moves:
                assert theirs[column] == ("" if cell is None else str(cell))
    assert set(only) == {"name", "title", "definition", "gist", "rows"}


@pytest.mark.usefixtures("past")
def test_markdown_has_a_table_for_each_report_and_plain_a_sentence(path: Path) -> None:
    markdown = said(report(path, "--markdown"))
    for figure in FIGURES:
        assert f"## {figure.title}\n" in markdown
        assert f"| {' | '.join(column.head for column in figure.columns)} |\n|---|" in markdown
    plain = said(report(path, "times", "--plain")).splitlines()
    assert "status Waiting for Support, count 18, median less than a minute" in "\n".join(plain)
    assert all(line.endswith(".") for line in plain)


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("tea",), 4, "there is no report 'tea'; there are flow, ageing, stuck"),
        (("--csv",), 2, "--csv gives one report; name it, for example: report flow --csv"),
        (("flow", "--csv", "--json"), 2, "--json and --csv exclude each other; give one"),
        (("--csv", "flow", "--plain"), 2, "--csv and --plain exclude each other"),
        (("--since", "soon"), 2, "'soon' is neither a day nor a period"),
        (("--since", "2999-01-01"), 2, "2999-01-01 lies ahead"),
        (("--since", "2026-02-30"), 2, "'2026-02-30' is not a date"),
        (("--team", "tea"), 4, "no ticket was cloned to a team 'tea'; there are Dép"),
    ],
)
def test_what_cannot_be_told_is_one_sentence(
    path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert words in refused(report(path, *arguments), code)


@pytest.mark.usefixtures("past")
def test_viewers_may_read_reports_and_customers_may_not(path: Path) -> None:
    assert "18 tickets opened" in said(report(path, who="vera"))
    assert "customers write mail" in refused(report(path, who=BOB), 3)


def test_hostile_names_are_inert_in_every_form(path: Path) -> None:
    desk = staffed(Desk(opened(path), HandClock()))
    ana = desk.enter("ana")
    for text in HOSTILE.values():
        number = desk.open(ana, "VPN", BOB).number
        desk.move(ana, number, Status.SCOPING_WITH_TEAM, Brings(team=f"x{text}"))
    for form in ((), ("--csv",), ("--json",), ("--markdown",), ("--plain",)):
        told = said(report(path, "stuck", "--since", "2026-05-01", *form))
        assert f"SD-{number}" in told
        assert not drives_a_terminal(told.replace("\n", ""))


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("deskconsole.cli.report", {"textual", "numpy"}),
        ("deskconsole.tui.app", {"numpy", "textual_plot", "deskconsole.report"}),
    ],
)
def test_plots_are_paid_for_by_who_looks_at_them(module: str, absent: set[str]) -> None:
    program = f"import sys, {module}; print(*(set(sys.modules) & {absent!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
