"""Messages as people write them, Markdown or plain, to lines of pieces: pure, and inert.

Nothing that was written is lost: what Markdown would hide (addresses of links, the language of a
block, cells beyond a table's head, backslashes of paths) is shown. What is too long or too deep
to be read as Markdown stays as it was typed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len

from deskconsole.face.pieces import Line, Piece
from deskconsole.text import clean_text, inert

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_LONGEST = 20_000  # characters beyond which a message is shown as it was typed
_MOST = 20_000  # tokens, because a small table may have very many empty cells
_DEEPEST = 20  # levels of nesting
_TABLE_WIDE = 66  # cells: the room of a message on a screen of 80
_MARKS = {"em_open": "emphasis", "strong_open": "strong", "link_open": "link"}


def message_lines(text: str, look: str) -> list[Line]:
    """The lines of a message; `look` is that of its plain words, laid under every other."""
    text = clean_text(text)
    tokens = _parsed(text)
    if tokens is None:
        return [_plain(row, look) for row in text.split("\n")]
    writer = _Writer(look, text.split("\n"))
    writer.write(tokens)
    return writer.lines


def _plain(row: str, look: str) -> Line:
    """A row as it was typed; its indentation is kept where it wraps."""
    body = row.lstrip(" ")
    words = Piece(inert(body), look)
    return (Piece(" " * (len(row) - len(body)), "label"), words) if body != row else (words,)


def _parsed(text: str) -> "list[Token] | None":
    if len(text) > _LONGEST:
        return None
    tokens = _parser().parse(text)
    if len(tokens) > _MOST or any(token.level >= _DEEPEST - 1 for token in tokens):
        return None
    return tokens


def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST}).enable("table")
    # A line of dashes under a signature makes no heading, and a definition is not swallowed.
    parser.disable(["lheading", "reference"])
    parser.inline.ruler.before("escape", "path", _path)
    return parser


def _path(state: "StateInline", silent: bool) -> bool:
    r"""A backslash of a path stays: two in a row (\\server), and one that ends a line."""
    rest = state.src[state.pos : state.pos + 2]
    if rest[:1] != "\\" or rest[1:] not in ("\\", "\n", ""):
        return False
    taken = rest.rstrip("\n")
    if not silent:
        state.pending += taken
    state.pos += len(taken)
    return True


@dataclass
class _Box:
    """What a quote or an item of a list puts before its first line, and before the others."""

    first: Piece
    rest: Piece
    begun: bool = False

    def lead(self) -> Piece:
        piece = self.rest if self.begun else self.first
        self.begun = True
        return piece


@dataclass
class _Writer:
    """Writes blocks one under the other, inside the boxes that are open."""

    look: str
    source: Sequence[str]
    lines: list[Line] = field(default_factory=list)
    _boxes: list[_Box] = field(default_factory=list)
    _apart: bool = False  # the next block stands apart from the one before

    def write(self, tokens: "Sequence[Token]") -> None:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            end = at
            if token.type == "table_open":
                end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
                self._table(tokens[at : end + 1])
            else:
                self._block(token, tokens[at - 1] if at else token)
            at = end + 1

    def _block(self, token: "Token", before: "Token") -> None:
        match token.type:
            case "inline":
                look = "heading" if before.type == "heading_open" else self.look
                self._rows(_inline(token.children or [], look))
                self._apart = self._apart or not before.hidden
            case "fence" | "code_block":
                self._code(token)
            case "hr":
                self._rows([(Piece("─" * 20, "quiet"),)])
                self._apart = True
            case "blockquote_open":
                bar = Piece("│ ", "bar")
                self._open(_Box(bar, bar), apart=self._apart)
            case "list_item_open":
                marker = f"{token.info}{token.markup} " if token.info else "• "
                marks = Piece(marker, "label"), Piece(" " * len(marker), "label")
                self._open(_Box(*marks), apart=self._apart)
            case "blockquote_close" | "list_item_close":
                self._close()
            case "bullet_list_close" | "ordered_list_close":
                self._apart = self._apart or not self._boxes

    def _open(self, box: _Box, *, apart: bool) -> None:
        self._boxes.append(box)
        self._apart = apart

    def _close(self) -> None:
        if not self._boxes[-1].begun:
            self._line(())  # an item or a quote of nothing
        box = self._boxes.pop()
        self._apart = self._apart or box.first.look == "bar"

    def _rows(self, rows: Iterable[Line]) -> None:
        """A block; an empty line before it where it stands apart."""
        if self._apart and self.lines:
            self.lines.append(tuple(box.rest for box in self._boxes if box.begun))
        self._apart = False
        for row in rows:
            self._line(row)

    def _line(self, row: Line) -> None:
        self.lines.append((*(box.lead() for box in self._boxes), *row))

    def _code(self, token: "Token") -> None:
        rows = token.content.removesuffix("\n").split("\n")
        look = f"{self.look}+code"
        info = [(Piece(inert(token.info.strip()), "quiet"),)] if token.info.strip() else []
        inset = Piece("  ", "label")
        self._rows([*info, *((inset, *_plain(row, look)) for row in rows)])
        self._apart = True

    def _table(self, tokens: "Sequence[Token]") -> None:
        rows: list[list[Line]] = []
        right: list[bool] = []
        for token, cell in pairwise(tokens):
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                look = f"{self.look}+strong" if token.type == "th_open" else self.look
                lines = _inline(cell.children or [], look)
                rows[-1].append(tuple(piece for line in lines for piece in line))
                right.append("right" in str(token.attrs.get("style", "")))
        first, last = tokens[0].map or (0, 0)
        typed = [row.strip() for row in self.source[first:last]]
        if any(_cells(row) > len(rows[0]) for row in typed):
            self._rows([_plain(row, self.look) for row in typed])
        else:
            self._rows(_aligned(rows, right) or _one_by_one(rows))
        self._apart = True


def _cells(row: str) -> int:
    return row.strip("|> ").replace("\\|", "").count("|") + 1


def _width(line: Line) -> int:
    return sum(cell_len(piece.text) for piece in line)


def _aligned(rows: list[list[Line]], right: list[bool]) -> list[Line]:
    """A table in columns under its head; nothing if it is too wide for that."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 3 * len(widths) > _TABLE_WIDE:
        return []
    rule = "─┼─".join("─" * width for width in widths)
    lines = [_row(row, widths, right) for row in rows]
    return [lines[0], (Piece(rule, "quiet"),), *lines[1:]]


