"""Acts that leave a ticket as it is, on board and ticket view: copy, watch, open a related one."""

from abc import abstractmethod
from collections.abc import Callable, Sequence

from deskconsole.desk.desk import Desk
from deskconsole.model import Relation, Ticket
from deskconsole.store.around import related, watchers
from deskconsole.summary import link, relation_words, summary
from deskconsole.tui.acting_screen import ActingScreen


class AroundScreen(ActingScreen):
    """A screen with a ticket in focus and others around it."""

    @abstractmethod
    def open_related(self, ticket: Ticket) -> None:
        """Open a ticket related to the one in focus; Esc there comes back here."""

    # Copying: by OSC 52, to the clipboard of the viewer's own terminal

    def action_copy(self) -> None:
        """Copy the ticket's number, and show what was copied."""
        ticket = self._in_focus()
        if ticket is not None:
            self._copied(ticket.ref)

    def action_copy_more(self) -> None:
        """Choose among number, link and summary."""
        ticket = self._in_focus()
        if ticket is None:
            return
        words = (
            ("number", ticket.ref),
            ("link", link(ticket, self.policy)),
            ("summary", summary(ticket, self.policy, self.link.desk.clock())),
        )

        def chosen(index: int | None) -> None:
            if index is not None:
                self._copied(words[index][1])

        self._choose(f"Copy of {ticket.ref}", words, "copies", chosen)

    def _copied(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.say("copied " + " · ".join(text.split("\n")))

    # Watching

    def action_watch(self) -> None:
        """Watch the ticket, or watch it no more."""
        ticket = self._in_focus()
        if ticket is not None:
            self.prepare(self._watch(ticket))

    async def _watch(self, ticket: Ticket) -> None:
        me, number = self.link.me, ticket.number

        def toggle(desk: Desk) -> bool:
            if me.person in watchers(desk.store, number):
                return me.person in desk.unwatch(me, number)
            return me.person in desk.watch(me, number)

        watching = await self.link.call(toggle)
        self.say(f"you watch {ticket.ref}" if watching else f"you watch {ticket.ref} no more")
        self.reload(number)

    # Related tickets

    def action_related(self) -> None:
        """Open the related ticket, or choose among several."""
        ticket = self._in_focus()
        if ticket is not None:
            self.prepare(self._related(ticket))

    async def _related(self, ticket: Ticket) -> None:
        found = await self.link.call(lambda desk: related(desk.store, ticket))
        others = [other for _, other in found]
        if not others:
            self.say(f"{ticket.ref} has no related ticket", "bad")
        elif len(others) == 1:
            self.open_related(others[0])
        else:
            self._choose_related(ticket, found)

    def _choose_related(self, ticket: Ticket, found: tuple[tuple[Relation, Ticket], ...]) -> None:
        def chosen(index: int | None) -> None:
            if index is not None:
                self.open_related(found[index][1])

        lines = [
            (f"{relation_words(how, ticket)} {other.ref}", f"{other.title} ({other.status.title})")
            for how, other in found
        ]
        self._choose(f"Related to {ticket.ref}", lines, "opens it", chosen)

    def _choose(
        self,
        title: str,
        lines: Sequence[tuple[str, str]],
        does: str,
        chosen: Callable[[int | None], None],
    ) -> None:
        from deskconsole.tui.choose import Choose

        self.app.push_screen(Choose(title, lines, does), chosen)
