"""Help, made from the registry of actions and the guide, so that it cannot lie.

What is typed narrows it: by a key as it is written, or by words.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from deskconsole.face.pieces import Line, Piece
from deskconsole.frozen import Record
from deskconsole.lifecycle.guide import TECHNICIAN
from deskconsole.lifecycle.table import TABLE, Rule
from deskconsole.model import Role, Status
from deskconsole.query import HELP as QUERY_HELP
from deskconsole.tui.actions import (
    ACTIONS,
    DIALOGS,
    Action,
    Group,
    Place,
    actions_at,
    bindings_in,
    offered,
)
from deskconsole.tui.dialog import Dialog
from deskconsole.tui.keyboard import Keyboard
from deskconsole.tui.keyed import keyboard_of
from deskconsole.tui.page import Words


class HelpScreen(Dialog[None]):
    """The page of the focused status, every key from here outward, queries, the marks."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("help"))

    def __init__(self, status: Status | None, place: Place, role: Role) -> None:
        super().__init__()
        self._status = status
        self._place = place
        self._role = role

    def compose(self) -> ComposeResult:
        """A line to search with, over one scrolling page."""
        leave = keyboard_of(self).first("help.leave")
        hint = f"a key or words to look for; {leave} goes back"
        with Vertical(id="help"):
            yield Input(placeholder=hint, id="find", compact=True)
            with VerticalScroll(id="help-page", can_focus=False):
                yield Words(id="help-words")

    @property
    def ready(self) -> bool:
        """Whether it takes keys."""
        return self.focused is not None

    def on_mount(self) -> None:
        """Write the page."""
        self.query_one(Input).focus()
        self._write("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._write(event.value)

    def _write(self, typed: str) -> None:
        page = sections(self._status, self._place, keyboard_of(self), self._role)
        self.query_one("#help-words", Words).show(narrowed(page, typed))
        self.query_one("#help-page").scroll_home(animate=False)

    def action_scroll(self, by: int) -> None:
        """By lines."""
        self.query_one("#help-page").scroll_relative(y=by, animate=False)

    def action_scroll_page(self, direction: int) -> None:
        """By pages."""
        page = self.query_one("#help-page")
        page.scroll_relative(y=direction * max(1, page.size.height - 2), animate=False)


class Entry(Record):
    """A line of help, with the keys it is about and more words that it is found by."""

    line: Line
    keys: tuple[str, ...] = ()
    words: str = ""


class Section(Record):
    """A heading and its lines."""

    heading: str
    entries: tuple[Entry, ...]


def sections(status: Status | None, place: Place, keyboard: Keyboard, role: Role) -> list[Section]:
    """The whole page, what is nearest first: for a focus on a ticket in `status`, at `place`, with
    the keys that somebody of `role` may use."""
    other = Place.TICKET if place is Place.BOARD else Place.BOARD
    here = offered(actions_at(place), role)
    elsewhere = [action for action in offered(actions_at(other), role) if action not in here]
    return [
        *([_status_page(status)] if status is not None else []),
        *(
            _keys(str(group), (one for one in here if one.group is group), keyboard)
            for group in Group
            if group is not Group.DIALOG
        ),
        *(
            _keys(heading, (one for one in ACTIONS if one.dialog == dialog), keyboard)
            for dialog, heading in DIALOGS.items()
        ),
        _keys(f"{_AT[other]}, beside these", elsewhere, keyboard),
        _pairs("What the filter looks for", QUERY_HELP, 27),
        _pairs("Marks on a card", _MARKS, 11),
        Section("The moves", tuple(_move(rule) for rule in TABLE if rule.sources)),
    ]


def narrowed(page: Sequence[Section], typed: str) -> list[Line]:
    """The lines that fit what is typed, under their headings: a key as written, or all words."""
    typed = typed.strip()
    by_key = [
        Section(one.heading, tuple(entry for entry in one.entries if typed in entry.keys))
        for one in page
    ]
    by_words = [
        Section(one.heading, tuple(entry for entry in one.entries if _fits(entry, typed)))
        for one in page
    ]
    # One letter is in nearly every line: where it is a key, only that is meant.
    only_key = len(typed) == 1 and any(one.entries for one in by_key)
    found = [
        Section(one.heading, tuple(dict.fromkeys((*key.entries, *one.entries))))
        for key, one in zip(by_key, by_key if only_key else by_words, strict=True)
    ]
    lines: list[Line] = []
    for one in found:
        if one.entries:
            lines += [(Piece(one.heading, "heading"),), *(entry.line for entry in one.entries), ()]
    return lines or [(Piece(f"nothing here is called {typed!r}", "text"),)]


def _fits(entry: Entry, typed: str) -> bool:
    words = f"{''.join(piece.text for piece in entry.line)} {entry.words}".lower()
    return all(word in words for word in typed.lower().split())


def _status_page(status: Status) -> Section:
    page = TECHNICIAN[status]
    lines: Iterable[Line] = (
        (Piece(page.what, "text"),),
        (Piece("When       ", "label"), Piece(page.when, "text")),
        (Piece("Next       ", "label"), Piece(page.next, "text")),
    )
    return Section(status.title, tuple(Entry(line, words=status.title) for line in lines))


def _keys(heading: str, actions: Iterable[Action], keyboard: Keyboard) -> Section:
    return Section(heading, tuple(_key(action, keyboard) for action in actions))


def _key(action: Action, keyboard: Keyboard) -> Entry:
    shown = keyboard.shown(action.id)
    label = shown or keyboard.first(action.id)
    words = f"{action.name} {action.id}"
    line = (Piece(f"{label:<13} ", "label"), Piece(action.help, "text"))
    return Entry(line, (*shown.split(), *keyboard.keys[action.id]), words)


def _pairs(heading: str, pairs: Iterable[tuple[str, str]], width: int) -> Section:
    entries = (
        Entry((Piece(f"{one:<{width}} ", "label"), Piece(meaning, "text")))
        for one, meaning in pairs
    )
    return Section(heading, tuple(entries))


def _move(rule: Rule) -> Entry:
    sources = " ".join(source.letter for source in rule.sources)
    targets = " ".join(target.letter for target in rule.targets)
    return Entry(
        (
            Piece(f"{rule.verb.value:<11} ", "label"),
            Piece(f"{f'{sources} → {targets}':<16}", "text"),
            Piece(rule.effect, "quiet"),
        )
    )


_AT = {Place.BOARD: "On the board", Place.TICKET: "In a ticket"}
_MARKS = (
    ("!! ! low", "urgent, high and low priority; normal has no mark"),
    ("»", "the customer wrote and has no answer yet"),
    ("→D 2d", "the clock moves it to D in two days, unless the customer answers"),
    ("due", "the deadline has passed; the clock closes it in its next round"),
    ("review", "the review date of a hold has come"),
    ("net:eve", "a clone is with team net, eve is developing it"),
)
