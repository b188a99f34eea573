"""Screens of projects: list, new, start page with basic information, participations, seats, roles, scope."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.params import text_asked
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects import access, actions, queries
from tongzhou.projects.forms import BasicsForm, NewProjectForm, ParticipationForm, RoleForm, ScopeForm, SeatForm
from tongzhou.projects.models import Participation, Project, ScopeItem

READ = "read project plan, tasks"
EDIT = "edit charter draft"
PANELS = {"basics": "", "participation": "#departments", "role": "#people"}


@require_safe
@access_declared(SIGNED_IN)
def projects(request: HttpRequest) -> HttpResponse:
    search, sort = text_asked(request, "q"), request.GET.get("sort", "new")
    rows = queries.projects_of(signed_in(request), search=search, sort=sort)
    columns = [("number", _("Number")), ("name", _("Project")), ("start", _("Starts on")), ("end", _("Ends on"))]
    return render(request, "projects/list.html", {"projects": rows, "q": search, "sort": sort, "columns": columns})


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """Anybody may start a project, and manages it."""
    user = signed_in(request)
    form = NewProjectForm(request.POST or None, initial={"lead": user.department_id})
    if form.is_valid():
        data = form.cleaned_data
        basics = {name: data[name] for name in ("name", "kind", "starts_on", "ends_on", "objective")}
        try:
            project = actions.create_project(
                by=user,
                number=data["number"],
                manager=user,
                lead=data["lead"],
                now=clock.now(),
                basics=basics,
            )
            messages.success(request, _("Project created. Bring your table, or add the first task."))
            return redirect("plan", number=project.number)
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
    return render(request, "projects/new.html", {"form": form}, status=422 if form.is_bound else 200)


@access_declared(READ)
@require_safe
def start(request: HttpRequest, number: str) -> HttpResponse:
    """启动: basic information, departments and seats, roles, scope."""
    project = access.project_or_404(signed_in(request), number)
    return _start(request, project)


@access_declared(EDIT)
@require_POST
def basics(request: HttpRequest, number: str) -> HttpResponse:
    project = access.project_or_404(signed_in(request), number)
    form = BasicsForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        return _tried(
            request,
            project,
            "basics",
            form,
            lambda: actions.change_basics(
                by=signed_in(request), project=project, values=values, version=version, now=clock.now()
            ),
        )
    return _start(request, project, basics_form=form)


@access_declared(EDIT)
@require_POST
def participation(request: HttpRequest, number: str) -> HttpResponse:
    project = access.project_or_404(signed_in(request), number)
    form = ParticipationForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        part = actions.Part(data["kind"], data["duty"], data["deliverables"])
        return _tried(
            request,
            project,
            "participation",
            form,
            lambda: actions.set_participation(
                by=signed_in(request), project=project, department=data["department"], part=part, now=clock.now()
            ),
        )
    return _start(request, project, participation_form=form)


@access_declared(EDIT)
@require_POST
def participation_remove(request: HttpRequest, number: str, part_id: int) -> HttpResponse:
    project = access.project_or_404(signed_in(request), number)
    part = get_object_or_404(Participation, pk=part_id, project=project)
    actions.remove_participation(by=signed_in(request), participation=part, now=clock.now())
    messages.success(request, _("%(department)s takes part no longer.") % {"department": part.department.name})
    return _back(project, "#departments")


@access_declared(EDIT)
@require_POST
def seat(request: HttpRequest, number: str, part_id: int) -> HttpResponse:
    project = access.project_or_404(signed_in(request), number)
    part = get_object_or_404(Participation.objects.select_related("project", "department"), pk=part_id, project=project)
    form = SeatForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        actions.seat(by=signed_in(request), participation=part, kind=data["kind"], holder=data["holder"], now=clock.now())
        messages.success(request, _("Seat of %(department)s saved.") % {"department": part.department.name})
        return _back(project, "#departments")
    return _start(request, project, seat_form=form)


@access_declared(EDIT)
@require_POST
def role(request: HttpRequest, number: str) -> HttpResponse:
    project = access.project_or_404(signed_in(request), number)
    form = RoleForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        return _tried(
            request,
            project,
            "role",
            form,
            lambda: actions.give_role(
                by=signed_in(request), project=project, person=data["person"], role=data["role"], now=clock.now()
            ),
        )
    return _start(request, project, role_form=form)


@access_declared(EDIT)
@require_POST
def role_remove(request: HttpRequest, number: str) -> HttpResponse:
    project = access.project_or_404(signed_in(request), number)
    form = RoleForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        actions.take_role(by=signed_in(request), project=project, person=data["person"], role=data["role"], now=clock.now())
        messages.success(request, _("Role of %(person)s taken back.") % {"person": data["person"].name})
        return _back(project, "#people")
    return _start(request, project, role_form=form)


@access_declared(EDIT)
@require_POST
def scope(request: HttpRequest, number: str) -> HttpResponse:
    project = access.project_or_404(signed_in(request), number)
    form = ScopeForm(request.POST)
    if form.is_valid():
        lines = [actions.ScopeLine(kind, text) for kind, text in form.lines()]
        actions.set_scope(by=signed_in(request), project=project, lines=lines, now=clock.now())
        messages.success(request, _("Scope saved."))
        return _back(project, "#scope")
    return _start(request, project, scope_form=form)


def _tried(request: HttpRequest, project: Project, name: str, form: forms.Form, action: Any) -> HttpResponse:
    """Carry out an action; a refusal about a field of the form goes back to the form."""
    try:
        action()
    except Refused as refused:
        if refused.field not in form.fields:
            raise
        form.add_error(refused.field, refused.message)
        return _start(request, project, **{f"{name}_form": form})
    messages.success(request, _saved(name, form.cleaned_data))
    if not access.visible_to(signed_in(request)).filter(pk=project.pk).exists():
        return redirect("projects")
    return _back(project, PANELS[name])


def _back(project: Project, panel: str) -> HttpResponse:
    """Return to the panel that was saved, not to the head of the page."""
    return redirect(reverse("project_start", args=[project.number]) + panel)


def _saved(name: str, data: dict[str, Any]) -> str:
    if name == "participation":
        return _("Part of %(department)s saved.") % {"department": data["department"].name}
    if name == "role":
        return _("%(person)s has the role now.") % {"person": data["person"].name}
    return _("Basic information saved.")


def _start(request: HttpRequest, project: Project, **bound: forms.Form) -> HttpResponse:
    at = access.standing(signed_in(request), project)
    require(not bound or access.can_edit_basics(at) or access.can_change_seat(at))
    initial = {name: getattr(project, name) for name in (*actions.BASICS, "version")}
    scope_items = list(project.scope_items.all())
    texts = {kind: "\n".join(item.text for item in scope_items if item.kind == kind) for kind in ScopeItem.Kind.values}
    context: dict[str, Any] = {
        "project": project,
        "tab": "start",
        "team": queries.team_of(project),
        "scope_items": scope_items,
        "can_edit": access.can_edit_basics(at),
        "candidates": list(User.objects.filter(is_active=True).only("name", "sort_key")),
        "basics_form": BasicsForm(initial=initial),
        "participation_form": ParticipationForm(),
        "seat_form": SeatForm(),
        "role_form": RoleForm(),
        "scope_form": ScopeForm(initial={"included": texts["in"], "excluded": texts["out"]}),
    }
    context.update(bound)
    return render(request, "projects/start.html", context, status=422 if bound else 200)
