"""What was settled at the desk, in words: the same in the console and on the command line."""

from deskconsole.model import Matter, Settlement

KEY = "key "  # what is said of a key among what is said of roles
_NAMED = {
    Matter.POLICY: "{name}",
    Matter.PEOPLE: "{name}'s role",
    Matter.VIEWS: "view {name}",
    Matter.CANNED: "text {name}",
}


def settled_words(one: Settlement, became: str = "→") -> str:
    """What was changed from what to what, on one line: `approval_period: 1 week → 5 days`."""
    of_key = one.matter is Matter.PEOPLE and any(
        words is not None and words.startswith(KEY) for words in (one.before, one.after)
    )
    what = one.name if of_key else _NAMED[one.matter].format(name=one.name)
    after = "dropped" if one.after is None else _line(one.after)
    if one.before is None:
        return f"{what}: {after}"
    return f"{what}: {_line(one.before)} {became} {after}"


def _line(words: str) -> str:
    return " ".join(words.split()) or "(none)"
