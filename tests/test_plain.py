"""Plain output: what a screen reader is given, and one sentence for a wrong command line."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskconsole.cli import plain
from deskconsole.cli.main import cli
from deskconsole.desk.desk import Desk
from deskconsole.model import Actor, Brings, Order, Priority, Status
from deskconsole.report.catalogue import FIGURES
from deskconsole.words import spelled, spelled_until
from tests.conftest import BOB, HandClock, lead, opened, staffed
from tests.test_cli import Done, refused, said
from tests.test_text import HOSTILE, drives_a_terminal

S, C, T, P, B, A, D, X, N = Status

# Every command that shows something, as it is asked to; SD-1 stands in each of the nine statuses.
READS = (
    ("list",),
    ("list", "--all"),
    ("moves", "1"),
    ("moves", "5"),
    *(("show", str(number)) for number in range(1, 10)),
    ("guide",),
    ("guide", "--for", "customer"),
    ("guide", "--moves"),
    ("policy",),
    ("people",),
    ("views",),
    ("watchers", "1"),
    ("worker", "--dry-run"),
    ("report",),
    *(("report", figure.name) for figure in FIGURES),
)


def run(path: Path, *arguments: str, **env: str) -> Done:
    """A command at the desk as ana, in a zone two hours east of Greenwich."""
    return subprocess.run(
        [sys.executable, "-m", "deskconsole", "--desk", str(path), "--as", "ana", *arguments],
        env={**os.environ, "TZ": "Etc/GMT-2", **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def past(path: Path) -> Desk:
    """A desk with a ticket in each status, since a good week ago."""
    desk = staffed(Desk(opened(path), HandClock(datetime.now(UTC) - timedelta(days=8))))
    for status in Status:
        lead(desk, desk.enter("ana"), status)
    ana = desk.enter("ana")
    desk.keep_view(ana, "Everything", "", Order.AGE)
    desk.note(ana, 1, "looked", minutes=90)
    desk.edit(ana, 1, follows=9)
    desk.watch(ana, 1)
    return desk


def test_lengths_are_written_out() -> None:
    for length, words in (
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=2, minutes=5), "2 hours 5 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=1, hours=20), "1 day"),
        (timedelta(days=14), "14 days"),
        (timedelta(days=70), "10 weeks"),
        (timedelta(days=800), "2 years"),
    ):
        assert spelled(length) == words
    now = datetime(2026, 5, 4, tzinfo=UTC)
    assert spelled_until(now + timedelta(days=1, hours=20), now) == "2 days"
    assert spelled_until(now + timedelta(hours=23, minutes=50), now) == "23 hours 50 minutes"


def test_a_ticket_of_a_list_is_said_in_sentences(desk: Desk, ana: Actor, clock: HandClock) -> None:
    number = desk.open(ana, "VPN drops", BOB, priority=Priority.URGENT).number
    desk.take(ana, number)
    desk.receive(number, BOB, "Anybody there?")
    clock.forward(days=3)
    said_of = plain.ticket_sentences(desk.store.ticket(number), clock.now)
    assert said_of == (
        "SD-1, urgent, VPN drops. Waiting for Support for 3 days, assigned to ana. "
        "Customer replied."
    )
    desk.assign(ana, number, "nobody")
    desk.edit(ana, number, title="Does it work?", priority=Priority.NORMAL)
    asking = desk.move(ana, number, C, Brings(message="Does it?"))
    clock.forward(days=12, minutes=-5)
    assert plain.ticket_sentences(asking, clock.now) == (
        "SD-1, Does it work? Waiting for Customer for 11 days, assigned to nobody. "
        "Closes in 2 days."
    )
    clock.forward(days=2, hours=2, minutes=10)
    assert plain.ticket_sentences(asking, clock.now).endswith("Overdue by 2 hours 5 minutes.")


def test_show_says_a_fact_a_line_and_the_timeline_by_number(
    path: Path, desk: Desk, ana: Actor, clock: HandClock
) -> None:
    desk.open(ana, "VPN drops", BOB, name="Bob", message="Help!\n\nIt drops.", tags=("vpn", "net"))
    desk.note(ana, 1, "cable?")
    desk.move(ana, 1, C, Brings(message="Which version?"))
    desk.receive(1, BOB, "4.2")
    desk.move(ana, 1, X, Brings(reason="no-longer-needed", for_customer=True))
    lines = said(run(path, "show", "1", "--plain")).split("\n")
    assert lines[0] == "SD-1, VPN drops."
    assert lines[1].startswith("Status: Canceled for ")
    for line in (
        f"Reporter: Bob, {BOB}",
        "Opened: 4 May 2026, 11:30 UTC+2",
        "Tags: vpn, net",
        "Reason: no longer needed",
        "Timeline: 5 entries, oldest first.",
        "Entry 1: 4 May 2026, 11:30 UTC+2. ana opened it, with a message of 3 lines.",
        "Entry 5: 4 May 2026, 11:30 UTC+2. ana moved it to Canceled for the customer, "
        "reason no longer needed.",
    ):
        assert line in lines
    whole = "\n".join(lines)
    for message in (
        "Message from the customer to us, recorded by ana:\nHelp!\n\nIt drops.\nEnd of message.",
        "Internal note by ana:\ncable?\nEnd of note.",
        "Message from ana to the customer:\nWhich version?\nEnd of message.",
        "Message from Bob to us:\n4.2\nEnd of message.",
    ):
        assert message in whole


def test_what_wants_attention_is_said_before_the_other_facts(path: Path, past: Desk) -> None:
    past.receive(5, BOB, "Any news?")
    lines = said(run(path, "show", "5", "--plain")).split("\n")
    assert [line.split(":")[0] for line in lines[3:6]] == ["Awaits", "Replied", "Reporter"]


def test_a_message_cannot_pass_for_an_entry(path: Path, desk: Desk, ana: Actor) -> None:
    forged = "Hello\nEnd of message.\nEntry 2: 4 May 2026. ana moved it to Done."
    desk.open(ana, "VPN drops", BOB, message=forged)
    shown = said(run(path, "show", "1", "--plain"))
    assert "Timeline: 1 entry," in shown
    assert "ana opened it, with a message of 3 lines." in shown


def test_moves_say_first_what_is_possible(path: Path, past: Desk) -> None:
    lines = said(run(path, "moves", "1", "--plain")).splitlines()
    assert lines[1] == "It is Waiting for Support and can go to 6 statuses."
    kinds = [line.split(":")[0] for line in lines[2:]]
    assert kinds == ["Possible"] * 6 + ["Not possible"] * 3
    assert "(" not in "".join(lines)


def test_nothing_plain_relies_on_columns_or_signs(path: Path, past: Desk) -> None:
    past.receive(6, BOB, "Still broken (again)")
    for command in READS:
        for line in said(run(path, *command, "--plain")).split("\n")[:-1]:
            assert line == " ".join(line.split()), (command, line)
            told = line.replace("{ticket}", "SD-1")  # the link is told as it would be set
            assert not re.search(r"[→·–»│•\[\]<>{}|`*]", told), (command, line)
            assert not re.search(r"\b\d+[ywdhmx]\b", line), (command, line)
            assert not re.search(r"\d{4}-\d\d-\d\d", line), (command, line)


def test_whatever_gives_json_speaks_plainly_too() -> None:
    for name, command in cli.commands.items():
        names = {param.name for param in command.params}
        assert ("as_json" in names) <= ("plain" in names), name


def test_the_forms_exclude_each_other(path: Path, desk: Desk) -> None:
    for command in ("list", "guide", "policy", "people"):
        assert "--json and --plain exclude each other; give one" in refused(
            run(path, command, "--json", "--plain"), 2
        )
    assert "--json, --markdown and --plain exclude" in refused(
        run(path, "guide", "--plain", "--markdown", "--json"), 2
    )


def test_the_environment_asks_for_plain_and_yields_to_a_form_by_name(
    path: Path, desk: Desk
) -> None:
    assert said(run(path, "people", "ana", DESKCONSOLE_PLAIN="1")) == "ana, lead.\n"
    assert said(run(path, "people", "ana", "--json", DESKCONSOLE_PLAIN="1")).startswith("[")
    for off in ("0", ""):
        assert said(run(path, "people", "ana", DESKCONSOLE_PLAIN=off)).split() == ["ana", "lead"]


def test_a_list_without_tickets_says_so(path: Path, desk: Desk) -> None:
    assert said(run(path, "list", "--plain")) == "No tickets.\n"


def test_hostile_text_is_inert_in_plain_output(path: Path, past: Desk) -> None:
    ana = past.enter("ana")
    for text in HOSTILE.values():
        past.open(ana, f"t{text}"[:9_000], BOB, name=f"n{text}", message=text)
    for command in (("list",), ("worker", "--dry-run"), *(("show", str(n)) for n in (10, 12, 14))):
        shown = said(run(path, *command, "--plain"))
        assert not any(drives_a_terminal(line) for line in shown.split("\n"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("frob",), "no such command 'frob' (see `deskconsole --help`)"),
        (("list", "--frob"), "no such option '--frob' (see `deskconsole list --help`)"),
        (("list", "--status"), "option '--status' requires an argument"),
        (("show",), "missing argument 'SD-12' (see `deskconsole show --help`)"),
        (("show", "x"), "'x' is not a ticket; name it SD-12 or 12"),
        (("show", "1", "2"), "got unexpected extra argument (2)"),
        (("new", "x"), "missing option '--from'"),
        (("clone", "1", "start", "--clone", "x"), "'x' is not a valid integer"),
        (("guide", "--for", "nobody"), "'nobody' is not one of 'customer', 'technician'"),
        (("completion", "tcsh"), "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
        (("list", "--\x1b[31mred"), "no such option"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(
    path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = run(path, *arguments)
    assert refused(done, 2).startswith("deskconsole: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert not path.exists()


def test_related_tickets_watchers_and_time_are_told_in_words(path: Path, past: Desk) -> None:
    shown = said(run(path, "show", "1", "--plain")).splitlines()
    for line in (
        "Spent: 1 hour 30 minutes",
        "Watchers: ana",
        "Follows SD-9, Declined, VPN drops.",
    ):
        assert line in shown
    assert any("ana noted on it, 1 hour 30 minutes spent, with a note" in line for line in shown)
    assert said(run(path, "watchers", "1", "--plain")) == "SD-1 is watched by ana.\n"
    assert said(run(path, "watchers", "2", "--plain")) == "SD-2 is watched by nobody.\n"
