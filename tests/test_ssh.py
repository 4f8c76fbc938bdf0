"""SSH as the door of a desk: who comes in by which key, what opens, and that nothing escapes.

Against a real OpenSSH server; a machine without one skips these tests by name.
"""

import base64
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deskconsole.cli.door import clear_environment
from deskconsole.cli.session import Session
from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, NotFound, Refused
from deskconsole.model import Actor, Role, Status
from deskconsole.public_keys import authorized_line, parse_public_key
from deskconsole.taste import NO_TASTE
from tests.conftest import BOB, lead
from tests.sshd import TOOLS, Door, door
from tests.test_access import KEY, everything

pytestmark = pytest.mark.skipif(not TOOLS, reason="needs openssh-server and openssh-client")

S, C, T, P, B, A, D, X, N = Status


class House:
    """A desk behind a door, and everybody's keys."""

    def __init__(self, desk: Desk, ana: Actor, at: Door) -> None:
        self.desk = desk
        self.ana = ana
        self.door = at
        self.keys: dict[str, Path] = {}
        desk.set_role(ana, "vera", Role.VIEWER)
        for name in ("ana", "bo", "vera"):
            self.keys[name] = at.key(name)
            desk.add_key(ana, name, self.keys[name].with_suffix(".pub").read_text())
        desk.store.close()
        at.publish()


@pytest.fixture
def house(real_desk: Desk, path: Path, tmp_path: Path) -> Iterator[House]:
    ana = real_desk.enter("ana")
    lead(real_desk, ana, S)
    with door(tmp_path, str(path)) as at:
        yield House(real_desk, ana, at)


# Who comes in


def test_two_people_with_two_keys_work_at_the_same_time_each_under_their_own_name(
    house: House,
) -> None:
    door, keys = house.door, house.keys
    with door.terminal(keys["ana"]) as ana, door.terminal(keys["bo"]) as bo:
        ana.expect(r" ana · 1 ticket open · live")
        bo.expect(r" bo · 1 ticket open · live")
        bo.press("m")
        bo.expect("SD-1 bo|assigned")
        ana.expect("bo assigned SD-1 to bo|SD-1 bo ")
        ana.press("c")
        ana.expect("internal note|Note")
        ana.press(*"seen", "^d")
        ana.expect("noted|SD-1")
        for terminal in (ana, bo):
            terminal.press("q")
            assert terminal.ended() == 0
    done = [(event.verb.value, event.by.name) for event in house.desk.store.timeline(1)]
    assert done[1:] == [("assign", "bo"), ("note", "ana")]


def test_a_viewer_sees_the_board_and_cannot_write(house: House) -> None:
    before = everything(house.desk)
    with house.door.terminal(house.keys["vera"]) as terminal:
        terminal.expect("1 open +1 on us")
        terminal.expect(r"vera \(viewer\)")
        for key in ("m", "c", "r", "n", "X", "u"):
            terminal.press(key)
            terminal.expect("a viewer may not")
            terminal.press("down")
            terminal.gone("a viewer may not")
        terminal.press("\x1bOQ")  # F2
        terminal.expect("2 tickets opened|1 ticket opened")
        terminal.press("3")
        terminal.expect("SD-1, in Waiting for Support")
        terminal.press("q")
        terminal.press("q")
        assert terminal.ended() == 0
    assert everything(house.desk) == before


def test_a_key_that_was_removed_opens_no_more(house: House) -> None:
    assert house.door.run(house.keys["bo"], "list").returncode == 0
    house.desk.remove_key(house.ana, "bo")
    house.door.publish()
    refused = house.door.run(house.keys["bo"], "list")
    assert refused.returncode == 255
    assert "Permission denied" in refused.stderr
    assert house.door.run(house.keys["ana"], "list").returncode == 0


def test_a_key_that_was_removed_opens_no_more_on_a_connection_that_stands(
    house: House, tmp_path: Path
) -> None:
    bo, socket_file = house.keys["bo"], tmp_path / "standing"
    standing = ["-o", f"ControlPath={socket_file}"]
    master = subprocess.Popen(house.door.command(bo, "-N", "-o", "ControlMaster=yes", *standing))
    try:
        while not socket_file.exists():
            assert master.poll() is None
            time.sleep(0.02)
        assert house.door.run(bo, *standing, "list").returncode == 0
        with house.door.terminal(bo, *standing) as terminal:
            terminal.expect("bo · 1 ticket open")
            house.desk.remove_key(house.ana, "bo")
            assert terminal.ended() == 3
            assert "the key that you came by was removed" in terminal.text
        again = house.door.run(bo, *standing, "list")
        assert (again.returncode, again.stdout) == (3, "")
        assert "the key that you came by was removed; ask a lead for another" in again.stderr
    finally:
        master.kill()
        master.wait()


