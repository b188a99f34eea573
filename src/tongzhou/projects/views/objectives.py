"""Objectives and KPIs: the list with its drawer, one alone, its form, its measured values, the workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.params import id_asked
from tongzhou.lib.web import download
from tongzhou.papers import to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects import access, actions
from tongzhou.projects.actions import Goal, Reading
from tongzhou.projects.forms import MeasurementForm, ObjectiveForm
from tongzhou.projects.models import Measurement, Objective, Project
from tongzhou.projects.papers import objectives_paper
from tongzhou.projects.queries.objectives import plain_number
from tongzhou.projects.queries.shown import ShownObjective, shown_objectives, summed_up
from tongzhou.projects.views.agreed import Door, before_asked, through, with_moves

READ, EDIT, REPORT = "read project plan, tasks", "edit charter draft", "update progress/blocked"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIELDS = ("name", "metric", "baseline", "target", "unit", "due", "owner", "falls", "is_kpi")


@access_declared(READ)
@require_safe
def objectives(request: HttpRequest, number: str) -> HttpResponse:
    """目标: all of them; `?open=` shows one in the drawer."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    rows = shown_objectives(project, clock.today())
    key = id_asked(request.GET.get("open", ""))
    opened = next((row for row in rows if row.row.id == key), None)
    context = _context(user, project, opened) | {
        "rows": rows,
        "says": summed_up(rows) if rows else "",
        "groups": [
            (word, with_moves([row for row in rows if row.row.is_kpi is kpi], lambda shown: shown.row.id))
            for kpi, word in ((False, _("Objectives")), (True, "KPI"))
        ],
    }
    return render(request, "projects/objectives.html", context)


@access_declared(READ)
@require_safe
def objective(request: HttpRequest, number: str, objective_id: int) -> HttpResponse:
    """One objective with its chart and all that was measured."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    return render(request, "projects/objective.html", _context(user, project, _shown(project, objective_id)))


@access_declared(READ)
@require_safe
def objectives_xlsx(request: HttpRequest, number: str) -> HttpResponse:
    """The objectives with their measured values as a workbook."""
    project = access.project_or_404(signed_in(request), number)
    paper = objectives_paper(project.name, shown_objectives(project, clock.today()))
    return download(to_xlsx(paper), XLSX, f"{paper.title}.xlsx")


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def objective_new(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = access.project_or_404(user, number)
    require(access.can_edit_basics(access.standing(user, project)))
    kpi = request.GET.get("kpi") == "1"
    form = ObjectiveForm(_given(request), project=project, initial={"is_kpi": kpi, "due": project.ends_on})

    def save(data: dict[str, Any]) -> None:
        actions.add_objective(by=user, project=project, goal=_goal(data), now=clock.now())

    back = reverse("objectives", args=[number])
    title = _("New KPI") if kpi else _("New objective")
    door = Door(project, title, reverse("objective_new", args=[number]), back, form, save, _("The objective is there."))
    return through(request, door)


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def objective_edit(request: HttpRequest, number: str, objective_id: int) -> HttpResponse:
    user = signed_in(request)
    project = access.project_or_404(user, number)
    require(access.can_edit_basics(access.standing(user, project)))
    row = _objective(project, objective_id)
    form = ObjectiveForm(_given(request), project=project, owner=row.owner, initial=_typed(row))

    def save(data: dict[str, Any]) -> None:
        actions.change_objective(by=user, objective=row, goal=_goal(data), version=data["version"], now=clock.now())

    def now() -> dict[str, Any] | None:
        fresh = Objective.objects.select_related("owner").filter(pk=row.pk).first()
        return None if fresh is None else {name: getattr(fresh, name) for name in (*FIELDS, "version")}

    post_to = reverse("objective_edit", args=[number, row.pk])
    return through(request, Door(project, row.name, post_to, _back(number, row), form, save, _("Saved."), now))


@access_declared(EDIT)
@require_POST
def objective_move(request: HttpRequest, number: str, objective_id: int) -> HttpResponse:
    user = signed_in(request)
    row = _objective(access.project_or_404(user, number), objective_id)
    actions.move_objective(by=user, objective=row, before=before_asked(request), now=clock.now())
    # At the row: who moves it by keys goes on from there.
    return redirect(reverse("objectives", args=[number]) + f"#objective-{row.pk}")


@access_declared(EDIT)
@require_POST
def objective_remove(request: HttpRequest, number: str, objective_id: int) -> HttpResponse:
    user = signed_in(request)
    row = _objective(access.project_or_404(user, number), objective_id)
    actions.remove_objective(by=user, objective=row, now=clock.now())
    messages.success(request, _("“%(name)s” is removed; the record keeps what it said.") % {"name": row.name})
    return redirect("objectives", number)


@access_declared(REPORT)
@require_http_methods(["GET", "POST"])
def objective_measure(request: HttpRequest, number: str, objective_id: int) -> HttpResponse:
    """Add the value of a day."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    row = _objective(project, objective_id)
    require(access.can_measure(access.standing(user, project), row.owner))
    form = MeasurementForm(_given(request), initial={"on": clock.today()})

    def save(data: dict[str, Any]) -> None:
        actions.measure_objective(by=user, objective=row, reading=_reading(data), now=clock.now())

    title, post_to = _("Measured value of %(name)s") % {"name": row.name}, reverse("objective_measure", args=[number, row.pk])
    return through(request, Door(project, title, post_to, _back(number, row), form, save, _("The value is kept.")))


