"""What was promised, and whether it was kept, under the policy of now."""

from collections import Counter
from collections.abc import Sequence

from deskconsole.model import Policy, Priority
from deskconsole.promises import Kind, State, promises_told
from deskconsole.report.figure import Cell, Column, Figure, Gist, share
from deskconsole.report.span import Span
from deskconsole.report.story import UNDONE, Story
from deskconsole.words import plural

_DECIDED = (State.KEPT, State.BROKEN)


class Promised(Figure):
    name = "promises"
    title = "Promises"
    definition = (
        "Of tickets opened since then: how many first words and ends came within what the desk "
        "promises today for the priority they have now, how many did not, and how many are still "
        "to come. In working time, without the time in Waiting for Customer, Waiting for Customer "
        f"Approval, Blocked/On Hold and closed. The share is of those kept or broken. {UNDONE}"
    )
    columns = (
        Column("priority", "priority"),
        Column("promise", "promise"),
        Column("kept", "kept"),
        Column("broken", "broken"),
        Column("open", "to come"),
        Column("share", "kept of decided"),
    )

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._policy = Policy()
        self._states: Counter[tuple[Priority, Kind, State]] = Counter()

    def under(self, policy: Policy) -> None:
        """Count under this policy of the desk."""
        self._policy = policy

    def add(self, story: Story) -> None:
        """Count what was promised about it, if it was opened in the span."""
        if not self._policy.targets or story.opened is None or not self.span.has(story.opened):
            return
        priority = story.priority
        stays = [(stay.entered, stay.status) for stay in story.stays]
        for one in promises_told(priority, stays, story.answered, self._policy, self.span.now):
            self._states[priority, one.kind, one.state] += 1

    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """A row for each promise of each priority."""
        asked = {(priority, kind) for priority, kind, _ in self._states}
        return [
            (priority.word, kind.value, *self._counts((priority, kind)))
            for priority in Priority
            for kind in Kind
            if (priority, kind) in asked
        ]

    def _counts(self, asked: tuple[Priority, Kind]) -> tuple[Cell, ...]:
        kept, broken = (self._states[*asked, state] for state in _DECIDED)
        to_come = self._states[*asked, State.RUNNING] + self._states[*asked, State.PAUSED]
        return (kept, broken, to_come, share(kept, kept + broken))

    def gist(self) -> Gist:
        """How many of all were kept."""
        if not self._policy.targets:
            return ("nothing is promised: the policy has no targets",)
        states = Counter[State]()
        for (_, _, state), count in self._states.items():
            states[state] += count
        kept, broken = (states[state] for state in _DECIDED)
        if not kept + broken:
            return ("none kept or broken yet",)
        return (share(kept, kept + broken), f" of {plural(kept + broken, 'promise')} kept")
