"""Early and late dates, worked by hand. The plan starts on Monday 2026-01-05 09:00 unless it says otherwise."""

import pytest

from engine.plans import DAY, FULL_DAY, ROUND_THE_CLOCK, STANDARD, at, early, late, off, plan, text
from tongzhou.engine.calendar import STANDARD_WEEK, CalendarEmpty, WorkingCalendar
from tongzhou.engine.network import Lag, Link, Task
from tongzhou.engine.schedule import NetworkInvalid

FESTIVAL = WorkingCalendar(STANDARD_WEEK, [off("2026-02-16", "2026-02-22"), off("2026-02-14", "2026-02-14", FULL_DAY)])
NIGHTS = WorkingCalendar({day: [(0, 360), (1320, 1440)] for day in range(7)})


def test_a_chain_of_milestones_stays_at_the_project_start() -> None:
    """Three events without work, one after the other: all on Monday 09:00, all critical."""
    answer = plan([Task(1, 0), Task(2, 0), Task(3, 0)], [Link(1, 2), Link(2, 3)])
    assert {early(answer, task) for task in (1, 2, 3)} == {("2026-01-05 09:00", "2026-01-05 09:00")}
    assert all(dates.critical and dates.total_slack == 0 for dates in answer.tasks.values())
    assert answer.start == answer.finish == at("2026-01-05 09:00")


def test_a_project_may_start_on_a_holiday() -> None:
    """Start on 02-16, the first of seven days off: a day of work lies on Monday 02-23."""
    answer = plan([Task(1, DAY)], start=at("2026-02-16 09:00"), calendars={"std": FESTIVAL})
    assert early(answer, 1) == ("2026-02-23 09:00", "2026-02-23 18:00")


def test_a_make_up_saturday_is_worked() -> None:
    """Two days from Friday 02-13: Friday and the make-up Saturday 02-14."""
    answer = plan([Task(1, 2 * DAY)], start=at("2026-02-13 09:00"), calendars={"std": FESTIVAL})
    assert early(answer, 1) == ("2026-02-13 09:00", "2026-02-14 18:00")


def test_a_make_up_day_may_have_other_hours() -> None:
    """Saturday 01-10 has 10:00-14:00. Two days from Friday 01-09: 480 + 240 minutes, the rest is Monday until 14:00."""
    short = WorkingCalendar(STANDARD_WEEK, [off("2026-01-10", "2026-01-10", ((600, 840),))])
    answer = plan([Task(1, 2 * DAY)], start=at("2026-01-09 09:00"), calendars={"std": short})
    assert early(answer, 1) == ("2026-01-09 09:00", "2026-01-12 14:00")


def test_work_after_a_finish_at_six_starts_next_morning_without_slack() -> None:
    """Task 1 ends Monday 18:00; task 2 starts Tuesday 09:00, the same moment of work: no slack in between."""
    answer = plan([Task(1, DAY), Task(2, DAY)], [Link(1, 2)])
    assert early(answer, 2) == ("2026-01-06 09:00", "2026-01-06 18:00")
    assert [answer.tasks[task].total_slack for task in (1, 2)] == [0, 0]
    assert answer.tasks[1].free_slack == 0
    assert answer.driving_chain == [1, 2]
    assert answer.tasks[2].driver == Link(1, 2)


def test_a_lag_runs_over_a_holiday_in_working_time() -> None:
    """02-13 plus a lag of two days: 02-14 (make-up) and 02-23 pass, so the next task starts on 02-24."""
    answer = plan(
        [Task(1, DAY), Task(2, DAY)],
        [Link(1, 2, lag=Lag(2 * DAY))],
        start=at("2026-02-13 09:00"),
        calendars={"std": FESTIVAL},
    )
    assert early(answer, 2) == ("2026-02-24 09:00", "2026-02-24 18:00")


