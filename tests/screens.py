"""The main screens as pictures: text with its colours, to be seen with `cat` and kept as tests.

`python -m tests.screens` takes them all anew; look at what changed before it is committed.
"""

import asyncio
import io
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from rich.console import Console as Recorder
from textual.widgets import Input, TextArea

from deskconsole.desk.desk import Desk
from deskconsole.model import Brings, HoldKind, Order, Priority, Status
from deskconsole.store.store import open_store
from deskconsole.tui.app import Console
from deskconsole.tui.desk_screen import DeskScreen
from deskconsole.tui.link import Link
from tests.conftest import BOB, HandClock, lead, staffed

FOLDER = Path(__file__).parent / "pictures"
SIZES = ((80, 24), (120, 35), (160, 45), (250, 60))
LOOKS = ("textual-dark", "textual-light", "no-color")
SCREENS = {
    "board": ("j", "space", "p"),
    "ticket": ("4", "enter"),
    "move": ("2", "asterisk", "s", "S"),
    "help": ("question_mark",),
}
_TITLES = (
    "VPN drops every hour since the update",
    "Invoice export writes the wrong currency",
    "Search finds nothing for names with umlauts",
    "Printer on the third floor prints blank pages",
    "日本語のメールが文字化けする",
    "Two-factor codes are rejected on the old phones",
)
_MESSAGE = """Hello,

since the update it fails **every** morning:

- first at 8:15
- then again after lunch

```
E42: no route to host
```

Can you help? See https://example.org/log
"""


def sample(desk: Desk, clock: HandClock) -> None:
    """A desk with something of everything, the same every time."""
    ana = staffed(desk).enter("ana")
    desk.set_policy(ana, "timezone", "UTC")
    desk.set_policy(ana, "limits", "waiting-for-support 4, in-progress 2")
    start = clock.now
    for index, title in enumerate(_TITLES):
        clock.now = start - timedelta(days=9 - index, hours=3)
        number = desk.open(
            ana,
            title,
            BOB,
            name="Bob",
            message=_MESSAGE,
            priority=list(Priority)[index % 4],
            tags=("vpn", "site-2") if index % 2 else (),
        ).number
        desk.assign(ana, number, ("ana", "bo", "nobody")[index % 3]) if index % 3 < 2 else None
    for index, status in enumerate(status for status in Status for _ in range(2)):
        clock.now = start - timedelta(days=6 - index % 6, hours=index)
        lead(desk, ana, status)
    clock.now = start
    desk.receive(3, BOB, "Any news?")
    review = Brings(kind=HoldKind.VENDOR, whom="Acme Networks", until=start.date())
    desk.move(ana, 2, Status.BLOCKED, review)
    desk.keep_view(ana, "Mine", "mine is:open", Order.AGE)


@contextmanager
def _surroundings(look: str) -> Iterator[None]:
    """The environment that a picture is taken in: UTC, and colours or none."""
    before = dict(os.environ)
    os.environ |= {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
    if look == "no-color":
        os.environ["NO_COLOR"] = "1"
    time.tzset()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        time.tzset()


async def _settled(console: Console) -> None:
    await console.workers.wait_for_complete()
    while any(isinstance(one, DeskScreen) and one.reading for one in console.screen_stack):
        await asyncio.sleep(0.01)


async def take(folder: Path, name: str, size: tuple[int, int], look: str) -> str:
    """A screen as text with escape sequences for its colours."""
    clock = HandClock()
    desk = Desk(open_store(str(folder / f"{name}-{size[0]}-{look}.db")), clock)
    sample(desk, clock)
    link = Link(desk, desk.enter("ana"))
    with _surroundings(look):
        console = Console(link)
        if look != "no-color":
            console.theme = look
        async with console.run_test(size=size) as pilot:
            await pilot.pause()
            for key in SCREENS[name]:
                await _settled(console)
                await pilot.press(key)
                await pilot.pause()
            await pilot.pause(0.3)  # the cursor has rested, for the preview
            await _settled(console)
            for field in console.screen.query("Input, TextArea"):
                assert isinstance(field, Input | TextArea)
                field.cursor_blink = False
            await pilot.pause()
            picture = _picture(console)
    link.close()
    desk.store.close()
    return picture


def _picture(console: Console) -> str:
    width, height = console.size
    recorder = Recorder(
        width=width,
        height=height,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
    )
    render = console.screen._compositor.render_update(
        full=True, screen_stack=console._background_screens, simplify=True
    )
    recorder.print(render)
    return recorder.export_text(styles=True)


def path(name: str, size: tuple[int, int], look: str) -> Path:
    """Where a picture is kept."""
    return FOLDER / f"{name}-{size[0]}x{size[1]}-{look.removeprefix('textual-')}.ans"


async def take_all(folder: Path) -> None:
    """Every screen at every size in every look."""
    for name in SCREENS:
        for size in SIZES:
            for look in LOOKS:
                picture = await take(folder, name, size, look)
                path(name, size, look).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(take_all(Path(temporary)))
