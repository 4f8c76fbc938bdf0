"""The benchmark's command."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from platformdirs import user_cache_path

from tests.bench.checkout import named
from tests.bench.figures import Figures, Subject
from tests.bench.machine import load, machine
from tests.bench.peer import NAME, PEERED
from tests.bench.programs import Unmeasured
from tests.bench.report import markdown, report
from tests.bench.rounds import GROUPS, Effort, measure
from tests.bench.subjects import Subjects, given
from tests.bench.targets import SMALLEST

_CACHE = user_cache_path("deskconsole-bench")
_HERE = Path(__file__).parents[2]


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line; a wrong one ends the process with a sentence."""
    parser = argparse.ArgumentParser(
        "python -m tests.bench",
        description="Measure the console in a terminal of 160x45, beside an empty Textual app and "
        f"{NAME}; print a table in Markdown.",
    )
    add = parser.add_argument
    add(
        "--sizes",
        type=_sizes,
        default=(1_000, 100_000, 1_000_000),
        metavar="N,…",
        help="tickets of the desks that are built (1000,100000,1000000)",
    )
    add(
        "--desk",
        action="append",
        type=Path,
        metavar="FILE",
        help="measure on copies of this desk in place of those; may be repeated",
    )
    add(
        "--program",
        action="append",
        type=Path,
        metavar="CHECKOUT",
        help="measure this checkout in place of this one; several stand beside each other",
    )
    add(
        "--only",
        type=_groups,
        default=GROUPS,
        metavar="GROUP,…",
        help=f"of {', '.join(GROUPS)} (all)",
    )
    add("--runs", type=int, default=5, help="rounds (5)")
    add("--presses", type=int, default=20, help="of each key in a round (20)")
    add("--idle", type=float, default=15, help="seconds for which all are left alone (15)")
    add("--quick", action="store_true", help="2 rounds of 8 presses and 3 seconds, 1,000 tickets")
    add("--peer", action=argparse.BooleanOptionalAction, default=True, help=f"measure {NAME} too")
    add(
        "--cache",
        type=Path,
        default=_CACHE,
        metavar="DIR",
        help=f"where desks and {NAME} are kept for the next time ({_CACHE})",
    )
    add("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.runs, chosen.presses, chosen.idle, chosen.sizes = 2, 8, 3.0, (SMALLEST,)
    if chosen.runs < 1 or chosen.presses < 1 or chosen.idle <= 0:
        parser.error("--runs, --presses and --idle are more than nothing")
    try:
        chosen.given = given(chosen.desk or ())
    except Unmeasured as why:
        parser.error(str(why))
    for folder in chosen.program or ():
        if not (folder / "deskconsole" / "__init__.py").is_file():
            parser.error(f"{folder} is no checkout of deskconsole")
    if chosen.json and not chosen.json.resolve().parent.is_dir():
        parser.error(f"there is no folder for {chosen.json}")
    return chosen


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(sorted({int(size) for size in text.split(",")}))
    if sizes[0] < 1:
        raise ValueError
    return sizes


def _groups(text: str) -> tuple[str, ...]:
    groups = tuple(text.split(","))
    for group in groups:
        if group not in GROUPS:
            raise argparse.ArgumentTypeError(
                f"there is no group {group!r}; there are {', '.join(GROUPS)}"
            )
    return groups


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a desk's console or the floor could not be measured at all."""
    chosen = options(arguments)
    sys.setswitchinterval(0.0002)  # stamps do not wait for the replay
    where = machine()
    figures = Figures()
    peer = Subject(NAME, SMALLEST) if chosen.peer else None
    effort = Effort(frozenset(chosen.only), chosen.runs, chosen.presses, chosen.idle)
    chosen.cache.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=chosen.cache)))
        subjects = Subjects(figures, chosen.cache, folder, stack)
        checkouts = named(chosen.program or [_HERE])
        subjects.add_consoles(checkouts, chosen.given or chosen.sizes, chosen.given)
        if "live" in effort.groups:
            subjects.add_served()
        if peer and effort.groups & PEERED:
            subjects.add_peer()
        measure(subjects, effort, figures)
    where["versions"] |= subjects.versions
    where["load_after"] = load()
    found = {"machine": where, **report(figures, subjects.floor.subject, peer)}
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(markdown(found))  # noqa: T201
    needed = [subject for subject, group in figures.unmeasured if not group and subject != peer]
    return 1 if needed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted; nothing was written")
