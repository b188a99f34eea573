"""Screens of the plan: the page with grid and chart, its data, the drawer, edits in place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, access_declared, require
from tongzhou.lib.packing import packed_answer
from tongzhou.lib.params import day_asked, json_body, text_asked
from tongzhou.lib.prepared import ask_ahead
from tongzhou.lib.registry import PANELS, QUESTIONS
from tongzhou.people.access import signed_in
from tongzhou.plan import access, actions
from tongzhou.plan.actions import Answer, Asked
from tongzhou.plan.forms import DetailsForm, ItemCalendarForm, ItemForm, cell_value
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.columns import plan_columns
from tongzhou.plan.queries.concerned import unknown_years_of
from tongzhou.plan.queries.edits import undoable
from tongzhou.plan.queries.grid import Drawn, plan_parts
from tongzhou.plan.queries.item import details_of, item_or_404, seen_parts, sheet_of, sheet_questions
from tongzhou.plan.queries.labels import plan_labels
from tongzhou.plan.views.commands import TIGHT, version_of
from tongzhou.projects.access import project_or_404, rules_of, standing, standing_question, while_open

READ = "read project plan, tasks"
EDIT = "create/edit WBS"


@require_safe
@access_declared(READ)
def plan(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    at = while_open(standing(signed_in(request), project), project)
    day = status_date(project, day_asked(request))
    asked = text_asked(request, "task", 40)
    is_key = asked.isascii() and asked.isdigit() and len(asked) < 19
    context = {
        "project": project,
        "tab": "plan",
        "as_of": day,
        "can_edit": access.can_edit_plan(at) or bool(at.liaisons),
        "can_import": access.can_edit_plan(at),
        "needs_claims": rules_of(project).claims,
        "labels": plan_labels(),
        "has_items": WorkItem.objects.filter(project=project).exists(),
        "task_gone": bool(asked) and not (is_key and WorkItem.objects.filter(project=project, pk=int(asked)).exists()),
        "unknown_years": unknown_years_of(project),
    }
    return render(request, "plan/plan.html", context)


@require_safe
@access_declared(READ)
def data(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    user = signed_in(request)
    can = undoable(project, user)
    number_asked = text_asked(request, "baseline", 5)
    baseline = int(number_asked) if number_asked.isascii() and number_asked.isdigit() else None
    drawn = Drawn(strict=request.GET.get("mode") == "strict", baseline=baseline)
    day = status_date(project, day_asked(request))
    parts = plan_parts(project, day, drawn, undo=can.undo_label, redo=can.redo_label)
    return packed_answer(request, parts, "application/json")


@require_safe
@access_declared(READ)
def columns(request: HttpRequest, number: str) -> HttpResponse:
    """Columns that are fetched when they are shown."""
    project = project_or_404(signed_in(request), number)
    names = [name for name in text_asked(request, "names", 400).split(",") if name]
    found = plan_columns(project, status_date(project, day_asked(request)), list(dict.fromkeys(names)))
    return JsonResponse(found, json_dumps_params=TIGHT)


@require_safe
@access_declared(READ)
def task(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """The drawer of a work item (a fragment)."""
    user, project = signed_in(request), project_or_404(signed_in(request), number)
    of_panels = [question(project.pk, item_id) for question in QUESTIONS.at("work_item")]
    ask_ahead(standing_question(user, project), *sheet_questions(project, item_id), *of_panels)
    item = item_or_404(signed_in(request), number, item_id)
    at = standing(signed_in(request), item.project)
    sheet = sheet_of(item, status_date(item.project, day_asked(request)))
    context = {
        "sheet": sheet,
        "project": item.project,
        "can_edit": access.can_edit_item(while_open(at, item.project), item.department_id),
        "can_report": sheet.row.leaf and access.can_report_or_stand_in(at, signed_in(request), item, clock.today()),
        "panels": [panel for make in PANELS.at("work_item") if (panel := make(request, item)) is not None],
    }
    return render(request, "plan/drawer.html", context)


@require_POST
@access_declared(EDIT)
def preview(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """Say what an edit of one cell would bring. Writes nothing."""
    found = _set_cell(request, number, item_id, dry=True)
    changes = [vars(move) for move in found.moves]
    return JsonResponse({"changes": changes, "notices": found.notices, "summary": ""}, json_dumps_params=TIGHT)


@require_POST
@access_declared(EDIT)
def edit(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """Save one cell as the grid's command does, so that it can be undone."""
    return JsonResponse({"version": _set_cell(request, number, item_id, dry=False).version})


