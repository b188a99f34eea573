"""A project from a template: what is made, on which days, for whom; all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from support.cast import NOW, Cast
from support.checks import kinds_since, refused, unchanged
from tongzhou.charters.models import CharterPart
from tongzhou.exchange.actions.starting import Source, start_from_template
from tongzhou.exchange.queries.templates.document import Document
from tongzhou.exchange.queries.templates.guessing import guess_departments, guess_people, organisation
from tongzhou.exchange.queries.templates.laying import Chosen, Wanted, appointed
from tongzhou.exchange.queries.templates.listing import BUILT_IN, built_in
from tongzhou.exchange.queries.templates.planning import plan_from, plan_of, plan_until
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import CalendarDay, Department, WorkCalendar
from tongzhou.people.queries import working_calendar
from tongzhou.plan.models import Baseline, Deliverable, Dependency, KeyMilestone, WorkItem
from tongzhou.projects.models import CommunicationRule, Objective, Participation, Project, ProjectRole, ScopeItem, Seat
from tongzhou.resources.models import Commitment
from tongzhou.timeline.models import Event

MONDAY = date(2024, 3, 4)


def source_of(key: str) -> Source:
    return Source(key, built_in(key).name, 0, built_in(key))


def chosen_for(cast: Cast, document: Document) -> Chosen:
    """Departments as guessed, and everybody whom the launch project of the sources has."""
    known = organisation()
    departments = guess_departments(document, known)
    people = guess_people(document, known, departments, cast.manager.pk)
    told = {"general-lead": cast.general_lead, "quality": cast.quality, "finance": cast.finance}
    told |= {"rd-head": cast.head, "rd-liaison": cast.liaison, "mkt-head": cast.other_head, "mkt-liaison": cast.other_liaison}
    keys = {one.key for one in document.positions}
    return Chosen(departments, people | {key: person.pk for key, person in told.items() if key in keys})


def start(cast: Cast, key: str, wanted: Wanted | None = None) -> Project:
    return start_from_template(by=cast.manager, source=source_of(key), wanted=wanted or wanted_of(cast, key), now=NOW)


def wanted_of(cast: Cast, key: str, **other: Any) -> Wanted:
    return replace(Wanted("春季上市", MONDAY, chosen=chosen_for(cast, built_in(key))), **other)


def test_the_launch_brings_departments_seats_roles_scope_and_plan(cast: Cast, django_assert_max_num_queries: Any) -> None:
    count = Event.objects.count()
    with django_assert_max_num_queries(550):
        project = start(cast, "new-product-launch", wanted_of(cast, BUILT_IN[0]))
    assert (project.name, project.kind, project.weight, project.starts_on) == ("春季上市", "project", "standard", MONDAY)
    assert project.objective.startswith("【4】个月内完成新产品上市")
    parts = {
        row.department.name: row.kind for row in Participation.objects.filter(project=project).select_related("department")
    }
    assert parts == {"研发部": "lead", "市场部": "support", "销售部": "support", "生产部": "support", "质量部": "supervise"}
    seats = {(row.participation.department.name, row.kind): row for row in Seat.objects.filter(participation__project=project)}
    assert seats["研发部", "head"].holder == cast.head
    assert seats["研发部", "liaison"].holder == cast.liaison
    assert seats["研发部", "liaison"].may_decide.startswith("样机阶段不影响关键里程碑")
    roles = dict(ProjectRole.objects.filter(project=project).values_list("kind", "user__name"))
    assert (roles["manager"], roles["general_lead"], roles["quality"], roles["finance"]) == (
        "陈一",
        "褚十六",
        "卫十一",
        "韩十七",
    )
    excluded = ScopeItem.objects.get(project=project, text="产品上市后的售后培训")
    assert (excluded.kind, excluded.department and excluded.department.name) == ("out", "客服部")
    assert WorkItem.objects.filter(project=project).count() == len(built_in("new-product-launch").tasks)
    assert Dependency.objects.filter(project=project).count() == sum(
        len(one.predecessors) for one in built_in(BUILT_IN[0]).tasks
    )
    assert Baseline.objects.get(project=project).number == 0
    made = kinds_since(count)
    assert (made[0], made[-1]) == ("project-created", "project-started-from-template")
    assert Event.objects.order_by("-pk")[0].data == {
        "project": project.pk,
        "template": "new-product-launch",
        "template_name": "新产品上市",
        "edition": 0,
        "tasks": 53,
    }


def test_the_preview_says_what_the_project_gets_and_writes_nothing(cast: Cast) -> None:
    wanted = wanted_of(cast, BUILT_IN[0])
    with unchanged():
        planned = plan_of(built_in(BUILT_IN[0]), wanted, NOW)
    project = start(cast, BUILT_IN[0], wanted)
    names = {one.key: one.name for one in built_in(BUILT_IN[0]).tasks}
    said = {names[key]: (one.start, one.finish) for key, one in planned.dates.items()}
    stored = {
        name: (start, finish)
        for name, start, finish in WorkItem.objects.filter(project=project).values_list("name", "start", "finish")
    }
    assert stored == said
    assert (project.starts_on, project.ends_on) == (planned.start, planned.finish)
    milestones = dict(KeyMilestone.objects.filter(project=project).values_list("name", "due"))
    assert milestones == {name: stored[name][1] for name in ("样机定型", "推广方案定稿", "首批入库", "正式上市")}


@pytest.mark.parametrize("key", BUILT_IN)
@pytest.mark.parametrize("day", [date(2024, 3, 4), date(2024, 4, 28), date(2024, 9, 14), date(2024, 12, 31)])
def test_no_task_lands_on_a_day_off(cast: Cast, key: str, day: date) -> None:
    """Around May 1st and October 1st 2024, whose days off and make-up days are known."""
    planned = plan_from(built_in(key), Chosen(), day, NOW)
    calendar = working_calendar()
    days = [day for one in planned.dates.values() for day in (one.start, one.finish)]
    assert [one for one in days if not calendar.is_working_day(one)] == []
    assert planned.conflicts == 0


def own_day(day: date, working: bool) -> None:
    """Let the organisation work, or not work, on a day."""
    calendar = WorkCalendar.objects.get(is_organisation=True)
    CalendarDay.objects.create(calendar=calendar, first=day, last=day, working=working, name="公司日")
    WorkCalendar.objects.filter(pk=calendar.pk).update(version=calendar.version + 1)


def test_a_holiday_moves_what_comes_after_it_and_a_make_up_day_is_worked(cast: Cast) -> None:
    plain = plan_from(built_in("complaint-response"), Chosen(), MONDAY, NOW)
    own_day(date(2024, 3, 6), False)
    moved = plan_from(built_in("complaint-response"), Chosen(), MONDAY, NOW)
    own_day(date(2024, 3, 9), True)
    made_up = plan_from(built_in("complaint-response"), Chosen(), MONDAY, NOW)
    last = [one.dates["12"].finish for one in (plain, moved, made_up)]
    assert last == [date(2024, 3, 18), date(2024, 3, 19), date(2024, 3, 18)]
    assert plan_from(built_in("complaint-response"), Chosen(), date(2024, 3, 6), NOW).start == date(2024, 3, 7)


@pytest.mark.parametrize("key", BUILT_IN)
@pytest.mark.parametrize("day", [date(2024, 6, 28), date(2024, 10, 6), date(2025, 2, 5)])
def test_backwards_the_plan_ends_by_the_day_and_could_not_begin_later(cast: Cast, key: str, day: date) -> None:
    document = built_in(key)
    planned = plan_until(document, Chosen(), day, NOW)
    assert planned.finish <= day
    calendar = working_calendar()
    days = [one for at in planned.dates.values() for one in (at.start, at.finish)]
    assert all(calendar.is_working_day(one) for one in days)
    later = plan_from(document, Chosen(), planned.days.at(1), NOW)
    assert later.finish > day


@pytest.mark.parametrize("day", [date(1970, 1, 2), date(2199, 12, 30)])
def test_days_that_plans_cannot_have_are_refused(cast: Cast, day: date) -> None:
    wanted = wanted_of(cast, BUILT_IN[0], day=day, backwards=day.year == 1970)
    with refused("out-of-days", "day"):
        start(cast, BUILT_IN[0], wanted)


def test_departments_are_found_by_name_part_of_it_and_sound(cast: Cast) -> None:
    guessed = guess_departments(built_in("new-product-launch"), organisation())
    assert {key: Department.objects.get(pk=pk).name for key, pk in guessed.items()} == {
        "rd": "研发部", "mkt": "市场部", "sales": "销售部", "prod": "生产部", "qa": "质量部", "service": "客服部",
    }  # fmt: skip
    cast.rd.name = "研发中心"
    cast.rd.save()
    marketing = cast.departments["市场部"]
    marketing.name = "市厂部"
    marketing.save()
    again = guess_departments(built_in("new-product-launch"), organisation())
    assert (again["rd"], again["mkt"]) == (cast.rd.pk, marketing.pk)


def test_what_nobody_was_chosen_for_is_left_out(cast: Cast) -> None:
    full = chosen_for(cast, built_in(BUILT_IN[0]))
    chosen = Chosen({key: pk for key, pk in full.departments.items() if key == "rd"}, {"rd-head": cast.head.pk})
    wanted = Wanted("只有研发", MONDAY, chosen=chosen)
    project = start(cast, BUILT_IN[0], wanted)
    assert Event.objects.order_by("-pk")[0].data["left_out"] == ["市场部", "销售部", "生产部", "质量部"]
    task = WorkItem.objects.get(project=project, name="推广方案")
    assert (task.department, task.owner, task.supporters.count()) == (None, None, 1)
    assert Participation.objects.filter(project=project).count() == 1


def test_two_departments_of_the_template_may_be_one_here(cast: Cast) -> None:
    document = built_in(BUILT_IN[0])
    chosen = Chosen({"rd": cast.rd.pk, "mkt": cast.rd.pk, "qa": cast.rd.pk})
    project = start(cast, BUILT_IN[0], Wanted("合一", MONDAY, chosen=chosen))
    part = Participation.objects.get(project=project)
    assert part.kind == "lead"
    assert part.duty == "；".join(one.duty for one in document.departments if one.key in ("rd", "mkt", "qa"))


def test_a_light_template_has_no_seats_and_no_heavy_words(cast: Cast) -> None:
    key = "complaint-response"
    document = built_in(key)
    words = str(document)
    assert [word for word in ("章程", "会签", "承诺", "备忘录", "纪要") if word in words] == []
    chosen = Chosen(
        guess_departments(document, organisation()), {"agent": cast.people["张三"].pk, "inspector": cast.quality.pk}
    )
    project = start(cast, key, Wanted("漏液投诉", MONDAY, chosen=chosen))
    assert project.weight == "light"
    assert not Seat.objects.filter(participation__project=project).exists()
    members = ProjectRole.objects.filter(project=project, kind="member").values_list("user__name", flat=True)
    assert sorted(members) == ["卫十一", "张三"]


def test_the_weight_may_be_another_one(cast: Cast) -> None:
    wanted = wanted_of(cast, BUILT_IN[0], weight="light", number="X-9")
    project = start(cast, BUILT_IN[0], wanted)
    assert (project.weight, project.number) == ("light", "X-9")
    assert not Seat.objects.filter(participation__project=project).exists()
    assert ProjectRole.objects.filter(project=project, user=cast.head, kind="member").exists()


@pytest.mark.parametrize(
    ("other", "code", "field"),
    [
        ({"chosen": Chosen()}, "lead-needed", "department-rd"),
        ({"chosen": Chosen({"rd": 10**9})}, "department-unknown", "department-rd"),
        ({"name": " "}, "name-missing", "name"),
        ({"name": "长" * 121}, "name-too-long", "name"),
        ({"number": "a b"}, "number-invalid", "number"),
        ({"weight": "heavy"}, "weight-unknown", "weight"),
    ],
)
def test_what_cannot_be_started_writes_nothing(cast: Cast, other: dict[str, Any], code: str, field: str) -> None:
    wanted = wanted_of(cast, BUILT_IN[0], **other)
    with refused(code, field):
        start(cast, BUILT_IN[0], wanted)
    assert Project.objects.count() == 0


def test_a_supervisor_of_quality_owns_nothing(cast: Cast) -> None:
    full = chosen_for(cast, built_in(BUILT_IN[0]))
    chosen = Chosen(full.departments, {**full.people, "structure": cast.quality.pk})
    with refused("supervisor-owns-nothing", "owner"):
        start(cast, BUILT_IN[0], Wanted("x", MONDAY, chosen=chosen))


def test_who_does_not_work_here_starts_nothing(cast: Cast) -> None:
    cast.stranger.is_active = False
    with refused("forbidden", kind=Forbidden):
        start_from_template(by=cast.stranger, source=source_of(BUILT_IN[0]), wanted=wanted_of(cast, BUILT_IN[0]), now=NOW)


def test_a_launch_brings_what_it_is_asked_for(cast: Cast) -> None:
    document = built_in(BUILT_IN[0])
    project = start(cast, BUILT_IN[0])
    assert (project.background, project.stage) == (document.texts.background, "initiating")
    sold = Objective.objects.get(project=project, name="首月销量")
    days = plan_from(document, Chosen(), MONDAY, NOW).days
    assert (sold.target, sold.baseline, sold.unit, sold.due, sold.owner) == (5000, None, "台", days.at(91), None)
    assert Objective.objects.get(project=project, name="研发阶段按时交付率").owner == cast.head
    falls = dict(Objective.objects.filter(project=project).values_list("name", "falls"))
    assert [name for name, lower in falls.items() if lower] == ["市场占有率排名"]
    assert list(CommunicationRule.objects.filter(project=project).values_list("mechanism", flat=True)) == [
        one.mechanism for one in document.communication
    ]
    report = Deliverable.objects.get(project=project, name="功能测试报告")
    assert (report.department, report.due, report.work_item and report.work_item.name) == (cast.rd, days.at(37), "功能测试")
    asked = Commitment.objects.filter(project=project)
    assert asked.count() == len(document.commitments) - 1
    assert not asked.filter(kind="budget").exists()
    assert asked.get(department=cast.departments["销售部"]).amount == 3
    parts = dict(CharterPart.objects.filter(charter__project=project).values_list("kind", "text"))
    assert parts["success"] == document.texts.success
    assert parts["risks"].startswith("（高）功能兼容性问题集中暴露，测试周期拉长；应对：")
    kickoff = WorkItem.objects.get(project=project, name="召开项目启动会")
    assert kickoff.remark.startswith("议程：\n1. 项目背景、目标与意义（10 分钟）：")
    assert WorkItem.objects.get(project=project, name="功能测试").risk_point.count("\n") == 1


def test_a_resource_may_be_needed_from_after_the_plan_ends(cast: Cast) -> None:
    document = built_in(BUILT_IN[0])
    asked = [replace(document.commitments[0], starts=starts, ends=None) for starts in (500, None)]
    source = replace(source_of(BUILT_IN[0]), document=replace(document, commitments=tuple(asked)))
    project = start_from_template(by=cast.manager, source=source, wanted=wanted_of(cast, BUILT_IN[0]), now=NOW)
    late, whole = Commitment.objects.filter(project=project).order_by("-starts_on")
    assert project.ends_on is not None and late.starts_on is not None and late.starts_on > project.ends_on
    assert late.ends_on == late.starts_on
    assert (whole.starts_on, whole.ends_on) == (project.starts_on, project.ends_on)


def test_who_initiates_need_not_lead(cast: Cast) -> None:
    """As the template says; chosen otherwise; and the lead where the template's initiating department is left out."""

    def led(project: Project) -> tuple[str, str]:
        rows = Participation.objects.filter(project=project)
        return rows.get(is_initiating=True).department.name, rows.get(kind="lead").department.name

    key = BUILT_IN[0]
    assert led(start(cast, key)) == ("市场部", "研发部")
    document = appointed(built_in(key), "sales", "prod")
    assert document.departments[0].part == "support"
    other = start_from_template(by=cast.manager, source=Source(key, "上市", 0, document), wanted=wanted_of(cast, key), now=NOW)
    assert led(other) == ("生产部", "销售部")
    chosen = chosen_for(cast, built_in(key))
    few = replace(chosen, departments={name: pk for name, pk in chosen.departments.items() if name != "mkt"})
    assert led(start(cast, key, wanted_of(cast, key, chosen=few))) == ("研发部", "研发部")
    assert appointed(built_in(key), "", "") == built_in(key)


def test_a_light_project_is_asked_for_none_of_it(cast: Cast) -> None:
    project = start(cast, BUILT_IN[0], wanted_of(cast, BUILT_IN[0], weight="light"))
    for model in (Objective, CommunicationRule, Deliverable, Commitment, ScopeItem):
        assert not model.objects.filter(project=project).exists()
    assert not CharterPart.objects.filter(charter__project=project).exists()


def test_a_process_has_no_charter(cast: Cast) -> None:
    project = start(cast, "service-improvement")
    assert not CharterPart.objects.filter(charter__project=project).exists()
    assert Commitment.objects.filter(project=project).exists()
