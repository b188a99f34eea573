"""A start from a template tells each person once, of all that is hers in the project."""

from __future__ import annotations

from exchange.test_template_start import start, wanted_of
from support.cast import NOW, Cast
from support.checks import kinds_since
from tongzhou.exchange.queries.brought import brought_by_start, part_of_start
from tongzhou.exchange.queries.templates.listing import BUILT_IN
from tongzhou.lib import clock
from tongzhou.notifications.actions import tell
from tongzhou.notifications.models import Delivery, Notice
from tongzhou.plan.models import WorkItem
from tongzhou.projects.actions import give_role
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.timeline.models import Event

LAUNCH = BUILT_IN[0]


def all_told(since: int) -> None:
    """Let the worker tell of every event after the first `since`, twice: nothing is told anew."""
    for _again in range(2):
        for key in Event.objects.order_by("pk").values_list("pk", flat=True)[since:]:
            with clock.pretend(NOW):
                tell(key)


def launched(cast: Cast, **other: str) -> Project:
    since = Event.objects.count()
    project = start(cast, LAUNCH, wanted_of(cast, LAUNCH, **other))
    assert len(kinds_since(since)) > 15
    all_told(since)
    return project


def test_each_person_is_told_once_and_who_started_it_is_not(cast: Cast) -> None:
    project = launched(cast)
    people = list(Notice.objects.filter(project_id=project.pk).values_list("person", flat=True))
    assert len(people) == len(set(people))
    taking_part = set(ProjectRole.objects.filter(project=project).values_list("user_id", flat=True))
    assert taking_part - {cast.manager.pk} <= set(people)
    assert cast.manager.pk not in people
    assert not Delivery.objects.exclude(notice__kind="start").exists()


def test_it_says_who_she_is_her_tasks_and_what_is_asked(cast: Cast) -> None:
    project = launched(cast)
    liaison = Notice.objects.get(person=cast.liaison)
    assert (liaison.kind, liaison.title) == ("start", "你已加入项目“春季上市”：研发部接口人")
    mine = WorkItem.objects.filter(project=project, owner=cast.liaison)
    first = mine.order_by("start", "rank")[0]
    lines = liaison.text.split("\n")
    assert lines[0].startswith(f"你负责 {mine.count()} 项任务：{first.name} {first.start:%m-%d}–{first.finish:%m-%d}、")
    assert lines[0].endswith("…")
    assert "请答复对本部门的 2 项资源需求。" in lines
    assert any(line.startswith("本部门应提交交付物 ") for line in lines)
    assert lines[-1] == f"项目周期 2024-03-04 至 {project.ends_on}，由{cast.manager.name}发起"
    assert liaison.link == f"/projects/{project.number}/commitments/"
    lead = Notice.objects.get(person=cast.general_lead)
    assert (lead.title, lead.link) == ("你已加入项目“春季上市”：项目总负责人", f"/projects/{project.number}/start/")


def test_a_light_start_tells_in_light_words(cast: Cast) -> None:
    project = launched(cast, weight="light")
    said = " ".join(f"{row.title} {row.text}" for row in Notice.objects.filter(project_id=project.pk))
    assert "成员" in said
    assert [word for word in ("席位", "承诺", "资源需求", "交付物", "接口人", "章程") if word in said] == []


def test_what_happens_later_is_told_by_itself(cast: Cast) -> None:
    project = launched(cast)
    since = Event.objects.count()
    give_role(by=cast.manager, project=project, person=cast.finance, role="it_support", now=NOW)
    assert part_of_start(Event.objects.order_by("pk")[since]) == []
    all_told(since)
    assert Notice.objects.filter(person=cast.finance, kind="seat").count() == 1


def test_what_is_told_costs_the_same_however_many_there_are(cast: Cast, django_assert_max_num_queries: object) -> None:
    project = start(cast, LAUNCH)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        found = brought_by_start(project, NOW.date())
    assert len(found) >= 6
