"""An application with its person's keys, and how whatever stands in it looks them up."""

from typing import Any

from textual.app import App
from textual.dom import DOMNode

from deskconsole.tui.keyboard import Keyboard


class KeyedApp(App[None], inherit_bindings=False):
    """Binds the keys of a keyboard; Textual's own are not inherited.

    Where it is `restricted`, whoever sits here is not the user that the process runs as: nothing
    leads to that user's files and programs. With `ascii` no other signs than those are drawn.
    """

    def __init__(
        self, keyboard: Keyboard, *, restricted: bool = False, ascii: bool = False, **options: Any
    ) -> None:  # options are whatever Textual takes
        self.ascii = ascii  # Textual asks for its driver at once
        super().__init__(**options)
        self.keyboard = keyboard
        self.restricted = restricted
        self.set_keymap(keyboard.keymap())


def keyboard_of(node: DOMNode) -> Keyboard:
    """The keyboard of the application that a screen or widget stands in."""
    return keyed_app(node).keyboard


def keyed_app(node: DOMNode) -> KeyedApp:
    """The application that a screen or widget stands in."""
    app = node.app
    assert isinstance(app, KeyedApp)
    return app
