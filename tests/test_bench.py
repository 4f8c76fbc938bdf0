"""The benchmark itself: its stamps are those of the bytes, and its table says what was measured."""

import json
import sqlite3
import sys
import time
from collections.abc import Hashable, Sequence
from pathlib import Path

import pytest

from deskconsole.desk.desk import Desk
from deskconsole.model import Actor, Status
from tests.bench.__main__ import main
from tests.bench.board_keys import Durable
from tests.bench.figures import Figures, Series, Subject, percentile
from tests.bench.programs import Keys, Program, Unmeasured, surroundings
from tests.bench.report import amount, markdown, report
from tests.bench.sitting import sit
from tests.bench.targets import ROWS
from tests.bench.watched import Answer, Watched
from tests.conftest import lead

_RAW = """
import os, sys, termios, time, tty
tty.setraw(0)

def write(text):
    os.write(1, text.encode())

def key():
    return os.read(0, 1).decode()

def stamp(name):
    with open(name, "a") as file:
        file.write(f"{time.monotonic()}\\n")

"""
_BEGIN, _END = "\\x1b[?2026h", "\\x1b[?2026l"


def watching(folder: Path, script: str) -> Watched:
    """A program that reads key by key, watched from when it says that it is ready."""
    watched = Watched([sys.executable, "-c", _RAW + script], surroundings(folder), folder)
    assert watched.shows(lambda: "ready" in watched.text, within=20.0)
    return watched


def stamps(folder: Path) -> list[float]:
    """When a script says that it was at a point, by the monotonic clock."""
    return [float(line) for line in (folder / "stamps").read_text().splitlines()]


def painted_at(answer: Answer) -> float:
    assert answer.painted is not None
    return answer.sent + answer.painted / 1000


def test_what_is_printed_late_is_timed_late(tmp_path: Path) -> None:
    late = 'write("ready"); key(); time.sleep(0.3); stamp("stamps"); write("\\r\\nlate"); key()'
    with watching(tmp_path, late) as watched:
        answer = watched.answer("x", lambda: "late" in watched.text)
    assert painted_at(answer) >= stamps(tmp_path)[0]


def test_what_was_printed_at_once_is_not_timed_by_what_comes_after(tmp_path: Path) -> None:
    busy = """
write("ready"); key(); write("\\r\\nat once")
for _ in range(50):
    time.sleep(0.01)
    write(".")
stamp("stamps"); write("."); key()
"""
    with watching(tmp_path, busy) as watched:
        answer = watched.answer("x", lambda: "at once" in watched.text)
    assert painted_at(answer) < stamps(tmp_path)[0]
    assert answer.settled is not None
    assert answer.sent + answer.settled / 1000 >= stamps(tmp_path)[0]


@pytest.mark.parametrize("cut", [0, 4])
def test_a_synchronized_frame_counts_when_it_is_shown(tmp_path: Path, cut: int) -> None:
    script = f"""
write("ready"); key()
begin, end, cut = "{_BEGIN}", "{_END}", {cut}
write(begin + "\\r\\nframe" + end[:cut])
time.sleep(0.2)
stamp("stamps"); write(end[cut:]); key()
"""
    with watching(tmp_path, script) as watched:
        answer = watched.answer("x", lambda: "frame" in watched.text)
    assert painted_at(answer) >= stamps(tmp_path)[0]
    assert answer.frames == 1


def test_each_frame_of_one_chunk_counts_and_a_repaint_of_the_same_does_not(tmp_path: Path) -> None:
    script = f"""
frame = lambda text: "{_BEGIN}\\x1b[H" + text + "{_END}"
write("ready"); key(); write(frame("one  ") + frame("two  ") + frame("two  ")); key()
"""
    with watching(tmp_path, script) as watched:
        assert watched.answer("x", lambda: "one" in watched.text).frames == 2


def test_bytes_are_counted_exactly(tmp_path: Path) -> None:
    script = 'write("ready"); key(); write("\\x1b[31m" + "é" * 10_000 + "\\x1b[?25l"); key()'
    with watching(tmp_path, script) as watched:
        assert watched.answer("x").bytes == 5 + 2 * 10_000 + 6


def test_a_key_that_brings_nothing_is_not_answered(tmp_path: Path) -> None:
    with watching(tmp_path, 'write("ready"); key(); write("\\x1b[0m"); key()') as watched:
        answer = watched.answer("x", within=0.3)
    assert answer.painted is None
    assert answer.bytes == 4


