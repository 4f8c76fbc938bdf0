"""Who works at the desk and as what."""

from collections.abc import Sequence

from textual.content import Content

from deskconsole.desk.desk import Desk
from deskconsole.desk.household import GIVEN
from deskconsole.lifecycle.access import Right
from deskconsole.model import Matter, Person, Role, Settlement
from deskconsole.tui.fields import Field, Given, Kind
from deskconsole.tui.link import Link
from deskconsole.tui.mind.screen import HISTORY, MindScreen, column

_MEANS = {
    Role.VIEWER: "sees everything, changes nothing",
    Role.TECHNICIAN: "works on tickets",
    Role.ENGINEER: "works on clones",
    Role.LEAD: "a technician who settles policy and people",
    Role.NONE: "left: may do nothing any more",
}


class People(MindScreen[Person]):
    """Everybody but customers, with their roles."""

    RIGHT = Right.PEOPLE
    KEYS = ("mind.add",)
    ENTER = "gives another role"

    def __init__(self, link: Link) -> None:
        super().__init__(link, "People", "Who works here, and as what; a role counts at once.")

    def read(self, desk: Desk) -> tuple[Sequence[Person], Sequence[Settlement]]:
        """Everybody by role and name."""
        return desk.store.staff(), desk.store.settlements(Matter.PEOPLE, HISTORY)

    def key(self, item: Person) -> object:
        """Their login."""
        return item.name

    def row(self, item: Person) -> Content:
        """Somebody and their role."""
        means = _MEANS.get(item.role, "")
        return Content.assemble((column(item.name, 20), "bold"), column(item.role, 12), means)

    def change(self, item: Person) -> None:
        """Give somebody another role."""
        me = self.link.me

        def work(desk: Desk, given: Given) -> str:
            person = desk.set_role(me, item.name, given["role"])
            return f"{person.name} is {person.role.value} now"

        self.ask(f"The role of {item.name}", "", (_roles(item.role),), "Give it", work)

    def action_add(self) -> None:
        """Add somebody."""
        me = self.link.me

        def work(desk: Desk, given: Given) -> str:
            person = desk.set_role(me, given.get("name", ""), given["role"])
            return f"{person.name} is {person.role.value} now"

        name = Field("name", "Login", Kind.LINE, hint="as they sign in, such as bo")
        self.ask("Somebody new", "", (name, _roles(Role.TECHNICIAN)), "Add", work)


def _roles(role: Role) -> Field:
    options = tuple((one, f"{one.value:<12}{_MEANS[one]}") for one in GIVEN)
    return Field("role", "Role", Kind.PICK, options, chosen=GIVEN.index(role))
