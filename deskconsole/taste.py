"""A person's taste: theme, mouse, line drawing, bell and keys, from a TOML file of their own.

The desk's policy is the desk's; this is the person's, and goes with them to every desk.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from deskconsole.errors import BadInput
from deskconsole.frozen import Record

_T = TypeVar("_T")

THEMES = (
    "textual-dark",
    "textual-light",
    "ansi-dark",
    "ansi-light",
    "atom-one-dark",
    "atom-one-light",
    "catppuccin-frappe",
    "catppuccin-latte",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "dracula",
    "flexoki",
    "gruvbox",
    "monokai",
    "nord",
    "rose-pine",
    "rose-pine-dawn",
    "rose-pine-moon",
    "solarized-dark",
    "solarized-light",
    "tokyo-night",
)


class Taste(Record):
    """What a person likes; `keys` are the keys of actions by id, as the person wrote them.

    `unknown` are the settings of the file that there are not.
    """

    theme: str = THEMES[0]
    mouse: bool = True
    ascii: bool = False
    bell: bool = True
    keys: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    unknown: tuple[str, ...] = ()

    @property
    def complaints(self) -> tuple[str, ...]:
        """What is wrong with it, keys apart, in sentences."""
        found = [f"there is no setting {name!r}" for name in self.unknown]
        if self.theme not in THEMES:
            found.append(f"there is no theme {self.theme!r}; the default is used")
        return tuple(found)


NO_TASTE = Taste()


def taste_file() -> Path:
    """Where the person's file is, or would be: DESKCONSOLE_CONFIG or the user's config folder."""
    named = os.environ.get("DESKCONSOLE_CONFIG")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("deskconsole", appauthor=False) / "config.toml"


def read_taste(file: Path) -> Taste:
    """The taste in a file, all defaults where there is none.

    Raises BadInput, with file and line, where it is not TOML or a value is of a wrong type.
    """
    text = _read(file)
    if not text:
        return NO_TASTE
    import tomllib  # only who has a taste waits for it

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{file} is not TOML: {error}") from None
    values = _Values(file, text, found)
    return Taste(
        theme=values.one("theme", str, "a name in quotes", NO_TASTE.theme),
        mouse=values.one("mouse", bool, "true or false", NO_TASTE.mouse),
        ascii=values.one("ascii", bool, "true or false", NO_TASTE.ascii),
        bell=values.one("bell", bool, "true or false", NO_TASTE.bell),
        keys=values.keys(),
        unknown=tuple(
            name for name in found if name not in ("theme", "mouse", "ascii", "bell", "keys")
        ),
    )


class _Values(Record):
    """What a file says, and where it says it."""

    file: Path
    text: str
    found: Mapping[str, Any]

    def one(self, name: str, kind: type[_T], wanted: str, default: _T) -> _T:
        """The value of a setting, or its default; BadInput if it is of another type."""
        value = self.found.get(name, default)
        if not isinstance(value, kind):
            raise self._wrong(name, wanted)
        return value

    def keys(self) -> dict[str, tuple[str, ...]]:
        """The keys of actions by id, in the order of the file."""
        keys: dict[str, tuple[str, ...]] = {}
        for name, value in _flat(self.one("keys", dict, "a table, [keys]", {})):
            if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
                raise self._wrong(name, 'a list of keys, such as ["r", "f5"]')
            keys[name] = tuple(value)
        return keys

    def _wrong(self, name: str, wanted: str) -> BadInput:
        last = name.rpartition(".")[2]
        begins = re.compile(rf"""\s*(?:\[\s*)?["']?(?:\S+\.)?{re.escape(last)}["']?\s*[]=]""")
        lines = enumerate(self.text.splitlines(), start=1)
        line = next((number for number, text in lines if begins.match(text)), 1)
        return BadInput(f"{self.file}, line {line}: {name} is to be {wanted}")


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """A table's entries by dotted name: `ticket.reply` in TOML is a table in a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def remember_theme(file: Path, theme: str) -> None:
    """Write a theme into the person's file, everything else in it kept as it is.

    Raises BadInput where the file is not TOML or cannot be written.
    """
    from tomlkit import dumps, parse
    from tomlkit.exceptions import TOMLKitError

    try:
        document = parse(_read(file))
    except TOMLKitError as error:
        raise BadInput(f"{file} is not TOML: {error}") from None
    document["theme"] = theme
    _write_whole(file, dumps(document))


def _write_whole(file: Path, text: str) -> None:
    """Put a file there whole: written beside its place first. A link stays one."""
    place = file.resolve()
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_text(text, encoding="utf-8")
            if place.exists():
                shutil.copymode(place, beside)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}") from None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{file} is not text in UTF-8") from None
