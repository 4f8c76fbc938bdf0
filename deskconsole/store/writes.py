"""The statements that record an act on a ticket, each written once."""

from functools import cache

from deskconsole.store.compiled import Compiled, Given, given
from deskconsole.store.tables import CloneRow, EventRow, MessageRow, TicketRow

ADD_TICKET = Compiled(lambda: TicketRow.insert(**given(TicketRow)))
ADD_EVENT = Compiled(lambda: EventRow.insert(**given(EventRow)))
ADD_MESSAGE = Compiled(lambda: MessageRow.insert(**given(MessageRow)))
PUT_CLONE = Compiled(
    lambda: CloneRow.insert(**given(CloneRow)).on_conflict(
        conflict_target=[CloneRow.ticket, CloneRow.number],
        update={getattr(CloneRow, name): place for name, place in given(CloneRow).items()},
    )
)
DROP_CLONES = Compiled(
    lambda: CloneRow.delete().where(
        (CloneRow.ticket == Given("number")) & (CloneRow.number > Given("last"))
    )
)


@cache
def set_ticket(*names: str) -> Compiled:
    """Change these columns of ticket `number`: of what stays, no index is written again."""
    return Compiled(
        lambda: TicketRow.update(**given(TicketRow, *names)).where(TicketRow.id == Given("number"))
    )
