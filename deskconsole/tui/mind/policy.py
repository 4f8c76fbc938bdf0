"""The desk's policy: every setting in its words, and teams and limits one by one."""

from collections.abc import Sequence

from textual.content import Content

from deskconsole.desk.desk import Desk
from deskconsole.desk.policies import MEANINGS
from deskconsole.lifecycle.access import Right
from deskconsole.model import Matter, Settlement, Status
from deskconsole.store.household import policy_settings
from deskconsole.store.overview import read_tally
from deskconsole.tui.fields import Field, Given, Kind
from deskconsole.tui.link import Link
from deskconsole.tui.mind.screen import HISTORY, MindScreen, Seen, column


class Policies(MindScreen[tuple[str, str]]):
    """Every policy by name, as the words that set it, and what it means."""

    RIGHT = Right.POLICY

    def __init__(self, link: Link) -> None:
        about = "What the desk promises; deadlines that run already stay as they are."
        super().__init__(link, "Policy", about)

    def read(self, desk: Desk) -> tuple[Sequence[tuple[str, str]], Sequence[Settlement]]:
        """Every setting as it is now."""
        settings = policy_settings(desk.store.policy())
        return [*settings.items()], desk.store.settlements(Matter.POLICY, HISTORY)

    def row(self, item: tuple[str, str]) -> Content:
        """A policy, how it is set, and what it means."""
        name, setting = item
        return Content.assemble(
            (column(name, 16), "bold"), column(setting or "(none set)", 24), MEANINGS[name]
        )

    def key(self, item: tuple[str, str]) -> object:
        """Its name."""
        return item[0]

    def about(self, item: tuple[str, str]) -> str:
        """What a policy means, and all of how it is set."""
        name, setting = item
        return f"{MEANINGS[name]}. Set: {setting or '(none)'}"

    def change(self, item: tuple[str, str]) -> None:
        """Set it in words."""
        name, setting = item
        me, seen = self.link.me, Seen(setting)

        def work(desk: Desk, given: Given) -> str:
            value = given.get("value", "")
            policy = seen.settle(lambda words: desk.set_policy(me, name, value, seen=words))
            return f"{name} is {policy_settings(policy)[name] or '(none set)'} now"

        field = Field("value", name, Kind.LINE, value=setting)
        self.ask(f"Set {name}", MEANINGS[name], (field,), "Set", work)


class Teams(MindScreen[str]):
    """The teams that clones may go to."""

    RIGHT = Right.POLICY
    KEYS = ("mind.add", "mind.drop")
    ENTER = ""
    EMPTY = "no team is named: a clone may go to any"

    def __init__(self, link: Link) -> None:
        super().__init__(link, "Teams", "Who clones may go to; without any, every name is taken.")

    def read(self, desk: Desk) -> tuple[Sequence[str], Sequence[Settlement]]:
        """The teams, and when they changed."""
        return desk.store.policy().teams, _of(desk, "teams")

    def row(self, item: str) -> Content:
        """A team."""
        return Content(column(item, 40))

    def action_add(self) -> None:
        """Add a team."""
        me = self.link.me

        def work(desk: Desk, given: Given) -> str:
            desk.add_team(me, given.get("name", ""))
            return f"clones may go to {given['name']}"

        self.ask("A new team", "", (Field("name", "Name", Kind.LINE),), "Add", work)

    def action_drop(self) -> None:
        """Drop a team."""
        me, team = self.link.me, self.item
        if team is None:
            self.say(self.EMPTY)
            return

        def work(desk: Desk, given: Given) -> str:
            desk.drop_team(me, team)
            return f"no more clones go to {team}"

        self.ask(f"Drop the team {team}", "Clones that it has stay.", (), "Drop", work)


class Limits(MindScreen[tuple[Status, int, int | None]]):
    """How many tickets each status has, and should have at most."""

    RIGHT = Right.POLICY

    def __init__(self, link: Link) -> None:
        about = "How many tickets a status should have at most; shown on the board, not enforced."
        super().__init__(link, "Limits", about)

    def read(
        self, desk: Desk
    ) -> tuple[Sequence[tuple[Status, int, int | None]], Sequence[Settlement]]:
        """The statuses of open tickets, and when their limits changed."""
        policy, tally = desk.store.policy(), read_tally(desk.store)
        rows = [(status, tally.get(status, 0), policy.limit(status)) for status in Status]
        return [row for row in rows if not row[0].closed], _of(desk, "limits")

    def key(self, item: tuple[Status, int, int | None]) -> object:
        """The status."""
        return item[0]

    def head(self) -> str:
        """What the columns are."""
        return f"  {column('', 34)}{'tickets':>9}{'limit':>9}"

    def row(self, item: tuple[Status, int, int | None]) -> Content:
        """A status, its tickets and its limit."""
        status, tickets, most = item
        over = "  over its limit" if most is not None and tickets > most else ""
        name = column(f"{status.letter}  {status.title}", 34)
        return Content.assemble((name, "bold"), f"{tickets:>9,}{most or '–':>9}{over}")

    def change(self, item: tuple[Status, int, int | None]) -> None:
        """Set the limit of a status."""
        status, _, most = item
        me, seen = self.link.me, Seen(str(most or ""))

        def work(desk: Desk, given: Given) -> str:
            given_most = given.get("most", "")
            policy = seen.settle(lambda was: desk.set_limit(me, status, given_most, seen=was))
            limit = policy.limit(status)
            return f"{status.title}: {f'at most {limit}' if limit else 'no limit'}"

        field = Field("most", "At most", Kind.LINE, value=str(most or ""), hint="no limit")
        self.ask(f"The limit of {status.title}", "", (field,), "Set", work)


def _of(desk: Desk, name: str) -> list[Settlement]:
    found = desk.store.settlements(Matter.POLICY)
    return [one for one in found if one.name == name][:HISTORY]
