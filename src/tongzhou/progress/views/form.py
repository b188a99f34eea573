"""Screens: the progress form and a task's history."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.params import day_asked, say_refused
from tongzhou.lib.web import queue_changed
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.plan.access import can_report_or_stand_in, can_stand_in
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.item import item_or_404, sheet_of
from tongzhou.progress import actions, queries
from tongzhou.progress.forms import ProgressForm
from tongzhou.progress.queries.history import Told, told
from tongzhou.progress.queries.mine import amount
from tongzhou.progress.queries.queue import TEMPLATE as QUEUE_FORM
from tongzhou.progress.queries.queue import blocking_shown, known_values, shown_in_queue
from tongzhou.progress.views.said import report_of, words_of
from tongzhou.projects.access import standing
from tongzhou.workbooks.textfile import guarded


@access_declared("update progress/blocked")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """The progress form: a page of its own, or a sheet over the page that asked for it."""
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    require(can_report_or_stand_in(standing(user, item.project), user, item, clock.today()))
    sheet = sheet_of(item, status_date(item.project, day_asked(request)))
    if not sheet.row.leaf and request.method != "POST":
        return _to_the_tasks_below(request, item)
    initial = known_values(item)
    if request.GET.get("state") in WorkItem.State.values:
        initial["state"] = request.GET["state"]
    form = ProgressForm(_given(request, item), item=item, initial=initial)
    if form.is_valid() and _reported(user, item, sheet.as_of, form):
        messages.success(request, _("Progress of “%(task)s” saved.") % {"task": item.name})
        return _next(request, item.project.number)
    if _in_queue(request):
        told = [
            _("%(label)s: %(error)s") % {"label": field.label, "error": error} for field in form for error in field.errors
        ] + [str(error) for error in form.non_field_errors()]
        return render(request, QUEUE_FORM, shown_in_queue(item, sheet, request.POST, told), status=422)
    context = {
        "project": item.project,
        "tab": "work",
        "form": form,
        "sheet": sheet,
        "item": item,
        "history": queries.history_of(item)[:5],
        "quantity": amount(item.quantity),
        "instead_of": item.owner.name if item.owner and can_stand_in(user, item, clock.today()) else "",
        "blocking": blocking_shown(item, request.POST),
        "in_sheet": "HX-Request" in request.headers,
    }
    return render(request, _template(request), context, status=422 if form.is_bound else 200)


@require_safe
@access_declared("read project plan, tasks")
def history(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """Who reported what and when, before and after; `?format=csv` as a table for spreadsheets."""
    item = item_or_404(signed_in(request), number, item_id)
    rows = told(queries.history_of(item), item.unit)
    if request.GET.get("format") == "csv":
        return _csv(item, rows)
    context = {"project": item.project, "tab": "work", "item": item, "rows": rows}
    return render(request, "progress/history.html", context)


def _csv(item: WorkItem, rows: list[Told]) -> HttpResponse:
    text = io.StringIO()
    # Spreadsheets recognise UTF-8 by its mark, and take what begins like a formula for one.
    text.write("\ufeff")
    writer = csv.writer(text)
    heads = (_("As of"), _("Written"), _("Who"), _("State"), _("Before"), _("After"), _("What is done"), _("Problem met"))
    writer.writerow([*heads, _("Help needed")])
    for row in rows:
        cells = (row.day, row.at, row.who, row.state_name, row.before, row.after, row.done, row.problem, row.help)
        writer.writerow([guarded(cell) for cell in cells])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{item.project.number}-{item.name}-{_('History')}.csv".replace("/", "_")
    answer["Content-Disposition"] = f"attachment; filename=\"history.csv\"; filename*=UTF-8''{quote(name)}"
    return answer


def _to_the_tasks_below(request: HttpRequest, item: WorkItem) -> HttpResponse:
    """Lead from a summary to its place in the plan: a form here could only be refused."""
    messages.info(request, _("A summary has no progress of its own: report on the tasks below it."))
    return redirect(f"{reverse('plan', args=[item.project.number])}?task={item.pk}")


def _given(request: HttpRequest, item: WorkItem) -> dict[str, Any] | QueryDict | None:
    """Return what was sent; 「无变化」 sends what is known already."""
    if request.method == "POST" and "unchanged" in request.POST:
        return known_values(item)
    return request.POST if request.method == "POST" else None


def _reported(user: User, item: WorkItem, day: date, form: ProgressForm) -> bool:
    try:
        actions.report_progress(
            by=user, item=item, report=report_of(form), words=words_of(form), status_date=day, now=clock.now()
        )
    except Refused as refused:
        say_refused(form, refused)
        return False
    return True


def _template(request: HttpRequest) -> str:
    return "progress/report.html#sheet" if request.headers.get("HX-Request") else "progress/report.html"


def _in_queue(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") is not None and request.POST.get("next") == QUEUE


QUEUE = "queue"
PLACES = {"plan": "plan", "tracking": "tracking", "board": "board"}


def _next(request: HttpRequest, number: str) -> HttpResponse:
    """Go back to the page that asked; a sheet reloads it, so that its filter and sorting stay."""
    came_from = request.POST.get("next", "")
    if came_from == QUEUE:
        return queue_changed(request)
    if request.headers.get("HX-Request") and came_from in ("mine", "tracking", "board"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    place = next((name for word, name in PLACES.items() if word in came_from), "")
    address = reverse(place, args=[number]) if place else reverse("my_tasks" if came_from == "mine" else "workbench")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(address)})
    return redirect(address)
