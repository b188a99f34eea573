"""What the holder of a seat may decide alone."""

from __future__ import annotations

import pytest

from support.cast import NOW, Cast, small_project
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import User
from tongzhou.projects import actions
from tongzhou.projects.models import Participation, Project, Seat


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


@pytest.fixture
def part(cast: Cast, project: Project) -> Participation:
    return project.participations.get(department=cast.rd)


def let(by: User, part: Participation, text: str, kind: str = "liaison") -> None:
    actions.let_decide(by=by, participation=part, kind=kind, text=text, now=NOW)


def test_it_is_written_down_with_before_and_after(cast: Cast, part: Participation) -> None:
    let(cast.manager, part, " 3 天以内的顺延 ")
    event = {"project": part.project_id, "department": cast.rd.pk, "seat": "liaison"}
    changes = [("seat", part.pk, {"may_decide": ""}, {"may_decide": "3 天以内的顺延"})]
    assert said() == ("seat-powers-changed", event, changes)
    with unchanged():
        let(cast.manager, part, "3 天以内的顺延")


def test_it_is_refused(cast: Cast, part: Participation) -> None:
    with refused("forbidden", kind=Forbidden):
        let(cast.liaison, part, "一切")
    with refused("text-too-long", "may_decide"):
        let(cast.manager, part, "x" * 501)
    Seat.objects.filter(participation=part).delete()
    with refused("seat-empty", "may_decide"):
        let(cast.manager, part, "一切")


def test_what_was_said_of_the_old_holder_does_not_pass_to_the_next(cast: Cast, part: Participation) -> None:
    let(cast.manager, part, "一切")
    actions.seat(by=cast.manager, participation=part, kind="liaison", holder=cast.member, now=NOW)
    assert Seat.objects.get(participation=part, kind="liaison").may_decide == ""


def test_the_start_page_takes_and_shows_it(cast: Cast, part: Participation) -> None:
    client, address = client_of(cast.manager), f"/projects/S-1/start/departments/{part.pk}/seats/"
    assert client.post(address, {"kind": "liaison", "may_decide": "3 天以内"}).status_code == 302
    assert 'value="3 天以内"' in client.get("/projects/S-1/start/").content.decode()
    assert "3 天以内" in client_of(cast.member).get("/projects/S-1/start/").content.decode()
    for fields in ({"kind": "x", "may_decide": "x"}, {"kind": "liaison", "may_decide": "\0"}):
        with unchanged():
            assert client.post(address, fields).status_code == 422
