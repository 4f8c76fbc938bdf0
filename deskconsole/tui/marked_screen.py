"""Acting on many tickets: what is marked is judged ticket by ticket, then moved or handed over.

First a verdict, so that nobody is surprised; then what is legal is done in one act, which one
undo takes back, and what was not done is reported and stays marked.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence

from deskconsole.desk.desk import Desk
from deskconsole.desk.outcome import MOST, Outcome, verdict
from deskconsole.drafts import Act
from deskconsole.errors import BadInput
from deskconsole.lifecycle.gate import Case, Choice, choices
from deskconsole.lifecycle.table import Rule
from deskconsole.model import Status, Ticket
from deskconsole.records import brings_from
from deskconsole.tui import ask
from deskconsole.tui.acting_screen import ActingScreen
from deskconsole.tui.fields import Given
from deskconsole.tui.marks import Marks
from deskconsole.tui.writing import writing
from deskconsole.words import plural

_FILLED = "{ticket}, {reporter} and {deadline} are filled in for each of them"


class MarkedScreen(ActingScreen):
    """A screen whose tickets can be marked; with marks, moves and assignments are about those."""

    @property
    @abstractmethod
    def marks(self) -> Marks:
        """What is marked."""

    @abstractmethod
    async def gather(self) -> None:
        """Make single marks of the range that is being drawn."""

    @abstractmethod
    def show_marks(self) -> None:
        """Paint the marks as they are now."""

    async def _marked(self) -> list[Ticket]:
        """The marked tickets as they are now; BadInput if they are too many, or gone."""
        await self.gather()
        numbers = sorted(self.marks.numbers)
        if len(numbers) > MOST:
            raise BadInput(f"{len(numbers):,} tickets are marked; {MOST:,} can be acted on at once")
        tickets = await self.link.call(lambda desk: desk.store.some(numbers))
        if not tickets:
            forget = f"{self.key('show.all')} forgets the marks"
            raise BadInput(f"none of the marked tickets is there any more; {forget}")
        return tickets

    # Moving

    def action_go(self, slug: str) -> None:
        """Move the ticket, or all marked ones, to a status."""
        if self.marks:
            self.prepare(self._move_marked(Status.of(slug)))
        else:
            super().action_go(slug)

    def action_menu(self) -> None:
        """All nine statuses, to choose one."""
        if self.marks:
            self.prepare(self._menu_of_marked())
        else:
            super().action_menu()

    def action_sideways(self, direction: int) -> None:
        """The one legal move back or forward; marked tickets are moved by letter."""
        if self.marks:
            self.say(
                f"marked tickets move by a status's letter, or by {self.key('move.menu')}", "bad"
            )
        else:
            super().action_sideways(direction)

    async def _menu_of_marked(self) -> None:
        tickets = await self._marked()

        def chosen(status: Status | None) -> None:
            if status is not None:
                self.action_go(status.slug)

        judged = [self._judged(ticket) for ticket in tickets]
        best = tuple(
            next((one[at] for one in judged if one[at].legal), judged[0][at])
            for at in range(len(Status))
        )
        from deskconsole.tui.menu import MoveMenu

        title = f"{plural(len(tickets), 'marked ticket')}; move them to"
        self.app.push_screen(MoveMenu(title, best), chosen)

    def _judged(self, ticket: Ticket) -> tuple[Choice, ...]:
        return choices(Case(ticket, self.link.me, self.link.desk.clock(), self.policy))

    async def _move_marked(self, target: Status) -> None:
        tickets = await self._marked()
        rules: dict[int, Rule] = {}
        judged = []
        for ticket in tickets:
            choice = self._judged(ticket)[target.number - 1]
            if choice.rule is not None and choice.refusal is None:
                rules[ticket.number] = choice.rule
            error = BadInput(str(choice.refusal)) if choice.refusal else None
            judged.append(Outcome(ticket.number, ticket, error))
        words = verdict(judged, f"can move to {target.title}")
        if not rules:
            self._report(words)
            return
        kinds = list(dict.fromkeys(rules.values()))
        legal = [ticket for ticket in tickets if ticket.number in rules]
        act = Act("move marked tickets", None, target)
        me = self.link.me

        def move(desk: Desk, given: Given, number: int, seen: int | None) -> Ticket:
            rule = rules[number]
            own = {name: value for name, value in given.items() if name in rule.accepts}
            if "message" in own:
                own["message"] = desk.filled(me, number, own["message"], rule.verb, target)
            return desk.move(me, number, target, brings_from(own), seen)

        async def send(given: Given) -> None:
            await self._do(
                legal,
                lambda desk, number, seen: move(desk, given, number, seen),
                f"moved to {target.title}",
            )

        self._open_form(
            words[0],
            _FILLED if any(rule.words for rule in kinds) else "",
            ask.many_fields(kinds, legal[0], self.policy),
            f"Move {len(legal)}",
            send,
            None,
            writing(self.link, act, None, kinds[0].verb, target),
            tuple(words[1:]),
        )

    # Handing over

    def action_assign(self) -> None:
        """Hand the ticket, or all marked ones, to somebody."""
        if self.marks:
            self.prepare(self._assign_marked())
        else:
            super().action_assign()

    async def _assign_marked(self) -> None:
        tickets = await self._marked()
        me = self.link.me

        async def send(given: Given) -> None:
            name = given.get("name", "")
            if not name:
                raise BadInput("assign needs a name: a login, or nobody")
            await self._do(
                tickets,
                lambda desk, number, seen: desk.assign(me, number, name, seen),
                f"assigned to {name}",
            )

        title = f"Assign {plural(len(tickets), 'marked ticket')}"
        words = tuple(
            f"{ticket.ref} is {ticket.assignee.name if ticket.assignee else 'nobody'}'s"
            for ticket in tickets
        )
        self._open_form(title, "", ask.assign_fields(), "Assign", send, None, None, words)

    def action_take(self) -> None:
        """Make the ticket, or all marked ones, one's own."""
        if self.marks:
            self.prepare(self._take_marked())
        else:
            super().action_take()

    async def _take_marked(self) -> None:
        tickets = await self._marked()
        me = self.link.me
        await self._do(
            tickets, lambda desk, number, seen: desk.take(me, number, seen), "are yours now"
        )
        self.reload()

    async def _do(
        self,
        tickets: Sequence[Ticket],
        verb: Callable[[Desk, int, int | None], Ticket],
        done: str,
    ) -> None:
        """Do an act on all of them as they were seen; what is not done stays marked.

        The first error is raised where nothing at all was done.
        """
        seen: dict[int, int | None] = {ticket.number: ticket.version for ticket in tickets}
        outcomes = await self.link.call(
            lambda desk: desk.many(seen, lambda number, version: verb(desk, number, version))
        )
        refused = [outcome for outcome in outcomes if outcome.error]
        if len(refused) == len(outcomes) and refused[0].error:
            raise refused[0].error
        self.marks.numbers -= {outcome.number for outcome in outcomes if outcome.ticket}
        self.show_marks()
        words = verdict(outcomes, done)
        if refused:
            self.app.call_later(self._report, words)
        else:
            self.say(words[0])

    def _report(self, words: Sequence[str]) -> None:
        from deskconsole.tui.report import Report

        self.app.push_screen(Report(words))
