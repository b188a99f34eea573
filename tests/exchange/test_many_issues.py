"""A table with many doubts of one kind: settled with one answer, listed part by part; a table of ours that comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from support.cast import Cast, planned_project
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.queries.preview import SHOWN_ISSUES
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project
from workbooks.sample_books import TableSpec

SignedIn = Callable[[User], Client]
AsFile = Callable[[list[TableSpec]], SimpleUploadedFile]
HEADINGS = ["编号", "任务名称", "负责人", "部门", "开始", "完成", "前置任务"]


def brought(client: Client, project: Project, rows: list[list[Any]], as_file: AsFile) -> ImportDraft:
    address = reverse("import_upload", args=[project.number])
    assert client.post(address, {"file": as_file([TableSpec("计划", ["计划"], HEADINGS, rows)])}).status_code == 302
    return ImportDraft.objects.get(project=project, state="open")


def preview(client: Client, draft: ImportDraft) -> Any:
    return client.get(reverse("import_preview", args=[draft.project.number, draft.pk])).context["preview"]


def answered(client: Client, draft: ImportDraft, issue: str, option: str, **more: str) -> None:
    address = reverse("import_answer", args=[draft.project.number, draft.pk])
    assert client.post(address, {"issue": issue, "option": option, **more}).status_code == 302


def early(number: int) -> list[Any]:
    """A row that begins before the one above it is finished."""
    before = str(number - 1) if number > 1 else None
    return [str(number), f"任务{number}", "张三", "研发部", "2024-04-08", "2024-04-12", before]


def test_one_answer_settles_all_of_its_kind_and_no_other(
    cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile
) -> None:
    client = signed_in(cast.manager)
    rows = [early(number) for number in range(1, 6)]
    rows.append(["6", "乱期", "张三", "研发部", "2024-04-22", "2024-04-03", None])
    draft = brought(client, project, rows, as_file)
    kinds = [(issue.family, issue.alike) for issue in preview(client, draft).issues]
    assert kinds == [("finish_before_start", 1), *[("early_start", 4)] * 4]
    first = preview(client, draft).issues[1]
    answered(client, draft, first.id, "follow", alike="on")
    found = preview(client, draft)
    assert [(issue.family, bool(issue.answer)) for issue in found.issues if issue.family == "finish_before_start"] == [
        ("finish_before_start", False)
    ]
    assert found.settled == 4
    # Each is an answer of its own: one of them is taken back, the others stay.
    answered(client, draft, first.id, "")
    found = preview(client, draft)
    assert (found.settled, [issue.id for issue in found.open_issues if issue.family == "early_start"]) == (3, [first.id])
    answered(client, draft, first.id, "keep")
    error = next(issue for issue in preview(client, draft).open_issues)
    answered(client, draft, error.id, "skip")
    assert client.post(reverse("import_confirmation", args=[project.number, draft.pk])).status_code == 302
    assert WorkItem.objects.filter(project=project).count() == 5


def test_what_is_typed_is_for_one_alone(cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile) -> None:
    client = signed_in(cast.manager)
    rows = [[str(number), f"任务{number}", "张三", "研发部", "很快", "2024-05-10", None] for number in (1, 2)]
    draft = brought(client, project, rows, as_file)
    first, second = preview(client, draft).open_issues
    assert first.family == second.family
    answered(client, draft, first.id, "cell", value="2024-05-06", alike="on")
    assert [issue.id for issue in preview(client, draft).open_issues] == [second.id]


def test_a_long_list_of_doubts_is_shown_part_by_part(
    cast: Cast, project: Project, signed_in: SignedIn, as_file: AsFile
) -> None:
    client = signed_in(cast.manager)
    draft = brought(client, project, [early(number) for number in range(1, SHOWN_ISSUES + 12)], as_file)
    found = preview(client, draft)
    assert (len(found.open_issues), len(found.shown_issues), found.waiting) == (SHOWN_ISSUES + 10, SHOWN_ISSUES, 10)
    page = client.get(reverse("import_preview", args=[project.number, draft.pk])).content.decode()
    assert page.count('<li id="issue-') == SHOWN_ISSUES
    assert "其余 10 处" in page
    answered(client, draft, found.issues[0].id, "keep", alike="on")
    found = preview(client, draft)
    assert (found.can_confirm, found.waiting, len(found.shown_issues)) == (True, 0, SHOWN_ISSUES)


def test_a_file_of_ours_comes_back_with_what_changes_in_words(cast: Cast, signed_in: SignedIn, tmp_path: Path) -> None:
    """What only changes is told as a change, and the marks by which we know our own sheets are not shown."""
    client, project = signed_in(cast.manager), planned_project(cast, "S-9")
    own = tmp_path / "own.xlsx"
    own.write_bytes(client.get(reverse("export_file", args=[project.number, "complete", "xlsx"])).getvalue())
    book = openpyxl.load_workbook(own)
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.value == "设计":
                    cell.value = "外观设计"
    book.save(own)
    address = reverse("import_upload", args=[project.number])
    assert client.post(address, {"file": SimpleUploadedFile("own.xlsx", own.read_bytes())}).status_code == 302
    draft = ImportDraft.objects.get(project=project, state="open")
    page = client.get(reverse("import_preview", args=[project.number, draft.pk])).content.decode()
    assert "将修改 1 个任务" in page
    assert "将新建" not in page
    assert "TZ." not in page
