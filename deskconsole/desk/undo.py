"""Which of somebody's acts an undo or a redo is about: read from the log, so that it is the same
in every console and on the command line."""

from collections.abc import Iterable
from datetime import timedelta

from deskconsole.desk.acts import LASTING
from deskconsole.model import Event, Verb

REACH = timedelta(days=1)  # how far back acts are undone

Act = list[Event]  # the events of one act, oldest first


def stacks(events: Iterable[Event]) -> tuple[list[Act], list[Act]]:
    """What can be undone and what redone, each with the next one last.

    `events` are one person's, newest first. What is to be redone is the undo itself. A new act
    ends what could be redone; notes stay, so they are passed over.
    """
    done: list[Act] = []
    undone: list[tuple[Act, Act]] = []
    for act in _acts(events):
        match act[0].verb:
            case Verb.UNDO:
                if done:
                    undone.append((done.pop(), act))
            case Verb.REDO:
                if undone:
                    done.append(undone.pop()[0])
            case verb if verb not in LASTING:
                done.append(act)
                undone.clear()
    return done, [undo for _, undo in undone]


def _acts(events: Iterable[Event]) -> list[Act]:
    """The events by act, oldest first."""
    acts: dict[int, Act] = {}
    for event in sorted(events, key=lambda event: event.id):
        acts.setdefault(event.act, []).append(event)
    return list(acts.values())
