"""Screens: the weekly report as a page and as files; writing, sending, correcting it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from tongzhou.documents.actions import Handing, hand_out
from tongzhou.documents.queries.handed import Handed, answer
from tongzhou.documents.queries.kinds import ending_or_404
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, Stale, access_declared, require
from tongzhou.lib.params import day_asked, parse_day
from tongzhou.papers import to_html
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects.access import project_or_404, standing
from tongzhou.projects.models import Project
from tongzhou.reports import actions
from tongzhou.reports.access import can_write_report
from tongzhou.reports.forms import RhythmForm, WrittenForm
from tongzhou.reports.models import WeeklyReport
from tongzhou.reports.papers import paper_of, paper_to_send
from tongzhou.reports.queries import (
    Cut,
    Week,
    Written,
    is_present,
    kept_report,
    number_of,
    parse_week,
    states_of_weeks,
    weekly_cut,
    written,
)
from tongzhou.reports.queries.rhythm import rhythm_of

READ, WRITE = "read project plan, tasks", "edit charter draft"
KIND = "weekly-report"
WEEKS_SHOWN = 20
LAST_EDITION = 9999


@require_safe
@access_declared(READ)
def report(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    asked = day_asked(request)
    cut = _cut(request, project, asked)
    kept = _kept(request, project, cut.week)
    context = {
        "project": project,
        "tab": "report",
        "as_of": cut.as_of,
        "asked": asked,
        "cut": cut,
        "kept": kept,
        "number": number_of(project.number, cut.week_number, kept.edition if kept else 1),
        "can_write": can_write_report(standing(signed_in(request), project)) and cut.has_tasks,
        "weeks": _weeks_around(cut, states_of_weeks(project)),
        "filing": len(cut.filings),
        "filed": sum(not row.missing and not row.unowned for row in cut.filings),
        "paper": to_html(paper_of(project.number, cut, kept), level=2),
        "query": _query(request, cut, asked),
        "rhythm": rhythm_of(project),
    }
    return render(request, "reports/report.html", context)


@require_GET
@access_declared(READ)
def report_file(request: HttpRequest, number: str, ending: str) -> HttpResponse:
    """The report as a paper: docx, xlsx or pdf, with letterhead, number and code."""
    user = signed_in(request)
    project = project_or_404(user, number)
    cut = _cut(request, project, day_asked(request))
    return answer(handed_report(user, project, cut, _kept(request, project, cut.week), ending))


def handed_report(user: User, project: Project, cut: Cut, kept: WeeklyReport | None, ending: str) -> Handed:
    """Hand out the report of a week as a file: what was kept of it, or the cut.

    :raises Http404: if it has no such ending. :raises Refused: if it cannot be set; Busy if too many are being set.
    """
    ending_or_404(KIND, ending)
    key, present = cut.week.first.toordinal(), is_present(project, cut, kept)
    paper = partial(paper_of, project.number, cut, kept)
    handing = Handing(KIND, key, lambda made: made.title, paper, ending, present=present)
    return hand_out(by=user, project=project, handing=handing, now=clock.now())


@access_declared(WRITE)
@require_http_methods(["GET", "POST"])
def report_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Write the parts of a report that nobody can gather."""
    project = project_or_404(signed_in(request), number)
    require(can_write_report(standing(signed_in(request), project)))
    cut = _cut(request, project, day_asked(request))
    kept = kept_report(project, cut.week)
    initial = asdict(written(kept)) | {"version": kept.version if kept else 0}
    form = WrittenForm(request.POST if request.method == "POST" else None, initial=initial)
    status, theirs = 422 if form.is_bound else 200, None
    if form.is_valid():
        parts = dict(form.cleaned_data)
        version = parts.pop("version")
        try:
            actions.write_report(
                by=signed_in(request), project=project, week=cut.week, parts=Written(**parts), version=version, now=clock.now()
            )
            messages.success(request, _("The report is saved as a draft."))
            return redirect(_address(project, cut.week))
        except Stale as stale:
            form.add_error(None, stale.message)
            status, theirs = 412, written(kept)
            # Whoever has seen what the other wrote may save over it.
            form.data = {**request.POST.dict(), "version": initial["version"]}
    context = {"project": project, "tab": "report", "form": form, "cut": cut, "kept": kept, "theirs": theirs}
    return render(request, "reports/edit.html", context, status=status)


