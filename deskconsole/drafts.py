"""Drafts: what was typed for an act that is not done yet, kept in the person's own state folder.

A draft is one small file, written whole, so that a crash finds the last one complete. A person
may sit at two consoles: whoever finds a draft other than it was left keeps a draft of its own,
so that neither loses words to the other.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deskconsole.calendar import iso, parse_instant
from deskconsole.errors import BadInput, DeskError
from deskconsole.frozen import Record
from deskconsole.model import Status, ref

KEPT = timedelta(days=30)

# What was typed or picked, by field; only what differs from what the field began with.
Values = Mapping[str, str | int | bool]


class NotKept(DeskError):
    """The state folder cannot be written."""


class Act(Record):
    """What a draft is for: an act by its name, on a ticket, and where a move leads."""

    name: str
    ticket: int | None = None
    target: Status | None = None

    @property
    def words(self) -> str:
        """The act, its ticket aside: `reply`, `move to Done`."""
        return f"{self.name} to {self.target.title}" if self.target else self.name

    def __str__(self) -> str:
        if self.ticket is None:
            return self.words
        if self.target is not None:
            return f"{self.name} {ref(self.ticket)} to {self.target.title}"
        return f"{self.name} on {ref(self.ticket)}"


class Draft(Record):
    """Words that wait: for which act, and when they were last kept."""

    id: str
    act: Act
    at: datetime
    values: Values


class Drafts:
    """One person's drafts at one desk, in `folder`, which is made when it is needed."""

    def __init__(self, folder: Path, desk: str, person: str, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._whose = hashlib.sha256(f"{desk}\0{person}".encode()).hexdigest()[:16]
        self.clock = clock

    def waiting(self) -> list[Draft]:
        """Every draft that can be read, the newest first."""
        found = (self._read(path) for path in self._files(f"{self._whose}-*.json"))
        return sorted(filter(None, found), key=lambda draft: draft.at, reverse=True)

    def latest(self, act: Act) -> Draft | None:
        """The newest draft of an act."""
        return next((draft for draft in self.waiting() if draft.act == act), None)

    def keep(self, act: Act, values: Values, seen: Draft | None) -> Draft:
        """Keep what was typed, in place of the draft that was `seen`; NotKept if it cannot be.

        Where that draft is not as it was seen any more, it stays and a new one is kept beside it.
        """
        mine = seen if seen is not None and self._unchanged(seen) else None
        key = mine.id if mine is not None else os.urandom(8).hex()
        draft = Draft(key, act, self.clock(), dict(values))
        try:
            self._write(self._path(draft), _record(draft))
        except OSError as error:
            raise NotKept(f"drafts cannot be kept: {self._folder}: {error.strerror}") from error
        return draft

    def drop(self, draft: Draft) -> None:
        """Forget a draft, unless it is another than was seen."""
        if self._unchanged(draft):
            with suppress(OSError):
                self._path(draft).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what nobody, at any desk, has come back to for a month."""
        oldest = (self.clock() - KEPT).timestamp()
        for path in (*self._files("*.json"), *self._files("*.tmp")):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _files(self, pattern: str) -> Iterator[Path]:
        with suppress(OSError):
            yield from self._folder.glob(pattern)

    def _path(self, draft: Draft) -> Path:
        return self._folder / f"{self._whose}-{draft.id}.json"

    def _unchanged(self, draft: Draft) -> bool:
        return self._read(self._path(draft)) == draft

    def _read(self, path: Path) -> Draft | None:
        """The draft in a file; None where there is none, or none that this version can read."""
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            target = record["target"]
            act = Act(record["act"], record["ticket"], Status.of(target) if target else None)
            key = path.stem.removeprefix(f"{self._whose}-")
            return Draft(key, act, parse_instant(record["at"]), dict(record["values"]))
        except (OSError, ValueError, LookupError, TypeError, BadInput):
            return None

    def _write(self, path: Path, record: Mapping[str, Any]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")  # for its owner alone
        try:
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(record, file)
            os.replace(name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise


def _record(draft: Draft) -> dict[str, Any]:
    act = draft.act
    return {
        "act": act.name,
        "ticket": act.ticket,
        "target": act.target.slug if act.target else None,
        "at": iso(draft.at),
        "values": draft.values,
    }


def drafts_folder() -> Path:
    """Where this person's drafts are: DESKCONSOLE_STATE, or the state folder of the system."""
    given = os.environ.get("DESKCONSOLE_STATE")
    if given:
        return Path(given) / "drafts"
    from platformdirs import user_state_path

    return user_state_path("deskconsole", appauthor=False) / "drafts"
