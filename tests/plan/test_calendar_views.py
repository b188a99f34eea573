"""The project's calendar, a task's own, and the tasks across holidays. May 1st to 5th 2024 is off by notice, and worked for
it are Sunday 04-28 and Saturday 05-11."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from support.cast import DAY, NOW, Cast, planned_project, small_project, task
from support.checks import said, unchanged
from support.web import client_of
from tongzhou.people.actions import change_calendar
from tongzhou.people.models import Leave, System, WorkCalendar
from tongzhou.people.queries import CalendarSpec, OwnDay
from tongzhou.plan.actions import ItemSpec, bring_in, follow
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import outlook
from tongzhou.plan.queries.holidays import HolidayRun, tasks_across_holidays, tasks_meeting_leave
from tongzhou.projects.models import Project

AS_OF = date(2024, 4, 1)


def spring(cast: Cast) -> Project:
    """装修 Mon 04-29 – Wed 05-08 (Mon, Tue, Mon 6, Tue 7, Wed 8: five days), 开业 a milestone on 05-01, 巡店 in April."""
    project = small_project(cast)
    build = ItemSpec(
        "1", "装修", None, department=cast.rd.pk, owner=cast.owner.pk, typed_start=date(2024, 4, 29), duration=5 * DAY
    )
    opening = ItemSpec("2", "开业", typed_start=date(2024, 5, 1), typed_finish=date(2024, 5, 1), is_milestone=True, duration=0)
    visit = replace(build, key="3", name="巡店", typed_start=date(2024, 4, 8), duration=DAY)
    bring_in(by=cast.manager, project=project, items=[build, opening, visit], links=[], now=NOW)
    return project


def test_tasks_across_holidays_are_listed(cast: Cast) -> None:
    project = spring(cast)
    WorkItem.objects.filter(project=project, name="巡店").update(deadline=date(2024, 5, 2))
    rows = tasks_across_holidays(outlook(project, AS_OF))
    may = HolidayRun("五一", date(2024, 5, 1), date(2024, 5, 5))
    assert [(row.item.name, row.runs, row.lost, row.deadline_off, row.milestone_off) for row in rows] == [
        ("巡店", [], 0, True, False),
        ("装修", [may], 3, False, False),  # Wed 1st, Thu 2nd, Fri 3rd
        ("开业", [may], 0, False, True),
    ]
    assert (rows[1].owner, rows[1].finish) == (cast.owner.name, date(2024, 5, 8))
    WorkItem.objects.filter(project=project).update(state="done", percent=10000, actual_start=AS_OF, actual_finish=AS_OF)
    project.plan.version += 1
    project.plan.save()
    assert tasks_across_holidays(outlook(project, AS_OF)) == []


def test_leave_that_meets_a_task_is_listed_and_shown_in_its_drawer(cast: Cast) -> None:
    project = spring(cast)
    Leave.objects.create(user=cast.owner, first=date(2024, 4, 30), last=date(2024, 5, 6))
    [row] = tasks_meeting_leave(outlook(project, AS_OF))
    assert (row.item.name, row.lost, row.follows) == ("装修", 2, False)  # Tue 30th and Mon 6th
    client = client_of(cast.member)
    page = client.get(f"/projects/S-1/holidays/?date={AS_OF}")
    assert (page.status_code, len(page.context["leaves"])) == (200, 1)
    drawer = client.get(f"/projects/S-1/tasks/{task(project, '装修').pk}/?date={AS_OF}").content.decode()
    assert "2024-04-30" in drawer and "2024-05-06" in drawer


def test_holidays_are_asked_in_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    project = spring(cast)
    Leave.objects.create(user=cast.owner, first=date(2024, 4, 30), last=date(2024, 5, 6))
    found = outlook(project, AS_OF)
    with django_assert_max_num_queries(3):
        assert (len(tasks_across_holidays(found)), len(tasks_meeting_leave(found))) == (2, 1)


def change_project_start(project: Project) -> None:
    """Let the plan, as it is scheduled, run from March 2027 into 2028."""
    WorkItem.objects.filter(project=project, name="设计").update(
        typed_start=date(2027, 3, 1), constraint="SNET", constraint_date=date(2027, 3, 1), duration=260 * 480
    )
    follow(project=Project.objects.get(pk=project.pk), now=NOW)


def test_a_plan_in_an_unknown_year_says_so(cast: Cast) -> None:
    project = planned_project(cast)
    client = client_of(cast.member)
    assert client.get("/projects/S-1/plan/").context["unknown_years"] == []
    WorkItem.objects.filter(project=project, name="推广").update(finish=date(2031, 3, 3))
    page = client.get("/projects/S-1/plan/")
    assert page.context["unknown_years"] == [2027, 2028, 2029, 2030, 2031]
    assert "2027、2028" in page.content.decode()
    change_project_start(project)
    overview = client.get("/projects/S-1/")
    assert overview.context["view"].unknown_years == [2027, 2028]
    assert "2027、2028 年节假日尚未公布" in overview.content.decode()


def test_a_project_chooses_its_calendar_after_a_look(cast: Cast) -> None:
    project = planned_project(cast)
    client = client_of(cast.manager)
    assert client.get("/projects/S-1/calendar/").status_code == 200
    sent = {"choice": "own", "days": "2024-03-06 休息 停电"}
    with unchanged():
        shown = client.post("/projects/S-1/calendar/", sent)
    moves = shown.context["moves"]
    assert (moves.count, moves.finish_before, moves.finish_after) == (3, date(2024, 3, 8), date(2024, 3, 11))
    assert client.post("/projects/S-1/calendar/", sent | {"confirm": "1"})["Location"] == "/projects/S-1/plan/"
    assert task(project, "设计").finish == date(2024, 3, 7)
    form = client.get("/projects/S-1/calendar/").context["form"]
    assert (form.initial["choice"], form.initial["days"]) == ("own", "2024-03-06 休息 停电")
    named = change_calendar(by=System(), spec=CalendarSpec("单休", pattern="one_day"), now=NOW)
    client.post("/projects/S-1/calendar/", {"choice": str(named.pk), "confirm": "1"})
    assert (task(project, "设计").finish, WorkCalendar.objects.filter(is_private=True).count()) == (date(2024, 3, 6), 0)
    for bad in ({"choice": "999999"}, {"choice": "own", "days": "x"}, {"choice": "own", "hours": "x"}):
        with unchanged():
            assert client.post("/projects/S-1/calendar/", bad | {"confirm": "1"}).status_code == 422
    empty = {"choice": "own", "days": "1970-01-01~2199-12-31 休息", "confirm": "1"}
    with unchanged():
        assert "days" in client.post("/projects/S-1/calendar/", empty).context["form"].errors


def test_a_task_takes_a_calendar_and_follows_its_owner(cast: Cast) -> None:
    project = planned_project(cast)
    off = (OwnDay(date(2024, 3, 6), date(2024, 3, 6), False),)
    shop = change_calendar(by=System(), spec=CalendarSpec("门店", days=off), now=NOW)
    Leave.objects.create(user=cast.owner, first=date(2024, 3, 7), last=date(2024, 3, 7))
    item = task(project, "设计")
    client = client_of(cast.manager)
    sent = {"calendar": shop.pk, "follows_owner": "on"}
    assert client.post(f"/projects/S-1/tasks/{item.pk}/calendar/", sent).status_code == 302
    item = task(project, "设计")
    # Mon 4th, Tue 5th; Wed is off, Thu is leave; Fri 8th.
    assert (item.calendar, item.follows_owner, item.finish) == (shop, True, date(2024, 3, 8))
    kind, _data, changes = said()
    after = {"calendar": "门店", "follows_owner": True}
    assert (kind, changes) == ("work-item-changed", [("work_item", item.pk, {"calendar": None, "follows_owner": False}, after)])
    assert client.get(f"/projects/S-1/tasks/{item.pk}/details/").status_code == 200
    with unchanged():
        assert client.post(f"/projects/S-1/tasks/{item.pk}/calendar/", sent).status_code == 302
        assert client.post(f"/projects/S-1/tasks/{item.pk}/calendar/", {"calendar": "999999"}).status_code == 422
