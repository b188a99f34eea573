"""Programs report quantities and days, are told who was faster, move cards, and read the tracking table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from support.api import program_of, queries_of
from support.cast import Cast, launch_project, planned_project, task
from support.checks import said, unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.people.models import Leave
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project

HERE = "projects/S-1"


def counted(project: Project) -> WorkItem:
    """A task of thirty shops."""
    item = task(project, "设计")
    WorkItem.objects.filter(pk=item.pk).update(quantity=Decimal(30), unit="家")
    return item


def test_a_quantity_and_actual_days_are_reported(cast: Cast) -> None:
    project = planned_project(cast)
    program, path = program_of(cast.owner), f"{HERE}/tasks/{counted(project).pk}/progress"
    body = {"state": "doing", "done_quantity": 12, "actual_start": "2024-03-04", "done": "走访", "status_date": "2024-03-05"}
    made = program.ask("POST", path, body)
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["percent"], told["done_quantity"], told["actual_start"]) == (40, 12, "2024-03-04")
    fresh = task(project, "设计")
    assert (fresh.percent, fresh.done_quantity, fresh.actual_start) == (4000, 12, date(2024, 3, 4))
    with unchanged():
        # A percent is not typed where a quantity says it; without either nothing is said.
        assert program.ask("POST", path, {"state": "doing", "percent": 50}).status_code == 422
        plain = f"{HERE}/tasks/{task(project, '测试').pk}/progress"
        assert program.ask("POST", plain, {"state": "doing"}).json()["errors"].keys() == {"percent"}
        for wrong in (-1, "x", True, 10**15, 0.123):
            answer = program.ask("POST", path, {"state": "doing", "done_quantity": wrong})
            assert (answer.status_code, list(answer.json()["errors"])) == (422, ["done_quantity"])
    assert program.ask("GET", path).json()["items"][0]["done_quantity"] == 12


def test_the_answer_is_what_is_kept(cast: Cast) -> None:
    project = planned_project(cast)
    path = f"{HERE}/tasks/{counted(project).pk}/progress"
    body = {"state": "doing", "done_quantity": 7.5, "status_date": "2024-03-05", "problem": "缺料", "help_needed": "加人"}
    for program, more in ((program_of(cast.owner), {"help_department": cast.marketing.pk}), (program_of(cast.manager), {})):
        made = program.ask("POST", path, body | more)
        kept = program.ask("GET", path)
        assert (made.status_code, made.json(), made["ETag"]) == (201, kept.json()["items"][0], kept["ETag"])


def test_who_is_asked_during_a_leave_reports_from_outside(cast: Cast) -> None:
    """She takes no part in the project; nobody else outside finds the task, and no project lends it to another."""
    project, day = planned_project(cast), clock.today()
    path = f"{HERE}/tasks/{task(project, '设计').pk}/progress"
    body = {"state": "doing", "percent": 30, "status_date": "2024-03-05"}
    outside, owner = program_of(cast.stranger), program_of(cast.owner)
    with unchanged():
        assert outside.ask("POST", path, body).status_code == 404
        assert owner.ask("POST", path.replace(HERE, "projects/没有"), body).status_code == 404
    Leave.objects.create(user=cast.owner, first=day, last=day, stand_in=cast.stranger)
    assert outside.ask("POST", path, body).status_code == 201
    assert ProgressUpdate.objects.get().on_behalf_of == cast.owner


def test_a_report_that_was_overtaken_is_not_kept(cast: Cast) -> None:
    project = planned_project(cast)
    mine, theirs = program_of(cast.owner), program_of(cast.liaison)
    key = task(project, "设计").pk
    path, seen = f"{HERE}/tasks/{key}/progress", task(project, "设计").version
    known = mine.ask("GET", path)["ETag"]
    first = theirs.ask("POST", path, {"state": "doing", "percent": 30}, If_Match=known)
    assert (first.status_code, first["ETag"] == known) == (201, False)
    with unchanged():
        for late in (
            mine.ask("POST", path, {"state": "doing", "percent": 60}, If_Match=known),
            mine.ask("POST", path, {"state": "doing", "percent": 60, "seen": seen}),
        ):
            assert (late.status_code, late.json()["current"]["percent"]) == (412, 30)
    assert mine.ask("POST", path, {"state": "doing", "percent": 60}, If_Match=first["ETag"]).status_code == 201
    assert mine.ask("POST", path, {"state": "doing", "percent": 70, "seen": task(project, "设计").version}).status_code == 201


def test_the_board_is_that_of_the_page(cast: Cast) -> None:
    planned_project(cast)
    program, page = program_of(cast.head), client_of(cast.head)
    assert program.ask("GET", f"{HERE}/board").json() == page.get(f"/{HERE}/board/data/").json()
    assert program.ask("GET", f"{HERE}/board?date=2024-02-30").status_code == 422


def test_a_task_is_assigned_by_whom_the_table_lets(cast: Cast) -> None:
    project = planned_project(cast)
    program, item = program_of(cast.head), task(project, "设计")
    path = f"{HERE}/tasks/{item.pk}/assignment"
    given = program.ask("POST", path, {"owner": cast.member.pk, "seen": item.version})
    assert (given.status_code, given.json()["owner"]["name"], said()[0]) == (200, "成员", "work-item-changed")
    manager, outside = program_of(cast.manager), program_of(cast.other_head)
    with unchanged():
        late = program.ask("POST", path, {"owner": None, "seen": item.version})
        assert (late.status_code, late.json()["current"]["owner"]["name"]) == (412, "成员")
        assert outside.ask("POST", path, {"owner": None}).status_code == 403
        # Another department is the plan's: its liaison's and the manager's, not the head's.
        assert program.ask("POST", path, {"department": cast.marketing.pk}).status_code == 403
        for wrong, field in (({}, "owner"), ({"owner": 999_999}, "owner"), ({"department": 999_999}, "department")):
            answer = manager.ask("POST", path, wrong)
            assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
        assert manager.ask("POST", path, {"owner": None, "department": None}).status_code == 422
    assert program.ask("POST", path, {"owner": None}).json()["owner"] is None
    moved = manager.ask("POST", path, {"department": cast.marketing.pk}).json()
    assert moved["department"]["name"] == "市场部"


def names(program: Any, query: str) -> list[str]:
    return [row["name"] for row in program.ask("GET", f"{HERE}/tracking?{query}").json()["items"]]


def test_the_tracking_table_is_filtered_sorted_and_paged(cast: Cast) -> None:
    project = planned_project(cast)
    program = program_of(cast.owner)
    program.ask("POST", f"{HERE}/tasks/{task(project, '设计').pk}/progress", {"state": "doing", "percent": 25, "done": "画完"})
    assert names(program, "") == ["阶段", "设计", "测试", "定型", "推广"]
    assert names(program, "limit=2&offset=1") == ["设计", "测试"]
    assert names(program, "sort=-code") == ["推广", "定型", "测试", "设计"]
    assert names(program, "state=doing") == ["设计"]
    assert names(program, f"department={cast.marketing.pk}") == ["推广"]
    assert names(program, f"person={cast.owner.pk}&q=画") == ["设计"]
    assert names(program, "since=2199-01-01&sort=name&limit=1") != []
    row = program.ask("GET", f"{HERE}/tracking?q=设计").json()["items"][0]
    assert (row["owner"]["name"], row["percent"], row["done"], row["reporter"]) == ("郑十", 25, "画完", "郑十")
    assert (row["planned_start"], row["baseline_finish"]) == ("2024-03-04", "2024-03-06")
    for wrong in ("sort=size", "state=x", "group=x", "department=x", "since=1", "q=%00"):
        answer = program.ask("GET", f"{HERE}/tracking?{wrong}")
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [wrong.partition("=")[0]])


@pytest.mark.parametrize("path", ["board", "tracking", "tracking?sort=finish"])
def test_a_long_plan_costs_no_more_queries(cast: Cast, path: str) -> None:
    launch_project(cast)
    planned_project(cast)
    counts = queries_of(cast.manager, path, ("S-1", "XMB-2024"))
    assert counts[0] == counts[1] <= 15
