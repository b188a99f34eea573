"""Sheets and columns taken for something else on the page, and remembered for the next file."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.cast import NOW, Cast
from support.checks import unchanged
from tongzhou.exchange.actions import confirm_draft
from tongzhou.exchange.models import ImportDraft
from tongzhou.people.models import Preference, User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]

TABLE = "任务名称,谁做,哪天开始,哪天做完,杂项\n设计,张三,2024-03-04,2024-03-08,甲\n测试,张三,2024-03-11,2024-03-15,乙\n"
ODD = "部门内部安排,,\n干啥,谁,啥时候完\n设计,张三,2024-03-08\n测试,张三,2024-03-15\n"


def _upload(client: Client, project: Project, text: str, name: str = "计划.csv", encoding: str = "gbk") -> ImportDraft:
    file = SimpleUploadedFile(name, text.encode(encoding))
    answer = client.post(f"/projects/{project.number}/plan/import/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return ImportDraft.objects.latest("pk")


def _lay_out(client: Client, draft: ImportDraft, **fields: object) -> str:
    path = f"/projects/{draft.project.number}/plan/import/{draft.pk}/layout/"
    answer = client.post(
        path, {"sheet": 0} | {key.replace("_", "."): value for key, value in fields.items()}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def _chosen(page: str) -> dict[str, str]:
    found = re.findall(r'<select name="column\.(\w+)".*?</select>', page, re.DOTALL)
    selects = re.findall(r'<select name="column\.\w+".*?</select>', page, re.DOTALL)
    picked = [re.search(r'<option value="(\w+)" selected', select) for select in selects]
    return {column: match.group(1) if match else "" for column, match in zip(found, picked, strict=True)}


def test_columns_are_chosen_on_the_page_and_remembered(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    client = signed_in(cast.manager)
    draft = _upload(client, project, TABLE)
    page = client.get(f"/projects/{project.number}/plan/import/{draft.pk}/").content.decode()
    assert _chosen(page) == {"A": "name", "B": "", "C": "", "D": "", "E": ""} or "没有找到表头" in page
    page = _lay_out(client, draft, kind="tasks", heading="1", column_A="name")
    page = _lay_out(
        client,
        draft,
        kind="tasks",
        heading="1",
        column_A="name",
        column_B="owner",
        column_C="start",
        column_D="finish",
        column_E="",
    )
    assert _chosen(page) == {"A": "name", "B": "owner", "C": "start", "D": "finish", "E": ""}
    draft.refresh_from_db()
    confirm_draft(by=cast.manager, draft=draft, now=NOW)
    assert list(WorkItem.objects.filter(project=project).order_by("rank").values_list("name", "owner__name")) == [
        ("设计", "张三"),
        ("测试", "张三"),
    ]
    again = _upload(client, project, TABLE.replace("测试", "复测"), "下一份.csv", "utf-8")
    page = client.get(f"/projects/{project.number}/plan/import/{again.pk}/").content.decode()
    assert _chosen(page) == {"A": "name", "B": "owner", "C": "start", "D": "finish", "E": ""}


def test_a_meaning_belongs_to_one_column(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    client = signed_in(cast.manager)
    draft = _upload(client, project, "任务名称,负责人,经手,开始时间,结束时间\n设计,张三,王五,2024-03-04,2024-03-08\n")
    page = _lay_out(
        client, draft, kind="tasks", heading="1", column_A="name", column_B="owner", column_C="owner", column_D="start",
        column_E="finish",
    )  # fmt: skip
    assert _chosen(page) == {"A": "name", "B": "", "C": "owner", "D": "start", "E": "finish"}


def test_the_heading_row_is_moved(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    client = signed_in(cast.manager)
    draft = _upload(client, project, ODD)
    page = client.get(f"/projects/{project.number}/plan/import/{draft.pk}/").content.decode()
    assert "没有找到表头" in page
    _lay_out(client, draft, kind="tasks", heading="2")
    page = _lay_out(client, draft, kind="tasks", heading="2", column_A="name", column_B="owner", column_C="finish")
    assert _chosen(page) == {"A": "name", "B": "owner", "C": "finish"}
    assert "将新建 2 个任务" in page


def test_a_sheet_is_left_out(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    client = signed_in(cast.manager)
    draft = _upload(client, project, "任务名称,负责人,开始时间\n设计,张三,2024-03-04\n")
    page = _lay_out(client, draft, kind="ignored")
    assert _chosen(page) == {}
    page = _lay_out(client, draft, kind="tasks")
    assert _chosen(page) == {"A": "name", "B": "owner", "C": "start"}


@pytest.mark.parametrize(
    "fields",
    [
        {"sheet": "7"}, {"sheet": "-1"}, {"sheet": "x"}, {"sheet": "9" * 5000},
        {"sheet": "0", "heading": "40"}, {"sheet": "0", "heading": "0"},
        {"sheet": "0", "kind": "raci"}, {"sheet": "0", "column.ZZ": "name"}, {"sheet": "0", "column.A": "nonsense"},
        {"sheet": "0", "column.1": "name"}, {"sheet": "0", "column.A\0": "name"}, {},
    ],
)  # fmt: skip
def test_what_cannot_be_chosen(fields: dict[str, str], cast: Cast, project: Project, signed_in: SignedIn) -> None:
    client = signed_in(cast.manager)
    draft = _upload(client, project, TABLE)
    with unchanged():
        answer = client.post(f"/projects/{project.number}/plan/import/{draft.pk}/layout/", fields)
    assert (answer.status_code, "tz-note is-late" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "value", [[], "x", {"0": 1}, {"00000000": {"kind": "x", "columns": {}}}, {"00000000": {"columns": {"A": "y"}}}]
)
def test_a_broken_memory_does_no_harm(value: object, cast: Cast, project: Project, signed_in: SignedIn) -> None:
    Preference.objects.create(user=cast.manager, key="import.columns", value=value)
    client = signed_in(cast.manager)
    draft = _upload(client, project, TABLE)
    assert client.get(f"/projects/{project.number}/plan/import/{draft.pk}/").status_code == 200
    _lay_out(client, draft, kind="tasks", heading="1")
