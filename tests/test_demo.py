"""The desk of any size: lawful, at work today, and the same for the same seed."""

import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from deskconsole.calendar import utc_now
from deskconsole.care.checkup import desk_findings
from deskconsole.demo.large import write_desk
from deskconsole.desk.desk import Desk
from deskconsole.finding import Verdict
from deskconsole.model import Role, Status, Verb
from deskconsole.store.store import Store, open_store
from deskconsole.transfer import export_lines, import_lines
from deskconsole.worker import Worker
from tests.conftest import START
from tests.terminal import Terminal

DAY = timedelta(days=1)


def demo(file: Path, tickets: int, seed: int = 1) -> Store:
    """A demo that was written at the clock's start, opened."""
    write_desk(file, tickets, seed, "ana", START)
    return open_store(str(file))


def content(file: Path) -> list[str]:
    """All that a desk's file holds, as SQL, but for when its tables were made."""
    with closing(sqlite3.connect(file)) as desk:
        return [line for line in desk.iterdump() if '"schema_migration" VALUES' not in line]


@pytest.mark.parametrize("tickets", [9, 10, 500])
def test_a_demo_of_any_size_has_so_many_tickets_in_all_nine_statuses(
    path: Path, tickets: int
) -> None:
    with closing(demo(path, tickets)) as store:
        held = Counter(ticket.status for ticket, _ in store.histories())
    assert set(held) == set(Status)
    assert held.total() == tickets


def test_a_demo_is_lawful(path: Path) -> None:
    demo(path, 2000).close()
    findings = list(desk_findings(str(path), START, lambda doing, done, of: None))
    assert {finding.verdict for finding in findings} == {Verdict.OK}
    assert "every ticket (2000) is what its events made of it" in [f.what for f in findings]


def test_a_demo_has_all_that_a_desk_of_years_has(path: Path) -> None:
    with closing(demo(path, 2000)) as store:
        histories = list(store.histories())
        verbs = Counter(event.verb for _, events in histories for event in events)
        roles = Counter(person.role for person in store.people())
    tickets = [ticket for ticket, _ in histories]
    assert set(Verb) - set(verbs) == {Verb.IMPORT}
    assert min(ticket.opened_at for ticket in tickets) < START - 5 * 365 * DAY
    assert START - DAY < max(event.at for _, events in histories for event in events) <= START
    lately = [t for t in tickets if t.closed_at and t.closed_at > START - 14 * DAY]
    assert {ticket.status for ticket in lately} == {status for status in Status if status.closed}
    assert all(any(getattr(t, name) for t in tickets) for name in ("follows", "duplicate_of"))
    assert all(any(getattr(t, name) for t in tickets) for name in ("reopened", "spent", "hold"))
    assert len({ticket.title for ticket in tickets}) > 300
    assert len({clone.team for ticket in tickets for clone in ticket.clones}) == 5
    assert roles[Role.LEAD] == 1
    assert min(roles[role] for role in (Role.CUSTOMER, Role.TECHNICIAN, Role.ENGINEER)) > 5


def test_open_work_does_not_grow_with_the_history(tmp_path: Path) -> None:
    still_open = []
    for tickets in (300, 6000, 12_000):
        with closing(demo(tmp_path / f"{tickets}.db", tickets)) as store:
            closed = Counter(ticket.status.closed for ticket, _ in store.histories())
        still_open.append(closed[False])
    assert 80 < still_open[0] <= 100
    assert still_open[2] < still_open[1] * 1.3 < 1500


def test_the_clock_closes_nothing_within_the_first_hour_and_some_soon_after(path: Path) -> None:
    with closing(demo(path, 500)) as store:
        assert Worker(Desk(store, lambda: START + timedelta(minutes=59))).round().closed == ()
        soon = store.waiting(START + timedelta(hours=7))
        assert 0 < len(soon) < len(store.waiting()) / 4


def test_the_same_seed_gives_the_same_desk_and_another_one_another(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("first.db", "same.db", "other.db")]
    for file, seed in zip(files, (7, 7, 8), strict=True):
        demo(file, 300, seed).close()
    first, same, other = map(content, files)
    assert first == same
    assert first != other


def test_a_demo_survives_export_and_import(tmp_path: Path) -> None:
    with (
        closing(demo(tmp_path / "demo.db", 300)) as store,
        closing(open_store(str(tmp_path / "again.db"))) as again,
    ):
        lines = list(export_lines(Desk(store, lambda: START)))
        desk = Desk(again, lambda: START)
        import_lines(desk, desk.enter("ana"), lines)
        assert list(export_lines(desk)) == lines


def test_whoever_writes_a_demo_leads_it_whatever_they_are_called(path: Path) -> None:
    login = 'bo "the \\ lead"'
    write_desk(path, 500, 1, login, START)
    with closing(open_store(str(path))) as store:
        assert [p.name for p in store.staff() if p.role is Role.LEAD] == [login]
        named = {e.brings.assignee for _, events in store.histories() for e in events}
        assert login in named
    assert {
        finding.verdict for finding in desk_findings(str(path), START, lambda doing, done, of: None)
    } == {Verdict.OK}


def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "deskconsole", "--as", "ana", "demo", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_writes_a_desk_that_others_may_open_at_once(path: Path) -> None:
    done = run("--tickets", 20, path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{path} has 20 tickets; open it with deskconsole --desk {path}\n"
    assert list(path.parent.iterdir()) == [path]
    with closing(open_store(str(path))) as store:
        assert store.last_number() == 20
        assert max(event.at for _, events in store.histories() for event in events) <= utc_now()


def test_a_terminal_shows_how_far_it_is(path: Path) -> None:
    with Terminal("--as", "ana", "demo", "--tickets", "9", str(path)) as terminal:
        assert terminal.ended() == 0
        terminal.expect(r"Writing +\[#+\] +100%")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--tickets", "8", "new.db"], "a demo has from 9 tickets, one in each status"),
        (["--tickets", "10000001", "new.db"], "10,000,001 are too many"),
        (["--tickets", "many", "new.db"], "'many' is not a valid integer"),
        (["--tickets", "20"], "needs the name of a new FILE"),
        (["new.db"], "needs --tickets"),
        (["--seed", "3"], "needs --tickets"),
        (["--tickets", "20", "--seed", "x", "new.db"], "'x' is not a valid integer"),
        (["--tickets", "20", "there.db"], "there.db is there already; name another file"),
        (["--tickets", "20", "."], "is there already"),
        (["--tickets", "20", "no/new.db"], "no/new.db cannot be written: No such file"),
        (["--tickets", "20", "postgresql://ana:secret@host/desk"], "FILE is a file's name"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    there = tmp_path / "there.db"
    there.write_text("mine")
    done = run(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
    assert list(tmp_path.iterdir()) == [there]
    assert there.read_text() == "mine"


def test_an_interrupted_run_leaves_nothing_behind(path: Path) -> None:
    with Terminal("--as", "ana", "demo", "--tickets", "1000000", str(path)) as terminal:
        terminal.expect(r"[1-9]%")
        assert list(path.parent.iterdir()) != []
        terminal.press("^c")
        assert terminal.ended() == 1
        assert "deskconsole: interrupted" in terminal.text
    assert list(path.parent.iterdir()) == []
