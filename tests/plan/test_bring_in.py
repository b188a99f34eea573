"""Bringing in a table: what is written, what a typed start means (rule 11a), and that the same table changes nothing."""

from dataclasses import replace
from datetime import date

import pytest

from support.cast import DAY, NOW, Cast, planned_project, small_project, small_table, task
from support.checks import changes_of, kinds_since, refused, said, unchanged
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import System
from tongzhou.plan.actions import BroughtIn, ItemSpec, LinkSpec, SupportSpec, add_item, bring_in
from tongzhou.plan.models import BaselineLine, Dependency, Plan, Supporter, WorkItem
from tongzhou.plan.queries.outlook import outlook
from tongzhou.plan.queries.tree import items_of
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event


def bring(cast: Cast, project: Project, items: list[ItemSpec], links: list[LinkSpec]) -> BroughtIn:
    return bring_in(by=cast.manager, project=project, items=items, links=links, now=NOW)


def again(made: BroughtIn, items: list[ItemSpec]) -> list[ItemSpec]:
    """The same table, understood as updates of what it made."""
    return [replace(item, existing=made.ids[item.key]) for item in items]


def typed(cast: Cast, start: date | None, *, follow: bool = False) -> tuple[list[ItemSpec], list[LinkSpec]]:
    """The small table with another typed start for 测试; the links give Thursday 03-07."""
    items, links = small_table(cast)
    return [replace(item, typed_start=start, follow_links=follow) if item.key == "1.2" else item for item in items], links


def test_a_table_becomes_a_plan(cast: Cast) -> None:
    project, count = small_project(cast), Event.objects.count()
    items, links = small_table(cast)
    made = bring(cast, project, items, links)
    assert (made.created, made.changed, made.unchanged, made.links_created) == (5, 0, 0, 2)
    assert kinds_since(count) == ["baseline-cut", "role-given", "plan-imported"]
    kind, data, changes = said()
    assert (kind, data) == ("plan-imported", {"project": project.pk, "created": 5, "changed": 0, "unchanged": 0})
    after = {
        item.key: {"name": item.name, "start": _iso(item.typed_start), "finish": _iso(item.typed_finish)} for item in items
    }
    expected = [("work_item", made.ids[key], {}, fields) for key, fields in after.items()]
    assert changes == expected
    assert Plan.objects.get(project=project).version == 1
    rows = [(item.code, item.name, str(item.start), str(item.finish), item.constraint) for item in items_of(project)]
    assert rows == [
        ("1", "阶段", "2024-03-04", "2024-03-08", "ASAP"),
        ("1.1", "设计", "2024-03-04", "2024-03-06", "SNET"),
        ("1.2", "测试", "2024-03-07", "2024-03-08", "ASAP"),
        ("1.3", "定型", "2024-03-08", "2024-03-08", "ASAP"),
        ("2", "推广", "2024-03-04", "2024-03-05", "SNET"),
    ]


def test_the_first_baseline_is_the_plan_as_planned(cast: Cast) -> None:
    project = planned_project(cast)
    names = dict(WorkItem.objects.values_list("pk", "name"))
    lines = BaselineLine.objects.filter(baseline__project=project, baseline__number=0).order_by("pk")
    rows = [(names[row.item_id], row.weight, row.is_summary, row.is_milestone, str(row.finish)) for row in lines]
    assert rows == [
        ("阶段", 0, True, False, "2024-03-08"),
        ("设计", 3 * DAY, False, False, "2024-03-06"),
        ("测试", 2 * DAY, False, False, "2024-03-08"),
        ("定型", 0, False, True, "2024-03-08"),
        ("推广", 2 * DAY, False, False, "2024-03-05"),
    ]


@pytest.mark.parametrize(
    ("start", "follow", "constraint", "shown"),
    [
        (date(2024, 3, 11), False, ("SNET", date(2024, 3, 11)), date(2024, 3, 11)),
        (date(2024, 3, 7), False, ("ASAP", None), date(2024, 3, 7)),
        (date(2024, 3, 6), False, ("MSO", date(2024, 3, 6)), date(2024, 3, 6)),
        (date(2024, 3, 6), True, ("ASAP", None), date(2024, 3, 7)),
        (date(2024, 3, 9), False, ("SNET", date(2024, 3, 9)), date(2024, 3, 11)),
        (None, False, ("ASAP", None), date(2024, 3, 7)),
    ],
    ids=["later", "equal", "earlier", "earlier, follows", "later, on a Saturday", "none"],
)
def test_what_a_typed_start_means(
    cast: Cast, start: date | None, follow: bool, constraint: tuple[str, date | None], shown: date
) -> None:
    project = small_project(cast)
    bring(cast, project, *typed(cast, start, follow=follow))
    row = task(project, "测试")
    assert ((row.constraint, row.constraint_date), row.start, row.typed_start) == (constraint, shown, start)
    found = outlook(project, date(2024, 3, 1)).conflicts
    conflicts = [(entry["driver"], entry["date"]) for entry in found if entry["item"] == row.pk]
    assert conflicts == ([("1.1 设计", start)] if constraint[0] == "MSO" else [])


def test_the_same_table_twice_changes_nothing_and_says_nothing(cast: Cast) -> None:
    project = small_project(cast)
    items, links = typed(cast, date(2024, 3, 6))
    items[1] = replace(items[1], supporters=(SupportSpec("工艺评审", department=cast.marketing.pk),))
    made = bring(cast, project, items, links)
    with unchanged():
        second = bring(cast, project, again(made, items), links)
    assert (second.created, second.changed, second.unchanged) == (0, 0, 5)
    assert (second.links_created, second.links_changed, second.links_unchanged) == (0, 0, 2)


