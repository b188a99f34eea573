"""Summaries, hierarchy, cycles."""

import pytest

from engine.plans import DAY, STANDARD, at, early, late, network, plan, text
from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.network import Lag, Link, Task
from tongzhou.engine.schedule import CycleFound, schedule

SHIFT = WorkingCalendar({day: [(480, 720), (840, 1200)] for day in range(6)})


def test_a_summary_spans_its_leaves() -> None:
    """Leaves: Monday to Tuesday (3 d of slack) and Wednesday to Friday (critical): the summary has both ends."""
    tasks = [Task(1, None), Task(2, 2 * DAY, parent=1), Task(3, 3 * DAY, parent=1), Task(4, 2 * DAY)]
    answer = plan(tasks, [Link(4, 3)])
    assert early(answer, 1) == ("2026-01-05 09:00", "2026-01-09 18:00")
    assert (answer.tasks[1].total_slack, answer.tasks[1].critical) == (0, True)
    assert answer.tasks[2].total_slack == 3 * DAY


def test_a_link_from_a_summary_waits_for_its_last_leaf() -> None:
    """Summary 1: 1 d and 3 d. Task 4 starts on Thursday; the short leaf may wait two days."""
    tasks = [Task(1, None), Task(2, DAY, parent=1), Task(3, 3 * DAY, parent=1), Task(4, DAY)]
    answer = plan(tasks, [Link(1, 4)])
    assert early(answer, 4)[0] == "2026-01-08 09:00"
    assert [answer.tasks[task].total_slack for task in (2, 3)] == [2 * DAY, 0]
    assert [answer.tasks[task].free_slack for task in (2, 3)] == [2 * DAY, 0]
    assert answer.driving_chain == [3, 4]


def test_a_link_from_the_start_of_a_summary_counts_from_its_earliest_leaf() -> None:
    """Leaves start Tuesday (SNET) and Thursday (SNET). SS +1d: task 4 starts on Wednesday."""
    tasks = [
        Task(1, None),
        Task(2, DAY, parent=1, constraint="SNET", date=at("2026-01-06 09:00")),
        Task(3, DAY, parent=1, constraint="SNET", date=at("2026-01-08 09:00")),
        Task(4, 5 * DAY),
    ]
    answer = plan(tasks, [Link(1, 4, "SS", Lag(DAY))])
    assert early(answer, 4)[0] == "2026-01-07 09:00"
    assert answer.tasks[2].total_slack == 0
    assert answer.driving_chain == [2, 4]


def test_a_link_into_a_summary_binds_all_leaves_below() -> None:
    """Task 5 (2 d) before summary 1: the leaf and the leaf of the inner summary start on Wednesday."""
    tasks = [Task(1, None), Task(2, DAY, parent=1), Task(3, None, parent=1), Task(4, 2 * DAY, parent=3), Task(5, 2 * DAY)]
    answer = plan(tasks, [Link(5, 1)])
    assert [early(answer, task)[0] for task in (1, 2, 3, 4)] == ["2026-01-07 09:00"] * 4
    assert answer.tasks[4].driver == Link(5, 1)
    assert answer.driving_chain == [5, 4]
    assert answer.tasks[5].free_slack == 0


def test_links_between_summaries_with_calendars() -> None:
    """Summary 1 ends with a shift task on Monday 18:00 (540 of 600 minutes); summary 3 starts on Tuesday 09:00."""
    tasks = [Task(1, None), Task(2, 480, parent=1, calendar="shift"), Task(3, None), Task(4, DAY, parent=3)]
    answer = plan(tasks, [Link(1, 3)], calendars={"std": STANDARD, "shift": SHIFT})
    assert early(answer, 2) == ("2026-01-05 09:00", "2026-01-05 19:00")
    assert early(answer, 4) == ("2026-01-06 09:00", "2026-01-06 18:00")
    assert late(answer, 4) == ("2026-01-06 09:00", "2026-01-06 18:00")


def test_a_start_constraint_of_a_summary_binds_its_leaves() -> None:
    tasks = [Task(1, None, constraint="SNET", date=at("2026-01-08 09:00")), Task(2, DAY, parent=1), Task(3, 0, parent=1)]
    answer = plan(tasks)
    assert [early(answer, task)[0] for task in (1, 2, 3)] == ["2026-01-08 09:00"] * 3


def test_deadlines_of_a_summary_cap_its_leaves() -> None:
    tasks = [Task(1, None, deadline=at("2026-01-06 18:00")), Task(2, DAY, parent=1), Task(3, 5 * DAY)]
    answer = plan(tasks)
    assert late(answer, 2)[1] == "2026-01-06 18:00"
    assert answer.warnings == []


