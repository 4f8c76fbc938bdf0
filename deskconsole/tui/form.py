"""A small dialog made from a list of fields: it asks for just what an act must bring.

It stays open, with everything typed, until the act is done or Esc is pressed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from deskconsole.errors import DeskError
from deskconsole.text import clean_text, inert
from deskconsole.tui.actions import bindings_in
from deskconsole.tui.keyed import keyboard_of


class Kind(Enum):
    """What a field is typed or chosen in."""

    WORDS = auto()
    LINE = auto()
    PICK = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to give: `options` are (value, words) to pick from.

    `chosen` is the option to begin with, None where one has to be chosen. `completes` is the kind
    of names a line is completed with: a key of what the form is told.
    """

    name: str
    label: str
    kind: Kind
    options: tuple[tuple[Any, str], ...] = ()
    value: str = ""
    hint: str = ""
    completes: str = ""
    chosen: int | None = 0


# What was given, by field name; what was left empty is not in it.
Given = Mapping[str, Any]
# Names that the desk knows, by kind.
Known = Mapping[str, Sequence[str]]


_LOW = 32  # rows below which fields are kept small
_AROUND = 9  # rows of a form that are not its fields
_VERDICTS = 6  # rows for verdicts; the others are scrolled to

_HERE = Content("▸ ")
_CHOSEN = Content("● ")
_ELSE = Content("  ")


class Picker(OptionList):
    """A list whose highlighted line is what is chosen; it is marked by more than a colour."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("pick"))

    def __init__(self, lines: Sequence[Content], id: str | None = None) -> None:
        self._plain = tuple(lines)
        self._marked: int | None = None
        super().__init__(*(Option(_ELSE + line) for line in lines), id=id, compact=True)

    def offer(self, lines: Sequence[Content]) -> None:
        """Offer other lines, the first of them chosen."""
        self.highlighted = None
        self._plain = tuple(lines)
        self.set_options(Option(_ELSE + line) for line in lines)
        self.highlighted = 0 if lines else None

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Move the mark with the highlight."""
        super().watch_highlighted(highlighted)
        for index, mark in ((self._marked, _ELSE), (highlighted, _CHOSEN)):
            if index is not None and index < len(self._plain):
                self.replace_option_prompt_at_index(index, mark + self._plain[index])
        self._marked = highlighted


class Form(ModalScreen[bool]):
    """Fields, a button, and a line for what is wrong; dismissed True once the act is done.

    `send` does the act with what was given, and raises a DeskError to be shown. `verdicts` say
    beforehand what the act will come to, a line for each ticket that it is about.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_in("form"))

    def __init__(
        self,
        title: str,
        about: str,
        fields: tuple[Field, ...],
        button: str,
        send: Callable[[Given], Awaitable[None]],
        known: Callable[[], Awaitable[Known]] | None = None,
        verdicts: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self._verdicts = verdicts
        self._title = title
        self._about = about
        self._fields = fields
        self._button = button
        self._send = send
        self._known = known
        self._sending = False

    @property
    def ready(self) -> bool:
        """Whether it takes keys: once it stands, and not while the act is being done."""
        return not self._sending and (self.focused is not None or not self._fields)

    def compose(self) -> ComposeResult:
        """Title, what it is about, the fields, what is wrong, the buttons."""
        with Vertical(id="form"):
            yield Static(Content(inert(self._title)), id="form-title")
            if self._about:
                yield Static(Content(inert(self._about)), id="form-about")
            if self._verdicts:
                with VerticalScroll(id="form-verdicts", can_focus=False):
                    yield Static(
                        Content("\n").join(Content(inert(line)) for line in self._verdicts)
                    )
            with VerticalScroll(id="form-fields", can_focus=False):
                for field in self._fields:
                    yield Static(_label(field), id=f"label-{field.name}", classes="form-label")
                    yield _widget(field)
            yield Static("", id="form-wrong")
            with Horizontal(id="form-buttons"):
                keys = keyboard_of(self)
                do, leave = keys.first("form.submit"), keys.first("form.leave")
                words = f"{self._button}  {do}".rstrip()
                yield Button(Content(words), variant="primary", id="form-do", compact=True)
                yield Button(Content(f"Leave it  {leave}"), id="form-leave", compact=True)

    def on_mount(self) -> None:
        """Begin in the first field."""
        if self._fields:
            self._at(self._fields[0]).focus()
        if self._known is not None:
            self.run_worker(self._complete(self._known))

    async def _complete(self, known: Callable[[], Awaitable[Known]]) -> None:
        """Learn the names that lines are completed with; without them they are just typed."""
        try:
            names = await known()
        except DeskError:
            return
        for field in self._fields:
            line = self._at(field)
            if isinstance(line, Input) and names.get(field.completes):
                words = [inert(name) for name in names[field.completes]]
                line.suggester = SuggestFromList(words, case_sensitive=False)
                if not line.placeholder:
                    line.placeholder = ", ".join(words[:6])

    def on_resize(self, event: events.Resize) -> None:
        """Keep what is wrong and the buttons in sight; the fields scroll where they must."""
        self.set_class(event.size.height < _LOW, "-low")
        verdicts = min(len(self._verdicts), _VERDICTS)
        room = max(3, event.size.height - _AROUND - verdicts)
        self.query_one("#form-fields").styles.max_height = room

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Mark the field that is typed in, by more than a colour."""
        for field in self._fields:
            here = event.widget is self._at(field)
            self.query_one(f"#label-{field.name}", Static).update(_label(field, here=here))

    @on(Button.Pressed, "#form-leave")
    def _leave(self) -> None:
        self.dismiss(False)

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        fields = [self._at(field) for field in self._fields]
        if event.input is fields[-1]:
            self.action_submit()
        else:
            self.focus_next()

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        if event.option_list is self._at(self._fields[-1]):
            self.action_submit()
        else:
            self.focus_next()

    @on(Button.Pressed, "#form-do")
    def action_submit(self) -> None:
        """Do the act with what is given now."""
        if not self._sending:
            self._sending = True
            self.run_worker(self._submit(), exit_on_error=True)

    async def _submit(self) -> None:
        try:
            await self._send(self._given())
        except DeskError as error:
            self.query_one("#form-wrong", Static).update(Content(inert(str(error))))
            self._sending = False
        else:
            self.dismiss(True)

    def _given(self) -> Given:
        given: dict[str, Any] = {}
        for field in self._fields:
            value = _value(field, self._at(field))
            if value is not None and value is not False and value != "":
                given[field.name] = value
        return given

    def _at(self, field: Field) -> Widget:
        return self.query_one(f"#field-{field.name}")


def _label(field: Field, *, here: bool = False) -> Content:
    return (_HERE if here else _ELSE) + Content(field.label)


def _widget(field: Field) -> Widget:
    name = f"field-{field.name}"
    match field.kind:
        case Kind.WORDS:
            return TextArea(field.value, id=name, tab_behavior="focus", compact=True)
        case Kind.PICK:
            picker = Picker([Content(inert(words)) for _, words in field.options], id=name)
            picker.highlighted = field.chosen
            return picker
        case Kind.LINE:
            return Input(
                field.value, placeholder=field.hint, id=name, compact=True, select_on_focus=False
            )


def _value(field: Field, widget: Widget) -> Any:
    if isinstance(widget, TextArea):
        return clean_text(widget.text)
    if isinstance(widget, Input):
        return widget.value.strip()
    assert isinstance(widget, OptionList)
    return None if widget.highlighted is None else field.options[widget.highlighted][0]
