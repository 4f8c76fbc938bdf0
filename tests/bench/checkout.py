"""A checkout of the project: its commands, as a person would run them."""

import subprocess
import sys
from pathlib import Path

from tests.bench.programs import Unmeasured, surroundings


class Checkout:
    """A checkout that is measured, under a name; compiled, as an installed program is."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        compiled = [sys.executable, "-m", "compileall", "-q", str(folder / "deskconsole")]
        subprocess.run(compiled, check=True)

    def command(self, *arguments: str) -> list[str]:
        """A command line of it."""
        return [sys.executable, "-m", "deskconsole", *arguments]

    def env(self, folder: Path) -> dict[str, str]:
        """The environment of its commands, with settings and drafts in a folder of their own."""
        return {
            **surroundings(folder),
            "PYTHONPATH": str(self.folder),
            "DESKCONSOLE_CONFIG": str(folder / "config.toml"),
            "DESKCONSOLE_STATE": str(folder / "state"),
        }

    def run(self, folder: Path, *arguments: str) -> str:
        """What a command says; Unmeasured if it fails."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.env(folder),
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            reason = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
            raise Unmeasured(f"`deskconsole {' '.join(arguments)}`: {reason[-1]}")
        return done.stdout


def named(folders: list[Path]) -> list[Checkout]:
    """Checkouts by the names of their folders, or by their paths where these are the same."""
    places = [folder.resolve() for folder in folders]
    if len(places) == 1:
        return [Checkout("deskconsole", places[0])]
    names = [place.name for place in places]
    plain = len(set(names)) == len(names)
    return [Checkout(place.name if plain else str(place), place) for place in places]
