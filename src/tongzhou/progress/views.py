"""Screens: the progress form, a task's history, the tracking table."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.params import day_asked
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.plan.access import can_report_or_stand_in
from tongzhou.plan.actions import Report
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.item import Sheet, item_or_404, sheet_of
from tongzhou.progress import actions, queries
from tongzhou.progress.forms import ProgressForm
from tongzhou.projects.access import project_or_404, standing


@access_declared("update progress/blocked")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """The progress form: a page of its own, or a sheet over the page that asked for it."""
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    require(can_report_or_stand_in(standing(user, item.project), user, item, clock.today()))
    sheet = sheet_of(item, status_date(item.project, day_asked(request)))
    initial = {
        "state": item.state,
        "percent": sheet.percent,
        "actual_start": item.actual_start,
        "actual_finish": item.actual_finish,
    }
    form = ProgressForm(_given(request, item, sheet), item=item, initial=initial)
    if form.is_valid() and _reported(user, item, sheet, form):
        messages.success(request, _("Progress of “%(task)s” saved.") % {"task": item.name})
        return _next(request, number)
    context = {
        "project": item.project,
        "tab": "work",
        "form": form,
        "sheet": sheet,
        "item": item,
        "history": queries.history_of(item)[:5],
        "in_sheet": "HX-Request" in request.headers,
    }
    return render(request, _template(request), context, status=422 if form.is_bound else 200)


@require_safe
@access_declared("read project plan, tasks")
def history(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    item = item_or_404(signed_in(request), number, item_id)
    context = {"project": item.project, "tab": "work", "item": item, "history": queries.history_of(item)}
    return render(request, "progress/history.html", context)


@require_safe
@access_declared("read project plan, tasks")
def tracking(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    day = status_date(project, day_asked(request))
    context = {"project": project, "tab": "work", "as_of": day, "rows": queries.tracking(project, day)}
    return render(request, "progress/tracking.html", context)


def _given(request: HttpRequest, item: WorkItem, sheet: Sheet) -> dict[str, Any] | QueryDict | None:
    """Return what was sent; 「无变化」 sends what is known already."""
    if request.method == "POST" and "unchanged" in request.POST:
        return {
            "state": item.state,
            "percent": sheet.percent,
            "actual_start": item.actual_start,
            "actual_finish": item.actual_finish,
        }
    return request.POST if request.method == "POST" else None


def _reported(user: User, item: WorkItem, sheet: Sheet, form: ProgressForm) -> bool:
    data = form.cleaned_data
    said = Report(data["state"], round(data["percent"] * 100), data["actual_start"], data["actual_finish"])
    help_from = data["help_department"]
    words = actions.Words(data["done"], data["problem"], data["help_needed"], help_from.pk if help_from else None)
    try:
        actions.report_progress(by=user, item=item, report=said, words=words, status_date=sheet.as_of, now=clock.now())
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return False
    return True


def _template(request: HttpRequest) -> str:
    return "progress/report.html#sheet" if request.headers.get("HX-Request") else "progress/report.html"


def _next(request: HttpRequest, number: str) -> HttpResponse:
    came_from_plan = "plan" in request.POST.get("next", "")
    address = f"/projects/{number}/plan/" if came_from_plan else "/"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(address)})
    return redirect(address)
