"""Help, made from the registry of actions and the guide, so that it cannot lie."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from deskconsole.lifecycle.guide import TECHNICIAN
from deskconsole.lifecycle.table import TABLE
from deskconsole.model import Status
from deskconsole.query import HELP as QUERY_HELP
from deskconsole.tui.actions import ACTIONS, Group, Place
from deskconsole.tui.page import Words
from deskconsole.tui.present import Line, Piece


class HelpScreen(ModalScreen[None]):
    """The page of the focused status, every key, and the marks on the cards."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "Back"),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown,ctrl+d,space", "scroll(10)", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", show=False),
    ]

    def __init__(self, status: Status | None) -> None:
        super().__init__()
        self._status = status

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with VerticalScroll(id="help", can_focus=False):
            yield Words(id="help-words")

    def on_mount(self) -> None:
        """Write the page."""
        self.query_one("#help-words", Words).show(help_lines(self._status))

    def action_scroll(self, by: int) -> None:
        """By lines."""
        self.query_one("#help", VerticalScroll).scroll_relative(y=by, animate=False)


def help_lines(status: Status | None) -> list[Line]:
    """The page for a focus on a ticket in `status`."""
    lines: list[Line] = [(Piece("Esc goes back, j and k scroll", "quiet"),), ()]
    if status is not None:
        page = TECHNICIAN[status]
        lines += [
            (Piece(status.title, "heading"),),
            (Piece(page.what, "text"),),
            (Piece("When       ", "label"), Piece(page.when, "text")),
            (Piece("Next       ", "label"), Piece(page.next, "text")),
            (),
        ]
    for group in Group:
        lines.append((Piece(str(group), "heading"),))
        for action in ACTIONS:
            if action.group is group:
                where = "in a ticket: " if action.place is Place.TICKET else ""
                words = f"{where}{action.help}"
                lines.append((Piece(f"{action.shown:<11}", "label"), Piece(words, "text")))
        lines.append(())
    lines.append((Piece("What / looks for", "heading"),))
    for example, meaning in QUERY_HELP:
        lines.append((Piece(f"{example:<27}", "label"), Piece(meaning, "text")))
    lines.append(())
    lines.append((Piece("Marks on a card", "heading"),))
    for mark, words in _MARKS:
        lines.append((Piece(f"{mark:<11}", "label"), Piece(words, "text")))
    lines += [(), (Piece("The moves", "heading"),)]
    for rule in TABLE:
        if rule.sources:
            sources = " ".join(source.letter for source in rule.sources)
            targets = " ".join(target.letter for target in rule.targets)
            way = f"{sources} → {targets}"
            lines.append(
                (
                    Piece(f"{rule.verb.value:<11}", "label"),
                    Piece(f"{way:<16}", "text"),
                    Piece(rule.effect, "quiet"),
                )
            )
    return lines


_MARKS = (
    ("!! ! low", "urgent, high and low priority; normal has no mark"),
    ("»", "the customer wrote and has no answer yet"),
    ("→D 2d", "the clock moves it to D in two days, unless the customer answers"),
    ("due", "the deadline has passed; the clock closes it in its next round"),
    ("review", "the review date of a hold has come"),
    ("net:eve", "a clone is with team net, eve is developing it"),
)
