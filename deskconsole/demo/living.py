"""A desk to look at: seeded with a fortnight of work, and alive while it is looked at."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event as Flag

from deskconsole.demo.words import CANNED, SUBJECTS
from deskconsole.desk.desk import Desk
from deskconsole.errors import DeskError
from deskconsole.model import Actor, Brings, HoldKind, Priority, Role, Status, Step, Ticket

_SEED = 12
_PAUSE = (2.0, 5.0)  # seconds between two acts of the demo's people

_CUSTOMERS = (
    "Maja Novak",
    "Tom Berger",
    "Inês Duarte",
    "Ravi Patel",
    "Ulla Lindqvist",
    "Sam O'Neill",
    "Chiara Conti",
    "Jan de Vries",
)
_TECHNICIANS = ("bo", "dana", "kit")
_ENGINEERS = ("eve", "finn")
_TEAMS = ("network", "billing", "web")
_QUESTIONS = (
    "Which version do you see under Help, About?",
    "Does it also happen on another network?",
    "Could you send us a screenshot of the message?",
)
_ANSWERS = (
    "It is version 4.2, and yes, it happens at home too.",
    "Only on my own machine, my colleague has no trouble.",
    "I tried again this morning and it is still the same.",
)
_RESOLUTIONS = (
    "We changed the setting on our side; please check that it works for you now.",
    "The new version is installed. Could you try again and tell us?",
    "Done as you asked; please have a look.",
)
_REJECTIONS = ("Sorry, it came back this morning.", "Almost! The second page is still wrong.")


class _Clock:
    """A clock that is set by hand: the seed lives through a fortnight in a moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def seed(make: Callable[[Callable[[], datetime]], Desk], login: str, now: datetime) -> None:
    """Fill an empty desk with tickets in every status, by its own verbs at their own times.

    `make` gives a desk that runs by the clock it is handed. Some deadlines come within minutes
    of `now`, so that the clock is seen at work.
    """
    clock = _Clock(now - timedelta(days=16))
    desk = make(clock)
    chance = random.Random(_SEED)
    me = desk.enter(login)
    roles = {
        **dict.fromkeys(_TECHNICIANS, Role.TECHNICIAN),
        **dict.fromkeys(_ENGINEERS, Role.ENGINEER),
    }
    for name, role in roles.items():
        if name != me.name:  # the visitor may be called so too, and leads
            desk.set_role(me, name, role)
    staff = [desk.enter(name) for name in _TECHNICIANS]
    desk.set_policy(me, "teams", ", ".join(_TEAMS))
    for team, name, body in CANNED:
        desk.keep_canned(me, name, body, team)
    plans = _plans(chance, now)
    for start, status, entered in sorted(plans, key=lambda plan: plan[0]):
        clock.now = start
        ticket = _opened(desk, chance, chance.choice(staff))
        _lead(desk, clock, ticket, status, entered, chance, chance.choice(staff))


def _plans(chance: random.Random, now: datetime) -> list[tuple[datetime, Status, datetime]]:
    """When each ticket is opened, where it ends up, and since when it is there."""
    wanted = {
        Status.WAITING_FOR_SUPPORT: 11,
        Status.WAITING_FOR_CUSTOMER: 7,
        Status.SCOPING_WITH_TEAM: 6,
        Status.IN_PROGRESS: 6,
        Status.BLOCKED: 4,
        Status.WAITING_FOR_CUSTOMER_APPROVAL: 7,
        Status.DONE: 8,
        Status.CANCELED: 4,
        Status.DECLINED: 3,
    }
    longest = {
        Status.WAITING_FOR_CUSTOMER: timedelta(days=14),
        Status.WAITING_FOR_CUSTOMER_APPROVAL: timedelta(days=7),
    }
    plans = []
    for status, count in wanted.items():
        for index in range(count):
            limit = longest.get(status, timedelta(days=9))
            entered = now - limit * chance.uniform(0.02, 0.9)
            if status in longest and index < 3:
                # These run out while the demo is looked at: after 20 s, 80 s and 5 minutes.
                entered = now - limit + timedelta(seconds=(20, 80, 300)[index])
                entered += timedelta(seconds=15 * (status is Status.WAITING_FOR_CUSTOMER))
            before = timedelta(hours=chance.uniform(2, 40))
            plans.append((entered - before, status, entered))
    return plans


def _opened(desk: Desk, chance: random.Random, by: Actor) -> Ticket:
    title, tags = SUBJECTS[desk.store.last_number() * 7 % len(SUBJECTS)]
    name = chance.choice(_CUSTOMERS)
    levels = (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.NORMAL, Priority.LOW)
    return desk.open(
        by,
        title,
        _address(name),
        name=name,
        message=f"Hello,\n\n{title[0].lower() + title[1:]}. Can you help?\n\n{name}",
        priority=chance.choice(levels),
        tags=tuple(tags.split()),
    )


def _address(name: str) -> str:
    first = name.split()[0].lower().replace("ê", "e")
    return f"{first}@example.org"


