"""What stands behind a dialog that is written in: its draft, and the texts it can insert.

No widget here: a form tells it what is typed and asks it what to offer.
"""

from collections.abc import Awaitable, Callable

from deskconsole.drafts import Act, Draft, Drafts, Values
from deskconsole.frozen import Record
from deskconsole.model import Status, Ticket, Verb, ref
from deskconsole.tui.link import Link
from deskconsole.words import ago

MESSAGE = "message"  # the field of every act that has words


class Text(Record):
    """Something to insert: what it is called, whose it is, its words, the draft it came from."""

    name: str
    whose: str
    body: str
    draft: Draft | None = None


class Writing:
    """The draft of one dialog, from the moment it opens until its act is done."""

    def __init__(
        self, drafts: Drafts, act: Act, canned: Callable[[], Awaitable[list[Text]]]
    ) -> None:
        self.act = act
        self._drafts = drafts
        self._canned = canned
        self._draft = drafts.latest(act)

    @property
    def draft(self) -> Draft | None:
        """The draft that waits now, at first the one to offer."""
        return self._draft

    @property
    def file_name(self) -> str:
        """What the editor's file is called: `SD-12-reply`."""
        act = self.act
        words = act.name if act.ticket is None else f"{ref(act.ticket)} {act.name}"
        return words.replace(" ", "-")

    def offer(self, afresh: str) -> str:
        """How the draft is offered; `afresh` is the key that gives it up."""
        if self._draft is None:
            return ""
        way = f"; {afresh} starts afresh" if afresh else ""
        return f"your draft, kept {self._age(self._draft)}{way}"

    def keep(self, values: Values) -> None:
        """Keep what is typed now; without any of it there is no draft. NotKept if it cannot be."""
        if values and (self._draft is None or self._draft.values != values):
            self._draft = self._drafts.keep(self.act, values, self._draft)
        elif not values:
            self.done()

    def done(self) -> None:
        """The act is done: nothing waits for it any more."""
        if self._draft is not None:
            self._drafts.drop(self._draft)
            self._draft = None

    async def texts(self) -> list[Text]:
        """What can be inserted: this person's other drafts of the ticket, then canned texts."""
        return [*self._others(), *await self._canned()]

    def _others(self) -> list[Text]:
        mine = self._draft.id if self._draft else None
        return [
            Text(
                f"your draft: {draft.act.words}",
                self._age(draft),
                str(draft.values[MESSAGE]),
                draft,
            )
            for draft in self._drafts.waiting()
            if draft.act.ticket == self.act.ticket
            and draft.id != mine
            and draft.values.get(MESSAGE)
        ]

    def took(self, text: Text) -> None:
        """A text was inserted and kept with what is typed; a draft has moved here with it."""
        if text.draft is not None:
            self._drafts.drop(text.draft)

    def _age(self, draft: Draft) -> str:
        return ago(draft.at, self._drafts.clock())


def writing(link: Link, act: Act, ticket: Ticket | None, verb: Verb, target: Status) -> Writing:
    """The draft and texts for an act of `verb` on `ticket` that ends in `target`."""

    async def canned() -> list[Text]:
        texts = await link.call(lambda desk: desk.canned_for(link.me, ticket, verb, target))
        return [Text(text.name, text.team or "everybody's", text.body) for text in texts]

    return Writing(link.drafts, act, canned)