def test_questions_to_the_terminal_are_answered_though_a_chunk_cuts_them(tmp_path: Path) -> None:
    script = """
write("ready"); key(); write("\\x1b[c\\x1b[?20"); time.sleep(0.1); write("26$p\\x1b[5n")
answer = "".join(key() for _ in range(9 + 11 + 4))
knows = answer == "\\x1b[?62;22c\\x1b[?2026;2$y\\x1b[0n"
write("\\r\\nit knows" if knows else repr(answer)); key()
"""
    with watching(tmp_path, script) as watched:
        assert watched.answer("x", lambda: "it knows" in watched.text).painted is not None


def test_a_move_counts_when_the_desks_file_has_it(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE event (id INTEGER PRIMARY KEY)")
    writer.execute("INSERT INTO event VALUES (1)")
    painted = Answer(time.monotonic(), 1.0, 1.0, 1, 100)
    with Durable(file) as event:
        time.sleep(0.1)
        before = time.monotonic()
        writer.execute("INSERT INTO event VALUES (2)")
        while event.after(painted).painted is None:
            pass
    writer.close()
    assert painted_at(event.after(painted)) >= before
    with Durable(file) as nothing:
        pass
    assert nothing.after(painted).painted is None


class Script(Program):
    """A program whose sight is its first row, and which is complete once it says so."""

    def __init__(self, script: str, folder: Path) -> None:
        super().__init__(Subject("script", 7))
        self._script = script
        self._stamps = folder

    def prepare(self, folder: Path) -> None:
        pass

    def command(self) -> list[str]:
        script = _RAW.replace("open(name,", f"open({str(self._stamps)!r} + '/' + name,")
        return [sys.executable, "-c", script + self._script]

    def sight(self, watched: Watched) -> Hashable | None:
        return watched.row(0).strip() or None

    def complete(self, watched: Watched) -> bool:
        return "complete" in watched.text

    def answered(self, watched: Watched) -> bool:
        return "pressed j" in watched.text

    def rows(self) -> Sequence[Keys]:
        return ()


def test_what_is_seen_first_has_to_be_true_and_a_start_has_to_answer(tmp_path: Path) -> None:
    script = """
stamp("stamps"); write("false"); time.sleep(0.5)
stamp("stamps"); write("\\rtrue \\r\\ncomplete"); time.sleep(0.1)
pressed = key(); stamp("stamps"); write("\\r\\npressed " + pressed); key()
"""
    figures, program = Figures(), Script(script, tmp_path)
    sit(program, figures, {"start"}, presses=1, idle=0.1)
    (seen,) = figures.of("first sight", program.subject).values
    (answered,) = figures.of("start", program.subject).values
    runs, true, pressed = stamps(tmp_path)
    assert seen >= (true - runs) * 1000
    assert answered >= (pressed - runs) * 1000
    assert figures.of("start", program.subject).missed == 0


def test_a_key_typed_ahead_that_is_lost_is_told_and_pressed_again(tmp_path: Path) -> None:
    script = """
time.sleep(0.1); termios.tcflush(0, termios.TCIFLUSH)
stamp("stamps"); write("true\\r\\ncomplete\\r\\n")
pressed = key(); stamp("stamps"); write("pressed " + pressed); key()
"""
    figures, program = Figures(), Script(script, tmp_path)
    sit(program, figures, {"start"}, presses=1, idle=0.1)
    start = figures.of("start", program.subject)
    assert start.missed == 1
    (first,) = figures.of("first sight", program.subject).values
    complete, pressed = stamps(tmp_path)
    assert first < start.values[0] < first + (pressed - complete) * 1000  # the wait is not its


def test_a_program_that_ends_before_it_is_ready_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(Unmeasured, match="ended before it was ready; its screen: no desk here"):
        sit(Script('write("no desk here")', tmp_path), Figures(), {"start"}, 1, 0.1)


def sample() -> tuple[Figures, Subject, Subject]:
    """The floor's key takes 4 ms, the console's 6 ms and 1,200 bytes; a hundred times as much
    takes twice as long."""
    figures, floor, peer = Figures(), Subject("floor"), Subject("peer", 1_000)
    for subject, values in (
        (floor, [3.0, 4.0, 5.0]),
        (Subject("ours", 1_000), [4.0, 4.5, 9.0]),
        (Subject("ours", 100_000), [8.0, 9.0, 10.0]),
        (peer, [90.0, 100.0, 110.0]),
    ):
        series = figures.of("cursor keys", subject)
        series.values += values
        series.settled += values
        series.bytes += [690, 700, 1_200]
        series.frames += [1, 1, 2]
    figures.of("worker: closings", Subject("ours", 1_000)).values.append(1_499.0)
    figures.of("ends", Subject("ours", 1_000)).missed += 4
    figures.unmeasured[peer, "move"] = "it has no key for that"
    return figures, floor, peer


def test_the_table_says_what_the_json_says() -> None:
    found = json.loads(json.dumps(report(*sample())))
    table = markdown(found)
    lines = {line.split(" | ")[0].strip("| "): line for line in table.splitlines() if "|" in line}
    for row in found["rows"]:
        for one in row["series"]:
            assert f" {amount(one['median'])} {row['unit']}" in lines[row["row"]]
    assert "4.5 ms (1.12x), p95 9.0, worst 9.0, 700 B" in lines["cursor keys"]
    assert lines["cursor keys"].endswith("| 2.00x | no |")
    assert lines["worker: closings"].endswith("| no |")
    assert "- peer, 1,000, move: it has no key for that" in table
    assert "- ours, 1,000, ends: not answered once in 4 times" in table


def test_targets_are_judged_each_by_its_own_figure() -> None:
    rows = {row["row"]: row for row in report(*sample())["rows"]}
    verdicts = {
        (one["tickets"], one["wanted"]): (one["figure"], one["reached"])
        for one in rows["cursor keys"]["reached"]
    }
    assert verdicts[1_000, "≤ 1.2x"] == (1.125, True)
    assert verdicts[100_000, "≤ 1.2x"] == (2.25, False)
    assert verdicts[1_000, "p95 ≤ 2x"] == (2.25, False)
    assert verdicts[1_000, "≤ 700 B"] == (700, True)
    assert verdicts[1_000, "20x faster than peer"] == (22.222, True)
    assert (100_000, "20x faster than peer") not in verdicts
    (growth,) = rows["cursor keys"]["growth"]
    assert (growth["program"], growth["times"], growth["reached"]) == ("ours", 2.0, False)
    assert [one["reached"] for one in rows["worker: closings"]["reached"]] == [False]


def test_rows_are_named_once_and_stand_beside_rows() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
    assert {row.beside for row in ROWS if row.beside} <= set(names)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([5.0], 95) == 5.0
    assert percentile([float(value) for value in range(1, 21)], 95) == 19.0
    assert Series(values=[3.0, 1.0, 2.0]).worst == 3.0


def test_the_console_is_measured_from_its_start_to_a_move_in_its_file(
    tmp_path: Path, real_desk: Desk, me: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    for status in (*[Status.WAITING_FOR_SUPPORT] * 3, Status.IN_PROGRESS, Status.DONE):
        lead(real_desk, me, status)
    real_desk.store.close()
    found = tmp_path / "found.json"
    arguments = ["--desk", real_desk.store.name, "--cache", str(tmp_path), "--json", str(found)]
    arguments += ["--only", "start,move,idle,commands", "--no-peer"]
    assert main([*arguments, "--runs", "1", "--presses", "2", "--idle", "0.1"]) == 0
    report = json.loads(found.read_text())
    rows = {row["row"]: row["series"] for row in report["rows"]}
    assert [one["program"] for one in rows["start"]] == ["empty Textual app", "deskconsole"]
    for row in ("a move: its dialog", "a move: painted and durable", "undo"):
        assert rows[row][-1]["tickets"] == 5
        assert rows[row][-1]["missed"] == 0
        assert rows[row][-1]["bytes"] > 0
    assert {"memory", "idle: bytes", "command: show", "command: move"} <= set(rows)
    assert report["unmeasured"] == []
    assert "| a move: painted and durable |" in capsys.readouterr().out
    assert real_desk.store.ticket(4).status is Status.IN_PROGRESS  # of the desk itself, nothing


def test_a_checkout_that_cannot_be_measured_is_named_and_fails_the_run(
    tmp_path: Path, real_desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    real_desk.store.close()
    empty = tmp_path / "empty"
    (empty / "deskconsole").mkdir(parents=True)
    (empty / "deskconsole" / "__init__.py").touch()
    arguments = ["--desk", real_desk.store.name, "--cache", str(tmp_path), "--no-peer"]
    assert main([*arguments, "--program", str(empty), "--only", "start", "--runs", "1"]) == 1
    assert "No module named" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--only", "speed"), "there is no group 'speed'"),
        (("--sizes", "many"), "--sizes"),
        (("--runs", "0"), "more than nothing"),
        (("--desk", "/nowhere/desk.db"), "there is no desk /nowhere/desk.db"),
        (("--program", "/"), "/ is no checkout"),
        (("--json", "/nowhere/x.json"), "there is no folder for /nowhere/x.json"),
    ],
)
def test_a_wrong_command_line_is_refused_before_anything_is_measured(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err