def _set_cell(request: HttpRequest, number: str, item_id: int, *, dry: bool) -> Answer:
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    body = _cell_asked(request, item)
    name, value = str(body.get("field", "")), body.get("value")
    cell_value(name, value)
    cells = [{"id": item.pk, "field": name, "value": value}]
    asked = Asked("set", {"cells": cells}, version_of(body.get("version")), dry=dry)
    day = status_date(item.project, day_asked(request))
    return actions.run_command(by=user, project=item.project, asked=asked, status_date=day, now=clock.now())


def _cell_asked(request: HttpRequest, item: WorkItem) -> dict[str, Any]:
    """Return the body of a cell's edit. Who may write no such cell is told so before anything is looked at.

    :raises Refused: if `request.user` may not (Forbidden), or the body is no JSON object.
    """
    user = signed_in(request)
    at = standing(user, item.project)
    reports = access.can_report_or_stand_in(at, user, item, clock.today())
    require(reports or access.can_assign_item(at, item.department_id))
    body = json_body(request)
    allowed = {"owner": access.can_assign_item(at, item.department_id), "percent": reports}
    require(allowed.get(str(body.get("field", "")), access.can_edit_item(at, item.department_id)))
    return body


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def task_new(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    at = standing(user, project)
    require(access.can_edit_plan(at) or bool(at.liaisons))
    form = ItemForm(request.POST if request.method == "POST" else None, project=project)
    if form.is_valid():
        values = dict(form.cleaned_data)
        parent, department = values.pop("parent"), values.pop("department")
        try:
            values["department_id"] = department.pk if department else None
            item = actions.add_item(by=user, project=project, values=values, parent=parent, now=clock.now())
            messages.success(request, _("Task “%(task)s” added.") % {"task": item.name})
            return _done(request, f"/projects/{project.number}/plan/?task={item.pk}")
        except Forbidden:
            raise
        except Refused as refused:
            name = FIELDS.get(refused.field, refused.field)
            form.add_error(name if name in form.fields else "parent" if name.isdigit() else None, refused.message)
    context = {"project": project, "tab": "plan", "form": form, "as_of": status_date(project, day_asked(request))}
    return render(request, "plan/task_new.html", context, status=422 if form.is_bound else 200)


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    require(access.can_edit_item(standing(user, item.project), item.department_id))
    shown = details_of(item, status_date(item.project))
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_valid():
        words, since = seen_parts(form.cleaned_data["seen"])
        if words not in ("", seen_parts(shown["seen"])[0]):
            form.add_error(None, _("Somebody else changed this task in the meantime. Yours is not saved yet."))
            form.show_current(shown)
            told = [panel for make in PANELS.at("work_item_changes") if (panel := make(request, item)) is not None]
            return _details(request, item, form, 412, changes=told, since=since)
        cells = [{"id": item.pk, "field": name, "value": value} for name, value in form.cells.items()]
        try:
            if cells:
                actions.run_command(by=user, project=item.project, asked=Asked("set", {"cells": cells}), now=clock.now())
            messages.success(request, _("Task “%(task)s” saved.") % {"task": form.cleaned_data["name"]})
            return _done(request, f"/projects/{item.project.number}/plan/?task={item.pk}")
        except Forbidden:
            raise
        except Refused as refused:
            _show(form, refused)
    return _details(request, item, form, 422 if form.is_bound else 200)


def _show(form: DetailsForm, refused: Refused) -> None:
    """Put each error beside its field; the keys are those of cells: <id>.<field>."""
    for key, message in (refused.errors or {refused.field: refused.message}).items():
        name = key.rpartition(".")[2]
        form.add_error(name if name in form.fields else None, message)


@require_POST
@access_declared(EDIT)
def remove(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    item = item_or_404(signed_in(request), number, item_id)
    actions.remove_item(by=signed_in(request), item=item, now=clock.now())
    messages.success(request, _("Task “%(task)s” removed.") % {"task": item.name})
    return _done(request, f"/projects/{number}/plan/")


def _details(request: HttpRequest, item: WorkItem, form: DetailsForm, status: int, **more: Any) -> HttpResponse:
    chosen = ItemCalendarForm(initial={"calendar": item.calendar, "follows_owner": item.follows_owner})
    context = {"project": item.project, "tab": "plan", "item": item, "form": form, "calendar_form": chosen}
    return render(request, "plan/task_details.html", context | more, status=status)


FIELDS = {"finish": "typed_finish", "duration": "typed_finish"}


def _done(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(address)})
    return redirect(address)
