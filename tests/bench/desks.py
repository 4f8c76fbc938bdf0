"""The desks that are measured on: built once a day, and copied before anybody works on them."""

import hashlib
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.checkout import Checkout
from tests.bench.programs import Unmeasured

SEED = 1
_LEAD = "ana"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a desk is, a file or a URL, and who leads it: all is measured as theirs."""

    place: str
    lead: str

    @property
    def options(self) -> tuple[str, ...]:
        """The options by which a command is theirs, at this desk."""
        return "--desk", self.place, "--as", self.lead


def built(tickets: int, checkout: Checkout, cache: Path) -> Path:
    """A desk of so many tickets by `demo --tickets`, from the cache if it has one of today.

    A desk ages: what was to close tomorrow is overdue a day later, and the console closes it.
    """
    today = datetime.now(UTC).date().isoformat()
    desk = cache / f"desk-{tickets}-{today}-{_recipe(checkout.folder)}.db"
    if not desk.exists():
        cache.mkdir(parents=True, exist_ok=True)
        for old in cache.glob(f"desk-{tickets}-*.db"):
            old.unlink()
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            made = Path(folder) / "desk.db"
            checkout.run(Path(folder), "--as", _LEAD, "demo", *demo_options(tickets), str(made))
            made.rename(desk)
    return desk


def demo_options(tickets: int) -> tuple[str, ...]:
    """The options by which a desk of so many tickets is built."""
    return "--tickets", str(tickets), "--seed", str(SEED)


def _recipe(checkout: Path) -> str:
    """What tells apart desks that were built differently: how, and into which tables."""
    digest = hashlib.sha256()
    package = checkout / "deskconsole"
    for source in sorted((*package.glob("demo*"), *package.glob("store/migrations/*.py"))):
        for file in sorted(source.rglob("*.py")) if source.is_dir() else (source,):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def asked(file: Path | str, question: str) -> str | int:
    """What a desk's file answers to a question of one column and one row; Unmeasured if none."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        found = connection.execute(question).fetchone()
    except sqlite3.DatabaseError as error:
        raise Unmeasured(f"{file} is no desk that can be read: {error}") from None
    finally:
        connection.close()
    if found is None:
        raise Unmeasured(f"{file} has nothing to measure with: {question}")
    answer: str | int = found[0]
    return answer


def working_copy(file: Path, checkout: Checkout, folder: Path) -> Desk:
    """A copy to work on, brought to the tables that the checkout knows."""
    folder.mkdir(parents=True)
    copy = folder / "desk.db"
    shutil.copyfile(file, copy)
    lead = str(asked(copy, "SELECT name FROM person WHERE role = 'lead' ORDER BY id"))
    desk = Desk(str(copy), lead)
    checkout.run(folder, *desk.options, "policy", "timezone")
    return desk
