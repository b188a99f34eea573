"""Two people change one plan at the same moment: one after the other, never a circle, never a lost row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from support.cast import NOW, make_cast, planned_project, task
from support.checks import kinds_since
from support.plans import run, tree
from tongzhou.lib.access import Refused, Stale
from tongzhou.people.models import User
from tongzhou.plan.actions import Report, record_progress
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.plan.queries.soundness import Unsound, unsound_of
from tongzhou.plan.queries.tree import items_of
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event


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


@pytest.mark.django_db(transaction=True)
def test_reports_at_once_are_all_kept() -> None:
    """Every report raises the version once and steps the summary from what the one before left."""
    cast = make_cast()
    project = planned_project(cast)
    tell(cast.manager, task(project, "设计"), 100)
    before, count, names = Plan.objects.get(project=project).version, Event.objects.count(), ["设计", "推广"] * 4
    versions = {name: task(project, name).version for name in names}
    barrier = Barrier(len(names))

    def one(place: int) -> str:
        barrier.wait()
        try:
            return tell(cast.manager, task(project, names[place]), 1000 + place)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(names)) as threads:
        assert list(threads.map(one, range(len(names)))) == ["done"] * len(names)
    assert Plan.objects.get(project=project).version == before + len(names)
    assert kinds_since(count) == ["progress-recorded"] * len(names)
    for name, version in versions.items():
        row = task(project, name)
        told = ProgressUpdate.objects.filter(work_item=row).order_by("-pk")[0]
        assert (row.version, row.percent) == (version + names.count(name), told.percent)
    assert unsound_of(Project.objects.get(pk=project.pk)) == Unsound()


@pytest.mark.django_db(transaction=True)
def test_of_reports_on_one_version_one_is_kept() -> None:
    cast = make_cast()
    project = planned_project(cast)
    tell(cast.manager, task(project, "设计"), 100)
    seen, count, barrier = task(project, "设计").version, Event.objects.count(), Barrier(4)

    def one(percent: int) -> str:
        barrier.wait()
        try:
            return tell(cast.manager, task(project, "设计"), percent, seen)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(one, (1000, 2000, 3000, 4000))) == ["done"] + ["item-changed"] * 3
    assert kinds_since(count) == ["progress-recorded"]
    assert task(project, "设计").version == seen + 1


def tell(by: User, item: WorkItem, percent: int, seen: int | None = None) -> str:
    """Report on an item; return what it came to."""
    try:
        report = Report("doing", percent, seen=seen)
        record_progress(by=by, item=item, report=report, status_date=NOW.date(), now=NOW)
    except Refused as refused:
        return refused.code
    return "done"
