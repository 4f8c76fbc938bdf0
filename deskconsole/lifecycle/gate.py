"""The gate: whether a move may be made, and if not, a sentence that says what would help.

Asked in this order everywhere: valid, legal, allowed, complete. `refusal` judges one move,
`choices` all nine statuses at once for a menu.
"""

from collections import deque
from datetime import datetime
from enum import StrEnum

from deskconsole.frozen import Record
from deskconsole.lifecycle.access import a_role, whom_to_ask
from deskconsole.lifecycle.table import DUPLICATE, LABELS, PAIRS, RULES, Rule
from deskconsole.model import (
    Actor,
    Brings,
    Clone,
    CloneState,
    Policy,
    Role,
    Status,
    Step,
    Ticket,
    Verb,
)
from deskconsole.terms import EXPIRY


class Stage(StrEnum):
    """At which question a move was stopped."""

    LEGAL = "legal"
    ALLOWED = "allowed"
    COMPLETE = "complete"


class Case(Record):
    """A ticket as it stands, who asks, when, and under which policy."""

    ticket: Ticket
    by: Actor
    now: datetime
    policy: Policy


class Move(Record):
    """A wish: this verb, to this status, bringing this."""

    verb: Verb
    target: Status
    brings: Brings


class Refusal(Record):
    """Why not, and what would help; `fields` are the `Brings` names it is about."""

    stage: Stage
    sentence: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence


class Choice(Record):
    """One of the nine statuses for a ticket: the rule that leads there, or why none does."""

    target: Status
    rule: Rule | None
    refusal: Refusal | None

    @property
    def legal(self) -> bool:
        return self.refusal is None


def rule_for(source: Status, target: Status) -> Rule | None:
    """The one rule that a pair of statuses names, if it is a legal pair."""
    return PAIRS.get((source, target))


def refusal(move: Move, case: Case) -> Refusal | None:
    """Why `move` cannot be made in `case`; None if it can."""
    return _illegal(move, case) or _not_allowed(move, case) or incomplete(move, case)


def choices(case: Case) -> tuple[Choice, ...]:
    """All nine statuses for the ticket and person of `case`, the illegal ones with why not.

    Only legality and permission are judged; what a legal move must bring is in its rule.
    """
    return tuple(_choice(case, target) for target in Status)


def legal_choices(case: Case) -> tuple[Choice, ...]:
    """Those of the nine statuses that are legal now."""
    ways = (status for status in Status if rule_for(case.ticket.status, status) is not None)
    return tuple(choice for choice in (_choice(case, way) for way in ways) if choice.legal)


def _choice(case: Case, target: Status) -> Choice:
    rule = rule_for(case.ticket.status, target)
    if rule is None:
        return Choice(target, None, Refusal(Stage.LEGAL, no_way(case.ticket, target)))
    move = Move(rule.verb, target, Brings())
    return Choice(target, rule, _illegal(move, case) or _not_allowed(move, case))


def no_way(ticket: Ticket, target: Status) -> str:
    """The sentence for a pair that the table does not have: the first step of the shortest way."""
    if target is ticket.status:
        return f"{ticket.ref} is already {target.title}"
    path = _way(ticket, target)
    step, rule = path[0]
    return (
        f"{ticket.ref} is {ticket.status.title}; "
        f"{rule.phrase} first ({step.letter}){_why(ticket, target)}"
    )


def _why(ticket: Ticket, target: Status) -> str:
    if ticket.status is Status.BLOCKED and target is not ticket.resume_to:
        return ", where it stands with its clones" if target in RULES[Verb.RESUME].targets else ""
    if target is Status.DONE:
        return ": a ticket is Done only by way of Customer Approval"
    if target is Status.IN_PROGRESS and ticket.status is Status.WAITING_FOR_SUPPORT:
        return ": In Progress follows a clone in development"
    return ""


