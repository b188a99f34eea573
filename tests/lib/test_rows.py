"""A single row is written as save() writes it, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from support.cast import NOW, Cast, planned_project, task
from tongzhou.lib.rows import insert_row, update_row
from tongzhou.plan.models import ProgressMark
from tongzhou.projects.models import ProjectSummary
from tongzhou.timeline.models import Event


def test_a_row_written_is_the_row_that_save_writes(cast: Cast) -> None:
    row = task(planned_project(cast), "设计")
    said = {"status_date": date(2024, 3, 4), "state": "doing", "percent": 2500, "done_quantity": Decimal("1.50")}
    mark = ProgressMark(work_item=row, **said)
    insert_row(mark)
    assert ProgressMark.objects.filter(pk=mark.pk, actual_start=None, **said).exists()
    event = Event(at=NOW, kind="a", actor_name="张三", subject_type="x", subject_label="𠮷 100%", data={"列": [1, None, "值"]})
    insert_row(event)
    assert Event.objects.get(pk=event.pk).data == {"列": [1, None, "值"]}
    assert Event.objects.get(pk=event.pk).at == NOW
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_row(ProgressMark(work_item=row, **said))


def test_a_row_that_is_there_is_overwritten_as_far_as_said(cast: Cast) -> None:
    row = task(planned_project(cast), "设计")
    keys = ("work_item", "status_date")
    first = ProgressMark(work_item=row, status_date=date(2024, 3, 4), state="doing", percent=2500)
    insert_row(first, once_by=keys, else_set=("state", "percent"))
    second = ProgressMark(work_item=row, status_date=date(2024, 3, 4), state="done", percent=9, actual_start=date(2024, 3, 1))
    insert_row(second, once_by=keys, else_set=("state", "percent"))
    assert second.pk == first.pk
    assert ProgressMark.objects.values_list("state", "percent", "actual_start").get(work_item=row) == ("done", 9, None)


def test_some_fields_are_updated(cast: Cast) -> None:
    summary = ProjectSummary.objects.get(project=planned_project(cast))
    summary.curve, summary.actual, summary.alarm_from, before = [1, 2, 3], 7, date(2024, 5, 1), summary.tasks
    summary.tasks = 99
    assert update_row(summary, ("curve", "actual", "alarm_from")) == 1
    summary.refresh_from_db()
    assert (summary.curve, summary.actual, summary.alarm_from, summary.tasks) == ([1, 2, 3], 7, date(2024, 5, 1), before)
    summary.pk = 0
    assert update_row(summary, ("actual",)) == 0
