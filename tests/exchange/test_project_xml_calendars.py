"""Calendars of a project of MS Project: its days become the project's own, task calendars are known by their names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exchange.test_project_xml_export import links, tree
from support.cast import NOW, Cast, small_project, small_table
from support.web import client_of
from tongzhou.exchange.actions.bringing import Workbook, bring
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.papers import export_project_xml
from tongzhou.exchange.queries import propose
from tongzhou.exchange.queries.answers import Record
from tongzhou.exchange.queries.issues import issues_of
from tongzhou.exchange.queries.layouts import PROJECT, ExportOptions
from tongzhou.exchange.queries.wording import problem_text
from tongzhou.people.actions import change_calendar
from tongzhou.people.models import System
from tongzhou.people.queries import CalendarSpec
from tongzhou.people.queries.calendars import OwnDay
from tongzhou.plan.actions import bring_in, change_project_calendar
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project
from tongzhou.workbooks.cells import Sheet
from tongzhou.workbooks.reading import read_workbook
from workbooks.project_files import element, saved, task
from workbooks.project_files import project as project_text
from workbooks.test_project_xml import SAMPLES

pytestmark = pytest.mark.django_db
DAY_OFF = (
    "<Exceptions><Exception><TimePeriod><FromDate>2024-03-06T00:00:00</FromDate><ToDate>2024-03-07T23:59:00</ToDate>"
    "</TimePeriod><Occurrences>2</Occurrences><Name>厂休</Name><Type>1</Type><DayWorking>0</DayWorking></Exception></Exceptions>"
)


def calendar(week: str = "0111110", days: str = DAY_OFF) -> str:
    """The calendar 1 of a file; `week` from Sunday on."""
    told = "".join(
        element("WeekDay", element("DayType", str(place)), element("DayWorking", worked))
        for place, worked in enumerate(week, 1)
    )
    one = element(
        "Calendar", "<UID>1</UID><Name>标准</Name><IsBaseCalendar>1</IsBaseCalendar>", element("WeekDays", told), days
    )
    return element("Calendars", one)


def brought(folder: Path, tail: str, *tasks: str) -> list[Sheet]:
    rows = tasks or (task(1, "甲", Duration="PT32H0M0S", Finish="2024-03-11T17:00:00"),)
    return read_workbook(saved(folder / "a.xml", project_text(rows, head="<CalendarUID>1</CalendarUID>", tail=tail)))


def span(project: Project) -> tuple[date | None, date | None]:
    item = WorkItem.objects.get(project=project)
    return item.start, item.finish


def test_days_of_the_file_become_the_projects_own(cast: Cast, project: Project, tmp_path: Path) -> None:
    """Monday to Thursday becomes Monday to the next Monday... with two days off between: 03-04, 05, 08, 11."""
    sheets = brought(tmp_path, calendar())
    made = propose(project, sheets, (), today=NOW.date())
    (issue,) = issues_of(made, may_create=False)
    told = issue.kind, issue.answer, issue.text
    assert told == (
        "conflict",
        "设为本项目的日历",
        "文件中的日历「标准」有 2 天与本项目的日历不同。",
    )
    bring(by=cast.manager, project=project, book=Workbook("a.xml", sheets), now=NOW)
    assert span(project) == (date(2024, 3, 4), date(2024, 3, 11))
    own = Project.objects.get(pk=project.pk).calendar
    assert own is not None and own.is_private
    assert list(own.days.values_list("first", "last", "working", "name")) == [
        (date(2024, 3, 6), date(2024, 3, 7), False, "厂休")
    ]
    again = propose(Project.objects.get(pk=project.pk), sheets, (), today=NOW.date())
    assert (again.writes, again.calendar) == (False, None)


def test_the_present_calendar_can_be_kept(cast: Cast, project: Project, tmp_path: Path) -> None:
    sheets = brought(tmp_path, calendar())
    record = Record("calendar|标准", "choice", ("calendar|标准", "keep"))
    bring(by=cast.manager, project=project, book=Workbook("a.xml", sheets, [record]), now=NOW)
    assert Project.objects.get(pk=project.pk).calendar is None
    assert span(project) == (date(2024, 3, 4), date(2024, 3, 7))


def test_six_days_a_week(cast: Cast, project: Project, tmp_path: Path) -> None:
    friday = task(1, "甲", Start="2024-03-08T08:00:00", Duration="PT16H0M0S")
    bring(by=cast.manager, project=project, book=Workbook("a.xml", brought(tmp_path, calendar("0111111", ""), friday)), now=NOW)
    own = Project.objects.get(pk=project.pk).calendar
    assert own is not None and own.pattern == "one_day"
    assert span(project) == (date(2024, 3, 8), date(2024, 3, 9))


def test_a_week_that_calendars_here_cannot_have_is_told(cast: Cast, project: Project, tmp_path: Path) -> None:
    made = propose(project, brought(tmp_path, calendar("1010101", "")), (), today=NOW.date())
    assert made.calendar is None
    assert "mspdi_calendar_week" in {one.code for one in made.found.notices}


@pytest.mark.parametrize(
    "days",
    [
        DAY_OFF.replace("2024-03-07", "9999-12-31").replace("2024-03-06", "0001-01-01"),
        DAY_OFF.replace("2024-03-07", "2024-02-01"),
        DAY_OFF.replace("2024-03-06", "nonsense"),
        DAY_OFF * 3,
        "<Exceptions>" + DAY_OFF.removeprefix("<Exceptions>").removesuffix("</Exceptions>") * 3_000 + "</Exceptions>",
    ],
)
def test_strange_calendars_hurt_nobody(days: str, cast: Cast, project: Project, tmp_path: Path) -> None:
    sheets = brought(tmp_path, calendar(days=days))
    made = propose(project, sheets, (), today=NOW.date())
    assert made.calendar is None or made.calendar.days <= 460


def test_a_project_with_work_keeps_its_calendar_and_says_so(cast: Cast, tmp_path: Path) -> None:
    project = small_project(cast, "S-6")
    items, rows = small_table(cast)
    bring_in(by=cast.manager, project=project, items=items, links=rows, now=NOW)
    made = propose(project, brought(tmp_path, calendar()), (), today=NOW.date())
    assert made.calendar is None
    assert "mspdi_calendar_stays" in {one.code for one in made.found.notices}


def test_task_calendars_are_known_by_name_or_told(cast: Cast, project: Project, tmp_path: Path) -> None:
    known = change_calendar(by=cast.administrator, spec=CalendarSpec("单休", "one_day"), now=NOW)
    rest = "".join(element("Calendar", f"<UID>{uid}</UID><Name>{name}</Name>") for uid, name in ((2, "单休"), (3, "夜班")))
    tail = calendar(days="").replace("</Calendars>", f"{rest}</Calendars>")
    rows = (task(1, "甲", CalendarUID=2), task(2, "乙", CalendarUID=3), task(3, "丙", CalendarUID=-1))
    sheets = brought(tmp_path, tail, *rows)
    made = propose(project, sheets, (), today=NOW.date())
    assert [(one.params["text"], one.params["number"]) for one in made.found.notices if one.code == "mspdi_task_calendars"] == [
        ("夜班", "1")
    ]
    bring(by=cast.manager, project=project, book=Workbook("a.xml", sheets), now=NOW)
    assert list(WorkItem.objects.filter(project=project).order_by("rank").values_list("calendar", flat=True)) == [
        known.pk, None, None,
    ]  # fmt: skip
    assert not propose(Project.objects.get(pk=project.pk), sheets, (), today=NOW.date()).writes


def test_own_calendars_go_and_come_back(cast: Cast, tmp_path: Path) -> None:
    """A project with days of its own and a task on another calendar: in a new project everything lies on the same days."""
    first, second = small_project(cast, "S-6"), small_project(cast, "S-7")
    six = change_calendar(by=cast.administrator, spec=CalendarSpec("单休", "one_day"), now=NOW)
    own = CalendarSpec("本项目", days=(OwnDay(date(2024, 3, 5), date(2024, 3, 5), False, "停电"),
                                    OwnDay(date(2024, 3, 9), date(2024, 3, 10), True, "加班")))  # fmt: skip
    change_project_calendar(by=System(), project=first, calendar=None, own=own, now=NOW)
    items, rows = small_table(cast)
    bring_in(by=cast.manager, project=first, items=items, links=rows, now=NOW)
    WorkItem.objects.filter(project=first, name="推广").update(calendar=six)
    path = tmp_path / "a.xml"
    path.write_bytes(export_project_xml(first, ExportOptions(PROJECT, NOW.date()), NOW))
    sheets = read_workbook(path)
    assert not propose(first, sheets, (), today=NOW.date()).writes
    bring(by=cast.manager, project=second, book=Workbook("a.xml", sheets), now=NOW)
    assert (tree(second), links(second)) == (tree(first), links(first))
    assert WorkItem.objects.get(project=second, name="推广").calendar == six


def test_the_page_asks_and_takes_the_answer(cast: Cast, project: Project, tmp_path: Path, data_folder: Path) -> None:
    client = client_of(cast.manager)
    brought(tmp_path, calendar())
    with (tmp_path / "a.xml").open("rb") as file:
        client.post(f"/projects/{project.number}/plan/import/", {"file": file})
    address = f"/projects/{project.number}/plan/import/{ImportDraft.objects.get().pk}/"
    assert "保持项目现有日历" in client.get(address).content.decode()
    client.post(f"{address}answers/", {"issue": "calendar|标准", "option": "keep"})
    assert client.post(f"{address}confirmation/").status_code == 302
    assert Project.objects.get(pk=project.pk).calendar is None


def test_dates_that_come_out_otherwise_are_listed(cast: Cast, project: Project, tmp_path: Path) -> None:
    """The file does not know of Tomb-sweeping Day (2024-04-04 to 06; 04-07 is worked): the second task moves behind it."""
    rows = (
        task(1, "甲", Start="2024-04-02T08:00:00", Finish="2024-04-03T17:00:00", Duration="PT16H0M0S"),
        task(2, "乙", Start="2024-04-04T08:00:00", Finish="2024-04-05T17:00:00", Duration="PT16H0M0S",
             links=["<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type></PredecessorLink>"]),
    )  # fmt: skip
    sheets = brought(tmp_path, calendar(days=""), *rows)
    made = propose(project, sheets, (), today=NOW.date())
    assert [problem_text(one) for one in made.found.notices if one.code == "mspdi_dates_move"] == [
        "「乙」按本系统的日历排在 2024-04-07–2024-04-08，文件中是 2024-04-04–2024-04-05"
    ]
    bring(by=cast.manager, project=project, book=Workbook("a.xml", sheets), now=NOW)
    item = WorkItem.objects.get(project=project, name="乙")
    assert (item.start, item.finish) == (date(2024, 4, 7), date(2024, 4, 8))


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_listed_is_what_moves(name: str, cast: Cast, project: Project, tmp_path: Path, shared_data: Path) -> None:
    """Every other task of the files of MS Project lies on its days."""
    sheets = read_workbook(shared_data / "mspdi" / f"{name}.xml")
    made = propose(project, sheets, (), today=NOW.date())
    told = {one.row for one in made.found.notices if one.code == "mspdi_dates_move"}
    bring(by=System(), project=project, book=Workbook("a.xml", sheets), creating=True, now=NOW)
    rows = {(row.name, row.source_code): row for row in WorkItem.objects.filter(project=project)}
    moved = set()
    for one in made.found.tasks:
        row = rows[one.name, one.code]
        same = row.finish == one.finish if one.is_milestone else (row.start, row.finish) == (one.start, one.finish)
        if one.constraint and not one.is_summary and not same:
            moved.add(one.row)
    assert moved == told or len(told) == 40
