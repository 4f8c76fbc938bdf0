"""The main screens look as they did when somebody last looked at them."""

import re
from pathlib import Path

import pytest

from tests.screens import LOOKS, SCREENS, SIZES, path, take


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_looks_as_it_was_looked_at(
    tmp_path: Path, name: str, size: tuple[int, int], look: str
) -> None:
    kept = path(name, size, look).read_text(encoding="utf-8").split("\n")
    taken = (await take(tmp_path, name, size, look)).split("\n")
    assert [_plain(row) for row in taken] == [_plain(row) for row in kept]
    assert taken == kept


def _plain(row: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", row)
