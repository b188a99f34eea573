"""Two people change one plan at the same moment: one after the other, never a circle, never a lost row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from support.cast import make_cast, planned_project, task
from support.plans import run, tree
from tongzhou.lib.access import Refused, Stale
from tongzhou.people.models import User
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.plan.queries.tree import items_of
from tongzhou.projects.models import Project


def at_once(project: Project, *attempts: tuple[User, str, dict[str, object]]) -> list[str]:
    """Run commands in threads that start together; return what each came to."""
    barrier = Barrier(len(attempts))

    def one(attempt: tuple[User, str, dict[str, object]]) -> str:
        by, command, body = attempt
        barrier.wait()
        try:
            run(by, project, command, **body)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(one, attempts))


@pytest.mark.django_db(transaction=True)
def test_two_rows_are_not_put_below_each_other() -> None:
    cast = make_cast()
    project = planned_project(cast)
    first, second = task(project, "设计").pk, task(project, "推广").pk
    outcomes = at_once(
        project,
        (cast.manager, "move", {"ids": [first], "parent": second, "before": None}),
        (cast.manager, "move", {"ids": [second], "parent": first, "before": None}),
    )
    assert sorted(outcomes) == ["done", "into-itself"]
    assert len(items_of(project)) == WorkItem.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_with_one_version_is_told() -> None:
    cast = make_cast()
    project = planned_project(cast)
    body: dict[str, object] = {"version": 1, "parent": None, "before": None}
    outcomes = at_once(
        project,
        (cast.manager, "insert", body | {"rows": [{"name": "甲"}]}),
        (cast.manager, "insert", body | {"rows": [{"name": "乙"}]}),
    )
    assert sorted(outcomes) == ["done", "plan-changed"]
    assert Plan.objects.get(project=project).version == 2
    with pytest.raises(Stale):
        run(cast.manager, project, "remove", version=1, ids=[task(project, "设计").pk])


@pytest.mark.django_db(transaction=True)
def test_many_insert_at_one_place() -> None:
    cast = make_cast()
    project = planned_project(cast)
    place: dict[str, object] = {"parent": None, "before": task(project, "推广").pk}
    rows = [(cast.manager, "insert", place | {"rows": [{"name": str(number)}]}) for number in range(6)]
    assert at_once(project, *rows) == ["done"] * 6
    assert len(tree(project)) == 11
    ranks = list(WorkItem.objects.filter(parent=None).values_list("rank", flat=True))
    assert len(set(ranks)) == len(ranks) == 8
