"""复制通知: one text for each department, and ways in for those who have none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from support.cast import NOW, Cast, launch_project, planned_project, small_project
from support.checks import unchanged
from tongzhou.exchange.actions import make_notice_links
from tongzhou.exchange.queries.department_notices import department_notices
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.people.actions import make_sign_in_links, use_sign_in_link
from tongzhou.people.models import Department, Leave, SignInLink, User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.actions import give_role, seat
from tongzhou.projects.models import Project, ProjectRole
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


def test_nobody_is_vouched_for_who_stands_in_where_the_manager_sees_nothing(cast: Cast) -> None:
    own, foreign = planned_project(cast), planned_project(cast, "S-2")
    ProjectRole.objects.filter(project=foreign, user=cast.manager).update(user=cast.stranger)
    ProjectRole.objects.filter(project=foreign, user=cast.owner).delete()
    WorkItem.objects.filter(project=foreign).update(owner=cast.other_head)
    leave = Leave.objects.create(user=cast.other_head, first=TODAY, last=TODAY, stand_in=cast.owner)
    with clock.pretend(datetime(2024, 4, 2, 1, tzinfo=UTC)):
        with unchanged(), pytest.raises(Refused, match="个人链接"):
            make_notice_links(by=cast.manager, project=own, now=NOW)
        Leave.objects.filter(pk=leave.pk).update(user=cast.member)
        WorkItem.objects.filter(project=own, name="推广").update(owner=cast.member)
        assert cast.owner.pk in make_notice_links(by=cast.manager, project=own, now=NOW), "there the manager sees all"


GAINS = ("password", "seat", "role", "administrator", "head of a department", "project not seen", "maker left", "maker out")


def _gain(cast: Cast, part: str, own: Project) -> None:
    """What may happen between the making of a link and its use."""
    person, foreign = cast.owner, small_project(cast, "S-2")
    if part == "password":
        person.set_password("ein langes Wort 42")
        person.save()
    elif part == "seat":
        seat(by=cast.manager, participation=own.participations.get(department=cast.rd), kind="head", holder=person, now=NOW)
    elif part == "role":
        give_role(by=cast.manager, project=own, person=person, role="finance", now=NOW)
    elif part == "administrator":
        User.objects.filter(pk=person.pk).update(is_administrator=True)
    elif part == "head of a department":
        Department.objects.filter(pk=cast.rd.pk).update(head=person)
    elif part == "project not seen":
        give_role(by=cast.manager, project=foreign, person=person, role="member", now=NOW)
        ProjectRole.objects.filter(project=foreign, user=cast.manager).update(user=cast.head)
    elif part == "maker left":
        User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    else:
        ProjectRole.objects.filter(project=own, user=cast.manager).update(user=cast.head)


@pytest.mark.parametrize("part", GAINS)
def test_a_managers_link_ends_when_its_person_may_more_than_the_manager(cast: Cast, part: str) -> None:
    own = planned_project(cast)
    token = make_notice_links(by=cast.manager, project=own, now=clock.now())[cast.owner.pk]
    browser = Client()
    assert browser.get(f"/enter/{token}/").status_code == 200
    _gain(cast, part, own)
    with unchanged():
        answers = [browser.get(f"/enter/{token}/"), browser.post(f"/enter/{token}/")]
        link = SignInLink.objects.select_related("user", "made_by").get(used_at__isnull=True)
        with pytest.raises(Refused, match="不再有效"):
            use_sign_in_link(link=link, now=clock.now())
    assert [answer.status_code for answer in answers] == [410, 410]
    assert answers[0].content == browser.get("/enter/never-was/").content
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("part", ["password", "seat", "role"])
def test_a_link_of_the_administrator_stays(cast: Cast, part: str) -> None:
    token = make_sign_in_links(by=cast.administrator, people=[cast.owner], now=clock.now())[0][1]
    _gain(cast, part, planned_project(cast))
    assert Client().post(f"/enter/{token}/").status_code == 302


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
