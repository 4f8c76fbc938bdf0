"""Every action of the console in one registry: bindings, key bar and help are made from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding

from deskconsole.model import Status


class Group(StrEnum):
    """How help sorts the actions."""

    MOVE_TO = "Move the ticket"
    WORK = "Work on it"
    MANY = "Act on many, and take it back"
    WALK = "Get about"
    SHOW = "What is shown"
    CONSOLE = "The console"
    DIALOG = "In a dialog"


class Place(StrEnum):
    """Where an action can be had."""

    BOARD = "board"
    TICKET = "ticket"
    BOTH = "both"
    DIALOG = "dialog"


@dataclass(frozen=True, slots=True)
class Action:
    """A key, or several, and what they do; `label` is for the key bar, `help` a short sentence.

    `shown` is how the keys are written. `status` is where a move leads.
    """

    id: str
    keys: tuple[str, ...]
    shown: str
    call: str
    label: str
    help: str
    group: Group
    place: Place = Place.BOTH
    status: Status | None = None


def _moves() -> Iterable[Action]:
    for status in Status:
        yield Action(
            id=f"move.{status.slug}",
            keys=(status.letter,),
            shown=status.letter,
            call=f"go('{status.slug}')",
            label=status.title,
            help=f"to {status.title}",
            group=Group.MOVE_TO,
            status=status,
        )


def _jumps() -> Iterable[Action]:
    for status in Status:
        yield Action(
            id=f"jump.{status.slug}",
            keys=(str(status.number),),
            shown=str(status.number),
            call=f"jump('{status.slug}')",
            label="",
            help=f"to the column {status.title}",
            group=Group.WALK,
            place=Place.BOARD,
        )


def _walk(
    name: str, keys: str, shown: str, call: str, text: str, place: Place = Place.BOARD
) -> Action:
    return Action(f"walk.{name}", tuple(keys.split()), shown, call, "", text, Group.WALK, place)


def _many(name: str, key: str, shown: str, call: str, text: str) -> Action:
    return Action(f"mark.{name}", (key,), shown, call, "", text, Group.MANY, Place.BOARD)


def _show(name: str, key: str, shown: str, call: str, text: str) -> Action:
    keys = (key,) if key else ()
    return Action(f"show.{name}", keys, shown, call, "", text, Group.SHOW, Place.BOARD)


def _form(name: str, keys: str, shown: str, call: str, text: str) -> Action:
    return Action(
        f"form.{name}", tuple(keys.split()), shown, call, "", text, Group.DIALOG, Place.DIALOG
    )


ACTIONS: tuple[Action, ...] = (
    *_moves(),
    Action(
        "move.menu", ("s",), "s", "menu", "move to…", "choose among all nine", Group.MOVE_TO
    ),
    Action(
        "move.back", ("H",), "H", "sideways(-1)", "", "the one legal move back", Group.MOVE_TO
    ),
    Action(
        "move.forward", ("L",), "L", "sideways(1)", "", "the one legal move forward", Group.MOVE_TO
    ),
    Action("ticket.open", ("enter",), "Enter", "open", "open", "open it", Group.WORK, Place.BOARD),
    Action("ticket.reply", ("r",), "r", "reply", "reply", "write to the customer", Group.WORK),
    Action("ticket.note", ("c",), "c", "note", "note", "write an internal note", Group.WORK),
    Action("ticket.assign", ("a",), "a", "assign", "assign", "hand it to somebody", Group.WORK),
    Action("ticket.take", ("m",), "m", "take", "take", "make it yours", Group.WORK),
    Action("ticket.edit", ("e",), "e", "edit", "edit", "title, priority and tags", Group.WORK),
    Action("ticket.watch", ("w",), "w", "watch", "", "watch it, or no more", Group.WORK),
    Action("ticket.related", ("t",), "t", "related", "", "open a related ticket", Group.WORK),
    Action("ticket.copy", ("y",), "y", "copy", "", "copy its number", Group.WORK),
    Action("ticket.copy-more", ("Y",), "Y", "copy_more", "", "copy number, link or summary",
           Group.WORK),
    Action("ticket.new", ("n",), "n", "new", "new", "open a new ticket", Group.WORK),
    _many("mark", "space", "Space", "mark", "mark it, or take its mark off"),
    _many("range", "v", "v", "mark_range", "mark from here to the cursor; v ends it"),
    _many("all", "asterisk", "*", "mark_all", "mark all that the filter shows, or the column"),
    Action("undo", ("u",), "u", "undo", "", "take your last act back", Group.MANY),
    Action("redo", ("U",), "U", "redo", "", "do again what you took back", Group.MANY),
    _show("filter", "slash", "/", "filter", "show only what fits a query; a number jumps to it"),
    _show("all", "escape", "Esc", "show_all", "forget the marks; show everything again"),
    _show("view-before", "left_square_bracket", "[", "view(-1)", "the saved view before"),
    _show("view-after", "right_square_bracket", "]", "view(1)", "the next saved view"),
    _show("keep-view", "V", "V", "keep_view", "save what is shown as a view for everybody"),
    _show("drop-view", "", "", "drop_view", "drop the saved view that is shown"),
    _show("begin-here", "", "", "begin_here", "begin with what is shown whenever you come"),
    _show("order", "o", "o", "order", "sort by attention, age, priority, deadline or update"),
    _show("preview", "p", "p", "preview", "show the ticket beside the board, or no more"),
    _show("preview-down", "ctrl+e", "^e", "scroll_preview(3)", "scroll the preview down"),
    _show("preview-up", "ctrl+y", "^y", "scroll_preview(-3)", "scroll the preview up"),
    _show("zoom", "z", "z", "zoom", "give this column all the room, or take it back"),
    _show("fold", "f", "f", "fold", "fold this column to a spine; its number unfolds it"),
    _show("unfold", "F", "F", "unfold", "unfold every column"),
    _walk("down", "j down", "j ↓", "cursor(1)", "the next card"),
    _walk("up", "k up", "k ↑", "cursor(-1)", "the card above"),
    _walk("left", "h left", "h ←", "column(-1)", "the column to the left"),
    _walk("right", "l right", "l →", "column(1)", "the column to the right"),
    _walk("first", "g home", "g Home", "first", "the first card"),
    _walk("last", "G end", "G End", "last", "the last card"),
    _walk("half-down", "ctrl+d", "^d", "page(0.5)", "half a page down"),
    _walk("half-up", "ctrl+u", "^u", "page(-0.5)", "half a page up"),
    _walk("page-down", "pagedown", "PgDn", "page(1.0)", "a page down"),
    _walk("page-up", "pageup", "PgUp", "page(-1.0)", "a page up"),
    *_jumps(),
    _walk("scroll-down", "j down", "j ↓", "scroll(1)", "scroll down", Place.TICKET),
    _walk("scroll-up", "k up", "k ↑", "scroll(-1)", "scroll up", Place.TICKET),
    _walk("scroll-page-down", "pagedown ctrl+d space", "PgDn ^d", "scroll_page(1)", "a page down",
          Place.TICKET),
    _walk("scroll-page-up", "pageup ctrl+u", "PgUp ^u", "scroll_page(-1)", "a page up",
          Place.TICKET),
    _walk("scroll-top", "g home", "g Home", "end(-1)", "to the top", Place.TICKET),
    _walk("scroll-bottom", "G end", "G End", "end(1)", "to the newest", Place.TICKET),
    _walk("next", "J l right", "J l →", "step(1)", "the next ticket of the column", Place.TICKET),
    _walk("previous", "K h left", "K h ←", "step(-1)", "the ticket above it", Place.TICKET),
    _walk("back", "escape q", "Esc q", "back", "back the way you came", Place.TICKET),
    Action("console.help", ("question_mark", "f1"), "? F1", "help", "help", "this page",
           Group.CONSOLE),
    Action("console.refresh", ("ctrl+r",), "^r", "reload", "", "read the desk again",
           Group.CONSOLE),
    Action("console.quit", ("q",), "q", "quit", "quit", "leave the console", Group.CONSOLE,
           Place.BOARD),
    _form("submit", "ctrl+d", "^d", "submit", "do it"),
    _form("editor", "ctrl+g f4", "^g F4", "editor", "write the text in your own editor"),
    _form("insert", "ctrl+t", "^t", "insert", "insert a canned text, or another draft"),
    _form("afresh", "f8", "F8", "afresh", "give up the draft and start afresh"),
    _form("leave", "escape", "Esc", "leave", "leave it; what was typed waits as a draft"),
)  # fmt: skip


def actions_at(place: Place) -> tuple[Action, ...]:
    """The actions that can be had in a place."""
    places = (place,) if place is Place.DIALOG else (place, Place.BOTH)
    return tuple(action for action in ACTIONS if action.place in places)


def bindings_at(place: Place) -> list[Binding]:
    """Textual's bindings for a place; a dialog's go before those of the field that is typed in."""
    return [
        Binding(
            ",".join(action.keys),
            action.call,
            action.label,
            show=False,
            priority=place is Place.DIALOG,
            id=action.id,
        )
        for action in actions_at(place)
        if action.keys
    ]
