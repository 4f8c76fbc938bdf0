"""Writing: drafts that outlive what ends a dialog, the person's own editor, and canned texts."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from deskconsole.calendar import wall_time
from deskconsole.desk.canned import NO_DEADLINE, PLACEHOLDERS, fill
from deskconsole.desk.desk import MESSAGE_LENGTH, Desk
from deskconsole.drafts import KEPT, Act, Drafts, NotKept
from deskconsole.errors import BadInput, NotFound, Refused
from deskconsole.model import Actor, Brings, Role, Status, Ticket, Verb
from deskconsole.tui.board_screen import BoardScreen
from tests.conftest import START, HandClock, Lead, lead
from tests.terminal import PATIENCE, Terminal
from tests.test_board import console_at, press, said
from tests.test_completion import suggested

S, C, T, P, B, A, D, X, N = Status
REPLY = Act("reply", 1)


def drafts_of(state: Path, clock: HandClock, desk: str = "desk", who: str = "ana") -> Drafts:
    return Drafts(state / "drafts", desk, who, clock)


def files(state: Path) -> list[Path]:
    return sorted((state / "drafts").glob("*.json"))


# Drafts as files


def test_a_draft_is_found_by_desk_person_ticket_and_act(state: Path, clock: HandClock) -> None:
    kept = drafts_of(state, clock).keep(REPLY, {"message": "Hello"}, None)
    assert drafts_of(state, clock).latest(REPLY) == kept
    for act in (Act("note", 1), Act("reply", 2), Act("move", 1, B)):
        assert drafts_of(state, clock).latest(act) is None
    assert drafts_of(state, clock, desk="other").waiting() == []
    assert drafts_of(state, clock, who="bo").waiting() == []


def test_a_draft_is_for_its_writers_eyes_alone(state: Path, clock: HandClock) -> None:
    drafts_of(state, clock).keep(REPLY, {"message": "Hello"}, None)
    (file,) = files(state)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_two_consoles_of_one_person_lose_nothing_to_each_other(
    state: Path, clock: HandClock
) -> None:
    one, other = drafts_of(state, clock), drafts_of(state, clock)
    mine = one.keep(REPLY, {"message": "from the office"}, None)
    theirs = other.latest(REPLY)
    mine = one.keep(REPLY, {"message": "from the office, more"}, mine)
    theirs = other.keep(REPLY, {"message": "from home"}, theirs)
    words = {str(draft.values["message"]) for draft in one.waiting()}
    assert words == {"from the office, more", "from home"}
    one.drop(mine)
    assert other.waiting() == [theirs]
    other.drop(mine)
    assert other.waiting() == [theirs]


def test_what_is_no_draft_is_passed_over(state: Path, clock: HandClock) -> None:
    drafts = drafts_of(state, clock)
    kept = drafts.keep(REPLY, {"message": "Hello"}, None)
    (file,) = files(state)
    for index, junk in enumerate(("", "{", "[]", '{"act": 1}', "\udcff")):
        name = file.name.replace(kept.id, f"junk{index}")
        (file.parent / name).write_bytes(junk.encode(errors="surrogateescape"))
    assert drafts.waiting() == [kept]


def test_a_draft_that_nobody_came_back_to_for_a_month_is_removed(
    state: Path, clock: HandClock
) -> None:
    drafts = drafts_of(state, clock)
    drafts.keep(REPLY, {"message": "old"}, None)
    young = drafts.keep(Act("note", 1), {"message": "young"}, None)
    for file in files(state):
        old = START - KEPT - timedelta(days=1 if "old" in file.read_text() else -1)
        os.utime(file, (old.timestamp(), old.timestamp()))
    drafts.sweep()
    assert drafts.waiting() == [young]


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(
    state: Path, clock: HandClock
) -> None:
    state.write_text("a file where the folder should be")
    with pytest.raises(NotKept, match=r"drafts cannot be kept: .*Not a directory"):
        drafts_of(state, clock).keep(REPLY, {"message": "Hello"}, None)


# Drafts in dialogs


def text_of(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(TextArea).text


def line(pilot: Pilot[None], name: str) -> str:
    return str(pilot.app.screen.query_one(f"#form-{name}", Static).render())


async def test_what_esc_leaves_is_offered_again_until_f8_gives_it_up(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock, state: Path
) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "r", *"Hello", "escape")
        assert "kept as a draft: reply on SD-1" in said(pilot)
        clock.forward(minutes=5)
        await press(pilot, "r")
        assert text_of(pilot) == "Hello"
        assert line(pilot, "notice") == "your draft, kept 5m ago; F8 starts afresh"
        await press(pilot, "f8")
        assert text_of(pilot) == ""
        assert files(state) == []
        await press(pilot, "ctrl+z")
        assert text_of(pilot) == "Hello"
        await press(pilot, "f8", "escape", "r")
        assert (text_of(pilot), line(pilot, "notice")) == ("", "")


async def test_an_act_that_is_done_leaves_no_draft(
    desk: Desk, ana: Actor, at: Lead, state: Path
) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "c", *"first", "escape", "c", *" and more", "ctrl+d")
        assert desk.store.timeline(1)[-1].brings.message == "first and more"
        assert files(state) == []
        await press(pilot, "c")
        assert text_of(pilot) == ""


async def test_only_what_differs_from_what_was_there_is_a_draft(
    desk: Desk, ana: Actor, at: Lead, state: Path
) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "e", "tab", "k", "escape")
        assert not (state / "drafts").exists()
        await press(pilot, "e", *" daily", "tab", "k", "escape")
        desk.edit(ana, 1, tag=("vpn",))
        await press(pilot, "ctrl+r", "e", "ctrl+d")
        ticket = desk.store.ticket(1)
        assert (ticket.title, ticket.priority.word, ticket.tags) == (
            "VPN drops daily",
            "high",
            ("vpn",),
        )


async def test_a_draft_survives_another_persons_move(
    desk: Desk, ana: Actor, at: Lead, state: Path
) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "A", *"Fixed it", "escape")
        desk.move(desk.enter("bo"), 1, C, Brings(message="Which version?"))
        await press(pilot, "ctrl+r", "A")
        assert "SD-1 is Waiting for Customer" in said(pilot)
        await press(pilot, "r", "ctrl+t")
        assert "your draft: move to Waiting for" in shown(pilot)
        await press(pilot, "enter")
        assert text_of(pilot) == "Fixed it"
        await press(pilot, "ctrl+d")
        assert desk.store.timeline(1)[-1].brings.message == "Fixed it"
        assert files(state) == []


def shown(pilot: Pilot[None]) -> str:
    """What the screen shows, as text."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


