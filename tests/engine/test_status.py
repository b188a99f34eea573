"""Started, done and cancelled tasks; strict and forecast schedules; reports made complete."""

import pytest

from engine.plans import DAY, at, early, late, plan, text
from tongzhou.engine.actuals import normalise_actuals
from tongzhou.engine.network import Link, Task
from tongzhou.engine.schedule import NetworkInvalid

MONDAY, TUESDAY = at("2026-01-05 09:00"), at("2026-01-06 09:00")


def test_done_out_of_sequence_keeps_its_dates() -> None:
    """Task 2 was done on Monday, before its predecessor (3 d): nothing conflicts, task 3 follows task 2 at once.
    Task 1 has no unfinished successor: it may run until the project finish, which is its own."""
    done = Task(2, DAY, actual_start=MONDAY, actual_finish=at("2026-01-05 18:00"), percent=10000)
    answer = plan([Task(1, 3 * DAY), done, Task(3, DAY)], [Link(1, 2), Link(2, 3)])
    assert early(answer, 2) == late(answer, 2) == ("2026-01-05 09:00", "2026-01-05 18:00")
    assert (answer.tasks[2].total_slack, answer.tasks[2].critical) == (0, False)
    assert early(answer, 3) == ("2026-01-06 09:00", "2026-01-06 18:00")
    assert (answer.tasks[1].total_slack, answer.tasks[3].total_slack) == (0, DAY)


def test_a_started_task_ignores_links_and_start_constraints() -> None:
    """Started on Tuesday although its predecessor ends on Wednesday and SNET says Friday: 2 d end Wednesday 18:00."""
    started = Task(2, 2 * DAY, constraint="SNET", date=at("2026-01-09 09:00"), actual_start=TUESDAY, percent=2500)
    answer = plan([Task(1, 3 * DAY), started], [Link(1, 2)])
    assert early(answer, 2) == ("2026-01-06 09:00", "2026-01-07 18:00")


def test_actual_dates_of_a_done_task_drive_its_successors() -> None:
    """Planned for one day, done on Wednesday 15:00: the successor starts there."""
    done = Task(1, DAY, actual_start=MONDAY, actual_finish=at("2026-01-07 15:00"), percent=10000)
    answer = plan([done, Task(2, DAY)], [Link(1, 2)])
    assert early(answer, 2) == ("2026-01-07 15:00", "2026-01-08 15:00")


def test_strict_ignores_the_status_date_and_forecast_does_not() -> None:
    """Status: end of Wednesday. Task 1 (4 d) is a quarter done since Monday: strict ends on Thursday; the forecast has
    three days left from Thursday: Monday 01-12. Task 2, not started, cannot lie before Thursday."""
    tasks = [Task(1, 4 * DAY, actual_start=MONDAY, percent=2500), Task(2, DAY)]
    status = at("2026-01-07 18:00")
    strict = plan(tasks, status=status)
    assert (early(strict, 1)[1], early(strict, 2)[0]) == ("2026-01-08 18:00", "2026-01-05 09:00")
    forecast = plan(tasks, status=status, mode="forecast")
    assert early(forecast, 1) == ("2026-01-05 09:00", "2026-01-12 18:00")
    assert early(forecast, 2) == ("2026-01-08 09:00", "2026-01-08 18:00")
    assert forecast.tasks[1].critical


def test_work_done_ahead_is_kept_by_the_forecast() -> None:
    """Three of four days are done by the end of Monday: what remains runs from Thursday, not from Tuesday."""
    task = Task(1, 4 * DAY, actual_start=MONDAY, percent=7500)
    assert early(plan([task], status=at("2026-01-05 18:00"), mode="forecast"), 1)[1] == "2026-01-08 18:00"


def test_remaining_duration_decides() -> None:
    """Half done with two days left: two days were done, the whole lasts four."""
    task = Task(1, DAY, actual_start=MONDAY, percent=5000, remaining=2 * DAY)
    assert early(plan([task]), 1)[1] == "2026-01-08 18:00"


def test_status_before_the_start_and_after_the_end() -> None:
    """In December the forecast is the plan. In February the day of work lies after the status date."""
    early_status = plan([Task(1, DAY)], status=at("2025-12-01 18:00"), mode="forecast")
    assert early(early_status, 1) == ("2026-01-05 09:00", "2026-01-05 18:00")
    late_status = plan([Task(1, DAY)], status=at("2026-02-02 18:00"), mode="forecast")
    assert early(late_status, 1) == ("2026-02-03 09:00", "2026-02-03 18:00")


