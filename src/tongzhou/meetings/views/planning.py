"""Screens: the meetings of a project, planning one, its details, who is invited, calling it off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, Stale, access_declared, require
from tongzhou.lib.differing import Differing, beside
from tongzhou.lib.params import blame
from tongzhou.lib.web import download
from tongzhou.meetings import actions
from tongzhou.meetings.access import can_plan, can_record, meeting_project_or_404
from tongzhou.meetings.forms import AttendeesForm, CancelForm, MeetingForm, PlanForm
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries import meeting_or_404
from tongzhou.meetings.queries.agenda import agenda_of
from tongzhou.meetings.queries.calendar import CONTENT_TYPE, calendar_of, file_name
from tongzhou.meetings.queries.invited import tag_of_list, usually_invited
from tongzhou.meetings.queries.kinds import KindOfMeeting, kinds_of
from tongzhou.meetings.queries.listing import listed, offered
from tongzhou.meetings.views.reading import READ, WRITE, shown
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects.access import standing, while_open
from tongzhou.projects.models import Project
from tongzhou.rhythm.queries import calendar_for, working_days_after


@require_safe
@access_declared(READ)
def meetings(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = meeting_project_or_404(user, number)
    rows = listed(project, clock.now())
    may_plan = can_plan(while_open(standing(user, project), project))
    context = {
        "project": project,
        "tab": "start",
        "rows": rows,
        "offered": offered(project, [row.meeting for row in rows]) if may_plan else [],
    }
    return render(request, "meetings/meetings.html", context)


@require_safe
@access_declared(READ)
def meeting_calendar(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """The meeting as a file for one's own calendar."""
    row = meeting_or_404(signed_in(request), number, meeting_id)
    return download(calendar_of(row, clock.now()), f"{CONTENT_TYPE}; charset=utf-8", file_name(row))


@access_declared(WRITE)
@require_http_methods(["GET", "POST"])
def meeting_new(request: HttpRequest, number: str, meeting_kind: str) -> HttpResponse:
    """Plan a meeting, with its agenda and who is invited as the seats and roles say."""
    user = signed_in(request)
    project = meeting_project_or_404(user, number)
    require(can_plan(standing(user, project)))
    rules = next((one for one in kinds_of(project) if one.key == meeting_kind), None)
    if rules is None:
        raise Http404
    given = request.POST if request.method == "POST" else None
    agenda = agenda_of(project, rules)
    form = PlanForm(given, project=project, initial=_usual(project, rules, user, sum(line.minutes for line in agenda)))
    if form.is_valid():
        people = [person.pk for person in form.cleaned_data["people_invited"]]
        try:
            row = actions.plan_meeting(
                by=user, project=project, kind=rules.key, plan=_plan(form), people=people, now=clock.now()
            )
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("It is planned; those who are invited are told."))
            return redirect("meeting", number, row.pk)
    context = {"project": project, "tab": "start", "form": form, "kind": rules, "agenda": agenda}
    return render(request, "meetings/new.html", context, status=422 if form.is_bound else 200)


@access_declared(WRITE)
@require_http_methods(["GET", "POST"])
def meeting_details(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Other times, another place, host or recorder."""
    user = signed_in(request)
    row = meeting_or_404(user, number, meeting_id)
    require(can_record(standing(user, row.project), row))
    names = ("title", "length", "place", "link", "host", "recorder", "version")
    initial = {name: getattr(row, name) for name in names} | {"starts_at": timezone.localtime(row.starts_at)}
    form = MeetingForm(request.POST if request.method == "POST" else None, project=row.project, initial=initial)
    status = 422 if form.is_bound else 200
    theirs: Differing = ()
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_meeting(by=user, meeting=row, plan=_plan(form), version=version, now=clock.now())
        except Stale as stale:
            # What was typed stays, beside what is there now: saving again is a decision.
            there = meeting_or_404(user, number, meeting_id)
            status, theirs = 412, beside(form, {name: getattr(there, name) for name in ("starts_at", *names)})
            form.add_error(None, stale.message)
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("meeting", number, row.pk)
    context = {"project": row.project, "tab": "start", "form": form, "row": row, "theirs": theirs}
    return render(request, "meetings/details.html", context, status=status)


@access_declared(WRITE)
@require_http_methods(["GET", "POST"])
def meeting_attendees(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Who is invited, who came, who is excused."""
    user = signed_in(request)
    row = meeting_or_404(user, number, meeting_id)
    require(can_record(standing(user, row.project), row))
    form = AttendeesForm(request.POST if request.method == "POST" else None, project=row.project, initial=_listed(row))
    status = 422 if form.is_bound else 200
    theirs: Differing = ()
    if form.is_valid():
        version = form.cleaned_data["version"] or None
        try:
            actions.set_attendees(by=user, meeting=row, presences=form.presences(), shown=version, now=clock.now())
        except Stale as stale:
            # What was chosen stays, beside the list as it is now: saving again is a decision.
            status, theirs = 412, beside(form, _listed(row))
            form.add_error(None, stale.message)
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("meeting", number, row.pk)
    context = {"project": row.project, "tab": "start", "form": form, "row": row, "theirs": theirs}
    return render(request, "meetings/attendees.html", context, status=status)


@require_POST
@access_declared(WRITE)
def meeting_cancellation(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Call it off."""
    user = signed_in(request)
    row = meeting_or_404(user, number, meeting_id)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            actions.cancel_meeting(by=user, meeting=row, reason=form.cleaned_data["reason"], now=clock.now())
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Called off; those who were invited are told."))
            return redirect("meeting", number, row.pk)
    require(can_record(standing(user, row.project), row))
    return shown(request, row, bound={"cancel": form})


def _listed(row: Meeting) -> dict[str, str]:
    """Return who is invited and how each attends, as the fields of the form, with what tells this list from another."""
    there = dict(row.attendees.values_list("person_id", "presence"))
    return {f"person_{key}": presence for key, presence in there.items()} | {"version": tag_of_list(there)}


def _plan(form: MeetingForm) -> actions.Plan:
    """Return what was typed."""
    data = form.cleaned_data
    recorder = data["recorder"].pk if data["recorder"] else None
    given = {name: data[name] for name in ("title", "starts_at", "length", "place", "link")}
    return actions.Plan(host=data["host"].pk, recorder=recorder, **given)


def _usual(project: Project, rules: KindOfMeeting, user: User, minutes: int) -> dict[str, Any]:
    """Return what a new meeting begins with: the next working morning, as long as its agenda, whom seats and roles name."""
    now = clock.now()
    return {
        "title": f"{project.name}{rules.title}"[:120],
        "starts_at": _first(project, now) if rules.hours else timezone.localtime(now),
        "length": minutes or (60 if rules.hours else 15),
        "host": user.pk,
        "people_invited": usually_invited(project),
    }


def _first(project: Project, now: datetime) -> datetime:
    calendar = calendar_for(project_calendar=project.calendar_id)
    return timezone.localtime(working_days_after(now, 1, calendar)).replace(hour=10, minute=0, second=0, microsecond=0)
