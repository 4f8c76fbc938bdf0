"""The status guide and the table of moves as text, Markdown and JSON, for README and help."""

from collections.abc import Iterator
from typing import Any

from deskconsole.cli.plain import page_lines, rule_lines
from deskconsole.lifecycle.guide import CUSTOMER, TECHNICIAN, Page
from deskconsole.lifecycle.table import TABLE, Rule, brought_words
from deskconsole.model import Status, Verb

_BOOKS: dict[str, dict[Status, Page]] = {"technician": TECHNICIAN, "customer": CUSTOMER}


def _statuses(status: Status | None) -> list[Status]:
    return [status] if status else list(Status)


def _rules(status: Status | None) -> list[Rule]:
    return [rule for rule in TABLE if status is None or status in rule.sources]


def _letters(statuses: tuple[Status, ...]) -> str:
    return " ".join(status.letter for status in statuses) or "–"


def _from_to(rule: Rule) -> tuple[str, str]:
    """The letters a move leads from and to; the clock's two ways stay paired."""
    if rule.verb is Verb.EXPIRE:
        pairs = [f"{a.letter}→{b.letter}" for a, b in zip(rule.sources, rule.targets, strict=True)]
        return ", ".join(pairs), ""
    targets = ", ".join(status.letter for status in rule.targets)
    return _letters(rule.sources), targets


def markdown(status: Status | None, moves: bool, reader: str) -> Iterator[str]:
    """The pages, or the moves, as a Markdown table."""
    if moves:
        yield "| Verb | From | To | Who | Must bring | Effect |"
        yield "|---|---|---|---|---|---|"
        for rule in _rules(status):
            source, target = _from_to(rule)
            yield (
                f"| {rule.verb.value} | {source} | {target} | {rule.who_words} "
                f"| {brought_words(rule)} | {rule.effect} |"
            )
        return
    yield "| | Status | Slug | Waits on | What it is | What happens next |"
    yield "|---|---|---|---|---|---|"
    for one in _statuses(status):
        page = _BOOKS[reader][one]
        yield (
            f"| {one.letter} | {one.title} | `{one.slug}` | {one.waits_on.value} "
            f"| {page.what} | {page.next} |"
        )


def plain(status: Status | None, moves: bool, reader: str) -> Iterator[str]:
    """The pages, or the moves, in plain sentences."""
    if moves:
        return rule_lines(_rules(status))
    return page_lines({one: _BOOKS[reader][one] for one in _statuses(status)})


def indented(status: Status | None, moves: bool, reader: str) -> Iterator[str]:
    """The pages, or the moves, as lines for a terminal."""
    if moves:
        for rule in _rules(status):
            source, target = _from_to(rule)
            way = f"{source} → {target}" if target else source
            yield f"{rule.verb.value:<8} {way}"
            yield f"    Who    {rule.who_words}"
            yield f"    Brings {brought_words(rule).replace('`', '')}"
            yield f"    Effect {rule.effect}"
        return
    for one in _statuses(status):
        page = _BOOKS[reader][one]
        yield f"{one.number} {one.letter}  {one.title} ({one.slug}), waits on {one.waits_on.value}"
        yield f"    {page.what}"
        yield f"    When: {page.when}"
        yield f"    Next: {page.next}"


def record(status: Status | None, moves: bool, reader: str | None) -> list[dict[str, Any]]:
    """The pages (of both readers, unless one is asked for), or the moves, as JSON values."""
    if moves:
        return [
            {
                "verb": rule.verb.value,
                "from": [source.slug for source in rule.sources],
                "to": [target.slug for target in rule.targets],
                "who": rule.who_words,
                "needs": list(rule.required),
                "one_of": list(rule.either),
                "takes": list(rule.takes),
                "reasons": list(rule.reasons),
                "effect": rule.effect,
            }
            for rule in _rules(status)
        ]
    readers = [reader] if reader else list(_BOOKS)
    return [
        {
            "status": one.slug,
            "title": one.title,
            "letter": one.letter,
            "waits_on": one.waits_on.value,
            **{
                name: {
                    "what": _BOOKS[name][one].what,
                    "when": _BOOKS[name][one].when,
                    "next": _BOOKS[name][one].next,
                }
                for name in readers
            },
        }
        for one in _statuses(status)
    ]
