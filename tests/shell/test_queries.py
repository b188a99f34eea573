"""The overview, and how many questions each page asks the database: the same for three rows and for sixty."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from support.cast import DAY, NOW, Cast, complaint_project, launch_project, small_project
from support.plans import run
from support.web import client_of
from tongzhou.plan.actions import ItemSpec, LinkSpec, Report, SupportSpec, bring_in
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.grid import plan_data
from tongzhou.plan.queries.item import sheet_of
from tongzhou.progress.actions import Words, report_progress
from tongzhou.progress.queries import latest_panel, owed_by, tracking
from tongzhou.projects.actions import create_project
from tongzhou.projects.models import Project
from tongzhou.projects.queries import Asked, list_of, team_of
from tongzhou.shell.queries.feed import sentences
from tongzhou.shell.queries.frame import header_of
from tongzhou.shell.queries.overview import overview_of
from tongzhou.timeline.queries import events_of_project

TENTH = date(2024, 3, 10)


def filled(cast: Cast, number: str, count: int) -> Project:
    """A project with `count` linked tasks of two departments, all of one owner, every tenth reported on."""
    project = small_project(cast, number)
    departments = (cast.rd.pk, cast.marketing.pk)
    items = [
        ItemSpec(
            str(at),
            f"任务{at}",
            department=departments[at % 2],
            owner=cast.owner.pk,
            typed_start=date(2024, 3, 4),
            duration=DAY,
            follow_links=True,
            supporters=(SupportSpec("支持", department=departments[0]),),
        )
        for at in range(count)
    ]
    links = [LinkSpec(str(at), str(at + 1)) for at in range(count - 1)]
    bring_in(by=cast.manager, project=project, items=items, links=links, now=NOW)
    for row in list(WorkItem.objects.filter(project=project))[::10]:
        report_progress(
            by=cast.owner, item=row, report=Report("doing", 1000), words=Words("x"), status_date=NOW.date(), now=NOW
        )
    return project


QUESTIONS: dict[str, tuple[int, Callable[[Cast, Project], object]]] = {
    "overview": (13, lambda cast, project: overview_of(project, TENTH)),
    "plan data": (12, lambda cast, project: plan_data(project, TENTH)),
    "tracking": (10, lambda cast, project: tracking(project, TENTH)),
    "drawer": (10, lambda cast, project: _drawer(project)),
    "workbench": (2, lambda cast, project: owed_by(cast.owner)),
    "list": (2, lambda cast, project: list_of(cast.manager, Asked(), TENTH)),
    "record": (2, lambda cast, project: sentences(events_of_project(project.pk))),
    "header": (9, lambda cast, project: header_of(project, TENTH)),
    "team": (3, lambda cast, project: team_of(project)),
}


def _drawer(project: Project) -> object:
    item = WorkItem.objects.select_related("project").filter(project=project)[0]
    return sheet_of(item, TENTH), latest_panel(RequestFactory().get("/"), item)


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    counts: dict[str, list[int]] = {name: [] for name in QUESTIONS}
    for count in (3, 60):
        project = filled(cast, f"Q-{count}", count)
        for name, (_most, ask) in QUESTIONS.items():
            with CaptureQueriesContext(connection) as seen:
                ask(cast, project)
            counts[name].append(len(seen))
    assert {name: few for name, (few, many) in counts.items() if few != many} == {}
    assert {name: few for name, (few, _many) in counts.items() if few > QUESTIONS[name][0]} == {}


PAGES = ("", "plan/", "plan/data", "tracking/", "record/", "start/", "report/", "tasks/{item}/", "tasks/{item}/history/")


def test_the_number_of_queries_of_a_page_does_not_grow(cast: Cast) -> None:
    """With all that the templates ask for, and the frame around them."""
    counts: dict[str, list[int]] = {}
    for count in (3, 60):
        project = filled(cast, f"Q-{count}", count)
        item = WorkItem.objects.filter(project=project)[0].pk
        pages = {tail: f"/projects/{project.number}/{tail.format(item=item)}?date=2024-03-10" for tail in PAGES}
        for tail, page in (pages | {"workbench": "/", "list": "/projects/"}).items():
            client = client_of(cast.owner)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(page).status_code == 200
            counts.setdefault(tail, []).append(len(seen))
    assert {tail: numbers for tail, numbers in counts.items() if numbers[0] != numbers[1]} == {}
    assert {tail: numbers for tail, numbers in counts.items() if numbers[0] > 50} == {}


DATA = (
    "/projects/{number}/plan/data?date=2024-03-10",
    "/projects/{number}/plan/data?date=2024-03-10&mode=strict",
    "/projects/{number}/board/data/?date=2024-03-10",
    "/api/v1/projects/{number}/tasks?date=2024-03-10&limit=200",
    "/api/v1/projects/{number}/plan?date=2024-03-10",
    "/api/v1/me/tasks?limit=200",
    "/my-tasks/",
)


@pytest.mark.parametrize("address", DATA)
def test_data_costs_at_most_fifteen_queries_the_first_time_too(cast: Cast, address: str) -> None:
    """Within a transaction nothing of a plan is kept: this is the first look after a change."""
    counts = []
    for count in (3, 60):
        number = filled(cast, f"Q-{count}", count).number
        client = client_of(cast.owner)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address.format(number=number)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15


@pytest.mark.parametrize("address", ["/projects/{number}/record/", "/projects/{number}/tasks/{item}/record/", "/record/"])
def test_the_record_costs_at_most_fifteen_queries_the_first_time_too(cast: Cast, address: str) -> None:
    """With names behind ids of several kinds in what changed."""
    counts = []
    for count in (3, 60):
        project = filled(cast, f"Q-{count}", count)
        first, second = WorkItem.objects.filter(project=project).order_by("rank")[:2]
        values = {"owner": cast.member.pk, "department": cast.marketing.pk, "stand_in": cast.owner.pk}
        cells = [{"id": second.pk, "field": field, "value": value} for field, value in values.items()]
        run(cast.manager, project, "set", cells=cells)
        run(cast.manager, project, "move", ids=[second.pk], parent=first.pk)
        client = client_of(cast.manager)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address.format(number=project.number, item=second.pk)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15


def test_a_list_of_many_projects_costs_as_much_as_one_of_few(cast: Cast) -> None:
    counts = []
    for count in (3, 57):
        for at in range(count):
            create_project(
                by=cast.manager, number=f"N-{count}-{at}", manager=cast.manager, lead=cast.rd, now=NOW, basics={"name": "x"}
            )
        with CaptureQueriesContext(connection) as seen:
            list_of(cast.manager, Asked(), TENTH)
        counts.append(len(seen))
    assert counts == [2, 2]


def test_the_overview_of_the_complaint_project(cast: Cast) -> None:
    view = overview_of(complaint_project(cast), TENTH)
    assert (view.planned, view.actual, view.points) == (24, 14, "10.00")
    assert view.total is not None and not view.total.marked
    assert [(row.code, row.planned, row.actual, row.points) for row in view.deviations] == [
        ("1", 100, 70, 30.0),
        ("2", 16.67, 0, 16.67),
    ]
    worst = view.worst
    assert worst is not None
    # 产品部 waits for 客服部 since 03-07.
    assert (worst.waiter, worst.giver, worst.predecessor, worst.days) == ("产品部", "客服部", "用户反馈数据收集与分析", 3)
    departments = {row.name: (row.planned, row.actual, row.tasks) for row in view.departments}
    assert departments == {
        "客服部": (100, 70, 1),
        "产品部": (16.67, 0, 1),
        "技术部": (0, 0, 1),
        "运营部": (0, 0, 1),
        "质量部": (0, 0, 0),
    }


def test_nobody_waits_for_a_phase_that_is_done(cast: Cast) -> None:
    """样机设计 is done, so nobody waits for it; 研发部 has still to finish what 市场部 and 销售部 wait for."""
    view = overview_of(launch_project(cast), date(2024, 4, 2))
    assert {row.predecessor for row in view.waiting} & {"样机设计", "结构设计", "电路设计"} == set()
    assert [(row.waiter, row.predecessor, row.days) for row in view.waiting][:1] == [("市场部", "样机定型", 0)]


def test_an_empty_project_has_an_overview(cast: Cast) -> None:
    view = overview_of(small_project(cast), TENTH)
    assert (view.planned, view.actual, view.points, view.curve, view.waiting, view.first) == (0, 0, "0.00", [], [], TENTH)
    # Without a plan there is nothing to be in order.
    assert header_of(small_project(cast, "S-2"), TENTH).light == ""


def test_the_light_of_a_project(cast: Cast) -> None:
    project = complaint_project(cast)
    assert [header_of(project, date(2024, 3, day)).light for day in (1, 2, 10, 11)] == ["ok", "watch", "watch", "alarm"]
