"""Many rows by one statement: found by several columns at once."""

from __future__ import annotations

from typing import Any

from support.cast import NOW, Cast, planned_project
from tongzhou.lib.bulk import matching_rows
from tongzhou.plan.actions import cut_baseline
from tongzhou.plan.models import BaselineLine

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
