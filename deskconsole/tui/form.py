"""A small dialog made from a list of fields: it asks for just what an act must bring.

It stays open, with everything typed, until the act is done or Esc is pressed. What is typed waits
as a draft all the while, and is offered when the same act is opened again.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Static, TextArea

from deskconsole.drafts import NotKept, Values
from deskconsole.errors import DeskError
from deskconsole.text import clean_text, inert
from deskconsole.tui.actions import bindings_in
from deskconsole.tui.dialog import Dialog
from deskconsole.tui.field_widgets import label_of, put, value_of, widget_of
from deskconsole.tui.fields import Field, Given, Kind, Known, initial
from deskconsole.tui.keyed import keyboard_of, keyed_app
from deskconsole.tui.link import WAIT_SECONDS, WAITING
from deskconsole.tui.writing import Text, Writing

_LOW = 32  # rows below which fields are kept small
_AROUND = 11  # rows of a form that are not its fields
_VERDICTS = 6  # rows for verdicts; the others are scrolled to
_KEEP_SECONDS = 0.3  # how long typed text may wait to be kept as a draft


class Form(Dialog[bool]):
    """Fields, a button, and a line for what is wrong; dismissed True once the act is done.

    `send` does the act with what was given, and raises a DeskError to be shown. `writing` has the
    draft and the texts to insert, of an act that has words. `verdicts` say beforehand what the act
    will come to, a line for each ticket that it is about. `around` says who else is at the ticket.
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
        writing: Writing | None = None,
        verdicts: tuple[str, ...] = (),
        around: Callable[[], str] = str,
    ) -> None:
        super().__init__()
        self._around = around
        self._verdicts = verdicts
        self._title = title
        self._about = about
        self._fields = fields
        self._button = button
        self._send = send
        self._known = known
        self._writing = writing
        self._widgets = {field.name: widget_of(field) for field in fields}
        self._sending = False
        self._given_up = False  # it was said that leaving loses the words
        self._timer: Timer | None = None  # runs while typed text waits to be kept

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
            yield Static("", id="form-around")
            yield Static("", id="form-notice")
            if self._verdicts:
                with VerticalScroll(id="form-verdicts", can_focus=False):
                    yield Static(
                        Content("\n").join(Content(inert(line)) for line in self._verdicts)
                    )
            with VerticalScroll(id="form-fields", can_focus=False):
                for field in self._fields:
                    yield Static(label_of(field), id=f"label-{field.name}", classes="form-label")
                    yield self._at(field)
            yield Static("", id="form-wrong")
            with Horizontal(id="form-buttons"):
                keys = keyboard_of(self)
                do, leave = keys.first("form.submit"), keys.first("form.leave")
                words = f"{self._button}  {do}".rstrip()
                yield Button(Content(words), variant="primary", id="form-do", compact=True)
                yield Button(Content(f"Leave it  {leave}"), id="form-leave", compact=True)
            if self._words is not None and self._writing is not None:
                yield Static(Content(self._ways()), id="form-keys")

    def _ways(self) -> str:
        """The keys that bring words from elsewhere."""
        first = keyboard_of(self).first
        editor = () if keyed_app(self).restricted else (("form.editor", "your editor"),)
        ways = (*editor, ("form.insert", "insert a text"))
        return "  ".join(f"{first(id)} {words}" for id, words in ways if first(id))

    def on_mount(self) -> None:
        """Begin in the first field, with the draft that waits."""
        if self._fields:
            self._at(self._fields[0]).focus()
        if self._writing is not None and self._writing.draft is not None:
            self._fill(self._writing.draft.values)
            self._notice(self._writing.offer(keyboard_of(self).first("form.afresh")))
        if self._known is not None:
            self.run_worker(self._complete(self._known))
        self.others_moved()

    def others_moved(self) -> None:
        """Say who else is at the ticket."""
        self._tell("#form-around", self._around())

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
            self.query_one(f"#label-{field.name}", Static).update(label_of(field, here=here))

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
        self._keep()
        waits = self.set_timer(WAIT_SECONDS, lambda: self._wrong(WAITING))
        try:
            await self._send(self._given())
        except DeskError as error:
            waits.stop()
            self._wrong(str(error))
            self._sending = False
        else:
            if self._writing is not None:
                self._writing.done()
                self._writing = None
            self.dismiss(True)

    def _wrong(self, text: str) -> None:
        self.query_one("#form-wrong", Static).update(Content(inert(text)))

    def _notice(self, text: str) -> None:
        self._tell("#form-notice", text)

    def _tell(self, line: str, text: str) -> None:
        """Show a text in a line that stands only where there is one."""
        notice = self.query_one(line, Static)
        notice.update(Content(inert(text)))
        notice.set_class(bool(text), "-said")

    def _given(self) -> Given:
        given: dict[str, Any] = {}
        for field in self._fields:
            value = value_of(field, self._at(field))
            if value is not None and value is not False and value != "":
                given[field.name] = value
        return given

    def _at(self, field: Field) -> Widget:
        return self._widgets[field.name]

    @property
    def _words(self) -> TextArea | None:
        """The field of several lines, if there is one."""
        return next((one for one in self._widgets.values() if isinstance(one, TextArea)), None)

    # The draft

    @on(TextArea.Changed)
    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    def _typed(self) -> None:
        if self._timer is None:
            self._timer = self.set_timer(_KEEP_SECONDS, self._keep)

    def _keep(self) -> bool:
        """Keep what is typed now; whether that went well, which is said where it did not."""
        self._timer = None
        try:
            self._keep_draft()
        except NotKept as error:
            self._notice(str(error))
            return False
        return True

    def _keep_draft(self) -> None:
        if self._writing is not None:
            self._writing.keep(self._typed_values())

    def on_unmount(self) -> None:
        """Keep the last words, whatever ends the dialog."""
        with suppress(NotKept):
            self._keep_draft()

    def _typed_values(self) -> Values:
        """What differs from what the fields began with; picks alone are no draft."""
        values = {
            field.name: value
            for field in self._fields
            if (value := value_of(field, self._at(field))) is not None and value != initial(field)
        }
        typed = (field.name in values for field in self._fields if field.kind is not Kind.PICK)
        return values if any(typed) else {}

    def _fill(self, values: Values) -> None:
        """Put values in their fields; a field without one gets what it began with."""
        for field in self._fields:
            put(field, self._at(field), values.get(field.name, initial(field)))

    def action_afresh(self) -> None:
        """Give up the draft: every field as it was at first."""
        self._fill({})
        self._notice("")
        self._keep()

    @on(Button.Pressed, "#form-leave")
    def action_leave(self) -> None:
        """Go back; what was typed waits."""
        if self._sending:
            self._wrong("this is being done at this moment; wait until the desk has answered")
        elif self._keep() or self._given_up:
            self.dismiss(False)
        else:
            self._given_up = True
            self._wrong("these words cannot be kept as a draft; leave once more to give them up")

    # Words from elsewhere

    def action_editor(self) -> None:
        """Write the text in one's own editor, and come back with what it saved."""
        from deskconsole.tui.editor import edit

        words = self._words
        if words is None or self._writing is None:
            self._wrong("nothing here is long enough for an editor")
            return
        if keyed_app(self).restricted:
            self._wrong("there is no editor over this connection; write here")
            return
        self._keep()
        try:
            with self.app.suspend():
                edited = edit(clean_text(words.text), self._writing.file_name)
        except SuspendNotSupported:
            self._wrong("this terminal cannot be given to an editor; write here")
            return
        if edited.text != clean_text(words.text):
            words.replace(edited.text, (0, 0), words.document.end)
            words.move_cursor(words.document.end)
        words.focus()
        self._wrong(edited.trouble)
        self._keep()

    def action_insert(self) -> None:
        """Choose a canned text, or another draft, to insert at the cursor."""
        if self._words is None or self._writing is None:
            self._wrong("there is no text here to insert into")
        else:
            self.run_worker(self._offer_texts(self._writing))

    async def _offer_texts(self, writing: Writing) -> None:
        from deskconsole.tui.insert import InsertScreen

        try:
            texts = await writing.texts()
        except DeskError as error:
            self._wrong(str(error))
            return
        if texts:
            self.app.push_screen(InsertScreen(texts), self._insert)
        else:
            self._wrong("there are no canned texts; keep one: deskconsole canned NAME -m TEXT")

    def _insert(self, text: Text | None) -> None:
        words = self._words
        if text is None or words is None:
            return
        start, end = sorted(words.selection)
        words.replace(clean_text(text.body), start, end, maintain_selection_offset=False)
        words.focus()
        if self._keep() and self._writing is not None:
            self._writing.took(text)