def _way(ticket: Ticket, target: Status) -> list[tuple[Status, Rule]]:
    """The shortest legal way to `target`, by the open statuses where that is possible."""
    start = ticket.status
    seen = {start}
    queue: deque[tuple[Status, list[tuple[Status, Rule]]]] = deque([(start, [])])
    while queue:
        status, path = queue.popleft()
        for (source, step), rule in sorted(PAIRS.items(), key=lambda pair: pair[0][1].closed):
            if source is not status or step in seen:
                continue
            resuming = status is start and rule.verb is Verb.RESUME
            if resuming and step is not ticket.resume_to:
                continue
            further = [*path, (step, rule)]
            if step is target:
                return further
            if not step.closed:
                seen.add(step)
                queue.append((step, further))
    raise AssertionError("the table leads from every status to every other")


def _illegal(move: Move, case: Case) -> Refusal | None:
    ticket = case.ticket
    rule = RULES[move.verb]
    if move.verb is Verb.OPEN:
        return Refusal(Stage.LEGAL, f"{ticket.ref} is open already")
    if move.verb is Verb.EXPIRE:
        legal = EXPIRY.get(ticket.status) is move.target
    else:
        legal = PAIRS.get((ticket.status, move.target)) is rule
    if legal and move.verb is Verb.RESUME:
        legal = move.target is ticket.resume_to
    if not legal:
        return Refusal(Stage.LEGAL, no_way(ticket, move.target))
    match move.verb:
        case Verb.EXPIRE if ticket.deadline is None or case.now < ticket.deadline:
            return Refusal(
                Stage.LEGAL,
                f"{ticket.ref} waits on the customer and its deadline has not passed",
            )
        case Verb.CLONE if move.brings.clone is not None:
            return _closed_clone(ticket, move.brings.clone)
        case Verb.START:
            return _stuck(ticket, CloneState.BACKLOG)
        case Verb.SHELVE:
            return _stuck(ticket, CloneState.IN_DEVELOPMENT)
    return None


def _closed_clone(ticket: Ticket, number: int) -> Refusal | None:
    clone = find_clone(ticket, number)
    if clone is None:
        return Refusal(Stage.LEGAL, f"{ticket.ref} has no clone {number}; name a team instead")
    if not clone.state.open:
        return Refusal(
            Stage.LEGAL,
            f"clone {number} of {ticket.ref} is {clone.state.value}; name a team for a new one",
        )
    return None


def _stuck(ticket: Ticket, state: CloneState) -> Refusal | None:
    """Why the team's clones cannot be moved by hand: each follows an outside tracker."""
    able = [c for c in ticket.clones if c.state is state]
    if able and all(clone.tracker for clone in able):
        return Refusal(Stage.LEGAL, tracked(ticket, able[0]))
    return None


def tracked(ticket: Ticket, clone: Clone) -> str:
    """Why a clone that follows an outside tracker does not move by hand."""
    return (
        f"clone {clone.number} of {ticket.ref} follows {clone.tracker} and moves only with it; "
        f"what happened there is reported by that reference"
    )


def _not_allowed(move: Move, case: Case) -> Refusal | None:
    rule = RULES[move.verb]
    role = case.by.role
    if role not in rule.who:
        return Refusal(Stage.ALLOWED, f"{a_role(role)} may not {rule.phrase}; {_ask(role, rule)}")
    if move.verb is Verb.REOPEN and role is Role.CUSTOMER:
        ticket = case.ticket
        if ticket.status is Status.DECLINED:
            return Refusal(
                Stage.ALLOWED,
                f"{ticket.ref} was declined; only a technician reopens it",
            )
        if ticket.reopen_until is not None and case.now >= ticket.reopen_until:
            return Refusal(
                Stage.ALLOWED,
                f"the time in which {ticket.ref} could be reopened is over; open a new ticket",
            )
    return None


def _ask(role: Role, rule: Rule) -> str:
    clock_alone = rule.who == {Role.CLOCK}
    return "it does so by itself" if clock_alone else whom_to_ask(role, rule.who)


