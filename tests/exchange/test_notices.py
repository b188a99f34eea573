"""复制通知: one text for each department, and ways in for those who have none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from support.cast import NOW, Cast, launch_project, planned_project, small_project
from support.checks import unchanged
from tongzhou.exchange.actions import make_notice_links
from tongzhou.exchange.queries.department_notices import department_notices
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.people.actions import make_sign_in_links
from tongzhou.people.models import Department, SignInLink, User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.actions import give_role, seat
from tongzhou.projects.models import ProjectRole
from tongzhou.timeline.models import Event

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
TODAY = date(2024, 4, 2)


def test_one_text_a_department_with_the_next_tasks_first(cast: Cast) -> None:
    project = launch_project(cast)
    texts = {one.name: one.text for one in department_notices(project, TODAY, "https://plan.example/")}
    assert sorted(texts) == sorted(["市场部", "研发部", "销售部"])
    lines = texts["研发部"].splitlines()
    assert lines[0] == "【新产品上市项目】研发部任务通知"
    assert lines[-1] == "计划和进度：https://plan.example/"
    assert any(line.startswith("@") for line in lines)
    assert not any("结构设计" in line for line in lines), "what is done is not told"
    numbered = [line for line in lines if re.match(r"\d\. ", line)]
    assert numbered == [line for line in lines if line[:1].isdigit()]


def test_overdue_today_and_many(cast: Cast) -> None:
    project = launch_project(cast)
    owner = WorkItem.objects.filter(project=project, owner__isnull=False, children__isnull=True).exclude(state="done").first()
    assert owner is not None
    for number in range(12):
        WorkItem.objects.create(
            project=project, rank=f"zz{number:02}", name=f"多 {number}", owner=owner.owner, start=date(2030, 1, 1),
            finish=date(2030, 1, 2),
        )  # fmt: skip
    text = "\n".join(one.text for one in department_notices(project, TODAY, "x"))
    assert "……另有" in text
    assert "（已逾期）" in "\n".join(one.text for one in department_notices(project, date(2031, 1, 1), "x"))


def test_the_manager_makes_ways_in_for_people_without_password(cast: Cast, signed_in: SignedIn) -> None:
    project = launch_project(cast)
    client = signed_in(project.roles.get(kind="manager").user)
    page = client.get(f"/projects/{project.number}/plan/notice/").content.decode()
    assert "/enter/" not in page
    answer = client.post(f"/projects/{project.number}/plan/notice/links/").content.decode()
    found = set(re.findall(r"/enter/([\w-]+)/", answer))
    assert len(found) == SignInLink.objects.filter(used_at__isnull=True).count() > 1
    event = Event.objects.latest("pk")
    assert (event.kind, len(event.data["people"])) == ("sign-in-links-made", len(found))
    stranger = Client()
    entered = stranger.post(f"/enter/{found.pop()}/")
    assert entered.status_code == 302


def test_nobody_is_vouched_for_who_has_a_password_or_manages_accounts(cast: Cast) -> None:
    project = launch_project(cast)
    manager = project.roles.get(kind="manager").user
    first, second, *_ = (person for person in _owners(project) if person != manager)
    first.set_password("ein langes Wort 42")
    first.save()
    second.is_administrator = True
    second.save()
    made = make_notice_links(by=manager, project=project, now=NOW)
    assert {first.pk, second.pk, manager.pk} & made.keys() == set()
    for person in (first, second):
        with pytest.raises(Forbidden):
            make_sign_in_links(by=manager, people=[person], vouched={person.pk}, now=NOW)


@pytest.mark.parametrize("part", ["head of a department", "seat", "general lead elsewhere", "member of what is not seen"])
def test_nobody_is_vouched_for_as_whom_the_manager_could_do_more_than_herself(cast: Cast, part: str) -> None:
    """Whoever makes a way in could use it: anybody may start a project and give anybody a task there."""
    own, foreign, task_owner = planned_project(cast), small_project(cast, "S-2"), cast.owner
    assert make_notice_links(by=cast.manager, project=own, now=NOW).keys() == {task_owner.pk}
    if part == "head of a department":
        Department.objects.filter(pk=cast.rd.pk).update(head=task_owner)
    elif part == "seat":
        seat(by=cast.manager, participation=own.participations.get(department=cast.rd), kind="head", holder=task_owner, now=NOW)
    else:
        give_role(
            by=cast.manager, project=foreign, person=task_owner, role="general_lead" if "lead" in part else "member", now=NOW
        )
        if part == "member of what is not seen":
            ProjectRole.objects.filter(project=foreign, user=cast.manager).delete()
    with unchanged(), pytest.raises(Refused, match="个人链接"):
        make_notice_links(by=cast.manager, project=own, now=NOW)


def test_who_comes_in_by_a_link_sees_who_made_it(cast: Cast) -> None:
    project = planned_project(cast)
    token = make_notice_links(by=cast.manager, project=project, now=clock.now())[cast.owner.pk]
    client = Client()
    assert client.post(f"/enter/{token}/").status_code == 302
    assert f"链接由{cast.manager.name}制作" in client.get("/me/").content.decode()


def _owners(project: Any) -> list[User]:
    open_ones = WorkItem.objects.filter(project=project, children__isnull=True).exclude(state__in=["done", "cancelled"])
    return list(User.objects.filter(work_items__in=open_ones).distinct().order_by("pk"))


def test_without_open_work_nobody_needs_one(cast: Cast) -> None:
    project = planned_project(cast)
    WorkItem.objects.filter(project=project).update(state="done")
    with unchanged(), pytest.raises(Refused, match="个人链接"):
        make_notice_links(by=cast.manager, project=project, now=NOW)
    assert department_notices(project, TODAY, "x") == []


def test_members_make_none(cast: Cast) -> None:
    project = planned_project(cast)
    with pytest.raises(Forbidden), unchanged():
        make_notice_links(by=cast.liaison, project=project, now=NOW)


def test_three_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    project = launch_project(cast)
    with clock.pretend(NOW), django_assert_num_queries(3):
        department_notices(project, TODAY, "x")
