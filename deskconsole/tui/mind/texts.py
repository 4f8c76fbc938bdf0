"""What everybody at the desk shares: canned texts and saved views."""

from collections.abc import Sequence

from textual.content import Content

from deskconsole.desk.canned import PLACEHOLDERS, called
from deskconsole.desk.desk import Desk
from deskconsole.desk.household import view_words
from deskconsole.face.pieces import clip
from deskconsole.lifecycle.access import Right
from deskconsole.model import Canned, Matter, Order, Settlement, View
from deskconsole.tui.fields import Field, Given, Kind
from deskconsole.tui.link import Link
from deskconsole.tui.mind.screen import HISTORY, MindScreen, Seen, column

_FILLED = f"{', '.join(f'{{{name}}}' for name in PLACEHOLDERS)} are filled in where it is inserted"


class CannedTexts(MindScreen[Canned]):
    """What is written again and again."""

    RIGHT = Right.CANNED
    KEYS = ("mind.add", "mind.drop")

    def __init__(self, link: Link) -> None:
        super().__init__(link, "Canned texts", "What is written again and again, by name.")

    def read(self, desk: Desk) -> tuple[Sequence[Canned], Sequence[Settlement]]:
        """Every text by name and team."""
        return desk.store.canned(), desk.store.settlements(Matter.CANNED, HISTORY)

    def key(self, item: Canned) -> object:
        """Its team and name."""
        return item.team, item.name

    def row(self, item: Canned) -> Content:
        """A text: its name, whose it is, how it begins."""
        begins = clip(" ".join(item.body.split()), 200)
        return Content.assemble(
            (column(item.name, 22), "bold"), column(item.team or "everybody's", 14), begins
        )

    def change(self, item: Canned) -> None:
        """Write it anew."""
        fields = (Field("body", "Text", Kind.WORDS, value=item.body),)
        self._keep(f"The text {called(item)}", fields, item)

    def action_add(self) -> None:
        """Keep another text."""
        fields = (
            Field("name", "Name", Kind.LINE),
            Field("team", "Team", Kind.LINE, hint="everybody's"),
            Field("body", "Text", Kind.WORDS),
        )
        self._keep("A new text", fields)

    def _keep(self, title: str, fields: tuple[Field, ...], old: Canned | None = None) -> None:
        me, seen = self.link.me, Seen(old.body if old else "")

        def work(desk: Desk, given: Given) -> str:
            name = old.name if old else given.get("name", "")
            team = old.team if old else given.get("team", "")
            body = given.get("body", "")
            text = seen.settle(lambda was: desk.keep_canned(me, name, body, team, seen=was))
            return f"kept {called(text)}"

        self.ask(title, _FILLED, fields, "Keep", work)

    def action_drop(self) -> None:
        """Drop a text."""
        me, item = self.link.me, self.item
        if item is None:
            self.say(self.EMPTY)
            return

        def work(desk: Desk, given: Given) -> str:
            desk.drop_canned(me, item.name, item.team)
            return f"dropped {called(item)}"

        about = "Nobody can insert it any more; what was written with it stays."
        self.ask(f"Drop the text {called(item)}", about, (), "Drop", work)


class Views(MindScreen[View]):
    """The saved views of the board."""

    RIGHT = Right.VIEWS
    KEYS = ("mind.add", "mind.drop")

    def __init__(self, link: Link) -> None:
        super().__init__(link, "Saved views", "What the board can show, for everybody.")

    def read(self, desk: Desk) -> tuple[Sequence[View], Sequence[Settlement]]:
        """Every view by name."""
        return desk.store.views(), desk.store.settlements(Matter.VIEWS, HISTORY)

    def key(self, item: View) -> object:
        """Its name."""
        return item.name

    def row(self, item: View) -> Content:
        """A view: its name, its order, its query."""
        return Content.assemble(
            (column(item.name, 24), "bold"),
            column(f"by {item.order.value}", 13),
            clip(item.query or "everything", 200),
        )

    def change(self, item: View) -> None:
        """Change what it shows."""
        self._keep(f"The view {item.name}", item)

    def action_add(self) -> None:
        """Save another view."""
        self._keep("A new view", None)

    def _keep(self, title: str, old: View | None) -> None:
        me, seen = self.link.me, Seen(view_words(old))
        orders = tuple((order, f"by {order.value}") for order in Order)
        name = () if old else (Field("name", "Name", Kind.LINE),)
        chosen = list(Order).index(old.order) if old else 0
        fields = (
            *name,
            Field("query", "Shows", Kind.LINE, value=old.query if old else "", hint="everything"),
            Field("order", "Sorted", Kind.PICK, orders, chosen=chosen),
        )

        def work(desk: Desk, given: Given) -> str:
            called = old.name if old else given.get("name", "")
            query, order, again = given.get("query", ""), given["order"], old is not None
            view = seen.settle(
                lambda was: desk.keep_view(me, called, query, order, replace=again, seen=was)
            )
            return f"view {view.name} is saved for everybody"

        self.ask(title, "", fields, "Save", work)

    def action_drop(self) -> None:
        """Drop a view."""
        me, item = self.link.me, self.item
        if item is None:
            self.say(self.EMPTY)
            return

        def work(desk: Desk, given: Given) -> str:
            desk.drop_view(me, item.name)
            return f"view {item.name} is dropped"

        about = "It is gone for everybody; the tickets stay."
        self.ask(f"Drop the view {item.name}", about, (), "Drop", work)
