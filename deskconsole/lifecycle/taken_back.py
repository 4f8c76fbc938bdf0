"""Which events of a ticket stand, where some were taken back."""

from collections.abc import Callable, Sequence
from typing import TypeVar

E = TypeVar("E")


def what_stands(events: Sequence[E], undoes: Callable[[E], int | None]) -> Sequence[E]:
    """The events of a ticket, oldest first, that stand: undo and redo bring back what stood.

    `undoes` says of an undo or redo which event, counted from 1, it takes back.
    """
    if not any(undoes(event) for event in events):
        return events
    before: list[list[E]] = []  # what stood before each event
    stands: list[E] = []
    for event in events:
        before.append(stands)
        nth = undoes(event)
        stands = before[nth - 1] if nth else [*stands, event]
    return stands
