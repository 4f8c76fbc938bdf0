"""The table of moves: every legal one. What is not in it is refused everywhere.

README, help, move menu and command line are generated from these rows; nothing else in the
program knows which status leads to which.
"""

from enum import StrEnum

from deskconsole.frozen import Record
from deskconsole.model import Role, Status, Verb


class Words(StrEnum):
    """Who reads the words that a move brings."""

    PUBLIC = "public message"
    NOTE = "internal note"
    EITHER = "message or note"


class Rule(Record):
    """One row: a verb, where it leads from and to, who may, and what it must bring.

    `words` is what its message is, `words_for` what the message has to say. `needs` and `takes`
    are names of `Brings` fields: all of `needs`, one of `either`, any of `takes`. `reasons` are
    the coded ones. `phrase` completes "it first": "reopen it first".
    """

    verb: Verb
    sources: tuple[Status, ...]
    targets: tuple[Status, ...]
    who: frozenset[Role]
    who_words: str
    phrase: str
    effect: str
    words: Words | None = None
    words_for: str = ""
    needs: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def accepts(self) -> tuple[str, ...]:
        """Every field this move may bring, the required ones first."""
        message = ("message",) if self.words else ()
        return (*self.needs, *self.either, *message, *self.takes)

    @property
    def required(self) -> tuple[str, ...]:
        """What is missing when it is not brought, `either` left aside."""
        return (*self.needs, *(("message",) if self.words else ()))


S, C, T, P, B, A, D, X, N = Status

DUPLICATE = "duplicate"  # the reason that may name another ticket

_TECHNICIAN = frozenset({Role.TECHNICIAN, Role.LEAD})
_CUSTOMER = frozenset({Role.CUSTOMER})
_ENGINEER = frozenset({Role.ENGINEER})
_CLOCK = frozenset({Role.CLOCK})

