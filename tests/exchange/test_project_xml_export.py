"""The plan as a project of MS Project: it comes back without a change, and in another project it is the same plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.test_export import AS_OF, NASTY, SAMPLES, full_project
from support.cast import NOW, Cast, launch_project, small_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.config.cli import main
from tongzhou.exchange.actions.bringing import Workbook, bring
from tongzhou.exchange.papers import export_project_xml
from tongzhou.exchange.queries import propose
from tongzhou.exchange.queries.changes import task_changes
from tongzhou.exchange.queries.layouts import PROJECT, ExportOptions
from tongzhou.exchange.queries.proposal import Proposal
from tongzhou.papers.mspdi import NAMESPACE
from tongzhou.people.models import System
from tongzhou.plan.models import Dependency, Supporter, WorkItem
from tongzhou.projects.models import Project
from tongzhou.workbooks.cells import Sheet
from tongzhou.workbooks.projectxml import STAMP_FIELD
from tongzhou.workbooks.reading import read_workbook
from workbooks.project_files import task

pytestmark = pytest.mark.django_db
OPTIONS = ExportOptions(PROJECT, AS_OF)
TEXT_FIELDS = (
    "name", "delivery_standard", "key_output", "risk_point", "remark", "resource_need", "quantity", "unit", "deadline",
    "urgency", "owner_id", "department_id", "stand_in_id", "state", "percent", "actual_start", "actual_finish",
)  # fmt: skip


def written(project: Project, folder: Path, change: Callable[[str], str] = str) -> list[Sheet]:
    path = folder / "plan.xml"
    path.write_text(change(export_project_xml(project, OPTIONS, NOW).decode()), encoding="utf-8")
    return read_workbook(path)


def back(project: Project, folder: Path, change: Callable[[str], str] = str) -> Proposal:
    return propose(project, written(project, folder, change), (), today=AS_OF)


def nothing(made: Proposal) -> None:
    assert [spec for spec in made.items if made.verdicts[spec.key] != "unchanged"] == []
    assert (made.problems, made.open_questions, made.reports, made.removed, made.conflicts) == ([], [], [], [], [])
    assert (made.link_counts.created, made.link_counts.changed, made.milestones, made.basics, made.joining) == (
        0,
        0,
        [],
        {},
        [],
    )
    assert (made.roster.unknown_people, made.missing) == ({}, [])
    assert not made.writes


@pytest.mark.parametrize("sample", SAMPLES)
def test_samples_come_back_unchanged(sample: str, cast: Cast, tmp_path: Path) -> None:
    nothing(back(SAMPLES[sample](cast), tmp_path))


def test_every_field_comes_back_unchanged(cast: Cast, tmp_path: Path) -> None:
    nothing(back(full_project(cast), tmp_path))


@pytest.mark.parametrize("sample", SAMPLES)
def test_in_another_project_it_is_the_same_plan(sample: str, cast: Cast, tmp_path: Path) -> None:
    first = SAMPLES[sample](cast)
    second = small_project(cast, "S-5")
    bring(by=System(), project=second, book=Workbook("a.xml", written(first, tmp_path)), now=NOW + timedelta(days=60))
    assert tree(second) == tree(first)
    assert links(second) == links(first)
    assert supporters(second) == supporters(first)


def tree(project: Project) -> list[tuple[Any, ...]]:
    rows = WorkItem.objects.filter(project=project).order_by("rank")
    return list(rows.values_list("parent__name", "start", "finish", "duration", "is_milestone", *TEXT_FIELDS))


def links(project: Project) -> list[tuple[Any, ...]]:
    rows = Dependency.objects.filter(project=project)
    return sorted(rows.values_list("predecessor__name", "successor__name", "kind", "lag", "elapsed", "within"))


def supporters(project: Project) -> list[tuple[Any, ...]]:
    rows = Supporter.objects.filter(work_item__project=project)
    return sorted(rows.values_list("work_item__name", "user__name", "department__name", "content"), key=str)


def test_one_changed_task_is_the_only_change(cast: Cast, tmp_path: Path) -> None:
    """What MS Project does after an edit: another duration, and all dates computed anew."""
    project = launch_project(cast)
    item = Dependency.objects.filter(project=project, predecessor__children=None)[0].predecessor

    def longer(text: str) -> str:
        start = text.index(f"<UID>{item.pk}</UID>")
        end = text.index("</Task>", start)
        changed = re.sub(r"<Duration>[^<]*</Duration>", "<Duration>PT96H0M0S</Duration>", text[start:end])
        return text[:start] + changed + text[end:].replace("<Start>2024-03-2", "<Start>2024-04-2")

    made = back(project, tmp_path, longer)
    changed = [made.existing.rows[spec.existing or 0].name for spec in made.items if made.verdicts[spec.key] == "changed"]
    assert changed == [item.name]
    assert [(cell.label, cell.after) for change in task_changes(made) for cell in change.cells][-1] == ("工期", "12")


def test_a_new_task_and_a_removed_link(cast: Cast, tmp_path: Path) -> None:
    project = launch_project(cast)

    def edited(text: str) -> str:
        first = text.index("<PredecessorLink>")
        text = text[:first] + text[text.index("</PredecessorLink>", first) + len("</PredecessorLink>") :]
        fresh = task(999999, "新任务", Start="2024-06-03T09:00:00", Duration="PT16H0M0S")
        return text.replace("</Tasks>", f"{fresh}</Tasks>")

    made = back(project, tmp_path, edited)
    assert [spec.name for spec in made.items if made.verdicts[spec.key] != "unchanged"] == ["新任务"]
    assert (len(made.removed), made.link_counts.created) == (1, 0)


def test_the_elements_are_in_the_order_of_files_that_ms_project_saved(cast: Cast, tmp_path: Path, shared_data: Path) -> None:
    """The schema is a sequence: whatever both files have stands in the same order."""
    known: dict[str, list[list[str]]] = {}
    for name in ("task-links-project2019-mspdi", "Software_Development", "OzBuild_16_Orig"):
        for tag, children in _children(ElementTree.parse(shared_data / "mspdi" / f"{name}.xml").getroot()):
            known.setdefault(tag, []).append(children)
    root = ElementTree.fromstring(export_project_xml(full_project(cast), OPTIONS, NOW))
    checked = 0
    for tag, children in _children(root):
        for other in known.get(tag, ()):
            shared = [child for child in dict.fromkeys(children) if child in other]
            assert shared == [child for child in dict.fromkeys(other) if child in shared], tag
            checked += len(shared) > 1
    assert checked > 100


def _children(element: ElementTree.Element) -> Iterator[tuple[str, list[str]]]:
    yield element.tag.rpartition("}")[2], [child.tag.rpartition("}")[2] for child in element]
    for child in element:
        yield from _children(child)


def test_numbers_that_ms_project_insists_on(cast: Cast) -> None:
    """Unique numbers, known calendars and resources, stamps that fit a text field, dates that are dates."""
    root = ElementTree.fromstring(export_project_xml(full_project(cast), OPTIONS, NOW))
    space = {"p": NAMESPACE}
    tasks = root.findall("p:Tasks/p:Task", space)
    uids = [one.findtext("p:UID", "", space) for one in tasks]
    assert len(set(uids)) == len(uids) == len(NASTY) + 2
    assert uids[0] == "0"
    calendars = {one.findtext("p:UID", "", space) for one in root.findall("p:Calendars/p:Calendar", space)} | {"-1"}
    assert {one.findtext("p:CalendarUID", "", space) for one in tasks} <= calendars
    resources = {one.findtext("p:UID", "", space) for one in root.findall("p:Resources/p:Resource", space)}
    for one in root.findall("p:Assignments/p:Assignment", space):
        assert one.findtext("p:TaskUID", "", space) in uids
        assert one.findtext("p:ResourceUID", "", space) in resources
    for link in root.iterfind(".//p:PredecessorLink", space):
        assert link.findtext("p:PredecessorUID", "", space) in uids
    fields = root.findall(".//p:Task/p:ExtendedAttribute", space)
    assert all(len(one.findtext("p:Value", "", space)) <= 255 for one in fields)
    assert sum(one.findtext("p:FieldID", "", space) == STAMP_FIELD for one in fields) == len(tasks) - 1
    for one in tasks:
        datetime.fromisoformat(one.findtext("p:Start", "", space))


def test_on_the_page_and_by_command(cast: Cast, tmp_path: Path) -> None:
    project = launch_project(cast)
    client = client_of(cast.manager)
    assert "msproject.xml" in client.get(f"/projects/{project.number}/export/").content.decode()
    answer = client.get(f"/projects/{project.number}/export/msproject.xml?as_of=2024-04-02")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    assert client.get(f"/projects/{project.number}/export/msproject.xlsx").status_code == 404
    assert client.get(f"/projects/{project.number}/export/complete.xml").status_code == 404
    path = tmp_path / "plan.xml"
    assert main(["export", str(path), "--project", project.number]) == 0
    with unchanged():
        nothing(propose(project, read_workbook(path), (), today=AS_OF))


def test_the_queries_do_not_grow(cast: Cast) -> None:
    few, many = launch_project(cast), full_project(cast, 200)
    counts = []
    for project in (few, many):
        with CaptureQueriesContext(connection) as queries:
            export_project_xml(Project.objects.get(pk=project.pk), OPTIONS, NOW)
        counts.append(len(queries))
    assert abs(counts[0] - counts[1]) <= 1
    assert max(counts) <= 26


def test_a_filter_leaves_out_and_loses_nothing(cast: Cast, tmp_path: Path) -> None:
    project = launch_project(cast)
    options = ExportOptions(PROJECT, AS_OF, department=WorkItem.objects.filter(project=project, department__isnull=False)
                            .first().department_id)  # type: ignore[union-attr]  # fmt: skip
    path = tmp_path / "part.xml"
    path.write_bytes(export_project_xml(project, options, NOW))
    made = propose(project, read_workbook(path), (), today=date(2024, 4, 2))
    assert 0 < len(made.items) < WorkItem.objects.filter(project=project).count()
    assert not made.writes
