"""From positions to dates: the instants, slack and drivers of all tasks as columns, summaries rolled up."""

from dataclasses import dataclass
from operator import add, itemgetter, sub

from tongzhou.engine.conversion import Convert, converters
from tongzhou.engine.graph import Graph
from tongzhou.engine.passes import NONE, UNBOUND, Dates


@dataclass(slots=True)
class Columns:
    """One entry a task, in the order of the network. Dates are instants, slack and room (free slack) working minutes."""

    early_starts: list[int]
    early_finishes: list[int]
    late_starts: list[int]
    late_finishes: list[int]
    slack: list[int]
    room: list[int]
    critical: list[bool]
    drivers: list[int]  # the link that decides the early start, or NONE


def columns_of(graph: Graph, dates: Dates) -> Columns:
    """The dates of all tasks, with milestones on their side and facts as they are."""
    count = len(graph.network.tasks)
    early, late, durations = dates.early[:count], dates.late[:count], graph.durations[:count]
    ends, late_ends = list(map(add, early, durations)), list(map(add, late, durations))
    starts, finishes = _converters(graph, min(early + late), max(ends + late_ends)) if count else (list, list)
    slack = list(map(sub, late, early))
    threshold = graph.network.critical_slack
    drivers = dates.driver[:count]
    columns = Columns(
        starts(early),
        finishes(ends),
        starts(late),
        finishes(late_ends),
        slack,
        [total if gap == UNBOUND else (gap if gap > 0 else 0) for total, gap in zip(slack, dates.free, strict=False)],
        [total <= threshold for total in slack],
        [link_behind(dates, number) for number in drivers] if graph.children else drivers,
    )
    if graph.lazy:
        _place_milestones(graph, dates, columns)
    _place_facts(graph, dates, columns)
    if graph.facts or graph.cancelled:
        _patch(graph, columns)
    if graph.children:
        _roll_up(graph, columns)
    return columns


def link_behind(dates: Dates, number: int) -> int:
    """The link behind a driver: through the gates of the hierarchy to the link into a summary; NONE if there is none."""
    while number < NONE:
        number = dates.driver[-2 - number]
    return number


def _place_facts(graph: Graph, dates: Dates, columns: Columns) -> None:
    count = len(graph.network.tasks)
    for at, moment in dates.start_at.items():
        if at < count and at not in graph.children:
            columns.early_starts[at], columns.early_finishes[at] = moment, dates.finish_at[at]
            if at not in graph.facts:
                if dates.late[at] == dates.early[at]:
                    columns.late_finishes[at] = moment
                columns.late_starts[at] = columns.late_finishes[at]


def _place_milestones(graph: Graph, dates: Dates, columns: Columns) -> None:
    """Both dates of a milestone are one instant; late ones lie on the finish side unless they are the early ones."""
    early_starts, early_finishes = columns.early_starts, columns.early_finishes
    late_starts, late_finishes = columns.late_starts, columns.late_finishes
    slack, sides = columns.slack, dates.start_side
    for at, duration in enumerate(graph.durations):
        if duration:
            continue
        if at in sides:
            early_finishes[at] = early_starts[at]
            if not slack[at]:
                late_finishes[at] = late_starts[at]
        else:
            early_starts[at] = early_finishes[at]
        late_starts[at] = late_finishes[at]


def _converters(graph: Graph, first: int, last: int) -> tuple[Convert, Convert]:
    """Functions from positions of all tasks to instants: on the start side, on the finish side."""
    count = len(graph.network.tasks)
    if len(graph.calendars) == 1:
        return converters(graph.calendars[0], count, first, last)
    calendars = [graph.calendars[number] for number in graph.calendar_of[:count]]
    return (
        lambda positions: [calendar.start_of(w) for calendar, w in zip(calendars, positions, strict=True)],
        lambda positions: [calendar.finish_of(w) for calendar, w in zip(calendars, positions, strict=True)],
    )


def _patch(graph: Graph, columns: Columns) -> None:
    """Started tasks keep their start; done and cancelled ones have no slack."""
    for at, fact in graph.facts.items():
        columns.late_starts[at] = fact.start
        if fact.done:
            _settle(columns, at)
    for at in graph.cancelled:
        _settle(columns, at)


def _settle(columns: Columns, at: int) -> None:
    columns.late_starts[at], columns.late_finishes[at] = columns.early_starts[at], columns.early_finishes[at]
    columns.slack[at] = columns.room[at] = 0
    columns.critical[at] = False


def _roll_up(graph: Graph, columns: Columns) -> None:
    """Summaries from their children, the deepest first; cancelled rows count only where everything is cancelled."""
    least = (columns.early_starts, columns.late_starts, columns.slack, columns.room)
    largest = (columns.early_finishes, columns.late_finishes)
    for at in reversed(graph.summaries):
        children = graph.children[at]
        if graph.cancelled and at not in graph.cancelled:
            children = [child for child in children if child not in graph.cancelled]
        # One child twice: a single one comes without a tuple around it.
        below = itemgetter(*children, children[0])
        for column in least:
            column[at] = min(below(column))
        for column in largest:
            column[at] = max(below(column))
        columns.critical[at] = any(below(columns.critical))
