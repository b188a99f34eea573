"""Recording progress: every exit, what a report is completed to, and that the past does not know the future."""

from datetime import UTC, date, datetime

import pytest

from support.cast import NOW, Cast, planned_project, small_project, task
from support.checks import kinds_since, refused, said
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import System, User
from tongzhou.plan import actions
from tongzhou.plan.actions import Report, Told
from tongzhou.plan.models import Plan, ProgressMark
from tongzhou.plan.queries.outlook import outlook
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event

LATER = datetime(2024, 3, 20, 1, tzinfo=UTC)


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def tell(by: User | System, project: Project, day: int, report: Report, name: str = "设计") -> Report:
    """Report on a task of the small table as of a day of March."""
    status = date(2024, 3, day)
    item = task(project, name)
    return actions.record_progress(by=by, item=item, report=report, status_date=status, now=LATER).report


def stored(project: Project, name: str = "设计") -> tuple[str, int, str, str]:
    row = task(project, name)
    return row.state, row.percent, str(row.actual_start), str(row.actual_finish)


def test_a_report_is_kept_and_moves_the_plan(cast: Cast, project: Project) -> None:
    item, count = task(project, "设计"), Event.objects.count()
    tell(cast.owner, project, 7, Report("doing", 4000, date(2024, 3, 6)))
    assert kinds_since(count) == ["progress-recorded"]
    before = {"state": "todo", "percent": 0, "actual_start": None}
    after = {"state": "doing", "percent": 4000, "actual_start": "2024-03-06"}
    data = {"item": item.pk, "status_date": "2024-03-07", "state": "doing", "percent": 4000}
    assert said() == ("progress-recorded", data, [("work_item", item.pk, before, after)])
    assert stored(project) == ("doing", 4000, "2024-03-06", "None")
    row = task(project, "测试")
    # 03-06 – 03-08 after the actual start; the successor follows.
    assert (task(project, "设计").finish, row.start) == (date(2024, 3, 8), date(2024, 3, 11))
    assert Plan.objects.get(project=project).version == 2


@pytest.mark.parametrize(
    ("report", "settled"),
    [
        (Report("doing", 0), ("doing", 0, "2024-03-04", "None")),
        (Report("todo", 0), ("todo", 0, "None", "None")),
        (Report("todo", 10), ("doing", 10, "2024-03-04", "None")),
        (Report("doing", 10000), ("done", 10000, "2024-03-04", "2024-03-05")),
        (Report("done", 0), ("done", 10000, "2024-03-04", "2024-03-05")),
        (Report("done", 0, None, date(2024, 3, 4)), ("done", 10000, "2024-03-04", "2024-03-04")),
        (Report("done", 0, date(2024, 3, 5), None), ("done", 10000, "2024-03-05", "2024-03-05")),
        (Report("blocked", 5000), ("blocked", 5000, "2024-03-04", "None")),
        (Report("doing", 5000, None, date(2024, 3, 5)), ("doing", 5000, "2024-03-04", "None")),
        (Report("cancelled", 0), ("cancelled", 0, "None", "None")),
    ],
)
def test_a_report_is_completed(cast: Cast, project: Project, report: Report, settled: tuple[str, int, str, str]) -> None:
    made = tell(cast.manager, project, 5, report)
    assert stored(project) == settled
    assert (made.state, made.percent, str(made.actual_start), str(made.actual_finish)) == settled


def test_who_may_report(cast: Cast, project: Project) -> None:
    for person in (cast.manager, cast.liaison, cast.owner, System()):
        tell(person, project, 5, Report("doing", 100))
    for person in (cast.general_lead, cast.head, cast.other_liaison, cast.quality, cast.member, cast.stranger):
        with refused("forbidden", kind=Forbidden):
            tell(person, project, 5, Report("doing", 200))


@pytest.mark.parametrize(
    ("report", "code", "field"),
    [
        (Report("asleep", 0), "state-unknown", "state"),
        (Report("doing", 10001), "percent-range", "percent"),
        (Report("doing", -1), "percent-range", "percent"),
        (Report("doing", 1, date(2024, 3, 6)), "start-in-future", "actual_start"),
        (Report("done", 0, None, date(2024, 3, 6)), "finish-in-future", "actual_finish"),
        (Report("done", 0, date(2024, 3, 5), date(2024, 3, 4)), "finish-before-start", "actual_finish"),
    ],
)
def test_a_report_is_refused(cast: Cast, project: Project, report: Report, code: str, field: str) -> None:
    with refused(code, field):
        tell(cast.owner, project, 5, report)


