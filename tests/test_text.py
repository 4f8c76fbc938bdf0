"""Text from outside neither acts, crashes nor breaks a column, wherever it is shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from deskconsole.face.pieces import Piece, fit
from deskconsole.text import clean_line, clean_text, inert
from deskconsole.tui.wrapping import hang

HOSTILE = {
    "markup": "[@click=app.quit]x[/]",
    "closing tag": "[/]",
    "clipboard": "a\x1b]52;c;aGVsbG8=\x07b",
    "clipboard, 8 bit": "a\x9d52;c;aGVsbG8=\x9cb",
    "clear screen": "a\x1b[2J\x1b[Hb",
    "csi, 8 bit": "a\x9b31mb",
    "half a sequence": "a\x1b]0;owned",
    "c1": "a\x84\x85\x90b",
    "bidi": "a\u202eb\u2066c\u200fd",
    "zero width": "a\u200bb\ufeffc",
    "long": "x" * 10_000,
    "wide": "漢字かな交じり文" * 20,
    "combining": "a" + "\u0301" * 200,
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 ❤️ 👍🏿 🇦🇹",
    "surrogate": "a\udcffb",
    "private": "a\ue000b",
    "null": "a\x00b",
    "newlines": "a\nb\r\nc\x0bd",
    "tags": "a\U000e0041\U000e0042",
}


def drives_a_terminal(text: str) -> bool:
    return any(
        unicodedata.category(char) in ("Cc", "Cs")
        or char in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for char in text
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_harmless_after_cleaning(text: str) -> None:
    assert not drives_a_terminal(clean_line(text))
    assert not drives_a_terminal(clean_text(text).replace("\n", ""))
    assert not drives_a_terminal(inert(text))


@given(st.text())
def test_no_text_at_all_drives_a_terminal_after_cleaning(text: str) -> None:
    assert not drives_a_terminal(clean_line(text))
    assert not drives_a_terminal(clean_text(text).replace("\n", ""))
    assert not drives_a_terminal(inert(text))


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.text(), st.integers(0, 60))
def test_fitted_text_fills_its_cells_exactly(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("width", [1, 2, 17, 32])
def test_hostile_text_fills_its_cells_exactly(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_wrapped_rows_are_never_wider_than_they_may_be(text: str) -> None:
    line = (Piece("Label  ", "label"), Piece(inert(text), "text"))
    for row in hang(line, 40):
        assert sum(cell_len(piece.text) for piece in row) <= 40


def test_words_of_every_script_survive() -> None:
    for text in ("Zoë Šimůnek", "Ωμέγα", "می‌خواهم", "हिन्दी", "ภาษาไทย", "日本語"):
        assert clean_line(text) == unicodedata.normalize("NFC", text)


def test_a_control_does_not_hide_an_accent() -> None:
    assert clean_line("e\x01\u0301") == clean_line(clean_line("e\x01\u0301")) == "é"


def test_sequences_go_whole_and_markup_stays_as_it_was_written() -> None:
    assert clean_line(HOSTILE["clipboard"]) == "ab"
    assert clean_line(HOSTILE["clear screen"]) == "ab"
    assert clean_line(HOSTILE["markup"]) == HOSTILE["markup"]


def test_messages_keep_their_lines_and_their_indentation() -> None:
    assert clean_text("Hello,\r\n\r\n    code\t1  \nbye\n\n") == "Hello,\n\n    code    1\nbye"
