"""Text from outside is hostile until cleaned: nothing that drives a terminal passes here.

`clean_line` and `clean_text` are the ingest: what they return may be stored. `inert` is the
output: what it returns occupies exactly the cells that a width table says it does.
"""

import re
import unicodedata

# Whole sequences go first, so that their payload does not stay behind as litter:
# OSC, DCS, APC, PM, SOS strings up to their terminator, then CSI sequences (ECMA-48, 7 and 8 bit).
_STRINGS = "(?:\x1b[\\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\\\|\x9c)"
_CSI = "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
# Bidirectional controls, zero-width space, word joiner, byte-order mark, invisible operators,
# interlinear annotation, tags. ZWNJ and ZWJ stay in what is stored: Persian and Indic need them.
_INVISIBLE = (
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_MARKS_KEPT = (
    3  # combining marks on one base: more than any script writes, fewer than a line is high
)
# ASCII, and the letters and signs up to where combining marks begin, all of them composed.
_PLAIN = "[ -~\u00a1-\u00ac\u00ae-\u02ff]*"
_PLAIN_LINES = rf"({_PLAIN}(?<! )\n)*{_PLAIN}(?<! )"


def clean_line(text: str) -> str:
    """One line of `text`, without controls, escapes and bidi marks; white space is folded."""
    return " ".join(_clean(text).split())


def clean_text(text: str) -> str:
    """`text` with its line breaks kept and its controls, escapes and bidi marks removed."""
    if re.fullmatch(_PLAIN_LINES, text):
        return text.strip("\n")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    return "\n".join(_clean(line).rstrip() for line in lines).strip("\n")


def inert(text: str) -> str:
    """`text` for one line of terminal cells: cleaned, and of a width every terminal agrees on.

    Joiners, variation selectors and skin tones go, because terminals differ on the width of
    what they make; flags become their letters.
    """
    if _plain(text):
        return text
    return "".join(_cells(char) for char in _clean(text))


def _plain(text: str) -> bool:
    # What is printable of ASCII is plain, and told far sooner than by a pattern.
    return (text.isascii() and text.isprintable()) or re.fullmatch(_PLAIN, text) is not None


def _cells(char: str) -> str:
    code = ord(char)
    if code in (0x200C, 0x200D) or 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF:
        return ""
    if 0x1F1E6 <= code <= 0x1F1FF:
        return chr(code - 0x1F1E6 + ord("A"))
    return char


def _clean(text: str) -> str:
    if _plain(text):
        return text
    text = re.sub(_CSI, "", re.sub(_STRINGS, "", text))
    # Composed last: a control that stood between a letter and its accent must not hide one.
    composed = unicodedata.normalize("NFC", "".join(map(_harmless, re.sub(_INVISIBLE, "", text))))
    kept: list[str] = []
    marks = 0
    for char in composed:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= _MARKS_KEPT:
            kept.append(char)
    return "".join(kept)


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cc":
        return " " if char in "\t\n\r\v\f\x85" else ""
    return "\ufffd" if category in ("Cs", "Co", "Cn") else char
