"""What a run is about: each checkout on each desk, in a file and on a server, and the peer."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.checkout import Checkout
from tests.bench.commands import Commands
from tests.bench.console import Console, ServedConsole
from tests.bench.desks import asked, built, working_copy
from tests.bench.figures import Figures, Subject
from tests.bench.peer import NAME, Peer, interpreter, version
from tests.bench.programs import Floor, Program, Unmeasured
from tests.bench.served import served
from tests.bench.targets import SMALLEST


def given(files: Iterable[Path]) -> dict[int, Path]:
    """Desks by the number of their tickets; Unmeasured for what is none, or as large as another."""
    desks: dict[int, Path] = {}
    for file in files:
        if not file.is_file():
            raise Unmeasured(f"there is no desk {file}")
        tickets = int(asked(file, "SELECT count(*) FROM ticket"))
        if tickets in desks:
            raise Unmeasured(f"{file} has {tickets:,} tickets, as {desks[tickets]} has")
        desks[tickets] = file
    return desks


@dataclass
class Subjects:
    """Gathers what is measured; what cannot be is noted in the figures.

    `folder` takes the copies that are worked on, `stack` ends what runs beside.
    """

    figures: Figures
    cache: Path
    folder: Path
    stack: ExitStack
    floor: Floor = field(default_factory=Floor)
    versions: dict[str, str] = field(default_factory=dict)  # of what was gathered beside ours
    programs: list[Program] = field(default_factory=list)
    commands: list[Commands] = field(default_factory=list)

    def add_consoles(
        self, checkouts: Sequence[Checkout], sizes: Iterable[int], files: Mapping[int, Path]
    ) -> None:
        """Each checkout on each desk: a file that is given, or one built by the first of them."""
        for size in sizes:
            for place, checkout in enumerate(checkouts):
                subject = Subject(checkout.name, size)
                try:
                    file = files.get(size) or built(size, checkouts[0], self.cache)
                    desk = working_copy(file, checkout, self.folder / f"{place}-{size}")
                except Unmeasured as why:
                    self.figures.unmeasured[subject, ""] = str(why)
                    continue
                self.programs.append(Console(subject, checkout, desk))
                self.commands.append(
                    Commands(subject, checkout, desk, self.floor.subject, self.figures)
                )

    def add_served(self) -> None:
        """The console of each checkout on a server, with its smallest desk."""
        consoles = [one for one in self.programs if isinstance(one, Console)]
        for checkout in dict.fromkeys(console.checkout for console in consoles):
            smallest = min(
                (console for console in consoles if console.checkout is checkout),
                key=lambda console: console.subject.size,
            )
            subject = Subject(f"{checkout.name} on PostgreSQL", smallest.subject.size)
            folder = self.folder / f"served-{consoles.index(smallest)}"
            try:
                desk = self.stack.enter_context(served(smallest.desk, checkout, folder))
            except Unmeasured as why:
                self.figures.unmeasured[subject, "live"] = str(why)
            else:
                self.programs.append(ServedConsole(subject, checkout, desk))

    def add_peer(self) -> None:
        """The peer, with as many tasks as the smallest desk has tickets."""
        try:
            python = interpreter(self.cache)
            peer = Peer(SMALLEST, python, self.folder / NAME)
        except Unmeasured as why:
            self.figures.unmeasured[Subject(NAME, SMALLEST), ""] = str(why)
        else:
            self.programs.append(peer)
            self.versions[NAME] = version(python)
