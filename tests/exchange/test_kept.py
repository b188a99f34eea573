"""What a table has no column for stays as it is when it comes in again, and the preview says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exchange.test_conflicts import exported, proposed
from support.cast import NOW, Cast, planned_project, task
from tongzhou.exchange.actions.bringing import Workbook, bring
from tongzhou.exchange.queries import propose
from tongzhou.exchange.queries.wording import problem_text, topic_of
from tongzhou.people.actions import change_calendar
from tongzhou.people.queries import CalendarSpec
from tongzhou.plan.actions import ItemSpec, bring_in
from tongzhou.plan.models import Dependency, WorkItem
from tongzhou.workbooks.reading import read_workbook
from workbooks.sample_books import TableSpec, write

pytestmark = pytest.mark.django_db
KEPT = ("calendar", "follows_owner", "constraint", "constraint_date", "typed_start", "typed_finish", "duration", "deadline")


def test_calendars_and_held_dates_stay(cast: Cast, tmp_path: Path) -> None:
    """设计 works Saturdays, 推广 follows its owner, 测试 is kept on a date before its link allows; only remarks change."""
    project = planned_project(cast)
    calendar = change_calendar(by=cast.administrator, spec=CalendarSpec("单休", "one_day"), now=NOW)
    WorkItem.objects.filter(project=project, name="设计").update(calendar=calendar)
    WorkItem.objects.filter(project=project, name="推广").update(follows_owner=True)
    early = ItemSpec(
        "a", "测试", existing=task(project, "测试").pk, keep_parent=True, typed_start=date(2024, 3, 5), duration=960
    )
    bring_in(by=cast.manager, project=project, items=[early], links=[], now=NOW)
    assert task(project, "测试").constraint == "MSO"
    before = list(WorkItem.objects.filter(project=project).order_by("pk").values_list(*KEPT))
    edits = [(name, "备注", "改过") for name in ("设计", "推广", "测试")]
    sheets = exported(project, tmp_path, edits)
    made = proposed(project, sheets)
    told = {one.code: problem_text(one) for one in made.found.notices if one.code in {"calendar_kept", "date_held"}}
    assert told == {
        "calendar_kept": "2 项任务有自己的日历，表里没有这一列，保持原样：设计、推广",
        "date_held": "1 项任务的日期早于依赖所允许而保留，表里没有这一列，保持原样：测试",
    }
    assert bring(by=cast.manager, project=project, book=Workbook("a.xlsx", sheets), now=NOW).tasks.changed == 3
    assert list(WorkItem.objects.filter(project=project).order_by("pk").values_list(*KEPT)) == before


def test_a_task_that_follows_its_links_still_does_after_another_change(cast: Cast, tmp_path: Path) -> None:
    """The typed start is earlier than the link allows, and the links were chosen: renaming it makes no conflict of it."""
    project = planned_project(cast)
    item = task(project, "测试")
    moved = ItemSpec(
        "a", "测试", existing=item.pk, keep_parent=True, typed_start=date(2024, 3, 5), duration=960, follow_links=True
    )
    bring_in(by=cast.manager, project=project, items=[moved], links=[], now=NOW)
    before = task(project, "测试")
    assert (before.constraint, before.start) == ("ASAP", date(2024, 3, 7))
    sheets = exported(project, tmp_path, [("测试", "任务名称", "测试与验证")])
    bring(by=cast.manager, project=project, book=Workbook("a.xlsx", sheets), now=NOW)
    after = task(project, "测试与验证")
    assert (after.constraint, after.start, after.finish) == ("ASAP", before.start, before.finish)


def test_a_link_that_another_table_does_not_name_is_told_and_stays(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    rows = [["设计", "2024-03-04", "2024-03-06", None], ["测试", "2024-03-07", "2024-03-08", None]]
    spec = TableSpec("计划", ["计划"], ["任务", "开始", "完成", "前置任务"], rows)
    made = propose(project, read_workbook(write(tmp_path / "a.xlsx", [spec])), (), today=NOW.date())
    (warning,) = [one for one in made.found.warnings if one.code == "link_not_in_file"]
    assert (warning.row, warning.column, topic_of(warning)) == (4, "D", "依赖")
    assert problem_text(warning) == "「测试」在计划中有前置任务「设计」，文件里没有写；这条依赖保留"
    assert made.removed == []
    without = TableSpec("计划", ["计划"], ["任务", "开始", "完成"], [row[:3] for row in rows])
    made = propose(project, read_workbook(write(tmp_path / "b.xlsx", [without])), (), today=NOW.date())
    assert [one.code for one in made.found.warnings] == []


def test_rows_in_another_order_are_a_listed_change(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    rows = [["测试", "2024-03-07", "2024-03-08"], ["设计", "2024-03-04", "2024-03-06"]]
    spec = TableSpec("计划", ["计划"], ["任务", "开始", "完成"], rows)
    book = Workbook("a.xlsx", read_workbook(write(tmp_path / "a.xlsx", [spec])))
    bring(by=cast.manager, project=project, book=book, now=NOW)
    assert task(project, "测试").rank < task(project, "设计").rank
    assert Dependency.objects.filter(project=project).count() == 2
