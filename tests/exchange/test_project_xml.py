"""Projects of MS Project on the import page and by command: the same preview, all or nothing, and the dates of the file."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.cast import NOW, Cast
from support.checks import unchanged
from tongzhou.config.commands import import_
from tongzhou.exchange.actions.bringing import Workbook, bring
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.queries import propose
from tongzhou.people.models import System, User
from tongzhou.plan.models import Baseline, Dependency, WorkItem
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project
from tongzhou.workbooks.reading import read_workbook
from workbooks.project_files import assignment, link, resource, saved, task
from workbooks.project_files import project as project_text
from workbooks.test_project_xml import REFUSED, SAMPLES

SignedIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def small(owner: str = "周七") -> str:
    tasks = [
        task(0, "新品上市", 0),
        task(5, "研发", 1, ID=1, Finish="2024-03-08T17:00:00"),
        task(6, "设计", 2, ID=2, Duration="PT24H0M0S", Finish="2024-03-06T17:00:00", PercentComplete=50,
             ActualStart="2024-03-04T08:00:00"),
        task(7, "样机", 2, ID=3, Start="2024-03-07T08:00:00", Finish="2024-03-08T12:00:00", Duration="PT12H0M0S",
             links=[link(6)]),
        task(8, "评审", 1, ID=4, Start="2024-03-11T08:00:00", Finish="2024-03-11T08:00:00", Duration="PT0H0M0S", Milestone=1,
             links=[link(7, 1, 4800)]),
        task(9, "推广", 1, ID=5, Start="2024-03-13T08:00:00", Finish="2024-03-14T17:00:00", Duration="PT16H0M0S",
             ConstraintType=4, ConstraintDate="2024-03-13T08:00:00", links=[link(8)]),
    ]  # fmt: skip
    return project_text(tasks, [resource(1, owner, Group="研发部")], [assignment(6, 1)])


def uploaded(text: str, name: str = "计划.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def opened(client: Client, project: Project, text: str) -> str:
    answer = client.post(f"/projects/{project.number}/plan/import/", {"file": uploaded(text)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def rows(project: Project) -> list[tuple[Any, ...]]:
    found = WorkItem.objects.filter(project=project).order_by("rank")
    return list(found.values_list("name", "parent__name", "start", "finish", "duration", "constraint"))


def test_a_project_comes_in_as_it_is(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    client = signed_in(cast.manager)
    address = opened(client, project, small(cast.owner.name))
    with unchanged():
        page = client.get(address)
    preview = page.context["preview"]
    assert (preview.issues, [one.text for one in preview.warnings]) == ([], [])
    assert "任务" in [sheet.name for sheet in preview.sheets]
    assert client.post(f"{address}confirmation/").status_code == 302
    assert rows(project) == [
        ("研发", None, date(2024, 3, 4), date(2024, 3, 8), 480, "ASAP"),
        ("设计", "研发", date(2024, 3, 4), date(2024, 3, 6), 1440, "SNET"),
        ("样机", "研发", date(2024, 3, 7), date(2024, 3, 8), 720, "ASAP"),
        ("评审", None, date(2024, 3, 11), date(2024, 3, 11), 0, "FNET"),
        ("推广", None, date(2024, 3, 13), date(2024, 3, 14), 960, "SNET"),
    ]
    design = WorkItem.objects.get(project=project, name="设计")
    assert (design.owner, design.department, design.percent) == (cast.owner, cast.rd, 5000)
    assert list(Dependency.objects.filter(project=project).values_list("kind", "lag")) == [("FS", 0), ("FS", 480), ("FS", 0)]
    again = client.get(opened(client, project, small(cast.owner.name))).context["preview"]
    assert not again.made.writes and again.can_confirm


def test_unknown_people_are_asked_for(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    client = signed_in(cast.manager)
    preview = client.get(opened(client, project, small("司马相如"))).context["preview"]
    assert [(issue.id, issue.row) for issue in preview.issues] == [("person|司马相如", 4)]


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why_and_leaves_nothing(
    case: str, cast: Cast, project: Project, signed_in: SignedIn, data_folder: Path
) -> None:
    client = signed_in(cast.manager)
    with unchanged():
        answer = client.post(f"/projects/{project.number}/plan/import/", {"file": uploaded(REFUSED[case][0])})
    assert answer.status_code == 422
    assert "tz-error" in answer.content.decode()
    assert not list((data_folder / "imports").iterdir())


def test_by_command(cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "a.xml", small(cast.owner.name))
    options = argparse.Namespace(file=str(path), project="S-1", json=True, dry_run=False, create_missing=False)
    for created, unchanged_ in ((5, 0), (0, 5)):
        assert import_.run(options) == 0
        answer = json.loads(capsys.readouterr().out)
        assert (answer["tasks"]["created"], answer["tasks"]["unchanged"], answer["errors"]) == (created, unchanged_, [])
    assert ProgressUpdate.objects.count() == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_files_of_ms_project_come_in_and_again(name: str, cast: Cast, project: Project, shared_data: Path) -> None:
    """Written once, with everybody made; the second time nothing is to be written."""
    book = Workbook(f"{name}.xml", read_workbook(shared_data / "mspdi" / f"{name}.xml"))
    made = bring(by=System(), project=project, book=book, creating=True, now=NOW)
    assert made.tasks.created == WorkItem.objects.filter(project=project).count()
    again = propose(Project.objects.get(pk=project.pk), book.sheets, (), today=NOW.date())
    assert (again.item_counts.created, again.item_counts.changed, again.link_counts.created) == (0, 0, 0)
    assert again.reports == []
    assert not ImportDraft.objects.exists()


def test_a_newer_saving_is_known_by_its_numbers(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    """Renamed, moved elsewhere and numbered anew: the tasks that came in on the page are still the same."""
    client = signed_in(cast.manager)
    first = project_text([task(1, "研发", Summary=1), task(2, "设计", 2), task(3, "样机", 2), task(4, "推广")])
    assert client.post(f"{opened(client, project, first)}confirmation/").status_code == 302
    ids = dict(WorkItem.objects.filter(project=project).values_list("name", "pk"))
    second = project_text(
        [task(4, "市场活动", ID=1), task(9, "新任务", ID=2), task(1, "研发阶段", ID=3), task(3, "首台样机", 2, ID=4)]
    )
    address = opened(client, project, second)
    preview = client.get(address).context["preview"]
    assert [row.name for row in preview.made.missing] == ["设计"]
    assert client.post(f"{address}confirmation/").status_code == 302
    now = dict(WorkItem.objects.filter(project=project).values_list("pk", "name"))
    assert {name: now[pk] for name, pk in ids.items()} == {
        "研发": "研发阶段", "设计": "设计", "样机": "首台样机", "推广": "市场活动",
    }  # fmt: skip
    assert len(now) == 5


def test_a_newer_saving_is_known_by_its_numbers_by_command_too(cast: Cast, project: Project, tmp_path: Path) -> None:
    first = project_text([task(1, "研发"), task(2, "设计")])
    second = project_text([task(2, "外观", ID=1), task(1, "研发阶段", ID=2)])
    third = project_text([task(2, "外观设计", ID=1), task(1, "研发阶段", ID=2)])
    ids = {}
    for place, text in enumerate((first, second, third)):
        path = saved(tmp_path / f"{place}.xml", text)
        options = argparse.Namespace(file=str(path), project="S-1", json=True, dry_run=False, create_missing=False)
        assert import_.run(options) == 0
        ids = ids or dict(WorkItem.objects.filter(project=project).values_list("pk", "name"))
    now = dict(WorkItem.objects.filter(project=project).values_list("pk", "name"))
    assert {name: now[pk] for pk, name in ids.items()} == {"研发": "研发阶段", "设计": "外观设计"}
    assert len(now) == 2


def test_the_first_baseline_comes_in_with_the_first_import(cast: Cast, project: Project, tmp_path: Path) -> None:
    """设计 was planned a day earlier than it is now, 新增 had no baseline; a later import leaves the baseline alone."""
    kept = "<Baseline><Number>0</Number><Start>2024-03-04T08:00:00</Start><Finish>2024-03-05T17:00:00</Finish></Baseline>"
    rows = [
        task(1, "研发", Summary=1),
        task(2, "设计", 2, Start="2024-03-05T08:00:00", Duration="PT24H0M0S").replace("</Task>", f"{kept}</Task>"),
        task(3, "新增", 2),
    ]
    book = Workbook("a.xml", read_workbook(saved(tmp_path / "a.xml", project_text(rows))))
    bring(by=System(), project=project, book=book, now=NOW)
    (baseline,) = Baseline.objects.filter(project=project)
    assert (baseline.number, baseline.start, baseline.finish) == (0, date(2024, 3, 4), date(2024, 3, 5))
    names = dict(WorkItem.objects.filter(project=project).values_list("pk", "name"))
    assert sorted(
        (names[line.item_id], line.start, line.finish, line.weight, line.is_summary) for line in baseline.lines.all()
    ) == sorted(
        [
            ("研发", date(2024, 3, 4), date(2024, 3, 5), 0, True),
            ("设计", date(2024, 3, 4), date(2024, 3, 5), 960, False),
        ]
    )
    again = propose(Project.objects.get(pk=project.pk), book.sheets, (), today=NOW.date())
    assert not again.writes
    assert "mspdi_baseline_stays" in {one.code for one in again.found.notices}


def test_strange_numbers_are_issues_of_their_cells_and_no_more(cast: Cast, project: Project, signed_in: SignedIn) -> None:
    nines = "9" * 3_000
    rows = [
        task(1, "甲", Start="0001-01-01T00:00:00", Finish="9999-12-31T23:59:00", PercentComplete=nines),
        task(2, "乙\ud7ff" * 300, Duration=f"PT{nines}H0M0S", ConstraintType=4, ConstraintDate="2024-02-31T08:00:00"),
        task(3, "丙", Start="2199-12-31T08:00:00", Duration="PT99999H0M0S", links=[link(1, 7, 10**14), link(2, 1, 48 * 10**6)]),
        task(4, "丁", OutlineLevel=nines, WBS=nines, Deadline="9999-12-31T00:00:00", CalendarUID=nines),
    ]
    client = signed_in(cast.manager)
    address = opened(client, project, project_text(rows))
    page = client.get(address)
    assert page.status_code == 200
    assert {issue.row for issue in page.context["preview"].issues} == {3, 4, 5, 6}
    with unchanged():
        assert client.post(f"{address}confirmation/").status_code == 422
