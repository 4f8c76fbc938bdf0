"""What is shipped, and that the README says no more than is so."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deskconsole.cli import guide_text
from deskconsole.lifecycle.access import access_table
from deskconsole.query import HELP
from deskconsole.report.catalogue import FIGURES
from deskconsole.tui.actions import ACTIONS, DIALOGS, Place, actions_at

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


def styles_seen_from(folder: Path) -> str:
    """Where a package that lies in `folder` finds its stylesheets, and how many."""
    program = (
        "from deskconsole.tui.app import styles_folder\n"
        "print(styles_folder(), len(list(styles_folder().glob('*.tcss'))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_the_wheel_ships_its_styles_and_migrations(dist: Path, tmp_path: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path)
    count = len(list((ROOT / "styles").glob("*.tcss")))
    assert {f"deskconsole/styles/{file.name}" for file in (ROOT / "styles").iterdir()} <= names
    assert "deskconsole/store/migrations/0001_desk.py" in names
    assert not any(name.startswith(("tests", "styles")) for name in names)
    assert styles_seen_from(tmp_path) == f"{tmp_path}/deskconsole/styles {count}"


def test_the_sdist_has_what_it_takes_to_build_and_test(dist: Path, tmp_path: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    subprocess.run(["tar", "-xzf", sdist, "-C", tmp_path], check=True)
    (folder,) = tmp_path.iterdir()
    for name in ("styles/console.tcss", "tests/conftest.py", "README.md", "LICENSE"):
        assert (folder / name).is_file()
    count = len(list((ROOT / "styles").glob("*.tcss")))
    assert styles_seen_from(folder) == f"{folder}/styles {count}"


def test_the_top_level_holds_only_what_belongs_there() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    tops = {name.split("/")[0] for name in tracked if name and not name.startswith(".")}
    allowed = {"deskconsole", "tests", "styles", "pyproject.toml", "README.md", "LICENSE"}
    assert tops <= allowed


def test_the_readme_has_the_guide_and_the_table_as_the_program_prints_them() -> None:
    assert "\n".join(guide_text.markdown(None, False, "technician")) in README
    assert "\n".join(guide_text.markdown(None, True, "technician")) in README


def test_the_readme_has_the_table_of_rights_as_the_gate_knows_it() -> None:
    assert "\n".join(access_table()) in README


def test_the_readme_has_the_query_language_as_help_prints_it() -> None:
    for example, meaning in HELP:
        assert f"| `{example}` | {meaning} |" in README


def test_the_readme_has_every_key_of_the_board() -> None:
    for action in actions_at(Place.BOARD):
        if action.keys and not action.id.startswith(("jump.", "move.")):
            assert f"`{action.shown}`" in README, action.id


def test_the_readme_has_every_report() -> None:
    for figure in FIGURES:
        assert f"| `{figure.name}` | " in README


def test_the_readme_has_every_key_of_a_dialog() -> None:
    for action in ACTIONS:
        if action.dialog == "form":
            assert f"| `{action.shown}` | {action.help}" in README


def test_no_key_does_two_things_in_one_place_and_none_is_one_that_never_arrives() -> None:
    for room in (Place.BOARD, Place.TICKET, *DIALOGS):
        keys = [key for action in ACTIONS if room in action.rooms for key in action.keys]
        assert len(keys) == len(set(keys)), room
        assert not {"ctrl+h", "ctrl+j", "ctrl+k", "ctrl+l", "ctrl+s", "ctrl+enter"} & set(keys)
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_ci_runs_the_readmes_own_test_line() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    (line,) = [line for line in README.splitlines() if line.endswith("-m pytest")]
    assert line.strip() in script
