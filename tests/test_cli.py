"""The command line as its own process: what it prints where, and how it ends."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.model import Brings, Role, Status
from deskconsole.transfer import export_lines
from tests.conftest import BOB, CAST, HandClock, lead, opened, staffed
from tests.test_text import HOSTILE, drives_a_terminal

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]

S, C, T, P, B, A, D, X, N = Status


@pytest.fixture
def run(path: Path, real_desk: Desk) -> Run:
    """Runs a command at the desk as ana; stdout, stderr and exit code are what it gave."""

    def run(*arguments: str, who: str = "ana", given: str = "") -> Done:
        return subprocess.run(
            [sys.executable, "-m", "deskconsole", "--desk", str(path), "--as", who, *arguments],
            capture_output=True,
            text=True,
            input=given,
            check=False,
        )

    return run


@pytest.fixture
def past(path: Path) -> Desk:
    """The same desk, a good week ago."""
    return staffed(Desk(opened(path), HandClock(datetime.now(UTC) - timedelta(days=8))))


def said(done: Done) -> str:
    """What a command that succeeded printed."""
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(done: Done, code: int) -> str:
    """The one sentence of a command that failed, which printed nothing else."""
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    lines = done.stderr.strip().split("\n")
    assert "Traceback" not in done.stderr
    return lines[-1]


def test_new_prints_the_number_alone_and_show_tells_everything(run: Run) -> None:
    made = run("new", "VPN drops", "--from", f"Bob <{BOB}>", "-m", "Help!", "--priority", "high",
               "--tag", "vpn", "--tag", "site-2")  # fmt: skip
    assert said(made) == "SD-1\n"
    record = json.loads(said(run("show", "SD-1", "--json")))
    assert record["title"] == "VPN drops"
    assert record["reporter"] == {"name": "Bob", "email": BOB}
    assert (record["status"], record["priority"]) == ("waiting-for-support", "high")
    assert record["tags"] == ["vpn", "site-2"]
    assert [message["text"] for message in record["messages"]] == ["Help!"]
    assert [event["verb"] for event in record["events"]] == ["open"]
    assert record["opened_at"].endswith("Z")
    shown = said(run("show", "1"))
    for part in ("SD-1  VPN drops", f"Bob <{BOB}>", "ana opened it", "Help!", "Next: "):
        assert part in shown


@pytest.mark.parametrize(
    ("said_from", "name"),
    [("B[/] <bob@example.org>", "B[/]"), ('"Bob, B." <bob@example.org>', "Bob, B."), ("<%s>", BOB)],
)
def test_a_name_of_any_signs_may_stand_before_an_address(
    run: Run, said_from: str, name: str
) -> None:
    assert said(run("new", "VPN", "--from", said_from.replace("%s", BOB))) == "SD-1\n"
    shown = json.loads(said(run("show", "SD-1", "--json")))
    assert shown["reporter"] == {"name": name, "email": BOB}


def test_what_follows_an_address_is_refused(run: Run) -> None:
    done = run("new", "VPN", "--from", f"Bob <{BOB}> extra")
    assert "is not an e-mail address" in refused(done, 2)


def test_one_ticket_goes_all_the_way(run: Run) -> None:
    said(run("new", "VPN drops", "--from", BOB))
    for arguments, status in (
        (("move", "1", "waiting-for-customer", "-m", "Which version?"), C),
        (("receive", "1", "--from", BOB, "-m", "4.2"), S),
        (("move", "1", "scoping-with-team", "--team", "net"), T),
        (("clone", "1", "start", "--engineer", "eve"), P),
        (("clone", "1", "shelve"), T),
        (("move", "1", "in-progress", "--engineer", "eve"), P),
        (("move", "1", "blocked", "--kind", "vendor", "--whom", "Acme", "--until", "2030-01-31"),
         B),
        (("move", "1", "in-progress", "-m", "they answered"), P),
        (("clone", "1", "done", "-m", "Shipped."), A),
        (("receive", "1", "--from", BOB, "-m", "Works!", "--approve"), D),
        (("move", "1", "waiting-for-support", "-m", "it is back"), S),
        (("move", "1", "declined", "--reason", "out-of-scope", "-m", "Not ours."), N),
    ):  # fmt: skip
        assert f"SD-1 is {status.title}" in said(run(*arguments))
    record = json.loads(said(run("show", "1", "--json")))
    assert record["reopened"] == 1
    assert record["clones"][0]["state"] == "done"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("move", "1", "done", "-m", "x"), 3, "SD-1 is Waiting for Support; resolve it first (A)"),
        (("move", "1", "done", "--kind", "vendor"), 3, "resolve it first"),
        (("move", "1", "done", "--kind", "lunch", "--until", "soon"), 3, "resolve it first"),
        (("policy", "timezone", "localtime"), 2, "is not a time zone"),
        (("move", "1", "waiting-for-customer"), 2, "ask needs the question to the customer (-m)"),
        (("move", "1", "scoping-with-team"), 2, "clone needs a team (--team)"),
        (("move", "1", "blocked", "--kind", "vendor"), 2, "hold needs whom or what"),
        (("move", "1", "blocked", "--kind", "lunch", "--whom", "x"), 2, "kind of hold"),
        (("move", "1", "blocked", "--kind", "vendor", "--whom", "x", "--until", "soon"), 2,
         "is not a date; write one as 2026-05-31"),
        (("move", "1", "waiting-for-customer", "-m", "?", "--team", "net"), 2,
         "ask takes no team (--team)"),
        (("move", "1", "canceled", "--reason", "no-response"), 2, "the reasons are"),
        (("move", "1", "finished"), 2, "'finished' is no status; there are waiting-for-support"),
        (("move", "x", "done"), 2, "'x' is not a ticket; name it SD-12 or 12"),
        (("move", "99", "done"), 4, "there is no SD-99 on this desk"),
        (("show", "99"), 4, "there is no SD-99"),
        (("take", "99"), 4, "there is no SD-99"),
        (("list", "--assignee", "zoe"), 4, "nobody on this desk is called 'zoe'"),
        (("list", "--status", "open"), 2, "'open' is no status"),
        (("new", " ", "--from", BOB), 2, "a ticket needs a title"),
        (("new", "x", "--from", "bob"), 2, "'bob' is not an e-mail address"),
        (("new", "x", "--from", BOB, "--priority", "soon"), 2, "there are urgent, high, normal"),
        (("reply", "1"), 2, "reply needs the message"),
        (("note", "1", "-m", "x", "--spent", "2d"), 2, "'2d' is no time spent; write one as"),
        (("edit", "1", "--follows", "9"), 4, "there is no SD-9"),
        (("edit", "1", "--follows", "SD-1"), 2, "SD-1 cannot be related to itself"),
        (("edit", "1", "--duplicate-of", "x"), 2, "'x' is not a ticket; name it SD-12 or 12"),
        (("move", "1", "canceled", "--reason", "no-longer-needed", "--duplicate-of", "1"), 2,
         "only a ticket canceled as duplicate names"),
        (("watchers", "1", "--add", "zoe"), 4, "zoe does not work at this desk; a lead adds"),
        (("show", "1", "--json", "--summary"), 2, "exclude each other"),
        (("policy", "link", "https://x/{who}"), 2, "a link has no {who}; write {ticket}"),
        (("note", "1", "-m", " \n "), 2, "note needs its text"),
        (("edit", "1"), 2, "that changes nothing on SD-1"),
        (("clone", "1", "start", "--engineer", "eve"), 3, "has no clone that is backlog"),
        (("clone", "1", "fly"), 2, "'fly' is no step of a clone"),
        (("receive", "1", "--from", BOB), 2, "a customer's message needs its text"),
        (("policy", "approval_period", "soon"), 2, "'soon' is not a period"),
        (("policy", "timezone", "Mars"), 2, "'Mars' is not a time zone"),
        (("policy", "lunch"), 2, "there is no policy 'lunch'; there are timezone"),
        (("import", "/nowhere.jsonl"), 2, "/nowhere.jsonl cannot be read"),
        (("guide", "half-done"), 2, "'half-done' is no status"),
        (("people", "zoe"), 4, "nobody who works on this desk is called 'zoe'"),
        (("people", "ana", "customer"), 2, "is no role to give"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_sentence_and_a_code(
    desk: Desk, run: Run, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    desk.open(desk.enter("ana"), "VPN drops", BOB)
    before = list(export_lines(desk))
    assert sentence in refused(run(*arguments), code)
    assert list(export_lines(desk)) == before


def test_a_desk_that_cannot_be_reached_is_code_6(tmp_path: Path, run: Run) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("not a desk at all, but my notes\n")
    for where in (notes, tmp_path, tmp_path / "missing" / "desk.db"):
        done = subprocess.run(
            [sys.executable, "-m", "deskconsole", "--desk", str(where), "list"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert str(where) in refused(done, 6)
    assert notes.read_text() == "not a desk at all, but my notes\n"


def test_the_desk_and_the_person_come_from_the_environment_or_the_data_folder(
    tmp_path: Path,
) -> None:
    env = {"XDG_DATA_HOME": str(tmp_path), "DESKCONSOLE_USER": "zoe", "PATH": "/usr/bin"}
    command = [sys.executable, "-m", "deskconsole"]
    made = subprocess.run(
        [*command, "new", "x", "--from", BOB], env=env, capture_output=True, text=True, check=True
    )
    assert made.stdout == "SD-1\n"
    assert (tmp_path / "deskconsole" / "desk.db").is_file()
    env["DESKCONSOLE_DESK"] = str(tmp_path / "deskconsole" / "desk.db")
    shown = subprocess.run(
        [*command, "show", "1"], env=env, capture_output=True, text=True, check=True
    )
    assert "zoe opened it" in shown.stdout


def test_list_shows_open_tickets_and_narrows_them(run: Run, past: Desk) -> None:
    ana = past.enter("ana")
    for status in Status:
        lead(past, ana, status)
    past.assign(ana, 1, "bo")

    def numbers(*options: str) -> list[int]:
        return [one["number"] for one in json.loads(said(run("list", "--json", *options)))]

    assert numbers() == [1, 2, 3, 4, 5, 6]
    assert numbers("--all") == list(range(1, 10))
    assert numbers("--status", "done", "--status", "declined") == [7, 9]
    assert numbers("--assignee", "bo") == [1]
    rows = said(run("list")).splitlines()
    assert len(rows) == 6
    assert "overdue" in rows[5]
    assert "closes in 6d" in rows[1]


def test_list_takes_the_query_of_the_board(run: Run, past: Desk) -> None:
    ana = past.enter("ana")
    for status in Status:
        lead(past, ana, status)
    past.take(ana, 4)
    assert [row.split()[0] for row in said(run("list", "mine vpn")).splitlines()] == ["SD-4"]
    assert len(said(run("list", "is:closed")).splitlines()) == 3
    assert said(run("list", "printer")) == ""
    assert "at character 5" in refused(run("list", "vpn p:soon"), 2)
    assert "older:3d newer:2h" in said(run("list", "--help"))


def test_moves_lists_all_nine_with_what_each_needs_or_why_not(run: Run) -> None:
    said(run("new", "VPN drops", "--from", BOB))
    rows = said(run("moves", "SD-1")).splitlines()
    assert [row[0] for row in rows] == list("SCTPBADXN")
    records = json.loads(said(run("moves", "1", "--json")))
    legal = {record["status"] for record in records if record["legal"]}
    assert legal == {one.slug for one in (C, T, B, A, X, N)}
    assert all(record["legal"] or record["why_not"] for record in records)
    by_slug = {record["status"]: record for record in records}
    assert by_slug["declined"]["needs"] == ["reason", "message"]
    assert by_slug["declined"]["reasons"] == ["low-priority", "out-of-scope"]


def test_words_come_from_standard_input_where_m_is_a_dash(run: Run) -> None:
    said(run("new", "VPN drops", "--from", BOB, "-m", "-", given="Two\nlines\n"))
    record = json.loads(said(run("show", "1", "--json")))
    assert record["messages"][0]["text"] == "Two\nlines"


def test_a_small_days_work(run: Run) -> None:
    said(run("new", "VPN drops", "--from", BOB))
    assert said(run("take", "1")) == "SD-1 is ana's\n"
    assert said(run("reply", "1", "-m", "We are on it.")) == "replied on SD-1\n"
    assert said(run("note", "1", "-m", "cable?")) == "noted on SD-1\n"
    assert said(run("assign", "1", "bo")) == "SD-1 is bo's\n"
    assert said(run("edit", "1", "--title", "VPN", "--priority", "low", "--tag", "x")) == (
        "edited SD-1\n"
    )
    assert said(run("people", "zoe", "engineer")).split() == ["zoe", "engineer"]
    people = {one["name"]: one["role"] for one in json.loads(said(run("people", "--json")))}
    assert people == {"ana": "lead", **CAST, "zoe": "engineer"}
    assert said(run("policy", "approval_period", "5 days")) == "5 days\n"
    assert json.loads(said(run("policy", "--json")))["approval_period"] == "5 days"
    assert "internal note" in said(run("show", "1"))


def test_related_tickets_watchers_and_time_spent(run: Run) -> None:
    for title in ("VPN drops", "VPN drops again", "Printer"):
        said(run("new", title, "--from", BOB))
    cancel = ("move", "2", "canceled", "--reason")
    said(run(*cancel, "duplicate", "--duplicate-of", "SD-1"))
    said(run("edit", "3", "--follows", "1"))
    said(run("note", "1", "-m", "looked", "--spent", "1h 30m"))
    assert said(run("watchers", "1", "--add")) == "ana\n"
    said(run("take", "3", who="bo"))
    assert said(run("watchers", "1", "--add", "bo")) == "ana\nbo\n"
    assert json.loads(said(run("watchers", "1", "--remove", "--json"))) == ["bo"]
    shown = said(run("show", "1"))
    for part in ("Spent       1h 30m", "Watchers    bo", "noted on it, spent 1h 30m",
                 "Has the duplicate SD-2  VPN drops again (Canceled)",
                 "Followed by SD-3  Printer (Waiting for Support)"):  # fmt: skip
        assert part in shown
    record = json.loads(said(run("show", "1", "--json")))
    assert (record["spent"], record["watchers"]) == (90, ["bo"])
    assert record["events"][-1]["minutes"] == 90
    assert json.loads(said(run("show", "2", "--json")))["duplicate_of"] == 1
    said(run("edit", "3", "--follows", "none", "--duplicate-of", "2"))
    record = json.loads(said(run("show", "3", "--json")))
    assert (record["follows"], record["duplicate_of"]) == (None, 2)
    assert said(run("list", "watched", who="bo")).startswith("SD-1 ")
    said(run("policy", "link", "https://desk.example.org/{ticket}"))
    summary = said(run("show", "1", "--summary")).splitlines()
    assert (summary[0], summary[-1]) == ("SD-1  VPN drops", "https://desk.example.org/SD-1")


def test_worker_once_closes_what_is_due_and_dry_run_only_says_so(run: Run, past: Desk) -> None:
    ana = past.enter("ana")
    lead(past, ana, A)
    lead(past, ana, C)
    foretold = said(run("worker", "--dry-run")).splitlines()
    assert foretold[0].startswith("now")
    assert "SD-1" in foretold[0]
    assert "to Done" in foretold[0]
    assert "to Canceled" in foretold[1]
    assert json.loads(said(run("show", "1", "--json")))["status"] == A.slug
    assert said(run("worker", "--once")) == "SD-1 is Done: no response\n"
    assert said(run("worker", "--once")) == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_running_worker_stops_cleanly_when_told(
    path: Path, past: Desk, number: signal.Signals
) -> None:
    lead(past, past.enter("ana"), A)
    with subprocess.Popen(
        [sys.executable, "-m", "deskconsole", "--desk", str(path), "worker"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "SD-1 is Done: no response\n"
        worker.send_signal(number)
        out, err = worker.communicate(timeout=20)
    assert (worker.returncode, out, err) == (0, "", "")


def test_export_and_import_go_through_files_and_pipes(run: Run, path: Path, past: Desk) -> None:
    ana = past.enter("ana")
    for status in Status:
        lead(past, ana, status)
    file = path.with_name("all.jsonl")
    assert said(run("export", str(file))) == f"9 tickets exported to {file}\n"
    assert file.read_text(encoding="utf-8") == said(run("export"))
    other = str(path.with_name("other.db"))
    command = [sys.executable, "-m", "deskconsole", "--desk", other]
    done = subprocess.run(
        [*command, "import", "-", "--dry-run"],
        input=file.read_text(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("9 tickets with ")
    assert done.stdout.endswith(" would be imported\n")
    subprocess.run([*command, "import", str(file)], check=True, capture_output=True)
    again = subprocess.run([*command, "export"], check=True, capture_output=True, text=True)
    assert again.stdout == file.read_text()
    file.write_text(file.read_text().replace('"verb": "hold"', '"verb": "approve"'))
    refusal = refused(run("import", str(file)), 2)  # its numbers are taken
    assert "line 1: SD-1 is on this desk already" in refusal
    illegal = subprocess.run(
        [*command[:-1], str(path.with_name("third.db")), "import", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "line 5: event 2 (approve)" in refused(illegal, 3)


def test_export_replaces_neither_the_desk_nor_a_pipe_nor_a_device(run: Run, path: Path) -> None:
    said(run("new", "VPN drops", "--from", BOB))
    assert "is the desk itself" in refused(run("export", str(path)), 2)
    assert said(run("export", "/dev/stdout")).startswith('{"number": 1')
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, text=True) as reader:
        said(run("export", str(pipe)))
        assert reader.stdout is not None
        assert reader.stdout.read().startswith('{"number": 1')
    assert pipe.is_fifo()


def test_an_export_is_ones_own_and_one_that_does_not_fit_leaves_nothing(
    run: Run, path: Path
) -> None:
    file = path.parent / "out" / "all.jsonl"
    file.parent.mkdir()
    said(run("new", "VPN drops", "--from", BOB, "-m", "x" * 5000))
    sentence = shell(path, f"ulimit -f 4; $d export {file}").stderr
    assert f"{file} cannot be written: " in sentence
    assert list(file.parent.iterdir()) == []
    said(run("export", str(file)))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def shell(path: Path, command: str, **env: str) -> Done:
    """A command line of the shell, in which $d is the program at the desk."""
    program = f"{sys.executable} -m deskconsole --desk {path} --as ana"
    return subprocess.run(
        ["sh", "-c", command.replace("$d", program)],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, **env},
    )


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        ("$d list >/dev/full", 1, "the output could not be written (No space left on device)"),
        ("$d show 1 --json >/dev/full", 1, "the output could not be written"),
        ("$d export >/dev/full", 1, "the output could not be written"),
        ("$d show 1 --json >&-", 0, ""),
        ("$d note 1 -m - <&-", 2, "note needs its text"),
        ("$d list --assignee \"$(printf '\\377')\"", 2, "an argument is not text in UTF-8"),
        ("$d people \"$(printf '\\377')\"", 4, "nobody who works on this desk is called"),
    ],
)
def test_streams_and_bytes_that_fail_are_one_sentence(
    desk: Desk, path: Path, command: str, code: int, sentence: str
) -> None:
    desk.open(desk.enter("ana"), "VPN für alle", BOB)
    done = shell(path, command)
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


def test_a_terminal_of_few_letters_still_gets_its_json(desk: Desk, path: Path) -> None:
    desk.open(desk.enter("ana"), "VPN für alle", BOB)
    shown = shell(path, "$d show 1 --json", PYTHONIOENCODING="ascii")
    assert json.loads(shown.stdout)["title"] == "VPN für alle"


def test_a_file_that_is_not_text_is_refused(run: Run, path: Path) -> None:
    file = path.with_name("picture.jsonl")
    file.write_bytes(b"\xff\xfe\x00")
    assert "is not text in UTF-8; nothing was imported" in refused(run("import", str(file)), 2)


def test_hostile_text_is_inert_in_every_output(run: Run, desk: Desk) -> None:
    ana = desk.enter("ana")
    everything = "\n".join(HOSTILE.values())
    for text in (*HOSTILE.values(), everything):
        number = desk.open(ana, f"t{text}"[:9_000], BOB, name=f"n{text}", message=text).number
        desk.move(ana, number, C, Brings(message=text))
    last = str(len(HOSTILE) + 1)
    desk.set_role(ana, "n[/]\x1b[2J", Role.VIEWER)
    for command in (
        ("list",),
        ("show", last),
        ("show", last, "--json"),
        ("list", "--json"),
        ("export",),
        ("moves", last),
        ("worker", "--dry-run"),
    ):
        shown = said(run(*command, who="n[/]\x1b[2J"))
        assert HOSTILE["markup"] in shown or command[0] == "moves"
        assert not any(drives_a_terminal(line) for line in shown.split("\n"))


def test_output_that_nobody_reads_to_the_end_is_no_error(run: Run, path: Path, past: Desk) -> None:
    ana = past.enter("ana")
    for _ in range(300):
        past.open(ana, "x" * 500, BOB)
    for command in ("list", "export"):
        with subprocess.Popen(
            [sys.executable, "-m", "deskconsole", "--desk", str(path), "--as", "ana", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as writer:
            assert writer.stdout is not None
            assert writer.stderr is not None
            writer.stdout.read(10)
            writer.stdout.close()
            assert writer.stderr.read() == b""


def test_the_guide_speaks_to_technicians_and_customers(run: Run) -> None:
    assert said(run("guide", "done")) != said(run("guide", "done", "--for", "customer"))
    assert len(json.loads(said(run("guide", "--json")))) == 9
    assert len(json.loads(said(run("guide", "--moves", "--json")))) == 17
    assert said(run("guide", "--markdown")).count("\n") == 11


def test_the_command_line_loads_no_screen_and_no_calendar_it_does_not_need(path: Path) -> None:
    program = (
        "import sys\n"
        "from deskconsole.cli.main import main\n"
        "try: main(['--desk', sys.argv[1], '--as', 'ana', 'list'])\n"
        "except SystemExit: pass\n"
        "loaded = {'textual', 'rich', 'pendulum', 'playhouse'} & sys.modules.keys()\n"
        "print(sorted(loaded))\n"
    )
    opened(path).close()
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_help_documents_the_import_format(run: Run) -> None:
    shown: Any = said(run("import", "--help"))
    for word in ("reporter", "events", "deadline", "for_customer", "clock"):
        assert word in shown


def test_all_tickets_that_fit_are_moved_after_a_verdict_and_a_yes(path: Path, run: Run) -> None:
    for title in ("One", "Two", "Three"):
        said(run("new", title, "--from", BOB, "--tag", "vpn"))
    said(run("move", "2", "canceled", "--reason", "duplicate"))
    hold = ("move", "--query", "tag:vpn", "blocked", "--kind", "vendor", "--whom", "Acme")
    for answer in ("", "n\n"):
        done = run(*hold, given=answer)
        assert (done.returncode, done.stdout) == (2, "")
        assert "2 of 3 can move to Blocked/On Hold\n" in done.stderr
        assert "SD-2 is Canceled; reopen it first (S)" in done.stderr
        assert "nothing was done" in done.stderr
    assert Desk(opened(path), HandClock()).store.ticket(1).status is S
    done = run(*hold, given="y\n")
    assert done.returncode == 0
    assert done.stdout.startswith("2 of 3 moved to Blocked/On Hold\nSD-2 is Canceled")
    assert "undid hold on 2 tickets\nSD-1 is Waiting for Support" in said(run("undo"))
    assert "redid hold on 2 tickets" in said(run("redo"))
    assert refused(run("undo", who="bo"), 3)


def test_all_tickets_that_fit_are_assigned_without_being_asked_about(run: Run) -> None:
    said(run("new", "One", "--from", BOB))
    said(run("new", "Two", "--from", BOB))
    assert said(run("assign", "--query=is:open", "bo", "--yes")) == "2 of 2 assigned to bo\n"
    assert refused(run("assign", "--query", "tag:none", "bo", "--yes"), 4) == (
        "deskconsole: no ticket fits 'tag:none'"
    )
    assert "--query is empty" in refused(run("assign", "--query", "", "bo", "--yes"), 2)
    done = run("move", "--query", "is:open", "done", "--yes")
    assert (done.returncode, done.stdout) == (3, "")
    assert "none of 2 tickets can move to Done" in done.stderr


def test_a_saved_view_is_listed_shown_and_dropped(run: Run) -> None:
    said(run("new", "One", "--from", BOB, "--priority", "low"))
    said(run("new", "Two", "--from", BOB, "--tag", "vpn"))
    said(run("views", "Vpn", "tag:vpn", "--sort", "age"))
    assert json.loads(said(run("views", "--json", who="bo"))) == [
        {"name": "Vpn", "query": "tag:vpn", "sort": "age"}
    ]
    assert [line[:4] for line in said(run("list", "--view", "Vpn")).split("\n")] == ["SD-2", ""]
    listed = said(run("list", "--sort", "age")).split("\n")
    assert [line[:4] for line in listed] == ["SD-1", "SD-2", ""]
    assert "'x' is none of urgent" in refused(run("views", "Bad", "p:x"), 2)
    assert "'soon' is no order" in refused(run("views", "Vpn", "--sort", "soon"), 2)
    said(run("views", "Vpn", "--drop", who="bo"))
    assert refused(run("list", "--view", "Vpn"), 4).endswith("there are: none yet")


def test_limits_are_set_in_words_and_judged(run: Run) -> None:
    assert said(run("policy", "limits", "blocked 3, in-progress 4")) == (
        "in-progress 4, blocked 3\n"
    )
    for wrong in ("blocked", "blocked many", "blocked 0", "nowhere 3"):
        refused(run("policy", "limits", wrong), 2)
    assert said(run("policy", "limits", "")) == "(none set)\n"
