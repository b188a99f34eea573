"""The record as people read it: filter, words, one task's record, across projects, as a workbook."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from support.addresses import addresses, attempts, inhabited
from support.cast import NOW, Cast, planned_project, small_project, small_table, task
from support.web import client_of
from tongzhou.people.models import System, User
from tongzhou.plan.actions import ItemSpec, Report, assign_owner, bring_in, change_details, record_progress
from tongzhou.projects.actions.comments import add_comment, remove_comment
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import about
from tongzhou.shell.queries.feed import FIELDS_SHOWN, QUOTED, Said, sentences
from tongzhou.timeline.models import Event
from tongzhou.timeline.queries import OBJECTS_SHOWN, Wanted, entries, latest_events

CHINESE = re.compile(r"[一-鿿]")
RECORD = "/projects/S-1/record/"


def entries_at(person: User, path: str = RECORD) -> list[Said]:
    answer = client_of(person).get(path)
    assert answer.status_code == 200, path
    found: list[Said] = answer.context["feed"].entries
    return found


@pytest.fixture
def project(cast: Cast) -> Project:
    """The small project, a report by the owner a week later, and a change of words by the manager two weeks later."""
    made = planned_project(cast)
    later = NOW + timedelta(days=7)
    record_progress(by=cast.owner, item=task(made, "设计"), report=Report("doing", 4000), status_date=later.date(), now=later)
    values = {"name": "结构设计", "urgency": "urgent", "remark": "尽快"}
    change_details(by=cast.manager, item=task(made, "设计"), values=values, now=NOW + timedelta(days=14))
    return made


def test_the_filter_lives_in_the_address(cast: Cast, project: Project) -> None:
    assert {entry.said for entry in entries_at(cast.member, f"{RECORD}?person={cast.owner.pk}")} == {"将"}
    assert [entry.subject for entry in entries_at(cast.member, f"{RECORD}?kind=progress")] == []
    kinds = {entry.said for entry in entries_at(cast.member, f"{RECORD}?kind=plan")}
    assert "将" in kinds and "创建了项目" not in kinds
    assert {entry.said for entry in entries_at(cast.member, f"{RECORD}?first=2024-03-08&last=2024-03-08")} == {"将"}
    assert [entry.at.date().isoformat() for entry in entries_at(cast.member, f"{RECORD}?first=2024-03-09")] == ["2024-03-15"]
    found = entries_at(cast.member, f"{RECORD}?q=%E6%8E%A8%E5%B9%BF")
    assert len(found) == 1 and found[0].subject == project.name, "an object inside an event is found"
    body = client_of(cast.member).get(f"{RECORD}?person={cast.owner.pk}&kind=plan").content.decode()
    assert f'<option value="{cast.owner.pk}" selected>' in body and '<option value="plan" selected>' in body
    assert f"/projects/S-1/record.xlsx?person={cast.owner.pk}&amp;kind=plan" in body


def test_one_kind_of_object_is_chosen(cast: Cast, project: Project) -> None:
    seats = entries_at(cast.member, f"{RECORD}?type=seat")
    assert {entry.kind for entry in Event.objects.filter(pk__in=[one.id for one in seats])} == {"seat-changed"}
    tasks = entries_at(cast.member, f"{RECORD}?type=work_item")
    assert {entry.said for entry in tasks} == {"修改了", "将", "导入了计划"}, (
        "also what changed tasks as part of something else"
    )
    assert entries_at(cast.member, f"{RECORD}?type=comment") == []
    body = client_of(cast.member).get(f"{RECORD}?type=work_item").content.decode()
    assert '<option value="work_item" selected>任务</option>' in body
    assert "/projects/S-1/record.xlsx?type=work_item" in body
    item = task(project, "结构设计")
    assert 'name="type"' not in client_of(cast.member).get(f"/projects/S-1/tasks/{item.pk}/record/").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "person=x",
        "person=-1",
        f"person={'9' * 19}",
        f"person={'9' * 5000}",
        "kind=nothing",
        "kind=%00",
        "type=nothing",
        "type=%00",
        "first=0001-01-01&last=9999-12-31",
        "first=2024-02-30",
        "q=%00",
        "q=%ED%A0%80",
        f"q={'x' * 5000}",
        "project=１",
        f"before={'9' * 30}",
        "before=²",
    ],
)
def test_the_filter_is_not_confused(cast: Cast, project: Project, query: str) -> None:
    for path in (
        RECORD,
        "/projects/S-1/record.xlsx",
        f"/projects/S-1/tasks/{task(project, '结构设计').pk}/record/",
        "/record/",
    ):
        assert client_of(cast.manager).get(f"{path}?{query}").status_code == 200


def test_values_are_words(cast: Cast, project: Project) -> None:
    latest = entries_at(cast.member)[0]
    assert set(latest.changes) == {
        ("设计", "名称", "设计", "结构设计"),
        ("设计", "紧急程度", "常规", "紧急"),
        ("设计", "备注", "", "尽快"),
    }
    report = entries_at(cast.member, f"{RECORD}?person={cast.owner.pk}")[0]
    assert {change[1:] for change in report.changes} >= {("状态", "未开始", "进行中"), ("完成度", "0%", "40%")}


def test_an_owner_is_named_not_numbered(cast: Cast, project: Project) -> None:
    assign_owner(by=cast.manager, item=task(project, "推广"), owner=cast.other_liaison, now=NOW)
    assert ("推广", "负责人", "", cast.other_liaison.name) in entries_at(cast.member)[0].changes
    items, _links = small_table(cast)
    renamed = [replace(items[1], existing=task(project, "结构设计").pk, owner=cast.member.pk, parent_key=None)]
    bring_in(by=cast.manager, project=project, items=renamed, links=[], now=NOW)
    imported = next(entry for entry in entries_at(cast.member) if entry.said == "导入了计划")
    assert ("负责人", "郑十", "成员") in {change[1:] for change in imported.changes}


def test_what_was_empty_and_stays_empty_is_left_out(cast: Cast) -> None:
    made = small_project(cast)
    bring_in(by=cast.manager, project=made, items=[ItemSpec("1", "只有名称")], links=[], now=NOW)
    entry = next(entry for entry in entries_at(cast.member) if entry.said == "导入了计划")
    assert [change[:3] for change in entry.changes] == [("只有名称", "名称", "")]


def test_a_large_import_is_cut_and_counted(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = small_project(cast)
    bring_in(by=cast.manager, project=made, items=[ItemSpec(str(at), f"任务 {at}") for at in range(60)], links=[], now=NOW)
    with django_assert_num_queries(2):
        found = entries(Wanted(projects=[made.pk], kinds=["plan-imported"]))
    assert (len({one.id for one in found[0].changed}), found[0].objects) == (OBJECTS_SHOWN, 60)
    said = sentences(found)[0]
    assert (len(said.changes), said.more) == (FIELDS_SHOWN, 60 - FIELDS_SHOWN)
    assert "以及另外 48 个对象" in client_of(cast.member).get(RECORD).content.decode()


def test_one_tasks_record_holds_what_changed_it_in_any_action(cast: Cast, project: Project) -> None:
    item = task(project, "结构设计")
    found = entries_at(cast.member, f"/projects/S-1/tasks/{item.pk}/record/")
    assert [entry.said for entry in found] == ["修改了", "将", "导入了计划"]
    assert {label for entry in found for label, *_rest in entry.changes} <= {"设计", "结构设计"}
    assert (
        f"/projects/S-1/tasks/{item.pk}/record/"
        in client_of(cast.member).get(f"/projects/S-1/tasks/{item.pk}/").content.decode()
    )
    other = planned_project(cast, "S-2")
    gone = client_of(cast.member).get(f"/projects/S-1/tasks/{task(other, '设计').pk}/record/")
    assert gone.status_code == 404


def test_the_workbook_says_the_same(cast: Cast, project: Project) -> None:
    answer = client_of(cast.member).get(f"/projects/S-1/record.xlsx?person={cast.owner.pk}")
    assert "attachment" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    texts = [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert ["2024-03-08 09:00", "郑十", "研发部", "将 设计 更新到 40%", "设计", "完成度", "0%", "40%"] in texts
    assert not any("陈一" in row for row in texts)


def test_across_projects_each_sees_what_is_hers(cast: Cast, project: Project) -> None:
    small_project(cast, "S-2")
    manager = entries_at(cast.manager, "/record/")
    assert {entry.project for entry in manager} == set(Project.objects.values_list("pk", flat=True))
    keys = {entry.project for entry in entries_at(cast.manager, f"/record/?project={project.pk}")}
    assert keys == {project.pk}
    lone = User.objects.create_user("lone", "孤管", is_administrator=True)
    seen = entries_at(lone, "/record/")
    assert seen and {entry.project for entry in seen} == {None}
    assert project.name not in client_of(lone).get("/record/").content.decode()
    assert "操作记录" in client_of(lone).get("/").content.decode()
    assert client_of(cast.member).get("/record/").status_code == 403
    assert client_of(cast.member).get("/record.xlsx").status_code == 403


@pytest.mark.parametrize("path", [RECORD, "/record/"])
def test_the_number_of_queries_does_not_grow(
    cast: Cast, project: Project, path: str, django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.manager)
    for at in range(40):
        change_details(by=cast.manager, item=task(project, "推广"), values={"name": "推广", "remark": str(at)}, now=NOW)
    with django_assert_max_num_queries(16 if path == RECORD else 15):
        assert client.get(path).status_code == 200


def test_whatever_the_pages_do_is_said_in_words(cast: Cast) -> None:
    """Every use of every address, as the manager and the administrator: no kind and no field is shown as code has it."""
    _project, parameters = inhabited(cast)
    cast.manager.is_administrator = True
    cast.manager.save()
    client, seen = client_of(cast.manager), 0
    known = {address.name for address in addresses()}
    for attempt in attempts(cast):
        if attempt.name not in known or (attempt.method == "get" and attempt.body is None):
            continue
        with transaction.atomic():
            last = Event.objects.latest("pk").pk
            attempt.send(client, parameters)
            fresh = [one for one in _entries_after(last) if not one.kind.startswith("key-milestones")]
            for said in sentences(fresh, None):
                seen += 1
                assert CHINESE.search(said.said), said
                assert [field for _label, field, _before, _after in said.changes if not CHINESE.search(field)] == [], said
            transaction.set_rollback(True)
    assert seen > 10


def _entries_after(last: int) -> list[Any]:
    places = {*Event.objects.filter(pk__gt=last).values_list("project_id", flat=True)} - {None}
    return [one for one in entries(Wanted(projects=places, outside=True), limit=20) if one.id > last]


def test_the_product_itself_can_be_asked_for(cast: Cast, project: Project) -> None:
    assert {entry.actor for entry in entries_at(cast.member, f"{RECORD}?person=0")} == {System().actor_name}


@pytest.mark.django_db(transaction=True)
def test_whoever_looks_again_asks_at_most_thirteen_times(
    transactional_db: None, cast: Cast, project: Project, django_assert_max_num_queries: Any
) -> None:
    """Outside of a test's transaction the plan behind the page's head is computed once a version."""
    client = client_of(cast.manager)
    client.get(RECORD)
    with django_assert_max_num_queries(13):
        assert client.get(RECORD).status_code == 200


def test_the_latest_says_what_was_commented(cast: Cast, project: Project) -> None:
    on = about(project, "project", project.pk)
    assert on is not None
    texts = ["样机  今天到\n\n明天开测", "很长" * 40, "收回"]
    rows = [add_comment(by=cast.owner, project=project, on=on, text=text, now=NOW) for text in texts]
    remove_comment(by=cast.owner, comment=rows[2], now=NOW)
    told = sentences(latest_events(project.pk))
    assert [one.tail for one in told[1:4]] == ["", told[2].tail, "“样机 今天到 明天开测”"]
    assert told[2].tail.startswith("“很长很长") and told[2].tail.endswith("…”") and len(told[2].tail) == QUOTED + 2
    page = client_of(cast.member).get("/projects/S-1/").content.decode()
    assert "评论了 “样机 今天到 明天开测”" in page
    assert all(one.tail == "" for one in entries_at(cast.member) if one.said == "评论了"), "the record shows the whole text"


def test_the_record_is_told_by_days(cast: Cast, project: Project) -> None:
    page = client_of(cast.member).get(RECORD).content.decode()
    assert page.count('class="tz-record-day"') == len({entry.day for entry in entries_at(cast.member)})
    assert "星期五" in page and 'id="record-more"' in page
