"""Which keys do what for one person: the registry's own keys, and what the person has changed.

Everything is settled here, before a screen stands: in one room a key does one thing. What cannot be
as it was asked for is a complaint to be told; the rest holds.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from deskconsole.frozen import Record
from deskconsole.tui.actions import ACTIONS, DIALOGS, TYPED_IN, Action
from deskconsole.tui.keys import NO_KEY, character, forbidden, named, shown

_BY_ID = MappingProxyType({action.id: action for action in ACTIONS})


class Keyboard(Record):
    """The keys of every action by id, by Textual's names, and what could not be as asked for."""

    keys: Mapping[str, tuple[str, ...]]
    complaints: tuple[str, ...] = ()

    def shown(self, id: str) -> str:
        """All keys of an action as they are written: `j ↓`; empty where it has none."""
        return " ".join(shown(key) for key in self.keys[id])

    def first(self, id: str) -> str:
        """The key to tell somebody: the first, or how the palette finds what has none."""
        keys, palette = self.keys[id], self.keys["console.palette"]
        if keys:
            return shown(keys[0])
        action = _BY_ID[id]
        return "" if action.dialog or not palette else f"{shown(palette[0])}{action.name}"

    def pairs(self, *ids: str) -> list[tuple[str, str]]:
        """The first key and the name of every action that has a key."""
        return [(shown(self.keys[id][0]), _BY_ID[id].name) for id in ids if self.keys[id]]

    def keymap(self) -> dict[str, str]:
        """What differs from the registry, as Textual's keymap wants it."""
        return {
            id: ",".join(keys) or NO_KEY
            for id, keys in self.keys.items()
            if keys != _BY_ID[id].keys
        }


def settle(wanted: Mapping[str, tuple[str, ...]]) -> Keyboard:
    """The keyboard of somebody who wants these keys, as they wrote them, for these actions.

    Their keys win over other actions' own; between two of theirs the first stands.
    """
    complaints: list[str] = []
    given: dict[str, tuple[str, ...]] = {}
    taken: dict[tuple[str, str], str] = {}
    for id, written in wanted.items():
        action = _BY_ID.get(id)
        if action is None:
            complaints.append(_no_action(id))
        elif action.leaves and not written:
            complaints.append(f"{id} is the way out and needs a key; it keeps its own")
        else:
            keys, troubles = _allowed(action, written, taken)
            complaints += troubles
            if keys or not written:
                given[id] = keys
                taken.update({(room, key): id for room in action.rooms for key in keys})
    for action in ACTIONS:
        if action.id not in given:
            given[action.id], lost = _left(action, taken)
            complaints += lost
    return Keyboard(given, tuple(complaints))


def _allowed(
    action: Action, written: Iterable[str], taken: Mapping[tuple[str, str], str]
) -> tuple[tuple[str, ...], list[str]]:
    """The keys an action gets of those asked for, and why not the others."""
    keys: list[str] = []
    troubles: list[str] = []
    for one in written:
        name = named(one)
        if name is None:
            troubles.append(f"{one!r} is no key for {action.id}; write r, ?, ^d, f5 or PgDn")
            continue
        trouble = _trouble(action, name, taken)
        if trouble is not None:
            troubles.append(f"{shown(name)} cannot be {action.id}: {trouble}")
        elif name not in keys:
            keys.append(name)
    return tuple(keys), troubles


def _trouble(action: Action, key: str, taken: Mapping[tuple[str, str], str]) -> str | None:
    why = forbidden(key)
    if why is not None:
        return why
    if action.dialog in TYPED_IN and character(key) is not None:
        return "it is typed there"
    if action.dialog and not action.leaves and key == "escape":
        return f"{DIALOGS[action.dialog][:1].lower()}{DIALOGS[action.dialog][1:]} it leaves"
    others = [taken[room, key] for room in action.rooms if (room, key) in taken]
    return f"it is {others[0]} already" if others else None


def _left(
    action: Action, taken: Mapping[tuple[str, str], str]
) -> tuple[tuple[str, ...], list[str]]:
    """What an action keeps of its own keys, and who has the others."""
    kept: list[str] = []
    lost: list[str] = []
    for key in action.keys:
        others = [taken[room, key] for room in action.rooms if (room, key) in taken]
        if others:
            lost.append(f"{shown(key)} is {others[0]} now and no longer {action.id}")
        else:
            kept.append(key)
    return tuple(kept), lost


def _no_action(id: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(id, _BY_ID, n=1)
    return f"there is no action {id!r}" + (f"; {close[0]} is one" if close else "")