def test_a_lead_of_one_day_overlaps() -> None:
    """Task 1: Monday to Wednesday. FS -1d: task 2 starts Wednesday 09:00."""
    answer = plan([Task(1, 3 * DAY), Task(2, DAY)], [Link(1, 2, lag=Lag(-DAY))])
    assert early(answer, 2) == ("2026-01-07 09:00", "2026-01-07 18:00")


def test_a_lead_before_the_project_start_is_clamped_with_a_warning() -> None:
    """FS -3d after one day would start on the Thursday before: two days short of the start."""
    answer = plan([Task(1, DAY), Task(2, DAY)], [Link(1, 2, lag=Lag(-3 * DAY))])
    assert early(answer, 2) == ("2026-01-05 09:00", "2026-01-05 18:00")
    assert [(warning.kind, warning.task, warning.minutes) for warning in answer.warnings] == [
        ("clamped_to_project_start", 2, 2 * DAY)
    ]


def test_finish_and_start_lags_may_exceed_the_duration() -> None:
    """Task 1 is Monday. FF +3d: task 2 (1 d) ends Thursday 18:00. SS +2d: task 3 (1 d) starts Wednesday 09:00."""
    answer = plan(
        [Task(1, DAY), Task(2, DAY), Task(3, DAY)],
        [Link(1, 2, "FF", Lag(3 * DAY)), Link(1, 3, "SS", Lag(2 * DAY))],
    )
    assert early(answer, 2) == ("2026-01-08 09:00", "2026-01-08 18:00")
    assert early(answer, 3) == ("2026-01-07 09:00", "2026-01-07 18:00")
    assert answer.tasks[3].total_slack == DAY


def test_start_to_finish_binds_the_finish() -> None:
    """Task 1 starts Wednesday (SNET). SF: task 2 (1 d) finishes no earlier than Wednesday 09:00 = Tuesday 18:00."""
    answer = plan([Task(1, DAY, constraint="SNET", date=at("2026-01-07 00:00")), Task(2, DAY)], [Link(1, 2, "SF")])
    assert early(answer, 2) == ("2026-01-06 09:00", "2026-01-06 18:00")


def test_two_calendars_need_no_common_hours() -> None:
    """Task 1 ends Monday 18:00 by day; task 2 (8 h by night, 22:00-06:00) runs Monday 22:00 to Tuesday 06:00;
    task 3 by day again: Tuesday."""
    answer = plan(
        [Task(1, DAY), Task(2, DAY, calendar="night"), Task(3, DAY)],
        [Link(1, 2), Link(2, 3)],
        calendars={"std": STANDARD, "night": NIGHTS},
    )
    assert early(answer, 2) == ("2026-01-05 22:00", "2026-01-06 06:00")
    assert early(answer, 3) == ("2026-01-06 09:00", "2026-01-06 18:00")
    assert late(answer, 1) == ("2026-01-05 09:00", "2026-01-05 18:00")
    assert answer.driving_chain == [1, 2, 3]


def test_a_night_shift_crosses_midnight() -> None:
    """Twelve hours from Monday 22:00: eight until Tuesday 06:00, four more until Wednesday 02:00."""
    answer = plan([Task(1, 720)], start=at("2026-01-05 22:00"), calendars={"std": NIGHTS})
    assert early(answer, 1) == ("2026-01-05 22:00", "2026-01-07 02:00")


def test_a_calendar_round_the_clock_knows_no_evening() -> None:
    """1,500 minutes from Monday 09:00 end on Tuesday 10:00; the next task starts in that minute."""
    answer = plan([Task(1, 1500), Task(2, 60)], [Link(1, 2)], calendars={"std": ROUND_THE_CLOCK})
    assert early(answer, 1) == ("2026-01-05 09:00", "2026-01-06 10:00")
    assert early(answer, 2) == ("2026-01-06 10:00", "2026-01-06 11:00")


