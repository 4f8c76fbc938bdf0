"""The shells that can ask for suggestions: the script each of them reads, and how it is answered.

The scripts are click's, mended where they would change a word on its way: a team's or a person's
name has to stand on the command line as one word and never as something that the shell does.
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

    source_template = BashComplete.source_template.replace("+=($value)", '+=("$value")').replace(
        "read type value", "read -r type value"
    )

    def format_completion(self, item: "CompletionItem[Any]") -> str:
        quoted = _UNSAFE.sub(r"\\\g<0>", item.value) if item.type == "plain" else item.value
        return f"{item.type},{quoted}"


class Zsh(ZshComplete):
    """Zsh quotes by itself, and takes a backslash before its help for an escape."""

    def format_completion(self, item: "CompletionItem[Any]") -> str:
        if item.help:
            escaped = item.value.replace("\\", "\\\\")
            item = CompletionItem(escaped, item.type, item.help)
        return super().format_completion(item)


class Fish(FishComplete):
    """Fish quotes by itself, and would sort."""

    source_template = FishComplete.source_template.replace(
        'string split "," $completion', 'string split --max 1 "," $completion'
    ).replace("complete --no-files", "complete --keep-order --no-files")


_SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


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
