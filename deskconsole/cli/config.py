"""`deskconsole config`: a person's own settings, printed with all there are, and judged."""

import json
from collections.abc import Iterable, Iterator

import click

from deskconsole.cli.session import say
from deskconsole.errors import BadInput
from deskconsole.taste import NO_TASTE, THEMES, Taste, read_taste, taste_file
from deskconsole.tui.actions import ACTIONS, DIALOGS, Action, Group, Place
from deskconsole.tui.keyboard import settle
from deskconsole.tui.keys import plain


@click.command()
@click.option("--check", is_flag=True, help="Say what is wrong in it; exit 2 if anything is.")
@click.option("--path", "only_path", is_flag=True, help="Say where it is, or would be.")
def config(check: bool, only_path: bool) -> None:
    """Print your own settings, with every other one there is: theme, mouse, bell, all keys.

    What is printed is a file in TOML to begin with: what is not yours has a # in front.
    """
    if check and only_path:
        raise BadInput("--check and --path exclude each other; give one")
    file = taste_file()
    if only_path:
        say(str(file))
    elif check:
        _check(read_taste(file))
    else:
        say("\n".join(written(read_taste(file), str(file))))


def _check(taste: Taste) -> None:
    complaints = (*taste.complaints, *settle(taste.keys).complaints)
    for complaint in complaints:
        say(complaint)
    if complaints:
        raise click.exceptions.Exit(BadInput.exit_code)


def written(taste: Taste, file: str) -> Iterator[str]:
    """A whole file in TOML with the settings of `taste`, and all others as comments."""
    yield f"# deskconsole reads this from {file}"
    yield "# Lines with a # in front are the defaults; take it away to change one."
    yield ""
    yield "# The colours; the commands of the board (:theme) show them. There are"
    yield from _themes()
    yield _setting("theme", taste.theme, NO_TASTE.theme)
    yield ""
    yield "# Whether the mouse works on the board; false leaves it to the terminal, to select text."
    yield _setting("mouse", taste.mouse, NO_TASTE.mouse)
    yield ""
    yield "# Whether to draw in ASCII, for terminals without line drawing."
    yield _setting("ascii", taste.ascii, NO_TASTE.ascii)
    yield ""
    yield "# Whether a bell rings for what you asked to be told about (deskconsole alerts)."
    yield _setting("bell", taste.bell, NO_TASTE.bell)
    yield from _unknown(f"{name} is no setting" for name in taste.unknown)
    yield ""
    yield "# The keys of every action: r, ?, ^d, f5, PgDn, shift+tab; none is []."
    yield "# ^h ^j ^k ^l ^s and ^Enter cannot be had, nor can letters where text is typed."
    yield "[keys]"
    for heading, actions in _groups():
        yield f"\n# {heading}"
        yield from (_keys(action, taste) for action in actions)
    known = {action.id for action in ACTIONS}
    yield from _unknown(f"{id} is no action" for id in taste.keys if id not in known)


def _themes() -> Iterator[str]:
    for first in range(0, len(THEMES), 5):
        yield f"# {', '.join(THEMES[first : first + 5])}"


def _unknown(sentences: Iterable[str]) -> Iterator[str]:
    yield from (f"# left out: {sentence}" for sentence in sentences)


def _setting(name: str, value: object, default: object) -> str:
    return f"{'# ' if value == default else ''}{name} = {_toml(value)}"


def _groups() -> Iterator[tuple[str, list[Action]]]:
    for group in Group:
        if group is not Group.DIALOG:
            yield group, [action for action in ACTIONS if action.group is group]
    for dialog, heading in DIALOGS.items():
        yield heading, [action for action in ACTIONS if action.dialog == dialog]


def _keys(action: Action, taste: Taste) -> str:
    own = taste.keys.get(action.id)
    keys = [plain(key) for key in action.keys] if own is None else list(own)
    line = f"{'# ' if own is None else ''}{_toml(action.id)} = {_toml(keys)}"
    where = {Place.BOARD: "on the board: ", Place.TICKET: "in a ticket: "}.get(action.place, "")
    return f"{line:<48} # {where}{action.help}"


def _toml(value: object) -> str:
    # What JSON writes of words, truth and lists of words is TOML too.
    return json.dumps(value, ensure_ascii=False)


COMMANDS = (config,)