def test_a_milestone_after_friday_stays_on_friday() -> None:
    """Five days end on Friday 18:00; so does the milestone. What follows it starts on Monday."""
    answer = plan([Task(1, 5 * DAY), Task(2, 0), Task(3, DAY)], [Link(1, 2), Link(2, 3)])
    assert early(answer, 2) == ("2026-01-09 18:00", "2026-01-09 18:00")
    assert early(answer, 3) == ("2026-01-12 09:00", "2026-01-12 18:00")


def test_a_constraint_before_the_project_start() -> None:
    """SNET in December changes nothing; MSO on Friday 01-02 goes there, without a conflict."""
    december, friday = at("2025-12-01 09:00"), at("2026-01-02 09:00")
    answer = plan([Task(1, DAY, constraint="SNET", date=december), Task(2, DAY, constraint="MSO", date=friday)])
    assert early(answer, 1) == ("2026-01-05 09:00", "2026-01-05 18:00")
    assert early(answer, 2) == ("2026-01-02 09:00", "2026-01-02 18:00")
    assert answer.conflicts == []


def test_a_fixed_start_before_its_predecessor_makes_slack_negative() -> None:
    """Task 1: Monday to Wednesday. Task 2 must start on Tuesday: two days too early, told as a conflict."""
    tuesday = at("2026-01-06 09:00")
    answer = plan([Task(1, 3 * DAY), Task(2, DAY, constraint="MSO", date=tuesday)], [Link(1, 2)])
    assert early(answer, 2) == ("2026-01-06 09:00", "2026-01-06 18:00")
    assert (answer.tasks[1].total_slack, answer.tasks[1].critical) == (-2 * DAY, True)
    (conflict,) = answer.conflicts
    assert (conflict.task, conflict.constraint, conflict.date, conflict.link, conflict.minutes) == (
        2,
        "MSO",
        tuesday,
        Link(1, 2),
        2 * DAY,
    )


def test_links_may_beat_constraints() -> None:
    """The same plan turned round: task 2 follows on Thursday, two days late by its own date; still a conflict."""
    answer = plan(
        [Task(1, 3 * DAY), Task(2, DAY, constraint="MSO", date=at("2026-01-06 09:00"))],
        [Link(1, 2)],
        honor_constraints=False,
    )
    assert early(answer, 2) == ("2026-01-08 09:00", "2026-01-08 18:00")
    assert answer.tasks[2].total_slack == -2 * DAY
    assert [conflict.minutes for conflict in answer.conflicts] == [2 * DAY]


@pytest.mark.parametrize(
    ("kind", "date", "start"),
    [
        ("SNET", "2026-01-10 00:00", "2026-01-12 09:00"),
        ("FNET", "2026-01-11 00:00", "2026-01-09 09:00"),
        ("SNLT", "2026-01-06 00:00", "2026-01-06 09:00"),
        ("FNLT", "2026-01-08 00:00", "2026-01-07 09:00"),
        ("MSO", "2026-01-10 00:00", "2026-01-12 09:00"),
        ("MFO", "2026-01-11 00:00", "2026-01-09 09:00"),
    ],
)
def test_every_kind_of_date(kind: str, date: str, start: str) -> None:
    """Task 2 (1 d) would start Wednesday 01-07... after two days: from Thursday for FNLT on Wednesday's end.

    Starts on Saturday 01-10 snap forward to Monday, finishes there back to Friday.
    """
    days = 3 if kind in ("SNLT", "FNLT") else 2
    answer = plan([Task(1, days * DAY), Task(2, DAY, constraint=kind, date=at(date))], [Link(1, 2)])
    assert early(answer, 2)[0] == start
    assert len(answer.conflicts) == (1 if kind in ("SNLT", "FNLT") else 0)


def test_a_missed_deadline_moves_nothing() -> None:
    """Three days against a deadline on Tuesday 18:00: one day negative slack, a warning, the same dates."""
    answer = plan([Task(1, 3 * DAY, deadline=at("2026-01-06 18:00"))])
    assert early(answer, 1) == ("2026-01-05 09:00", "2026-01-07 18:00")
    assert late(answer, 1) == ("2026-01-02 09:00", "2026-01-06 18:00")
    assert answer.tasks[1].total_slack == -DAY
    assert [(warning.kind, warning.minutes) for warning in answer.warnings] == [("deadline_missed", DAY)]


