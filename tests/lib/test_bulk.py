"""Many rows by one statement: found by several columns at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from support.cast import NOW, Cast, planned_project
from tongzhou.lib.bulk import insert_rows, matching_rows
from tongzhou.plan.actions import cut_baseline
from tongzhou.plan.models import BaselineLine
from tongzhou.timeline.models import Change, Event

COLUMNS = ("item_id", "baseline", "start", "finish_at", "is_milestone")


def test_rows_are_found_by_pairs(cast: Cast, django_assert_num_queries: Any) -> None:
    project = planned_project(cast)
    first = cut_baseline(by=cast.manager, project=project, now=NOW)
    second = cut_baseline(by=cast.manager, project=project, now=NOW)
    items = [line.item_id for line in first.lines.order_by("item_id")]
    wanted = [(first.pk, items[0]), (second.pk, items[1]), (second.pk, items[2]), (second.pk + 7, items[0])]
    with django_assert_num_queries(1):
        found = matching_rows(BaselineLine, ("baseline", "item_id"), wanted, COLUMNS)
    lines = [BaselineLine.objects.get(baseline=baseline, item_id=item) for baseline, item in wanted[:3]]
    rows = [(line.item_id, line.baseline_id, line.start, line.finish_at, line.is_milestone) for line in lines]
    assert sorted(found) == sorted(rows)


def test_nothing_is_asked_for_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert matching_rows(BaselineLine, ("baseline", "item_id"), [], COLUMNS) == []


def test_many_rows_are_inserted_in_their_order(cast: Cast, django_assert_num_queries: Any) -> None:
    event = Event.objects.order_by("-pk")[0]
    odd = {"名称": '引号 " \\ 反斜杠', "空": None, "数": [1, 2.5, True], "日": date(2026, 3, 5), "里": {"a": "\u2028"}}
    rows = [(event.pk, "work_item", 2**40 + at, f"第{at}行'", odd, {}) for at in range(300)]
    with django_assert_num_queries(1):
        insert_rows(Change, ("event_id", "object_type", "object_id", "object_label", "before", "after"), rows)
    found = list(Change.objects.filter(event=event, object_id__gte=2**40).order_by("pk"))
    assert [(row.object_id, row.object_label) for row in found] == [(row[2], row[3]) for row in rows]
    assert found[-1].before == odd | {"日": "2026-03-05"} and found[0].after == {}
    with django_assert_num_queries(0):
        insert_rows(Change, ("event_id",), [])
