"""The list of commitments: as many queries for thirty lines as for one, filters and orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from support.cast import NOW, Cast, small_project
from tongzhou.resources.actions import Answer, CommitmentSpec, answer_commitments, ask_commitments
from tongzhou.resources.queries import Wanted, commitments_of

FIRST, LAST = date(2024, 3, 4), date(2024, 3, 29)


def people(department: int, what: str = "电工") -> CommitmentSpec:
    return CommitmentSpec(department, "people", what, Decimal(2), "", FIRST, LAST)


def test_a_list_takes_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    project = small_project(cast)
    with django_assert_num_queries(1):
        assert commitments_of(project) == []
    for count in (1, 30):
        ask_commitments(by=cast.manager, project=project, rows=[people(cast.rd.pk)] * count, now=NOW)
        with django_assert_num_queries(2):
            commitments_of(project)


def test_a_list_is_filtered_and_sorted(cast: Cast) -> None:
    project = small_project(cast)
    money = CommitmentSpec(cast.rd.pk, "budget", "用户调研", Decimal(5000))
    rows = [money, people(cast.marketing.pk, "讲师"), people(cast.rd.pk)]
    made = ask_commitments(by=cast.manager, project=project, rows=rows, now=NOW)
    answer_commitments(by=cast.head, project=project, answers=[Answer(made[2].pk, "confirmed")], now=NOW)

    def names(**wanted: Any) -> list[str]:
        return [one.what for one in commitments_of(project, Wanted(**wanted))]

    assert names() == ["讲师", "电工", "用户调研"]
    assert names(kind="budget") == ["用户调研"]
    assert names(department=cast.marketing.pk) == ["讲师"]
    assert names(state="confirmed") == ["电工"]
    assert names(sort="-state")[0] == "电工"
    assert names(sort="what") == ["用户调研", "电工", "讲师"]
