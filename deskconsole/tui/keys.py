"""The names of keys: as Textual has them, as a person writes them, as a bar shows them.

It needs no Textual, so that the command line can judge a person's keys without a screen.
"""

import unicodedata

# A binding has to have a key; this is the name of none.
NO_KEY = "no-key"

# What Textual calls characters otherwise than Unicode does.
_OWN_NAMES = {
    "/": "slash",
    "\\": "backslash",
    "@": "at",
    "-": "minus",
    "+": "plus",
    "_": "underscore",
    " ": "space",
}
_SHOWN = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "space": "Space",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    **{f"f{number}": f"F{number}" for number in range(1, 25)},
}
_MODIFIERS = ("ctrl", "shift", "alt")
_FORBIDDEN = {
    "ctrl+h": "many terminals send it for Backspace",
    "ctrl+j": "tmux users walk panes with it",
    "ctrl+k": "tmux users walk panes with it",
    "ctrl+l": "tmux users walk panes with it",
    "ctrl+s": "it stops the output of many terminals",
    "ctrl+enter": "most terminals do not send it",
}


def named(written: str) -> str | None:
    """Textual's name of a key written as `r`, `?`, `^d`, `ctrl+d`, `f5` or `PgDn`; None if none."""
    if len(written) == 1:
        return _character_name(written)
    if len(written) == 2 and written[0] == "^":
        return named(f"ctrl+{written[1]}")
    *modifiers, key = written.split("+")
    modifiers = [modifier.lower() for modifier in modifiers]
    if len(set(modifiers)) < len(modifiers) or not set(modifiers) <= set(_MODIFIERS):
        return None
    if modifiers == ["shift"] and len(key) == 1:
        return key.upper() if key.isalpha() else None
    name = _character_name(key.lower()) if len(key) == 1 else _known_name(key)
    if name is None:
        return None
    return "+".join((*(one for one in _MODIFIERS if one in modifiers), name))


def _character_name(character: str) -> str | None:
    if character.isalnum():
        return character
    if not character.isprintable():
        return None
    own = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _OWN_NAMES.get(character, own) or None


def _known_name(key: str) -> str | None:
    for name, written in _SHOWN.items():
        if key.lower() in (name, written.lower()):
            return name
    return key if character(key) is not None else None


def character(name: str) -> str | None:
    """The character that a key types, by Textual's name of it; None if it types none."""
    if len(name) == 1:
        return name
    for own, called in _OWN_NAMES.items():
        if called == name:
            return own
    for spelled in (name.replace("_", " "), name.replace("_", "-", 1).replace("_", " ")):
        try:
            found = unicodedata.lookup(spelled.upper())
        except KeyError:
            continue
        return found if _character_name(found) == name else None
    return None


def plain(name: str) -> str:
    """How a key is written in a file: its character where it types one, else its name."""
    return name if name == "space" else character(name) or name


def forbidden(name: str) -> str | None:
    """Why a key is not to be bound, or None."""
    return _FORBIDDEN.get(name)


def shown(name: str) -> str:
    """How a key is written for people: `r`, `?`, `^d`, `Esc`, `Shift+Tab`."""
    *modifiers, key = name.split("+")
    written = _SHOWN.get(key) or character(key) or key
    if modifiers == ["ctrl"] and len(written) == 1:
        return f"^{written}"
    return "+".join((*(modifier.capitalize() for modifier in modifiers), written))
