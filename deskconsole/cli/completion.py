"""TAB: what an argument suggests, by its name, looked up only where a shell asks.

A command that is run suggests nothing, and so does not pay for what knows the answers.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

Complete = Callable[["click.Context", "click.Parameter", str], "list[CompletionItem]"]

PROGRAM = "deskconsole"
ASKED = "_DESKCONSOLE_COMPLETE"  # the variable by which a shell's script asks


def suggested(name: str) -> Complete:
    """A completion that `cli.suggestions` has under `name`."""

    def complete(
        context: "click.Context", param: "click.Parameter", typed: str
    ) -> "list[CompletionItem]":
        found: Complete = getattr(import_module("deskconsole.cli.suggestions"), name)
        return found(context, param, typed)

    return complete
