"""What a terminal sends, read as it comes: an Esc that stands alone is believed soon.

Textual's own thread looks every tenth of a second whether more follows, and dies of a byte that
is no UTF-8.
"""

import codecs
import os
import selectors
from collections.abc import Callable, Iterator, Mapping

from textual import constants
from textual._xterm_parser import XTermParser
from textual.message import Message

_ESC = "\x1b"
_NEAR_SECONDS = 0.005  # for the rest of a key after Esc; a terminal on this machine sends it whole
_FAR_SECONDS = 0.025  # the same where packets bring it
_LOOK_SECONDS = 0.1  # between two looks at whether to end, and for what still comes then
_READ_BYTES = 4096


def esc_seconds(environ: Mapping[str, str]) -> float:
    """How long an Esc that came by itself waits for the rest of a key.

    A person who sets ESCDELAY, in milliseconds, knows their terminal.
    """
    if environ.get("ESCDELAY"):
        return constants.ESCAPE_DELAY
    far = any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
    return _FAR_SECONDS if far else _NEAR_SECONDS


class Typed(XTermParser):
    """Keys and all else that a terminal reports, read from the file `source`.

    An Esc that came by itself waits `alone` seconds for the rest of a key.
    """

    def __init__(self, source: int, alone: float, debug: bool = False) -> None:
        super().__init__(debug)
        self._source = source
        self._alone = alone
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode

    def until(self, ended: Callable[[], bool]) -> Iterator[Message]:
        """What is typed until `ended` says so, or the terminal is gone.

        What comes right after that answers this program still: it is taken, and meant for nobody.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._source, selectors.EVENT_READ)
            patience: float | None = None  # seconds left to a sequence that is not complete
            while not ended():
                if selector.select(_LOOK_SECONDS if patience is None else patience):
                    text = self._read()
                    if text is None:
                        return
                    yield from self.feed(text) if text else ()
                    patience = self._patience(text)
                elif patience is not None:
                    self._timeout_time = 0.0  # it is over
                    yield from self.tick()
                    patience = None
            if selector.select(_LOOK_SECONDS):
                self._read()

    def _read(self) -> str | None:
        """What there is; empty within a character, None where nothing comes any more."""
        try:
            found = os.read(self._source, _READ_BYTES)
        except OSError:
            return None
        return self._decode(found) if found else None

    def _patience(self, text: str) -> float | None:
        """Seconds to wait for the rest of what `text` ended with; None if it is complete.

        Only an Esc that came by itself was probably pressed: one at the end of more was cut off.
        """
        if self._awaiting.timeout is None:
            return None
        return self._alone if text == _ESC else constants.ESCAPE_DELAY
