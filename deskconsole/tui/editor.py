"""Hands a text to the person's own editor and takes it back, whatever the editor does.

The editor is a program of theirs in its own right: nothing that it does, or fails to do, loses
what was typed before.
"""

import os
import shlex
import shutil
import signal
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from deskconsole.desk.desk import MESSAGE_LENGTH
from deskconsole.errors import BadInput
from deskconsole.frozen import Record
from deskconsole.text import clean_line, clean_text

_TERMINAL = 0  # standard input: what the console was started on
_INTERRUPTS = (signal.SIGINT, signal.SIGQUIT)  # what ^c and ^\\ send
_AS_IT_WAS = "your text is as it was"


class Edited(Record):
    """The text to go on with, and a sentence where something went wrong."""

    text: str
    trouble: str = ""


def edit(text: str, name: str) -> Edited:
    """`text` as the editor left it in a file called `name`.md; the terminal has to be free."""
    try:
        command = _command()
        with TemporaryDirectory(prefix="deskconsole-", ignore_cleanup_errors=True) as folder:
            file = Path(folder) / f"{name}.md"
            before = f"{text}\n".encode() if text else b""
            file.write_bytes(before)
            ending = _run([*command, str(file)])
            saved = _saved(file, before)
    except BadInput as error:
        return Edited(text, str(error))
    except OSError as error:
        return Edited(text, f"the text cannot be put in a file ({error.strerror}); {_AS_IT_WAS}")
    if not ending:
        return Edited(text if saved is None else saved)
    kept = _AS_IT_WAS if saved is None else "what it saved is kept"
    return Edited(text if saved is None else saved, f"the editor {ending}; {kept}")


def _command() -> list[str]:
    """The editor and its arguments: $VISUAL, $EDITOR, or the first of the usual ones there is."""
    for variable in ("VISUAL", "EDITOR"):
        setting = os.environ.get(variable, "")
        try:
            command = shlex.split(setting)
        except ValueError as error:
            said = clean_line(setting)
            raise BadInput(f"${variable} cannot be read ({error}): {said}; {_AS_IT_WAS}") from None
        if command:
            return command
    for usual in ("sensible-editor", "vi"):
        found = shutil.which(usual)
        if found:
            return [found]
    raise BadInput(f"there is no editor; name yours in EDITOR; {_AS_IT_WAS}")


def _run(command: list[str]) -> str:
    """Run the editor to its end; how it ended, where that was not well."""
    with _signals_are_the_editors(), _modes_kept():
        try:
            code = subprocess.run(command, check=False).returncode
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            called = clean_line(command[0])
            raise BadInput(f"{called} cannot be started: {why}; {_AS_IT_WAS}") from None
    if code < 0:
        return f"was ended by signal {-code} ({signal.strsignal(-code)})"
    return f"ended with {code}" if code else ""


@contextmanager
def _signals_are_the_editors() -> Iterator[None]:
    """What is typed to interrupt or suspend the editor reaches this process too, and is not for it.

    A handler that does nothing, unlike an ignored signal, is not inherited by the editor.
    """
    before = {number: signal.signal(number, _not_for_us) for number in _INTERRUPTS}
    # Suspended like any program: what the console does of its own then is to leave its screen.
    before[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _not_for_us(number: int, frame: object) -> None:
    """A signal that was meant for the editor."""


@contextmanager
def _modes_kept() -> Iterator[None]:
    """The terminal's modes as they were: an editor that is killed leaves its own."""
    modes = termios.tcgetattr(_TERMINAL)
    try:
        yield
    finally:
        with suppress(termios.error):  # the terminal may be gone by now
            termios.tcsetattr(_TERMINAL, termios.TCSANOW, modes)


def _saved(file: Path, before: bytes) -> str | None:
    """What the editor saved, cleaned; None if it is what the file began with.

    BadInput where it cannot be used.
    """
    if not file.is_file():
        raise BadInput(f"the editor removed its file; {_AS_IT_WAS}")
    try:
        with file.open("rb") as saved:
            content = saved.read(4 * MESSAGE_LENGTH + 1)  # no character has more bytes
    except OSError as error:
        raise BadInput(
            f"what the editor saved cannot be read ({error.strerror}); {_AS_IT_WAS}"
        ) from None
    if content == before:
        return None
    too_long = len(content) > 4 * MESSAGE_LENGTH
    try:
        text = "" if too_long else clean_text(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadInput(f"what the editor saved is not text in UTF-8; {_AS_IT_WAS}") from None
    if too_long or len(text) > MESSAGE_LENGTH:
        raise BadInput(f"the editor saved more than {MESSAGE_LENGTH:,} characters; {_AS_IT_WAS}")
    if not text and before:
        raise BadInput(f"the editor left nothing in its file; {_AS_IT_WAS}")
    return text
