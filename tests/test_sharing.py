"""Who of a machine may open the desk's file: its owner, or a group, seen by a second real user."""

import grp
import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deskconsole.calendar import utc_now
from deskconsole.desk.desk import Desk
from tests.conftest import BOB, opened, staffed

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")

ROOT = Path(__file__).resolve().parents[1]
STRANGER = 65534
# The stranger may not be able to read the interpreter's own files: all is imported before.
AS_STRANGER = """
import difflib, importlib, os, pkgutil, sys
import deskconsole
for module in pkgutil.walk_packages(deskconsole.__path__, "deskconsole."):
    if ".migrations" not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
user, *groups = map(int, sys.argv.pop(1).split(","))
os.setgroups(groups)
os.setgid(user)
os.setuid(user)
deskconsole.cli.main.main()
"""
GROUP = next(group for group in grp.getgrall() if group.gr_gid not in (0, STRANGER))

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def file() -> Iterator[Path]:
    """A desk in a folder of its own that everybody on the machine can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder / "desk.db"
    shutil.rmtree(folder)


@pytest.fixture
def run(file: Path) -> Run:
    """Runs a command as root, or as a stranger to the file who is in some groups."""
    staffed(Desk(opened(file), utc_now)).store.close()

    def run(*arguments: str, groups: list[int] | None = None) -> subprocess.CompletedProcess[str]:
        program = ["-m", "deskconsole"]
        if groups is not None:
            program = ["-c", AS_STRANGER, ",".join(map(str, (STRANGER, *groups)))]
        return subprocess.run(
            [sys.executable, *program, "--desk", str(file), *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def modes(file: Path) -> set[int]:
    return {stat.S_IMODE(one.stat().st_mode) for one in file.parent.iterdir()}


def test_a_desk_is_its_owners_until_a_group_is_let_in_which_then_works_at_it(
    file: Path, run: Run
) -> None:
    open_desk = opened(file)
    open_desk.last_event()  # so that -wal and -shm are there
    assert modes(file) == {0o600}
    denied = run("--as", "bo", "list", groups=[GROUP.gr_gid])
    assert (denied.returncode, "Traceback" in denied.stderr) == (6, False)
    assert "Permission denied" in denied.stderr
    shared = run("--as", "ana", "share", "--group", GROUP.gr_name)
    assert f"by its owner and group {GROUP.gr_name}" in shared.stdout
    assert modes(file) == {0o660}
    open_desk.close()
    told = shared.stderr.strip().partition("say: ")[2]
    assert shlex.quote(str(file.parent)) in told
    subprocess.run(told, shell=True, check=True)
    for number, groups in enumerate(([GROUP.gr_gid], None, [GROUP.gr_gid]), start=1):
        done = run("--as", "bo", "new", "VPN drops", "--from", BOB, groups=groups)
        assert (done.stdout, done.stderr) == (f"SD-{number}\n", "")
    again = run("--as", "ana", "share", "--group", GROUP.gr_name)
    assert (again.returncode, again.stderr) == (0, "")
    outside = run("--as", "bo", "list", groups=[])
    assert (outside.returncode, outside.stdout) == (6, "")
    assert run("--as", "ana", "share", "--private").stdout.endswith("by its owner alone\n")
    assert run("--as", "bo", "list", groups=[GROUP.gr_gid]).returncode == 6


def test_a_folder_that_nobody_else_may_enter_is_a_sentence(file: Path, run: Run) -> None:
    file.parent.chmod(0o700)
    denied = run("list", groups=[])
    assert (denied.returncode, "Traceback" in denied.stderr) == (6, False)
    assert "Permission denied" in denied.stderr


def test_only_a_lead_says_who_may_open_it(file: Path, run: Run) -> None:
    for who in ("vera", "eve", "bo"):
        denied = run("--as", who, "share", "--group", GROUP.gr_name)
        assert (denied.returncode, denied.stdout) == (3, "")
    assert modes(file) == {0o600}
    wrong = run("--as", "ana", "share", "--group", "no-such-group")
    assert (wrong.returncode, "there is no group" in wrong.stderr) == (2, True)
    assert run("--as", "ana", "share", "--group", "x", "--private").returncode == 2
    assert modes(file) == {0o600}
