"""The machine that a run was made on."""

import os
import platform
import re
import sqlite3
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = ("textual", "peewee", "pendulum", "psycopg")


def machine() -> dict[str, Any]:
    """Processor, system and versions, and how busy the machine is before anything is measured."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": cpu[1] if cpu else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.system(),
        "kernel": platform.release(),
        "load": load(),
        "versions": {
            "python": sys.version.split()[0],
            "sqlite": sqlite3.sqlite_version,
            **{name: found for name in _PACKAGES if (found := _version(name))},
        },
    }


def load() -> list[float]:
    """How many processes wanted a core, on the average of 1, 5 and 15 minutes."""
    return [round(average, 2) for average in os.getloadavg()]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
