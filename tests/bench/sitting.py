"""One sitting at a program: it is started, its keys are pressed, and it is left alone."""

import gc
import tempfile
import time
from collections.abc import Callable, Hashable, Set
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figures, Series
from tests.bench.programs import Program, Unmeasured
from tests.bench.watched import Answer, Watched

SITTING = ("start", "keys", "find", "move", "live", "idle")  # groups of rows
_LOST = 0.5  # seconds without an answer after which a key typed ahead counts as lost
_SETTLE = 0.3  # seconds without output or work before keys are measured
_ALONE = 1.5  # the same, before it is left alone: a flash or a cursor may blink a last time
_LOOK = 0.0005  # seconds between two looks at whether keys are taken


def sit(program: Program, figures: Figures, groups: Set[str], presses: int, idle: float) -> None:
    """Measure the groups of rows that are asked for; Unmeasured says why there is nothing."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        program.prepare(folder)
        gc.collect()
        gc.disable()  # stamps are not to wait for it
        try:
            with Watched(program.command(), program.env(folder), folder) as watched:
                _start(program, watched, figures if "start" in groups else Figures())
                watched.calm(_SETTLE)
                if "idle" in groups:
                    figures.of("memory", program.subject).values.append(watched.memory)
                for keys in program.rows():
                    if keys.groups & groups:
                        for row, answer in keys.press(watched, presses):
                            add(figures.of(row, program.subject), answer)
                if "idle" in groups:
                    _idle(program, watched, figures, idle)
                if "live" in groups:
                    _live(program, watched, figures, folder)
                if not watched.alive:
                    raise Unmeasured(f"it ended by itself, with {watched.process.returncode}")
                watched.leave(program.quit)
        finally:
            gc.enable()


def add(series: Series, answer: Answer) -> None:
    """Keep what a key brought."""
    if answer.painted is None:
        series.missed += 1
        return
    series.values.append(answer.painted)
    series.settled.append(answer.settled or answer.painted)
    series.bytes.append(answer.bytes)
    series.frames.append(answer.frames)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A frame of a start: when it was shown, what was seen, and how far the program was."""

    stamp: float
    sight: Hashable | None
    complete: bool
    answered: bool


def _start(program: Program, watched: Watched, figures: Figures) -> None:
    """From its execution to what is seen first, and to the first key answered.

    What is seen first counts once it is as it still is on the live screen. A key is typed as soon
    as the program reads keys; one that lost it is given the time in which it answers the next one.
    """
    while not watched.takes_keys and watched.alive:
        time.sleep(_LOOK)
    watched.press(program.first)
    frames: list[_Frame] = []

    def look(within: float, until: Callable[[_Frame], bool]) -> bool:
        for stamp in watched.watch(within):
            sight, complete = program.sight(watched), program.complete(watched)
            frames.append(_Frame(stamp, sight, complete, complete and program.answered(watched)))
            if until(frames[-1]):
                return True
        return False

    if not look(program.patience, lambda frame: frame.complete):
        ended = "was not ready in time" if watched.alive else "ended before it was ready"
        raise Unmeasured(f"it {ended}; its screen: {' '.join(watched.text.split())[-200:]}")
    kept = frames[-1].answered or look(_LOST, lambda frame: frame.answered)
    true = frames[-1].sight
    seen = next(frame.stamp for frame in frames if frame.sight == true)
    start = figures.of("start", program.subject)
    if kept:
        ready = frames[-1].stamp
    else:
        start.missed += 1
        answer = watched.answer(program.first, lambda: program.answered(watched))
        if answer.painted is None:
            raise Unmeasured(f"it does not answer {program.first!r}")
        complete = next(frame.stamp for frame in frames if frame.complete and frame.sight == true)
        ready = complete + answer.painted / 1000
    figures.of("first sight", program.subject).values.append((seen - watched.began) * 1000)
    start.values.append((ready - watched.began) * 1000)


def _live(program: Program, watched: Watched, figures: Figures, folder: Path) -> None:
    for row, painted in program.others(watched, folder):
        series = figures.of(row, program.subject)
        if painted is None:
            series.missed += 1
        else:
            series.values.append(painted)


def _idle(program: Program, watched: Watched, figures: Figures, seconds: float) -> None:
    """What it writes and how much of a core it takes while nobody does anything; its memory."""
    watched.calm(_ALONE)
    written, used, began = watched.written, watched.seconds, time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - began
    figures.of("idle: bytes", program.subject).values.append(watched.written - written)
    figures.of("idle: share of a core", program.subject).values.append(
        100 * (watched.seconds - used) / passed
    )
    figures.of("memory after the keys", program.subject).values.append(watched.memory)
