"""Changing one work item: every exit, and that what is previewed is what happens."""

from datetime import date
from typing import Any

import pytest

from support.cast import NOW, Cast, planned_project, task
from support.checks import kinds_since, refused, said, unchanged
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.people.models import User
from tongzhou.plan import actions
from tongzhou.plan.actions import MilestoneSpec, Move, Report
from tongzhou.plan.models import KeyMilestone, Plan, WorkItem
from tongzhou.plan.queries.tree import items_of
from tongzhou.projects.actions import change_basics
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def change(by: User, item: WorkItem, name: str, value: Any, version: int | None = None) -> list[tuple[str, str, str, str]]:
    found = actions.change_dates(by=by, item=item, name=name, value=value, version=version, now=NOW)
    return [_told(move) for move in found.moves]


def _told(move: Move) -> tuple[str, str, str, str]:
    return move.name, move.field, str(move.before), str(move.after)


def test_a_later_start_moves_what_follows(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    with unchanged():
        seen = actions.preview_dates(by=cast.liaison, item=item, name="start", value=date(2024, 3, 5))
    moves = change(cast.liaison, item, "start", date(2024, 3, 5), version=1)
    assert moves == [_told(move) for move in seen.moves]
    assert moves == [
        ("设计", "start", "2024-03-04", "2024-03-05"),
        ("设计", "finish", "2024-03-06", "2024-03-07"),
        ("阶段", "start", "2024-03-04", "2024-03-05"),
        ("阶段", "finish", "2024-03-08", "2024-03-11"),
        ("测试", "start", "2024-03-07", "2024-03-08"),
        ("测试", "finish", "2024-03-08", "2024-03-11"),
        ("定型", "finish", "2024-03-08", "2024-03-11"),
    ]
    kind, data, changes = said()
    own = {"typed_start": "2024-03-04", "typed_finish": "2024-03-06"}, {"typed_start": "2024-03-05", "typed_finish": None}
    assert (kind, data) == ("work-item-changed", {"item": item.pk})
    assert changes[0] == ("work_item", item.pk, *own)
    assert [change[2:] for change in changes[1:]] == [({side: before}, {side: after}) for _n, side, before, after in moves]
    row = task(project, "设计")
    assert (row.constraint, row.constraint_date, row.version) == ("SNET", date(2024, 3, 5), 2)
    assert Plan.objects.get(project=project).version == 2


def test_an_earlier_start_is_kept_and_told(cast: Cast, project: Project) -> None:
    found = actions.change_dates(by=cast.manager, item=task(project, "测试"), name="start", value=date(2024, 3, 5), now=NOW)
    row = task(project, "测试")
    assert (row.constraint, row.start, row.finish) == ("MSO", date(2024, 3, 5), date(2024, 3, 6))
    assert len(found.notices) == 1 and "1.1 设计" in found.notices[0]


def test_a_start_on_a_day_off_is_kept_and_told(cast: Cast, project: Project) -> None:
    found = actions.change_dates(by=cast.manager, item=task(project, "推广"), name="start", value=date(2024, 3, 9), now=NOW)
    row = task(project, "推广")
    assert (row.typed_start, row.start, row.finish) == (date(2024, 3, 9), date(2024, 3, 11), date(2024, 3, 12))
    assert len(found.notices) == 1 and "2024-03-11" in found.notices[0]


def test_a_finish_sets_the_duration(cast: Cast, project: Project) -> None:
    moves = change(cast.manager, task(project, "设计"), "finish", date(2024, 3, 7))
    row = task(project, "设计")
    assert (row.duration, row.typed_finish, row.start) == (4 * 480, date(2024, 3, 7), date(2024, 3, 4))
    assert moves[0] == ("设计", "finish", "2024-03-06", "2024-03-07")


@pytest.mark.parametrize(("value", "minutes"), [(1.5, 720), ("2", 960), (3650, 3650 * 480)])
def test_a_duration_is_in_working_days(cast: Cast, project: Project, value: object, minutes: int) -> None:
    change(cast.manager, task(project, "设计"), "duration", value)
    assert task(project, "设计").duration == minutes


def test_a_milestone_moves_as_one_day(cast: Cast, project: Project) -> None:
    assert change(cast.manager, task(project, "定型"), "finish", date(2024, 3, 15)) == [
        ("定型", "finish", "2024-03-08", "2024-03-15"),
        ("阶段", "finish", "2024-03-08", "2024-03-15"),
    ]
    row = task(project, "定型")
    assert (row.typed_start, row.typed_finish, row.constraint) == (date(2024, 3, 15), date(2024, 3, 15), "FNET")


@pytest.mark.parametrize("act", ["preview_dates", "change_dates"])
def test_dates_are_refused(cast: Cast, project: Project, act: str) -> None:
    def attempt(by: User, name: str, field: str, value: object) -> None:
        now = {"now": NOW} if act == "change_dates" else {}
        getattr(actions, act)(by=by, item=task(project, name), name=field, value=value, **now)

    for person in (cast.general_lead, cast.other_liaison, cast.head, cast.owner, cast.member, cast.stranger):
        with refused("forbidden", kind=Forbidden):
            attempt(person, "设计", "start", date(2024, 3, 5))
    with refused("summary", "start"):
        attempt(cast.manager, "阶段", "start", date(2024, 3, 5))
    with refused("finish-before-start", "finish"):
        attempt(cast.manager, "设计", "finish", date(2024, 3, 3))
    with refused("field-unknown", "name"):
        attempt(cast.manager, "设计", "name", "x")
    for wrong in (0, -1, 3651, "x", float("nan"), float("inf"), 10**400, None, "", [], {}):
        with refused("duration-invalid", "duration"):
            attempt(cast.manager, "设计", "duration", wrong)


def test_a_change_of_an_old_page_is_stale(cast: Cast, project: Project) -> None:
    change(cast.manager, task(project, "推广"), "start", date(2024, 3, 6), version=1)
    with refused("plan-changed", kind=Stale):
        change(cast.manager, task(project, "推广"), "start", date(2024, 3, 7), version=1)
    with refused("plan-changed", kind=Stale):
        actions.assign_owner(by=cast.manager, item=task(project, "推广"), owner=None, version=1, now=NOW)


def test_an_owner_is_given_and_becomes_a_member(cast: Cast, project: Project) -> None:
    item, count = task(project, "推广"), Event.objects.count()
    actions.assign_owner(by=cast.other_head, item=item, owner=cast.stranger, version=1, now=NOW)
    assert kinds_since(count) == ["role-given", "work-item-changed"]
    assert said()[1:] == ({"item": item.pk}, [("work_item", item.pk, {"owner": None}, {"owner": "外人"})])
    assert Plan.objects.get(project=project).version == 2
    actions.assign_owner(by=cast.manager, item=task(project, "推广"), owner=None, now=NOW)
    assert said()[2] == [("work_item", item.pk, {"owner": "外人"}, {"owner": None})]


def test_the_same_owner_again_changes_nothing(cast: Cast, project: Project) -> None:
    with unchanged():
        actions.assign_owner(by=cast.manager, item=task(project, "设计"), owner=cast.owner, version=1, now=NOW)


def test_an_owner_is_refused(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    for person in (cast.general_lead, cast.other_head, cast.other_liaison, cast.owner, cast.member, cast.stranger):
        with refused("forbidden", kind=Forbidden):
            actions.assign_owner(by=person, item=item, owner=cast.head, now=NOW)
    with refused("supervisor-owns-nothing", "owner"):
        actions.assign_owner(by=cast.manager, item=item, owner=cast.quality, now=NOW)
    cast.stranger.is_active = False
    with refused("person-disabled", "owner"):
        actions.assign_owner(by=cast.manager, item=item, owner=cast.stranger, now=NOW)


def test_words_change(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    values = {"name": "结构设计", "deadline": date(2024, 3, 8), "remark": ""}
    actions.change_details(by=cast.liaison, item=item, values=values, now=NOW)
    before, after = {"name": "设计", "deadline": None}, {"name": "结构设计", "deadline": "2024-03-08"}
    assert said() == ("work-item-changed", {"item": item.pk}, [("work_item", item.pk, before, after)])
    with unchanged():
        actions.change_details(by=cast.liaison, item=task(project, "结构设计"), values=values, now=NOW)


def test_words_are_refused(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    with refused("forbidden", kind=Forbidden):
        actions.change_details(by=cast.other_liaison, item=item, values={"name": "x"}, now=NOW)
    with refused("name-missing", "name"):
        actions.change_details(by=cast.manager, item=item, values={"name": " "}, now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.change_details(by=cast.liaison, item=item, values={"department_id": cast.marketing.pk}, now=NOW)


def test_a_task_is_added_at_the_end_of_its_parent(cast: Cast, project: Project) -> None:
    values = {
        "name": " 复测 ",
        "department_id": cast.rd.pk,
        "owner": cast.stranger,
        "typed_start": date(2024, 3, 11),
        "typed_finish": date(2024, 3, 12),
    }
    count = Event.objects.count()
    item = actions.add_item(by=cast.liaison, project=project, values=values, parent=task(project, "阶段"), now=NOW)
    assert kinds_since(count) == ["role-given", "work-item-added"]
    after = {"name": "复测", "start": "2024-03-11", "finish": "2024-03-12"}
    assert said() == ("work-item-added", {"item": item.pk}, [("work_item", item.pk, {}, after)])
    assert [row.name for row in items_of(project)] == ["阶段", "设计", "测试", "定型", "复测", "推广"]
    row = task(project, "复测")
    assert (row.start, row.finish, row.duration, row.constraint) == (date(2024, 3, 11), date(2024, 3, 12), 960, "SNET")


def test_an_earlier_task_moves_no_other(cast: Cast, project: Project) -> None:
    """The plan begins a week earlier; what was typed for 03-04 stays there."""
    values = {"name": "预研", "department_id": cast.rd.pk, "typed_start": date(2024, 2, 26)}
    actions.add_item(by=cast.manager, project=project, values=values, now=NOW)
    assert {name: task(project, name).start for name in ("预研", "设计", "推广")} == {
        "预研": date(2024, 2, 26),
        "设计": date(2024, 3, 4),
        "推广": date(2024, 3, 4),
    }


def test_adding_is_refused(cast: Cast, project: Project) -> None:
    def add(by: User, **values: object) -> None:
        actions.add_item(by=by, project=project, values={"name": "x", "department_id": cast.rd.pk} | values, now=NOW)

    for person in (cast.general_lead, cast.other_liaison, cast.head, cast.owner, cast.stranger):
        with refused("forbidden", kind=Forbidden):
            add(person)
    with refused("forbidden", kind=Forbidden):
        add(cast.liaison, department_id=None)
    with refused("name-missing", "name"):
        add(cast.manager, name=" ")
    with refused("finish-before-start", "finish"):
        add(cast.manager, typed_start=date(2024, 3, 2), typed_finish=date(2024, 3, 1))
    with refused("duration-invalid", "duration"):
        add(cast.manager, duration=-1)
    with refused("supervisor-owns-nothing", "owner"):
        add(cast.manager, owner=cast.quality)


def test_a_branch_is_removed(cast: Cast, project: Project) -> None:
    top = task(project, "阶段")
    rows = [(item.id, item.name) for item in items_of(project)[:4]]
    actions.remove_item(by=cast.manager, item=top, now=NOW)
    changes = [("work_item", key, {"name": name}, {"name": None}) for key, name in rows]
    assert said() == ("work-item-removed", {"item": rows[0][0]}, changes)
    assert [item.name for item in items_of(project)] == ["推广"]


def test_work_that_nothing_holds_follows_the_projects_start(cast: Cast, project: Project) -> None:
    actions.add_item(by=cast.manager, project=project, values={"name": "启动会"}, now=NOW)
    assert task(project, "启动会").start == date(2024, 3, 4)
    change_basics(by=cast.manager, project=project, values={"starts_on": date(2024, 2, 26)}, now=NOW)
    assert {name: task(project, name).start for name in ("启动会", "设计")} == {
        "启动会": date(2024, 2, 26),
        "设计": date(2024, 3, 4),
    }
    assert Plan.objects.get(project=project).version == 3


def test_a_typed_start_holds_when_its_predecessor_is_removed(cast: Cast, project: Project) -> None:
    actions.remove_item(by=cast.manager, item=task(project, "设计"), now=NOW)
    row = task(project, "测试")
    assert (row.start, row.constraint, row.constraint_date) == (date(2024, 3, 7), "SNET", date(2024, 3, 7))


def test_a_cancelled_predecessor_lets_go_and_takes_hold_again(cast: Cast, project: Project) -> None:
    change(cast.manager, task(project, "测试"), "start", date(2024, 3, 5))
    cancelled = Report("cancelled", 0)
    actions.record_progress(by=cast.manager, item=task(project, "设计"), report=cancelled, status_date=NOW.date(), now=NOW)
    assert (task(project, "测试").start, task(project, "测试").constraint) == (date(2024, 3, 5), "SNET")
    going_on = Report("todo", 0)
    actions.record_progress(by=cast.manager, item=task(project, "设计"), report=going_on, status_date=NOW.date(), now=NOW)
    assert task(project, "测试").start == date(2024, 3, 7)


def test_what_somebody_removed_is_gone_for_all(cast: Cast, project: Project) -> None:
    item = task(project, "推广")
    actions.remove_item(by=cast.manager, item=task(project, "推广"), now=NOW)
    report = Report("doing", 100)
    with refused("item-gone", kind=Stale):
        actions.change_dates(by=cast.manager, item=item, name="start", value=date(2024, 3, 5), now=NOW)
    with refused("item-gone", kind=Stale):
        actions.assign_owner(by=cast.manager, item=item, owner=cast.owner, now=NOW)
    with refused("item-gone", kind=Stale):
        actions.change_details(by=cast.manager, item=item, values={"name": "x"}, now=NOW)
    with refused("item-gone", kind=Stale):
        actions.remove_item(by=cast.manager, item=item, now=NOW)
    with refused("item-gone", kind=Stale):
        actions.record_progress(by=cast.manager, item=item, report=report, status_date=NOW.date(), now=NOW)


def test_removing_is_refused(cast: Cast, project: Project) -> None:
    with refused("forbidden", kind=Forbidden):
        actions.remove_item(by=cast.other_liaison, item=task(project, "设计"), now=NOW)
    report = Report("doing", 1000)
    actions.record_progress(by=cast.owner, item=task(project, "设计"), report=report, status_date=NOW.date(), now=NOW)
    for name in ("设计", "阶段"):
        with refused("has-progress"):
            actions.remove_item(by=cast.manager, item=task(project, name), now=NOW)


def test_key_milestones_are_set_once(cast: Cast, project: Project) -> None:
    specs = [MilestoneSpec("定型", date(2024, 3, 8), task(project, "定型").pk), MilestoneSpec("上市", date(2024, 5, 1))]
    assert actions.set_key_milestones(by=cast.manager, project=project, milestones=specs, now=NOW) == 2
    after = {"定型": "2024-03-08", "上市": "2024-05-01"}
    changes = [("project", project.pk, {"定型": None, "上市": None}, after)]
    assert said() == ("key-milestones-changed", {"project": project.pk}, changes)
    with unchanged():
        assert actions.set_key_milestones(by=cast.manager, project=project, milestones=specs, now=NOW) == 0
    later = [MilestoneSpec("上市", date(2024, 5, 6))]
    assert actions.set_key_milestones(by=cast.manager, project=project, milestones=later, now=NOW) == 1
    assert said()[2] == [("project", project.pk, {"上市": "2024-05-01"}, {"上市": "2024-05-06"})]
    assert KeyMilestone.objects.count() == 2
    with refused("forbidden", kind=Forbidden):
        actions.set_key_milestones(by=cast.head, project=project, milestones=later, now=NOW)


def test_the_next_baseline_is_numbered_and_told(cast: Cast, project: Project) -> None:
    change(cast.manager, task(project, "设计"), "start", date(2024, 3, 5))
    made = actions.cut_baseline(by=cast.manager, project=project, now=NOW)
    assert said() == ("baseline-cut", {"project": project.pk, "number": 1}, [])
    assert (made.cut_by_name, made.start, made.finish) == ("陈一", date(2024, 3, 4), date(2024, 3, 11))
    assert [row.finish for row in project.baselines.order_by("number")] == [date(2024, 3, 8), date(2024, 3, 11)]
