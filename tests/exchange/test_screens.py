"""The import page, as the manager and as others meet it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from support.cast import Cast
from support.checks import unchanged
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.queries.wording import refusal_text
from tongzhou.people.models import User
from tongzhou.plan.models import Baseline, Dependency, KeyMilestone, WorkItem
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event
from tongzhou.workbooks import scan
from tongzhou.workbooks.refusal import WorkbookRefused
from workbooks.bad_files import CASES
from workbooks.sample_books import TableSpec, complaint, launch, membership

LIMITS = {
    "bomb": scan.MOST_UNPACKED // 1024 // 1024,
    "too_many_rows": scan.MOST_ROWS,
    "too_many_columns": scan.MOST_COLUMNS,
    "too_many_cells": scan.MOST_CELLS,
}
SignedIn = Callable[[User], Client]
AsFile = Callable[[list[TableSpec]], SimpleUploadedFile]


def _upload(client: Client, project: Project, file: Any) -> Any:
    return client.post(reverse("import_upload", args=[project.number]), {"file": file})


def _open(client: Client, project: Project, file: SimpleUploadedFile) -> ImportDraft:
    assert _upload(client, project, file).status_code == 302
    return ImportDraft.objects.get(project=project, state="open")


def _address(name: str, draft: ImportDraft) -> str:
    return reverse(name, args=[draft.project.number, draft.pk])


def _issues(client: Client, draft: ImportDraft) -> list[Any]:
    return list(client.get(_address("import_preview", draft)).context["preview"].issues)


def _answer(client: Client, draft: ImportDraft, issue: str, option: str, value: str = "") -> Any:
    return client.post(_address("import_answer", draft), {"issue": issue, "option": option, "value": value})


def _settle_all(client: Client, draft: ImportDraft) -> None:
    client.post(_address("import_adopt", draft))


def test_the_complaint_workbook_from_upload_to_plan(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    assert client.get(reverse("import_upload", args=[project.number])).status_code == 200
    draft = _open(client, project, as_file(complaint()))
    page = client.get(_address("import_preview", draft))
    assert page.status_code == 200
    preview = page.context["preview"]
    assert (preview.made.item_counts.created, preview.made.link_counts.created, len(preview.open_issues)) == (4, 1, 2)
    assert not preview.can_confirm
    assert client.post(_address("import_confirmation", draft)).status_code == 422
    assert not WorkItem.objects.exists()
    first, second = preview.issues
    assert [option.value for option in first.options][-2:] == ["choose", "none"]
    assert _answer(client, draft, first.id, first.options[0].value).status_code == 302
    assert _answer(client, draft, second.id, "choose", "功能开发与测试").status_code == 302
    assert client.post(_address("import_confirmation", draft)).status_code == 302
    items = list(WorkItem.objects.filter(project=project).order_by("rank"))
    assert [(item.name, item.owner and item.owner.name, item.duration // 480) for item in items] == [
        ("用户反馈数据收集与分析", "张三", 5),
        ("需求文档撰写与评审", "王五", 6),
        ("功能开发与测试", "赵六", 10),
        ("上线效果监控与报告输出", "孙七", 4),
    ]
    links = Dependency.objects.filter(project=project).values_list("predecessor__name", "successor__name", "kind")
    assert sorted(links) == sorted((before.name, after.name, "FS") for before, after in pairwise(items))
    update = ProgressUpdate.objects.get(work_item=items[0])
    assert (update.status_date, update.percent, update.reporter_name) == (date(2024, 3, 10), 7000, "张三")
    assert update.problem == "技术部数据工具延迟交付,预计3月12日完成"
    assert Baseline.objects.filter(project=project).count() == 1
    assert Event.objects.filter(kind="workbook-imported").count() == 1
    done = client.get(_address("import_preview", draft))
    assert done.templates[0].name == "exchange/closed.html"
    assert draft.path.exists()


def test_the_launch_workbook_brings_basics_milestones_and_progress(
    cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile
) -> None:
    client = signed_in(cast.manager)
    draft = _open(client, project, as_file(launch()))
    (issue,) = _issues(client, draft)
    _answer(client, draft, issue.id, "none")
    client.post(_address("import_confirmation", draft))
    project.refresh_from_db()
    assert (project.objective, project.contact, project.ends_on) == (
        "首月销量5000台,市场占有率进入行业TOP5",
        "13800000000",
        date(2024, 6, 30),
    )
    milestones = KeyMilestone.objects.filter(project=project).values_list("name", "due", "work_item__name")
    assert sorted(milestones) == [
        ("推广方案定稿", date(2024, 4, 20), None),
        ("样机定型", date(2024, 4, 15), "样机定型"),
        ("正式上市", date(2024, 5, 1), "正式上市"),
    ]
    launched = WorkItem.objects.get(project=project, name="正式上市")
    assert (launched.is_milestone, launched.start, launched.finish) == (True, date(2024, 5, 1), date(2024, 5, 1))
    tested = WorkItem.objects.get(project=project, name="功能测试")
    assert (tested.state, tested.percent, tested.reported_on) == ("doing", 6000, date(2024, 4, 2))
    sales = project.participations.get(department__name="销售部")
    assert (sales.duty, sales.deliverables) == ("负责铺货与客户培训", "培训手册、铺货进度表")


@pytest.mark.parametrize("book", [complaint, membership, launch])
def test_twice_the_same_file_changes_nothing(
    book: Callable[[], list[TableSpec]], cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile
) -> None:
    client = signed_in(cast.manager)
    draft = _open(client, project, as_file(book()))
    _settle_all(client, draft)
    assert client.post(_address("import_confirmation", draft)).status_code == 302
    before = (
        list(WorkItem.objects.order_by("pk").values()),
        list(Dependency.objects.order_by("pk").values()),
        ProgressUpdate.objects.count(),
        Event.objects.count(),
    )
    again = _open(client, project, as_file(book()))
    _settle_all(client, again)
    preview = client.get(_address("import_preview", again)).context["preview"]
    assert not preview.made.writes
    assert client.post(_address("import_confirmation", again)).status_code == 302
    after = (
        list(WorkItem.objects.order_by("pk").values()),
        list(Dependency.objects.order_by("pk").values()),
        ProgressUpdate.objects.count(),
        Event.objects.count(),
    )
    assert after == before


def test_rows_missing_in_the_file_are_listed_and_stay(
    cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile
) -> None:
    client = signed_in(cast.manager)
    first = _open(client, project, as_file(membership()))
    client.post(_address("import_confirmation", first))
    shorter = membership()
    shorter[0].rows = [row for row in shorter[0].rows if row[1] != "视觉设计"]
    shorter[0].rows[3][1] = "用户深度访谈"
    draft = _open(client, project, as_file(shorter))
    preview = client.get(_address("import_preview", draft)).context["preview"]
    assert [row.name for row in preview.made.missing] == ["视觉设计"]
    assert (preview.made.item_counts.created, preview.made.item_counts.changed, preview.made.item_counts.unchanged) == (
        0,
        1,
        16,
    )
    client.post(_address("import_confirmation", draft))
    assert WorkItem.objects.filter(project=project).count() == 18
    assert WorkItem.objects.filter(name="用户深度访谈", source_code="1.1.2").exists()


def _table(*rows: list[Any]) -> list[TableSpec]:
    return [TableSpec("计划", ["计划"], ["编号", "任务名称", "负责人", "部门", "开始", "完成", "前置任务"], list(rows))]


def test_errors_are_mended_on_the_page(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    table = _table(
        ["1", "设计", "张三", "研发部", "2024-04-22", "2024-04-03", None],
        ["2", "测试", "张三", "研发部", "2024-02-30", "2024-05-10", "9.9"],
        ["3", "多余", "张三", "研发部", "很快", "2024-05-10", None],
    )
    draft = _open(client, project, as_file(table))
    issues = {issue.id.split("|")[0]: issue for issue in _issues(client, draft)}
    assert set(issues) == {"finish_before_start", "date_impossible", "unknown_predecessor", "date_unreadable"}
    swapped = issues["finish_before_start"]
    assert (swapped.sheet, swapped.row, swapped.column) == ("计划", 3, "F")
    _answer(client, draft, swapped.id, "cell:2024-04-30")
    _answer(client, draft, issues["date_impossible"].id, "cell", "2024-05-06")
    _answer(client, draft, issues["unknown_predecessor"].id, "choose", "1 设计")
    _answer(client, draft, issues["date_unreadable"].id, "skip")
    assert client.post(_address("import_confirmation", draft)).status_code == 302
    rows = WorkItem.objects.filter(project=project).values_list("name", "typed_start", "typed_finish")
    assert sorted(rows) == sorted(
        [("设计", date(2024, 4, 22), date(2024, 4, 30)), ("测试", date(2024, 5, 6), date(2024, 5, 10))]
    )
    assert Dependency.objects.filter(project=project).count() == 1


def test_an_answer_can_be_taken_back(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    draft = _open(client, project, as_file(_table(["1", "设计", "张三", "研发部", "2024-04-22", "2024-04-03", None])))
    (issue,) = _issues(client, draft)
    _answer(client, draft, issue.id, "cell:2024-04-30")
    (settled,) = _issues(client, draft)
    assert settled.answer
    client.post(_address("import_answer", draft), {"issue": issue.id})
    (again,) = _issues(client, draft)
    assert (again.id, again.answer) == (issue.id, "")


def test_a_cycle_is_cut_on_the_page(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    rows = [["1", "设计", "张三", "研发部", None, None, "2"], ["2", "测试", "张三", "研发部", None, None, "1"]]
    draft = _open(client, project, as_file(_table(*rows)))
    (issue,) = _issues(client, draft)
    assert "设计 → 测试 → 设计" in issue.text or "测试 → 设计 → 测试" in issue.text
    _answer(client, draft, issue.id, issue.options[0].value)
    assert client.post(_address("import_confirmation", draft)).status_code == 302
    assert Dependency.objects.filter(project=project).count() == 1


def test_names_that_nobody_bears(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    rows = [
        ["1", "设计", "周起", "研发步", None, None, None],
        ["2", "测试", "无名氏", "研发部", None, None, None],
        ["3", "验收", "路人甲", "研发部", None, None, None],
    ]
    draft = _open(client, project, as_file(_table(*rows)))
    issues = {issue.id: issue for issue in _issues(client, draft)}
    assert set(issues) == {"person|周起", "person|无名氏", "person|路人甲", "department|研发步"}
    alike = issues["person|周起"].options[0]
    assert (alike.label, alike.proposed) == ("采用 周七", True)
    assert all(option.value != "new" for issue in issues.values() for option in issue.options)
    _answer(client, draft, "person|周起", alike.value)
    _answer(client, draft, "department|研发步", issues["department|研发步"].options[0].value)
    _answer(client, draft, "person|无名氏", "none")
    assert _answer(client, draft, "person|路人甲", "person", "没有这个人").status_code == 422
    _answer(client, draft, "person|路人甲", "person", "张三")
    page = client.get(_address("import_preview", draft)).content.decode()
    assert '<del class="tz-was">周起</del>周七' in page
    client.post(_address("import_confirmation", draft))
    owners = WorkItem.objects.filter(project=project).order_by("rank").values_list("owner__name", "department__name")
    assert list(owners) == [("周七", "研发部"), (None, "研发部"), ("张三", "研发部")]


def test_an_administrator_who_manages_may_create_people(
    cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile
) -> None:
    User.objects.filter(pk=cast.manager.pk).update(is_administrator=True)
    client = signed_in(cast.manager)
    draft = _open(client, project, as_file(_table(["1", "设计", "司马相如", "文学部", None, None, None])))
    for issue in _issues(client, draft):
        _answer(client, draft, issue.id, "new")
    assert client.post(_address("import_confirmation", draft)).status_code == 302
    made = User.objects.get(name="司马相如")
    assert made.department is not None
    assert made.department.name == "文学部"


def test_a_circle_with_links_of_the_plan_is_refused_whole(
    cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile
) -> None:
    client = signed_in(cast.manager)
    rows = [["1", "设计", "张三", "研发部", None, None, None], ["2", "测试", "张三", "研发部", None, None, "1"]]
    first = _open(client, project, as_file(_table(*rows)))
    client.post(_address("import_confirmation", first))
    turned = [["1", "设计", "李四", "生产部", None, None, "2"], ["2", "测试", "李四", "生产部", None, None, None]]
    draft = _open(client, project, as_file(_table(*turned)))
    with unchanged():
        response = client.post(_address("import_confirmation", draft))
    assert response.status_code == 422
    assert "设计" in response.context["message"]


def test_an_early_start_is_kept_or_follows(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    rows = [
        ["1", "设计", "张三", "研发部", "2024-04-08", "2024-04-12", None],
        ["2", "测试", "张三", "研发部", "2024-04-10", "2024-04-16", "1"],
        ["3", "验收", "张三", "研发部", "2024-04-10", "2024-04-16", "1"],
    ]
    draft = _open(client, project, as_file(_table(*rows)))
    first, second = _issues(client, draft)
    assert (first.kind, [option.value for option in first.options]) == ("conflict", ["keep", "follow"])
    _answer(client, draft, first.id, "keep")
    _answer(client, draft, second.id, "follow")
    assert client.post(_address("import_confirmation", draft)).status_code == 302
    starts = WorkItem.objects.filter(project=project).order_by("rank").values_list("start", flat=True)
    assert list(starts) == [date(2024, 4, 8), date(2024, 4, 10), date(2024, 4, 15)]


@pytest.mark.parametrize("case", CASES)
def test_bad_files_are_refused_with_the_reason(
    case: str, cast: Cast, project: Project, signed_in: SignedIn, data_folder: Path, tmp_path: Path
) -> None:
    build, code, sheet, row, column = CASES[case]
    client = signed_in(cast.manager)
    with build(tmp_path / "book.xlsx").open("rb") as file, unchanged():
        begun = monotonic()
        response = _upload(client, project, file)
        taken = monotonic() - begun
    assert response.status_code == 422
    assert response.context["form"].errors["file"] == [
        refusal_text(WorkbookRefused(code, sheet, row, column, LIMITS.get(code)))
    ]
    assert taken < 4, "2 seconds are promised; a busy machine gets twice that"
    assert list((data_folder / "imports").iterdir()) == []
    assert client.get(reverse("import_upload", args=[project.number])).status_code == 200


def test_nothing_uploaded(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    assert signed_in(cast.manager).post(reverse("import_upload", args=[project.number])).status_code == 422


def test_discarding_removes_the_file(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    draft = _open(client, project, as_file(membership()))
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post(_address("import_discard", draft)).status_code == 302
    assert not draft.path.exists()
    assert client.get(_address("import_preview", draft)).status_code == 200
    assert _answer(client, draft, "x", "y").status_code == 422


def test_the_list_of_issues_is_a_workbook(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    draft = _open(client, project, as_file(complaint()))
    response = client.get(_address("import_issues", draft))
    assert response.status_code == 200
    assert response.content.startswith(b"PK")


def test_a_plan_that_moved_on_is_shown_again(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    draft = _open(client, project, as_file(membership()))
    assert client.post(_address("import_confirmation", draft), {"plan_version": "7"}).status_code == 422
    assert not WorkItem.objects.exists()


NAMES = ["import_preview", "import_answer", "import_adopt", "import_confirmation", "import_discard", "import_issues"]


@pytest.mark.parametrize("name", NAMES)
def test_strangers_and_members(name: str, cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    draft = _open(signed_in(cast.manager), project, as_file(membership()))
    verb = "get" if name in {"import_preview", "import_issues"} else "post"
    stranger, member, manager = (signed_in(one) for one in (cast.stranger, cast.member, cast.manager))
    foreign = getattr(stranger, verb)(_address(name, draft))
    never = getattr(stranger, verb)(reverse(name, args=["NEVER", 99999]))
    assert (foreign.status_code, foreign.content) == (404, never.content)
    assert getattr(member, verb)(_address(name, draft)).status_code == 403
    assert getattr(manager, verb)(reverse(name, args=[project.number, draft.pk + 1])).status_code == 404


def test_strangers_and_members_at_the_upload(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    address = reverse("import_upload", args=[project.number])
    assert signed_in(cast.stranger).get(address).status_code == 404
    assert signed_in(cast.member).post(address).status_code == 403


def test_as_many_queries_for_three_rows_as_for_one(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    rows = [[str(number), f"任务{number}", "张三", "研发部", "2024-04-08", "2024-04-12", None] for number in (1, 2, 3)]
    one = _open(client, project, as_file(_table(rows[0])))
    client.get(_address("import_preview", one))
    client.post(_address("import_discard", one))
    counts = []
    for table in (_table(rows[0]), _table(*rows)):
        draft = _open(client, project, as_file(table))
        with CaptureQueriesContext(connection) as queries:
            client.get(_address("import_preview", draft))
        counts.append(len(queries))
        client.post(_address("import_discard", draft))
    assert counts[0] == counts[1]
