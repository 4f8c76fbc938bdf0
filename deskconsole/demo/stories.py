"""What happens to tickets: some hundreds of histories, each made by the acts of the desk itself.

They are told of stand-ins and in words to be filled in; a desk of any size is made of copies.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from deskconsole.desk import acts
from deskconsole.desk.replay import again
from deskconsole.frozen import Record
from deskconsole.lifecycle.gate import Case
from deskconsole.model import (
    CLOCK,
    Actor,
    Brings,
    Change,
    HoldKind,
    Policy,
    Priority,
    Status,
    Step,
    Verb,
)
from deskconsole.store.stamping import ANOTHER, CAST, NUMBER, SUBJECT, TAGS, StandIn

# The day on which every story begins: before any copy of it does.
_BEGINNING = datetime(2000, 1, 3, tzinfo=UTC)
TEAMS = ("network", "billing", "web", "platform", "devices")

# What a story is told in: who does it, by which verb, and what it brings.
_Told = tuple[StandIn | None, Verb, Brings]
_R, _T, _C, _E, _S = StandIn
_PRIORITIES = (
    *(Priority.NORMAL,) * 5,
    *(Priority.LOW,) * 2,
    *(Priority.HIGH,) * 2,
    Priority.URGENT,
)
_QUESTIONS = (
    "Which version do you see under Help, About?",
    "Does it also happen on another network?",
    "Could you send us a screenshot of the message?",
    "Since when do you see this, and does a colleague see it too?",
    "Which of your accounts is it about?",
)
_ANSWERS = (
    "It is version 4.2, and yes, it happens at home too.",
    "Only on my own machine, my colleague has no trouble.",
    "I tried again this morning and it is still the same.",
    "Since the update of last week, and only in the afternoon.",
)
_RESOLUTIONS = (
    "We changed the setting on our side; please check that it works for you now.",
    "The new version is installed. Could you try again and tell us?",
    "Done as you asked; please have a look.",
    "We replaced the part this morning. Does it work for you?",
)
_REJECTIONS = ("Sorry, it came back this morning.", "Almost! The second page is still wrong.")
_THANKS = ("It works, thank you!", "Yes, all good again. Thanks!", "Confirmed, you may close it.")
_NOTES = (
    "Asked the team in the corridor; they have seen it before.",
    "Same as last month: the cache of the proxy. Cleared it and wait for the log.",
    "Tried it with a fresh account, cannot reproduce it there.",
    "The supplier has a known issue on their page, number follows.",
)
_REPLIES = (
    "We are on it and will write again by tomorrow.",
    "Thank you, this helps. Our colleagues look into it.",
)


def _message(words: tuple[str, ...], who: StandIn, verb: Verb) -> Callable[[Random], _Told]:
    return lambda chance: (who, verb, Brings(message=chance.choice(words)))


def _always(
    who: StandIn | None, verb: Verb, brings: Brings | None = None
) -> Callable[[Random], _Told]:
    return lambda chance: (who, verb, brings or Brings())


def _opening(chance: Random) -> Brings:
    return Brings(
        title=SUBJECT,
        message=f"Hello,\n\n{SUBJECT}. Can you help?\n\n{_R.blank}",
        priority=chance.choice(_PRIORITIES),
        tags=(TAGS,),
    )


def _hold(chance: Random) -> _Told:
    kind, whom = chance.choice(
        (
            (HoldKind.VENDOR, "the printer vendor"),
            (HoldKind.PARTNER, "Acme Networks"),
            (HoldKind.MEETING, "the reporter"),
        )
    )
    return _T, Verb.HOLD, Brings(kind=kind, whom=whom)


# Every word that a story may use.
_WORDS: dict[str, Callable[[Random], _Told]] = {
    "written": lambda chance: (_R, Verb.OPEN, _opening(chance)),
    "phoned": lambda chance: (_T, Verb.OPEN, _opening(chance)),
    "again": lambda chance: (
        _R,
        Verb.OPEN,
        Brings(
            title=SUBJECT,
            message="It is back, months later. Can you look again?",
            priority=Priority.NORMAL,
            tags=(TAGS,),
            follows=ANOTHER,
        ),
    ),
    "take": _always(_T, Verb.ASSIGN, Brings(assignee=_T.blank)),
    "hand": _always(_C, Verb.ASSIGN, Brings(assignee=_C.blank)),
    "raise": _always(_T, Verb.EDIT, Brings(tags=(TAGS, "escalated"))),
    "note": lambda chance: (
        _T,
        Verb.NOTE,
        Brings(message=chance.choice(_NOTES), minutes=chance.choice((None, 10, 25, 60))),
    ),
    "ask": _message(_QUESTIONS, _T, Verb.ASK),
    "answer": _message(_ANSWERS, _R, Verb.ANSWER),
    "reply": _message(_REPLIES, _T, Verb.REPLY),
    "writes": _message(_ANSWERS, _R, Verb.RECEIVE),
    "away": _always(
        _R, Verb.RECEIVE, Brings(message="I am out of the office until Monday.", automatic=True)
    ),
    "clone": lambda chance: (_T, Verb.CLONE, Brings(team=chance.choice(TEAMS))),
    "tracked": lambda chance: (
        _T,
        Verb.CLONE,
        Brings(team=chance.choice(TEAMS), tracker=f"DEV-{NUMBER}"),
    ),
    "back": _always(_T, Verb.CLONE, Brings(clone=1)),
    "start": _always(_E, Verb.START, Brings(step=Step.START, clone=1, engineer=_E.blank)),
    "joined": _always(_S, Verb.STEP, Brings(step=Step.START, clone=2, engineer=_S.blank)),
    "followed": _always(
        _E,
        Verb.START,
        Brings(step=Step.START, tracker=f"DEV-{NUMBER}", engineer=_E.blank),
    ),
    "shelve": _always(_E, Verb.SHELVE, Brings(step=Step.SHELVE, clone=1)),
    "part": _always(_S, Verb.STEP, Brings(step=Step.DONE, clone=2)),
    "ship": lambda chance: (
        _E,
        Verb.DELIVER,
        Brings(step=Step.DONE, clone=1, message=chance.choice(_RESOLUTIONS)),
    ),
    "deliver": _message(_RESOLUTIONS, _T, Verb.DELIVER),
    "return": _always(_T, Verb.RETURN, Brings(message="Not a fault of the program after all.")),
    "hold": _hold,
    "review": lambda chance: (
        _T,
        Verb.HOLD,
        Brings(
            kind=HoldKind.MEETING,
            whom="the reporter",
            until=(_BEGINNING + timedelta(days=30 + chance.randrange(20))).date(),
        ),
    ),
    "resume": _always(_T, Verb.RESUME, Brings(message="They answered; we can go on.")),
    "resolve": _message(_RESOLUTIONS, _T, Verb.RESOLVE),
    "reject": _message(_REJECTIONS, _R, Verb.REJECT),
    "approve": lambda chance: (
        _R,
        Verb.APPROVE,
        Brings(message=chance.choice(_THANKS), approve=True),
    ),
    "confirm": _always(
        _T, Verb.APPROVE, Brings(message="The customer confirmed it by phone.", for_customer=True)
    ),
    "expire": _always(None, Verb.EXPIRE),
    "solved": _always(_T, Verb.CANCEL, Brings(reason="solved-by-reporter", for_customer=True)),
    "needless": _always(_R, Verb.CANCEL, Brings(reason="no-longer-needed")),
    "duplicate": _always(_T, Verb.CANCEL, Brings(reason="duplicate", duplicate_of=ANOTHER)),
    "decline": lambda chance: (
        _T,
        Verb.DECLINE,
        Brings(
            reason=chance.choice(("low-priority", "out-of-scope")),
            message="We cannot schedule this in the near term; thank you for the idea.",
        ),
    ),
    "reopen": _message(_REJECTIONS, _R, Verb.REOPEN),
    "undo": _always(_T, Verb.UNDO),
    "redo": _always(_T, Verb.REDO),
}

# How often, in a hundred of its status, and what happens.
STORIES: dict[Status, tuple[tuple[int, str], ...]] = {
    Status.WAITING_FOR_SUPPORT: (
        (25, "written"),
        (10, "phoned"),
        (25, "written take"),
        (8, "written take note"),
        (10, "written take ask answer"),
        (6, "written take reply writes"),
        (6, "written take resolve reject"),
        (5, "written take resolve approve reopen"),
        (5, "again take"),
    ),
    Status.WAITING_FOR_CUSTOMER: (
        (50, "written take ask"),
        (20, "phoned take note ask"),
        (15, "written take ask answer hand ask"),
        (15, "written take ask away reply"),
    ),
    Status.SCOPING_WITH_TEAM: (
        (55, "written take clone"),
        (20, "written take ask answer clone"),
        (15, "phoned take tracked"),
        (10, "written take clone start shelve writes"),
    ),
    Status.IN_PROGRESS: (
        (50, "written take clone start"),
        (15, "written take tracked followed note"),
        (20, "written take clone start ask answer back"),
        (15, "written take clone ask answer clone joined start"),
    ),
    Status.BLOCKED: (
        (50, "written take hold"),
        (20, "written take clone hold writes"),
        (30, "written take review"),
    ),
    Status.WAITING_FOR_CUSTOMER_APPROVAL: (
        (55, "written take resolve"),
        (30, "written take clone start ship"),
        (15, "written take ask answer resolve note"),
    ),
    Status.DONE: (
        (26, "written take resolve approve"),
        (12, "phoned take resolve confirm"),
        (14, "written take resolve expire"),
        (16, "written take ask answer resolve approve"),
        (9, "written take note clone start ship approve"),
        (4, "written take clone start note ship expire"),
        (3, "written take clone ask answer clone joined start part ship approve"),
        (3, "written take hold resume resolve approve"),
        (3, "written take resolve reject hand note resolve approve"),
        (3, "written take resolve approve reopen reply resolve approve"),
        (2, "written take clone return resolve confirm"),
        (2, "written take hold undo resolve approve"),
        (1, "written take hold undo redo resume resolve approve"),
        (2, "again raise resolve approve"),
    ),
    Status.CANCELED: (
        (35, "written take solved"),
        (25, "written take ask expire"),
        (20, "written take duplicate"),
        (15, "written take ask needless"),
        (5, "written clone needless"),
    ),
    Status.DECLINED: (
        (70, "written take decline"),
        (30, "phoned note decline"),
    ),
}
_VARIANTS = 100  # stories of each status, told with other words and times


class Story(Record):
    """One history, and how its times lie: `lasts` from the first event to the last.

    `closes_in` is how long after its last event the clock would close it, if it would at all.
    `by_days` asks for copies that are moved by whole days, for a calendar day is told in it;
    `relates` for the number of another ticket.
    """

    changes: tuple[Change, ...]
    lasts: timedelta
    closes_in: timedelta | None
    by_days: bool
    relates: bool

    @property
    def begins(self) -> datetime:
        return self.changes[0].at

    @property
    def ends(self) -> datetime:
        return self.changes[-1].at


def stories(chance: Random, policy: Policy) -> dict[Status, list[Story]]:
    """Every status's stories, each as often as it happens."""
    told: dict[Status, list[Story]] = {}
    number = 0
    for status, kinds in STORIES.items():
        told[status] = []
        for often, words in kinds:
            for _ in range(often * _VARIANTS // 100):
                number += 1
                story = _told(number, words.split(), chance, policy)
                assert story.changes[-1].ticket.status is status
                told[status].append(story)
    return told


def _told(number: int, words: list[str], chance: Random, policy: Policy) -> Story:
    """A story lived through, by the acts that a desk of this policy takes."""
    at = _BEGINNING + timedelta(hours=8, seconds=chance.randrange(10 * 3600))
    history: list[Change] = []
    for word in words:
        who, verb, brings = _WORDS[word](chance)
        by = Actor(CAST[who], CAST[who].role) if who is not None else CLOCK
        if not history:
            history.append(acts.open_ticket(number, CAST[_R], by, at, brings))
            continue
        ticket = history[-1].ticket
        at = _next_instant(word, at, ticket.deadline, chance)
        if verb in (Verb.UNDO, Verb.REDO):
            brings = Brings(undoes=len(history))
        assignee = next((p for p in CAST.values() if p.name == brings.assignee), None)
        history += again(Case(ticket, by, at, policy), verb, brings, assignee, history)
    return _story(history)


def _next_instant(word: str, at: datetime, deadline: datetime | None, chance: Random) -> datetime:
    """When the next thing happens: the clock right after its deadline, people when they can."""
    if word == "expire":
        assert deadline is not None  # the story waited on the customer
        return deadline + timedelta(seconds=chance.randrange(5, 600))
    quick = word in ("take", "undo", "redo")
    return at + timedelta(seconds=chance.randrange(120, 7200 if quick else 130_000))


def _story(history: list[Change]) -> Story:
    last = history[-1]
    deadline = last.ticket.deadline
    brought = [change.brings for change in history]
    return Story(
        changes=tuple(history),
        lasts=last.at - history[0].at,
        closes_in=deadline - last.at if deadline else None,
        by_days=any(brings.until for brings in brought),
        relates=any(ANOTHER in (brings.follows, brings.duplicate_of) for brings in brought),
    )
