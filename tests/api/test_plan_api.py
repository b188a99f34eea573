"""Programs read baselines, columns, calendars and what holidays meet; choose days; take the chart away."""

from __future__ import annotations

from datetime import date

import pytest

from support.api import program_of, queries_of
from support.cast import NOW, Cast, launch_project, planned_project, task
from support.checks import said, unchanged
from support.web import client_of
from tongzhou.people.actions import announce_year, take_leave
from tongzhou.people.models import System, WorkCalendar
from tongzhou.plan.actions import cut_baseline
from tongzhou.plan.models import KeyMilestone

HERE = "projects/S-1"


def test_baselines_keep_the_lines_that_were_cut(cast: Cast) -> None:
    project = planned_project(cast)
    program = program_of(cast.member)
    (told,) = program.ask("GET", f"{HERE}/baselines").json()["items"]
    assert (told["number"], told["start"], told["finish"]) == (0, "2024-03-04", "2024-03-08")
    lines = program.ask("GET", f"{HERE}/baselines/0/lines").json()
    by_task = {line["task"]: line for line in lines["items"]}
    first = by_task[task(project, "设计").pk]
    assert (lines["count"], first["start"], first["finish"], first["kind"]) == (5, "2024-03-04", "2024-03-06", "task")
    kinds = [by_task[task(project, name).pk]["kind"] for name in ("阶段", "定型")]
    assert kinds == ["phase", "milestone"]
    # What moves later moves no baseline.
    program_of(cast.manager).ask("PATCH", f"{HERE}/tasks/{first['task']}", {"duration": "9d"})
    assert program.ask("GET", f"{HERE}/baselines/0/lines").json() == lines
    assert len(program.ask("GET", f"{HERE}/baselines/0/lines?limit=2&offset=4").json()["items"]) == 1
    cut_baseline(by=System(), project=project, now=NOW)
    assert [row["number"] for row in program.ask("GET", f"{HERE}/baselines").json()["items"]] == [0, 1]
    assert program.ask("GET", f"{HERE}/baselines/0/lines").json() == lines
    for wrong in (2, -1, 2**15, 2**63, "9" * 30):
        assert program.ask("GET", f"{HERE}/baselines/{wrong}/lines").status_code == 404


def test_columns_are_those_of_the_page(cast: Cast) -> None:
    project = planned_project(cast)
    program, key = program_of(cast.manager), task(project, "设计").pk
    changed = program.ask("PATCH", f"{HERE}/tasks/{key}", {"supporters": "李四(评审)", "stand_in": "成员", "quantity": "30家"})
    assert (changed.json()["supporters"], changed.json()["stand_in"]["name"]) == ("李四(评审)", "成员")
    assert (changed.json()["quantity"], changed.json()["unit"], changed.json()["done_quantity"]) == (30, "家", None)
    asked = "names=supporters,stand_in,quantity"
    told = program.ask("GET", f"{HERE}/plan/columns?{asked}")
    assert told.json() == client_of(cast.manager).get(f"/{HERE}/plan/columns?{asked}").json()
    assert told.json()["columns"]["supporters"][1] == "李四(评审)"
    for wrong in ("names=", "names=price", "names=%00", ""):
        answer = program.ask("GET", f"{HERE}/plan/columns?{wrong}")
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["names"])


def test_a_project_works_days_of_its_own(cast: Cast) -> None:
    project = planned_project(cast)
    program, path = program_of(cast.manager), f"{HERE}/calendar"
    own = {"pattern": "two_days", "days": [{"first": "2024-03-05", "last": "2024-03-05", "working": False, "name": "搬家"}]}
    with unchanged():
        dry = program.ask("PUT", path, {"own": own, "dry": True})
        assert dry.status_code == 200, dry.content
        moves = dry.json()["moves"]
        assert (dry.json()["own"], moves["finish_before"], moves["finish_after"]) == (False, "2024-03-08", "2024-03-11")
        assert program.ask("PUT", path, {"own": own | {"hours": "九点"}}).json()["errors"].keys() == {"hours"}
        assert program.ask("PUT", path, {"own": {"pattern": "alternating"}}).status_code == 422
        assert program.ask("PUT", path, {"own": {"days": [{"first": "0001-01-01"}]}}).status_code == 422
        assert program.ask("PUT", path, {"calendar": 999_999}).json()["errors"].keys() == {"calendar"}
    made = program.ask("PUT", path, {"own": own | {"hours": "09:00-12:00 13:00-18:00"}}).json()
    assert (made["own"], made["days_of_its_own"]["hours"]) == (True, "09:00-12:00 13:00-18:00")
    assert "搬家" in made["days_of_its_own"]["days"]
    assert said()[0] == "project-calendar-changed"
    assert task(project, "测试").finish == date(2024, 3, 11)
    days = program.ask("GET", f"{path}/days?first=2024-03-04&last=2024-03-09").json()["items"]
    assert [one["kind"] for one in days] == ["work", "own-off", "work", "work", "work", "weekend"]
    assert days[1]["name"] == "搬家"
    back = program.ask("PUT", path, {"calendar": None}).json()
    assert (back["own"], back["days_of_its_own"], task(project, "测试").finish) == (False, None, date(2024, 3, 8))


