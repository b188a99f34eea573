"""The numbers of a weekly report, on the complaint project of the sources."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongzhou.lib.access import Refused
from tongzhou.people.models import System
from tongzhou.plan.actions import ItemSpec, MilestoneSpec, bring_in, set_key_milestones
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.progress.actions import Words
from tongzhou.reports.queries import Week, parse_week, week_of, weekly_cut

from .conftest import CAUSE, NOW, TENTH, Cast, empty_project

W9, W10, W11 = (Week(date(2024, 2, 26) + timedelta(weeks=back)) for back in range(3))


def test_the_complaint_project_on_the_tenth_of_march(cast: Cast) -> None:
    """25 days of work; planned 5 + 1 = 6 → 24 %, actual 0.7 × 5 = 3.5 → 14 %: 10.00 points, which is not more than 10."""
    cut = weekly_cut(cast.project, asked=TENTH)
    assert cut.total is not None
    assert (cut.total.planned, cut.total.actual, cut.total.points) == (Fraction(24, 100), Fraction(14, 100), 10)
    assert not cut.total.marked
    assert (cut.week, cut.week_number, cut.as_of, cut.compiled_by) == (W10, 2, TENTH, "陈一")


def test_tasks_over_the_threshold_are_listed_with_what_their_owners_said(cast: Cast) -> None:
    cut = weekly_cut(cast.project, asked=TENTH)
    rows = [
        (row.name, row.judged.planned, row.judged.actual, row.judged.points, row.said, row.owner)
        for row in cut.deviating
        if row.judged
    ]
    assert rows == [
        ("用户反馈数据收集与分析", 1, Fraction(7, 10), 30, CAUSE, "张三"),
        ("需求文档撰写与评审", Fraction(1, 6), 0, Fraction(1667, 100), "等待《用户反馈分析报告》输出", "王五"),
    ]


def test_the_week_brought_fourteen_points_of_twenty(cast: Cast) -> None:
    """On Monday the 4th one of 25 days was planned (Friday the 1st), and nothing reported."""
    cut = weekly_cut(cast.project, asked=TENTH)
    assert cut.advance is not None
    assert (cut.advance.actual, cut.advance.planned) == (14, 20)


def test_what_was_done_before_the_week_is_no_advance_of_the_week(cast: Cast) -> None:
    cast.report(1, 20, date(2024, 3, 1))
    cut = weekly_cut(cast.project, asked=TENTH)
    assert cut.advance is not None
    assert cut.advance.actual == 10
    later = weekly_cut(cast.project, W11, date(2024, 3, 15))
    assert later.advance is not None
    assert later.advance.actual == 0


def test_an_earlier_week_is_as_of_its_sunday(cast: Cast) -> None:
    cast.report(1, 20, date(2024, 3, 1))
    cut = weekly_cut(cast.project, W9, TENTH)
    assert (cut.as_of, cut.week_number) == (date(2024, 3, 3), 1)
    assert cut.total is not None
    assert (cut.total.planned, cut.total.actual) == (Fraction(4, 100), Fraction(4, 100))
    assert cut.asks == ()


def test_departments_have_their_own_shares(cast: Cast) -> None:
    cut = weekly_cut(cast.project, asked=TENTH)
    assert [(row.name, row.planned, row.actual) for row in cut.departments] == [
        ("客服部", 1, Fraction(7, 10)),
        ("产品部", Fraction(1, 6), 0),
        ("技术部", 0, 0),
        ("运营部", 0, 0),
    ]


def test_counts_and_lists_of_the_week(cast: Cast) -> None:
    cast.report(1, 100, date(2024, 3, 8), state="done")
    cast.report(1, 100, TENTH, state="done")
    cast.report(
        2, 0, TENTH, Words(problem="数据缺口", help_needed="数据工具", help_department=cast.departments["技术部"].pk), "blocked"
    )
    cut = weekly_cut(cast.project, asked=TENTH)
    assert (cut.done_count, cut.due_count, cut.blocked) == (1, 1, 1)
    assert [row.name for row in cut.done] == ["用户反馈数据收集与分析"]
    assert [row.name for row in cut.coming] == ["需求文档撰写与评审"]
    assert next((ask.task, ask.problem, ask.help_needed, ask.help_department) for ask in cut.asks) == (
        "需求文档撰写与评审",
        "数据缺口",
        "数据工具",
        "技术部",
    )
    assert [risk.text for risk in cut.risks] == ["需求变更频繁"]


def test_late_means_after_the_baseline_and_not_done(cast: Cast) -> None:
    cut = weekly_cut(cast.project, asked=TENTH)
    assert [(row.name, row.baseline_finish, row.late_days > 0) for row in cut.late] == [
        ("用户反馈数据收集与分析", date(2024, 3, 7), True)
    ]
    assert weekly_cut(cast.project, asked=date(2024, 3, 7)).late == ()


def test_who_had_work_and_did_not_report(cast: Cast) -> None:
    cut = weekly_cut(cast.project, asked=TENTH)
    assert [(row.department, row.people, row.missing) for row in cut.filings] == [
        ("客服部", ("张三",), ()),
        ("产品部", ("王五",), ()),
    ]
    later = weekly_cut(cast.project, asked=date(2024, 3, 13))
    assert [(row.department, row.missing) for row in later.filings] == [("客服部", ("张三",)), ("产品部", ("王五",))]


def test_a_marked_task_without_a_word_is_missing_its_cause(cast: Cast) -> None:
    assert weekly_cut(cast.project, asked=TENTH).unexplained == ()
    cut = weekly_cut(cast.project, asked=date(2024, 3, 20))
    assert [row.name for row in cut.unexplained] == ["功能开发与测试"]


def test_milestones_show_baseline_and_forecast(cast: Cast) -> None:
    task = cast.task(4)
    specs = [MilestoneSpec("上线", date(2024, 4, 7), task.pk), MilestoneSpec("评审会", date(2024, 3, 20))]
    set_key_milestones(by=System(), project=cast.project, milestones=specs, now=NOW)
    meeting, launch = weekly_cut(cast.project, asked=TENTH).milestones
    assert (meeting.name, meeting.forecast, meeting.state) == ("评审会", None, "")
    assert (launch.due, launch.state, launch.item) == (date(2024, 4, 7), "todo", task.pk)
    assert launch.forecast is not None
    assert launch.forecast >= launch.due


def test_tasks_added_after_the_baseline_are_listed_not_counted(cast: Cast) -> None:
    before = weekly_cut(cast.project, asked=TENTH).total
    spec = ItemSpec(key="new", name="补充培训", typed_start=date(2024, 3, 4), typed_finish=date(2024, 3, 8), duration=2400)
    bring_in(by=System(), project=cast.project, items=[spec], links=[], now=NOW)
    cut = weekly_cut(cast.project, asked=TENTH)
    assert [row.name for row in cut.added] == ["补充培训"]
    assert cut.total == before


def test_weeks_are_counted_from_the_plans_first(cast: Cast) -> None:
    cut = weekly_cut(cast.project, asked=date(2024, 3, 18))
    assert [week.name for week in cut.weeks] == ["2024-W12", "2024-W11", "2024-W10", "2024-W09"]
    assert cut.week_number == 4


def test_before_the_plan_begins_its_first_week_is_shown(cast: Cast) -> None:
    cut = weekly_cut(cast.project, asked=date(2024, 2, 10))
    assert (cut.week, cut.week_number, cut.as_of) == (W9, 1, date(2024, 2, 10))


@pytest.mark.parametrize("week", [Week(date(2024, 2, 19)), W11])
def test_a_week_without_report_is_refused(cast: Cast, week: Week) -> None:
    with pytest.raises(Refused) as refused:
        weekly_cut(cast.project, week, TENTH)
    assert refused.value.code == "week-outside"


@pytest.mark.parametrize(
    "text", ["2024-W54", "2023-W53", "2024-W00", "2024-10", "W10", "0001-W01", "9999-W52", "2024-W10x", "二〇二四-W10"]
)
def test_there_is_no_such_week(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_week(text)
    assert refused.value.code == "week-unknown"


def test_weeks_begin_on_monday_across_the_year() -> None:
    assert parse_week("") is None
    assert parse_week("2024-W10") == W10
    assert parse_week("2020-W53") == week_of(date(2021, 1, 3)) == Week(date(2020, 12, 28))
    assert week_of(date(2024, 12, 30)).name == "2025-W01"


def test_a_plan_without_tasks_has_a_cut(db: None) -> None:
    cut = weekly_cut(empty_project().project, asked=TENTH)
    assert (cut.has_tasks, cut.complete, cut.total, cut.advance, cut.week_number) == (False, False, None, None, 1)


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    few = queries(cast)
    specs = [
        ItemSpec(
            key=str(place), name=f"任务{place}", department=cast.departments["技术部"].pk, owner=cast.people["赵六"].pk,
            typed_start=date(2024, 3, 4), typed_finish=date(2024, 3, 8), duration=2400, risk_point="风险",
        )
        for place in range(36)
    ]  # fmt: skip
    bring_in(by=System(), project=cast.project, items=specs, links=[], now=NOW)
    for item in WorkItem.objects.filter(project=cast.project, name__startswith="任务"):
        item.reported_on = TENTH
        item.save()
    assert WorkItem.objects.filter(project=cast.project).count() == 40
    assert queries(cast) == few
    assert few <= 12


def queries(cast: Cast) -> int:
    """Count the queries of a cut that finds nothing computed before."""
    Plan.objects.filter(project=cast.project).update(version=Plan.objects.get(project=cast.project).version + 100)
    with CaptureQueriesContext(connection) as seen:
        weekly_cut(cast.project, asked=TENTH)
    return len(seen)
