"""What the workbench asks a head for: lines of the pairs of project and department for which she answers, while it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, small_project
from tongzhou.lib import clock
from tongzhou.people.models import Department, Leave
from tongzhou.projects.access import visible_to
from tongzhou.projects.actions import seat
from tongzhou.projects.models import Project
from tongzhou.resources.actions import CommitmentSpec, ask_commitments
from tongzhou.resources.queries.waiting import commitments_owed

TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.pretend(NOW):
        yield


def asked(cast: Cast, project: Project, *departments: Department) -> None:
    days = date(2024, 3, 4), date(2024, 3, 29)
    rows = [CommitmentSpec(one.pk, "people", "测试工程师", Decimal(2), "", *days) for one in departments]
    ask_commitments(by=cast.manager, project=project, rows=rows, now=NOW)


def test_in_a_project_that_ended_nobody_owes_an_answer(cast: Cast) -> None:
    project = small_project(cast)
    asked(cast, project, cast.rd)
    Leave.objects.create(user=cast.head, first=TODAY, last=TODAY, stand_in=cast.stranger)
    assert [row.number for person in (cast.head, cast.stranger) for row in commitments_owed(person, NOW)] == ["S-1", "S-1"]
    assert list(visible_to(cast.stranger)) == [project]
    Project.objects.filter(pk=project.pk).update(stage=Project.Stage.CLOSED)
    assert commitments_owed(cast.head, NOW) == commitments_owed(cast.stranger, NOW) == []
    assert not visible_to(cast.stranger).exists()


def test_the_workbench_asks_alike_for_two_seats_and_for_many(cast: Cast) -> None:
    project, other = small_project(cast), small_project(cast, "S-2")
    seat(
        by=cast.manager,
        participation=other.participations.get(department=cast.marketing),
        kind="head",
        holder=cast.head,
        now=NOW,
    )
    # Of these projects and departments she answers for three pairs: 市场部 in the first project is somebody else's.
    for place in (project, other):
        asked(cast, place, cast.rd, cast.marketing)
    mine = [(project.pk, cast.rd.pk), (other.pk, cast.rd.pk), (other.pk, cast.marketing.pk)]
    with CaptureQueriesContext(connection) as few:
        owed = [row.key for row in commitments_owed(cast.head, NOW)]
    assert owed == [f"commitments-{place}-{department}" for place, department in mine]
    for count in range(5):
        small_project(cast, f"M-{count}")
    with CaptureQueriesContext(connection) as many:
        assert [row.key for row in commitments_owed(cast.head, NOW)] == owed
    assert len(many) == len(few), [query["sql"] for query in many.captured_queries]
    assert not [query for query in many.captured_queries if "asked_at" in query["sql"] and " OR " in query["sql"]]
