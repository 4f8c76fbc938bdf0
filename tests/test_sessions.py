"""What a day at the console is made of, as scripted sessions in a real terminal."""

from pathlib import Path

from deskconsole.desk.desk import Desk
from deskconsole.model import Actor, Status
from tests.conftest import BOB, lead
from tests.terminal import Terminal
from tests.test_console import console, run

S, C, T, P, B, A, D, X, N = Status


def test_find_filter_save_a_view_walk_it_and_begin_with_it(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    lead(real_desk, me, S)
    real_desk.open(me, "Printer on fire", BOB, tags=("paper",))
    with console(path) as terminal:
        terminal.expect("2 tickets open")
        terminal.write(b"/prin")
        terminal.expect("1 ticket found")
        assert "VPN drops" not in terminal.text
        terminal.write(b" p:soon")
        terminal.expect(r"'soon' is none of urgent.*at character 6")
        assert "Printer on fire" in terminal.text
        terminal.write(b"\x7f" * 12 + b"tag:paper\r")
        terminal.expect("/tag:paper")
        terminal.write(b"VPaper jams\t\t\tj\x04")
        terminal.expect("view Paper jams is saved")
        terminal.press("esc")
        terminal.expect("2 tickets open")
        terminal.press("]")
        terminal.expect("1 ticket found")
        terminal.press("]")
        terminal.expect("2 tickets open")
        terminal.write(b"/SD-1\r")
        terminal.expect("SD-1  VPN drops")
        terminal.press("q")
        assert terminal.ended() == 0
    with console(path) as terminal:
        terminal.expect("view Paper jams: /tag:paper")
        terminal.expect("1 ticket found")


def test_act_on_many_with_a_verdict_and_one_undo_for_all(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    for status in (S, S, S, D):
        lead(real_desk, me, status)
    with console(path) as terminal:
        terminal.expect("SD-3")
        terminal.write(b"vjjv7 B")
        terminal.expect("3 of 4 can move to Blocked/On Hold")
        terminal.expect(r"SD-4 is Done; reopen it first \(S\)")
        terminal.write(b"\tAcme\x04")
        terminal.expect("3 of 3 moved to Blocked/On Hold")
        assert [real_desk.store.ticket(n).status for n in (1, 2, 3, 4)] == [B, B, B, D]
        terminal.press("esc")
        terminal.expect("SD-4  VPN drops")
        terminal.press("u")
        terminal.expect("undid hold on 3 tickets; U does it again")
        assert [real_desk.store.ticket(n).status for n in (1, 2, 3)] == [S, S, S]
        terminal.press("U")
        terminal.expect("redid hold on 3 tickets; u takes it back")
        run(path, "note", "2", "-m", "mine")
        terminal.expect("bo noted on SD-2")
        terminal.press("u")
        terminal.expect("(?s)undid hold on 2 tickets; SD-2 was touched since.*so it.*stays")


def test_see_orders_limits_folds_zoom_and_the_preview(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    for status in (S, S, C, A):
        lead(real_desk, me, status)
    real_desk.set_policy(me, "limits", "waiting-for-support 1")
    with console(path, columns=160, rows=40) as terminal:
        terminal.expect("2/1 over limit")
        terminal.press("o")
        terminal.expect("sorted by age")
        terminal.press("p")
        terminal.expect("ana opened it")
        terminal.press("j")
        terminal.expect(r"SD-2  VPN drops  Waiting for Support")
        terminal.press("f")
        terminal.expect("folded Waiting for Support; 1 or F unfolds it")
        terminal.expect(r"SD-3  VPN drops")
        terminal.press("F", "z")
        terminal.expect("Waiting for Customer")
        terminal.press("z", "p")
        terminal.gone("ana opened it")


def mouse(kind: int, x: int, y: int, *, up: bool = False) -> bytes:
    """A mouse report as xterm sends it (SGR); cells are counted from 0."""
    return f"\x1b[<{kind};{x + 1};{y + 1}{'m' if up else 'M'}".encode()


def place(terminal: Terminal, text: str) -> tuple[int, int]:
    """The cell in which a text begins."""
    y = next(y for y, row in enumerate(terminal.rows) if text in row)
    return terminal.rows[y].index(text), y


def test_the_mouse_focuses_opens_drags_and_is_refused(
    path: Path, real_desk: Desk, me: Actor
) -> None:
    for status in (S, S, P):
        lead(real_desk, me, status)
    with console(path, columns=230, rows=30) as terminal:
        terminal.expect("SD-3")
        x, y = place(terminal, "SD-2")
        terminal.write(mouse(0, x, y) + mouse(0, x, y, up=True))
        terminal.expect("▌SD-2")
        to_x, to_y = place(terminal, "D  Done")
        terminal.write(mouse(0, x, y) + mouse(32, to_x, to_y))
        terminal.expect("SD-2 is Waiting for Support; resolve it first")
        terminal.write(mouse(0, to_x, to_y, up=True))
        terminal.expect("SD-2 is Waiting for Support; resolve it first")
        to_x, to_y = place(terminal, "T  Scoping")
        terminal.write(mouse(0, x, y) + mouse(32, to_x, to_y))
        terminal.expect("clone: SD-2 to Scoping with Team")
        terminal.write(mouse(0, to_x, to_y, up=True))
        terminal.expect("SD-2 to Scoping with Team")
        terminal.write(b"net\x04")
        terminal.expect("SD-2 is Scoping with Team")
        x, y = place(terminal, "SD-3")
        for _ in range(2):
            terminal.write(mouse(0, x, y) + mouse(0, x, y, up=True))
        terminal.expect("Esc back")
    assert real_desk.store.ticket(2).status is T
