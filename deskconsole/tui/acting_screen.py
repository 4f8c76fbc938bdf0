"""The acts upon the ticket in focus, each with the dialog that it takes.

Nothing here decides what is legal: it asks the gate, and shows the sentence it gets.
"""

from collections.abc import Callable
from typing import Any

from deskconsole.calendar import parse_minutes
from deskconsole.desk.desk import Desk
from deskconsole.desk.outcome import TakenBack, named, standing, why_not
from deskconsole.drafts import Act
from deskconsole.errors import BadInput, Conflict
from deskconsole.face.cards import around_words
from deskconsole.lifecycle.access import STAFF
from deskconsole.lifecycle.gate import Choice
from deskconsole.model import Actor, Doing, Priority, Status, Ticket, Verb
from deskconsole.query import number_in
from deskconsole.records import brings_from
from deskconsole.tui import ask
from deskconsole.tui.desk_screen import DeskScreen
from deskconsole.tui.fields import Field, Given, Known
from deskconsole.tui.writing import Writing, writing


class ActingScreen(DeskScreen):
    """A screen whose keys act on the ticket in focus."""

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
            team = f", for team {brings.team}" if brings.team else ""
            self.say(f"{moved.ref} is {moved.status.title}{team}")

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
            staff = [person.name for person in desk.store.staff() if person.role in STAFF]
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
            if not acted and writing is not None and writing.draft is not None:
                self._waits(writing)

        async def together(given: Given) -> None:
            with self.one_frame():
                await send(given)
                self.reload(follow)

        def around() -> str:
            return around_words(self.link.at(follow)) if follow is not None else ""

        from deskconsole.tui.form import Form

        form = Form(title, about, fields, button, together, self._known, writing, verdicts, around)
        self.app.push_screen(form, done)
        if writing is not None and follow is not None:
            self.link.be_at(follow, Doing.WRITING)

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

        from deskconsole.tui.menu import MoveMenu

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
            ticket = await self._act(
                seen, lambda desk, version: desk.assign(me, number, name, version)
            )
            self._handed(ticket)

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
        kept = [f"{why_not(one)}, so it stays" for one in done.outcomes if one.error]
        self.say("; ".join([what, *kept, back]))
        self.reload(tickets[0].number if len(tickets) == 1 else None)

    def action_edit(self) -> None:
        """Change title, priority, tags and relations."""
        ticket = self._in_focus()
        if ticket is None:
            return
        me, number = self.link.me, ticket.number
        seen = Seen(ticket)

        async def send(given: Given) -> None:
            title, priority = given.get("title", ""), given["priority"]
            tags = tuple(str(given.get("tags", "")).split())
            related = {
                name: _number(given[name]) if name in given else 0
                for name in ("duplicate_of", "follows")
            }
            await self._act(
                seen,
                lambda desk, version: desk.edit(
                    me,
                    number,
                    title=title if title != ticket.title else None,
                    priority=priority if priority is not ticket.priority else None,
                    tag=tags,
                    untag=tuple(tag for tag in ticket.tags if tag not in tags),
                    duplicate_of=_changed(related["duplicate_of"], ticket.duplicate_of),
                    follows=_changed(related["follows"], ticket.follows),
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

        from deskconsole.tui.form import Form

        form = Form("A new ticket", "", ask.new_fields(), "Open", send, writing=draft)
        self.app.push_screen(form, done)


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
        chosen["duplicate_of"] = _number(chosen["duplicate_of"])
    return chosen


def _number(text: str) -> int:
    number = number_in(text)
    if number is None:
        raise BadInput(f"{text!r} is not a ticket; name it SD-12 or 12")
    return number


def _changed(number: int, before: int | None) -> int | None:
    """A relation to be set, 0 where there is to be none any more; None where it stays."""
    return None if number == (before or 0) else number
