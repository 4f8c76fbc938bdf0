"""Every action of the console in one registry.

Bindings, key bars, help, palette and the person's own keys are made from it. It needs no Textual,
so that the command line can list it.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from deskconsole.frozen import Record
from deskconsole.lifecycle.access import WHO, Right
from deskconsole.model import Role, Status
from deskconsole.tui.keys import NO_KEY, shown

if TYPE_CHECKING:
    from textual.binding import Binding


class Group(StrEnum):
    """How help sorts the actions."""

    MOVE_TO = "Move the ticket"
    WORK = "Work on it"
    MANY = "Act on many, and take it back"
    WALK = "Get about"
    SHOW = "What is shown"
    CONSOLE = "The console"
    DIALOG = "In dialogs"


class Place(StrEnum):
    """Where an action can be had."""

    BOARD = "board"
    TICKET = "ticket"
    BOTH = "both"
    EVERYWHERE = "everywhere"
    DIALOG = "dialog"


# What a dialog is called where its keys are listed. Text is typed in those of `TYPED_IN`.
DIALOGS = {
    "form": "In a form",
    "insert": "Where a text to insert is chosen",
    "choose": "In a list to choose from",
    "menu": "In the menu of moves",
    "mind": "In a screen of the desk's matters",
    "pick": "In a list to pick from",
    "report": "In a report on many",
    "help": "In help",
    "numbers": "In the numbers",
    "palette": "In the list of commands",
    "theme": "In the list of themes",
}
REPORT_KEYS = "1234567890p"  # a key for each report that the numbers have
TYPED_IN = ("form", "insert", "help", "palette")


class Action(Record):
    """Something that can be done, and the keys that do it unless the person has others.

    `call` is Textual's action, `label` a word or two for bars and the palette, `help` a short
    sentence, `right` what one has to be allowed for it. An action of a dialog has its dialog's name
    before the dot of its id.
    """

    id: str
    keys: tuple[str, ...]
    call: str
    label: str
    help: str
    group: Group
    place: Place = Place.BOTH
    right: Right | None = None

    @property
    def shown(self) -> str:
        """Its default keys as they are written."""
        return " ".join(shown(key) for key in self.keys)

    @property
    def name(self) -> str:
        """What it is called in the palette."""
        return self.label or self.id.rpartition(".")[2].replace("-", " ")

    @property
    def dialog(self) -> str | None:
        """The dialog it belongs to."""
        return self.id.partition(".")[0] if self.place is Place.DIALOG else None

    @property
    def leaves(self) -> bool:
        """Whether it is the way out of a dialog, which no person can lock themselves in."""
        return self.dialog is not None and self.id.endswith(".leave")

    @property
    def rooms(self) -> tuple[str, ...]:
        """Where its keys are heard; in one room a key does one thing."""
        match self.place:
            case Place.BOARD | Place.TICKET:
                return (self.place,)
            case Place.BOTH | Place.EVERYWHERE:
                return (Place.BOARD, Place.TICKET)
        # Lists to pick from stand in other dialogs.
        return (
            ("menu", "choose", "theme", "mind")
            if self.dialog == "pick"
            else (self.id.partition(".")[0],)
        )


def _moves() -> Iterable[Action]:
    for status in Status:
        yield Action(
            id=f"move.{status.slug}",
            keys=(status.letter,),
            call=f"go('{status.slug}')",
            label=status.title,
            help=f"to {status.title}",
            group=Group.MOVE_TO,
            right=Right.MOVE,
        )


def _jumps() -> Iterable[Action]:
    for status in Status:
        yield Action(
            id=f"jump.{status.slug}",
            keys=(str(status.number),),
            call=f"jump('{status.slug}')",
            label=f"column {status.letter}",
            help=f"to the column {status.title}",
            group=Group.WALK,
            place=Place.BOARD,
        )


def _walk(name: str, keys: str, call: str, text: str, place: Place = Place.BOARD) -> Action:
    return Action(f"walk.{name}", tuple(keys.split()), call, "", text, Group.WALK, place)


def _dialog(id: str, keys: str, call: str, text: str) -> Action:
    return Action(id, tuple(keys.split()), call, "", text, Group.DIALOG, Place.DIALOG)


def _numbers() -> Iterable[Action]:
    for place, key in enumerate(REPORT_KEYS, start=1):
        yield _dialog(f"numbers.report-{place}", key, f"show({place})", f"report {place}")


def _minded() -> Iterable[Action]:
    for name, text in (
        ("workload", "who holds what; hand it over, share it out"),
        ("people", "who works here and as what; give and take roles"),
        ("policy", "every setting of the desk, and who set it"),
        ("teams", "who clones may go to"),
        ("limits", "how many tickets a status should have at most"),
        ("canned", "the canned texts"),
        ("views", "the saved views"),
        ("history", "who settled what, and when"),
        ("alerts", "what your console tells you of, with a bell"),
    ):
        id, call = f"mind-the.{name}", f"mind('{name}')"
        yield Action(id, (), call, name, text, Group.CONSOLE, Place.BOARD)


def _many(name: str, key: str, call: str, text: str) -> Action:
    label = name if name == "mark" else f"mark {name}"
    return Action(f"mark.{name}", (key,), call, label, text, Group.MANY, Place.BOARD, Right.MOVE)


def _show(name: str, key: str, call: str, text: str, right: Right | None = None) -> Action:
    keys = (key,) if key else ()
    return Action(f"show.{name}", keys, call, "", text, Group.SHOW, Place.BOARD, right)


def _move(name: str, key: str, call: str, label: str, text: str) -> Action:
    return Action(f"move.{name}", (key,), call, label, text, Group.MOVE_TO, right=Right.MOVE)


def _work(name: str, key: str, text: str, right: Right) -> Action:
    return Action(f"ticket.{name}", (key,), name, name, text, Group.WORK, right=right)


def _back(name: str, key: str, text: str) -> Action:
    return Action(name, (key,), name, "", text, Group.MANY, right=Right.TAKE_BACK)


ACTIONS: tuple[Action, ...] = (
    *_moves(),
    _move("menu", "s", "menu", "move to…", "choose among all nine"),
    _move("back", "H", "sideways(-1)", "", "the one legal move back"),
    _move("forward", "L", "sideways(1)", "", "the one legal move forward"),
    Action("ticket.open", ("enter",), "open", "open", "open it", Group.WORK, Place.BOARD),
    _work("reply", "r", "write to the customer", Right.REPLY),
    _work("note", "c", "write an internal note", Right.NOTE),
    _work("assign", "a", "hand it to somebody", Right.ASSIGN),
    _work("take", "m", "make it yours", Right.ASSIGN),
    _work("edit", "e", "title, priority, tags, relations", Right.EDIT),
    _work("watch", "w", "watch it, or no more", Right.WATCH),
    Action("ticket.related", ("t",), "related", "related", "open a related ticket", Group.WORK),
    Action("ticket.copy", ("y",), "copy", "", "copy its number", Group.WORK),
    Action("ticket.copy-more", ("Y",), "copy_more", "", "copy number, link or summary", Group.WORK),
    _work("new", "n", "open a new ticket", Right.NEW),
    _many("mark", "space", "mark", "mark it, or take its mark off"),
    _many("range", "v", "mark_range", "mark from here to the cursor; v ends it"),
    _many("all", "asterisk", "mark_all", "mark all that the filter shows, or the column"),
    _back("undo", "u", "take your last act back"),
    _back("redo", "U", "do again what you took back"),
    _show("filter", "slash", "filter", "show only what fits a query; a number jumps to it"),
    _show("all", "escape", "show_all", "forget the marks; show everything again"),
    _show("view-before", "left_square_bracket", "view(-1)", "the saved view before"),
    _show("view-after", "right_square_bracket", "view(1)", "the next saved view"),
    _show("keep-view", "V", "keep_view", "save what is shown as a view for everybody",
          Right.VIEWS),
    _show("drop-view", "", "drop_view", "drop the saved view that is shown", Right.VIEWS),
    _show("begin-here", "", "begin_here", "begin with what is shown whenever you come",
          Right.VIEWS),
    _show("order", "o", "order", "sort by attention, age, priority, deadline, promise or update"),
    _show("preview", "p", "preview", "show the ticket beside the board, or no more"),
    _show("preview-down", "ctrl+e", "scroll_preview(3)", "scroll the preview down"),
    _show("preview-up", "ctrl+y", "scroll_preview(-3)", "scroll the preview up"),
    _show("zoom", "z", "zoom", "give this column all the room, or take it back"),
    _show("fold", "f", "fold", "fold this column to a spine; its number unfolds it"),
    _show("unfold", "F", "unfold", "unfold every column"),
    _walk("down", "j down", "cursor(1)", "the next card"),
    _walk("up", "k up", "cursor(-1)", "the card above"),
    _walk("left", "h left", "column(-1)", "the column to the left"),
    _walk("right", "l right", "column(1)", "the column to the right"),
    _walk("first", "g home", "first", "the first card"),
    _walk("last", "G end", "last", "the last card"),
    _walk("half-down", "ctrl+d", "page(0.5)", "half a page down"),
    _walk("half-up", "ctrl+u", "page(-0.5)", "half a page up"),
    _walk("page-down", "pagedown", "page(1.0)", "a page down"),
    _walk("page-up", "pageup", "page(-1.0)", "a page up"),
    *_jumps(),
    _walk("scroll-down", "j down", "scroll(1)", "scroll down", Place.TICKET),
    _walk("scroll-up", "k up", "scroll(-1)", "scroll up", Place.TICKET),
    _walk("scroll-page-down", "pagedown ctrl+d space", "scroll_page(1)", "a page down",
          Place.TICKET),
    _walk("scroll-page-up", "pageup ctrl+u", "scroll_page(-1)", "a page up", Place.TICKET),
    _walk("scroll-top", "g home", "end(-1)", "to the top", Place.TICKET),
    _walk("scroll-bottom", "G end", "end(1)", "to the newest", Place.TICKET),
    _walk("next", "J l right", "step(1)", "the next ticket of the column", Place.TICKET),
    _walk("previous", "K h left", "step(-1)", "the ticket above it", Place.TICKET),
    _walk("back", "escape q", "back", "back the way you came", Place.TICKET),
    Action("console.help", ("question_mark", "f1"), "help", "help", "every key and mark, to search",
           Group.CONSOLE),
    Action("console.numbers", ("f2",), "numbers", "numbers", "how the desk does, in numbers",
           Group.CONSOLE),
    Action("console.palette", ("colon", "ctrl+p"), "palette", "commands", "find a command by name",
           Group.CONSOLE),
    Action("console.mind", ("f3",), "mind", "mind the desk",
           "mind the desk: who holds what, people, policy, texts, views, history, alerts",
           Group.CONSOLE, Place.BOARD),
    *_minded(),
    Action("console.theme", (), "app.themes", "theme", "choose the colours", Group.CONSOLE),
    Action("console.mouse", ("M",), "app.mouse", "mouse",
           "leave the mouse to the terminal, to select text, or take it back", Group.CONSOLE),
    Action("console.refresh", ("ctrl+r",), "reload", "", "read the desk again", Group.CONSOLE),
    Action("console.quit", ("q",), "quit", "quit", "leave the console", Group.CONSOLE, Place.BOARD),
    Action("console.interrupt", ("ctrl+c",), "app.how_to_leave", "how to leave",
           "say how to leave", Group.CONSOLE, Place.EVERYWHERE),
    _dialog("form.submit", "ctrl+d", "submit", "do it"),
    _dialog("form.editor", "ctrl+g f4", "editor", "write the text in your own editor"),
    _dialog("form.insert", "ctrl+t", "insert", "insert a canned text, or another draft"),
    _dialog("form.afresh", "f8", "afresh", "give up the draft and start afresh"),
    _dialog("form.leave", "escape", "leave", "leave it; what was typed waits as a draft"),
    _dialog("insert.down", "down ctrl+n", "highlight(1)", "the next text"),
    _dialog("insert.up", "up ctrl+p", "highlight(-1)", "the text above"),
    _dialog("insert.leave", "escape", "dismiss(None)", "insert nothing"),
    _dialog("choose.leave", "escape q", "dismiss(None)", "leave it"),
    _dialog("menu.leave", "escape q s", "dismiss(None)", "leave it"),
    _dialog("mind.add", "n", "add", "add one"),
    _dialog("mind.drop", "d delete", "drop", "drop it"),
    _dialog("mind.hand", "a", "hand", "hand tickets to somebody"),
    _dialog("mind.share", "s", "share", "share tickets out, so that all have equally many"),
    _dialog("mind.mark", "space", "mark", "mark the ticket, or take its mark off"),
    _dialog("mind.all", "asterisk", "mark_all", "mark all tickets, or none"),
    _dialog("mind.history-down", "ctrl+d", "history(5)", "scroll the history down"),
    _dialog("mind.history-up", "ctrl+u", "history(-5)", "scroll the history up"),
    _dialog("mind.leave", "escape q", "dismiss(None)", "back"),
    _dialog("report.leave", "escape q enter", "dismiss", "back"),
    _dialog("report.down", "j down", "scroll(1)", "scroll down"),
    _dialog("report.up", "k up", "scroll(-1)", "scroll up"),
    _dialog("pick.down", "j", "cursor_down", "the next line"),
    _dialog("pick.up", "k", "cursor_up", "the line above"),
    _dialog("help.down", "down", "scroll(1)", "scroll down"),
    _dialog("help.up", "up", "scroll(-1)", "scroll up"),
    _dialog("help.page-down", "pagedown", "scroll_page(1)", "a page down"),
    _dialog("help.page-up", "pageup", "scroll_page(-1)", "a page up"),
    _dialog("help.leave", "escape f1", "dismiss", "back"),
    _dialog("numbers.next", "right l tab", "walk(1)", "the next report"),
    _dialog("numbers.previous", "left h shift+tab", "walk(-1)", "the report before"),
    *_numbers(),
    _dialog("numbers.choose", "enter", "choose", "choose among the reports"),
    _dialog("numbers.definition", "question_mark d", "define",
            "how it is counted, or no more"),
    _dialog("numbers.longer", "plus", "span(1)", "of a longer time"),
    _dialog("numbers.shorter", "minus", "span(-1)", "of a shorter time"),
    _dialog("numbers.down", "j down", "scroll(1)", "scroll down"),
    _dialog("numbers.up", "k up", "scroll(-1)", "scroll up"),
    _dialog("numbers.page-down", "pagedown space", "scroll_page(1)", "a page down"),
    _dialog("numbers.page-up", "pageup", "scroll_page(-1)", "a page up"),
    _dialog("numbers.refresh", "ctrl+r", "read", "count again"),
    _dialog("numbers.leave", "escape q f2", "dismiss", "back"),
    _dialog("palette.down", "down ctrl+n", "walk('cursor_down')", "the next command"),
    _dialog("palette.up", "up ctrl+p", "walk('cursor_up')", "the command above"),
    _dialog("palette.page-down", "pagedown", "walk('page_down')", "a page down"),
    _dialog("palette.page-up", "pageup", "walk('page_up')", "a page up"),
    _dialog("palette.leave", "escape", "dismiss(None)", "do nothing"),
    _dialog("theme.leave", "escape q", "leave", "keep the colours as they were"),
)  # fmt: skip


_RIGHTS = {action.call: action.right for action in ACTIONS if action.right is not None}


def right_for(call: str) -> Right | None:
    """What one has to be allowed for an action, by its call."""
    return _RIGHTS.get(call)


def actions_at(place: Place) -> tuple[Action, ...]:
    """The actions that can be had on the board or in a ticket."""
    return tuple(action for action in ACTIONS if place in action.rooms)


def offered(actions: Iterable[Action], role: Role) -> tuple[Action, ...]:
    """Those of the actions that somebody of this role may do."""
    return tuple(one for one in actions if one.right is None or role in WHO[one.right])


@cache
def ids_offered(place: Place, role: Role) -> frozenset[str]:
    """The ids of what somebody of this role may do on the board or in a ticket."""
    return frozenset(action.id for action in offered(actions_at(place), role))


def bindings_at(place: Place) -> "list[Binding]":
    """Textual's bindings for the board or a ticket."""
    return _bindings(action for action in ACTIONS if action.place in (place, Place.BOTH))


def bindings_everywhere() -> "list[Binding]":
    """Textual's bindings for the application."""
    return _bindings(action for action in ACTIONS if action.place is Place.EVERYWHERE)


def bindings_in(dialog: str) -> "list[Binding]":
    """Textual's bindings for a dialog; where text is typed they come before what the line takes."""
    return _bindings(action for action in ACTIONS if action.dialog == dialog)


def _bindings(actions: Iterable[Action]) -> "list[Binding]":
    from textual.binding import Binding

    return [
        Binding(
            ",".join(action.keys) or NO_KEY,
            action.call,
            action.label,
            show=False,
            id=action.id,
            priority=action.dialog in TYPED_IN,
        )
        for action in actions
    ]