def test_a_relative_deadline_caps_and_never_moves() -> None:
    """`FS within 3 d` of Monday: task 2 late finish is Thursday 18:00, though the project lasts until 01-16."""
    answer = plan([Task(1, DAY), Task(2, DAY), Task(3, 10 * DAY)], [Link(1, 2), Link(1, 2, within=3 * DAY)])
    assert early(answer, 2) == ("2026-01-06 09:00", "2026-01-06 18:00")
    assert late(answer, 2) == ("2026-01-08 09:00", "2026-01-08 18:00")
    alone = plan([Task(1, DAY), Task(2, 5 * DAY)], [Link(1, 2, within=3 * DAY)])
    assert early(alone, 2) == ("2026-01-05 09:00", "2026-01-09 18:00")
    assert [(warning.kind, warning.minutes) for warning in alone.warnings] == [("relative_deadline_missed", DAY)]


def test_as_late_as_possible_takes_its_successors_along() -> None:
    """Task 3 lasts until 01-16. Task 1 (ALAP, 1 d) waits until task 2 (2 d) just fits: Wednesday 01-14; task 2 follows."""
    answer = plan([Task(1, DAY, constraint="ALAP"), Task(2, 2 * DAY), Task(3, 10 * DAY)], [Link(1, 2)])
    assert early(answer, 1) == ("2026-01-14 09:00", "2026-01-14 18:00")
    assert early(answer, 2) == ("2026-01-15 09:00", "2026-01-16 18:00")
    assert [answer.tasks[task].total_slack for task in (1, 2)] == [0, 0]
    assert text(answer.finish) == "2026-01-16 18:00"


def test_an_imposed_finish_gives_or_takes_slack() -> None:
    """Two days against Friday 18:00: three days of slack; against Monday 18:00: one day missing."""
    assert plan([Task(1, 2 * DAY)], imposed_finish=at("2026-01-09 18:00")).tasks[1].total_slack == 3 * DAY
    assert plan([Task(1, 2 * DAY)], imposed_finish=at("2026-01-05 18:00")).tasks[1].total_slack == -DAY


def test_elapsed_lags_run_on_the_clock() -> None:
    """Friday 18:00 plus 48 h is Sunday 18:00: Monday 09:00. Late side: nothing may end later than that."""
    answer = plan([Task(1, 5 * DAY), Task(2, DAY)], [Link(1, 2, lag=Lag(2880, elapsed=True))])
    assert early(answer, 2) == ("2026-01-12 09:00", "2026-01-12 18:00")
    assert answer.tasks[1].total_slack == 0


def test_percent_lags_are_shares_of_the_predecessor_half_up() -> None:
    """Half of 3 d is 720 minutes: Wednesday 18:00 plus 1.5 d is Friday 14:00. Half of 5 minutes is 3."""
    answer = plan([Task(1, 3 * DAY), Task(2, DAY)], [Link(1, 2, lag=Lag(percent=50))])
    assert early(answer, 2)[0] == "2026-01-09 14:00"
    assert early(plan([Task(1, 5), Task(2, 5)], [Link(1, 2, lag=Lag(percent=50))]), 2)[0] == "2026-01-05 09:08"


def test_the_driving_link_is_told_between_the_same_pair() -> None:
    """Task 1: 3 d, task 2: 1 d. SS +1d would give Tuesday, FF Wednesday: FF drives."""
    answer = plan([Task(1, 3 * DAY), Task(2, DAY)], [Link(1, 2, "SS", Lag(DAY)), Link(1, 2, "FF")])
    assert early(answer, 2)[0] == "2026-01-07 09:00"
    assert answer.tasks[2].driver == Link(1, 2, "FF")
    assert answer.warnings == []


