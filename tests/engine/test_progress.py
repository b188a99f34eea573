"""Planned progress, roll-up and deviations, with the figures of the organisation's own projects."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from engine.plans import DAY, FULL_DAY, STANDARD, at, network, off, text
from tongzhou.engine.calendar import STANDARD_WEEK, WorkingCalendar, midnight
from tongzhou.engine.daymode import duration_of_days, finish_of_day, start_of_day
from tongzhou.engine.network import Link, Task
from tongzhou.engine.progress import (
    Baseline,
    BaselineLine,
    cut_baseline,
    deviation,
    leaf_weights,
    planned_share,
    progress_at,
    roll_up,
    shown_percent,
    working_days_behind,
)
from tongzhou.engine.schedule import schedule

CHINA_2024 = WorkingCalendar(
    STANDARD_WEEK,
    [
        off("2024-04-04", "2024-04-06"),
        off("2024-04-07", "2024-04-07", FULL_DAY),
        off("2024-04-28", "2024-04-28", FULL_DAY),
        off("2024-05-01", "2024-05-05"),
        off("2024-05-11", "2024-05-11", FULL_DAY),
    ],
)


def line(number: int, first: date, last: date, parent: int | None = None) -> BaselineLine:
    start, finish = start_of_day(CHINA_2024, first).instant, finish_of_day(CHINA_2024, last).instant
    return BaselineLine(number, parent, start, finish, duration_of_days(CHINA_2024, first, last), False)


COMPLAINTS = Baseline(
    (
        line(1, date(2024, 3, 1), date(2024, 3, 7)),
        line(2, date(2024, 3, 8), date(2024, 3, 15)),
        line(3, date(2024, 3, 18), date(2024, 3, 29)),
        line(4, date(2024, 4, 1), date(2024, 4, 7)),
    ),
    {"cn": CHINA_2024},
    "cn",
)


def end_of(day: date) -> int:
    return midnight(day) + 1440


def test_the_complaints_project_on_march_10th() -> None:
    """Durations 5, 6, 10, 4 days. On Sunday 03-10 task 1 should be done (is at 70 %: 30 points, marked), task 2 should
    have 1 of 6 days (16.67 %, is at 0: marked). Project: planned (5 + 1) / 25 = 24 %, actual 3.5 / 25 = 14 %: exactly
    10.00 points, not marked."""
    assert [row.weight // DAY for row in COMPLAINTS.lines] == [5, 6, 10, 4]
    found = progress_at(COMPLAINTS, {1: Fraction(7, 10)}, end_of(date(2024, 3, 10)))
    first, second = deviation(found.planned[1], found.actual[1]), deviation(found.planned[2], found.actual[2])
    assert (first.planned, first.points, first.marked) == (1, 30, True)
    assert (second.planned, second.marked) == (Fraction(1, 6), True)
    assert shown_percent(second.planned, complete=False) == 1666
    assert round(second.planned * 10000) == 1667
    whole = deviation(found.planned[None], found.actual[None])
    assert (whole.planned, whole.actual, whole.points) == (Fraction(24, 100), Fraction(14, 100), 10)
    assert not whole.marked


def test_the_complaints_project_is_forecast_from_march_10th() -> None:
    """Task 1 has 30 % of five days left, 1.5 days after Sunday: Monday 03-11 and Tuesday 03-12 until 14:00. Task 2
    (6 d) follows."""
    started = Task(1, 5 * DAY, actual_start=at("2024-03-01 09:00"), percent=7000)
    answer = schedule(
        network(
            [started, Task(2, 6 * DAY)],
            [Link(1, 2)],
            start=at("2024-03-01 09:00"),
            calendars={"std": CHINA_2024},
            status=end_of(date(2024, 3, 10)),
            mode="forecast",
        )
    )
    assert text(answer.tasks[1].early_finish) == "2024-03-12 14:00"


def test_the_function_test_of_the_launch_project() -> None:
    """03-25 to 04-08 with 04-04..04-06 off and Sunday 04-07 worked: 10 days. On 04-02 7 of 10 are planned: against
    60 % exactly 10 points, not marked; on 04-03 8 of 10: 20 points, marked."""
    first, last = date(2024, 3, 25), date(2024, 4, 8)
    assert duration_of_days(CHINA_2024, first, last) == 10 * DAY
    start, finish = start_of_day(CHINA_2024, first).instant, finish_of_day(CHINA_2024, last).instant
    on_2nd = planned_share(CHINA_2024, start, finish, end_of(date(2024, 4, 2)))
    on_3rd = planned_share(CHINA_2024, start, finish, end_of(date(2024, 4, 3)))
    assert (on_2nd, on_3rd) == (Fraction(7, 10), Fraction(8, 10))
    assert not deviation(on_2nd, Fraction(6, 10)).marked
    assert deviation(on_3rd, Fraction(6, 10)).marked


@pytest.mark.parametrize(("status", "share"), [("2026-01-04 18:00", 0), ("2026-01-06 18:00", 1), ("2026-02-01 18:00", 1)])
def test_planned_share_is_clamped(status: str, share: int) -> None:
    assert planned_share(STANDARD, at("2026-01-05 09:00"), at("2026-01-06 18:00"), at(status)) == share


def test_a_milestone_is_planned_all_or_nothing() -> None:
    """Due Tuesday 18:00: 0 at the end of Monday, 1 at the end of Tuesday; not reached by then it is marked."""
    due = at("2026-01-06 18:00")
    assert planned_share(STANDARD, due, due, at("2026-01-05 18:00")) == 0
    missed = planned_share(STANDARD, due, due, due)
    assert missed == 1
    assert deviation(missed, Fraction(0), Fraction(50)).marked


@pytest.mark.parametrize(
    ("planned", "actual", "marked"),
    [
        (Fraction(2400, 10000), Fraction(1400, 10000), False),
        (Fraction(2401, 10000), Fraction(1400, 10000), True),
        (Fraction(1, 3), Fraction(7, 30), False),
        (Fraction(1, 3), Fraction(23, 100), True),
    ],
)
def test_ten_points_are_not_more_than_ten(planned: Fraction, actual: Fraction, marked: bool) -> None:
    """10.00 is not marked, 10.01 is; 1/3 - 7/30 is 10 exactly, which floats miss."""
    assert deviation(planned, actual).marked is marked


def test_a_mark_clears_two_points_below_the_threshold() -> None:
    """Once marked it stays above 8.00 and goes at 8.00."""
    half = Fraction(1, 2)
    assert deviation(half, half - Fraction(801, 10000), was_marked=True).marked
    assert not deviation(half, half - Fraction(800, 10000), was_marked=True).marked
    assert not deviation(half, half - Fraction(900, 10000)).marked


def test_the_guard_decides_only_about_asking() -> None:
    """Marked either way; asked when a day behind, critical, or without guard."""
    planned, actual = Fraction(1, 2), Fraction(1, 10)
    judged = [deviation(planned, actual, days_behind=days, critical=critical) for days, critical in _GUARDS]
    assert [row.marked for row in judged] == [True] * 4
    assert [row.asked for row in judged] == [False, True, True, True]
    assert working_days_behind(planned, actual, 2 * DAY) == Fraction(4, 5)


_GUARDS: list[tuple[Fraction | int | None, bool]] = [(Fraction(99, 100), False), (1, False), (0, True), (None, False)]


def test_ahead_is_information() -> None:
    early = deviation(Fraction(1, 10), Fraction(1, 2))
    assert (early.points, early.ahead, early.marked, early.asked) == (-40, True, False, False)


@pytest.mark.parametrize("threshold", [Fraction(49, 100), Fraction(51)])
def test_thresholds_have_bounds(threshold: Fraction) -> None:
    with pytest.raises(ValueError, match="threshold"):
        deviation(Fraction(0), Fraction(0), threshold)


def test_nested_weights_count_leaves_only() -> None:
    """Summary 1: leaf 2 (weight 1, done) and summary 3 with leaves 4, 5 (weight 3 each, 0 and 50 %). Project also has
    leaf 6 (weight 1, 0 %). Summary 3: 25 %; summary 1: (1 + 1.5) / 7 (a mean of means would say 62.5 %); project 2.5 / 8."""
    rows = [(1, None, 0), (2, 1, 1), (3, 1, 0), (4, 3, 3), (5, 3, 3), (6, None, 1)]
    when = (at("2026-01-05 09:00"), at("2026-01-05 18:00"))
    lines = tuple(BaselineLine(number, parent, *when, weight, False) for number, parent, weight in rows)
    baseline = Baseline(lines, {"std": STANDARD}, "std")
    found = progress_at(baseline, {2: Fraction(1), 5: Fraction(1, 2), 9: Fraction(1)}, when[1])
    assert (found.actual[3], found.actual[1], found.actual[None]) == (Fraction(1, 4), Fraction(5, 14), Fraction(5, 16))
    assert found.planned[None] == 1
    assert found.added == (9,)


def test_milestones_count_only_among_themselves() -> None:
    assert roll_up([(0, Fraction(1)), (480, Fraction(1, 2))]) == Fraction(1, 2)
    assert roll_up([(0, Fraction(1)), (0, Fraction(0))]) == Fraction(1, 2)
    assert roll_up([]) == 0


def test_weights_are_effort_where_every_leaf_has_it() -> None:
    assert leaf_weights([5, None, 7], [1, 2, 3], [10, 0, 30], [False, True, False]) == [5, 0, 7]
    assert leaf_weights([5, None, 7], [1, 2, 3], [10, 20, 30], [False] * 3) == [1, 2, 3]
    assert leaf_weights([5, None, 7], [1, None, 3], [10, 20, 30], [False] * 3) == [10, 20, 30]


def test_almost_done_is_not_done() -> None:
    """9,999 of 10,000 minutes: 99.99 %. A hair less than all is still 99.99 %, 100 only when every leaf is done."""
    share = roll_up([(9999, Fraction(1)), (1, Fraction(0))])
    assert shown_percent(share, complete=False) == 9999
    assert shown_percent(Fraction(999_999, 1_000_000), complete=False) == 9999
    assert shown_percent(Fraction(1), complete=False) == 9999
    assert shown_percent(Fraction(1), complete=True) == 10000


def test_a_baseline_is_cut_from_a_schedule() -> None:
    """Dates and durations are copied; milestones weigh nothing, cancelled tasks are left out."""
    tasks = [Task(1, None), Task(2, DAY, parent=1), Task(3, 0, parent=1), Task(4, DAY, cancelled=True)]
    plan = network(tasks, [Link(2, 3)])
    baseline = cut_baseline(plan, schedule(plan))
    assert [(row.id, row.weight, row.milestone) for row in baseline.lines] == [(1, 0, False), (2, DAY, False), (3, 0, True)]
    assert text(baseline.lines[0].finish) == "2026-01-05 18:00"
    weighed = cut_baseline(plan, schedule(plan), {2: 7})
    assert weighed.lines[1].weight == 7


def test_planned_progress_grows_with_time() -> None:
    days = [date(2024, 3, 1) + timedelta(days=k) for k in range(45)]
    shares = [progress_at(COMPLAINTS, {}, end_of(day)).planned[None] for day in days]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (Fraction(1, 25), 1)