@pytest.mark.parametrize(
    "query", ["", "first=2024-03-04", "first=2024-03-04&last=2024-03-03", "first=2024-01-01&last=2026-01-01"]
)
def test_a_span_has_a_beginning_an_end_and_a_cap(cast: Cast, query: str) -> None:
    planned_project(cast)
    assert program_of(cast.member).ask("GET", f"{HERE}/calendar/days?{query}").status_code == 422


def test_a_task_has_a_calendar_of_its_own(cast: Cast) -> None:
    project = planned_project(cast)
    program, path = program_of(cast.liaison), f"{HERE}/tasks/{task(project, '设计').pk}/calendar"
    shop = WorkCalendar.objects.create(name="门店", pattern="one_day")
    assert program.ask("GET", path).json() == {"calendar": None, "follows_owner": False}
    chosen = program.ask("PUT", path, {"calendar": shop.pk, "follows_owner": True})
    assert chosen.json() == {"calendar": {"id": shop.pk, "name": "门店"}, "follows_owner": True}
    foreign = f"{HERE}/tasks/{task(project, '推广').pk}/calendar"
    with unchanged():
        assert program.ask("PUT", path, {"calendar": 999_999}).json()["errors"].keys() == {"calendar"}
        assert program.ask("PUT", foreign, {"calendar": shop.pk}).status_code == 403
        assert program.ask("DELETE", foreign).status_code == 403
    assert program.ask("DELETE", path).status_code == 204
    assert program.ask("GET", path).json() == {"calendar": None, "follows_owner": False}


def test_what_holidays_and_leave_meet_is_told(cast: Cast) -> None:
    project = planned_project(cast)
    program = program_of(cast.member)
    assert program.ask("GET", f"{HERE}/holidays").json()["items"] == []
    announce_year(by=System(), year=2024, days=[(date(2024, 3, 5), False, "测试节")], now=NOW)
    take_leave(by=cast.owner, person=cast.owner, days=(date(2024, 3, 6), date(2024, 3, 6)), stand_in=None, note="", now=NOW)
    rows = program.ask("GET", f"{HERE}/holidays?date=2024-03-01").json()
    first = next(row for row in rows["items"] if row["task"]["name"] == "设计")
    assert first["holidays"] == [{"name": "测试节", "first": "2024-03-05", "last": "2024-03-05"}]
    assert (first["lost"], first["owner"], first["deadline_off"]) == (1, "郑十", False)
    (met,) = program.ask("GET", f"{HERE}/holidays/leave?date=2024-03-01").json()["items"]
    assert (met["task"]["id"], met["first"], met["lost"]) == (task(project, "设计").pk, "2024-03-06", 1)
    assert program.ask("GET", f"{HERE}/holidays?limit=1&date=2024-03-01").json()["count"] == rows["count"]


def test_key_milestones_are_set_by_name(cast: Cast) -> None:
    project = planned_project(cast)
    program, path = program_of(cast.manager), f"{HERE}/key-milestones"
    tied = task(project, "定型").pk
    first = {"milestones": [{"name": "定型", "due": "2024-03-08", "task": tied}, {"name": "上市", "due": "2024-04-01"}]}
    assert program.ask("POST", path, first).json()["items"][0] == {"name": "定型", "due": "2024-03-08", "task": tied}
    assert said()[0] == "key-milestones-changed"
    with unchanged():
        assert program.ask("POST", path, first).status_code == 200
        foreign = {"milestones": [{"name": "定型", "due": "2024-03-08", "task": 999_999_999}]}
        assert program.ask("POST", path, foreign).json()["errors"].keys() == {"task"}
        for wrong in ({"milestones": []}, {"milestones": [{"name": "", "due": "2024-03-08"}]}, {"milestones": [{"name": "x"}]}):
            assert program.ask("POST", path, wrong).status_code == 422
    program.ask("POST", path, {"milestones": [{"name": "上市", "due": "2024-04-02"}]})
    assert [(row.name, row.due.day) for row in KeyMilestone.objects.filter(project=project)] == [("定型", 8), ("上市", 2)]


def test_the_chart_is_a_file(cast: Cast) -> None:
    planned_project(cast)
    program = program_of(cast.member)
    assert program.ask("GET", f"{HERE}/plan/gantt.pdf").content[:5] == b"%PDF-"
    picture = program.ask("GET", f"{HERE}/plan/gantt.png")
    assert (picture.content[:4], picture["Content-Type"]) == (b"\x89PNG", "image/png")
    assert program.ask("GET", f"{HERE}/plan/gantt.png?date=x").status_code == 422


@pytest.mark.parametrize(
    "path", ["baselines", "baselines/0/lines?limit=200", "holidays", "holidays/leave", "plan/columns?names=supporters,stand_in"]
)
def test_a_long_plan_costs_no_more_queries(cast: Cast, path: str) -> None:
    launch_project(cast)
    planned_project(cast)
    counts = queries_of(cast.manager, path, ("S-1", "XMB-2024"))
    assert counts[0] == counts[1] <= 15
