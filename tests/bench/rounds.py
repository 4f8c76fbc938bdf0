"""Rounds: everything is measured in turn, again and again, so that noise hits all alike."""

import sys
from collections.abc import Set
from dataclasses import dataclass

from tests.bench.commands import WORK, Commands
from tests.bench.figures import Figures
from tests.bench.programs import Program, Unmeasured
from tests.bench.sitting import SITTING, sit
from tests.bench.subjects import Subjects

GROUPS = (*SITTING, *WORK)
_WORK_ROUNDS = 3  # rounds in which work in bulk is measured: it takes minutes, and varies little


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: groups of rows, rounds, presses of each key, seconds of idling."""

    groups: Set[str]
    runs: int
    presses: int
    idle: float


def measure(subjects: Subjects, effort: Effort, figures: Figures) -> None:
    """Measure all programs, the floor before each of them, and the commands after them."""
    keyed = effort.groups & set(SITTING)
    for turn in range(effort.runs if keyed else 0):
        for index, program in enumerate(subjects.programs):
            idles = keyed if index == 0 else keyed - {"idle"}  # once a round is enough
            _sit(subjects.floor, effort, idles, figures, turn)
            _sit(program, effort, keyed, figures, turn)
    for turn in range(effort.runs):
        for group in WORK:
            if group in effort.groups and (group == "commands" or turn < _WORK_ROUNDS):
                for one in subjects.commands:
                    _work(one, group, effort, figures, turn)
    _say("")


def _sit(program: Program, effort: Effort, groups: Set[str], figures: Figures, turn: int) -> None:
    if (program.subject, "") in figures.unmeasured:
        return
    _say(f"round {turn + 1} of {effort.runs}: {program.subject}")
    try:
        sit(program, figures, groups, effort.presses, effort.idle)
    except Unmeasured as why:
        figures.unmeasured[program.subject, ""] = str(why)


def _work(commands: Commands, group: str, effort: Effort, figures: Figures, turn: int) -> None:
    if (commands.subject, group) in figures.unmeasured:
        return
    _say(f"round {turn + 1} of {effort.runs}: {commands.subject}, {group}")
    try:
        commands.measure(group, effort.presses)
    except Unmeasured as why:
        figures.unmeasured[commands.subject, group] = str(why)


def _say(words: str) -> None:
    """Tell where it is, where there is a terminal to tell."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()
