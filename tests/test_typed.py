"""What a terminal sends becomes keys: an Esc is told from what only begins like one."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from textual import constants
from textual.events import Key
from textual.message import Message

from deskconsole.tui.typed import Typed, esc_seconds

PATIENCE = 10.0  # seconds after which a key that never comes is a failure


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """The reading and the writing end of a pipe."""
    reads, writes = os.pipe()
    yield reads, writes
    for end in (reads, writes):
        with suppress(OSError):
            os.close(end)


def patience() -> Callable[[], bool]:
    deadline = time.monotonic() + PATIENCE
    return lambda: time.monotonic() > deadline


def key(message: Message) -> str:
    assert isinstance(message, Key)
    return message.key


def test_an_esc_by_itself_is_esc_and_the_keys_after_it_are_their_own(ends: tuple[int, int]) -> None:
    reads, writes = ends
    typed = Typed(reads, alone=0.001).until(patience())
    for sent, meant in ((b"\x1b", "escape"), (b"\x1b[A", "up"), (b"\x1b", "escape"), (b"j", "j")):
        os.write(writes, sent)
        assert key(next(typed)) == meant


def test_a_key_that_was_cut_off_at_the_end_of_more_is_put_together(ends: tuple[int, int]) -> None:
    reads, writes = ends
    typed = Typed(reads, alone=0.0).until(patience())
    os.write(writes, b"j\x1b")
    assert key(next(typed)) == "j"
    os.write(writes, b"[A")
    assert key(next(typed)) == "up"


def test_a_byte_that_is_no_text_is_a_sign_and_the_next_keys_are_read(ends: tuple[int, int]) -> None:
    reads, writes = ends
    typed = Typed(reads, alone=0.0).until(patience())
    os.write(writes, b"\xffj")
    assert [key(next(typed)), key(next(typed))][1] == "j"


def test_reading_ends_with_the_terminal_and_when_it_is_told_to(ends: tuple[int, int]) -> None:
    reads, writes = ends
    os.write(writes, b"late")
    assert list(Typed(reads, alone=0.0).until(lambda: True)) == []
    os.close(writes)
    assert list(Typed(reads, alone=0.0).until(lambda: False)) == []


def test_an_esc_waits_longer_where_packets_bring_it_and_as_long_as_a_person_says() -> None:
    near, far = esc_seconds({}), esc_seconds({"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"})
    assert near < far < constants.ESCAPE_DELAY
    assert esc_seconds({"ESCDELAY": "100", "SSH_TTY": "/dev/pts/1"}) == constants.ESCAPE_DELAY