def test_a_stranger_s_key_opens_nothing(house: House) -> None:
    refused = house.door.run(house.door.key("stranger"), "list")
    assert (refused.returncode, refused.stdout) == (255, "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's sshd runs an AuthorizedKeysCommand")
def test_sshd_may_ask_for_the_keys_itself_and_a_removed_one_is_out_at_once(
    real_desk: Desk, path: Path, tmp_path: Path
) -> None:
    ana = real_desk.enter("ana")
    lead(real_desk, ana, S)
    with door(tmp_path, str(path), keys="asked") as at:
        house = House(real_desk, ana, at)
        assert "SD-1" in at.run(house.keys["bo"], "list").stdout
        real_desk.remove_key(ana, "bo", "bo")
        assert at.run(house.keys["bo"], "list").returncode == 255
        real_desk.set_role(ana, "vera", Role.NONE)
        assert at.run(house.keys["vera"], "list").returncode == 255
        assert "SD-1" in at.run(house.keys["ana"], "list").stdout


def test_who_lost_their_role_is_put_out_though_their_key_is_still_in_the_file(
    house: House,
) -> None:
    with house.door.terminal(house.keys["vera"]) as terminal:
        terminal.expect("1 open")
        house.desk.set_role(house.ana, "vera", Role.NONE)
        assert terminal.ended() == 3
    again = house.door.run(house.keys["vera"], "list")
    assert again.returncode == 3
    assert "does not work at this desk any more" in again.stderr


def test_nobody_becomes_the_lead_of_an_empty_desk_by_coming_in(
    house: House, tmp_path: Path
) -> None:
    line = authorized_line(
        parse_public_key(house.keys["bo"].with_suffix(".pub").read_text()),
        [sys.executable, "-m", "deskconsole", "--desk", house.door.desk, "--as", "zoe",
         "--restricted"],
    )  # fmt: skip
    (tmp_path / "authorized_keys").write_text(line + "\n")
    came = house.door.run(house.keys["bo"], "list")
    assert came.returncode == 4
    assert "zoe does not work at this desk" in came.stderr
    assert "zoe" not in {person.name for person in house.desk.store.people()}


# What may be asked for


def test_the_reading_commands_answer_as_that_person(house: House) -> None:
    house.desk.assign(house.ana, 1, "bo")
    house.desk.open(house.ana, "Somebody else's", BOB)
    mine = house.door.run(house.keys["bo"], "list", "mine", "--json")
    assert [one["number"] for one in json.loads(mine.stdout)] == [1]
    for asked in ("show 1", "deskconsole show SD-1", "moves 1", "guide", "list 'p:normal'",
                  "report", "report stuck --json", "history"):  # fmt: skip
        done = house.door.run(house.keys["vera"], asked)
        assert done.returncode == 0, (asked, done.stderr)
        assert done.stdout
    assert "VPN drops" in house.door.run(house.keys["vera"], "show", "1").stdout
    told = house.door.run(house.keys["bo"], "moves 1").stdout
    assert "C Waiting for Customer          yes" in told
    assert "a viewer may not ask" in house.door.run(house.keys["vera"], "moves 1").stdout


def test_a_watch_board_can_be_asked_for_by_who_has_the_console(house: House) -> None:
    with house.door.terminal(house.keys["ana"], "watch --rotate 60") as terminal:
        terminal.expect("1 open +1 on us")
        terminal.expect(r"ana \(viewer\)")
        terminal.press("q")
        assert terminal.ended() == 0


