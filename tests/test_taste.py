"""Help, palette, a person's own keys, themes and what a terminal can do."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual.color import Color
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input

from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput
from deskconsole.model import Actor, Status
from deskconsole.taste import NO_TASTE, THEMES, Taste, read_taste, remember_theme, taste_file
from deskconsole.tui.actions import ACTIONS, Place, actions_at
from deskconsole.tui.app import Console
from deskconsole.tui.bars import Bar
from deskconsole.tui.board import BoardView
from deskconsole.tui.desk_screen import DeskScreen
from deskconsole.tui.inks import least_contrast
from deskconsole.tui.keyboard import settle
from deskconsole.tui.keys import character, named, plain, shown
from deskconsole.tui.link import Link
from deskconsole.tui.page import Words
from deskconsole.tui.palette import matching
from deskconsole.tui.terminal import ascii_signs
from tests.conftest import BOB, Lead, lead
from tests.terminal import Terminal
from tests.test_board import press, settled

WCAG = 4.5


@asynccontextmanager
async def console_of(
    desk: Desk, me: Actor, taste: Taste = NO_TASTE, size: tuple[int, int] = (120, 30)
) -> AsyncIterator[tuple[Pilot[None], Console]]:
    """A console for somebody of that taste."""
    link = Link(desk, me)
    console = Console(link, taste)
    try:
        async with console.run_test(size=size) as pilot:
            await settled(pilot)
            yield pilot, console
    finally:
        link.close()


@pytest.fixture
def true_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of all colours, whatever the tests are run in."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


def said(console: Console) -> str:
    screen = console.screen
    assert isinstance(screen, DeskScreen)
    return " ".join(piece.text for piece in screen.said)


def bar_words(console: Console) -> str:
    bar = console.screen.query_one("#keys", Bar)
    return "".join(segment.text for segment in bar.render_line(0))


def page_words(console: Console) -> str:
    return str(console.screen.query_one("#help-words", Words).render())


def config(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deskconsole", "config", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


# Keys and their names


def test_keys_are_called_as_textual_calls_them() -> None:
    for letter in map(chr, range(33, 127)):
        name = named(letter)
        assert name == _character_to_key(letter)
        assert name is not None
        assert character(name) == letter


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("^d", "ctrl+d"),
        ("ctrl+D", "ctrl+d"),
        ("f5", "f5"),
        ("PgDn", "pagedown"),
        ("Esc", "escape"),
        ("shift+g", "G"),
        ("shift+tab", "shift+tab"),
        ("^?", "ctrl+question_mark"),
        ("hugo", None),
        ("", None),
        ("ctrl+", None),
        ("latin_small_letter_a", None),
    ],
)
def test_keys_are_read_as_people_write_them(written: str, name: str | None) -> None:
    assert named(written) == name


def test_every_default_key_is_read_back_as_it_is_shown_in_the_file() -> None:
    for action in ACTIONS:
        assert tuple(named(plain(key)) for key in action.keys) == action.keys
        assert all(shown(key) for key in action.keys)


# A keyboard of one's own


def test_a_persons_key_wins_over_another_actions_own_which_is_told() -> None:
    keyboard = settle({"show.zoom": ("r",)})
    assert keyboard.keys["show.zoom"] == ("r",)
    assert keyboard.keys["ticket.reply"] == ()
    assert keyboard.complaints == ("r is show.zoom now and no longer ticket.reply",)
    assert keyboard.first("ticket.reply") == ":reply"


def test_keys_that_change_places_are_no_conflict() -> None:
    keyboard = settle({"ticket.reply": ("c",), "ticket.note": ("r",)})
    assert (keyboard.keys["ticket.reply"], keyboard.keys["ticket.note"]) == (("c",), ("r",))
    assert keyboard.complaints == ()


def test_a_key_may_do_different_things_on_the_board_and_in_a_ticket() -> None:
    keyboard = settle({"show.zoom": ("x",), "walk.scroll-top": ("x",)})
    assert keyboard.complaints == ()


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"ticket.reply": ("x",), "ticket.note": ("x",)}, "it is ticket.reply already"),
        ({"ticket.reply": ("^s",)}, "it stops the output"),
        ({"ticket.reply": ("hugo",)}, "'hugo' is no key"),
        ({"tickets.reply": ("r",)}, "there is no action 'tickets.reply'; ticket.reply is one"),
        ({"form.submit": ("x",)}, "it is typed there"),
        ({"help.leave": ()}, "the way out and needs a key"),
        ({"help.down": ("escape",)}, "in help it leaves"),
        ({"pick.down": ("q",)}, "q is pick.down now and no longer menu.leave"),
    ],
)
def test_what_cannot_be_is_a_complaint_and_the_rest_holds(
    keys: dict[str, tuple[str, ...]], complaint: str
) -> None:
    keyboard = settle({**keys, "show.fold": ("f7",)})
    assert any(complaint in one for one in keyboard.complaints), keyboard.complaints
    assert keyboard.keys["show.fold"] == ("f7",)


written_keys = st.sampled_from(["r", "x", "q", "^d", "escape", "f5", "j", "hugo", "^s", "enter"])
wishes = st.dictionaries(
    st.sampled_from([action.id for action in ACTIONS]),
    st.lists(written_keys, max_size=3).map(tuple),
    max_size=8,
)


@given(wishes)
def test_whatever_is_wished_a_key_does_one_thing_in_a_room_and_every_dialog_can_be_left(
    wanted: dict[str, tuple[str, ...]],
) -> None:
    keyboard = settle(wanted)
    heard = [
        (room, key)
        for action in ACTIONS
        for key in keyboard.keys[action.id]
        for room in action.rooms
    ]
    assert len(heard) == len(set(heard))
    assert all(keyboard.keys[action.id] for action in ACTIONS if action.leaves)


async def test_the_console_hears_the_persons_keys_and_the_bar_shows_them(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(Status.WAITING_FOR_SUPPORT)
    keys = {"ticket.reply": ("f5", "R"), "ticket.note": (), "form.submit": ("f2",)}
    async with console_of(desk, ana, Taste(keys=keys)) as (pilot, console):
        words = bar_words(console)
        assert "F5 reply" in words
        assert "note" not in words
        await press(pilot, "r", "c")
        assert isinstance(console.screen, DeskScreen)
        await press(pilot, "R", *"Hi", "ctrl+d")
        assert "Send  F2" in str(console.screen.query_one("#form-do").render())
        assert desk.store.timeline(1)[-1].brings.message is None
        await press(pilot, "f2")
        assert desk.store.timeline(1)[-1].brings.message == "Hi"
        await press(pilot, "enter")
        assert "F5 reply" in bar_words(console)


async def test_every_action_without_a_key_has_none_and_is_still_in_the_palette(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(Status.WAITING_FOR_SUPPORT)
    none = {action.id: () for action in actions_at(Place.BOARD) if action.id != "console.palette"}
    async with console_of(desk, ana, Taste(keys=none)) as (pilot, console):
        keys = {key for action in actions_at(Place.BOARD) for key in action.keys}
        await press(pilot, *sorted(keys - {"colon", "ctrl+p"}))
        assert isinstance(console.screen, DeskScreen)
        assert desk.store.ticket(1).status is Status.WAITING_FOR_SUPPORT
        await press(pilot, "colon", *"reply", "enter")
        assert type(console.screen).__name__ == "Form"


async def test_conflicts_are_told_when_the_board_opens(desk: Desk, ana: Actor) -> None:
    taste = Taste(keys={"show.zoom": ("r",), "show.fold": ("^s",)}, unknown=("colour",))
    async with console_of(desk, ana, taste) as (_, console):
        assert "there is no setting 'colour' (and 2 more)" in said(console)


# The person's file


def test_a_file_that_is_not_there_is_all_defaults(tmp_path: Path) -> None:
    assert read_taste(tmp_path / "none.toml") == NO_TASTE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mouse = = 1", "is not TOML: Invalid value (at line 1, column 9)"),
        ('\n\nmouse = "no"', "line 3: mouse is to be true or false"),
        ("theme = 7", "line 1: theme is to be a name in quotes"),
        ('[keys]\n"ticket.reply" = "r"', "line 2: ticket.reply is to be a list of keys"),
        ("[keys]\nticket.reply = [1]", "line 2: ticket.reply is to be a list of keys"),
        ("keys = 3", "line 1: keys is to be a table"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=re.escape(sentence)):
        read_taste(file)
    done = config("--check")
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_ids_may_be_written_with_quotes_or_without(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[keys]\nticket.reply = ["f5"]\n"ticket.note" = []\n')
    assert read_taste(file).keys == {"ticket.reply": ("f5",), "ticket.note": ()}


def test_config_prints_every_setting_and_what_it_prints_is_the_same_taste(tmp_path: Path) -> None:
    plain_print = config().stdout
    assert tomllib.loads(plain_print) == {"keys": {}}
    for action in ACTIONS:
        assert f'"{action.id}" = [' in plain_print
    file = tmp_path / "config.toml"
    file.write_text('mouse = false\ntheme = "nord"\n[keys]\n"ticket.reply" = ["f5", "?"]\n')
    mine = read_taste(file)
    printed = tmp_path / "printed.toml"
    printed.write_text(config().stdout)
    assert read_taste(printed) == mine
    # Every default, taken as one's own, is a keyboard without a complaint.
    printed.write_text(re.sub(r"(?m)^# (?=\S+ = )", "", plain_print))
    whole = read_taste(printed)
    assert set(whole.keys) == {action.id for action in ACTIONS}
    assert settle(whole.keys) == settle({})


def test_config_check_prints_each_complaint_and_path_says_where(tmp_path: Path) -> None:
    assert (config("--check").returncode, config("--check").stdout) == (0, "")
    assert config("--path").stdout.strip() == os.environ["DESKCONSOLE_CONFIG"]
    (tmp_path / "config.toml").write_text(
        'theme = "mauve"\ncolour = 1\n[keys]\n"show.zoom" = ["r", "^s"]\n'
    )
    done = config("--check")
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "there is no setting 'colour'",
        "there is no theme 'mauve'; the default is used",
        "^s cannot be show.zoom: it stops the output of many terminals",
        "r is show.zoom now and no longer ticket.reply",
    ]


def test_config_loads_no_screen() -> None:
    program = (
        "import sys\n"
        "from deskconsole.cli.main import cli\n"
        "cli.main(['config'], standalone_mode=False)\n"
        "sys.exit(any(name.split('.')[0] in ('textual', 'tomlkit') for name in sys.modules))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)


def test_a_remembered_theme_leaves_the_rest_of_the_file_alone(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text('# mine\nmouse = false  # why\n\n[keys]  # k\n"ticket.reply" = ["f5"]\n')
    real.chmod(0o640)
    file = tmp_path / "config.toml"
    file.symlink_to(real)
    for name in ("nord", "gruvbox"):
        remember_theme(file, name)
        assert read_taste(file).theme == name
    text = real.read_text()
    assert re.sub('theme = "gruvbox"\n', "", text) == (
        '# mine\nmouse = false  # why\n\n[keys]  # k\n"ticket.reply" = ["f5"]\n'
    )
    assert file.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert {one.name for one in tmp_path.iterdir()} == {"dotfiles.toml", "config.toml"}


# Palette


def test_the_palette_finds_by_name_first_then_by_what_it_does() -> None:
    board = actions_at(Place.BOARD)
    for action in board:
        for typed in (action.name, action.name[:4].strip()):
            assert typed.lower() in matching(board, typed)[0].name.lower()
    assert matching(board, "zoom")[0].id == "show.zoom"
    assert matching(board, "theme")[0].id == "console.theme"
    assert matching(board, "to the customer")[0].id == "ticket.reply"
    assert matching(board, "walk.first")[0].id == "walk.first"
    assert matching(board, "xqz") == ()
    assert matching(board, " ") == board


async def test_the_palette_offers_exactly_what_can_be_had_here(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(Status.WAITING_FOR_SUPPORT)
    async with console_of(desk, ana) as (pilot, console):
        await press(pilot, "ctrl+p", *"xqz")
        wrong = console.screen.query_one("#form-wrong")
        assert "no command is called 'xqz'" in str(wrong.render())
        await press(pilot, "enter", "escape", "enter", "colon", *"back the way", "enter")
        assert console.screen is console.screen_stack[0]
        await press(pilot, "colon", *"column", "down", "enter")
        board = console.screen.query_one(BoardView)
        assert board.focused_status is Status.WAITING_FOR_CUSTOMER


def test_a_command_is_typed_and_run_in_one_burst(path: Path) -> None:
    with Terminal("--desk", str(path), "--as", "ana", columns=80, rows=24) as terminal:
        terminal.expect("This desk is empty")
        terminal.write(b":new\rA title\rcarol@example.org\rHello\x04")
        terminal.expect("opened SD-1")
        terminal.write(b":note\rOne\x04\x10quit\r")
        assert terminal.ended() == 0
        assert terminal.restored()


# Help


async def test_help_begins_with_the_status_in_focus_and_is_narrowed_by_key_or_words(
    desk: Desk, ana: Actor, at: Lead
) -> None:
    at(Status.WAITING_FOR_CUSTOMER)
    keys = {"ticket.reply": ("f5",)}
    async with console_of(desk, ana, Taste(keys=keys)) as (pilot, console):
        await press(pilot, "2", "question_mark")
        assert page_words(console).startswith("Waiting for Customer")
        assert re.search(r"F5 +write to the customer", page_words(console))
        await press(pilot, "A")
        assert re.findall(r"(?m)^(\S+) +(\S.*)$", page_words(console)) == [
            ("Move", "the ticket"),
            ("A", "to Waiting for Customer Approval"),
        ]
        await press(pilot, "backspace", "^", "d")
        assert "half a page down" in page_words(console)
        assert "do it" in page_words(console)
        console.screen.query_one("#find", Input).value = "saved view"
        await settled(pilot)
        assert "the next saved view" in page_words(console)
        assert "half a page" not in page_words(console)
        console.screen.query_one("#find", Input).value = "xqz"
        await settled(pilot)
        assert "nothing here is called 'xqz'" in page_words(console)
        await press(pilot, "escape", "enter", "question_mark")
        text = page_words(console)
        assert text.index("to the newest") < text.index("On the board, beside these")


async def test_help_has_every_action(desk: Desk, ana: Actor) -> None:
    async with console_of(desk, ana) as (pilot, console):
        await press(pilot, "f1")
        text = " ".join(page_words(console).split())
        for action in ACTIONS:
            keys = " ".join(shown(key) for key in action.keys) or f":{action.name}"
            assert f"{keys} {action.help}" in text


# Colours


def test_every_theme_offered_is_there() -> None:
    assert set(THEMES) == set(BUILTIN_THEMES)


def contrast(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    inks = Color(*style.color.get_truecolor()), Color(*style.bgcolor.get_truecolor())
    return least_contrast(inks[0], [inks[1]])


def unreadable(console: Console, where: str) -> Iterable[tuple[str, str]]:
    """Words that stand on the screen, inside `where` if given, with too little contrast."""
    region = console.screen.query_one(where).region if where else console.screen.region
    for strip in console.screen._compositor.render_strips()[region.y : region.bottom]:
        for segment in strip.crop(region.x, region.right):
            style = segment.style
            # Dimmed is what cannot be chosen; WCAG asks nothing of it.
            words = segment.text if re.search(r"\w", segment.text) else ""
            if words and style and "dim" not in str(style) and contrast(style) < WCAG:
                yield words, str(style)


@pytest.mark.usefixtures("true_colour")
@pytest.mark.parametrize("theme", [name for name in THEMES if not BUILTIN_THEMES[name].ansi])
async def test_every_look_of_the_board_can_be_read_in_every_theme(
    desk: Desk, ana: Actor, theme: str
) -> None:
    async with console_of(desk, ana, Taste(theme=theme)) as (_, console):
        board = console.screen.query_one(BoardView)
        for look in BoardView.LOOKS:
            for written in (look, f"card+{look}", f"odd+{look}", f"{look}+cursor"):
                assert contrast(board.style(written)) >= WCAG, written


@pytest.mark.usefixtures("true_colour")
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "atom-one-dark"])
async def test_every_screen_can_be_read(desk: Desk, ana: Actor, at: Lead, theme: str) -> None:
    for status in Status:
        at(status)
    async with console_of(desk, ana, Taste(theme=theme), (230, 45)) as (pilot, console):
        for keys, where in (
            ("", ""),
            ("p", ""),
            ("s", "#menu"),
            ("B", "#form"),
            ("e", "#form"),
            ("T ctrl+d", "#form"),
            ("f1", "#help"),
            ("colon x q z", "#palette"),
            ("colon z o", "#palette"),
            ("colon t h e m e enter", "#themes"),
            ("space T", "#form"),
            ("escape enter", ""),
        ):
            await press(pilot, *keys.split())
            found = dict(unreadable(console, where))
            assert found == {}, (keys, found)
            if where:
                await press(pilot, "escape")


@pytest.mark.usefixtures("true_colour")
async def test_a_theme_is_seen_before_it_is_kept_and_remembered_once_it_is(
    desk: Desk, ana: Actor
) -> None:
    async with console_of(desk, ana) as (pilot, console):
        await press(pilot, "colon", *"theme", "enter", "down")
        assert console.theme == "textual-light"
        await press(pilot, "escape")
        assert console.theme == "textual-dark"
        assert not taste_file().exists()
        await press(pilot, "colon", *"theme", "enter", "down", "enter")
        await console.workers.wait_for_complete()
        await pilot.pause(0.1)
        assert console.theme == "textual-light"
        assert "textual-light is remembered in" in said(console)
    assert read_taste(taste_file()).theme == "textual-light"
    async with console_of(desk, ana, read_taste(taste_file())) as (_, console):
        assert console.theme == "textual-light"


@pytest.mark.usefixtures("true_colour")
async def test_a_file_that_cannot_be_written_says_so_and_the_theme_stays(
    desk: Desk, ana: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DESKCONSOLE_CONFIG", str(tmp_path / "file" / "config.toml"))
    async with console_of(desk, ana) as (pilot, console):
        await press(pilot, "colon", *"theme", "enter", "down", "enter")
        await console.workers.wait_for_complete()
        await pilot.pause(0.1)
        assert console.theme == "textual-light"
        assert "the theme holds until you leave" in said(console)


async def test_sixteen_colours_are_the_terminals_own_and_themes_those_it_can_show(
    desk: Desk, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM", raising=False)
    for theme, own in (("nord", "ansi-dark"), ("textual-light", "ansi-light")):
        async with console_of(desk, ana, Taste(theme=theme)) as (pilot, console):
            assert console.theme == own
            await press(pilot, "colon", *"theme", "enter", "down", "down", "up")
            assert console.theme.startswith("ansi")


async def test_without_colours_no_theme_is_chosen(
    desk: Desk, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console_of(desk, ana, Taste(theme="nord")) as (pilot, console):
        assert console.theme == "ansi-dark"
        await press(pilot, "colon", *"theme", "enter")
        assert "NO_COLOR is set" in said(console)


@pytest.mark.parametrize("env", [{"TERM": "xterm", "COLORTERM": ""}, {"NO_COLOR": "1"}])
def test_the_card_and_the_column_in_focus_are_reversed_where_colours_are_few(
    path: Path, desk: Desk, ana: Actor, env: dict[str, str]
) -> None:
    lead(desk, ana, Status.WAITING_FOR_SUPPORT)
    lead(desk, ana, Status.WAITING_FOR_SUPPORT)
    with Terminal("--desk", str(path), "--as", "ana", env=env) as terminal:
        terminal.expect("SD-2")
        cells = terminal.screen.buffer
        assert [cells[y][3].reverse for y in range(6)] == [True, False, True, True, False, False]
        assert not cells[0][60].reverse


# The terminal


def test_signs_of_drawing_have_ascii_of_their_own_width() -> None:
    for code, plain_sign in ascii_signs().items():
        assert plain_sign.isascii()
        assert len(plain_sign) == cell_len(chr(code))


@pytest.mark.parametrize("asked", ["option", "file"])
def test_in_ascii_nothing_is_drawn_and_letters_stay(
    path: Path, tmp_path: Path, desk: Desk, ana: Actor, asked: str
) -> None:
    for status in Status:
        lead(desk, ana, status)
    desk.open(ana, "Grüße – 日本 │ café", BOB)
    options = ["--ascii"] if asked == "option" else []
    if asked == "file":
        (tmp_path / "config.toml").write_text("ascii = true\n")
    with Terminal("--desk", str(path), "--as", "ana", *options, columns=100) as terminal:
        terminal.expect("SD-1")
        for keys, shows in (
            ("p", "Next"),
            ("s", r"\* C"),
            ("B", "> What it waits for"),
            ("?", "a key or words"),
            (":", "a command: reply, zoom, theme ~"),
            ("enter", "Esc back"),
        ):
            terminal.press(keys)
            terminal.expect(shows)
            if keys != "p":
                terminal.press("esc")
                terminal.gone(shows)
        terminal.expect("Grüße - 日本")
        terminal.press("q")
        assert terminal.ended() == 0
        drawn = re.findall("[←-⇿─-◿⠀-⣿–…·“”»]", terminal.written.decode())
    assert drawn == []


def test_the_mouse_is_the_terminals_where_it_is_to_be_and_back_by_a_key(path: Path) -> None:
    with Terminal("--desk", str(path), "--as", "ana", "--no-mouse") as terminal:
        terminal.expect("This desk is empty")
        assert b"\x1b[?1000h" not in terminal.written
        terminal.press("M")
        terminal.expect("the mouse is the console's again; M leaves it")
        assert b"\x1b[?1000h" in terminal.written
        terminal.written.clear()
        terminal.press("M")
        terminal.expect("the mouse is the terminal's, to select text; M takes it back")
        assert b"\x1b[?1000l" in terminal.written
        assert b"\x1b[?1003l" in terminal.written
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored()


def test_options_of_the_screen_are_refused_where_there_is_none(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deskconsole", "--desk", str(path), "--ascii", "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--ascii and --no-mouse are for the board, watch and the demo" in done.stderr


@pytest.mark.parametrize("size", [(80, 24), (45, 20)])
async def test_help_palette_and_themes_fit_small_screens(
    desk: Desk, ana: Actor, size: tuple[int, int]
) -> None:
    async with console_of(desk, ana, size=size) as (pilot, console):
        for keys, where in (
            ("f1", "#help"),
            ("colon z o", "#palette"),
            ("colon t h e m e enter", "#themes"),
        ):
            await press(pilot, *keys.split())
            region = console.screen.query_one(where).region
            assert console.screen.region.contains_region(region)
            assert console.screen.query_one(f"{where} > :last-child").region.height > 0
            await press(pilot, "escape")
