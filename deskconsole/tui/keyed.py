"""An application with its person's keys, and how whatever stands in it looks them up."""

from typing import Any

from textual.app import App
from textual.dom import DOMNode

from deskconsole.tui.keyboard import Keyboard


class KeyedApp(App[None], inherit_bindings=False):
    """Binds the keys of a keyboard; Textual's own are not inherited."""

    def __init__(self, keyboard: Keyboard, **options: Any) -> None:  # whatever Textual takes
        super().__init__(**options)
        self.keyboard = keyboard
        self.set_keymap(keyboard.keymap())


def keyboard_of(node: DOMNode) -> Keyboard:
    """The keyboard of the application that a screen or widget stands in."""
    app = node.app
    assert isinstance(app, KeyedApp)
    return app.keyboard