def test_a_summary_has_no_progress_of_its_own(cast: Cast, project: Project) -> None:
    with refused("summary"):
        tell(cast.manager, project, 5, Report("doing", 100), name="阶段")


def test_nobody_reports_from_the_future(cast: Cast, project: Project) -> None:
    with refused("status-in-future"):
        tell(cast.manager, project, 21, Report("doing", 100))
    Project.objects.filter(pk=project.pk).update(status_date=date(2024, 3, 21))
    tell(cast.manager, project, 21, Report("doing", 100))


def test_work_that_starts_cuts_the_first_baseline(cast: Cast) -> None:
    project = small_project(cast)
    actions.add_item(by=cast.manager, project=project, values={"name": "设计", "department_id": cast.rd.pk}, now=NOW)
    count = Event.objects.count()
    tell(cast.manager, project, 5, Report("doing", 100))
    assert kinds_since(count) == ["baseline-cut", "progress-recorded"]
    tell(cast.manager, project, 6, Report("doing", 200))
    assert project.baselines.count() == 1


def test_a_report_about_the_past_changes_the_past_only(cast: Cast, project: Project) -> None:
    tell(cast.owner, project, 5, Report("doing", 2000))
    tell(cast.owner, project, 8, Report("doing", 6000))
    tell(cast.owner, project, 6, Report("doing", 4000))
    assert stored(project)[:2] == ("doing", 6000)
    assert said()[2] == [("work_item", task(project, "设计").pk, {"percent": 2000}, {"percent": 4000})]
    shares = {}
    for day in (4, 5, 6, 7, 8):
        found = outlook(project, date(2024, 3, day))
        item = next(row for row in found.items if row.name == "设计")
        shares[day] = (item.state, item.percent)
    assert shares == {4: ("todo", 0), 5: ("doing", 2000), 6: ("doing", 4000), 7: ("doing", 4000), 8: ("doing", 6000)}


def test_a_second_report_of_a_day_replaces_the_first(cast: Cast, project: Project) -> None:
    tell(cast.owner, project, 5, Report("doing", 2000))
    tell(cast.owner, project, 5, Report("doing", 1000))
    assert list(ProgressMark.objects.values_list("percent", flat=True)) == [1000]
    assert stored(project)[1] == 1000


@pytest.mark.parametrize(
    "report",
    [
        Report("doing", 5000, date(2024, 3, 9)),
        Report("done", 0, date(2024, 3, 9), date(2024, 3, 9)),
        Report("done", 0, date(2024, 3, 8), date(2024, 3, 10)),
        Report("done", 0, date(2024, 3, 9), date(2024, 3, 10)),
        Report("blocked", 10000, date(2024, 3, 10)),
        Report("cancelled", 3000, date(2024, 3, 9)),
    ],
    ids=str,
)
def test_work_on_a_weekend_counts(cast: Cast, project: Project, report: Report) -> None:
    """03-09 and 03-10 are Saturday and Sunday; the plan is looked at on that Sunday, before, and after."""
    tell(cast.owner, project, 10, report)
    for day in (8, 9, 10, 11):
        found = outlook(project, date(2024, 3, day))
        item = next(row for row in found.items if row.name == "设计")
        if day >= 10 and report.actual_start and report.state == "doing":
            assert found.dates[item.id].start == date(2024, 3, 11)
        assert item.percent == (0 if day < 10 else 10000 if report.state == "done" else report.percent)


def test_many_reports_are_kept_together_or_not_at_all(cast: Cast, project: Project) -> None:
    told = [
        Told(task(project, "设计"), Report("doing", 5000), date(2024, 3, 5)),
        Told(task(project, "推广"), Report("doing", 10001), date(2024, 3, 5)),
    ]
    with refused("percent-range", "percent"):
        actions.record_reports(by=cast.manager, project=project, told=told, now=LATER)
    actions.record_reports(by=cast.manager, project=project, told=told[:1], now=LATER)
    assert (stored(project)[1], Plan.objects.get(project=project).version) == (5000, 2)
