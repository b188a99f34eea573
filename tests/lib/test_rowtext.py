"""A row that the database writes as text says what its values say."""

from __future__ import annotations

from datetime import date

import pytest

from support.cast import Cast, planned_project, task
from tongzhou.plan.models import Dependency, WorkItem
from tongzhou.plan.queries.tree import FIELDS, edges_of, items_of

NAMES = (
    "甲“乙”\"丙'\\丁",
    "一行\n二行\t\x01 \u2028\x7f",
    '["a", null]',
    "null",
    "0",
    "true",
    "2024-03-08",
    "𠮷😀",
    "%s %(a)s {0}",
)


@pytest.mark.parametrize("name", NAMES)
def test_any_text_is_read_as_it_was_written(cast: Cast, name: str) -> None:
    project = planned_project(cast)
    WorkItem.objects.filter(pk=task(project, "设计").pk).update(name=name, source_code=name[:60])
    found = next(item for item in items_of(project) if item.name == name)
    assert found.source_code == name[:60]


def test_rows_are_those_of_the_query(cast: Cast) -> None:
    project = planned_project(cast)
    first = WorkItem.objects.filter(project=project).order_by("pk")[:1].get()
    days = {"typed_start": date.min, "typed_finish": date.max, "deadline": date(2024, 2, 29), "constraint_date": None}
    WorkItem.objects.filter(pk=first.pk).update(**days, slack=-(2**31), duration=2**31 - 1, critical=True, follows_owner=True)
    items = {item.id: item for item in items_of(project)}
    for row in WorkItem.objects.filter(project=project).values_list(*FIELDS):
        read = tuple(getattr(items[row[0]], name) for name in type(items[row[0]]).__struct_fields__[: len(FIELDS)])
        assert [(value, type(value)) for value in read] == [(value, type(value)) for value in row]


def test_links_are_those_of_the_query(cast: Cast) -> None:
    project = planned_project(cast)
    Dependency.objects.filter(project=project).update(lag=-480, elapsed=True, within=960)
    columns = ("id", "predecessor_id", "successor_id", "kind", "lag", "elapsed", "within")
    rows = Dependency.objects.filter(project=project).order_by("pk").values_list(*columns)
    read = [tuple(getattr(edge, name) for name in type(edge).__struct_fields__) for edge in edges_of(project)]
    assert read == list(rows)
    assert {type(row[5]) for row in read} == {bool}
