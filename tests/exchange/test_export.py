"""What is exported comes back without a change, and a change that somebody makes in it comes back as that change alone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from django.db.models import F

from support.cast import NOW, Cast, complaint_project, launch_project, small_project
from support.web import client_of
from tongzhou.config.cli import main
from tongzhou.exchange.actions.bringing import Workbook, bring
from tongzhou.exchange.papers import export_csv, export_xlsx
from tongzhou.exchange.queries import propose
from tongzhou.exchange.queries.answers import Record
from tongzhou.exchange.queries.changes import task_changes
from tongzhou.exchange.queries.issues import issues_of
from tongzhou.exchange.queries.layouts import LAYOUTS, ExportOptions
from tongzhou.exchange.queries.proposal import Proposal
from tongzhou.lib import clock
from tongzhou.people.models import System
from tongzhou.plan.actions import ItemSpec, LinkSpec, SupportSpec, bring_in
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event
from tongzhou.workbooks.reading import read_workbook
from workbooks.sample_books import membership, write

pytestmark = pytest.mark.django_db

AS_OF = date(2024, 4, 2)


def membership_project(cast: Cast) -> Project:
    """The plan of the membership workbook as an import makes it."""
    project = small_project(cast, "S-8")
    with TemporaryDirectory() as folder:
        book = Workbook("会员体系升级.xlsx", read_workbook(write(Path(folder) / "book.xlsx", membership())))
    bring(by=System(), project=project, book=book, creating=True, now=NOW)
    return Project.objects.get(pk=project.pk)


SAMPLES: dict[str, Callable[[Cast], Project]] = {
    "launch": launch_project,
    "complaint": complaint_project,
    "membership": membership_project,
}
NASTY = (
    "=1+1", "+86", "-", "无", "@all", "'quoted", "合计", "备注：不是任务", "名称;带、分号,逗号", "第一行\n第二行",
    "  两边有空格  ", "1.2", "完成后2天", "_x0041_", "<b>&amp;</b>", "😀" * 5, "https://example.org", "全员", "长" * 300,
    "RACI", "\t制表", '"引号"',
    "2024-03-04", "0012", "１２３", "任务", "开始", "TZ.1.2",
)  # fmt: skip


def _back(project: Project, layout: str, ending: str, folder: Path) -> Proposal:
    options = ExportOptions(LAYOUTS[layout], AS_OF)
    data = export_csv(project, options) if ending == "csv" else export_xlsx(project, options, NOW)
    path = folder / f"{LAYOUTS[layout].title}.{ending}"
    path.write_bytes(data)
    return propose(project, read_workbook(path), (), today=AS_OF)


def _nothing(made: Proposal) -> None:
    assert [spec for spec in made.items if made.verdicts[spec.key] != "unchanged"] == []
    assert (made.problems, made.open_questions, made.reports, made.removed) == ([], [], [], [])
    assert (made.link_counts.created, made.link_counts.changed, made.milestones, made.basics, made.joining) == (
        0,
        0,
        [],
        {},
        [],
    )
    assert made.roster.unknown_people == {}
    assert not made.writes


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_samples_come_back_unchanged(sample: str, layout: str, ending: str, cast: Cast, tmp_path: Path) -> None:
    _nothing(_back(SAMPLES[sample](cast), layout, ending, tmp_path))


def full_project(cast: Cast, rows: int = 0) -> Project:
    """A plan in which every field is filled, with names and texts that a spreadsheet would misread."""
    project = small_project(cast, "S-9")
    texts = [*NASTY, *(f"任务 {number}" for number in range(rows))]
    items = [ItemSpec("top", "一切", duration=None)]
    for place, text in enumerate(texts):
        group = place % 7 == 0
        parent = "top" if group or place < 7 else f"t{place // 7 * 7}"
        items.append(
            ItemSpec(
                f"t{place}", text, parent, source_code=f"旧{place}", is_milestone=place == 3, department=cast.rd.pk,
                owner=cast.manager.pk if place % 2 else cast.liaison.pk, typed_start=date(2024, 3, 4 + place % 20),
                duration=0 if place == 3 else 240 + 480 * (place % 5), urgency="urgent" if place % 3 else "regular",
                key_output=text, delivery_standard=text, risk_point=text, remark=text, resource_need=text[:300],
                quantity=Decimal("30.50"), unit="家", deadline=date(2024, 12, 31), stand_in=cast.head.pk,
                supporters=(SupportSpec(text[:300], user=cast.head.pk), SupportSpec("", department=cast.marketing.pk)),
            )
        )  # fmt: skip
    links = [LinkSpec("t1", "t2", "SS", 2400), LinkSpec("t1", "t4", "FS", within=1440), LinkSpec("t2", "t5", "FS", 2880, True)]
    links += [LinkSpec("t8", "t9"), LinkSpec("t9", "t10", "FF", -480), LinkSpec("t2", "t11"), LinkSpec("t1", "t11")]
    bring_in(by=System(), project=project, items=items, links=links, now=NOW)
    return project


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_every_field_comes_back_unchanged(layout: str, ending: str, cast: Cast, tmp_path: Path) -> None:
    made = _back(full_project(cast), layout, ending, tmp_path)
    _nothing(made)
    if layout not in {"progress", "basics"}:
        assert made.missing == []


def test_a_thousand_rows_come_back_unchanged(cast: Cast, tmp_path: Path) -> None:
    made = _back(full_project(cast, 1_000), "complete", "xlsx", tmp_path)
    _nothing(made)
    assert len(made.items) == 1_001 + len(NASTY)


def test_no_cell_is_a_formula_and_the_form_is_the_one_people_know(cast: Cast) -> None:
    data = export_xlsx(full_project(cast), ExportOptions(LAYOUTS["tracking"], AS_OF), NOW)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)
    book = openpyxl.load_workbook(BytesIO(data))
    sheet = book["任务分配与进度跟踪表"]
    assert [cell.value for cell in sheet[3]][:-1] == [
        "WBS编号", "阶段", "任务", "子任务", "责任部门", "负责人", "协作部门",
        "开始时间", "结束时间", "交付标准", "依赖关系", "状态", "完成度",
    ]  # fmt: skip
    assert "A1:M1" in [str(area) for area in sheet.merged_cells.ranges]
    assert (sheet.freeze_panes, sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("C4", "landscape", 9)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.column_dimensions["N"].hidden
    assert len(sheet.data_validations.dataValidation) == 3
    assert book.sheetnames == ["任务分配与进度跟踪表", "甘特图", "_meta"]
    assert book["_meta"].sheet_state == "veryHidden"


def _edited(project: Project, folder: Path, change: Callable[[Any], None]) -> Proposal:
    book = openpyxl.load_workbook(BytesIO(export_xlsx(project, ExportOptions(LAYOUTS["complete"], AS_OF), NOW)))
    change(book["项目计划"])
    book.save(folder / "edited.xlsx")
    return propose(project, read_workbook(folder / "edited.xlsx"), (), today=AS_OF)


def _cell(sheet: Any, name: str, label: str) -> Any:
    labels = {cell.value: cell.column for cell in sheet[3]}
    row = next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, labels["任务名称"]).value == name)
    return sheet.cell(row, labels[label])


def test_an_edited_cell_is_the_only_change(cast: Cast, tmp_path: Path) -> None:
    project = launch_project(cast)

    def change(sheet: Any) -> None:
        _cell(sheet, "结构设计", "备注").value = "改过"

    made = _edited(project, tmp_path, change)
    assert [(spec.name, spec.remark) for spec in made.items if made.verdicts[spec.key] == "changed"] == [("结构设计", "改过")]
    assert (made.removed, made.reports, made.problems, made.open_questions) == ([], [], [], [])


def test_a_removed_predecessor_is_removed(cast: Cast, tmp_path: Path) -> None:
    project = launch_project(cast)

    def change(sheet: Any) -> None:
        _cell(sheet, "功能测试", "前置任务").value = None

    made = _edited(project, tmp_path, change)
    assert [(row.predecessor.name, row.successor.name) for row in made.removed] == [("样机设计", "功能测试")]


def test_rows_in_another_order_are_reordered(cast: Cast, tmp_path: Path) -> None:
    project = launch_project(cast)

    def change(sheet: Any) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
        names = [row[1] for row in rows]
        one, two = names.index("结构设计"), names.index("电路设计")
        rows[one], rows[two] = rows[two], rows[one]
        for number, row in enumerate(rows, 4):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    made = _edited(project, tmp_path, change)
    assert {spec.name for spec in made.items if spec.rank is not None} == {"结构设计", "电路设计"}


def test_rows_of_another_project_are_not_known_by_their_ids(cast: Cast, tmp_path: Path) -> None:
    data = export_xlsx(launch_project(cast), ExportOptions(LAYOUTS["complete"], AS_OF), NOW)
    (tmp_path / "a.xlsx").write_bytes(data)
    with clock.pretend(NOW):
        made = propose(small_project(cast, "S-2"), read_workbook(tmp_path / "a.xlsx"), (), today=AS_OF)
    assert set(made.verdicts.values()) == {"created"}


def test_the_page_offers_every_form_and_the_file_is_recorded(cast: Cast) -> None:
    project = launch_project(cast)
    client = client_of(cast.member if cast.member in {role.user for role in project.roles.all()} else cast.manager)
    page = client.get(f"/projects/{project.number}/export/").content.decode()
    assert [
        title
        for title in ("项目计划", "任务分配与进度跟踪表", "任务拆解与分工表", "任务进度跟踪表", "项目基本信息表")
        if title not in page
    ] == []
    before = Event.objects.count()
    answer = client.get(f"/projects/{project.number}/export/tracking.csv?state=done&column=remark")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=")
    event = Event.objects.latest("pk")
    assert (Event.objects.count() - before, event.kind, event.data["form"], event.data["ending"]) == (
        1, "plan-exported", "tracking", "csv",
    )  # fmt: skip


@pytest.mark.parametrize(
    "query", ["as_of=0001-01-01", "as_of=x", "as_of=9999-12-31", "department=999999", "state=%00", "column=x"]
)
def test_what_cannot_be_exported_is_said(query: str, cast: Cast) -> None:
    project = launch_project(cast)
    answer = client_of(cast.manager).get(f"/projects/{project.number}/export/complete.xlsx?{query}")
    assert answer.status_code == 422
    assert "tz-error" in answer.content.decode()


@pytest.mark.parametrize("name", ["none.xlsx", "complete.pdf", "complete.exe"])
def test_no_such_form(name: str, cast: Cast) -> None:
    assert client_of(cast.manager).get(f"/projects/{launch_project(cast).number}/export/{name}").status_code == 404


def test_as_many_queries_for_many_rows(cast: Cast, django_assert_max_num_queries: Any) -> None:
    project = full_project(cast, 100)
    client = client_of(cast.manager)
    with django_assert_max_num_queries(26):
        client.get(f"/projects/{project.number}/export/complete.xlsx")


def test_the_command(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = launch_project(cast)
    path = tmp_path / "计划.xlsx"
    assert main(["export", str(path), "--project", project.number, "--as-of", "2024-04-02"]) == 0
    _nothing(propose(project, read_workbook(path), (), today=AS_OF))
    for arguments in (["nowhere.pdf"], [str(tmp_path / "no" / "a.xlsx")], [str(path), "--as-of", "gestern"]):
        assert main(["export", *arguments, "--project", project.number]) == 1
    assert main(["export", str(path), "--project", "X"]) == 1
    assert capsys.readouterr().err.count("\n") == 4


def test_what_others_changed_since_the_export_is_kept_unless_the_file_is_chosen(cast: Cast, tmp_path: Path) -> None:
    project = launch_project(cast)

    def change(sheet: Any) -> None:
        _cell(sheet, "结构设计", "备注").value = "文件里改的"
        _cell(sheet, "电路设计", "风险点").value = "只有文件改"

    _edited(project, tmp_path, change)
    WorkItem.objects.filter(project=project, name="结构设计").update(remark="别人改的", delivery_standard="也是别人改的")
    Plan.objects.filter(project=project).update(version=F("version") + 1)
    sheets = read_workbook(tmp_path / "edited.xlsx")
    made = propose(project, sheets, (), today=AS_OF)
    (conflict,) = made.conflicts
    assert (conflict.theirs, conflict.mine) == ("别人改的", "文件里改的")
    assert [spec.name for spec in made.items if made.verdicts[spec.key] == "changed"] == ["电路设计"]
    issues = issues_of(made, may_create=False)
    assert [(issue.kind, issue.answer) for issue in issues] == [("conflict", "保留“别人改的”")]
    chosen = Record(conflict.id, "choice", (conflict.id, "file"))
    made = propose(project, sheets, (chosen,), today=AS_OF)
    remarks = {spec.name: spec.remark for spec in made.items if made.verdicts[spec.key] == "changed"}
    assert remarks["结构设计"] == "文件里改的"
    changes = {one.name: [(cell.before, cell.after) for cell in one.cells] for one in task_changes(made)}
    assert changes == {"结构设计": [("别人改的", "文件里改的")], "电路设计": [("", "只有文件改")]}