def _row(row: list[Line], widths: list[int], right: list[bool]) -> Line:
    pieces: list[Piece] = []
    for index, (cell, width, to_right) in enumerate(zip(row, widths, right, strict=False)):
        room = Piece(" " * (width - _width(cell)), "text")
        between = (Piece(" │ ", "quiet"),) if index else ()
        pieces += [*between, *((room, *cell) if to_right else (*cell, room))]
    return tuple(pieces)


def _one_by_one(rows: list[list[Line]]) -> Iterator[Line]:
    """A table too wide for the screen: each row as its cells, one under the other, named."""
    head, *body = rows
    for index, row in enumerate(body or [head]):
        if index:
            yield ()
        for name, cell in zip(head, row, strict=True):
            yield (*name, Piece(": ", "quiet"), *cell) if body else cell


def _inline(tokens: "Sequence[Token]", look: str) -> list[Line]:
    """The lines of a paragraph: a line break as it was typed is one."""
    lines: list[list[Piece]] = [[]]
    marks: list[str] = []
    links: list[tuple[str, str, int]] = []
    for token in tokens:
        now = "+".join((look, *marks))
        match token.type:
            case "softbreak" | "hardbreak":
                lines.append([])
            case "code_inline":
                lines[-1].append(Piece(f"`{inert(token.content)}`", f"{now}+code"))
            case "image":
                lines[-1].append(Piece(_addressed(token, token.content, "src"), f"{now}+link"))
            case "em_open" | "strong_open" | "link_open":
                marks.append(_MARKS[token.type])
                if token.type == "link_open":
                    links.append((_addressed(token, "", "href"), _address(token), len(lines[-1])))
            case "em_close" | "strong_close":
                marks.pop()
            case "link_close":
                shown, address, start = links.pop()
                said = "".join(piece.text for piece in lines[-1][start:])
                if said not in (address, address.removeprefix("mailto:")):
                    space = " " if said else ""
                    lines[-1].append(Piece(space + (shown if said else shown[1:-1]), now))
                marks.pop()
            case _:
                lines[-1].append(Piece(inert(token.content), now))
    return [tuple(line) for line in lines]


def _address(token: "Token") -> str:
    return inert(str(token.attrs.get("href", "")))


def _addressed(token: "Token", text: str, name: str) -> str:
    """Text, address and title of a link or an image, as plain words."""
    parts = (str(token.attrs.get(part, "")) for part in (name, "title"))
    where = ", ".join(part for part in parts if part)
    return inert(f"{text} ({where})".strip() if where else text)