def _lead(
    desk: Desk,
    clock: _Clock,
    ticket: Ticket,
    status: Status,
    entered: datetime,
    chance: random.Random,
    by: Actor,
) -> None:
    """Lead a new ticket into `status` at `entered`, by the moves that lead there."""
    number = ticket.number
    steps = {
        Status.WAITING_FOR_SUPPORT: (),
        Status.SCOPING_WITH_TEAM: (Status.SCOPING_WITH_TEAM,),
        Status.IN_PROGRESS: (Status.SCOPING_WITH_TEAM, Status.IN_PROGRESS),
        Status.DONE: (Status.WAITING_FOR_CUSTOMER_APPROVAL, Status.DONE),
    }.get(status, (status,))
    start = clock.now
    if chance.random() < 0.75:
        desk.take(by, number)
    for index, step in enumerate(steps, start=1):
        clock.now = start + (entered - start) * index / len(steps)
        brings = _brings(step, chance)
        if step is Status.DONE and chance.random() < 0.7:
            desk.receive(number, ticket.reporter.email or "", "It works, thank you!", approve=True)
        else:
            desk.move(by, number, step, brings)


def _brings(status: Status, chance: random.Random) -> Brings:
    """What the move into `status` must bring."""
    match status:
        case Status.WAITING_FOR_CUSTOMER:
            return Brings(message=chance.choice(_QUESTIONS))
        case Status.SCOPING_WITH_TEAM:
            return Brings(team=chance.choice(_TEAMS))
        case Status.IN_PROGRESS:
            return Brings(engineer=chance.choice(_ENGINEERS))
        case Status.BLOCKED:
            whom = chance.choice(("Acme Networks", "the printer vendor", "the reporter"))
            kind = HoldKind.MEETING if whom == "the reporter" else HoldKind.VENDOR
            return Brings(kind=kind, whom=whom)
        case Status.WAITING_FOR_CUSTOMER_APPROVAL:
            return Brings(message=chance.choice(_RESOLUTIONS))
        case Status.CANCELED:
            return Brings(reason=chance.choice(("solved-by-reporter", "duplicate")))
        case Status.DECLINED:
            return Brings(
                reason="low-priority", message="We cannot schedule this in the near term."
            )
        case Status.DONE:
            return Brings(message="the customer confirmed it by phone", for_customer=True)
        case _:
            return Brings(message="looked into it")


class Life:
    """The demo's people: customers write, engineers work, until the console is left."""

    def __init__(self, desk: Desk, login: str) -> None:
        self._desk = desk
        self._login = login
        self._chance = random.Random()

    def run(self, stop: Flag) -> None:
        """Act every few seconds; what the lifecycle refuses is simply not done."""
        try:
            while not stop.wait(self._chance.uniform(*_PAUSE)):
                try:
                    next(self._acts(), None)
                except DeskError:
                    continue  # whoever sits at the console was quicker
        finally:
            self._desk.store.close()

    def _acts(self) -> Iterator[Ticket]:
        """One act of somebody on some ticket that is not the visitor's own."""
        desk, chance = self._desk, self._chance
        status = chance.choice(
            (
                Status.WAITING_FOR_CUSTOMER,
                Status.WAITING_FOR_CUSTOMER_APPROVAL,
                Status.SCOPING_WITH_TEAM,
                Status.IN_PROGRESS,
                Status.WAITING_FOR_SUPPORT,
            )
        )
        tickets = [
            ticket
            for ticket in desk.store.listing((status,))
            if ticket.assignee is None or ticket.assignee.name != self._login
        ]
        if not tickets:
            return
        ticket = chance.choice(tickets)
        yield self._act(ticket, status)

    def _act(self, ticket: Ticket, status: Status) -> Ticket:
        desk, chance, number = self._desk, self._chance, ticket.number
        email = ticket.reporter.email or ""
        technician = desk.enter(chance.choice(_TECHNICIANS))
        match status:
            case Status.WAITING_FOR_CUSTOMER:
                return desk.receive(number, email, chance.choice(_ANSWERS))
            case Status.WAITING_FOR_CUSTOMER_APPROVAL:
                happy = chance.random() < 0.6
                words = "It works, thank you!" if happy else chance.choice(_REJECTIONS)
                return desk.receive(number, email, words, approve=happy)
            case Status.SCOPING_WITH_TEAM:
                engineer = desk.enter(chance.choice(_ENGINEERS))
                return desk.step(engineer, number, Step.START, Brings(engineer=engineer.name))
            case Status.IN_PROGRESS:
                engineer = desk.enter(chance.choice(_ENGINEERS))
                done = Brings(message=chance.choice(_RESOLUTIONS))
                return desk.step(engineer, number, Step.DONE, done)
            case _:
                roll = chance.random()
                if roll < 0.35:
                    return _opened(desk, chance, technician)
                if roll < 0.6:
                    return desk.move(
                        technician,
                        number,
                        Status.WAITING_FOR_CUSTOMER,
                        _brings(Status.WAITING_FOR_CUSTOMER, chance),
                    )
                return desk.move(
                    technician,
                    number,
                    Status.SCOPING_WITH_TEAM,
                    _brings(Status.SCOPING_WITH_TEAM, chance),
                )
