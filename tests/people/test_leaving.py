"""Leavers: everything ends at once, open work is handed over, nothing is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from support.addresses import inhabited
from support.cast import NOW, Cast, planned_project, task
from support.checks import kinds_since, refused, said, unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.people import actions, queries
from tongzhou.people.models import ApiToken, Department, System, User
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.projects.models import ProjectRole, Seat
from tongzhou.timeline.models import Event


def sign_in(person: User) -> Client:
    """Sign in by a link, as people do: only such a session is on the list."""
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0"})
    token = actions.make_sign_in_link(by=System(), person=person, now=clock.now())
    assert client.post(f"/enter/{token}/").status_code == 302
    return client


def test_a_leaver_is_out_everywhere_at_once(cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert client.get("/me/").status_code == 200
    token = actions.make_sign_in_link(by=System(), person=cast.owner, now=clock.now())
    key = ApiToken.objects.create(user=cast.owner, name="x", token_hash="y", made_at=NOW, expires_at=NOW)
    now = clock.now()
    actions.disable_person(by=cast.administrator, person=cast.owner, now=now)
    assert client.get("/me/").status_code == 302
    assert queries.link_by_token(token, now) is None
    key.refresh_from_db()
    cast.owner.refresh_from_db()
    assert (key.revoked_at, cast.owner.is_active, cast.owner.disabled_at) == (now, False, now)
    assert said()[0] == "person-disabled"
    actions.enable_person(by=cast.administrator, person=cast.owner, now=now)
    assert client.get("/me/").status_code == 302
    cast.owner.refresh_from_db()
    assert (cast.owner.is_active, cast.owner.disabled_at, said()[0]) == (True, None, "person-enabled")


def test_open_work_goes_to_the_successor_with_one_event_a_project_and_room(cast: Cast) -> None:
    project = planned_project(cast)
    WorkItem.objects.filter(pk=task(project, "测试").pk).update(state="done")
    Department.objects.filter(pk=cast.rd.pk).update(head=cast.owner)
    before, version = Event.objects.count(), Plan.objects.get(project=project).version
    actions.disable_person(by=cast.administrator, person=cast.owner, successor=cast.member, now=NOW)
    assert (task(project, "设计").owner, task(project, "测试").owner) == (cast.member, cast.owner)
    assert kinds_since(before) == ["person-disabled", "tasks-handed-over"]
    assert Plan.objects.get(project=project).version == version + 1
    assert Department.objects.get(pk=cast.rd.pk).head == cast.member


def test_without_a_successor_work_goes_to_the_stand_in_or_stays(cast: Cast) -> None:
    project = planned_project(cast)
    design, test = task(project, "设计"), task(project, "测试")
    WorkItem.objects.filter(pk=design.pk).update(stand_in=cast.liaison)
    actions.disable_person(by=cast.administrator, person=cast.owner, now=NOW)
    assert (task(project, "设计").owner, task(project, "测试").owner) == (cast.liaison, cast.owner)
    page = client_of(cast.administrator).get(f"/people/{cast.owner.pk}/hand-over/")
    assert [[row.key for row in group.rows] for group in page.context["groups"]] == [[f"task-{test.pk}"]]


def test_the_persons_own_stand_in_takes_tasks_seats_and_roles(cast: Cast) -> None:
    project = planned_project(cast)
    actions.set_stand_in(by=cast.liaison, person=cast.liaison, stand_in=cast.member, now=NOW)
    actions.disable_person(by=cast.administrator, person=cast.liaison, now=NOW)
    seat = Seat.objects.get(participation__project=project, participation__department=cast.rd, kind="liaison")
    assert seat.holder == cast.member
    assert said()[0] == "seats-handed-over"


def test_a_quality_supervisor_inherits_no_task_of_what_he_judges(cast: Cast) -> None:
    project = planned_project(cast)
    with refused("supervisor-owns-nothing", "successor"):
        actions.disable_person(by=cast.administrator, person=cast.owner, successor=cast.quality, now=NOW)
    WorkItem.objects.filter(project=project).update(stand_in=cast.quality)
    actions.disable_person(by=cast.administrator, person=cast.owner, now=NOW)
    assert task(project, "设计").owner == cast.owner


def test_who_judges_inherits_no_management_of_what_he_judges(cast: Cast) -> None:
    project = planned_project(cast)
    with unchanged(), refused("roles-apart", "successor"):
        actions.disable_person(by=cast.administrator, person=cast.manager, successor=cast.quality, now=NOW)
    role = project.roles.get(kind="manager")
    with unchanged(), refused("roles-apart", "successor"):
        give = {"person": cast.manager, "successor": cast.quality, "chosen": [f"role-{role.pk}"]}
        actions.hand_over_work(by=cast.administrator, now=NOW, **give)
    User.objects.filter(pk=cast.manager.pk).update(stand_in=cast.quality)
    actions.disable_person(by=cast.administrator, person=User.objects.get(pk=cast.manager.pk), now=NOW)
    assert project.roles.get(kind="manager").user == cast.manager


def test_a_role_of_one_holder_moves_and_one_that_is_held_already_ends(cast: Cast) -> None:
    project = planned_project(cast)
    actions.disable_person(by=cast.administrator, person=cast.manager, successor=cast.general_lead, now=NOW)
    roles = ProjectRole.objects.filter(project=project, user=cast.general_lead).values_list("kind", flat=True)
    assert set(roles) == {"manager", "general_lead"}
    ProjectRole.objects.create(project=project, user=cast.member, kind="finance")
    actions.disable_person(by=cast.administrator, person=cast.finance, successor=cast.member, now=NOW)
    assert ProjectRole.objects.filter(project=project, kind="finance").count() == 1


@pytest.mark.parametrize(
    ("by", "person", "successor", "code", "field"),
    [
        ("manager", "owner", None, "forbidden", ""),
        ("administrator", "administrator", None, "not-yourself", ""),
        ("administrator", "owner", "owner", "successor-unfit", "successor"),
    ],
)
def test_who_may_not_be_disabled_so(cast: Cast, by: str, person: str, successor: str | None, code: str, field: str) -> None:
    heir = getattr(cast, successor) if successor else None
    with refused(code, field, kind=Forbidden if code == "forbidden" else Refused):
        actions.disable_person(by=getattr(cast, by), person=getattr(cast, person), successor=heir, now=NOW)


def test_the_last_administrator_stays(cast: Cast) -> None:
    with refused("last-administrator", "is_administrator"):
        actions.change_person(by=cast.administrator, person=cast.administrator, values={"is_administrator": False}, now=NOW)
    actions.change_person(by=cast.administrator, person=cast.member, values={"is_administrator": True}, now=NOW)
    actions.disable_person(by=User.objects.get(pk=cast.member.pk), person=cast.administrator, now=NOW)
    with refused("last-administrator"):
        stale = User(pk=0, is_administrator=True, is_active=True)
        actions.disable_person(by=stale, person=cast.member, now=NOW)


def test_some_of_the_work_is_handed_over_on_the_page(cast: Cast) -> None:
    project, _parameters = inhabited(cast)
    client = client_of(cast.administrator)
    page = f"/people/{cast.owner.pk}/hand-over/"
    design, test = task(project, "设计"), task(project, "测试")
    with unchanged():
        for fields in ({}, {"successor": "没有人"}, {"successor": "chengyuan"}, {"chosen": f"task-{design.pk}"}):
            assert client.post(page, fields).status_code == 422
    answer = client.post(page, {"successor": "成员 (chengyuan)", "chosen": [f"task-{design.pk}", "task-x", "seat-9"]})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert (task(project, "设计").owner, task(project, "测试").owner) == (cast.member, test.owner)
    assert client.post(f"/people/{cast.owner.pk}/disabled/", {"successor": "成员"}).status_code == 302
    assert task(project, "测试").owner == cast.member
    assert client.get(page).context["groups"] == []
    assert client.post(f"/people/{cast.owner.pk}/enabled/").status_code == 302


def test_the_list_costs_the_same_for_any_number_of_tasks(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = client_of(cast.administrator)
    for number in ("S-1", "S-2", "S-3"):
        planned_project(cast, number)
        with django_assert_max_num_queries(11):
            client.get(f"/people/{cast.owner.pk}/hand-over/")


def test_a_persons_projects_are_those_that_the_viewer_sees(cast: Cast) -> None:
    planned_project(cast)
    page = f"/people/{cast.owner.pk}/"
    assert "小项目 S-1" in client_of(cast.member).get(page).content.decode()
    for outsider in (cast.stranger, User.objects.create_user("zweite", "第二", is_administrator=True)):
        assert "小项目" not in client_of(outsider).get(page).content.decode()
