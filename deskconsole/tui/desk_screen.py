"""What the board and the ticket view have in common: a ticket in focus, and the acts upon it.

Nothing here decides what is legal: it asks the gate, and shows the sentence it gets.
"""

from abc import abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from textual import events
from textual.screen import Screen

from deskconsole.calendar import parse_minutes
from deskconsole.desk.desk import Desk
from deskconsole.desk.news import told
from deskconsole.desk.outcome import TakenBack, named, standing
from deskconsole.drafts import Act
from deskconsole.errors import BadInput, Conflict, DeskError
from deskconsole.lifecycle.gate import Case, Choice, choices
from deskconsole.model import Actor, Event, Policy, Priority, Status, Ticket, Verb, ref
from deskconsole.query import number_in
from deskconsole.records import brings_from
from deskconsole.tui import ask
from deskconsole.tui.actions import Place, actions_at
from deskconsole.tui.bars import Bar
from deskconsole.tui.fields import Field
from deskconsole.tui.form import Form, Given, Known
from deskconsole.tui.help import HelpScreen
from deskconsole.tui.keyboard import Keyboard
from deskconsole.tui.keyed import keyboard_of
from deskconsole.tui.link import Link
from deskconsole.tui.menu import MoveMenu
from deskconsole.tui.palette import Palette
from deskconsole.tui.present import Piece
from deskconsole.tui.writing import Writing, writing

_CLOSE_NEWS = 4  # of one's own tickets, told of by name


