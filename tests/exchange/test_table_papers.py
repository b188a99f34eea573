"""The tables of the plan as papers: every label of the sources in its order, every value, number, code and approval."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from pypdf import PdfReader

from support.api import program_of
from support.cast import NOW, Cast, complaint_project, launch_project, planned_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.documents.models import IssuedPaper, KindSetting
from tongzhou.exchange.papers.table_papers import described, table_paper, task_list_paper
from tongzhou.plan.actions.publishing import release_task_list
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import Origin, Said, sign_place
from tongzhou.signoffs.models import Sheet
from tongzhou.timeline.models import Event

pytestmark = pytest.mark.django_db
# Word for word as the sources have them (A table 2, D tables 1 and 2).
SOURCES = {
    "assignment-and-progress": (
        "WBS编号 阶段 任务 子任务 责任部门 负责人 协作部门 开始时间 结束时间 交付标准 依赖关系 状态 完成度"
    ),
    "breakdown": (
        "任务名称 子任务名称 所属部门 直接负责人 协作负责人 计划开始时间 计划完成时间 关键产出物 前置依赖任务 风险点 备注"
    ),
    "tracking": "子任务名称 当前状态 实际完成时间 完成度 更新人 更新时间 异常说明(如有)",
    "task-list": "编号 任务 责任部门 责任人 协作负责人 开始时间 截止时间 交付物 交付标准 前置任务",
}
TITLES = {
    "assignment-and-progress": "任务分配与进度跟踪表",
    "breakdown": "任务拆解与分工表",
    "tracking": "任务进度跟踪表",
    "task-list": "跨部门任务协作清单",
}
DAY = date(2024, 3, 10)


def words_of(content: bytes, ending: str) -> str:
    """Return the text of a file without any space, in reading order."""
    if ending == "xlsx":
        sheets = openpyxl.load_workbook(BytesIO(content)).worksheets
        cells = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
        return re.sub(r"\s", "", "".join(cells))
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def in_order(text: str, words: list[str]) -> None:
    at = 0
    for word in words:
        found = text.find(re.sub(r"\s", "", word), at)
        assert found >= 0, f"{word} does not follow"
        at = found + 1


def taken(number: str, paper: str, ending: str, query: str = "") -> bytes:
    manager = Project.objects.get(number=number).roles.get(kind="manager").user
    answer = client_of(manager).get(f"/projects/{number}/plan/papers/{paper}.{ending}{query}")
    assert answer.status_code == 200
    return b"".join(answer) if answer.streaming else answer.content


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("ending", ["xlsx", "pdf"])
def test_every_label_in_its_order_and_every_value(cast: Cast, kind: str, ending: str) -> None:
    project = complaint_project(cast)
    assert list(described(kind)) == SOURCES[kind].split()
    text = words_of(taken(project.number, kind, ending, "?as_of=2024-03-10"), ending)
    row = IssuedPaper.objects.get()
    in_order(text, [TITLES[kind], *SOURCES[kind].split()])
    assert row.number in text and project.number in text and project.name in text
    for item in WorkItem.objects.filter(project=project, children=None):
        assert re.sub(r"\s", "", item.name) in text, item.name
        for value in (item.key_output, item.risk_point) if kind == "breakdown" else ():
            assert re.sub(r"\s", "", value) in text, value
    if kind != "tracking":
        assert "客服部" in text


def test_the_sources_own_table_comes_back(cast: Cast) -> None:
    project = complaint_project(cast)
    paper = table_paper(project, "tracking", DAY)
    table = paper.sections[0].blocks[0]
    first = [getattr(cell, "word", cell) for cell in table.rows[0]]  # type: ignore[union-attr]
    assert first[0] == "用户反馈数据收集与分析"
    assert first[1] == "进行中" and float(first[3]) == 0.7
    assert "技术部数据工具延迟交付" in str(first[6])
    assert paper.dated == DAY


def test_the_tree_stands_in_its_columns(cast: Cast) -> None:
    project = launch_project(cast)
    table = table_paper(project, "assignment-and-progress", date(2024, 4, 2)).sections[0].blocks[0]
    rows = [[str(cell or "") for cell in row[:4]] for row in table.rows]  # type: ignore[union-attr]
    assert rows[0][1] and not rows[0][2]
    assert all(sum(bool(cell) for cell in row[1:4]) == 1 for row in rows)


def approved(cast: Cast, project: Project, opinion: str = "按此执行") -> Sheet:
    sheet = release_task_list(by=cast.manager, project=project, now=NOW)
    origin = Origin("password", NOW, "10.0.0.7", "Firefox", "r-1")
    given = Said("approve", sheet.digest, opinion)
    sign_place(by=cast.general_lead, place=sheet.places.get(), said=given, origin=origin, now=NOW)
    return sheet


class TestTheTaskList:
    @pytest.mark.parametrize("ending", ["xlsx", "pdf"])
    def test_it_carries_its_approval(self, cast: Cast, ending: str) -> None:
        project = planned_project(cast)
        approved(cast, project)
        text = words_of(taken("S-1", "task-list", ending), ending)
        assert "第1版" in text and "审批" in text
        in_order(text, ["部门", "负责人", "意见", "签字", "日期", "褚十六", "同意", "按此执行", "2024年3月1日"])

    def test_before_it_is_approved_there_is_room_to_sign(self, cast: Cast) -> None:
        planned_project(cast)
        text = words_of(taken("S-1", "task-list", "xlsx"), "xlsx")
        assert "未送审稿" in text and "褚十六" in text and "按此执行" not in text

    def test_the_one_in_force_unless_another_is_asked_for(self, cast: Cast) -> None:
        project = planned_project(cast)
        approved(cast, project)
        WorkItem.objects.filter(name="设计").update(key_output="样机三台")
        release_task_list(by=cast.manager, project=project, now=NOW)
        assert "样机三台" not in words_of(taken("S-1", "task-list", "xlsx"), "xlsx")
        assert "样机三台" in words_of(taken("S-1", "task-list", "xlsx", "?version=2"), "xlsx")
        client = client_of(cast.manager)
        for query in ("version=9", "version=x", "version=0", "version=" + "9" * 30):
            assert client.get(f"/projects/S-1/plan/papers/task-list.xlsx?{query}").status_code == 404

    def test_the_same_list_keeps_its_number(self, cast: Cast) -> None:
        project = planned_project(cast)
        approved(cast, project)
        for ending in ("xlsx", "pdf", "xlsx"):
            taken("S-1", "task-list", ending)
        assert IssuedPaper.objects.count() == 1
        assert Event.objects.filter(kind="paper-handed-out").count() == 3


def test_a_table_of_an_older_day_does_not_become_the_newest(cast: Cast) -> None:
    planned_project(cast)
    Project.objects.update(status_date=DAY)
    for query in ("", "?as_of=2024-03-05", "?as_of=2024-03-10"):
        taken("S-1", "tracking", "xlsx", query)
    assert list(IssuedPaper.objects.order_by("pk").values_list("turn", flat=True)) == [1, 0]


def test_a_light_project_has_no_list_to_approve(cast: Cast) -> None:
    planned_project(cast, "L-1", "light")
    client = client_of(cast.manager)
    assert client.get("/projects/L-1/plan/papers/task-list.xlsx").status_code == 404
    assert client.get("/projects/L-1/plan/papers/breakdown.xlsx").status_code == 200
    page = client.get("/projects/L-1/export/").content.decode()
    assert "任务拆解与分工表" in page and "跨部门任务协作清单" not in page and "审批" not in page


def test_the_page_tells_the_two_apart(cast: Cast) -> None:
    planned_project(cast)
    page = client_of(cast.member).get("/projects/S-1/export/").content.decode()
    assert page.index("可再导入的表格") < page.index("打印与签字用")
    assert page.count("/plan/papers/") >= 8


def test_what_is_refused(cast: Cast) -> None:
    planned_project(cast)
    client = client_of(cast.manager)
    for path in ("charter.pdf", "tracking.docx", "tracking.exe", "x.pdf"):
        assert client.get(f"/projects/S-1/plan/papers/{path}").status_code == 404
    with unchanged():
        assert client_of_nobody().get("/projects/S-1/plan/papers/tracking.pdf").status_code in (302, 404)


def client_of_nobody() -> object:
    return client_of(None)


def test_nasty_words_are_words(cast: Cast) -> None:
    project = planned_project(cast)
    names = ["=1+1", "@SUM(A1)", "<b>粗</b>", "𠮷野家😀", "#let x = 1"]
    for row, name in zip(WorkItem.objects.filter(project=project).order_by("pk"), names, strict=True):
        WorkItem.objects.filter(pk=row.pk).update(name=name, remark="长" * 3000)
    content = taken("S-1", "breakdown", "xlsx")
    book = openpyxl.load_workbook(BytesIO(content))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    text = words_of(content, "xlsx")
    assert all(re.sub(r"\s", "", name) in text for name in names)
    assert "#letx=1" in words_of(taken("S-1", "tracking", "pdf"), "pdf")


def test_by_program(cast: Cast) -> None:
    planned_project(cast)
    program = program_of(cast.member)
    told = program.ask("GET", "projects/S-1/papers").json()["items"]
    assert [one["paper"] for one in told] == ["task-list", "assignment-and-progress", "breakdown", "tracking"]
    answer = program.ask("GET", "projects/S-1/papers/breakdown?ending=xlsx")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert program.ask("GET", "projects/S-1/papers/charter").status_code == 422


def test_the_paper_says_what_the_version_froze(cast: Cast) -> None:
    project = planned_project(cast)
    sheet = approved(cast, project)
    WorkItem.objects.filter(name="设计").update(name="改了名")
    table = task_list_paper(project, sheet).sections[0].blocks[0]
    assert "设计" in [row[1] for row in table.rows]  # type: ignore[union-attr]


def test_no_text_that_was_not_shown_stands_over_an_approval(cast: Cast) -> None:
    """The fixed texts of the organisation are those of a list that nobody was asked to approve yet."""
    KindSetting.objects.update_or_create(kind="task-list", defaults={"texts": {"declaration": "另一段声明"}})
    project = planned_project(cast)
    assert "另一段声明" in repr(task_list_paper(project, None))
    sheet = approved(cast, project)
    assert "另一段声明" not in repr(task_list_paper(project, sheet))
