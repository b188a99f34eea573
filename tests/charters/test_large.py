"""The charter of a company that is large: two hundred departments sign, with objectives, scope and milestones to match."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charters.ground import company_calendar, in_force, opened, whole_project, write
from signoffs.sheets import sign
from support.cast import NOW, Cast
from support.web import client_of
from tongzhou.charters.actions import open_charter
from tongzhou.lib import clock
from tongzhou.people.actions import add_department, add_person
from tongzhou.people.models import System
from tongzhou.plan.actions import ItemSpec, bring_in
from tongzhou.projects.actions import Goal, Part, ScopeLine, add_objective, seat, set_participation, set_scope
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Sheet

pytestmark = pytest.mark.django_db(transaction=True)
HERE, MISSING = "/projects/S-1/charter/", "/projects/S-1/start/missing/"
PART = {"HX-Request": "true"}
MOST = 15
SIGNERS, ROWS = 200, 60


def grown(cast: Cast) -> Project:
    """A project in which `SIGNERS` departments take part, each with a head."""
    project = whole_project(cast)
    given: dict[str, Any] = {"by": cast.manager, "project": project, "now": NOW}
    with clock.pretend(NOW):
        for number in range(SIGNERS - 2):
            department = add_department(by=System(), name=f"部门{number}", now=NOW)
            head = add_person(by=System(), name=f"负责人{number}", login=f"head{number}", department=department, now=NOW)
            part = set_participation(department=department, part=Part("support", f"配合第 {number} 项"), **given)
            seat(by=cast.manager, participation=part, kind="head", holder=head, now=NOW)
        lines = [ScopeLine("in", f"第 {number} 项") for number in range(ROWS)]
        set_scope(lines=[*lines, ScopeLine("out", "海外")], **given)
        for number in range(ROWS):
            goal = Goal(f"指标 {number}", "数量", Decimal(1), Decimal(9), "台", due=date(2024, 6, 1), owner=cast.member)
            add_objective(goal=goal, **given)
        day = date(2024, 3, 8)
        items = [ItemSpec(f"9.{n}", f"点 {n}", is_milestone=True, typed_start=day, typed_finish=day) for n in range(ROWS)]
        bring_in(items=items, links=[], **given)
    return project


def asked_by(client: Any, path: str, most: int = MOST, **headers: str) -> int:
    """Return how many queries the page takes once it was seen, in an organisation that has its calendar."""
    company_calendar()
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path, headers=headers).status_code == 200
    assert len(asked) <= most, "\n".join(f"{n} {one['sql'][:200]}" for n, one in enumerate(asked.captured_queries, 1))
    return len(asked)


def test_a_charter_with_two_hundred_signers_asks_no_more_than_a_small_one(cast: Cast) -> None:
    project = grown(cast)
    manager, member = client_of(cast.manager), client_of(cast.member)
    for client in (manager, member):
        asked_by(client, HERE)
    for kind in ("success", "risks"):
        write(cast, project, kind, "长" * 100_000)
    with clock.pretend(NOW):
        sheet = open_charter(by=cast.manager, project=project, now=NOW)
    places = list(sheet.places.order_by("order"))
    assert len(places) == SIGNERS
    sign(cast.head, sheet, f"head:{cast.rd.pk}")
    sign(cast.other_head, sheet, f"head:{cast.marketing.pk}", "refuse", "职责不清楚")
    write(cast, project, "risks", "改" * 100_000, 1)
    for client in (manager, member):
        asked_by(client, HERE)
    few = opened(cast, whole_project(cast, "S-2"))
    most = asked_by(member, f"/projects/S-2/sheets/{few.pk}/", 25)
    asked_by(member, f"/projects/S-1/sheets/{sheet.pk}/", most)


def test_when_it_is_in_force_neither(cast: Cast) -> None:
    project, sheet = in_force(cast)
    for person in (cast.manager, cast.head, cast.member):
        for path in (HERE, f"{HERE}signed/"):
            asked_by(client_of(person), path)
    assert Sheet.objects.get(pk=sheet.pk).project_id == project.pk


def test_what_is_missing_asks_no_more_for_a_large_project(cast: Cast) -> None:
    project = grown(cast)
    for person in (cast.manager, cast.member):
        asked_by(client_of(person), MISSING, **PART)
    write(cast, project, "risks", "【…】")
    opened(cast, whole_project(cast, "S-2"))
    asked_by(client_of(cast.manager), MISSING, **PART)
