"""Where each command is: its module is imported when the command is asked for, and no sooner."""

from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODULES = {
    "tickets": "new move receive reply note assign take edit clone watchers",
    "listing": "list",
    "reading": "show moves",
    "many": "undo redo views",
    "canned": "canned",
    "desks": "demo guide policy worker import export completion",
    "config": "config",
    "care": "backup restore move-desk",
    "doctor": "doctor",
    "share": "share",
    "watch": "watch",
    "people": "people",
    "door": "ssh-keys",
    "report": "report",
    "minding": "history alerts",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}


class Commands(click.Group):
    """Every command by its name, from the `COMMANDS` of the module that has it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in order."""
        return sorted(_MODULE_OF)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        module = _MODULE_OF.get(cmd_name)
        if module is None:
            return None
        found: Iterable[click.Command] = import_module(f"deskconsole.cli.{module}").COMMANDS
        return next(command for command in found if command.name == cmd_name)
