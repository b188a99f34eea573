"""What was signed in a charter does not change any more, whichever way it is tried; what was not signed goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from charters.ground import in_force, whole_project
from support.cast import NOW, Cast, task
from support.checks import refused
from tongzhou.charters.queries.standing import GATE
from tongzhou.charters.queries.standing import in_force as version_in_force
from tongzhou.lib import clock
from tongzhou.lib.registry import AUTHORITIES
from tongzhou.plan.actions import (
    Asked,
    ItemSpec,
    MilestoneSpec,
    Report,
    add_item,
    assign_owner,
    bring_in,
    change_dates,
    change_details,
    hand_over_tasks,
    record_progress,
    remove_item,
    run_command,
    set_key_milestones,
)
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.projects.actions import (
    Goal,
    Part,
    ScopeLine,
    add_objective,
    add_rule,
    add_scope_line,
    change_basics,
    give_role,
    remove_participation,
    seat,
    set_participation,
    set_scope,
)
from tongzhou.projects.models import Project
from tongzhou.projects.queries.communication import Rule

pytestmark = pytest.mark.django_db
Try = Callable[[Cast, Project], object]


@dataclass(frozen=True)
class Ground:
    """Who tries something in which project."""

    cast: Cast
    project: Project

    def given(self) -> dict[str, Any]:
        return {"by": self.cast.manager, "project": self.project, "now": NOW}


def command(at: Ground, name: str, **body: Any) -> object:
    version = Plan.objects.get(project=at.project).version
    asked = Asked(name, body, version)
    return run_command(by=at.cast.manager, project=at.project, asked=asked, now=NOW)


def part_of(at: Ground, duty: str) -> object:
    part = Part("support", duty, "样机 3 台")
    return set_participation(department=at.cast.marketing, part=part, **at.given())


SIGNED: dict[str, tuple[str, Callable[[Ground], object]]] = {
    "an objective": ("objectives", lambda at: add_objective(goal=Goal("复购率", target=Decimal(25)), **at.given())),
    "the core objective": ("objectives", lambda at: change_basics(values={"objective": "改了"}, **at.given())),
    "the period": ("period", lambda at: change_basics(values={"ends_on": date(2024, 7, 31)}, **at.given())),
    "the background": ("background", lambda at: change_basics(values={"background": "改了"}, **at.given())),
    "the scope": ("scope", lambda at: set_scope(lines=[ScopeLine("in", "只做样机")], **at.given())),
    "a line of the scope": ("scope", lambda at: add_scope_line(line=ScopeLine("in", "再加一项"), **at.given())),
    "a duty": ("departments", lambda at: part_of(at, "改了")),
    "a department more": (
        "departments",
        lambda at: set_participation(department=at.cast.departments["销售部"], part=Part("support"), **at.given()),
    ),
    "a department less": (
        "departments",
        lambda at: remove_participation(
            by=at.cast.manager, participation=at.project.participations.get(department=at.cast.marketing), now=NOW
        ),
    ),
    "the communication plan": ("communication", lambda at: add_rule(rule=Rule("双周会"), **at.given())),
    "a key milestone": (
        "milestones",
        lambda at: set_key_milestones(milestones=[MilestoneSpec("样机定型", date(2024, 4, 1))], **at.given()),
    ),
    "the owner of a milestone": (
        "milestones",
        lambda at: assign_owner(by=at.cast.manager, item=task(at.project, "定型"), owner=at.cast.member, now=NOW),
    ),
    "the standard of a milestone": (
        "milestones",
        lambda at: change_details(
            by=at.cast.manager, item=task(at.project, "定型"), values={"delivery_standard": "改了"}, now=NOW
        ),
    ),
    "the owner of a milestone in the grid": (
        "milestones",
        lambda at: command(
            at, "set", cells=[{"id": task(at.project, "定型").pk, "field": "owner", "value": at.cast.member.pk}]
        ),
    ),
    "the standard of a milestone in the grid": (
        "milestones",
        lambda at: command(
            at, "set", cells=[{"id": task(at.project, "定型").pk, "field": "delivery_standard", "value": "改了"}]
        ),
    ),
    "a milestone that goes": ("milestones", lambda at: command(at, "remove", ids=[task(at.project, "定型").pk])),
    "a milestone that is removed": (
        "milestones",
        lambda at: remove_item(by=at.cast.manager, item=task(at.project, "定型"), now=NOW),
    ),
    "a milestone that is brought in": (
        "milestones",
        lambda at: bring_in(items=[_again(at, delivery_standard="改了")], links=[], **at.given()),
    ),
    "a milestone that is brought in as a task": (
        "milestones",
        lambda at: bring_in(items=[_again(at, is_milestone=False, duration=480)], links=[], **at.given()),
    ),
    "a milestone that becomes a task in the grid": ("milestones", lambda at: _milestone(at, "定型", False)),
    "a task that becomes a milestone in the grid": ("milestones", lambda at: _milestone(at, "设计", True)),
    "a milestone more": (
        "milestones",
        lambda at: add_item(values={"name": "加一个", "department_id": at.cast.rd.pk, "is_milestone": True}, **at.given()),
    ),
    "a milestone more in the grid": (
        "milestones",
        lambda at: command(
            at, "insert", parent=None, before=None, rows=[{"name": "加一个", "department": "研发部", "milestone": True}]
        ),
    ),
    "a milestone more that is brought in": (
        "milestones",
        lambda at: bring_in(items=[ItemSpec("9", "加一个", is_milestone=True)], links=[], **at.given()),
    ),
    "a milestone that is cancelled": (
        "milestones",
        lambda at: record_progress(
            by=at.cast.manager,
            item=task(at.project, "定型"),
            report=Report("cancelled", 0),
            status_date=NOW.date(),
            now=NOW,
        ),
    ),
}


def _milestone(at: Ground, name: str, value: bool) -> object:
    return command(at, "set", cells=[{"id": task(at.project, name).pk, "field": "milestone", "value": value}])


def _again(at: Ground, **changed: Any) -> ItemSpec:
    item = task(at.project, "定型")
    known = {"existing": item.pk, "keep_parent": True, "is_milestone": True, "department": item.department_id}
    return ItemSpec("1.3", "定型", **(known | {"typed_start": item.typed_start, "typed_finish": item.typed_finish} | changed))


@pytest.mark.parametrize("name", SIGNED)
def test_what_is_signed_does_not_change(cast: Cast, name: str) -> None:
    project, _sheet = in_force(cast)
    project.refresh_from_db()
    with clock.pretend(NOW), refused("part-signed"):
        SIGNED[name][1](Ground(cast, project))


@pytest.mark.parametrize("name", SIGNED)
def test_before_it_is_signed_it_does(cast: Cast, name: str) -> None:
    with clock.pretend(NOW):
        SIGNED[name][1](Ground(cast, whole_project(cast)))


@pytest.mark.parametrize("name", SIGNED)
def test_a_change_that_was_agreed_on_opens_just_its_part(cast: Cast, name: str) -> None:
    project, _sheet = in_force(cast)
    project.refresh_from_db()
    part, deed = SIGNED[name]
    # The lists themselves, too: what is added here must not open a part in another test.
    before = {place: list(entries) for place, entries in AUTHORITIES._entries.items()}
    AUTHORITIES.add(GATE, lambda asked, named: asked.pk == project.pk and named == part)
    try:
        with clock.pretend(NOW):
            deed(Ground(cast, project))
            other = next(one for one in SIGNED if SIGNED[one][0] != part)
            with refused("part-signed"):
                SIGNED[other][1](Ground(cast, project))
    finally:
        AUTHORITIES._entries.clear()
        AUTHORITIES._entries.update(before)


def test_who_leaves_hands_a_signed_milestone_over(cast: Cast) -> None:
    project, _sheet = in_force(cast)
    item = task(project, "定型")
    WorkItem.objects.filter(pk=item.pk).update(owner=cast.owner)
    with clock.pretend(NOW):
        hand_over_tasks(by=cast.administrator, person=cast.owner, successor=cast.member, now=NOW)
    item.refresh_from_db()
    assert (item.owner, version_in_force(project) is not None) == (cast.member, True)


def test_dates_tasks_seats_and_roles_go_on(cast: Cast) -> None:
    project, _sheet = in_force(cast)
    project.refresh_from_db()
    with clock.pretend(NOW):
        change_dates(by=cast.manager, item=task(project, "定型"), name="start", value=date(2024, 3, 15), now=NOW)
        change_dates(by=cast.manager, item=task(project, "设计"), name="duration", value=5, now=NOW)
        assign_owner(by=cast.manager, item=task(project, "测试"), owner=cast.member, now=NOW)
        add_item(by=cast.manager, project=project, values={"name": "复测", "department_id": cast.rd.pk}, now=NOW)
        done = Report("doing", 5000)
        record_progress(by=cast.owner, item=task(project, "设计"), report=done, status_date=date(2024, 3, 1), now=NOW)
        part = project.participations.select_related("project", "department").get(department=cast.marketing)
        seat(by=cast.manager, participation=part, kind="head", holder=cast.other_liaison, now=NOW)
        give_role(by=cast.manager, project=project, person=cast.member, role="adviser", now=NOW)
        change_basics(by=cast.manager, project=project, values={"contact": "138"}, now=NOW)
        dropped = Report("cancelled", 0)
        record_progress(by=cast.manager, item=task(project, "复测"), report=dropped, status_date=date(2024, 3, 1), now=NOW)
    assert task(project, "定型").finish == date(2024, 3, 15)
