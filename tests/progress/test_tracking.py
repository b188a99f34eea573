"""The tracking table: filters, sorts, groups, dates, paging, reports in place."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.cast import Cast, planned_project, task
from support.web import client_of, send_json
from tongzhou.lib import clock
from tongzhou.plan.actions import Report
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Words, report_progress, report_unchanged
from tongzhou.progress.queries.tracking import tracking
from tongzhou.projects.models import Project

THURSDAY = datetime(2024, 3, 7, 1, tzinfo=UTC)


@pytest.fixture
def project(cast: Cast) -> Project:
    project = planned_project(cast)
    item = task(project, "设计")
    words = Words("图纸", "缺料")
    report = Report("doing", 4000)
    report_progress(by=cast.owner, item=item, report=report, words=words, status_date=date(2024, 3, 5), now=THURSDAY)
    return project


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["阶段", "设计", "测试", "定型", "推广"]),
        ("state=doing", ["设计"]),
        ("state=late", ["设计", "推广"]),
        ("state=should", ["测试", "推广"]),
        ("state=open&sort=-finish", ["测试", "定型", "设计", "推广"]),
        ("sort=percent", ["测试", "定型", "推广", "设计"]),
        ("sort=-percent", ["设计", "测试", "定型", "推广"]),
        ("sort=-code", ["推广", "定型", "测试", "设计"]),
        ("since=2024-03-05&sort=code", ["测试", "定型", "推广"]),
        ("since=2024-03-06&sort=code", ["设计", "测试", "定型", "推广"]),
        ("q=缺料", ["设计"]),
        ("q=1.2", ["测试"]),
        ("person=0", ["定型", "推广"]),
        ("department=0", []),
        ("group=department", ["推广", "设计", "测试", "定型"]),
        ("group=owner&sort=-name", ["推广", "定型", "设计", "测试"]),
        ("state=nonsense", []),
        ("sort=nonsense&group=x&dates=y&page=99999999999999999999", ["阶段", "设计", "测试", "定型", "推广"]),
        ("person=\x00&page=-1", ["阶段", "设计", "测试", "定型", "推广"]),
    ],
)
def test_the_address_says_what_is_shown(cast: Cast, project: Project, query: str, names: list[str]) -> None:
    answer = client_of(cast.general_lead).get(f"/projects/S-1/tracking/?date=2024-03-07&{query}")
    assert (answer.status_code, [one.row.name for one in answer.context["shown"]]) == (200, names)


@pytest.mark.parametrize("sort", ["name", "department", "owner", "state", "points", "start", "actual_start", "actual_finish", "reported", "said"])  # fmt: skip  # noqa: E501
def test_every_column_sorts(cast: Cast, project: Project, sort: str) -> None:
    client = client_of(cast.member)
    up, down = (
        [one.row.name for one in client.get(f"/projects/S-1/tracking/?sort={way}{sort}").context["shown"]] for way in ("", "-")
    )
    assert sorted(up) == sorted(down) and len(up) == 4


def test_the_table_says_who_when_and_what_is_wrong(cast: Cast, project: Project) -> None:
    WorkItem.objects.filter(name="设计").update(stand_in=cast.member)
    report_unchanged(by=cast.member, items=[task(project, "设计")], status_date=date(2024, 3, 6), now=THURSDAY)
    row = next(row for row in tracking(project, date(2024, 3, 7)) if row.name == "设计")
    said = (row.reporter, str(row.reported_on), row.done, row.problem, str(row.actual_start), row.late)
    assert said == ("成员（代 郑十）", "2024-03-06", "图纸", "缺料", "2024-03-04", True)


def test_forecast_and_strict_dates(cast: Cast, project: Project) -> None:
    client = client_of(cast.owner)
    found = {}
    for dates in ("", "strict"):
        answer = client.get(f"/projects/S-1/tracking/?date=2024-03-07&dates={dates}")
        found[dates] = next(one.plan for one in answer.context["shown"] if one.row.name == "测试")
    assert found == {"": "03-11 – 03-13", "strict": "03-07 – 03-08"}


def test_who_may_report_gets_the_fields(cast: Cast, project: Project) -> None:
    for person, names in (
        (cast.manager, {"设计", "测试", "定型", "推广"}),
        (cast.liaison, {"设计", "测试", "定型"}),
        (cast.owner, {"设计", "测试"}),
        (cast.member, set()),
        (cast.head, set()),
    ):
        answer = client_of(person).get("/projects/S-1/tracking/")
        assert {one.row.name for one in answer.context["shown"] if one.may} == names
        assert answer.content.decode().count("data-task=") == len(names)


def test_a_report_in_place_answers_with_its_row(cast: Cast, project: Project) -> None:
    path = f"/projects/S-1/tasks/{task(project, '设计').pk}/report/"
    with clock.pretend(THURSDAY):
        answer = send_json(client_of(cast.liaison), path, {"percent": "60", "row": "tracking", "date": "2024-03-07"})
    told = json.loads(answer.content)
    assert (answer.status_code, told["percent"]) == (200, "60")
    assert told["html"].startswith("<tr data-task=") and 'value="60"' in told["html"]


def test_a_counted_task_shows_its_quantity(cast: Cast, project: Project) -> None:
    WorkItem.objects.filter(name="设计").update(quantity=Decimal(30), done_quantity=Decimal(12), unit="家")
    assert "12/30家" in client_of(cast.owner).get("/projects/S-1/tracking/").content.decode()


def test_a_thousand_rows_ask_no_more(cast: Cast, project: Project, django_assert_max_num_queries: Any) -> None:
    client, counts = client_of(cast.manager), []
    for count in (4, 1000):
        items = [WorkItem(project=project, name=f"任务{n}", rank=f"z{n:04}", owner=cast.owner) for n in range(count - 4)]
        WorkItem.objects.bulk_create(items)
        with CaptureQueriesContext(connection) as queries, django_assert_max_num_queries(22):
            answer = client.get("/projects/S-1/tracking/?sort=name")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert (answer.status_code, answer.content.count(b"data-task=")) == (200, 100)
    assert "page=2" in answer.content.decode()