def test_what_differs_is_recorded_and_the_rest_stays(cast: Cast) -> None:
    project = small_project(cast)
    items, links = small_table(cast)
    made = bring(cast, project, items, links)
    changed = again(made, items)
    changed[1] = replace(changed[1], duration=4 * DAY, typed_finish=date(2024, 3, 7))
    second = bring(cast, project, changed[:3], [replace(links[0], lag=DAY)])
    assert (second.created, second.changed, second.unchanged) == (0, 1, 2)
    assert (second.links_created, second.links_changed, second.links_unchanged) == (0, 1, 0)
    before = {"typed_finish": "2024-03-06", "duration": 3 * DAY}
    after = {"typed_finish": "2024-03-07", "duration": 4 * DAY}
    assert said()[2] == [("work_item", made.ids["1.1"], before, after)]
    assert Dependency.objects.get(successor_id=made.ids["1.2"]).lag == DAY
    # 设计 03-04 – 03-07, a day between: the typed 03-07 of 测试 is now earlier than its links allow, and is kept.
    assert (task(project, "测试").constraint, task(project, "测试").start) == ("MSO", date(2024, 3, 7))
    assert task(project, "推广").version == 1
    assert project.baselines.count() == 1


def test_a_start_taken_back_lets_the_links_decide(cast: Cast) -> None:
    project = small_project(cast)
    items, links = typed(cast, date(2024, 3, 11))
    made = bring(cast, project, items, links)
    fresh, _links = typed(cast, None)
    bring(cast, project, again(made, fresh), links)
    row = task(project, "测试")
    assert (row.constraint, row.constraint_date, row.start) == ("ASAP", None, date(2024, 3, 7))


def test_other_supporters_alone_are_a_change(cast: Cast) -> None:
    project = small_project(cast)
    items, links = small_table(cast)
    made = bring(cast, project, items, links)
    items = again(made, items)
    items[4] = replace(items[4], supporters=(SupportSpec("门店清单", user=cast.head.pk),))
    second = bring(cast, project, items, links)
    assert (second.changed, second.unchanged) == (1, 4)
    assert list(Supporter.objects.values_list("work_item__name", "user__name", "content")) == [("推广", "李四", "门店清单")]


def test_a_new_row_lands_after_the_row_before_it(cast: Cast) -> None:
    project = small_project(cast)
    items, links = small_table(cast)
    made = bring(cast, project, items, links)
    items = again(made, items)
    items.insert(2, ItemSpec("x", "评审", "1", department=cast.rd.pk))
    items.append(ItemSpec("y", "收尾"))
    bring(cast, project, items, links)
    assert [item.name for item in items_of(project)] == ["阶段", "设计", "评审", "测试", "定型", "推广", "收尾"]


def test_bringing_in_is_refused(cast: Cast) -> None:
    project = small_project(cast)
    items, links = small_table(cast)
    for person in (cast.liaison, cast.general_lead, cast.stranger):
        with refused("forbidden", kind=Forbidden):
            bring_in(by=person, project=project, items=items, links=links, now=NOW)
    with refused("supervisor-owns-nothing", "owner"):
        bring(cast, project, [replace(items[4], owner=cast.quality.pk)], [])


@pytest.mark.parametrize(
    ("links", "chain"),
    [
        ([("1.1", "1.2"), ("1.2", "1.1")], {"1.1 设计", "1.2 测试"}),
        ([("1", "1.2")], {"1 阶段", "1.2 测试"}),
        ([("2", "1"), ("1.2", "2")], {"2 推广", "1.2 测试"}),
    ],
    ids=["two tasks", "a summary and its task", "through the hierarchy"],
)
def test_a_circle_is_named_task_by_task(cast: Cast, links: list[tuple[str, str]], chain: set[str]) -> None:
    project = small_project(cast)
    items, _links = small_table(cast)
    with refused("cycle", "predecessors"):
        try:
            bring(cast, project, items, [LinkSpec(*pair) for pair in links])
        except Exception as error:
            assert all(name in str(error) for name in chain)
            raise


def test_a_link_that_holds_the_finish_of_a_summary_is_refused(cast: Cast) -> None:
    project = small_project(cast)
    items, _links = small_table(cast)
    with refused("finish-of-summary", "predecessors"):
        bring(cast, project, items, [LinkSpec("2", "1", kind="FF")])
    bring(cast, project, items, [LinkSpec("2", "1.1", kind="FF")])
    with refused("finish-of-summary", "predecessors"):
        add_item(by=cast.manager, project=project, values={"name": "x"}, parent=task(project, "设计"), now=NOW)


def test_a_plan_without_end_is_refused(cast: Cast) -> None:
    project = small_project(cast)
    items = [ItemSpec(str(at), f"任务 {at}", duration=3650 * DAY) for at in range(600)]
    with refused("too-far", "duration"):
        bring(cast, project, items, [LinkSpec(str(at), str(at + 1)) for at in range(599)])


def test_the_system_brings_in_for_nobody(cast: Cast) -> None:
    project = small_project(cast)
    items, links = small_table(cast)
    bring_in(by=System(), project=project, items=items, links=links, now=NOW)
    event = Event.objects.get(kind="plan-imported")
    assert (event.actor_id, event.actor_name, len(changes_of(event))) == (None, "系统", 5)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