async def test_words_for_many_tickets_wait_too(desk: Desk, ana: Actor, at: Lead) -> None:
    at(S)
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "space", "j", "space", "A", *"Fixed", "escape")
        assert "kept as a draft: move marked tickets to Waiting" in said(pilot)
        await press(pilot, "A")
        assert text_of(pilot) == "Fixed"
        await press(pilot, "ctrl+d")
        assert {ticket.status for ticket in desk.store.listing(Status)} == {A}


async def test_drafts_that_wait_are_named_at_the_start(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "r", *"Hello", "escape")
        clock.forward(minutes=1)
        await press(pilot, "B", "tab", *"Acme", "escape")
    async with console_at(desk, ana) as (pilot, _):
        await pilot.app.workers.wait_for_complete()
        assert "2 drafts wait: move SD-1 to Blocked/On Hold, reply on SD-1; open" in said(pilot)


async def test_where_drafts_cannot_be_kept_the_dialog_says_so_and_works(
    desk: Desk, ana: Actor, at: Lead, state: Path
) -> None:
    at(S)
    state.write_text("a file where the folder should be")
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "r", *"Hello")
        await pilot.pause(0.5)
        assert "drafts cannot be kept: " in line(pilot, "notice")
        await press(pilot, "ctrl+d")
        assert desk.store.timeline(1)[-1].brings.message == "Hello"


