"""What the fields of a dialog are typed or chosen in."""

from typing import Any

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, TextArea

from deskconsole.text import clean_line, clean_text, inert
from deskconsole.tui.fields import Field, Kind
from deskconsole.tui.picker import Picker

_HERE = Content("▸ ")
_ELSE = Content("  ")


def label_of(field: Field, *, here: bool = False) -> Content:
    """The line above a field, marked where the field is typed in."""
    return (_HERE if here else _ELSE) + Content(field.label)


def widget_of(field: Field) -> Widget:
    """What a field is typed or chosen in."""
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


def value_of(field: Field, widget: Widget) -> Any:
    """What a field holds now; None where nothing is chosen."""
    if isinstance(widget, TextArea):
        return clean_text(widget.text)
    if isinstance(widget, Input):
        return widget.value.strip()
    assert isinstance(widget, OptionList)
    return None if widget.highlighted is None else field.options[widget.highlighted][0]


def put(field: Field, widget: Widget, value: Any) -> None:
    """Have a field hold a value; a pick that is not offered any more is left as it is."""
    if isinstance(widget, TextArea):
        widget.replace(clean_text(str(value)), (0, 0), widget.document.end)
        widget.move_cursor(widget.document.end)
    elif isinstance(widget, Input):
        widget.value = clean_line(str(value))
    elif isinstance(widget, OptionList):
        offered = [option for option, _ in field.options]
        if value is None or value in offered:
            widget.highlighted = None if value is None else offered.index(value)
