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
            {"program": one.name, "tickets": one.size, "reason": reason}
            for one, reason in figures.unmeasured.items()
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
    growth = list(_growth(ours)) if row.unit is not Unit.RATE else []
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


def _growth(ours: Sequence[tuple[Subject, Series]]) -> Iterator[Json]:
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
                "reached": times <= GROWTH,
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


def table(found: Json) -> str:
    """The report as a table in Markdown: a row a thing measured, a column a subject."""
    subjects = [(one["program"], one["tickets"]) for one in found["subjects"]]
    heads = ["", "target", *(_head(*one) for one in subjects), "largest : smallest", "reached"]
    lines = [_line(heads), _line(["---"] * len(heads))]
    for row in found["rows"]:
        series = {(one["program"], one["tickets"]): one for one in row["series"]}
        cells = [_cell(row["unit"], series.get(subject)) for subject in subjects]
        target = "; ".join(row["target"])
        growth = ", ".join(f"{one['times']:.2f}x" for one in row["growth"])
        lines.append(_line([row["row"], target, *cells, growth, _verdicts(row)]))
    lines += [
        f"\nNot measured: {_head(one['program'], one['tickets'])}: {one['reason']}."
        for one in found["unmeasured"]
    ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _head(program: str, tickets: int) -> str:
    return f"{program}, {tickets:,}" if tickets else program


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
    return (
        f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}" if figure >= 1 else f"{figure:.2g}"
    )


def _verdicts(row: Json) -> str:
    verdicts = row["reached"]
    short = [
        f"{amount(one['figure'])} for {one['wanted']}, {_head(one['program'], one['tickets'])}"
        for one in verdicts
        if not one["reached"]
    ] + [
        f"{one['times']:.2f}x with size, {one['program']}"
        for one in row["growth"]
        if not one["reached"]
    ]
    if short:
        return "no: " + "; ".join(short)
    return "yes" if verdicts or row["growth"] else ""
