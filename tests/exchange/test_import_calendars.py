"""A brought table is read on the calendars of those who own its tasks, and says which years are not announced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.cast import NOW, Cast
from tongzhou.exchange.models import ImportDraft
from tongzhou.people.actions import change_calendar, choose_department_calendar
from tongzhou.people.models import User
from tongzhou.people.queries import CalendarSpec
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project
from workbooks.sample_books import TableSpec

HEADINGS = ["编号", "任务名称", "负责人", "部门", "开始", "完成", "工期"]


def previewed(client: Client, project: Project, file: SimpleUploadedFile) -> tuple[str, Any]:
    client.post(f"/projects/{project.number}/plan/import/", {"file": file})
    address = f"/projects/{project.number}/plan/import/{ImportDraft.objects.latest('pk').pk}/"
    return address, client.get(address).context["preview"]


def test_a_table_is_read_on_the_calendars_of_its_owners(
    cast: Cast,
    project: Project,
    signed_in: Callable[[User], Client],
    as_file: Callable[[list[TableSpec]], SimpleUploadedFile],
) -> None:
    """Thursday 7 to Saturday 9 March are three days for 研发部, which works Saturdays, and two for 市场部."""
    calendar = change_calendar(by=cast.administrator, spec=CalendarSpec("单休", "one_day"), now=NOW)
    choose_department_calendar(by=cast.administrator, department=cast.rd, calendar=calendar, now=NOW)
    rows = [
        ["1", "设计", cast.owner.name, "研发部", "2024-03-07", "2024-03-09", 3],
        ["2", "推广", cast.other_liaison.name, "市场部", "2024-03-07", "2024-03-09", 2],
    ]
    client = signed_in(cast.manager)
    address, preview = previewed(client, project, as_file([TableSpec("计划", ["计划"], HEADINGS, rows)]))
    assert [item.duration for item in preview.made.items] == [3 * 480, 2 * 480]
    assert [one.code for one in preview.made.found.warnings] == []
    assert client.post(f"{address}confirmation/").status_code == 302
    found = WorkItem.objects.filter(project=project).order_by("rank").values_list("name", "start", "finish")
    assert list(found) == [
        ("设计", date(2024, 3, 7), date(2024, 3, 9)),
        ("推广", date(2024, 3, 7), date(2024, 3, 8)),
    ]


def test_a_table_that_reaches_into_an_unknown_year_says_so(
    cast: Cast,
    project: Project,
    signed_in: Callable[[User], Client],
    as_file: Callable[[list[TableSpec]], SimpleUploadedFile],
) -> None:
    client = signed_in(cast.manager)
    for finish, years in (("2026-12-30", []), ("2031-01-08", list(range(2027, 2032)))):
        rows = [["1", "设计", cast.owner.name, "研发部", "2026-12-01", finish, None]]
        address, preview = previewed(client, project, as_file([TableSpec("计划", ["计划"], HEADINGS, rows)]))
        assert preview.unknown_years == years
        assert ("节假日尚未公布" in client.get(address).content.decode()) == bool(years)
