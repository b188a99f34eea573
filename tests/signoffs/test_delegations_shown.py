"""Delegations as my signatures show them: what holds, and what of the project is told."""

from __future__ import annotations

import pytest

from signoffs.sheets import heads
from support.api import program_of
from support.cast import NOW, Cast, small_project
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.projects.actions import give_role
from tongzhou.projects.actions import seat as give_seat
from tongzhou.signoffs.actions import Grant, delegate_seat
from tongzhou.signoffs.queries.mine import delegations_of

pytestmark = pytest.mark.django_db


def test_a_delegation_holds_as_long_as_its_own_seat(cast: Cast) -> None:
    project = small_project(cast)
    grant = Grant(cast.stranger, NOW.date(), NOW.date())
    delegate_seat(by=cast.head, project=project, seat=heads(cast)[0], grant=grant, now=NOW)
    part = project.participations.get(department=cast.rd)
    give_seat(by=cast.manager, participation=part, kind="head", holder=cast.owner, now=NOW)
    give_role(by=cast.manager, project=project, person=cast.head, role="member", now=NOW)
    (mine,), (given,) = (delegations_of(person, NOW.date()) for person in (cast.head, cast.stranger))
    assert (mine.holds, mine.visible) == (False, True)
    assert (given.holds, given.visible) == (False, False)
    with clock.pretend(NOW):
        page = client_of(cast.stranger).get("/me/signatures/").content.decode()
        (told,) = program_of(cast.stranger).ask("GET", "me/signatures?state=delegated").json()["items"]
    assert "已失效：席位已换人" in page and "小项目" not in page
    assert (told["project"], told["holds"]) == (None, False)


@pytest.mark.parametrize("seat", ["head", "role:general_lead"])
def test_who_left_the_delegated_seat_lets_nobody_in_by_another(cast: Cast, seat: str) -> None:
    project = small_project(cast)
    part = project.participations.get(department=cast.rd)
    principal, name = (cast.head, f"head:{cast.rd.pk}") if seat == "head" else (cast.general_lead, seat)
    grant = Grant(cast.stranger, NOW.date(), NOW.date())
    delegate_seat(by=principal, project=project, seat=name, grant=grant, now=NOW)
    give_seat(by=cast.manager, participation=part, kind="liaison", holder=principal, now=NOW)
    page = f"/projects/{project.number}/"
    with clock.pretend(NOW):
        assert client_of(cast.stranger).get(page).status_code == 200
        if seat == "head":
            give_seat(by=cast.manager, participation=part, kind="head", holder=cast.owner, now=NOW)
        else:
            project.roles.filter(user=principal, kind="general_lead").delete()
        assert client_of(principal).get(page).status_code == 200
        assert client_of(cast.stranger).get(page).status_code == 404
