"""What a typed start means (rule 11a), and the earliest start that links allow.

The calendar is the standard week; day 0 is Monday 2024-03-04 09:00. Instants are made from (day of March, hour).
"""

from datetime import date

import pytest

from tongzhou.engine.calendar import STANDARD_WEEK, WorkingCalendar, midnight
from tongzhou.engine.network import Lag, Link, Network, Task
from tongzhou.engine.schedule import CycleFound, schedule
from tongzhou.engine.typed import Resolution, link_bounds, resolve_typed_starts

DAY = 480
CALENDAR = WorkingCalendar(STANDARD_WEEK)


def at(day: int, hour: int = 9) -> int:
    return midnight(date(2024, 3, day)) + hour * 60


def network(tasks: list[Task], links: list[Link]) -> Network:
    return Network(id="", start=at(4), tasks=tasks, links=links, calendars={"std": CALENDAR}, calendar="std")


def two(link: Link | None = None, duration: int = DAY) -> Network:
    """Task 1 of three days (03-04 – 03-06), then task 2."""
    return network([Task(1, 3 * DAY), Task(2, duration)], [link or Link(1, 2)])


@pytest.mark.parametrize(
    ("when", "constraint", "kept"),
    [
        (at(8), "SNET", at(8)),
        (at(7, 10), "SNET", at(7, 10)),
        (at(7), "ASAP", None),
        (at(6, 18), "ASAP", None),
        (at(6), "MSO", at(6)),
        (at(1), "MSO", at(1)),
    ],
    ids=["later", "an hour later", "equal", "equal on the calendar", "earlier", "before the project"],
)
def test_a_typed_start_beside_a_link(when: int, constraint: str, kept: int | None) -> None:
    found = resolve_typed_starts(two(), {2: when})
    assert found == {2: Resolution(constraint, kept, Link(1, 2) if constraint == "MSO" else None)}


def test_who_follows_the_links_gives_way_only_where_they_are_later() -> None:
    assert resolve_typed_starts(two(), {2: at(6)}, frozenset({2})) == {2: Resolution("ASAP", None)}


def test_without_links_the_typed_start_holds_whatever_the_project_start() -> None:
    alone = network([Task(1, DAY)], [])
    assert resolve_typed_starts(alone, {1: at(4)}) == {1: Resolution("SNET", at(4))}
    assert resolve_typed_starts(alone, {1: at(5)}) == {1: Resolution("SNET", at(5))}
    assert resolve_typed_starts(alone, {1: at(1)}) == {1: Resolution("MSO", at(1))}


def test_a_task_without_duration_is_kept_by_its_finish() -> None:
    assert resolve_typed_starts(two(duration=0), {2: at(6, 18)}) == {2: Resolution("ASAP", None)}
    assert resolve_typed_starts(two(duration=0), {2: at(8, 18)}) == {2: Resolution("FNET", at(8, 18))}
    assert resolve_typed_starts(two(duration=0), {2: at(5, 18)}) == {2: Resolution("MSO", at(5, 18), Link(1, 2))}


def test_typed_starts_along_a_chain_count_as_they_are_kept() -> None:
    """Task 1 is typed a day later, so 2's start on the day after is equal; 3 is typed too early and kept."""
    chain = network([Task(1, DAY), Task(2, DAY), Task(3, DAY)], [Link(1, 2), Link(2, 3)])
    found = resolve_typed_starts(chain, {1: at(5), 2: at(6), 3: at(6)})
    assert found == {
        1: Resolution("SNET", at(5)),
        2: Resolution("ASAP", None),
        3: Resolution("MSO", at(6), Link(2, 3)),
    }


def test_a_kept_early_start_carries_its_followers() -> None:
    """2 is kept on 03-05 before its predecessor ends, so 3 on 03-06 is what the links give, though 1 ends that day."""
    chain = network([Task(1, 3 * DAY), Task(2, DAY), Task(3, DAY)], [Link(1, 2), Link(2, 3)])
    found = resolve_typed_starts(chain, {2: at(5), 3: at(6)})
    assert found == {2: Resolution("MSO", at(5), Link(1, 2)), 3: Resolution("ASAP", None)}


def test_old_constraints_of_typed_tasks_are_forgotten_and_of_others_kept() -> None:
    tasks = [Task(1, 3 * DAY, constraint="SNET", date=at(5)), Task(2, DAY, constraint="MSO", date=at(20))]
    assert resolve_typed_starts(network(tasks, [Link(1, 2)]), {2: at(8)}) == {2: Resolution("ASAP", None)}


@pytest.mark.parametrize(
    ("link", "bound"),
    [
        (Link(1, 2), at(6, 18)),
        (Link(1, 2, lag=Lag(DAY)), at(7, 18)),
        (Link(1, 2, lag=Lag(-DAY)), at(6)),
        (Link(1, 2, lag=Lag(1440, elapsed=True)), at(8)),
        (Link(1, 2, kind="SS", lag=Lag(DAY)), at(4, 18)),
        (Link(1, 2, kind="FF"), at(6)),
        (Link(1, 2, kind="SF"), at(1)),
    ],
    ids=["FS", "FS+1d", "FS-1d", "FS+1ed", "SS+1d", "FF", "SF"],
)
def test_the_earliest_start_that_a_link_allows(link: Link, bound: int) -> None:
    plan = two(link)
    found, driving = link_bounds(plan, schedule(plan))[2]
    assert driving == link
    assert CALENDAR.worked(found) == CALENDAR.worked(bound)


def test_a_percent_lag_is_a_share_of_the_predecessor() -> None:
    plan = two(Link(1, 2, lag=Lag(percent=50)))
    assert resolve_typed_starts(plan, {2: schedule(plan).tasks[2].early_start}) == {2: Resolution("ASAP", None)}


def test_the_latest_of_several_links_drives() -> None:
    plan = network([Task(1, DAY), Task(2, 2 * DAY), Task(3, DAY)], [Link(1, 3), Link(2, 3)])
    assert link_bounds(plan, schedule(plan)) == {3: (at(5, 18), Link(2, 3))}


def test_links_into_a_summary_bind_its_leaves() -> None:
    tasks = [Task(1, DAY), Task(2, None), Task(3, DAY, parent=2), Task(4, DAY, parent=2)]
    plan = network(tasks, [Link(1, 2)])
    assert link_bounds(plan, schedule(plan)) == {3: (at(4, 18), Link(1, 2)), 4: (at(4, 18), Link(1, 2))}


def test_relative_deadlines_and_cancelled_tasks_bind_nothing() -> None:
    tasks = [Task(1, DAY), Task(2, DAY), Task(3, DAY, cancelled=True), Task(4, DAY)]
    plan = network(tasks, [Link(1, 2, within=3 * DAY), Link(3, 4)])
    assert link_bounds(plan, schedule(plan)) == {}
    assert resolve_typed_starts(plan, {2: at(4)}) == {2: Resolution("SNET", at(4))}


def test_a_circle_is_found() -> None:
    plan = network([Task(1, DAY), Task(2, DAY)], [Link(1, 2), Link(2, 1)])
    with pytest.raises(CycleFound):
        resolve_typed_starts(plan, {1: at(4)})
