"""The shells that can ask for suggestions: the script each of them reads, and how it is answered.

The scripts are click's. What differs: bash is given words that are quoted already, since it puts
them on the command line as they are, and neither bash nor fish reads a word apart at its signs.
"""

import re
from contextlib import suppress
from typing import Any, NoReturn

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
)

from deskconsole.cli.completion import ASKED, PROGRAM

_UNSAFE = re.compile(r"[^\w@%+=:,./-]")

HOW_TO = {
    "bash": 'eval "$(deskconsole completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(deskconsole completion zsh)" in ~/.zshrc, below compinit',
    "fish": "deskconsole completion fish | source in ~/.config/fish/config.fish",
}


class Bash(BashComplete):
    """Bash takes what it is answered as if it had been typed."""

    source_template = BashComplete.source_template.replace("+=($value)", '+=("$value")')

    def format_completion(self, item: "CompletionItem[Any]") -> str:
        quoted = _UNSAFE.sub(r"\\\g<0>", item.value) if item.type == "plain" else item.value
        return f"{item.type},{quoted}"


class Fish(FishComplete):
    """Fish quotes by itself."""

    source_template = FishComplete.source_template.replace(
        'string split "," $completion', 'string split --max 1 "," $completion'
    )


_SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": ZshComplete, "fish": Fish}


def script(shell: str) -> str:
    """What `shell` has to read to ask for suggestions, with a comment on how to let it."""
    lines = _SHELLS[shell](click.Command(PROGRAM), {}, PROGRAM, ASKED).source().split("\n")
    first = 1 if lines[0].startswith("#compdef") else 0  # zsh looks for that in the first line
    return "\n".join(
        [*lines[:first], f"# To have it in every shell: {HOW_TO[shell]}", *lines[first:]]
    )


def answer(cli: click.Command, asked: str) -> NoReturn:
    """Answer the shell's question, such as `bash_complete`, and end the process.

    Whatever goes wrong, the shell shows nothing of it: somebody is typing there.
    """
    shell, _, question = asked.partition("_")
    with suppress(Exception, KeyboardInterrupt):
        if shell in _SHELLS and question == "complete":
            click.echo(_SHELLS[shell](cli, {}, PROGRAM, ASKED).complete().encode())
            raise SystemExit(0)
    raise SystemExit(1)
