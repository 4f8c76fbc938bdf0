"""Every figure by its name, and the one pass over the log that makes them."""

from collections.abc import Iterable
from threading import Event as Flag

from deskconsole.errors import NotFound
from deskconsole.report.ageing import Ageing, Stuck
from deskconsole.report.arrivals import Arrivals
from deskconsole.report.done import Closings, Reopened, Throughput
from deskconsole.report.figure import Figure, Numbers
from deskconsole.report.flow import Flow
from deskconsole.report.promised import Promised
from deskconsole.report.span import Span
from deskconsole.report.story import Story
from deskconsole.report.times import FirstResponse, Resolution, TimeInStatus
from deskconsole.store.log import read_log
from deskconsole.store.store import Store
from deskconsole.text import clean_line

FIGURES: tuple[type[Figure], ...] = (
    Flow,
    Ageing,
    Stuck,
    TimeInStatus,
    FirstResponse,
    Resolution,
    Throughput,
    Reopened,
    Closings,
    Arrivals,
    Promised,
)


def figure_of(name: str) -> type[Figure]:
    """The figure of that name; NotFound, with those that there are."""
    for figure in FIGURES:
        if figure.name == name:
            return figure
    known = ", ".join(figure.name for figure in FIGURES)
    raise NotFound(f"there is no report {clean_line(name)!r}; there are {known}")


def read_numbers(
    store: Store,
    span: Span,
    team: str | None = None,
    figures: Iterable[type[Figure]] = FIGURES,
    stop: Flag | None = None,
) -> list[Numbers]:
    """The figures of the desk as it is at one moment, of tickets with a clone to `team` if given.

    Where `stop` is set meanwhile, of what was counted until then. NotFound if there is no clone to
    that team.
    """
    counted = [figure(span) for figure in figures]
    with store.reading():
        for figure in counted:
            figure.under(store.policy())
        if team is not None and team not in (teams := store.teams()):
            there = f"there are {', '.join(teams)}" if teams else "there are no teams yet"
            raise NotFound(f"no ticket was cloned to a team {clean_line(team)!r}; {there}")
        for rows in read_log(store, span.start):
            if stop is not None and stop.is_set():
                break
            story = Story(rows)
            if team is None or team in story.teams:
                for figure in counted:
                    figure.add(story)
    return [figure.numbers() for figure in counted]