def test_a_summary_without_leaves_is_an_event() -> None:
    """Nothing below it: it stands where its links put it, and says so."""
    answer = plan([Task(1, 2 * DAY), Task(2, None)], [Link(1, 2)])
    assert early(answer, 2) == ("2026-01-06 18:00", "2026-01-06 18:00")
    assert [(warning.kind, warning.task) for warning in answer.warnings] == [("summary_without_leaves", 2)]


def test_a_summary_of_milestones() -> None:
    """Two milestones, Monday 09:00 and Wednesday 18:00."""
    tasks = [Task(1, None), Task(2, 0, parent=1), Task(3, 0, parent=1), Task(4, 3 * DAY)]
    answer = plan(tasks, [Link(4, 3)])
    assert early(answer, 1) == ("2026-01-05 09:00", "2026-01-07 18:00")


def test_cancelled_leaves_do_not_stretch_a_summary() -> None:
    tasks = [Task(1, None), Task(2, DAY, parent=1), Task(3, 9 * DAY, parent=1, cancelled=True)]
    assert text(plan(tasks).tasks[1].early_finish) == "2026-01-05 18:00"
    gone = plan([Task(1, None, cancelled=True), Task(2, 9 * DAY, parent=1), Task(3, DAY)], [Link(1, 3)])
    assert text(gone.finish) == "2026-01-05 18:00"
    assert not gone.tasks[1].critical


def test_a_duplicate_link_is_told_and_the_tighter_counts() -> None:
    links = [Link(1, 2), Link(1, 2, lag=Lag(DAY))]
    answer = plan([Task(1, DAY), Task(2, DAY)], links)
    assert early(answer, 2)[0] == "2026-01-07 09:00"
    assert [(warning.kind, warning.link) for warning in answer.warnings] == [("duplicate_link", links[1])]


def cycles(tasks: list[Task], links: list[Link]) -> list[list[tuple[int, str | None]]]:
    with pytest.raises(CycleFound) as found:
        schedule(network(tasks, links))
    return [[(step.task, step.link.kind if step.link else None) for step in cycle] for cycle in found.value.cycles]


def test_a_link_to_itself_is_a_cycle() -> None:
    assert cycles([Task(1, DAY)], [Link(1, 1)]) == [[(1, "FS")]]
    assert cycles([Task(1, None), Task(2, DAY, parent=1)], [Link(1, 1)]) == [[(1, "FS")]]


def test_back_and_forth_is_a_cycle() -> None:
    assert cycles([Task(1, DAY), Task(2, DAY)], [Link(1, 2), Link(2, 1, "SS")]) == [[(1, "FS"), (2, "SS")]]


@pytest.mark.parametrize("links", [[Link(1, 2)], [Link(2, 1)]])
def test_a_link_between_a_task_and_its_ancestor_is_a_cycle(links: list[Link]) -> None:
    (cycle,) = cycles([Task(1, None), Task(2, DAY, parent=1)], links)
    assert {task for task, _ in cycle} == {1, 2}


def test_a_cycle_through_the_hierarchy() -> None:
    """Leaf 2 of summary 1 before task 3, task 3 before summary 1: the way back leads down from 1 to 2."""
    assert cycles([Task(1, None), Task(2, DAY, parent=1), Task(3, DAY)], [Link(2, 3), Link(3, 1)]) == [
        [(1, None), (2, "FS"), (3, "FS")]
    ]


def test_one_shortest_cycle_for_each_knot() -> None:
    """1-2-3-4 in a ring with a short cut 2-1; and another knot 5-6."""
    links = [Link(1, 2), Link(2, 3), Link(3, 4), Link(4, 1), Link(2, 1), Link(5, 6), Link(6, 5), Link(4, 5)]
    assert cycles([Task(k, DAY) for k in range(1, 7)], links) == [[(1, "FS"), (2, "FS")], [(5, "FS"), (6, "FS")]]


def test_a_ring_of_ten_thousand_is_found_in_time() -> None:
    count = 10_000
    (cycle,) = cycles([Task(k, 1) for k in range(count)], [Link(k, (k + 1) % count) for k in range(count)])
    assert [task for task, _ in cycle] == list(range(count))


def test_links_of_done_tasks_are_links_still() -> None:
    done = Task(1, DAY, actual_start=at("2026-01-05 09:00"), actual_finish=at("2026-01-05 18:00"), percent=10000)
    assert cycles([done, Task(2, DAY)], [Link(1, 2), Link(2, 1)]) == [[(1, "FS"), (2, "FS")]]