ESCAPES = [
    "sh",
    "/bin/sh -i",
    "bash -c 'touch {mark}'",
    "; touch {mark}",
    "$(touch {mark})",
    "`touch {mark}`",
    "list; touch {mark}",
    "list && touch {mark}",
    "list | tee {mark}",
    "list > {mark}",
    "list $(touch {mark})",
    "list\ntouch {mark}",
    "show 1 `touch {mark}`",
    "deskconsole --as ana list",
    "--as ana list",
    "--as=ana",
    "--desk /tmp/other.db list",
    "--restricted list",
    "export {mark}",
    "backup {mark}",
    "demo {mark} --tickets 10",
    "import {mark}",
    "policy approval_period '1 day'",
    "people bo lead",
    "people add-key bo {mark}",
    "ssh-keys",
    "config",
    "worker --once",
    "note 1 -m hello",
    "move 1 X --reason no-longer-needed",
    "completion bash",
    "internal-sftp",
    "/usr/lib/openssh/sftp-server",
    "scp -t {mark}",
    "rsync --server . {mark}",
    "tmux",
    "list --view '../../etc/passwd'",
    "'unfinished",
]


def test_whatever_is_asked_for_nothing_runs_but_what_reads(house: House, tmp_path: Path) -> None:
    mark = tmp_path / "escaped"
    before = everything(house.desk)
    for escape in ESCAPES:
        asked = escape.format(mark=mark)
        done = house.door.run(house.keys["bo"], asked)
        assert not mark.exists(), asked
        assert "Traceback" not in done.stderr, asked
        if not asked.startswith(("list", "show")):
            assert done.returncode in (2, 3), (asked, done.stdout, done.stderr)
            assert done.stdout == "", asked
    assert everything(house.desk) == before


def test_nobody_names_themselves(house: House) -> None:
    house.desk.assign(house.ana, 1, "ana")
    for environment in ({"DESKCONSOLE_USER": "ana"}, {"USER": "ana", "LOGNAME": "ana"}):
        mine = house.door.run(house.keys["bo"], "list", "mine", "--json", **environment)
        assert json.loads(mine.stdout) == []
    forged = house.door.run(house.keys["bo"], "list", "--as", "ana", "mine")
    assert forged.returncode == 2
    assert "no such option '--as'" in forged.stderr


def test_what_a_client_sends_of_its_environment_does_nothing(house: House, tmp_path: Path) -> None:
    other, log, mark = tmp_path / "other.db", tmp_path / "textual.log", tmp_path / "edited"
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\ntouch {mark}\n")
    editor.chmod(0o755)
    sent = {
        "DESKCONSOLE_DESK": str(other),
        "_DESKCONSOLE_COMPLETE": "bash_source",
        "TEXTUAL_LOG": str(log),
        "TEXTUAL_PRESS": "q",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "EDITOR": str(editor),
        "VISUAL": str(editor),
        "PAGER": str(editor),
        "BROWSER": str(editor),
    }
    assert "SD-1" in house.door.run(house.keys["bo"], "list", **sent).stdout
    with house.door.terminal(house.keys["bo"], environment=sent) as terminal:
        terminal.expect(r" bo · 1 ticket open")
        terminal.press("c")
        terminal.expect("note")
        terminal.press("^g")
        terminal.expect("there is no editor over this connection; write here")
        terminal.press("esc")
        terminal.expect(" bo · 1 ticket open")
        terminal.press("q")
        assert terminal.ended() == 0
    for file in (other, log, mark, tmp_path / "config", tmp_path / "data"):
        assert not file.exists()


def test_a_language_or_a_zone_is_no_file_of_the_client_s_choice() -> None:
    sent = {
        "LANG": "/tmp/x",
        "LC_ALL": "../../x",
        "LC_TIME": "de_AT.UTF-8@euro",
        "LANGUAGE": "de:en",
        "TZ": ":/etc/passwd",
        "TERM": "xterm",
        "PYTHONPATH": "/tmp/x",
    }
    clear_environment(sent)
    assert sent == {"LC_TIME": "de_AT.UTF-8@euro", "LANGUAGE": "de:en", "TERM": "xterm"}
    zone = {"TZ": "America/Argentina/Buenos_Aires", "LANG": "C.UTF-8"}
    clear_environment(zone)
    assert len(zone) == 2


def test_the_settings_of_the_account_are_not_those_of_who_comes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "textual-light"\n')
    monkeypatch.setenv("DESKCONSOLE_CONFIG", str(file))
    own, theirs = (
        Session(None, "bo", lambda kept: kept, restricted=restricted).taste
        for restricted in (False, True)
    )
    assert own.theme == "textual-light"
    assert theirs == NO_TASTE