@require_POST
@access_declared(WRITE)
def report_send(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    cut = weekly_cut(project, _week_posted(request, project), parse_day(request.POST.get("date", "")))
    require(can_write_report(standing(signed_in(request), project)))
    if not cut.has_tasks:
        raise Refused("no-tasks", _("The plan has no tasks yet."))
    kept, week = kept_report(project, cut.week), cut.week
    finished = actions.Finished(paper_to_send(project.number, cut, kept), cut.as_of, kept.version if kept else 0)
    actions.send_report(by=signed_in(request), project=project, week=week, finished=finished, now=clock.now())
    messages.success(request, _("The report is sent and will not change any more."))
    return redirect(_address(project, week))


@require_POST
@access_declared(WRITE)
def report_reopen(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    week = _week_posted(request, project)
    actions.reopen_report(by=signed_in(request), project=project, week=week, now=clock.now())
    messages.success(request, _("The next edition is open; the one that was sent stays as it is."))
    return redirect(_address(project, week))


@access_declared(WRITE)
@require_http_methods(["GET", "POST"])
def report_rhythm(request: HttpRequest, number: str) -> HttpResponse:
    """When the report is drafted by itself."""
    project = project_or_404(signed_in(request), number)
    require(can_write_report(standing(signed_in(request), project)))
    kept = rhythm_of(project)
    slot = kept["slot"] or actions.FRIDAYS
    initial = {"on": kept["slot"] is not None, "weekday": slot.weekday, "at": slot.at, "day_off": slot.day_off}
    form = RhythmForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            actions.change_rhythm(by=signed_in(request), project=project, slot=form.slot(), now=clock.now())
            messages.success(request, _("Saved."))
            return redirect("report", project.number)
        except Refused as refused:
            if refused.field != "slot":
                raise
            form.add_error("weekday", refused.message)
    context = {"project": project, "tab": "report", "form": form, "rhythm": kept}
    return render(request, "reports/rhythm.html", context, status=422 if form.is_bound else 200)


def _kept(request: HttpRequest, project: Project, week: Week) -> WeeklyReport | None:
    """Return the kept report that is asked for, by default the latest edition.

    :raises Http404: if there is no such edition.
    """
    text = request.GET.get("edition", "")
    if not text:
        return kept_report(project, week)
    edition = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LAST_EDITION)) else 0
    found = kept_report(project, week, edition)
    if found is None:
        raise Http404
    return found


def _cut(request: HttpRequest, project: Project, asked: date | None) -> Cut:
    return weekly_cut(project, parse_week(request.GET.get("week", "")), asked)


def _week_posted(request: HttpRequest, project: Project) -> Week:
    week = parse_week(request.POST.get("week", ""))
    return week or weekly_cut(project).week


def _address(project: Project, week: Week) -> str:
    return f"{reverse('report', args=[project.number])}?week={week.name}"


def _query(request: HttpRequest, cut: Cut, asked: date | None) -> str:
    """Return the query by which files and forms name what the page shows."""
    asked_for = {"week": cut.week.name, "date": asked.isoformat() if asked else "", "edition": request.GET.get("edition", "")}
    return urlencode({name: value for name, value in asked_for.items() if value})


def _weeks_around(cut: Cut, states: dict[date, bool]) -> list[tuple[int, Week, bool | None]]:
    """Return up to WEEKS_SHOWN weeks with number and whether their report was sent (None: untouched), the latest first."""
    place = cut.weeks.index(cut.week)
    begin = max(0, min(place - WEEKS_SHOWN // 2, len(cut.weeks) - WEEKS_SHOWN))
    shown = range(begin, min(begin + WEEKS_SHOWN, len(cut.weeks)))
    return [(len(cut.weeks) - at, cut.weeks[at], states.get(cut.weeks[at].first)) for at in shown]
