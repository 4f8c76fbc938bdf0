"""The figures of a run as JSON, and that JSON as the table for the README."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.bench.figures import Figures, Series, Subject
from tests.bench.targets import GROWTH, ROWS, Limit, Row, Unit, words

Json = dict[str, Any]


def report(figures: Figures, floor: Subject, peer: Subject | None) -> Json:
    """Every row that was measured, each subject's figures in it, and what was reached."""
    subjects = figures.subjects
    return {
        "subjects": [{"program": one.name, "tickets": one.size} for one in subjects],
        "unmeasured": [
            {"program": one.name, "tickets": one.size, "group": group, "reason": reason}
            for (one, group), reason in (
                *figures.unmeasured.items(),
                *(
                    ((one, row), f"not answered once in {missed} times")
                    for one, row, missed in figures.unanswered
                ),
            )
        ],
        "rows": [
            _row(row, figures, subjects, floor, peer)
            for row in ROWS
            if any(figures.get(row.name, subject) for subject in subjects)
        ],
    }


def _row(
    row: Row, figures: Figures, subjects: Sequence[Subject], floor: Subject, peer: Subject | None
) -> Json:
    beside = figures.get(row.beside, floor) if row.beside else None
    series = [(one, figures.get(row.name, one)) for one in subjects]
    measured = [(one, found) for one, found in series if found is not None]
    ours = [(one, found) for one, found in measured if one not in (floor, peer)]
    reached = [
        verdict
        for one, found in ours
        for limit in row.limits
        if (verdict := _verdict(row, limit, one, found, beside)) is not None
    ]
    if row.peer and peer and (its := figures.get(row.name, peer)):
        reached += [
            _reached(f"{row.peer:g}x faster than {peer.name}", one, figure, figure >= row.peer)
            for one, found in ours
            if one.size == peer.size
            for figure in [its.median / found.median]
        ]
    growth = list(_growth(row, ours)) if row.unit is not Unit.RATE else []
    return {
        "row": row.name,
        "unit": row.unit.value,
        "beside": row.beside,
        "target": list(words(row)),
        "series": [_series(one, found, beside) for one, found in measured],
        "growth": growth,
        "reached": reached,
    }


def _verdict(
    row: Row, limit: Limit, subject: Subject, series: Series, beside: Series | None
) -> Json | None:
    """Whether a limit was kept; None where it is not for this subject or nothing to divide by."""
    if limit.size not in (None, subject.size) or (limit.times and beside is None):
        return None
    figure = limit.part.of(series)
    if limit.times and beside is not None:
        figure /= beside.median
    (wanted,) = words(Row(row.name, row.unit, limits=(limit,)))
    return _reached(wanted, subject, figure, limit.keeps(figure))


def _reached(wanted: str, subject: Subject, figure: float, kept: bool) -> Json:
    return {
        "wanted": wanted,
        "program": subject.name,
        "tickets": subject.size,
        "figure": round(figure, 3),
        "reached": kept,
    }


def _growth(row: Row, ours: Sequence[tuple[Subject, Series]]) -> Iterator[Json]:
    """The largest desk's median beside the smallest's, for each program that had several."""
    for name in dict.fromkeys(subject.name for subject, _ in ours):
        sizes = sorted((one.size, found) for one, found in ours if one.name == name)
        (small, least), (large, most) = sizes[0], sizes[-1]
        if small < large and least.median:
            times = most.median / least.median
            yield {
                "program": name,
                "from": small,
                "to": large,
                "times": round(times, 3),
                "reached": row.grows or times <= GROWTH,
            }


def _series(subject: Subject, series: Series, beside: Series | None) -> Json:
    found: Json = {
        "program": subject.name,
        "tickets": subject.size,
        "median": round(series.median, 3),
        "p95": round(series.p95, 3),
        "worst": round(series.worst, 3),
        "missed": series.missed,
        "ratio": round(series.median / beside.median, 3) if beside and beside.median else None,
        "values": [round(value, 3) for value in series.values],
    }
    if series.bytes:
        found |= {
            "settled": round(series.settling, 3),
            "bytes": series.sent,
            "frames": max(series.frames),
        }
    return found


def markdown(found: Json) -> str:
    """The report in Markdown: where it was measured, a table, what was not reached or measured."""
    short = [f"- {row['row']}: {words}" for row in found["rows"] for words in _short(row)]
    missing = [
        f"- {_head(one['program'], one['tickets'])}{one['group'] and ', '}{one['group']}: "
        f"{one['reason']}"
        for one in found["unmeasured"]
    ]
    parts = ["\n".join(_table(found))]
    if "machine" in found:
        parts.insert(0, _where(found["machine"]))
    if short:
        parts.append("\n".join(["Not reached in this run:\n", *short]))
    if missing:
        parts.append("\n".join(["Not measured:\n", *missing]))
    return "\n\n".join(parts)


def _where(machine: Json) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{machine['date'][:10]}, {machine['processor']}, {machine['cores']} cores, "
        f"{machine['system']} {machine['kernel']}, {versions}; load {machine['load'][0]:g} "
        f"before and {machine['load_after'][0]:g} after."
    )


def _table(found: Json) -> Iterator[str]:
    """A row for each thing that was measured, a column for each subject."""
    subjects = [(one["program"], one["tickets"]) for one in found["subjects"]]
    heads = ["", "target", *(_head(*one) for one in subjects), "largest : smallest", "reached"]
    yield _line(heads)
    yield _line(["---"] * len(heads))
    for row in found["rows"]:
        series = {(one["program"], one["tickets"]): one for one in row["series"]}
        cells = [_cell(row["unit"], series.get(subject)) for subject in subjects]
        growth = ", ".join(f"{one['times']:.2f}x" for one in row["growth"])
        judged = row["reached"] or row["growth"]
        reached = ("no" if list(_short(row)) else "yes") if judged else ""
        yield _line([row["row"], "; ".join(row["target"]), *cells, growth, reached])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _head(program: str, tickets: int) -> str:
    return str(Subject(program, tickets))


def _cell(unit: str, series: Json | None) -> str:
    if series is None:
        return ""
    words = [f"{amount(series['median'])} {unit}"]
    if series["ratio"] is not None:
        words[0] += f" ({series['ratio']:.2f}x)"
    if unit == Unit.MS.value:
        words += [f"p95 {amount(series['p95'])}", f"worst {amount(series['worst'])}"]
    if "bytes" in series:
        words.append(f"{series['bytes']:,} B")
    if series["missed"]:
        words.append(f"{series['missed']} not answered")
    return ", ".join(words)


def amount(figure: float) -> str:
    """A figure in the digits that mean something."""
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 1 else f"{figure:.2g}"


def _short(row: Json) -> Iterator[str]:
    """What was not reached, and by how much."""
    for one in row["reached"]:
        if not one["reached"]:
            subject = _head(one["program"], one["tickets"])
            yield f"{one['figure']:,.4g} for {one['wanted']} ({subject})"
    for one in row["growth"]:
        if not one["reached"]:
            yield (
                f"{one['times']:.2f}x at {one['to']:,} beside {one['from']:,} tickets "
                f"for ≤ {GROWTH}x ({one['program']})"
            )
