"""What this terminal can do, and which of a person's keys never get from it to a program."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from deskconsole.finding import Finding, look, ok
from deskconsole.tui.actions import ACTIONS
from deskconsole.tui.keyboard import Keyboard
from deskconsole.tui.keys import shown

# These tell a program of every key as it is pressed (the kitty keyboard protocol).
_TELLING = ("kitty", "ghostty", "foot", "WezTerm", "alacritty", "rio")
_CONTROLLED = frozenset("abcdefghijklmnopqrstuvwxyz") | {
    *("space", "at", "backslash", "right_square_bracket", "circumflex_accent", "underscore"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "delete", "insert"),
    *(f"f{number}" for number in range(1, 13)),
}
_SAME = {
    "ctrl+i": "Tab",
    "ctrl+m": "Enter",
    "ctrl+left_square_bracket": "Esc",
    "ctrl+h": "Backspace",
    "ctrl+j": "Enter",
}
_OWN = {"f1": "help", "f10": "the menu", "f11": "full screen"}  # of GNOME's terminal and its kin
_SMALLEST = (40, 10)


def terminal_findings(env: Mapping[str, str]) -> Iterator[Finding]:
    """What the terminal is, as the environment and the streams tell."""
    there = [stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)]
    if not all(there):
        yield look("this is no terminal, so it was not examined", "run it where the board is used")
        return
    kind = env.get("TERM", "")
    if kind in ("", "dumb", "unknown"):
        yield look(f"TERM is {kind or 'not set'}", "set it to what the terminal is: xterm-256color")
    else:
        yield ok(f"the terminal is {kind}{_inside(env)}")
    size = os.get_terminal_size(sys.stderr.fileno())
    told = f"it is {size.columns} columns wide and {size.lines} lines high"
    if size.columns < _SMALLEST[0] or size.lines < _SMALLEST[1]:
        yield look(told, "make it larger: the board wants 40 by 10 at least")
    else:
        yield ok(told)
    yield _colours(env)
    if (sys.stdout.encoding or "").lower().replace("-", "") == "utf8":
        yield ok("text is UTF-8")
    else:
        yield look(f"text is {sys.stdout.encoding}", "set LANG to one with UTF-8; or use --ascii")


def _inside(env: Mapping[str, str]) -> str:
    if env.get("TMUX"):
        return " in tmux"
    return " in screen" if env.get("STY") else ""


def _colours(env: Mapping[str, str]) -> Finding:
    kind = env.get("TERM", "")
    if env.get("NO_COLOR"):
        return ok("NO_COLOR asks for no colours")
    if env.get("COLORTERM", "") in ("truecolor", "24bit") or kind.endswith("-direct"):
        return ok("it has all colours")
    if "256" in kind or "kitty" in kind:
        return ok("it has 256 colours (COLORTERM=truecolor, if it has more)")
    return ok("it has 16 colours (TERM=xterm-256color, if it has more)")


def key_findings(keyboard: Keyboard, env: Mapping[str, str]) -> Iterator[Finding]:
    """The person's keys that cannot arrive here, and the actions that are left without one."""
    taken = dict(_taken(env))
    why = {
        key: reason
        for keys in keyboard.keys.values()
        for key in keys
        if (reason := taken.get(key) or _lost(key, env))
    }
    for action in ACTIONS:
        keys = keyboard.keys[action.id]
        lost = [key for key in keys if key in why]
        if lost:
            named = "; ".join(f"{shown(key)} {why[key]}" for key in lost)
            left = [shown(key) for key in keys if key not in why]
            if left:
                yield ok(f"{action.id}: {named}; {' '.join(left)} arrives")
            else:
                what = f"{action.id} has no key that arrives here: {named}"
                yield look(what, f'give it another in `deskconsole config --path`: "{action.id}"')
    if not why:
        yield ok("every key of yours can arrive")


def _lost(key: str, env: Mapping[str, str]) -> str:
    """Why a key does not get from this terminal to a program; "" if it does."""
    *modifiers, plain = key.split("+")
    if key in _OWN and env.get("VTE_VERSION"):
        return f"is the terminal's own, for {_OWN[key]}"
    if plain.startswith("f") and plain[1:].isdigit() and int(plain[1:]) > 12:
        return "is on few keyboards"
    if ("ctrl" not in modifiers and modifiers != ["shift"]) or _tells(env):
        return ""
    if key in _SAME:
        return f"is the same as {_SAME[key]}"
    if modifiers == ["shift"]:
        return "" if plain in ("tab", *_CONTROLLED) else "arrives without Shift"
    if "shift" in modifiers and len(plain) == 1:
        return "arrives without Shift"
    return "" if plain in _CONTROLLED else "arrives without Ctrl, or not at all"


def _tells(env: Mapping[str, str]) -> bool:
    named = f"{env.get('TERM', '')} {env.get('TERM_PROGRAM', '')}".lower()
    multiplexed = env.get("TMUX") or env.get("STY")
    return not multiplexed and any(one.lower() in named for one in _TELLING)


def _taken(env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Keys that a multiplexer keeps."""
    if env.get("STY"):
        yield "ctrl+a", "is what screen's commands begin with"
    if env.get("TMUX"):
        for key in _prefixes():
            yield key, "is what tmux's commands begin with"


def _prefixes() -> Iterable[str]:
    ask = ["tmux", "show-options", "-gv", "prefix"]
    told = ""
    with suppress(OSError, subprocess.TimeoutExpired):
        told = subprocess.run(ask, capture_output=True, text=True, timeout=1, check=False).stdout
    return [f"ctrl+{told.strip()[2:].lower()}"] if told.startswith("C-") else []
