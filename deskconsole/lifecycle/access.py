"""Who may do what: every right at the desk, and the roles that have it.

Which moves of a ticket are whose stands in the table of moves; this is about all the rest. The
desk asks here before it acts, the console before it offers a key, and the README has the table.
"""

from enum import StrEnum
from typing import assert_never

from deskconsole.lifecycle.table import RULES
from deskconsole.model import Role, Verb


class Right(StrEnum):
    """Something to be allowed; the value completes "a viewer may not ..."."""

    LOOK = "look at the whole desk"
    NEW = "open tickets"
    MOVE = "move tickets"
    RECEIVE = "take in what a customer wrote"
    STEP = "move clones"
    NOTE = "write internal notes"
    WATCH = "watch tickets"
    REPLY = "reply to a customer"
    ASSIGN = "assign tickets"
    EDIT = "edit tickets"
    TAKE_BACK = "take anything back"
    VIEWS = "save views"
    CANNED = "change canned texts"
    CLOCK = "run the clock"
    POLICY = "set policy"
    PEOPLE = "give roles"
    IMPORT = "import tickets"
    RESTORE = "replace the desk by a backup"
    RELOCATE = "move the desk"
    SHARE = "say who may open the desk's file"


LEADS = frozenset({Role.LEAD})
DESK = LEADS | {Role.TECHNICIAN}
STAFF = DESK | {Role.ENGINEER}

_MOVES = frozenset().union(*(rule.who for rule in RULES.values() if rule.sources))

WHO: dict[Right, frozenset[Role]] = {
    Right.LOOK: STAFF | {Role.VIEWER},
    Right.NEW: RULES[Verb.OPEN].who,
    Right.MOVE: _MOVES,
    Right.RECEIVE: DESK | {Role.CUSTOMER, Role.CLOCK},
    Right.STEP: STAFF,
    Right.NOTE: STAFF,
    Right.WATCH: STAFF,
    Right.REPLY: DESK,
    Right.ASSIGN: DESK,
    Right.EDIT: DESK,
    Right.TAKE_BACK: STAFF,
    Right.VIEWS: STAFF,
    Right.CANNED: DESK,
    Right.CLOCK: STAFF | {Role.CLOCK},
    Right.POLICY: LEADS,
    Right.PEOPLE: LEADS,
    Right.IMPORT: LEADS,
    Right.RESTORE: LEADS,
    Right.RELOCATE: LEADS,
    Right.SHARE: LEADS,
}

# What only some tickets, or some moves, are meant by.
_OWN = frozenset({Right.NEW, Right.MOVE, Right.RECEIVE})
KEY_GONE = "the key that you came by was removed; ask a lead for another"
_COLUMNS = (Role.CUSTOMER, Role.VIEWER, Role.ENGINEER, Role.TECHNICIAN, Role.LEAD)


def denied(role: Role, right: Right) -> str | None:
    """Why somebody of this role may not, and what would help; None if they may."""
    if role in WHO[right]:
        return None
    if role is Role.CUSTOMER and right is Right.LOOK:
        return (
            "customers write mail; on the command line they may use new, show, moves, move and "
            "receive, about tickets of their own"
        )
    return f"{a_role(role)} may not {right}; {whom_to_ask(role, WHO[right])}"


def whom_to_ask(role: Role, who: frozenset[Role]) -> str:
    """What helps somebody of this role where only those of `who` may."""
    if role in (Role.VIEWER, Role.NONE):
        return "ask a lead for a role"
    return "ask a lead to" if who <= LEADS else "ask a technician to"


def a_role(role: Role) -> str:
    """Somebody of a role, with the article: "an engineer"."""
    match role:
        case Role.CUSTOMER:
            return "a customer"
        case Role.ENGINEER:
            return "an engineer"
        case Role.CLOCK:
            return "the clock"
        case Role.NONE:
            return "somebody without a role"
        case Role.VIEWER | Role.TECHNICIAN | Role.LEAD:
            return f"a {role.value}"
        case _:
            assert_never(role)


def access_table() -> list[str]:
    """Every right and who has it, in Markdown."""
    rows = [
        f"| | {' | '.join(role.value for role in _COLUMNS)} |",
        f"|---|{'---|' * len(_COLUMNS)}",
    ]
    for right in Right:
        cells = (_cell(role, right) for role in _COLUMNS)
        rows.append(f"| {right} | {' | '.join(cells)} |")
    return rows


def _cell(role: Role, right: Right) -> str:
    if role not in WHO[right]:
        return "–"
    if role is Role.CUSTOMER and right in _OWN:
        return "their own"
    return "those of clones" if role is Role.ENGINEER and right is Right.MOVE else "yes"