@access_declared(REPORT)
@require_http_methods(["GET", "POST"])
def measurement(request: HttpRequest, number: str, objective_id: int, value_id: int) -> HttpResponse:
    """Correct a value; with `remove` take it away."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    row = _objective(project, objective_id)
    require(access.can_measure(access.standing(user, project), row.owner))
    value = (
        Measurement.objects.select_related("objective__project", "objective__owner").filter(pk=value_id, objective=row).first()
    )
    if value is None:
        raise Http404
    if request.method == "POST" and "remove" in request.POST:
        actions.remove_measurement(by=user, measurement=value, now=clock.now())
        messages.success(request, _("The value is removed; the record keeps it."))
        return redirect(_back(number, row))
    initial = {"on": value.on, "value": plain_number(value.value), "note": value.note, "version": value.version}
    form = MeasurementForm(_given(request), initial=initial)

    def save(data: dict[str, Any]) -> None:
        given = {"reading": _reading(data), "version": data["version"], "now": clock.now()}
        actions.correct_measurement(by=user, measurement=value, **given)

    def now() -> dict[str, Any] | None:
        fresh = Measurement.objects.filter(pk=value.pk).first()
        return None if fresh is None else {name: getattr(fresh, name) for name in ("on", "value", "note", "version")}

    title, post_to = (
        _("Correct the value of %(name)s") % {"name": row.name},
        reverse("measurement", args=[number, row.pk, value.pk]),
    )
    return through(request, Door(project, title, post_to, _back(number, row), form, save, _("The value is corrected."), now))


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _back(number: str, row: Objective) -> str:
    return reverse("objectives", args=[number]) + f"?open={row.pk}"


def _objective(project: Project, key: int) -> Objective:
    return get_object_or_404(Objective.objects.select_related("project", "owner"), pk=key, project=project)


def _shown(project: Project, key: int) -> ShownObjective:
    row = next((row for row in shown_objectives(project, clock.today()) if row.row.id == key), None)
    if row is None:
        raise Http404
    return row


def _context(user: User, project: Project, opened: ShownObjective | None) -> dict[str, Any]:
    at = access.standing(user, project)
    owner = User(pk=opened.row.owner_id, department_id=opened.row.owner_department) if opened and opened.row.owner_id else None
    return {
        "project": project,
        "tab": "start",
        "one": opened,
        "can_edit": access.can_edit_basics(access.while_open(at, project)),
        "can_measure": opened is not None and access.can_measure(at, owner),
    }


def _goal(data: dict[str, Any]) -> Goal:
    return Goal(**{name: data[name] for name in FIELDS})


def _reading(data: dict[str, Any]) -> Reading:
    return Reading(data["on"], data["value"], data["note"])


def _typed(row: Objective) -> dict[str, Any]:
    numbers = {
        name: None if getattr(row, name) is None else plain_number(getattr(row, name)) for name in ("baseline", "target")
    }
    return {name: getattr(row, name) for name in (*FIELDS, "version")} | numbers