async def test_a_lost_desk_loses_no_words(desk: Desk, ana: Actor, at: Lead) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, board):
        await press(pilot, "r", *"Hello")
        assert isinstance(board.screen, BoardScreen)
        link = board.screen.link
        writable = "PRAGMA query_only = {}"
        await link.call(lambda desk: desk.store._database.execute_sql(writable.format(1)))
        await press(pilot, "ctrl+d")
        assert "is read-only" in line(pilot, "wrong")
        assert text_of(pilot) == "Hello"
        await link.call(lambda desk: desk.store._database.execute_sql(writable.format(0)))
        await press(pilot, "ctrl+d")
        assert desk.store.timeline(1)[-1].brings.message == "Hello"


# In a real terminal


@pytest.fixture
def ticket(real_desk: Desk) -> Ticket:
    return lead(real_desk, real_desk.enter("ana"), S)


def console(path: Path, editor: object = "") -> Terminal:
    env = {"EDITOR": str(editor), "VISUAL": ""}
    return Terminal("--desk", str(path), "--as", "ana", columns=100, rows=30, env=env)


def until(terminal: Terminal, comes_true: Callable[[], bool]) -> None:
    """Take in what the program writes until something comes true."""
    deadline = time.monotonic() + PATIENCE
    while not comes_true():
        assert time.monotonic() < deadline, terminal.text
        terminal.read(0.05)


def test_a_draft_survives_a_crash(path: Path, ticket: Ticket, state: Path) -> None:
    with console(path) as terminal:
        terminal.expect(ticket.ref)
        terminal.press("r")
        terminal.expect("Reply on SD-1")
        terminal.press("I looked into it")
        until(terminal, lambda: any("into it" in file.read_text() for file in files(state)))
        terminal.send_signal(signal.SIGKILL)
        terminal.ended()
    with console(path) as terminal:
        terminal.expect("1 draft waits: reply on SD-1; open it again to go on")
        terminal.press("r")
        terminal.expect(r"(?s)your draft, kept just now; F8 starts afresh.*I looked into it")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_draft_survives_a_lost_connection_to_its_last_word(
    path: Path, ticket: Ticket, number: signal.Signals
) -> None:
    with console(path) as terminal:
        terminal.expect(ticket.ref)
        terminal.press("r")
        terminal.expect("Reply on SD-1")
        terminal.press("I looked into it")
        terminal.expect("into it")
        terminal.send_signal(number)
        assert terminal.ended() == 128 + number
    with console(path) as terminal:
        terminal.expect("1 draft waits")
        terminal.press("r")
        terminal.expect("I looked into it")


def editor(tmp_path: Path, script: str) -> Path:
    """An editor made of a few lines of shell; its file is the last argument."""
    file = tmp_path / "editor"
    file.write_text(f'#!/bin/sh\nfor file in "$@"; do :; done\n{script}\n')
    file.chmod(0o700)
    return file


EDITORS = {
    "appends": ("printf 'and more\\n' >> \"$file\"", "typed\nand more", ""),
    "changes nothing": ("true", "typed", ""),
    "exits 1": ("exit 1", "typed", "the editor ended with 1; your text is as it was"),
    "saves and exits 1": (
        'echo saved > "$file"; exit 1',
        "saved",
        "the editor ended with 1; what it saved is kept",
    ),
    "kills itself": (
        "stty raw -echo; printf '\\033[?1049h\\033[?1000h'; kill -9 $$",
        "typed",
        "the editor was ended by signal 9 (Killed); your text is as it was",
    ),
    "deletes the file": ('rm "$file"', "typed", "the editor removed its file"),
    "leaves a folder": ('rm "$file"; mkdir "$file"', "typed", "the editor removed its file"),
    "writes no UTF-8": (
        "printf '\\377' > \"$file\"",
        "typed",
        "what the editor saved is not text in UTF-8",
    ),
    "empties the file": (': > "$file"', "typed", "the editor left nothing in its file"),
    "writes too much": (
        f'head -c {MESSAGE_LENGTH + 1} /dev/zero | tr "\\0" x > "$file"',
        "typed",
        "the editor saved more than 1,000,000 characters",
    ),
    "writes escapes": ("printf 'a\\033]0;owned\\007b\\033[31mc' > \"$file\"", "abc", ""),
}


