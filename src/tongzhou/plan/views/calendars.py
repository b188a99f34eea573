"""Screens: the calendar of a project, tasks across holidays, and what a changed calendar would move."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, access_declared, require
from tongzhou.lib.params import day_asked, say_refused
from tongzhou.people.access import signed_in
from tongzhou.people.models import WorkCalendar
from tongzhou.people.queries import CalendarSpec, calendar_book, unknown_years, yearview
from tongzhou.people.queries.calendar_text import initial_of
from tongzhou.plan import access, actions
from tongzhou.plan.forms import OWN, ItemCalendarForm, ProjectCalendarForm
from tongzhou.plan.queries import outlook, status_date
from tongzhou.plan.queries.calendars import own_calendar_name
from tongzhou.plan.queries.concerned import ProjectMoves
from tongzhou.plan.queries.holidays import tasks_across_holidays, tasks_meeting_leave
from tongzhou.plan.queries.item import item_or_404
from tongzhou.projects.access import project_or_404, standing, while_open
from tongzhou.projects.models import Project


@access_declared("create/edit WBS")
@require_http_methods(["GET", "POST"])
def project_calendar(request: HttpRequest, number: str) -> HttpResponse:
    """Choose the project's calendar: first what would move, then, confirmed, the choice."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(access.can_edit_plan(standing(user, project)))
    form = ProjectCalendarForm(request.POST if request.method == "POST" else None, initial=_initial(project))
    context: dict[str, Any] = {}
    if form.is_valid():
        chosen, own = form.choice_of(own_calendar_name(project))

        def change() -> None:
            fresh = Project.objects.get(pk=project.pk)
            actions.change_project_calendar(by=user, project=fresh, calendar=chosen, own=own, now=clock.now())

        try:
            if "confirm" in request.POST:
                change()
                messages.success(request, _("The calendar of the project is chosen."))
                return redirect("plan", project.number)
            context = _preview(project, chosen, own)
        except Forbidden:
            raise
        except Refused as refused:
            say_refused(form, refused)
    book = calendar_book()
    levels = (project.calendar_id,) if project.calendar_id else ()
    shown = context or {"weeks": yearview.weeks_ahead(book, levels, clock.today())}
    page = {"project": project, "tab": "plan", "form": form, "previewed": bool(context), **shown}
    return render(request, "plan/project_calendar.html", page, status=422 if form.errors else 200)


@require_POST
@access_declared("create/edit WBS")
def task_calendar(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """Choose the calendar of a task, and whether its owner's leave moves it."""
    item = item_or_404(signed_in(request), number, item_id)
    require(access.can_edit_item(standing(signed_in(request), item.project), item.department_id))
    form = ItemCalendarForm(request.POST)
    if not form.is_valid():
        raise Refused("calendar-unknown", _("There is no such calendar."), "calendar")
    actions.change_item_calendar(by=signed_in(request), item=item, now=clock.now(), **form.cleaned_data)
    messages.success(request, _("Task “%(task)s” saved.") % {"task": item.name})
    return redirect(iri_to_uri(f"/projects/{item.project.number}/plan/?task={item.pk}"))


@require_safe
@access_declared("read project plan, tasks")
def holidays(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    found = outlook(project, status_date(project, day_asked(request)))
    days = [day for at in found.dates.values() for day in (at.start, at.finish)]
    context = {
        "project": project,
        "tab": "plan",
        "as_of": found.as_of,
        "rows": tasks_across_holidays(found),
        "leaves": tasks_meeting_leave(found),
        "unknown_years": unknown_years(min(days), max(days)) if days else [],
        "has_items": bool(found.items),
        "can_edit": access.can_edit_plan(while_open(standing(signed_in(request), project), project)),
    }
    return render(request, "plan/holidays.html", context)


def _preview(project: Project, chosen: WorkCalendar | None, own: CalendarSpec | None) -> dict[str, Any]:
    """Return the weeks ahead and the moves under another calendar."""

    def look(fresh: Project) -> tuple[ProjectMoves | None, list[yearview.Week]]:
        levels = (fresh.calendar_id,) if fresh.calendar_id else ()
        return actions.project_moves(fresh), yearview.weeks_ahead(calendar_book(), levels, clock.today())

    moves, weeks = actions.under_calendar(project, chosen, own, look)
    return {"moves": moves, "weeks": weeks}


def _initial(project: Project) -> dict[str, Any]:
    if project.calendar_id is None:
        return {"choice": "", "pattern": "inherited"}
    layer = calendar_book().layers[project.calendar_id]
    if not WorkCalendar.objects.filter(pk=project.calendar_id, is_private=True).exists():
        return {"choice": str(project.calendar_id), "pattern": "inherited"}
    return initial_of(layer) | {"choice": OWN}