TABLE: tuple[Rule, ...] = (
    Rule(
        Verb.OPEN,
        (),
        (S,),
        _CUSTOMER | _TECHNICIAN,
        "customer, technician",
        "open it",
        "the first event",
        needs=("title",),
    ),
    Rule(
        Verb.ASK,
        (S, T, P),
        (C,),
        _TECHNICIAN,
        "technician",
        "ask the customer",
        "arms the no-response deadline; clones stay linked",
        Words.PUBLIC,
        "the question to the customer",
    ),
    Rule(
        Verb.ANSWER,
        (C,),
        (S,),
        _CUSTOMER | _TECHNICIAN,
        "customer; technician for them, or to take it back",
        "take it back from the customer",
        "disarms the deadline",
        Words.EITHER,
        "what the customer said, or why it is taken back",
        takes=("for_customer",),
    ),
    Rule(
        Verb.CLONE,
        (S,),
        (T,),
        _TECHNICIAN,
        "technician",
        "clone it to a team",
        "adds a clone in backlog, or hands the ticket back to one still open "
        "(and on to In Progress at once if that is in development)",
        either=("team", "clone"),
        takes=("title", "tracker"),
    ),
    Rule(
        Verb.START,
        (T,),
        (P,),
        _TECHNICIAN | _ENGINEER,
        "a clone enters development",
        "have an engineer start its clone",
        "follows the clone",
        needs=("engineer",),
        takes=("clone",),
    ),
    Rule(
        Verb.SHELVE,
        (P,),
        (T,),
        _TECHNICIAN | _ENGINEER,
        "no clone is in development any more, one is still in backlog",
        "shelve its clone",
        "follows the clone; by hand, every clone in development goes back to backlog",
    ),
    Rule(
        Verb.DELIVER,
        (P,),
        (A,),
        _TECHNICIAN,
        "the last open clone is done; or technician",
        "deliver it",
        "open clones become done; arms the approval deadline",
        Words.PUBLIC,
        "the resolution, for the customer",
    ),
    Rule(
        Verb.RETURN,
        (T, P),
        (S,),
        _TECHNICIAN,
        "every clone was dropped; or technician",
        "return it to support",
        "open clones are dropped",
        Words.NOTE,
        "the reason it comes back to support",
    ),
    Rule(
        Verb.HOLD,
        (S, T, P),
        (B,),
        _TECHNICIAN,
        "technician",
        "put it on hold",
        "remembers where it was",
        needs=("kind", "whom"),
        takes=("until",),
    ),
    Rule(
        Verb.RESUME,
        (B,),
        (S, T, P),
        _TECHNICIAN,
        "technician",
        "resume it",
        "to Waiting for Support if held from there or no clone is open any more, "
        "else where its clones stand now",
        Words.NOTE,
        "the outcome of the wait",
    ),
    Rule(
        Verb.RESOLVE,
        (S,),
        (A,),
        _TECHNICIAN,
        "technician",
        "resolve it",
        "arms the approval deadline; open clones are dropped",
        Words.PUBLIC,
        "the resolution, for the customer",
    ),
    Rule(
        Verb.APPROVE,
        (A,),
        (D,),
        _CUSTOMER | _TECHNICIAN,
        "customer; technician recording their word",
        "have it approved",
        "closes",
        Words.EITHER,
        "how it was validated",
        takes=("for_customer",),
    ),
    Rule(
        Verb.REJECT,
        (A,),
        (S,),
        _CUSTOMER | _TECHNICIAN,
        "customer; technician for them, or to take it back",
        "take it back from approval",
        "disarms the deadline",
        Words.EITHER,
        "what the customer said, or why it is taken back",
        takes=("for_customer",),
    ),
    Rule(
        Verb.EXPIRE,
        (A, C),
        (D, X),
        _CLOCK,
        "the clock alone, once the deadline has passed",
        "leave it to the clock",
        "closes with reason no-response: approval as Done, an open question as Canceled",
    ),
    Rule(
        Verb.CANCEL,
        (S, C, T, P, B),
        (X,),
        _CUSTOMER | _TECHNICIAN,
        "customer; technician for them",
        "cancel it",
        "open clones are dropped",
        needs=("reason",),
        takes=("duplicate_of", "for_customer"),
        reasons=("solved-by-reporter", "no-longer-needed", DUPLICATE),
    ),
    Rule(
        Verb.DECLINE,
        (S, T),
        (N,),
        _TECHNICIAN,
        "technician",
        "decline it",
        "open clones are dropped",
        Words.PUBLIC,
        "the explanation, for the customer",
        needs=("reason",),
        reasons=("low-priority", "out-of-scope"),
    ),
    Rule(
        Verb.REOPEN,
        (D, X, N),
        (S,),
        _CUSTOMER | _TECHNICIAN,
        "customer inside the reopen window (not Declined); technician",
        "reopen it",
        "counts reopenings",
        Words.EITHER,
        "why it is reopened",
    ),
)

RULES: dict[Verb, Rule] = {rule.verb: rule for rule in TABLE}

# A pair of statuses names exactly one verb; the clock's own way is asked for by its verb.
PAIRS: dict[tuple[Status, Status], Rule] = {
    (source, target): rule
    for rule in TABLE
    if rule.verb is not Verb.EXPIRE
    for source in rule.sources
    for target in rule.targets
}

LABELS: dict[str, str] = {
    "message": "message",
    "reason": "reason",
    "team": "team",
    "title": "title",
    "tracker": "tracker reference",
    "clone": "clone",
    "engineer": "engineer",
    "kind": "kind",
    "whom": "whom or what",
    "until": "review date",
    "duplicate_of": "ticket that it is a duplicate of",
    "for_customer": "word of the customer's own",
}


def brought_words(rule: Rule) -> str:
    """What a move must bring, in words, for the table in README and help."""
    parts = []
    if rule.verb is Verb.OPEN:
        parts.append("title, reporter")
    elif rule.reasons:
        parts.append("reason: " + " or ".join(f"`{reason}`" for reason in rule.reasons))
    if "duplicate_of" in rule.takes:
        parts[-1] += " (and of which ticket, if it is known)"
    if rule.verb is Verb.CLONE:
        parts.append(
            "team (own title if it differs; tracker reference if it has one); "
            "or one of the ticket's clones that is still open"
        )
    if rule.verb is Verb.HOLD:
        parts.append("kind: `meeting`, `vendor` or `partner`; whom or what; review date optional")
    if rule.verb is Verb.START:
        parts.append("the engineer")
    if rule.words:
        parts.append(f"{rule.words_for} ({rule.words})")
    return "; ".join(parts) or "–"