@pytest.mark.parametrize("what", EDITORS)
def test_whatever_an_editor_does_the_dialog_is_back_with_the_words(
    path: Path, ticket: Ticket, real_desk: Desk, tmp_path: Path, what: str
) -> None:
    script, text, trouble = EDITORS[what]
    with console(path, editor(tmp_path, script)) as terminal:
        terminal.expect(ticket.ref)
        terminal.press("r")
        terminal.expect("Reply on SD-1")
        terminal.press("typed")
        terminal.expect("typed")
        before = len(terminal.written)
        terminal.press("^g")
        until(terminal, lambda: terminal.written.rfind(b"\x1b[?1049h") > before)
        terminal.expect(re.escape(trouble[:50]) or re.escape(text.split("\n")[-1]))
        terminal.press("^d")
        terminal.expect("replied on SD-1")
        assert real_desk.store.timeline(1)[-1].brings.message == text
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored()


@pytest.mark.parametrize(
    ("setting", "trouble"),
    [
        ("/nowhere/editor", "/nowhere/editor cannot be started: No such file or directory"),
        ("'unclosed", "$EDITOR cannot be read (No closing quotation)"),
    ],
)
def test_an_editor_that_is_not_there_is_told_in_the_dialog(
    path: Path, ticket: Ticket, setting: str, trouble: str
) -> None:
    with console(path, setting) as terminal:
        terminal.expect(ticket.ref)
        terminal.press("r")
        terminal.expect("Reply on SD-1")
        terminal.press("typed", "f4")
        terminal.expect(re.escape(trouble))
        assert "typed" in terminal.text
        terminal.press("esc")
        terminal.gone("Leave it")
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored()


def test_the_editor_has_the_terminal_to_itself_and_its_arguments_see_no_shell(
    path: Path, ticket: Ticket, tmp_path: Path
) -> None:
    script = """
trap 'how=interrupted' INT
printf '%s|' "$@"
until read answer; do :; done
echo "$answer, $how" > "$file"
"""
    command = f"{editor(tmp_path, script)} --wait 'two words' $HOME;touch"
    with console(path, command) as terminal:
        terminal.expect(ticket.ref)
        terminal.press("c")
        terminal.expect("Note on SD-1")
        terminal.press("typed", "^g")
        terminal.expect(r"--wait\|two words\|\$HOME;touch\|.*SD-1-note\.md\|")
        assert terminal.restored()
        terminal.press("^c")
        terminal.expect(r"\^C")
        terminal.press("asked and answered\n")
        terminal.expect(r"(?s)Note on SD-1.*asked and answered, interrupted")
        # The screen and the mouse are the console's again.
        assert terminal.written.rfind(b"\x1b[?1000h") > terminal.written.rfind(b"\x1b[?1000l")


async def test_a_terminal_that_cannot_be_given_away_says_so(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(S)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "r", *"typed", "ctrl+g")
        assert "cannot be given to an editor" in line(pilot, "wrong")
        assert text_of(pilot) == "typed"
        await press(pilot, "escape", "a", "f4")
        assert "nothing here is long enough" in line(pilot, "wrong")


# Canned texts

words = st.text(st.characters(exclude_characters="{}"))


@given(words)
def test_a_text_without_placeholders_is_inserted_as_it_is(text: str) -> None:
    assert fill(text, {"ticket": "SD-1"}) == text


@given(st.text(), st.text())
def test_a_value_is_never_filled_in_again(before: str, value: str) -> None:
    filled = fill("{reporter}", {"reporter": f"{{ticket}}{value}", "ticket": before})
    assert filled == f"{{ticket}}{value}"


def test_a_brace_that_is_no_placeholder_stays_and_so_does_one_without_a_value() -> None:
    text = "{} { ticket } {{ticket}} {reporter} { \u201c"
    assert fill(text, {"ticket": "SD-1"}) == "{} { ticket } {SD-1} {reporter} { \u201c"


