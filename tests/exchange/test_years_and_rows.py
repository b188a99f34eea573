"""What an import says of years without a notice, and that many changed rows cost no more statements than few."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, small_project
from tongzhou.exchange.queries import propose
from tongzhou.people.models import StatutoryYear, System
from tongzhou.plan.actions import ItemSpec, bring_in
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project
from tongzhou.workbooks.reading import read_workbook
from workbooks.sample_books import membership, write

pytestmark = pytest.mark.django_db


def _said(project: Project, path: Path) -> list[object]:
    found = propose(project, read_workbook(path), (), today=date(2024, 3, 1)).found
    return [problem.params["year"] for problem in found.warnings if problem.code == "year_not_announced"]


def test_years_whose_days_off_are_unknown_are_said(project: Project, tmp_path: Path) -> None:
    path = write(tmp_path / "book.xlsx", membership())
    StatutoryYear.objects.filter(year=2024).delete()
    assert _said(project, path) == ["2024"]
    StatutoryYear.objects.create(year=2024, announced=True)
    assert _said(project, path) == []


def test_many_changed_rows_are_written_by_as_many_statements_as_few(cast: Cast) -> None:
    counts = []
    for number in (3, 60):
        project = small_project(cast, f"N-{number}")
        specs = [ItemSpec(f"t{place}", f"任务{place}", duration=480) for place in range(number)]
        ids = bring_in(by=System(), project=project, items=specs, links=(), now=NOW).ids
        changed = [
            replace(spec, name=f"新{spec.name}", existing=ids[spec.key], urgency="urgent", deadline=date(2026, 5, 1))
            for spec in specs
        ]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            made = bring_in(by=System(), project=project, items=changed, links=(), now=NOW)
        assert (made.created, made.changed) == (0, number)
        rows = WorkItem.objects.filter(project=project).order_by("pk").values_list("name", "urgency", "deadline", "version")
        assert list(rows) == [(f"新任务{place}", "urgent", date(2026, 5, 1), 2) for place in range(number)]
        counts.append(len(asked))
    assert counts[0] == counts[1]
