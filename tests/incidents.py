"""Turns a real desk's incident log into the import format: `python -m tests.incidents FILE.csv`.

The log is the "Incident management process enriched event log" (UCI Machine Learning Repository,
CC BY 4.0; C. Amaral, M. Fantinato, S. Peres): one row an update of an incident. A jump that the
table of moves does not have becomes two moves at the same time. With --as-of 2016-04-01 the log is
cut at that day and shifted so that the day is now, which leaves a desk at work.
"""

import argparse
import csv
import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, str]
Event = dict[str, Any]

STATES = {
    "New": "S",
    "Active": "P",
    "Awaiting User Info": "C",
    "Awaiting Evidence": "C",
    "Awaiting Problem": "T",
    "Awaiting Vendor": "B",
    "Resolved": "A",
    "Closed": "D",
}
PRIORITIES = {"1": "urgent", "2": "high", "3": "normal", "4": "low"}
CLOSES_AFTER = timedelta(days=5)  # that desk closed resolved incidents by itself, in hourly runs


def instant(text: str) -> datetime:
    """A day-first time of the log, taken as UTC."""
    return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)


def known(text: str, otherwise: str) -> str:
    return otherwise if text in ("?", "") else text


class History:
    """One incident on its way through our statuses, as the events that lead there."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.events: list[Event] = []
        self.status = "S"
        self.held_from = "S"
        self.clone: int | None = None  # the open clone, if there is one
        self.clones = 0
        self.developing = False
        self.assignee: str | None = None
        self.at = instant(rows[0]["opened_at"])
        self.row = rows[0]

    def record(self) -> dict[str, Any]:
        """The incident as a line of the import format."""
        first = self.rows[0]
        caller = known(first["caller_id"], "Caller 0")
        self.by = known(first["opened_by"], "Opened by 0")
        symptom = known(first["u_symptom"], "no symptom")
        self.add("open", message=f"{symptom}, reported by {first['contact_type'].lower()}")
        for row in self.rows:
            self.row = row
            self.at = max(self.at, instant(row["sys_updated_at"]))
            self.by = known(row["sys_updated_by"], "Updated by 0")
            self.assign(row["assigned_to"])
            wanted = STATES.get(row["incident_state"])
            if wanted is not None and wanted != self.status:
                self.reach(wanted)
        return {
            "title": f"{known(first['category'], 'Category 0')}, "
            f"{known(first['subcategory'], 'Subcategory 0')}: {symptom}",
            "reporter": {
                "name": caller,
                "email": caller.replace(" ", "").lower() + "@example.org",
            },
            "priority": PRIORITIES[first["priority"][0]],
            "tags": [first["number"], *([] if first["location"] == "?" else [first["location"]])],
            "events": self.events,
        }

    def add(self, verb: str, **brings: Any) -> None:
        self.events.append({"at": self.at, "verb": verb, "by": self.by, **brings})

    def assign(self, name: str) -> None:
        if name != "?" and name != self.assignee:
            self.assignee = name
            self.add("assign", assignee=name)

    def reach(self, wanted: str) -> None:
        """Go to a status by legal moves, through support where there is no straight way."""
        straight = {
            "S": "CTPBA",
            "C": "",
            "T": "PCB",
            "P": "CTBA",
            "B": "",
            "A": "D",
            "D": "",
        }[self.status]
        if wanted not in straight:
            self.back()
            if self.status == wanted:
                return
            if wanted not in {"S": "CTPBA", "T": "PCB", "P": "CTBA"}[self.status]:
                if self.status != "S":
                    self.back()
                if wanted == "D":
                    self.forward("A")
        if self.status != wanted:
            self.forward(wanted)

    def back(self) -> None:
        """The move that leads towards support."""
        verb = {
            "C": "answer",
            "T": "return",
            "P": "return",
            "B": "resume",
            "A": "reject",
            "D": "reopen",
        }[self.status]
        self.add(verb, message=f"on the way to {self.row['incident_state']}")
        if verb == "resume":
            self.status = self.held_from
            return
        if verb == "return":
            self.clone = None
        self.status = "S"

    def forward(self, wanted: str) -> None:
        state = self.row["incident_state"]
        if wanted == "C":
            self.add("ask", message=f"{state}: please tell us more")
        elif wanted == "T":
            if self.status == "P":
                self.add("shelve")
                self.developing = False
            else:
                self.give_to_team()
                if self.developing:
                    self.add("shelve")
                    self.developing = False
        elif wanted == "P":
            if self.status == "S":
                self.give_to_team()
            if not self.developing:
                engineer = self.assignee or known(self.row["resolved_by"], "Resolver 0")
                self.add("start", engineer=engineer)
                self.developing = True
        elif wanted == "B":
            self.held_from = self.status
            self.add("hold", kind="vendor", whom=known(self.row["vendor"], "the vendor"))
        elif wanted == "A":
            verb = "deliver" if self.status == "P" else "resolve"
            said = f"Resolved with {known(self.row['closed_code'], 'no code')}"
            self.add(verb, message=said, **self.closing())
            self.clone = None
        elif wanted == "D":
            self.close()
        self.status = wanted

    def give_to_team(self) -> None:
        if self.clone is None:
            self.clones += 1
            self.clone = self.clones
            self.developing = False
            self.add("clone", team=known(self.row["assignment_group"], "Group 0"))
        else:
            self.add("clone", clone=self.clone)

    def closing(self) -> Event:
        """The deadline of that desk, where the clock will close by it."""
        closed = [row for row in self.rows if row["incident_state"] == "Closed"]
        by_clock = closed and instant(closed[-1]["sys_updated_at"]) - self.at >= CLOSES_AFTER
        return {"deadline": self.at + CLOSES_AFTER} if by_clock else {}

    def close(self) -> None:
        resolved = next(e for e in reversed(self.events) if e["verb"] in ("resolve", "deliver"))
        if self.at >= resolved.get("deadline", datetime.max.replace(tzinfo=UTC)):
            self.by = "clock"
            self.add("expire")
        else:
            self.add("approve", message="closed on the reporter's word", for_customer=True)


def read(file: Iterable[str]) -> Iterator[Row]:
    """The rows of a log; lines that begin with # say where it comes from."""
    yield from csv.DictReader(line for line in file if not line.startswith("#"))


def convert(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """The incidents of a log in its own order, each with its events at their own times."""
    for _, updates in itertools.groupby(rows, key=lambda row: row["number"]):
        yield History(list(updates)).record()


def as_of(records: Iterable[dict[str, Any]], day: datetime, now: datetime) -> Iterator[Any]:
    """The incidents as they stood on `day`, with all their times shifted so that it is now."""
    shift = now - day
    for record in records:
        events = [event for event in record["events"] if event["at"] <= day]
        for event in events:
            for name in ("at", "deadline"):
                if name in event:
                    event[name] += shift
        if events:
            yield {**record, "events": events}


def write(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Each record as a line of JSON, its instants in ISO 8601."""
    for record in records:
        yield json.dumps(record, default=lambda value: value.isoformat())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--as-of", metavar="DATE", type=datetime.fromisoformat)
    arguments = parser.parse_args()
    with open(arguments.file, newline="", encoding="utf-8") as file:
        records = convert(read(file))
        if arguments.as_of:
            day = arguments.as_of.replace(tzinfo=UTC)
            records = as_of(records, day, datetime.now(UTC))
        sys.stdout.writelines(f"{line}\n" for line in write(records))


if __name__ == "__main__":
    main()