def test_a_canned_text_is_judged_where_it_is_kept(desk: Desk, ana: Actor) -> None:
    with pytest.raises(BadInput, match=r"no placeholder \{name\}; there are \{ticket\}, \{rep"):
        desk.keep_canned(ana, "hello", "Hello {name}")
    for name, body in (("", "x"), ("\u200b ", "x"), ("x", " \n"), ("x" * 61, "x")):
        with pytest.raises(BadInput):
            desk.keep_canned(ana, name, body)
    desk.set_policy(ana, "teams", "net, db")
    with pytest.raises(BadInput, match="the teams are net, db"):
        desk.keep_canned(ana, "hello", "Hello", "web")
    eve = desk.enter("eve")
    desk.set_role(ana, "eve", Role.ENGINEER)
    eve = desk.enter("eve")
    desk.keep_canned(ana, "hello", "Hello", "db")
    for act in (
        lambda: desk.keep_canned(eve, "hello", "Bye", "db"),
        lambda: desk.drop_canned(eve, "hello", "db"),
    ):
        with pytest.raises(Refused, match="an engineer may not"):
            act()
    with pytest.raises(NotFound, match="there is one of team db"):
        desk.drop_canned(ana, "hello")
    desk.drop_canned(ana, "hello", "db")
    assert desk.store.canned() == []


def filled(desk: Desk, by: Actor, ticket: Ticket, verb: Verb, target: Status) -> str:
    (text,) = desk.canned_for(by, ticket, verb, target)
    return text.body


@pytest.mark.parametrize(
    ("start", "verb", "target"),
    [(S, Verb.ASK, C), (S, Verb.RESOLVE, A), (P, Verb.DELIVER, A), (C, Verb.REPLY, C)],
)
def test_the_deadline_told_is_the_one_that_the_act_then_arms(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock, start: Status, verb: Verb, target: Status
) -> None:
    desk.set_policy(ana, "timezone", "Europe/Vienna")
    desk.keep_canned(ana, "when", "{ticket} for {reporter} by {deadline}")
    ticket = at(start)
    clock.forward(days=1, hours=3)
    told = filled(desk, ana, ticket, verb, target)
    if verb is Verb.REPLY:
        done = desk.reply(ana, 1, told)
    else:
        done = desk.move(ana, 1, target, Brings(message=told))
    assert done.deadline is not None
    assert told == f"SD-1 for Bob by {wall_time(done.deadline, 'Europe/Vienna')}"


def test_an_act_that_arms_nothing_tells_the_tickets_own_deadline_or_that_there_is_none(
    desk: Desk, ana: Actor, at: Lead, clock: HandClock
) -> None:
    desk.keep_canned(ana, "when", "{deadline}")
    waits, open_one = at(A), at(S)
    assert waits.deadline is not None
    clock.forward(days=1)
    own = wall_time(waits.deadline, "UTC")
    assert filled(desk, ana, waits, Verb.NOTE, A) == own
    assert filled(desk, ana, waits, Verb.REPLY, A) == own
    assert filled(desk, ana, open_one, Verb.REPLY, S) == NO_DEADLINE
    assert filled(desk, ana, open_one, Verb.NOTE, S) == NO_DEADLINE


async def test_a_canned_text_is_found_by_name_and_inserted_at_the_cursor(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(P)
    for team, name in (("", "greeting"), ("db", "restore"), ("net", "reconnect"), ("", "bye")):
        desk.keep_canned(ana, name, f"{name} {{reporter}} {{ticket}}", team)
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "4", "r", *"ab", "left", "ctrl+t")
        listed = re.findall(r"(reconnect|bye|greeting|restore)  ", shown(pilot))
        assert listed == ["reconnect", "bye", "greeting", "restore"]
        await press(pilot, *"RE")
        assert re.findall(r"(reconnect|bye|greeting|restore)  ", shown(pilot)) == [
            "reconnect",
            "greeting",
            "restore",
        ]
        await press(pilot, "down", "enter")
        assert text_of(pilot) == "agreeting Bob SD-1b"
        await press(pilot, *"!")
        assert text_of(pilot) == "agreeting Bob SD-1!b"
        await press(pilot, "ctrl+t", *"zzz", "enter")
        assert "nothing here has that in its name" in shown(pilot)
        await press(pilot, "escape", "escape")


