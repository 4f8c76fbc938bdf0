"""Makes the README's picture from the running console: `python -m tests.picture`."""

import asyncio
import tempfile
from pathlib import Path

from deskconsole.calendar import utc_now
from deskconsole.demo.living import seed
from deskconsole.desk.desk import Desk
from deskconsole.store.store import open_store
from deskconsole.tui.app import Console
from deskconsole.tui.link import Link

PICTURE = Path(__file__).parent / "pictures" / "board.svg"


async def take(folder: Path) -> str:
    """The board of a demo desk at 150x32, as SVG."""
    desk = Desk(open_store(str(folder / "demo.db")), utc_now)
    seed(lambda clock: Desk(desk.store, clock), "ana", desk.clock())
    link = Link(desk, desk.enter("ana"))
    console = Console(link)
    async with console.run_test(size=(150, 32)) as pilot:
        await pilot.press("j", "j")
        await console.workers.wait_for_complete()
        await pilot.pause()
        picture = console.export_screenshot(title="deskconsole", simplify=True)
    link.close()
    desk.store.close()
    return picture


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(asyncio.run(take(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