def test_who_is_nobody_here_is_told_so_whatever_stands_in_the_line(
    real_desk: Desk, path: Path
) -> None:
    real_desk.enter("ana")
    asked = [sys.executable, "-m", "deskconsole", "--desk", str(path), "--as", "zoe"]
    done = subprocess.run([*asked, "--restricted", "list"], capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (4, "")
    done = subprocess.run([*asked, "--key", "SHA256:x", "list"], capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 2
    assert "--key is for --restricted" in done.stderr


def test_no_key_stops_the_console_or_leads_to_a_shell(house: House) -> None:
    with house.door.terminal(house.keys["bo"]) as terminal:
        terminal.expect(r" bo · 1 ticket open")
        terminal.write(b"\x1a\x1c\x03\x11\x1d")
        terminal.expect("leaves the console")
        terminal.press("j")
        terminal.expect(r" bo · 1 ticket open")
        (inside,) = house.door.inside()
        state = Path(f"/proc/{inside}/stat").read_text().rpartition(")")[2].split()[0]
        assert state in "SR"
        children = Path(f"/proc/{inside}/task/{inside}/children").read_text()
        assert children == ""


def test_a_chosen_theme_is_kept_in_no_file(house: House) -> None:
    with house.door.terminal(house.keys["bo"]) as terminal:
        terminal.expect(r" bo · 1 ticket open")
        terminal.press(":")
        terminal.expect("a command:")
        terminal.press(*"theme", "enter")
        terminal.expect("nord")
        terminal.press("j", "enter")
        terminal.expect("holds until you leave")


def test_ports_agent_and_files_are_not_forwarded(house: House) -> None:
    at, key = house.door, house.keys["bo"]
    with socket.socket() as inside:
        inside.bind(("127.0.0.1", 0))
        inside.listen()
        target = f"127.0.0.1:{inside.getsockname()[1]}"
        through = at.run(key, "-W", target)
        assert "forwarding failed" in through.stderr
        back = at.run(key, "-o", "ExitOnForwardFailure=yes", "-R", f"0:{target}", "list")
        assert back.returncode == 255
        assert "forwarding failed" in back.stderr
    files = at.run(key, "-s", "sftp")
    assert (files.returncode, files.stdout) == (3, "")


# Lines and keys


def test_the_line_lets_its_owner_run_this_and_nothing_else(house: House, path: Path) -> None:
    lines = (house.door.folder / "authorized_keys").read_text().splitlines()
    body = house.keys["bo"].with_suffix(".pub").read_text().strip()
    fingerprint = parse_public_key(body).fingerprint
    command = (
        f"{sys.executable} -m deskconsole --desk {path} --as bo --restricted --key {fingerprint}"
    )
    assert lines[1] == f'restrict,pty,command="{command}" {body}'
    assert [line.rpartition(" ")[2] for line in lines] == ["ana", "bo", "vera"]


def test_a_name_with_signs_of_the_shell_stays_one_word_of_the_line() -> None:
    key = parse_public_key(KEY)
    line = authorized_line(key, ["/opt/desk console", "--as", "x\"; $(id)'s"])
    assert line == (
        "restrict,pty,command=\"'/opt/desk console' --as 'x\\\"; $(id)'\\\"'\\\"'s'\" " + KEY
    )


@pytest.mark.parametrize("sign", ["\n", "\x1b", "\udcff"], ids=["line", "escape", "no-text"])
def test_what_cannot_stand_in_a_line_makes_none(sign: str) -> None:
    with pytest.raises(BadInput, match="cannot stand in a line of authorized_keys"):
        authorized_line(parse_public_key(KEY), ["deskconsole", "--desk", f"/srv/a{sign}b.db"])


def test_a_key_is_known_by_the_fingerprint_that_ssh_keygen_says(tmp_path: Path) -> None:
    file = tmp_path / "key.pub"
    file.write_text(KEY + "\n")
    said = subprocess.run(["ssh-keygen", "-l", "-f", file], capture_output=True, text=True,
                          check=True).stdout  # fmt: skip
    assert parse_public_key(KEY).fingerprint == said.split()[1]


def written(kind: str, *fields: bytes) -> str:
    """A key's line that holds such fields."""
    body = b"".join(struct.pack(">I", len(one)) + one for one in (kind.encode(), *fields))
    return f"{kind} {base64.b64encode(body).decode()}"


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_whatever_ssh_keygen_makes_is_a_key(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", file], check=True)
    text = file.with_suffix(".pub").read_text()
    assert parse_public_key(text).body in text
    slashes = f"{KEY.rpartition(' ')[0]} {'long/' * 60}"
    assert parse_public_key(slashes).comment == "long/" * 60


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no key was given"),
        ("hello", "'hello' is no kind of key that serves"),
        (KEY + "\n" + KEY, "more than one line was given"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n", "this is a private key"),
        (KEY.replace("IOMq", "IO"), "the key is cut off or damaged"),
        (KEY.replace("ssh-ed25519", "ssh-rsa", 1), "the key is cut off or damaged"),
        ("ssh-dss AAAAB3NzaC1kc3M=", "'ssh-dss' is no kind of key that serves"),
        ('command="sh" ' + KEY, "is no kind of key that serves"),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQM=", "less than 2048 bits is not safe"),
        (written("ssh-rsa", b"\1", b"\x7f" * 256), "the key is cut off or damaged"),
        (written("ssh-ed25519", b"abc"), "the key is cut off or damaged"),
        (written("ssh-ed25519", b"k" * 32, b"more"), "the key is cut off or damaged"),
        (written("ecdsa-sha2-nistp256", b"nistp384", b"k" * 65), "the key is cut off or damaged"),
        (written("sk-ssh-ed25519@openssh.com", b"k" * 32), "the key is cut off or damaged"),
    ],
)
def test_what_is_no_key_is_refused_and_says_what_is(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        parse_public_key(text)


def test_only_a_lead_gives_and_takes_keys(desk: Desk, ana: Actor) -> None:
    with pytest.raises(Refused):
        desk.add_key(desk.enter("bo"), "bo", KEY)
    desk.add_key(ana, "bo", KEY)
    with pytest.raises(Refused):
        desk.remove_key(desk.enter("bo"), "bo")
    with pytest.raises(BadInput, match="lets bo in already"):
        desk.add_key(ana, "ana", KEY)
    with pytest.raises(NotFound, match="no such key; there are: SHA256:"):
        desk.remove_key(ana, "bo", "other")
    with pytest.raises(NotFound, match="zoe does not work at this desk"):
        desk.add_key(ana, "zoe", KEY)


def test_who_leaves_loses_their_keys(desk: Desk, ana: Actor) -> None:
    desk.add_key(ana, "bo", KEY)
    desk.set_role(ana, "bo", Role.NONE)
    desk.set_role(ana, "bo", Role.TECHNICIAN)
    assert desk.public_keys() == []


# Connections that die


def test_a_client_that_is_killed_leaves_no_process_and_no_lock(house: House) -> None:
    with house.door.terminal(house.keys["bo"]) as terminal:
        terminal.expect(r" bo · 1 ticket open")
        terminal.press("c")
        terminal.expect("note")
        assert house.door.inside()
        terminal.process.kill()
        assert house.door.emptied()
    house.desk.note(house.ana, 1, "nothing is locked")


def test_a_link_that_only_one_end_has_left_is_ended_by_the_keep_alive(house: House) -> None:
    with house.door.terminal(house.keys["vera"]) as terminal:
        terminal.expect("1 open")
        terminal.process.send_signal(signal.SIGSTOP)  # the client answers nothing any more
        try:
            assert house.door.emptied()
        finally:
            terminal.process.send_signal(signal.SIGCONT)
    house.desk.note(house.ana, 1, "nothing is locked")


def test_a_client_that_reads_no_more_while_much_happens_is_ended_too(house: House) -> None:
    with house.door.terminal(house.keys["ana"]) as terminal:
        terminal.expect(r" ana · 1 ticket open")
        terminal.process.send_signal(signal.SIGSTOP)
        try:
            for number in range(20):
                house.desk.edit(house.ana, 1, title=f"change {number}")
            assert house.door.emptied()
        finally:
            terminal.process.send_signal(signal.SIGCONT)


def test_a_hang_up_ends_it_within_a_moment_and_burns_nothing(house: House) -> None:
    with house.door.terminal(house.keys["bo"]) as terminal:
        terminal.expect(r" bo · 1 ticket open")
        (inside,) = house.door.inside()
        with suppress(ProcessLookupError):
            os.kill(inside, signal.SIGHUP)
        began = time.monotonic()
        assert house.door.emptied()
        assert time.monotonic() - began < 10
        assert terminal.ended() == 128 + signal.SIGHUP
