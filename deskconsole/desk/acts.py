"""What each act makes of a ticket: pure functions from a case to the changes it causes.

Live verbs and import replay the same functions, so that history obeys the gate that the present
does. Every function returns the changes in order, or raises Refused or BadInput.
"""

from datetime import datetime

from deskconsole import calendar
from deskconsole.errors import BadInput, DeskError, NotFound, Refused
from deskconsole.frozen import changed
from deskconsole.lifecycle.access import Right, denied
from deskconsole.lifecycle.gate import (
    STEPS,
    Case,
    Move,
    Refusal,
    Stage,
    derived,
    find_clone,
    received_as,
    refusal,
    tracked,
)
from deskconsole.lifecycle.table import PAIRS, RULES, Words
from deskconsole.model import (
    NOBODY,
    Actor,
    Brings,
    Change,
    Clone,
    CloneState,
    Hold,
    Period,
    Person,
    Policy,
    Priority,
    Role,
    Status,
    Step,
    Ticket,
    Verb,
    ref,
)
from deskconsole.terms import EXPIRY


class Incomplete(BadInput):
    """A legal act that lacks something; `fields` are the `Brings` names it is about."""

    def __init__(self, sentence: str, fields: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.fields = fields


def as_error(stop: Refusal) -> DeskError:
    """The error for a refusal: bad input where something is missing or too much."""
    if stop.stage is Stage.COMPLETE:
        return Incomplete(stop.sentence, stop.fields)
    return Refused(stop.sentence)


def open_ticket(
    number: int,
    reporter: Person,
    by: Actor,
    at: datetime,
    brings: Brings,
    assignee: Person | None = None,
) -> Change:
    """A new ticket; `brings` has its title and may have message, priority and tags."""
    may(by, Right.NEW)
    if not brings.title:
        raise Incomplete("a ticket needs a title: say in one line what it is about", ("title",))
    priority = Priority.NORMAL if brings.priority is None else brings.priority
    ticket = Ticket(
        number=number,
        title=brings.title,
        reporter=reporter,
        priority=priority,
        status=RULES[Verb.OPEN].targets[0],
        opened_at=at,
        entered_at=at,
        tags=brings.tags or (),
        assignee=assignee,
        follows=_other(number, brings.follows),
    )
    recorded = changed(brings, priority=priority, tags=ticket.tags)
    return Change(ticket, Verb.OPEN, by, at, None, recorded, public=True)


def move(case: Case, wish: Move) -> tuple[Change, ...]:
    """Make `wish`, asking the gate; Refused or Incomplete where it says no."""
    stop = refusal(wish, case)
    if stop is not None:
        raise as_error(stop)
    match wish.verb:
        case Verb.START:
            return step(case, Step.START, wish.brings)
        case Verb.SHELVE:
            return _shelve_all(case, wish.brings)
        case Verb.CLONE:
            return _clone(case, wish)
    ticket, brings = case.ticket, wish.brings
    match wish.verb:
        case Verb.HOLD:
            assert brings.kind is not None  # the gate asked
            assert brings.whom is not None
            hold = Hold(brings.kind, brings.whom, brings.until)
            ticket = changed(ticket, hold=hold, resume_to=ticket.status)
        case Verb.DELIVER:
            ticket = _close_clones(ticket, CloneState.DONE)
        case Verb.RETURN | Verb.CANCEL | Verb.DECLINE | Verb.RESOLVE | Verb.EXPIRE:
            ticket = _close_clones(ticket, CloneState.DROPPED)
        case Verb.REOPEN:
            ticket = changed(ticket, reopened=ticket.reopened + 1)
    if wish.verb is Verb.EXPIRE:
        brings = changed(brings, reason="no-response")
    if brings.duplicate_of is not None:
        ticket = changed(ticket, duplicate_of=_other(ticket.number, brings.duplicate_of))
    return (_entered(case, ticket, wish.verb, wish.target, brings),)


def _other(number: int, wanted: int | None) -> int | None:
    """A ticket that ticket `number` is to be related to, None for 0; BadInput if it is the same."""
    if wanted == number:
        raise BadInput(f"{ref(number)} cannot be related to itself; name another ticket")
    return wanted or None


def expiry(ticket: Ticket, recorded: Brings | None = None) -> Move:
    """The clock's own move on a ticket that waits on a customer; `recorded` where it replays."""
    brings = changed(recorded or Brings(), reason=None)
    return Move(Verb.EXPIRE, EXPIRY.get(ticket.status, Status.DONE), brings)


def _entered(case: Case, ticket: Ticket, verb: Verb, target: Status, brings: Brings) -> Change:
    """The change that brings `ticket` into `target`: deadlines armed and disarmed on the way."""
    now, policy = case.now, case.policy
    deadline = reopen_until = None
    period = period_begun(verb, target, policy)
    if period is not None:
        deadline = brings.deadline or calendar.after(now, period, policy.timezone)
    elif target.closed:
        reopen_until = brings.reopen_until or calendar.after(
            now, policy.reopen_window, policy.timezone
        )
    on_hold = target is Status.BLOCKED
    public = is_public(verb, case.by, brings)
    by_customer = case.by.role is Role.CUSTOMER or brings.for_customer
    replied_at = now if by_customer else None if public else ticket.replied_at
    entered = changed(
        ticket,
        status=target,
        entered_at=now,
        deadline=deadline,
        hold=ticket.hold if on_hold else None,
        resume_to=ticket.resume_to if on_hold else None,
        reason=brings.reason,
        closed_at=now if target.closed else None,
        reopen_until=reopen_until,
        replied_at=None if target.closed else replied_at,
    )
    recorded = changed(brings, deadline=deadline, reopen_until=reopen_until)
    return Change(entered, verb, case.by, now, case.ticket.status, recorded, public)


def period_begun(verb: Verb, target: Status, policy: Policy) -> Period | None:
    """The time that a customer has from an act on that ends in `target`; None if it sets none.

    A move sets it, and so does a further message of ours while we wait for the customer.
    """
    moves = verb in RULES or verb is Verb.IMPORT
    if target is Status.WAITING_FOR_CUSTOMER_APPROVAL and moves:
        return policy.approval_period
    if target is Status.WAITING_FOR_CUSTOMER and (moves or verb is Verb.REPLY):
        return policy.response_period
    return None


def is_public(verb: Verb, by: Actor, brings: Brings) -> bool:
    """Whether the customer reads the message of such an act, or wrote it."""
    if verb in (Verb.REPLY, Verb.RECEIVE, Verb.OPEN, Verb.IMPORT):
        return True
    rule = RULES.get(verb)
    if rule is None or rule.words is None or rule.words is Words.NOTE:
        return False
    return rule.words is Words.PUBLIC or by.role is Role.CUSTOMER or brings.for_customer


def _close_clones(ticket: Ticket, state: CloneState) -> Ticket:
    if not any(clone.state.open for clone in ticket.clones):
        return ticket
    clones = tuple(
        changed(clone, state=state) if clone.state.open else clone for clone in ticket.clones
    )
    return changed(ticket, clones=clones)


def _clone(case: Case, wish: Move) -> tuple[Change, ...]:
    ticket, brings = case.ticket, wish.brings
    for other in ticket.clones:
        if brings.tracker and other.state.open and other.tracker == brings.tracker:
            raise Refused(f"clone {other.number} of {ticket.ref} follows {brings.tracker} already")
    if brings.clone is None:
        assert brings.team is not None  # the gate asked
        clone = Clone(
            number=len(ticket.clones) + 1,
            team=brings.team,
            state=CloneState.BACKLOG,
            title=brings.title or ticket.title,
            tracker=brings.tracker,
        )
        ticket = changed(ticket, clones=(*ticket.clones, clone))
    first = _entered(case, ticket, Verb.CLONE, Status.SCOPING_WITH_TEAM, brings)
    if derived(ticket.clones) is not Status.IN_PROGRESS:
        return (first,)
    on = changed(case, ticket=first.ticket)
    at_once = Brings(at_once=True)
    return first, _entered(on, first.ticket, Verb.START, Status.IN_PROGRESS, at_once)


def step(case: Case, kind: Step, brings: Brings) -> tuple[Change, ...]:
    """A step in the life of one clone, and the move of the ticket that follows from it.

    The clone is named by `brings.clone`, by `brings.tracker` (the word of an outside tracker),
    or is the only one that can take the step. `brings.message` is the resolution or the reason
    where the step delivers or returns the ticket, and a note elsewhere.
    """
    ticket = case.ticket
    may(case.by, Right.STEP)
    clone = _which(ticket, kind, brings)
    states, state = STEPS[kind]
    if clone.state not in states:
        raise Refused(
            f"clone {clone.number} of {ticket.ref} is {clone.state.value}; "
            f"{kind.value} needs one {' or '.join(s.value for s in states)}"
        )
    if clone.tracker and brings.tracker != clone.tracker:
        raise Refused(tracked(ticket, clone))
    if kind is Step.START and not brings.engineer:
        raise Incomplete("start needs the engineer who starts development", ("engineer",))
    if kind is not Step.START and brings.engineer:
        raise Incomplete(f"{kind.value} does not take an engineer", ("engineer",))
    engineer = clone.engineer
    if kind is Step.START:
        engineer = brings.engineer
    elif kind is Step.SHELVE:
        engineer = None
    stepped = changed(clone, state=state, engineer=engineer)
    clones = tuple(stepped if c.number == clone.number else c for c in ticket.clones)
    recorded = changed(brings, clone=clone.number, step=kind)
    return (_followed(case, changed(ticket, clones=clones), recorded),)


def _shelve_all(case: Case, brings: Brings) -> tuple[Change, ...]:
    ticket = case.ticket
    clones = []
    for clone in ticket.clones:
        if clone.state is CloneState.IN_DEVELOPMENT:
            if clone.tracker:
                raise Refused(tracked(ticket, clone))
            clone = changed(clone, state=CloneState.BACKLOG, engineer=None)
        clones.append(clone)
    return (_followed(case, changed(ticket, clones=tuple(clones)), brings),)


def _followed(case: Case, ticket: Ticket, brings: Brings) -> Change:
    """The change that a moved clone makes: of the ticket's status with it, where it follows."""
    status = ticket.status
    stands = derived(ticket.clones)
    if status is Status.BLOCKED and ticket.resume_to is not Status.WAITING_FOR_SUPPORT:
        back = stands if stands in RULES[Verb.RESUME].targets else Status.WAITING_FOR_SUPPORT
        ticket = changed(ticket, resume_to=back)
    with_team = status in (Status.SCOPING_WITH_TEAM, Status.IN_PROGRESS)
    if not with_team or stands is status:
        return Change(ticket, Verb.STEP, case.by, case.now, status, brings)
    rule = PAIRS.get((status, stands))
    if rule is None:
        raise Refused(
            f"{ticket.ref} has a finished clone and this is its last open one, but only "
            f"{Status.IN_PROGRESS.title} delivers; return it to support first (S)"
        )
    if rule.words and not brings.message:
        raise Incomplete(
            f"this was the last open clone of {ticket.ref}, so the ticket goes to "
            f"{stands.title} and needs {rule.words_for}",
            ("message",),
        )
    return _entered(case, ticket, rule.verb, stands, brings)


def _which(ticket: Ticket, kind: Step, brings: Brings) -> Clone:
    if brings.tracker:
        followers = [clone for clone in ticket.clones if clone.tracker == brings.tracker]
        for clone in sorted(followers, key=lambda clone: not clone.state.open):
            if brings.clone in (None, clone.number):
                return clone
        raise NotFound(f"no clone of {ticket.ref} follows {brings.tracker}")
    if brings.clone is not None:
        named = find_clone(ticket, brings.clone)
        if named is None:
            raise NotFound(f"{ticket.ref} has no clone {brings.clone}; {_clones(ticket)}")
        return named
    able = [clone for clone in ticket.clones if clone.state in STEPS[kind][0]]
    if len(able) == 1:
        return able[0]
    if not able:
        states = " or ".join(state.value for state in STEPS[kind][0])
        raise Refused(f"{ticket.ref} has no clone that is {states}; {_clones(ticket)}")
    names = ", ".join(f"{clone.number} ({clone.team})" for clone in able)
    raise Incomplete(f"{ticket.ref} has several clones for that: {names}; name one", ("clone",))


def _clones(ticket: Ticket) -> str:
    if not ticket.clones:
        return "it has none; clone it to a team first (T)"
    return "it has " + ", ".join(
        f"{clone.number} ({clone.team}, {clone.state.value})" for clone in ticket.clones
    )


def may(by: Actor, right: Right) -> None:
    """Refused, in a sentence, unless somebody has this right."""
    why_not = denied(by.role, right)
    if why_not is not None:
        raise Refused(why_not)


def _unmoved(case: Case, ticket: Ticket, verb: Verb, brings: Brings) -> Change:
    public = is_public(verb, case.by, brings)
    return Change(ticket, verb, case.by, case.now, ticket.status, brings, public)


def reply(case: Case, brings: Brings) -> tuple[Change, ...]:
    """A public message of ours; while we wait for the customer the period starts afresh."""
    may(case.by, Right.REPLY)
    if not brings.message:
        raise Incomplete("reply needs the message to the customer", ("message",))
    ticket = changed(case.ticket, replied_at=None)
    period = period_begun(Verb.REPLY, ticket.status, case.policy)
    if period is not None:
        deadline = brings.deadline or calendar.after(case.now, period, case.policy.timezone)
        ticket = changed(ticket, deadline=deadline)
        brings = changed(brings, deadline=deadline)
    return (_unmoved(case, ticket, Verb.REPLY, brings),)


def note(case: Case, brings: Brings) -> tuple[Change, ...]:
    """An internal note; it touches nothing but the time spent, where it tells of some."""
    may(case.by, Right.NOTE)
    if not brings.message:
        raise Incomplete("note needs its text", ("message",))
    ticket = changed(case.ticket, spent=case.ticket.spent + (brings.minutes or 0))
    return (_unmoved(case, ticket, Verb.NOTE, brings),)


def assign(case: Case, brings: Brings, assignee: Person | None) -> tuple[Change, ...]:
    """Hand the ticket to `assignee`, or to nobody."""
    may(case.by, Right.ASSIGN)
    if assignee and assignee.role is Role.CUSTOMER:
        raise BadInput(f"{assignee.name} is a customer; assign the ticket to a technician")
    if case.ticket.assignee == assignee:
        has = f"is already {assignee.name}'s" if assignee else "is nobody's already"
        raise BadInput(f"{case.ticket.ref} {has}")
    recorded = changed(brings, assignee=assignee.name if assignee else NOBODY)
    return (_unmoved(case, changed(case.ticket, assignee=assignee), Verb.ASSIGN, recorded),)


def edit(case: Case, brings: Brings) -> tuple[Change, ...]:
    """A new title, priority, set of tags or relation; BadInput if that changes nothing."""
    may(case.by, Right.EDIT)
    ticket = case.ticket
    if brings.title == "":
        raise Incomplete("a ticket needs a title: say in one line what it is about", ("title",))
    edited = changed(
        ticket,
        title=ticket.title if brings.title is None else brings.title,
        priority=ticket.priority if brings.priority is None else brings.priority,
        tags=ticket.tags if brings.tags is None else brings.tags,
        follows=ticket.follows if brings.follows is None else _other(ticket.number, brings.follows),
        duplicate_of=(
            ticket.duplicate_of
            if brings.duplicate_of is None
            else _other(ticket.number, brings.duplicate_of)
        ),
    )
    if edited == ticket:
        raise BadInput(f"that changes nothing on {ticket.ref}; give a new title, priority or tag")
    return (_unmoved(case, edited, Verb.EDIT, brings),)


def receive(case: Case, brings: Brings) -> tuple[Change, ...]:
    """A customer's message on a ticket, by the rules of `received_as`.

    Refused where it would open a new ticket: that is the caller's to do.
    """
    if not brings.message:
        raise Incomplete("a customer's message needs its text", ("message",))
    verb = received_as(case, approve=brings.approve, automatic=brings.automatic)
    if verb is Verb.OPEN:
        raise Refused(
            f"the time in which {case.ticket.ref} could be reopened is over; open a new ticket"
        )
    if verb is not Verb.RECEIVE:
        return move(case, Move(verb, RULES[verb].targets[0], brings))
    moves_nothing = brings.automatic or (brings.approve and case.ticket.status.closed)
    ticket = case.ticket if moves_nothing else changed(case.ticket, replied_at=case.now)
    return (_unmoved(case, ticket, Verb.RECEIVE, brings),)


def adopt(
    number: int,
    reporter: Person,
    by: Actor,
    at: datetime,
    brings: Brings,
    policy: Policy,
    assignee: Person | None = None,
) -> Change:
    """A ticket from elsewhere without its history: one event that records its status.

    With the team it needs a team (and an engineer in progress), on hold a kind and whom.
    """
    status = brings.status or Status.WAITING_FOR_SUPPORT
    opening = open_ticket(number, reporter, by, at, brings, assignee)
    opened, brings = opening.ticket, opening.brings
    needed = {
        Status.SCOPING_WITH_TEAM: ("team",),
        Status.IN_PROGRESS: ("team", "engineer"),
        Status.BLOCKED: ("kind", "whom"),
    }.get(status, ())
    for name in needed:
        if getattr(brings, name) is None:
            raise Incomplete(f"a ticket {status.title} needs its {name}", (name,))
    if brings.team is not None and needed[:1] == ("team",):
        developing = status is Status.IN_PROGRESS
        clone = Clone(
            number=1,
            team=brings.team,
            state=CloneState.IN_DEVELOPMENT if developing else CloneState.BACKLOG,
            title=opened.title,
            tracker=brings.tracker,
            engineer=brings.engineer if developing else None,
        )
        opened = changed(opened, clones=(clone,))
    if brings.kind is not None and brings.whom is not None:
        hold = Hold(brings.kind, brings.whom, brings.until)
        opened = changed(opened, hold=hold, resume_to=Status.WAITING_FOR_SUPPORT)
    original = _other(number, brings.duplicate_of)
    opened = changed(opened, reason=brings.reason, duplicate_of=original)
    case = Case(opened, by, at, policy)
    change = _entered(case, case.ticket, Verb.IMPORT, status, brings)
    return changed(change, source=None, ticket=changed(change.ticket, replied_at=None))