def incomplete(move: Move, case: Case) -> Refusal | None:
    """What a legal move brings too much or too little of; None if it is complete."""
    rule = RULES[move.verb]
    brings = move.brings
    given = [name for name in LABELS if getattr(brings, name) not in (None, False)]
    for name in given:
        if name not in rule.accepts:
            return Refusal(
                Stage.COMPLETE,
                f"{rule.verb.value} takes no {LABELS[name]}",
                (name,),
            )
    for name in rule.required:
        if name in given or (brings.step is not None and name == "engineer"):
            continue
        return Refusal(Stage.COMPLETE, f"{rule.verb.value} needs {what(rule, name)}", (name,))
    if rule.either and not any(name in given for name in rule.either):
        open_clones = [clone for clone in case.ticket.clones if clone.state.open]
        hand_back = ", or one of the ticket's open clones" if open_clones else ""
        fields = rule.either if open_clones else rule.either[:1]
        return Refusal(Stage.COMPLETE, f"{rule.verb.value} needs a team{hand_back}", fields)
    if rule.either and all(name in given for name in rule.either):
        return Refusal(
            Stage.COMPLETE,
            "a clone is added for a team or handed back, not both",
            rule.either,
        )
    if brings.clone is not None and rule.verb is Verb.CLONE and (brings.title or brings.tracker):
        return Refusal(
            Stage.COMPLETE,
            "title and tracker reference belong to a new clone; the one handed back keeps its own",
            ("clone",),
        )
    if brings.reason is not None and brings.reason not in rule.reasons:
        return Refusal(
            Stage.COMPLETE,
            f"{brings.reason!r} is no reason to {rule.verb.value}; "
            f"the reasons are {', '.join(rule.reasons)}",
            ("reason",),
        )
    if brings.duplicate_of is not None and brings.reason != DUPLICATE:
        return Refusal(
            Stage.COMPLETE,
            f"only a ticket canceled as {DUPLICATE} names the one that it is a duplicate of",
            ("duplicate_of",),
        )
    return None


def what(rule: Rule, name: str) -> str:
    """What a required field is, in words: "the question to the customer", "a team"."""
    if name == "message":
        return rule.words_for
    if name == "reason":
        return "a reason: " + ", ".join(rule.reasons)
    if name == "kind":
        return "a kind: meeting, vendor or partner"
    if name == "whom":
        return "whom or what it waits for"
    if name == "engineer":
        return "the engineer who starts development"
    return f"a {LABELS[name]}"


def find_clone(ticket: Ticket, number: int) -> Clone | None:
    """Clone `number` of `ticket`, if there is one."""
    return next((clone for clone in ticket.clones if clone.number == number), None)


def derived(clones: tuple[Clone, ...]) -> Status:
    """The status that a ticket with the team has by its clones (at least one)."""
    states = {clone.state for clone in clones}
    if CloneState.IN_DEVELOPMENT in states:
        return Status.IN_PROGRESS
    if CloneState.BACKLOG in states:
        return Status.SCOPING_WITH_TEAM
    if CloneState.DONE in states:
        return Status.WAITING_FOR_CUSTOMER_APPROVAL
    return Status.WAITING_FOR_SUPPORT


def received_as(case: Case, *, approve: bool, automatic: bool) -> Verb:
    """What a customer's message does to the ticket of `case`: a move, OPEN (a new one), or RECEIVE.

    `approve` is an explicit approval; `automatic` an out-of-office, bounce or delivery report.
    """
    if automatic:
        return Verb.RECEIVE
    ticket = case.ticket
    match ticket.status:
        case Status.WAITING_FOR_CUSTOMER:
            return Verb.ANSWER
        case Status.WAITING_FOR_CUSTOMER_APPROVAL:
            return Verb.APPROVE if approve else Verb.REJECT
        case Status.DONE | Status.CANCELED if not approve:
            inside = ticket.reopen_until is not None and case.now < ticket.reopen_until
            return Verb.REOPEN if inside else Verb.OPEN
        case _:
            return Verb.RECEIVE


STEPS: dict[Step, tuple[tuple[CloneState, ...], CloneState]] = {
    Step.START: ((CloneState.BACKLOG,), CloneState.IN_DEVELOPMENT),
    Step.SHELVE: ((CloneState.IN_DEVELOPMENT,), CloneState.BACKLOG),
    Step.DONE: ((CloneState.IN_DEVELOPMENT,), CloneState.DONE),
    Step.DROP: ((CloneState.BACKLOG, CloneState.IN_DEVELOPMENT), CloneState.DROPPED),
}

# Moves that follow from a step of a clone, where they are not made by hand.
STEPPED = frozenset({Verb.START, Verb.SHELVE, Verb.DELIVER, Verb.RETURN})
