"""A single row is written as save() writes it, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from support.cast import NOW, Cast, planned_project, task
from support.checks import unchanged
from tongzhou.lib.rows import Insert, Update, Write, held, insert_row, raise_number, update_row, write_rows
from tongzhou.plan.models import Plan, ProgressMark, WorkItem
from tongzhou.projects.models import ProjectSummary
from tongzhou.timeline.models import Change, Event


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


def test_a_row_is_read_as_it_is_now_and_held(cast: Cast, django_assert_num_queries: Any) -> None:
    row = task(planned_project(cast), "设计")
    with django_assert_num_queries(1):
        assert held(WorkItem, row.pk, "name", "project") == ("设计", row.project_id)
    assert held(WorkItem, 0, "name") is None


def several(row: WorkItem, percent: int) -> tuple[ProgressMark, Event, Change, list[Write]]:
    """A mark, an event with its change, and the row itself."""
    mark = ProgressMark(work_item=row, status_date=date(2024, 3, 4), state="doing", percent=percent)
    event = Event(at=NOW, kind="a", subject_label=f"{percent} %", data={"列": [percent]})
    change = Change(event=event, object_type="x", object_id=row.pk, after={"percent": percent})
    row.percent, row.actual_start = percent, date(2024, 3, 1)
    kept = Insert(mark, once_by=("work_item", "status_date"), else_set=("percent",))
    return mark, event, change, [kept, Update(row, ("percent", "actual_start")), Insert(event), Insert(change)]


def test_several_rows_are_written_as_one_by_one(cast: Cast, django_assert_num_queries: Any) -> None:
    row, first = task(planned_project(cast), "设计"), None
    for percent in (2500, 7500):
        mark, event, change, writes = several(row, percent)
        with django_assert_num_queries(1 if connection.vendor == "postgresql" else 4):
            write_rows(*writes)
        assert (change.event_id, change._state.adding, first in (None, mark.pk)) == (event.pk, False, True)
        first = mark.pk
        assert Change.objects.values_list("event__subject_label", "after").get(pk=change.pk) == (
            f"{percent} %",
            {"percent": percent},
        )
        assert Event.objects.get(pk=event.pk).data == {"列": [percent]}
        assert ProgressMark.objects.values_list("pk", "percent").get(work_item=row) == (first, percent)
        fresh = WorkItem.objects.get(pk=row.pk)
        assert (fresh.percent, fresh.actual_start, fresh.name) == (percent, date(2024, 3, 1), "设计")


def test_of_several_rows_all_are_written_or_none(cast: Cast) -> None:
    _mark, _event, _change, writes = several(task(planned_project(cast), "设计"), 2500)
    again = several(task(writes[1].row.project, "推广"), 3000)[3]  # type: ignore[attr-defined]
    keyless = Insert(ProgressMark(work_item=writes[1].row, status_date=date(2024, 3, 4), state="doing", percent=1))
    write_rows(*writes)
    with unchanged(), pytest.raises(IntegrityError), transaction.atomic():
        write_rows(*again, keyless)


def test_nothing_to_write_asks_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        write_rows()


def test_a_number_is_raised_where_the_row_is(cast: Cast, django_assert_num_queries: Any) -> None:
    project = planned_project(cast)
    before = Plan.objects.get(project=project).version
    with django_assert_num_queries(2):
        found = [raise_number(Plan, "version", by="project", value=project.pk) for _time in range(2)]
    assert found == [before + 1, before + 2]
    assert Plan.objects.get(project=project).version == before + 2
    with unchanged():
        assert raise_number(Plan, "version", by="project", value=0) is None