def test_a_fixed_date_in_the_past_yields_to_the_status_date() -> None:
    """MSO Tuesday, not started at the end of Wednesday: forecast Thursday, a conflict of two days without link."""
    task = Task(1, DAY, constraint="MSO", date=TUESDAY)
    answer = plan([task], status=at("2026-01-07 18:00"), mode="forecast")
    assert early(answer, 1)[0] == "2026-01-08 09:00"
    assert [(conflict.link, conflict.minutes) for conflict in answer.conflicts] == [(None, 2 * DAY)]


def test_a_milestone_that_was_not_reached_waits_at_the_status_date() -> None:
    answer = plan([Task(1, 0)], status=at("2026-01-07 18:00"), mode="forecast")
    assert early(answer, 1)[0] == "2026-01-07 18:00"


def test_percent_without_actual_start_takes_the_planned_start() -> None:
    """Task 2 is planned for Tuesday and Wednesday; at 50 % it counts as started then, at most at the status date."""
    tasks = [Task(1, DAY), Task(2, 2 * DAY, percent=5000)]
    answer = plan(tasks, [Link(1, 2)], status=at("2026-01-06 18:00"), mode="forecast")
    assert early(answer, 2) == ("2026-01-06 09:00", "2026-01-07 18:00")
    before = plan(tasks, [Link(1, 2)], status=at("2026-01-05 12:00"), mode="forecast")
    assert text(before.tasks[2].early_start) == "2026-01-05 12:00"


def test_all_done_without_finish_takes_the_earlier_of_status_and_plan() -> None:
    task = Task(1, 2 * DAY, actual_start=MONDAY, percent=10000)
    planned = (MONDAY, at("2026-01-06 18:00"))
    assert normalise_actuals(task, *planned, at("2026-01-09 18:00")).actual_finish == planned[1]
    assert normalise_actuals(task, *planned, at("2026-01-05 18:00")).actual_finish == at("2026-01-05 18:00")
    assert normalise_actuals(task, *planned, None).actual_finish == planned[1]
    assert early(plan([task]), 1) == ("2026-01-05 09:00", "2026-01-06 18:00")


def test_a_finish_without_start_or_percent_means_done() -> None:
    task = Task(1, 2 * DAY, actual_finish=at("2026-01-05 15:00"))
    done = normalise_actuals(task, TUESDAY, at("2026-01-07 18:00"), None)
    assert (done.actual_start, done.percent) == (at("2026-01-05 15:00"), 10000)


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (Task(1, DAY, actual_start=at("2026-01-08 09:00")), "actual_after_status"),
        (Task(1, DAY, actual_start=MONDAY, actual_finish=at("2026-01-08 09:00")), "actual_after_status"),
        (Task(1, DAY, actual_start=TUESDAY, actual_finish=MONDAY), "finish_before_start"),
    ],
)
def test_impossible_actual_dates_are_refused(task: Task, code: str) -> None:
    with pytest.raises(NetworkInvalid) as found:
        plan([task], status=at("2026-01-07 18:00"))
    assert (found.value.code, found.value.task) == (code, 1)


def test_overtime_on_the_status_day_is_no_future() -> None:
    plan([Task(1, DAY, actual_start=at("2026-01-07 19:30"))], status=at("2026-01-07 18:00"))


def test_a_cancelled_task_binds_nobody() -> None:
    """Task 2 (5 d) is cancelled between tasks 1 and 3: task 3 starts at once, the project ends on Monday."""
    answer = plan([Task(1, DAY), Task(2, 5 * DAY, cancelled=True), Task(3, DAY)], [Link(1, 2), Link(2, 3)])
    assert early(answer, 3) == ("2026-01-05 09:00", "2026-01-05 18:00")
    assert text(answer.finish) == "2026-01-05 18:00"
    assert (answer.tasks[2].total_slack, answer.tasks[2].critical) == (0, False)


def test_a_predecessor_of_a_started_task_needs_to_end_before_what_remains() -> None:
    """Task 2 (4 d, half done since Monday, no status) ends on Thursday; its two remaining days start on Wednesday, so
    task 1 (1 d), still open, may end on Tuesday: one day of slack."""
    tasks = [Task(1, DAY), Task(2, 4 * DAY, actual_start=MONDAY, percent=5000)]
    answer = plan(tasks, [Link(1, 2)])
    assert answer.tasks[1].total_slack == DAY
    assert answer.tasks[2].total_slack == 0
