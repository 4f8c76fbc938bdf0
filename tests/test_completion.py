"""TAB: what the shells are given, that they are given it in real ones, and that nothing else is."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from deskconsole.cli.main import cli
from deskconsole.desk.desk import Desk
from deskconsole.desk.household import GIVEN
from deskconsole.model import Actor, Brings, Order, Role, Status
from deskconsole.store import recent as recent_module
from deskconsole.store.recent import recent
from deskconsole.store.store import Store, peek_store
from tests.conftest import BOB, CAST, HandClock, Lead, lead
from tests.terminal import Terminal
from tests.test_text import HOSTILE, drives_a_terminal

ROOT = Path(__file__).resolve().parents[1]

S, C, T, P, B, A, D, X, N = Status


def asked(*words: str, shell: str = "zsh", **env: str) -> subprocess.CompletedProcess[str]:
    """What the program answers when TAB is pressed at the last of these words."""
    line = " ".join(("deskconsole", *words))
    return subprocess.run(
        [sys.executable, "-m", "deskconsole"],
        env={
            **os.environ,
            "_DESKCONSOLE_COMPLETE": f"{shell}_complete",
            "DESKCONSOLE_USER": "ana",
            "COMP_WORDS": line,
            "COMP_CWORD": words[-1] if shell == "fish" else str(len(words)),
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def suggested(path: Path, *words: str, who: str = "ana", **env: str) -> dict[str, str]:
    """The suggestions for the last of these words, each with its help, in their order."""
    done = asked("--desk", str(path), "--as", who, *words, **env)
    assert done.stderr == ""
    rows = done.stdout.split("\n")[:-1]
    return {rows[at + 1]: rows[at + 2] for at in range(0, len(rows) - 2, 3)}


def test_numbers_come_with_titles_open_ones_first_the_last_changed_before_others(
    path: Path, desk: Desk, ana: Actor, at: Lead
) -> None:
    for status in (S, D, T, X):
        at(status)
    desk.edit(ana, 2, title="Done long ago")
    desk.note(ana, 1, "still there")
    found = suggested(path, "show", "")
    assert list(found) == ["SD-1", "SD-3", "SD-2", "SD-4"]
    assert found["SD-2"] == "Done long ago"


def test_numbers_are_narrowed_by_what_is_typed_however_it_is_typed(path: Path, desk: Desk) -> None:
    ana = desk.enter("ana")
    for _ in range(12):
        desk.open(ana, "VPN drops", BOB)
    for typed in ("SD-1", "sd-1", "1"):
        assert set(suggested(path, "show", typed)) == {"SD-1", "SD-10", "SD-11", "SD-12"}
    assert len(suggested(path, "show", "s")) == len(suggested(path, "show", "SD-")) == 12
    for typed in ("SD-13", "013", "0", "SD-x", "1" * 400, "-1"):
        assert suggested(path, "show", typed) == {}


def test_there_are_at_most_fifty_numbers(path: Path, desk: Desk) -> None:
    ana = desk.enter("ana")
    for _ in range(60):
        desk.open(ana, "VPN drops", BOB)
    assert list(suggested(path, "show", "")) == [f"SD-{number}" for number in range(60, 10, -1)]


def test_a_long_desk_gives_the_same_numbers_as_a_short_one(
    store: Store, desk: Desk, at: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        for status in Status:
            at(status)
    desk.note(desk.enter("ana"), 7, "thanks")
    for digits in ("", "1", "2"):
        short = recent(store, digits, 20)
        with monkeypatch.context() as long:
            long.setattr(recent_module, "_MANY", 1)
            assert recent(store, digits, 20) == short


def test_only_the_statuses_that_the_ticket_can_go_to_are_suggested(
    path: Path, desk: Desk, at: Lead
) -> None:
    at(S)
    found = suggested(path, "move", "SD-1", "")
    legal = {choice.target.slug for choice in desk.choices(desk.enter("ana"), desk.store.ticket(1))
             if choice.legal}  # fmt: skip
    assert set(found) == legal
    assert found["blocked"] == "hold"
    assert "done" not in found
    desk.set_role(desk.enter("ana"), "eve", Role.ENGINEER)
    assert suggested(path, "move", "SD-1", "", who="eve") == {}
    assert suggested(path, "move", "SD-99", "") == {}


def test_what_a_move_brings_is_suggested(path: Path, desk: Desk, ana: Actor, at: Lead) -> None:
    desk.set_policy(ana, "teams", "net, db")
    desk.set_role(ana, "eve", Role.ENGINEER)
    at(S)
    ticket = at(T)
    desk.edit(ana, 2, tag=("vpn", "site-2"))
    assert set(suggested(path, "move", "1", "scoping-with-team", "--team", "")) == {"net", "db"}
    assert set(suggested(path, "move", "1", "blocked", "--kind", "m")) == {"meeting"}
    reasons = {"low-priority", "out-of-scope"}
    assert set(suggested(path, "move", "1", "declined", "--reason", "")) == reasons
    assert reasons < set(suggested(path, "move", "--reason", ""))
    assert "eve" in suggested(path, "move", "2", "in-progress", "--engineer", "e")
    assert suggested(path, "clone", "2", "start", "--clone", "") == {
        str(clone.number): f"{clone.team}, {clone.state.value}" for clone in ticket.clones
    }
    assert set(suggested(path, "clone", "2", "")) == {"start", "drop"}
    assert set(suggested(path, "clone", "1", "")) == set()
    assert set(suggested(path, "edit", "2", "--untag", "")) == {"vpn", "site-2"}
    assert set(suggested(path, "new", "x", "--tag", "v")) == {"vpn"}
    assert "done" in suggested(path, "move", "--query", "mine", "d")
    assert set(suggested(path, "receive", "1", "--from", "")) == {BOB}


def test_words_of_the_desk_are_suggested(path: Path, desk: Desk, at: Lead) -> None:
    at(S)
    assert set(suggested(path, "list", "--status", "waiting")) == {
        status.slug for status in Status if status.slug.startswith("waiting")
    }
    assert set(suggested(path, "assign", "1", "")) == {"ana", "bo", "eve", "finn", "nobody"}
    assert set(suggested(path, "list", "--assignee", "")) == {"ana", *CAST}
    assert set(suggested(path, "people", "ana", "")) == set(GIVEN)
    assert "approval_period" in suggested(path, "policy", "a")
    assert suggested(path, "report", "fl") == {"flow": "Flow"}
    assert set(suggested(path, "policy", "timezone", "Europe/Vie")) == {"Europe/Vienna"}
    assert suggested(path, "policy", "approval_period", "") == {"1 week": "as it is now"}
    assert set(suggested(path, "edit", "1", "--priority", "")) == {
        "urgent",
        "high",
        "normal",
        "low",
    }
    assert set(suggested(path, "guide", "d")) == {"done", "declined"}
    desk.keep_view(desk.enter("ana"), "fire", "p:urgent", Order.AGE)
    assert suggested(path, "list", "--view", "") == {"fire": "p:urgent"}
    assert Order.AGE in suggested(path, "list", "--sort", "")
    assert "demo" in suggested(path, "d")
    assert "--plain" in suggested(path, "list", "--p")


def test_every_command_that_names_a_ticket_completes_it(path: Path, at: Lead) -> None:
    at(S)
    for name, command in cli.commands.items():
        if any(param.metavar == "SD-12" for param in command.params):
            assert list(suggested(path, name, "")) == ["SD-1"], name


def test_the_desk_and_the_person_come_from_the_environment_too(
    path: Path, desk: Desk, at: Lead
) -> None:
    at(S)
    env = {"DESKCONSOLE_DESK": str(path), "DESKCONSOLE_USER": "ana"}
    assert "SD-1" in asked("show", "", **env).stdout
    assert "SD-1" in asked("--desk", "$HERE/desk.db", "show", "", HERE=str(path.parent)).stdout


def test_where_there_is_no_desk_nothing_is_suggested_and_none_is_made(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a desk")
    (tmp_path / "empty.db").touch()
    os.mkfifo(tmp_path / "pipe")
    sqlite3.connect(tmp_path / "other.db").executescript("CREATE TABLE t (x); VACUUM")
    there = sorted(tmp_path.iterdir())
    for place in (*there, tmp_path, tmp_path / "desk.db", tmp_path / "no" / "desk.db"):
        assert suggested(place, "show", "") == {}
    assert suggested(Path("postgresql://desk.example.org/desk"), "show", "") == {}
    data = {"XDG_DATA_HOME": str(tmp_path / "data"), "DESKCONSOLE_DESK": ""}
    assert asked("show", "", **data).stdout.strip() == ""
    assert sorted(tmp_path.iterdir()) == there


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM schema_migration WHERE name = (SELECT max(name) FROM schema_migration)",
        "INSERT INTO schema_migration (name, applied) VALUES ('9999_later', 0)",
    ],
)
def test_a_desk_of_another_age_is_left_as_it_is(path: Path, at: Lead, change: str) -> None:
    at(S)
    with sqlite3.connect(path) as other:
        columns = [row[1] for row in other.execute("PRAGMA table_info(schema_migration)")]
        other.execute(change.replace("applied", columns[-1]))
        other.commit()
        before = list(other.iterdump())
        assert suggested(path, "show", "") == {}
        assert list(other.iterdump()) == before
    other.close()


@pytest.mark.parametrize("who", ["zoe", "zoe@example.org", BOB])
def test_who_may_not_look_at_the_desk_is_only_told_who_they_could_be(
    path: Path, desk: Desk, at: Lead, who: str
) -> None:
    at(S)
    before = list(sqlite3.connect(path).iterdump())
    for words in (("move", "1", ""), ("show", ""), ("people", ""), ("list", "--view", "")):
        assert suggested(path, *words, who=who) == {}
    assert "bo" in suggested(path, "--as", "", who=who)
    assert list(sqlite3.connect(path).iterdump()) == before


def test_a_look_cannot_write(path: Path, desk: Desk, ana: Actor) -> None:
    looked = peek_store(str(path))
    assert looked is not None
    with pytest.raises(Exception, match="read-only"):
        Desk(looked, desk.clock).open(ana, "VPN drops", BOB)
    looked.close()


def test_a_command_line_that_makes_no_sense_gets_no_message(path: Path, at: Lead) -> None:
    at(S)
    for words in ("'", '"', "$(", "frob", "show --frob", "move x", "\\", "\udcff", "list 'a"):
        for shell in ("bash", "zsh", "fish"):
            assert asked("--desk", str(path), *words.split(), shell=shell).stderr == ""
    for question in ("", "zsh", "zsh_", "tcsh_complete", "zsh_complete_"):
        assert asked("show", "", _DESKCONSOLE_COMPLETE=question or "_").stderr == ""
    assert asked("show", "", COMP_CWORD="x").stderr == ""


def test_hostile_titles_reach_the_shell_inert(path: Path, desk: Desk, ana: Actor) -> None:
    for raw in HOSTILE.values():
        text = raw.encode(errors="replace").decode()  # SQLite takes no half of a pair
        number = desk.open(ana, "VPN drops", BOB).number
        desk.move(ana, number, T, Brings(team="net"))
        # Past every cleaning: as another program may have left it in the file.
        with sqlite3.connect(path) as other:
            other.execute("UPDATE ticket SET title = ? WHERE id = ?", (f"t{text}"[:9_000], number))
            other.execute("UPDATE clone SET team = ? WHERE ticket_id = ?", (f"t{text}", number))
        other.close()
    for shell in ("bash", "zsh", "fish"):
        teams = asked("--desk", str(path), "move", "1", "x", "--team", "", shell=shell)
        assert not any(
            drives_a_terminal(line.replace("\t", " ")) for line in teams.stdout.split("\n")
        )
        done = asked("--desk", str(path), "show", "", shell=shell)
        assert len(done.stdout.strip().split("\n")) == len(HOSTILE) * (3 if shell == "zsh" else 1)
        assert not any(
            drives_a_terminal(line.replace("\t", " ")) for line in done.stdout.split("\n")
        )


def test_a_suggestion_loads_no_screen_and_no_calendar(path: Path, at: Lead) -> None:
    at(S)
    program = (
        "import sys\n"
        "from deskconsole.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'textual', 'rich', 'pendulum', 'playhouse'} & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={
            **os.environ,
            "_DESKCONSOLE_COMPLETE": "bash_complete",
            "DESKCONSOLE_USER": "ana",
            "COMP_WORDS": f"deskconsole --desk {path} move 1 ",
            "COMP_CWORD": "5",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "plain,blocked" in done.stdout
    assert done.stdout.endswith("\n[]\n")


# In real shells

SHELLS = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
    "fish": ("fish", "--no-config", "-C", "function fish_prompt; echo -n 'ready> '; end"),
}
# A shell wants the terminal to be its own, as one that was logged in at has it.
OWN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
LOAD = {
    "bash": 'eval "$(deskconsole completion bash)"',
    "zsh": 'autoload -U compinit; compinit -u -D; eval "$(deskconsole completion zsh)"',
    "fish": "deskconsole completion fish | source",
}
NAMES = (
    "a;touch pwned",
    "b$(touch pwned)",
    "c`touch pwned`",
    "d 'q' \"r\" & * ? < > | # ~ ! {x} [y] (z) \\ end",
    "e'; touch pwned; '",
)


def shell_at(name: str, path: Path) -> Terminal:
    """A shell that has loaded our script, in a folder of its own, with the desk at `path`."""
    if shutil.which(name) is None:
        pytest.skip(f"there is no {name} on this machine")
    home = path.parent / "home"
    (home / "bin").mkdir(parents=True)
    program = home / "bin" / "deskconsole"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m deskconsole "$@"\n')
    program.chmod(0o755)
    env = {
        "HOME": str(home),
        "PWD": str(home),
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PS1": "ready> ",
        "DESKCONSOLE_DESK": str(path),
        "DESKCONSOLE_USER": "ana",
    }
    terminal = Terminal(
        program=(sys.executable, "-c", OWN_TERMINAL, *SHELLS[name]), env=env, columns=150
    )
    terminal.expect("ready> ")
    terminal.press(f"cd; {LOAD[name]}; echo lo''aded", "enter")
    terminal.expect("(?m)^loaded")
    return terminal


@pytest.mark.parametrize("name", SHELLS)
def test_numbers_and_statuses_come_in_a_real_shell(
    name: str, path: Path, desk: Desk, at: Lead
) -> None:
    for _ in range(12):
        number = at(S).number
        desk.edit(desk.enter("ana"), number, title="VPN drops, hourly")
    with shell_at(name, path) as terminal:
        terminal.press("deskconsole move SD-7 blo", "tab", "--kin", "tab", "mee", "tab")
        terminal.expect("deskconsole move SD-7 blocked --kind meeting")
        terminal.press("enter")
        terminal.expect("hold needs whom")
        terminal.press("deskconsole sho", "tab", "SD-1", "tab", "tab")
        shown = terminal.expect("SD-12")
        assert "deskconsole show SD-1" in shown
        for number in (1, 10, 11):
            assert f"SD-{number} " in shown
        assert ("VPN drops, hourly" in shown) == (name != "bash")


@pytest.mark.parametrize("name", SHELLS)
def test_a_hostile_name_reaches_the_command_as_it_is_and_the_shell_not_at_all(
    name: str, path: Path, desk: Desk, ana: Actor, clock: HandClock
) -> None:
    for team in NAMES:
        number = lead(desk, ana, S).number
        desk.move(ana, number, T, Brings(team=team))
        clock.forward(minutes=1)
    with shell_at(name, path) as terminal:
        for team in NAMES:
            number = lead(desk, ana, S).number
            line = f"deskconsole move {number} scoping-with-team --team {team[0]}"
            terminal.press(line, "tab")
            terminal.expect("touch|end")
            terminal.press("enter")
            terminal.expect(f"SD-{number} is Scoping")
            assert desk.store.ticket(number).clones[0].team == team
            terminal.press("clear", "enter")
            terminal.gone("Scoping")
    assert not list(path.parent.rglob("pwned"))