class DeskScreen(Screen[None]):
    """A screen with a ticket in focus, a line that says things and a line of keys."""

    PLACE: ClassVar[Place]

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link
        self.policy = Policy()
        self.reading = False  # the desk is being read for this screen
        self._said: Piece | None = None
        self._preparing = 0  # acts that read the desk before they show anything

    @property
    def ready(self) -> bool:
        """Whether it takes keys: not while one is about to open a dialog."""
        return not self._preparing

    def prepare(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`, after which a dialog may stand; keys wait until then. DeskErrors are said."""

        async def guarded() -> None:
            try:
                await work
            except DeskError as error:
                self.say(str(error), "bad")
            finally:
                self._preparing -= 1

        self._preparing += 1
        self.run_worker(guarded())

    @property
    @abstractmethod
    def ticket(self) -> Ticket | None:
        """The ticket that the keys act on."""

    @abstractmethod
    def reload(self, follow: int | None = None) -> None:
        """Read the desk again, keeping ticket `follow` in sight wherever it went."""

    @abstractmethod
    def desk_changed(self, upto: int) -> None:
        """Somebody changed the desk, which now stands at event `upto`."""

    @abstractmethod
    def show_bars(self) -> None:
        """Bring both bars up to date."""

    # Saying things

    def say(self, text: str, look: str = "good") -> None:
        """Say something on the status line until the next key."""
        self._said = Piece(f" {text} ", look)
        self.show_bars()

    def tell_news(self, news: tuple[Event, ...], closer: tuple[Event, ...] = ()) -> None:
        """Say quietly what others did; of tickets that one has or watches, first and by name."""
        me = self.link.me.person
        others = {event.id: event for event in (*closer, *news) if event.by.person != me}
        close = {event.ticket: event for event in closer if event.id in others}
        told_of = [*close.values()][-_CLOSE_NEWS:] or [*others.values()][-1:]
        if told_of:
            count = len(others) - len(told_of)
            more = f" (and {count} more)" if count else ""
            words = "; ".join(told(event) for event in told_of) + more
            self.say(f"you watch: {words}" if close else words, "label" if close else "quiet")

    def on_key(self, event: events.Key) -> None:
        """What was said has been read."""
        if self._said is not None:
            self._said = None
            self.show_bars()

    @property
    def said(self) -> tuple[Piece, ...]:
        """What is being said now."""
        return (self._said,) if self._said else ()

    def key_pieces(self) -> tuple[Piece, ...]:
        """The legal moves of the ticket in focus, by their letters."""
        pieces: list[Piece] = []
        for choice in self.choices():
            if choice.rule is not None and choice.legal:
                for key, _ in self.keyboard.pairs(f"move.{choice.target.slug}"):
                    pieces.append(Piece(f" {key}", "key"))
                    pieces.append(Piece(f" {choice.rule.verb.value} ", "label"))
        return tuple(pieces)

    @property
    def keyboard(self) -> Keyboard:
        """The person's keys."""
        return keyboard_of(self)

    def key(self, id: str) -> str:
        """The key of an action, to tell somebody."""
        return self.keyboard.first(id)

    def keys_of(self, *ids: str) -> tuple[Piece, ...]:
        """Actions by their keys."""
        return tuple(
            piece
            for key, label in self.keyboard.pairs(*ids)
            for piece in (Piece(f" {key}", "key"), Piece(f" {label} ", "label"))
        )

    def bar(self, name: str) -> Bar:
        """The bar of that id."""
        return self.query_one(f"#{name}", Bar)

    # Acting

    def choices(self) -> tuple[Choice, ...]:
        """The nine statuses for the ticket in focus."""
        if self.ticket is None:
            return ()
        return choices(Case(self.ticket, self.link.me, self.link.desk.clock(), self.policy))

    def _in_focus(self) -> Ticket | None:
        if self.ticket is None:
            new = self.key("ticket.new")
            self.say(f"there is no ticket here; {new} opens a new one", "bad")
        return self.ticket

    def action_go(self, slug: str) -> None:
        """Move the ticket to a status, asking for what that needs; or say why not."""
        ticket = self._in_focus()
        if ticket is not None:
            choice = self.choices()[Status.of(slug).number - 1]
            if choice.refusal is not None:
                self.say(str(choice.refusal), "bad")
            else:
                self._ask_move(ticket, choice)

    def _ask_move(self, ticket: Ticket, choice: Choice) -> None:
        rule = choice.rule
        assert rule is not None  # a legal choice has one
        fields = ask.move_fields(rule, ticket, self.policy)
        act = Act("move", ticket.number, choice.target)
        me, number, target = self.link.me, ticket.number, choice.target
        seen = Seen(ticket)

        async def send(given: Given) -> None:
            brings = brings_from(_chosen(given))
            moved = await self._act(
                seen, lambda desk, version: desk.move(me, number, target, brings, version)
            )
            self.say(f"{moved.ref} is {moved.status.title}")

        self._open_form(
            f"{ticket.ref} to {choice.target.title}",
            ticket.title,
            fields,
            rule.verb.value.capitalize(),
            send,
            ticket.number,
            writing(self.link, act, ticket, rule.verb, choice.target),
        )

    async def _known(self) -> Known:
        """The names that lines of a form are completed with."""

        def names(desk: Desk) -> Known:
            staff = [person.name for person in desk.store.staff()]
            return {ask.TEAMS: self.policy.teams or desk.store.teams(), ask.STAFF: staff}

        return await self.link.call(names)

    async def _act(self, seen: "Seen", work: Callable[[Desk, int], Ticket]) -> Ticket:
        """Do an act on the ticket as it was seen; who is told of a conflict has seen it."""
        try:
            return await self.link.call(lambda desk: work(desk, seen.version))
        except Conflict as conflict:
            seen.version = conflict.version
            raise

    def _open_form(
        self,
        title: str,
        about: str,
        fields: tuple[Field, ...],
        button: str,
        send: Callable[[Given], Any],
        follow: int | None,
        writing: Writing | None = None,
        verdicts: tuple[str, ...] = (),
    ) -> None:
        def done(acted: bool | None) -> None:
            if acted:
                self.reload(follow)
            elif writing is not None and writing.draft is not None:
                self._waits(writing)

        form = Form(title, about, fields, button, send, self._known, writing, verdicts)
        self.app.push_screen(form, done)

    def _waits(self, writing: Writing) -> None:
        self.say(f"kept as a draft: {writing.act}; open it again to go on", "quiet")

    def action_menu(self) -> None:
        """All nine statuses, to choose one."""
        ticket = self._in_focus()
        if ticket is not None:
            self._open_menu(ticket, self.choices())

    def _open_menu(self, ticket: Ticket, offered: tuple[Choice, ...]) -> None:
        def chosen(status: Status | None) -> None:
            if status is not None:
                self.action_go(status.slug)

        title = f"{ticket.ref} is {ticket.status.title}; move it to"
        self.app.push_screen(MoveMenu(title, offered), chosen)

    def action_sideways(self, direction: int) -> None:
        """The one legal move back (-1) or forward (1); where there are several, a menu of them."""
        ticket = self._in_focus()
        if ticket is None:
            return
        here = ticket.status.number
        offered = tuple(
            choice
            for choice in self.choices()
            if choice.legal and (choice.target.number - here) * direction > 0
        )
        if len(offered) == 1:
            self.action_go(offered[0].target.slug)
        elif offered:
            self._open_menu(ticket, offered)
        else:
            way = "forward" if direction > 0 else "back"
            self.say(
                f"{ticket.ref} has no legal move {way} from {ticket.status.title}; "
                f"{self.key('move.menu')} shows where it can go",
                "bad",
            )

    def action_reply(self) -> None:
        """Write to the customer."""
        ticket = self._in_focus()
        if ticket is None:
            return
        me, number = self.link.me, ticket.number
        seen = Seen(ticket)

        async def send(given: Given) -> None:
            message = given.get("message", "")
            await self._act(seen, lambda desk, version: desk.reply(me, number, message, version))
            self.say(f"replied on {ticket.ref}")

        fields = ask.words_field(f"To {ticket.reporter.name} – the customer reads this")
        draft = self._writing(ticket, Verb.REPLY)
        self._open_form(f"Reply on {ticket.ref}", ticket.title, fields, "Send", send, number, draft)

    def action_note(self) -> None:
        """Write an internal note."""
        ticket = self._in_focus()
        if ticket is None:
            return

        async def send(given: Given) -> None:
            message = given.get("message", "")
            minutes = parse_minutes(given["spent"]) if "spent" in given else None
            await self.link.call(
                lambda desk: desk.note(self.link.me, ticket.number, message, minutes)
            )
            self.say(f"noted on {ticket.ref}")

        fields = ask.note_fields()
        draft = self._writing(ticket, Verb.NOTE)
        self._open_form(
            f"Note on {ticket.ref}", ticket.title, fields, "Keep", send, ticket.number, draft
        )

    def _writing(self, ticket: Ticket, verb: Verb) -> Writing:
        return writing(self.link, Act(verb.value, ticket.number), ticket, verb, ticket.status)

    def action_assign(self) -> None:
        """Hand the ticket to somebody."""
        ticket = self._in_focus()
        if ticket is None:
            return
        me, number = self.link.me, ticket.number
        seen = Seen(ticket)

        async def send(given: Given) -> None:
            name = given.get("name", "")
            self._handed(
                await self._act(seen, lambda desk, version: desk.assign(me, number, name, version))
            )

        fields = ask.assign_fields()
        self._open_form(f"Assign {ticket.ref}", ticket.title, fields, "Assign", send, number)

    def _handed(self, ticket: Ticket) -> None:
        self.say(f"{ticket.ref} is {ticket.assignee.name if ticket.assignee else 'nobody'}'s")

    def action_take(self) -> None:
        """Make the ticket one's own."""
        ticket = self._in_focus()
        if ticket is not None:
            self.prepare(self._take(ticket))

    async def _take(self, ticket: Ticket) -> None:
        me, number = self.link.me, ticket.number
        try:
            taken = await self._act(
                Seen(ticket), lambda desk, version: desk.take(me, number, version)
            )
            self._handed(taken)
        finally:
            self.reload(number)

    def action_undo(self) -> None:
        """Take one's own last act back."""
        self.prepare(self._take_back(Desk.undo, "undid", f"{self.key('redo')} does it again"))

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self.prepare(self._take_back(Desk.redo, "redid", f"{self.key('undo')} takes it back"))

    async def _take_back(
        self, verb: Callable[[Desk, Actor], TakenBack], did: str, back: str
    ) -> None:
        done = await self.link.call(lambda desk: verb(desk, self.link.me))
        tickets = [outcome.ticket for outcome in done.outcomes if outcome.ticket]
        what = f"{did} {done.verb.value} on {named(tickets)}"
        if len(tickets) == 1:
            what += f": {standing(tickets[0])}"
        kept = [f"{ref(one.number)} stays: {one.error}" for one in done.outcomes if one.error]
        self.say("; ".join([what, *kept, back]))
        self.reload(tickets[0].number if len(tickets) == 1 else None)

    def action_edit(self) -> None:
        """Change title, priority and tags."""
        ticket = self._in_focus()
        if ticket is None:
            return
        me, number = self.link.me, ticket.number
        seen = Seen(ticket)

        async def send(given: Given) -> None:
            title, priority = given.get("title", ""), given["priority"]
            tags = tuple(str(given.get("tags", "")).split())
            await self._act(
                seen,
                lambda desk, version: desk.edit(
                    me,
                    number,
                    title=title if title != ticket.title else None,
                    priority=priority if priority is not ticket.priority else None,
                    tag=tags,
                    untag=tuple(tag for tag in ticket.tags if tag not in tags),
                    seen=version,
                ),
            )
            self.say(f"edited {ticket.ref}")

        fields = ask.edit_fields(ticket)
        draft = self._writing(ticket, Verb.EDIT)
        self._open_form(f"Edit {ticket.ref}", "", fields, "Keep", send, number, draft)

    def action_new(self) -> None:
        """Open a new ticket."""
        made: list[int] = []

        async def send(given: Given) -> None:
            ticket = await self.link.call(
                lambda desk: desk.open(
                    self.link.me,
                    given.get("title", ""),
                    given.get("email", ""),
                    message=given.get("message"),
                    priority=Priority(given.get("priority", Priority.NORMAL)),
                )
            )
            made.append(ticket.number)
            self.say(f"opened {ticket.ref}")

        draft = writing(self.link, Act("a new ticket"), None, Verb.OPEN, Status.WAITING_FOR_SUPPORT)

        def done(acted: bool | None) -> None:
            if acted:
                self.reload(made[-1])
            elif draft.draft is not None:
                self._waits(draft)

        form = Form("A new ticket", "", ask.new_fields(), "Open", send, writing=draft)
        self.app.push_screen(form, done)

    def action_help(self) -> None:
        """What every key does here."""
        status = self.ticket.status if self.ticket else None
        self.app.push_screen(HelpScreen(status, self.PLACE))

    def action_palette(self) -> None:
        """Every command that can be had here, by name."""

        async def run(call: str | None) -> None:
            if call is not None:
                await self.run_action(call)

        self.app.push_screen(Palette(actions_at(self.PLACE)), run)

    def action_reload(self) -> None:
        """Read the desk again."""
        self.reload()


class Seen:
    """The version of a ticket that whoever acts has seen."""

    def __init__(self, ticket: Ticket) -> None:
        self.version = ticket.version


def _chosen(given: Given) -> dict[str, Any]:
    """What a form of a move gave, as the import format writes it."""
    chosen = dict(given)
    if chosen.get("clone") == ask.NEW_CLONE:
        del chosen["clone"]
    if "duplicate_of" in chosen:
        number = number_in(chosen["duplicate_of"])
        if number is None:
            raise BadInput(f"{chosen['duplicate_of']!r} is not a ticket; name it SD-12 or 12")
        chosen["duplicate_of"] = number
    return chosen