async def test_a_new_ticket_shows_the_placeholders_that_have_no_value_yet(
    desk: Desk, ana: Actor
) -> None:
    async with console_at(desk, ana) as (pilot, _):
        await press(pilot, "n", "ctrl+t")
        assert "there are no canned texts" in line(pilot, "wrong")
        desk.keep_canned(ana, "when", "{ticket} {deadline}")
        await press(pilot, "ctrl+t", "enter")
        assert text_of(pilot) == "{ticket} {deadline}"


@pytest.mark.parametrize("size", [(80, 24), (45, 20)])
async def test_the_keys_of_writing_are_in_sight(
    desk: Desk, ana: Actor, at: Lead, size: tuple[int, int]
) -> None:
    at(S)
    desk.keep_canned(ana, "when", "word " * 200)
    async with console_at(desk, ana, *size) as (pilot, _):
        for key in ("r", "N", "n"):
            await press(pilot, key, *"Hello", "escape", key)
            for words in ("^g your editor", "^t insert", "^d", "Esc"):
                assert words in shown(pilot), key
            # To decline, a reason is picked first; picks alone are no draft.
            assert ("F8" in shown(pilot)) is (key != "N")
            await press(pilot, "ctrl+t")
            assert "Enter inserts" in shown(pilot)
            await press(pilot, "escape", "escape")


def test_the_command_line_keeps_lists_prints_and_drops_canned_texts(path: Path) -> None:
    program = f"{sys.executable} -m deskconsole --desk {path} --as ana canned".split()

    def run(*arguments: str, given: str = "") -> tuple[int, str, str]:
        done = subprocess.run(
            [*program, *arguments],
            capture_output=True,
            text=True,
            input=given,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    assert run()[::2] == (
        0,
        "there are no canned texts; keep one with: deskconsole canned NAME -m TEXT\n",
    )
    assert run("greeting", "-m", "-", given="Hello {reporter},\n\nthanks.\n")[0] == 0
    assert run("reconnect", "-m", "Unplug it.", "--team", "net") == (
        0,
        "kept reconnect of team net\n",
        "",
    )
    assert run("greeting") == (0, "Hello {reporter},\n\nthanks.\n", "")
    assert [row.split()[:2] for row in run()[1].splitlines()] == [
        ["greeting", "(everybody)"],
        ["reconnect", "net"],
    ]
    assert json.loads(run("--json", "--team", "net")[1]) == [
        {"team": "net", "name": "reconnect", "body": "Unplug it."}
    ]
    assert run("--plain")[1].splitlines() == [
        "greeting, for everybody: Hello {reporter}, thanks.",
        "reconnect, for net: Unplug it.",
    ]
    code, out, error = run("reconnect")
    assert (code, out) == (4, "")
    assert "there is one of team net" in error
    assert run("reconnect", "--drop", "--team", "net")[0] == 0
    assert len(run()[1].splitlines()) == 1
    for wrong in (("x", "-m", "{foo}"), ("--drop",), ("x", "--drop", "-m", "x"), ("x", "-m", "")):
        code, out, error = run(*wrong)
        assert (code, out, error.count("\n")) == (2, "", 1)


def test_the_shell_completes_names_and_teams_of_canned_texts(desk: Desk, ana: Actor) -> None:
    desk.keep_canned(ana, "reconnect", "Unplug it.", "net")
    desk.keep_canned(ana, "restore", "Put back.")
    desk.set_policy(ana, "teams", "net, db")
    path = Path(desk.store.name)
    assert suggested(path, "canned", "rec") == {"reconnect": "a text of net"}
    assert set(suggested(path, "canned", "--team", "")) == {"net", "db"}


def test_help_names_every_placeholder() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deskconsole", "canned", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(f"{{{name}}}" in done.stdout for name in PLACEHOLDERS)
