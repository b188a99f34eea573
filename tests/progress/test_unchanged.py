"""「无变化」 for several at once: one event, all or nothing; who stands in; quantity gives percent."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from support.cast import NOW, Cast, planned_project, task
from support.checks import kinds_since, refused, said, unchanged
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import Leave
from tongzhou.plan.actions import Report, Told, record_progress, record_reports
from tongzhou.plan.models import Plan, ProgressMark, WorkItem
from tongzhou.progress.actions import Words, report_progress, report_unchanged
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event

DAY, LATER = date(2024, 3, 5), datetime(2024, 3, 6, 1, tzinfo=UTC)


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def two(project: Project) -> list[WorkItem]:
    return [task(project, "设计"), task(project, "测试")]


def counted(project: Project, quantity: str = "30") -> WorkItem:
    WorkItem.objects.filter(project=project, name="设计").update(quantity=Decimal(quantity), unit="家")
    return task(project, "设计")


def told(project: Project, report: Report, by: object) -> WorkItem:
    item = task(project, "设计")
    report_progress(by=by, item=item, report=report, words=Words(), status_date=DAY, now=LATER)  # type: ignore[arg-type]
    return task(project, "设计")


def test_several_at_once_are_one_event(cast: Cast, project: Project) -> None:
    told(project, Report("doing", 5000), cast.owner)
    count, version = Event.objects.count(), Plan.objects.get(project=project).version
    assert report_unchanged(by=cast.owner, items=two(project), status_date=date(2024, 3, 6), now=LATER) == 2
    assert kinds_since(count) == ["progress-unchanged"]
    data = {"items": sorted(item.pk for item in two(project)), "status_date": "2024-03-06"}
    assert said() == ("progress-unchanged", data, [])
    rows = ProgressUpdate.objects.filter(unchanged=True).order_by("work_item__name")
    found = [(row.work_item.name, row.state, row.percent, str(row.status_date)) for row in rows]
    assert found == [("测试", "todo", 0, "2024-03-06"), ("设计", "doing", 5000, "2024-03-06")]
    assert [str(item.reported_on) for item in two(project)] == ["2024-03-06"] * 2
    assert (task(project, "设计").percent, Plan.objects.get(project=project).version) == (5000, version + 1)


def test_it_repeats_what_was_known_that_day(cast: Cast, project: Project) -> None:
    told(project, Report("doing", 5000), cast.owner)
    report_unchanged(by=cast.owner, items=two(project), status_date=date(2024, 3, 4), now=LATER)
    assert ProgressMark.objects.get(work_item=task(project, "设计"), status_date=date(2024, 3, 4)).state == "todo"
    assert (task(project, "设计").state, str(task(project, "设计").reported_on)) == ("doing", "2024-03-05")


def test_two_projects_have_an_event_each(cast: Cast, project: Project) -> None:
    other, count = planned_project(cast, "S-2"), Event.objects.count()
    assert report_unchanged(by=cast.owner, items=[*two(project), task(other, "设计")], status_date=DAY, now=LATER) == 3
    kinds = [kind for kind in kinds_since(count) if kind != "baseline-cut"]
    assert kinds == ["progress-unchanged"] * 2
    assert set(Event.objects.filter(kind="progress-unchanged").values_list("project_id", flat=True)) == {project.pk, other.pk}


def test_one_that_is_not_allowed_refuses_all_and_is_named(cast: Cast, project: Project) -> None:
    items = [*two(project), task(project, "推广")]
    with refused("forbidden", kind=Forbidden):
        report_unchanged(by=cast.owner, items=items, status_date=DAY, now=LATER)
    with unchanged(), pytest.raises(Forbidden, match="推广"):
        report_unchanged(by=cast.owner, items=items, status_date=DAY, now=LATER)


def test_what_else_refuses_all(cast: Cast, project: Project) -> None:
    with refused("how-many", "tasks"):
        report_unchanged(by=cast.owner, items=[], status_date=DAY, now=LATER)
    with refused("summary", "tasks"):
        report_unchanged(by=cast.manager, items=[task(project, "阶段"), *two(project)], status_date=DAY, now=LATER)
    with refused("status-in-future"):
        report_unchanged(by=cast.owner, items=two(project), status_date=date(2024, 3, 7), now=LATER)


@pytest.mark.parametrize(
    ("done", "percent", "state"), [("12", 4000, "doing"), ("0", 0, "doing"), ("10", 3333, "doing"), ("45", 10000, "done")]
)
def test_quantity_gives_percent(cast: Cast, project: Project, done: str, percent: int, state: str) -> None:
    counted(project)
    item = told(project, Report("doing", 0, done_quantity=Decimal(done)), cast.owner)
    assert (item.percent, item.state, item.done_quantity) == (percent, state, Decimal(done))
    assert ProgressUpdate.objects.get().done_quantity == Decimal(done)
    assert ProgressMark.objects.get(work_item=item).done_quantity == Decimal(done)


def test_done_is_the_whole_quantity(cast: Cast, project: Project) -> None:
    counted(project)
    item = told(project, Report("done", 0), cast.owner)
    assert (item.percent, item.done_quantity) == (10000, Decimal(30))


def test_a_counted_task_takes_no_typed_percent(cast: Cast, project: Project) -> None:
    counted(project)
    with refused("percent-from-quantity", "percent"):
        told(project, Report("doing", 5000), cast.owner)
    with refused("quantity-missing", "done_quantity"):
        told(project, Report("done", 0, done_quantity=Decimal(12)), cast.owner)
    for wrong in ("-1", "NaN", "Infinity", "1.234", "1E30"):
        with refused("quantity-range", "done_quantity"):
            told(project, Report("doing", 0, done_quantity=Decimal(wrong)), cast.owner)


def test_an_imported_percent_says_the_quantity(cast: Cast, project: Project) -> None:
    item = counted(project)
    record_reports(by=cast.manager, project=project, told=[Told(item, Report("doing", 4000), DAY)], now=LATER)
    assert (task(project, "设计").done_quantity, task(project, "设计").percent) == (Decimal(12), 4000)


def test_without_a_quantity_none_is_kept(cast: Cast, project: Project) -> None:
    item = told(project, Report("doing", 1000, done_quantity=Decimal(5)), cast.owner)
    assert (item.percent, item.done_quantity) == (1000, None)


def test_the_items_stand_in_reports_for_the_owner(cast: Cast, project: Project) -> None:
    WorkItem.objects.filter(project=project, name="设计").update(stand_in=cast.member)
    told(project, Report("doing", 1000), cast.member)
    assert (ProgressUpdate.objects.get().reported_by, ProgressUpdate.objects.get().on_behalf_of) == (cast.member, cast.owner)


def test_the_owners_stand_in_reports_during_leave_only(cast: Cast, project: Project) -> None:
    leave = Leave.objects.create(user=cast.owner, first=date(2024, 3, 6), last=date(2024, 3, 6), stand_in=cast.member)
    told(project, Report("doing", 1000), cast.member)
    leave.first = leave.last = date(2024, 3, 7)
    leave.save()
    with refused("forbidden", kind=Forbidden):
        told(project, Report("doing", 2000), cast.member)


def test_who_does_not_see_the_project_stands_in_for_nobody(cast: Cast, project: Project) -> None:
    WorkItem.objects.filter(project=project, name="设计").update(stand_in=cast.stranger)
    with refused("forbidden", kind=Forbidden):
        record_progress(by=cast.stranger, item=task(project, "设计"), report=Report("doing", 1000), status_date=DAY, now=NOW)
    with refused("forbidden", kind=Forbidden):
        report_unchanged(by=cast.stranger, items=[task(project, "设计")], status_date=DAY, now=LATER)
