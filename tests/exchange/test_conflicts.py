"""Both sides changed since the export: progress, supporters and links stay as in the plan, unless the file is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from support.cast import NOW, Cast, planned_project, task
from support.web import client_of
from tongzhou.exchange.actions.bringing import Workbook, bring
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.papers import export_project_xml, export_xlsx
from tongzhou.exchange.queries import propose
from tongzhou.exchange.queries.answers import Record
from tongzhou.exchange.queries.issues import issues_of
from tongzhou.exchange.queries.layouts import LAYOUTS, PROJECT, ExportOptions
from tongzhou.exchange.queries.proposal import Proposal
from tongzhou.plan.actions import ItemSpec, LinkSpec, Report, SupportSpec, bring_in, record_progress
from tongzhou.plan.models import Dependency, Supporter, WorkItem
from tongzhou.projects.models import Project
from tongzhou.workbooks.cells import Sheet
from tongzhou.workbooks.reading import read_workbook

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY, LATER = date(2024, 3, 5), date(2024, 3, 6), datetime(2024, 3, 6, 10, tzinfo=UTC)


def exported(
    project: Project, folder: Path, cells: Sequence[tuple[str, str, Any]], layout: str = "complete", *, as_of: date = TUESDAY
) -> list[Sheet]:
    """The form with cells typed anew, each by the task's name and the column's label."""
    form = LAYOUTS[layout]
    book = openpyxl.load_workbook(BytesIO(export_xlsx(project, ExportOptions(form, as_of), NOW)))
    sheet = book[form.title]
    labels = {cell.value: cell.column for cell in sheet[3]}
    naming = max(labels[label] for meaning, label in form.columns if meaning in form.levels)
    for name, label, value in cells:
        row = next(
            row for row in range(4, sheet.max_row + 1) if name in {sheet.cell(row, at + 1).value for at in range(naming)}
        )
        sheet.cell(row, labels[label]).value = value
    book.save(folder / "edited.xlsx")
    return read_workbook(folder / "edited.xlsx")


def proposed(project: Project, sheets: Sequence[Sheet], *chosen: str) -> Proposal:
    fresh = Project.objects.get(pk=project.pk)
    return propose(fresh, sheets, [Record(one, "choice", (one, "file")) for one in chosen], today=WEDNESDAY)


def told(made: Proposal) -> list[tuple[str, str, str, str]]:
    return [(one.subject.split()[-1], one.meaning.value, one.theirs, one.mine) for one in made.conflicts]


def reports(made: Proposal) -> list[tuple[str, int, date | None, date]]:
    return [(one.report.state, one.report.percent, one.report.actual_finish, one.status_date) for one in made.reports]


def reported(project: Project, cast: Cast, state: str, percent: int, day: date = WEDNESDAY, **more: Any) -> None:
    report = Report(state, percent, **more)
    record_progress(by=cast.manager, item=task(project, "设计"), report=report, status_date=day, now=LATER)


def test_progress_that_only_the_file_changed_comes_in(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    made = proposed(project, exported(project, tmp_path, [("设计", "完成度", 0.3)]))
    assert (told(made), reports(made)) == ([], [("doing", 3000, None, TUESDAY)])


def test_progress_of_both_sides_stays_as_in_the_plan(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    reported(project, cast, "doing", 2000, TUESDAY)
    sheets = exported(project, tmp_path, [("设计", "完成度", 0.3)])
    reported(project, cast, "doing", 5000)
    made = proposed(project, sheets)
    assert (told(made), reports(made), made.writes) == ([("设计", "percent", "50%", "30%")], [], False)
    (issue,) = issues_of(made, may_create=False)
    assert (issue.kind, issue.answer) == ("conflict", "保留“50%”")
    made = proposed(project, sheets, made.conflicts[0].id)
    assert reports(made) == [("doing", 3000, None, WEDNESDAY)]


def test_cells_that_nobody_touched_do_not_take_progress_back(cast: Cast, tmp_path: Path) -> None:
    """Only the note was typed; the percent of the file is older than that of the plan."""
    project = planned_project(cast)
    sheets = exported(project, tmp_path, [("设计", "异常说明(如有)", "等样品")], "progress")
    reported(project, cast, "doing", 5000)
    made = proposed(project, sheets)
    assert (told(made), reports(made)) == ([], [("doing", 5000, None, WEDNESDAY)])
    assert [one.note for one in made.reports] == ["等样品"]


def test_what_is_done_meanwhile_is_undone_only_by_choice(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    sheets = exported(project, tmp_path, [("设计", "完成度", 0.6)], "progress")
    reported(project, cast, "done", 10000, actual_finish=WEDNESDAY)
    made = proposed(project, sheets)
    assert (told(made), reports(made)) == ([("设计", "percent", "100%", "60%")], [])
    made = proposed(project, sheets, made.conflicts[0].id)
    assert reports(made) == [("doing", 6000, None, WEDNESDAY)]


def test_state_and_days_are_weighed_each_by_itself(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    edited = [("设计", "状态", "阻塞"), ("设计", "实际开始时间", date(2024, 3, 5))]
    sheets = exported(project, tmp_path, edited)
    reported(project, cast, "doing", 4000, actual_start=date(2024, 3, 4))
    made = proposed(project, sheets)
    assert told(made) == [("设计", "state", "进行中", "阻塞"), ("设计", "actual_start", "2024-03-04", "2024-03-05")]
    assert reports(made) == []
    made = proposed(project, sheets, *(one.id for one in made.conflicts if one.meaning.value == "state"))
    assert [(one.report.state, one.report.percent, one.report.actual_start) for one in made.reports] == [
        ("blocked", 4000, date(2024, 3, 4))
    ]


def test_quantities_are_weighed_too(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    WorkItem.objects.filter(project=project, name="设计").update(quantity=Decimal(10), unit="家")
    sheets = exported(project, tmp_path, [("设计", "完成数量", 3)])
    reported(project, cast, "doing", 0, done_quantity=Decimal(5))
    made = proposed(project, sheets)
    assert (told(made), reports(made)) == ([("设计", "done_quantity", "5", "3")], [])
    made = proposed(project, sheets, made.conflicts[0].id)
    assert reports(made) == [("doing", 3000, None, WEDNESDAY)]


def support(project: Project, name: str, *who: SupportSpec) -> None:
    item = task(project, name)
    Supporter.objects.filter(work_item=item).delete()
    Supporter.objects.bulk_create(
        Supporter(work_item=item, user_id=one.user, department_id=one.department, content=one.content) for one in who
    )


def helpers(made: Proposal, name: str) -> list[tuple[int | None, int | None, str]]:
    return [(one.user, one.department, one.content) for spec in made.items if spec.name == name for one in spec.supporters]


@pytest.mark.parametrize("cell", ["孙七(画图)", None])
def test_supporters_of_both_sides_stay_as_in_the_plan(cell: str | None, cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    support(project, "设计", SupportSpec("评审", cast.head.pk))
    sheets = exported(project, tmp_path, [("设计", "协作负责人", cell), ("测试", "协作负责人", "孙七")])
    support(project, "设计", SupportSpec("评审", cast.head.pk), SupportSpec("", None, cast.marketing.pk))
    made = proposed(project, sheets)
    assert told(made) == [("设计", "supporters", f"{cast.head.name}(评审)、市场部", cell or "")]
    assert helpers(made, "设计") == [(cast.head.pk, None, "评审"), (None, cast.marketing.pk, "")]
    assert [spec.name for spec in made.items if made.verdicts[spec.key] == "changed"] == ["测试"]
    made = proposed(project, sheets, made.conflicts[0].id)
    assert [content for _, _, content in helpers(made, "设计")] == (["画图"] if cell else [])


def test_supporters_that_both_sides_changed_alike_are_no_conflict(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    sheets = exported(project, tmp_path, [("设计", "协作负责人", f"{cast.head.name}(评审)")])
    support(project, "设计", SupportSpec("评审", cast.head.pk))
    made = proposed(project, sheets)
    assert (told(made), made.writes) == ([], False)


def ends(rows: Sequence[Dependency]) -> list[tuple[str, str, int]]:
    return sorted((row.predecessor.name, row.successor.name, row.lag) for row in rows)


def test_predecessors_of_both_sides_stay_as_in_the_plan(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    code = "2"  # 推广
    sheets = exported(project, tmp_path, [("测试", "前置任务", code)])
    Dependency.objects.filter(project=project, successor__name="测试").update(lag=480)
    made = proposed(project, sheets)
    assert told(made) == [("测试", "predecessors", "1.1FS+1d", code)]
    assert (made.removed, made.link_counts.created, made.link_counts.changed, made.writes) == ([], 0, 0, False)
    made = proposed(project, sheets, made.conflicts[0].id)
    assert (ends(made.removed), made.link_counts.created) == ([("设计", "测试", 480)], 1)


def test_predecessors_that_the_file_leaves_out_are_no_longer_removed_in_silence(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    sheets = exported(project, tmp_path, [("测试", "前置任务", None)])
    assert ends(proposed(project, sheets).removed) == [("设计", "测试", 0)]
    Dependency.objects.filter(project=project, successor__name="测试").update(kind="SS")
    made = proposed(project, sheets)
    assert (told(made), made.removed) == ([("测试", "predecessors", "1.1SS", "")], [])


def test_links_to_new_rows_and_names_in_the_form_without_codes(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    sheets = exported(project, tmp_path, [("测试", "前置依赖任务", "推广")], "breakdown")
    bring_in(
        by=cast.manager,
        project=project,
        items=[ItemSpec("a", "准备"), ItemSpec("b", "测试", existing=task(project, "测试").pk, keep_parent=True)],
        links=[LinkSpec("a", "b")],
        now=NOW,
    )
    made = proposed(project, sheets)
    assert [one.meaning.value for one in made.conflicts] == ["predecessors"]
    assert (made.removed, made.links) == ([], [])


def test_confirming_with_a_conflict_writes_the_rest(cast: Cast, tmp_path: Path) -> None:
    project = planned_project(cast)
    reported(project, cast, "doing", 2000, TUESDAY)
    sheets = exported(project, tmp_path, [("设计", "完成度", 0.3), ("推广", "完成度", 0.5), ("推广", "协作负责人", "孙七")])
    reported(project, cast, "doing", 5000)
    made = bring(by=cast.manager, project=project, book=Workbook("a.xlsx", sheets), now=LATER)
    assert (made.progress, made.tasks.changed) == (1, 1)
    assert [task(project, name).percent for name in ("设计", "推广")] == [5000, 5000]


def test_the_page_shows_the_conflict_and_takes_the_choice(cast: Cast, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    project = planned_project(cast)
    exported(project, tmp_path, [("测试", "前置任务", None)])
    Dependency.objects.filter(project=project, successor__name="测试").update(lag=960)
    client = client_of(cast.manager)
    with (tmp_path / "edited.xlsx").open("rb") as file:
        client.post(f"/projects/{project.number}/plan/import/", {"file": file})
    address = f"/projects/{project.number}/plan/import/{ImportDraft.objects.get().pk}/"
    page = client.get(address)
    (issue,) = page.context["preview"].issues
    assert "1.1FS+2d" in page.content.decode()
    client.post(f"{address}answers/", {"issue": issue.id, "option": "file"})
    assert len(client.get(address).context["preview"].made.removed) == 1


def test_the_same_for_a_project_of_ms_project(cast: Cast, tmp_path: Path) -> None:
    """Percent and links changed in both; durations, which both spell in their own way, are no conflict."""
    project = planned_project(cast)
    reported(project, cast, "doing", 2000, TUESDAY)
    text = export_project_xml(project, ExportOptions(PROJECT, TUESDAY), NOW).decode()
    item = task(project, "设计")
    at = text.index(f"<UID>{item.pk}</UID>")
    changed = text[at:].replace("<PercentComplete>20<", "<PercentComplete>30<", 1).replace("<LinkLag>0<", "<LinkLag>4800<", 1)
    path = tmp_path / "a.xml"
    path.write_text(text[:at] + changed.replace("PT24H0M0S", "PT32H0M0S", 1), encoding="utf-8")
    sheets = read_workbook(path)
    made = proposed(project, sheets)
    assert (told(made), [one.duration for one in made.items if one.name == "设计"]) == ([], [1920])
    assert reports(made) == [("doing", 3000, None, TUESDAY)]
    reported(project, cast, "doing", 5000)
    Dependency.objects.filter(project=project, successor__name="测试").update(lag=-480)
    assert [row[1:] for row in told(proposed(project, sheets))] == [
        ("predecessors", "1.1FS-1d", "1.1FS+1天"), ("percent", "50%", "30%"),
    ]  # fmt: skip