def test_free_slack_is_the_smallest_gap() -> None:
    """Task 1 (1 d) precedes task 3, which waits for task 2 (3 d): two days free; task 4 (4 d) ends with task 3."""
    answer = plan([Task(1, DAY), Task(2, 3 * DAY), Task(3, DAY), Task(4, 2 * DAY)], [Link(1, 3), Link(2, 3)])
    assert [(answer.tasks[task].total_slack, answer.tasks[task].free_slack) for task in (1, 2, 4)] == [
        (2 * DAY, 2 * DAY),
        (0, 0),
        (2 * DAY, 2 * DAY),
    ]


def test_a_person_who_leaves_in_the_middle_stops_the_work() -> None:
    """The owner's calendar ends with Wednesday for good: three of five days are done, the rest never: calendar_empty.
    With a successor from 01-19 the work goes on there: Monday and Tuesday."""
    gone = WorkingCalendar({}, [off("2026-01-05", "2026-01-07", FULL_DAY)])
    with pytest.raises(CalendarEmpty):
        plan([Task(1, 5 * DAY, calendar="owner")], calendars={"std": STANDARD, "owner": gone})
    handed_over = WorkingCalendar(STANDARD_WEEK, [off("2026-01-08", "2026-01-18")])
    answer = plan([Task(1, 5 * DAY, calendar="owner")], calendars={"std": STANDARD, "owner": handed_over})
    assert early(answer, 1) == ("2026-01-05 09:00", "2026-01-20 18:00")


def test_a_calendar_without_time_for_ten_years_is_an_error() -> None:
    late_start = WorkingCalendar({}, [off("2037-01-01", "2037-12-31", FULL_DAY)])
    with pytest.raises(CalendarEmpty) as found:
        plan([Task(1, DAY)], calendars={"std": late_start})
    assert found.value.calendar == "std"


def test_a_chain_of_ten_thousand() -> None:
    """10,000 minutes of work one after the other: 20 days and 400 minutes, from 01-05: 02-02 until 16:40."""
    answer = plan([Task(k, 1) for k in range(10_000)], [Link(k, k + 1) for k in range(9_999)])
    assert text(answer.finish) == "2026-02-02 16:40"
    assert len(answer.driving_chain) == 10_000
    assert all(dates.critical for dates in answer.tasks.values())


def test_the_year_9999() -> None:
    """Friday 9999-12-31 is the last day that has a name."""
    answer = plan([Task(1, 2 * DAY)], start=at("9999-12-30 09:00"))
    assert early(answer, 1) == ("9999-12-30 09:00", "9999-12-31 18:00")


@pytest.mark.parametrize(
    ("tasks", "links", "code"),
    [
        ([Task(1, DAY), Task(1, DAY)], [], "duplicate_task"),
        ([Task(1, -1)], [], "negative_duration"),
        ([Task(1, DAY, parent=9)], [], "unknown_parent"),
        ([Task(1, None, parent=2), Task(2, None, parent=1)], [], "hierarchy_loop"),
        ([Task(1, DAY, calendar="moon")], [], "unknown_calendar"),
        ([Task(1, DAY, constraint="MSO")], [], "constraint_without_date"),
        ([Task(1, DAY, constraint="SOON")], [], "unknown_constraint"),
        ([Task(1, DAY)], [Link(1, 7)], "unknown_task"),
        ([Task(1, DAY), Task(2, DAY)], [Link(1, 2, "XX")], "unknown_link"),
        ([Task(1, DAY), Task(2, None), Task(3, DAY, parent=2)], [Link(1, 2, "FF")], "finish_of_summary"),
        ([Task(1, DAY, percent=10001)], [], "percent_out_of_range"),
        ([Task(1, DAY, percent=50, remaining=-1)], [], "negative_remaining"),
    ],
)
def test_contradictions_are_refused(tasks: list[Task], links: list[Link], code: str) -> None:
    with pytest.raises(NetworkInvalid) as found:
        plan(tasks, links)
    assert found.value.code == code
