"""The first sight itself: when there is one, how it stands on the terminal, and how it ends."""

import os
import signal
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection, Error
from types import FrameType
from typing import TYPE_CHECKING, Any

from deskconsole.face.bar import bar_row, standing_words, whose
from deskconsole.face.board import BoardFace
from deskconsole.face.layout import Slot, lay_out
from deskconsole.face.pieces import Line, Piece
from deskconsole.face.runs import runs
from deskconsole.face.sgr import change, for_blank
from deskconsole.glance.memory import Memory, remembered
from deskconsole.glance.reading import ColumnAtFirst, DeskAtFirst, open_file, read_desk
from deskconsole.terms import Role, Status

if TYPE_CHECKING:
    from deskconsole.face.seen import TicketSeen

ENTER = "\x1b[?1049h"  # the alternate screen
_HIDE, _SHOW, _LEAVE = "\x1b[?25l", "\x1b[?25h", "\x1b[?1049l"
_BARS = 2  # rows below the board: what there is to say, and the keys
_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


class Sight:
    """A first sight that stands on the terminal, until the console takes it over or it is left.

    `attributes` are the terminal's own, as termios has them; until somebody sets them again keys
    are neither shown nor acted on, but wait to be read.
    """

    def __init__(self, text: str, link: Connection) -> None:
        self._link = link
        self.stands = True
        self._handlers = {number: signal.signal(number, self._end) for number in _ENDINGS}
        self.attributes: list[Any] = termios.tcgetattr(0)
        silent = termios.tcgetattr(0)
        # Enter has to come as the console will read it, and nothing may hold the painting up.
        silent[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
        silent[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        termios.tcsetattr(0, termios.TCSANOW, silent)
        _write(ENTER + _HIDE + text)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.leave()
        os._exit(128 + number)

    def taken_over(self) -> None:
        """The console has the terminal now, and gives it back; it has its own connection too."""
        if self.stands:
            self.stands = False
            self._link.close()

    def leave(self) -> None:
        """Give the terminal back as it was, unless the console has it."""
        if self.stands:
            self.stands = False
            _write(_LEAVE + _SHOW)
            termios.tcsetattr(0, termios.TCSANOW, self.attributes)
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            self._link.close()


def first_sight(options: Mapping[str, str]) -> Sight | None:
    """Paint the board of these options, if it can be known what it will look like."""
    if not all(os.isatty(fd) for fd in (0, 1, 2)):
        return None
    if os.environ.get("TERM") == "dumb":
        return None
    if os.environ.get("COLUMNS") or os.environ.get("LINES"):
        return None  # the console would take the terminal to be as large as they say
    memory = remembered()
    if memory is None:
        return None
    file = options.get("--desk") or os.environ.get("DESKCONSOLE_DESK") or memory.desk
    if "://" in file or file.startswith("~"):
        return None
    size = os.get_terminal_size(1)
    try:
        link = open_file(os.path.abspath(file))
    except Error:
        return None
    try:
        board = _board(link, memory, options, size.columns, size.lines)
        text = _painted(board, memory.looks, size.columns) if board else ""
    except (Error, OSError, ValueError, KeyError):
        text = ""
    if not text:
        link.close()
        return None
    return Sight(text, link)


def _login(options: Mapping[str, str]) -> str:
    """Whoever acts, as the command line has it; OSError or KeyError without a login."""
    named = options.get("--as") or os.environ.get("DESKCONSOLE_USER")
    if named:
        return named
    import getpass

    return getpass.getuser()


class _Board(BoardFace):
    """The board as the console shows it first: the cursor on the first card of the first column."""

    def __init__(self, desk: DeskAtFirst, width: int, height: int) -> None:
        self.desk = desk
        self.now = desk.now
        self.zone = desk.policy.get("timezone", self.zone)
        self.loaded = True
        self.columns: Mapping[Status, ColumnAtFirst] = desk.columns
        self.height = height
        self._layout = lay_out(width, self.focused_status)
        self._limits = _limits(desk.policy.get("limits", ""))
        self._made: dict[int, tuple[Line, ...]] = {}  # cards by number: two rows are asked for each

    @property
    def slots(self) -> Sequence[Slot]:
        return self._layout.slots

    @property
    def shown(self) -> int:
        return self._layout.shown(self.height)

    def card(
        self, ticket: "TicketSeen", width: int, base: str, flash: str, mark: str
    ) -> tuple[Line, ...]:
        if ticket.number not in self._made:
            self._made[ticket.number] = super().card(ticket, width, base, flash, mark)
        return self._made[ticket.number]

    def limit(self, status: Status) -> int | None:
        return self._limits.get(status.slug)

    def status_line(self, width: int) -> Line:
        """What the console says of the first ticket, but for the link, which is being opened."""
        ticket = self.columns[self.focused_status].ticket
        words = f"{ticket.ref}  {ticket.title}" if ticket else self.focused_status.title
        count = sum(column.count for status, column in self.columns.items() if not status.closed)
        who = whose(self.desk.name, viewer=self.desk.role is Role.VIEWER)
        return bar_row(
            (Piece(f" {words}", "text"),), standing_words(who, "", count, "opening"), width
        )


def _board(
    link: Connection, memory: Memory, options: Mapping[str, str], width: int, lines: int
) -> _Board | None:
    height = lines - _BARS
    shown = lay_out(width, Status.WAITING_FOR_SUPPORT).shown(height)
    desk = read_desk(link, _login(options), shown, memory.migrations)
    return _Board(desk, width, height) if desk and height > 0 else None


def _limits(text: str) -> dict[str, int]:
    """`in-progress 4, blocked 3`, as the policy has it, by slug."""
    found = (part.rpartition(" ") for part in text.split(", ") if part)
    return {slug: int(most) for slug, _, most in found}


def _painted(board: _Board, looks: Mapping[str, str], width: int) -> str:
    """The whole screen in escape codes; KeyError where a look is not known."""
    sent: list[str] = []
    style = ""
    for y, (place, pieces) in enumerate(_rows(board, width), start=1):
        sent.append(f"\x1b[{y};1H")
        known = {piece.look: looks[f"{place}:{piece.look}"] for piece in pieces}
        for _, control, text, look in runs(pieces, known.__getitem__):
            if control:  # what it blanks has no colour, as where the console does it
                sent += (change(style, ""), control)
                style = ""
            if look is not None:
                look = for_blank(style, look) if text.isspace() else look
                if look != style:
                    sent.append(change(style, look))
                    style = look
                sent.append(text)
    sent.append(change(style, ""))
    return "".join(sent)


def _rows(board: _Board, width: int) -> Iterator[tuple[str, Line]]:
    """The rows of the screen, each with the name of what stands there."""
    for y in range(board.height):
        yield "board", tuple(piece for slot in board.slots for piece in board.line_in(slot, y))
    yield "status", board.status_line(width)
    yield "keys", (Piece(" " * width, "text"),)


def _write(text: str) -> None:
    sys.stderr.flush()
    data = text.encode()
    while data:
        data = data[os.write(2, data) :]
