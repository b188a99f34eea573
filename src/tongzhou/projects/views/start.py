"""启动: the start page of a project; each of its panels is a form that one action saves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects import access, actions, queries
from tongzhou.projects.forms import BasicsForm, ParticipationForm, PowersForm, RoleForm, ScopeForm, SeatForm, WeightForm
from tongzhou.projects.models import Participation, Project, ScopeItem

READ = "read project plan, tasks"
EDIT = "edit charter draft"
Data = dict[str, Any]
Save = Callable[[User, Project, Data], str]


@dataclass(frozen=True)
class Panel:
    """A form of the page: its name in the template, its place on the page, and what saves it and says so."""

    name: str
    form: type[forms.Form]
    save: Save
    place: str = ""


@access_declared(READ)
@require_safe
def start(request: HttpRequest, number: str) -> HttpResponse:
    """启动: basic information, departments and seats, roles, scope."""
    return _page(request, access.project_or_404(signed_in(request), number))


@access_declared(EDIT)
@require_POST
def basics(request: HttpRequest, number: str) -> HttpResponse:
    return _saved(request, number, Panel("basics_form", BasicsForm, _save_basics))


@access_declared(EDIT)
@require_POST
def weight(request: HttpRequest, number: str) -> HttpResponse:
    return _saved(request, number, Panel("weight_form", WeightForm, _save_weight, "#weight"))


@access_declared(EDIT)
@require_POST
def participation(request: HttpRequest, number: str) -> HttpResponse:
    return _saved(request, number, Panel("participation_form", ParticipationForm, _save_participation, "#departments"))


@access_declared(EDIT)
@require_POST
def role(request: HttpRequest, number: str) -> HttpResponse:
    return _saved(request, number, Panel("role_form", RoleForm, _save_role, "#people"))


@access_declared(EDIT)
@require_POST
def role_remove(request: HttpRequest, number: str) -> HttpResponse:
    return _saved(request, number, Panel("role_form", RoleForm, _take_role, "#people"))


@access_declared(EDIT)
@require_POST
def scope(request: HttpRequest, number: str) -> HttpResponse:
    return _saved(request, number, Panel("scope_form", ScopeForm, _save_scope, "#scope"))


@access_declared(EDIT)
@require_POST
def seat(request: HttpRequest, number: str, part_id: int) -> HttpResponse:
    """Give a seat, or (with `may_decide`) write down what its holder may decide alone."""
    if "may_decide" in request.POST:
        return _saved(request, number, Panel("powers_form", PowersForm, _save_powers, "#departments"), part_id)
    return _saved(request, number, Panel("seat_form", SeatForm, _save_seat, "#departments"), part_id)


@access_declared(EDIT)
@require_POST
def participation_remove(request: HttpRequest, number: str, part_id: int) -> HttpResponse:
    return _saved(request, number, Panel("", forms.Form, _remove_participation, "#departments"), part_id)


def _saved(request: HttpRequest, number: str, panel: Panel, part_id: int | None = None) -> HttpResponse:
    """Check the form of a panel and carry out its action; a refusal about one of its fields goes back to the form."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    extra = {} if part_id is None else {"part": _part(project, part_id)}
    form = panel.form(request.POST)
    if not form.is_valid():
        return _page(request, project, **{panel.name: form})
    try:
        said = panel.save(user, project, form.cleaned_data | extra)
    except Refused as refused:
        if refused.field not in form.fields:
            raise
        form.add_error(refused.field, refused.message)
        form.reasons = refused.errors  # type: ignore[attr-defined]
        return _page(request, project, **{panel.name: form})
    messages.success(request, said)
    if not access.visible_to(user).filter(pk=project.pk).exists():
        return redirect("projects")
    return redirect(reverse("project_start", args=[project.number]) + panel.place)


def _part(project: Project, part_id: int) -> Participation:
    return get_object_or_404(Participation.objects.select_related("project", "department"), pk=part_id, project=project)


def _save_basics(user: User, project: Project, data: Data) -> str:
    version = data.pop("version")
    actions.change_basics(by=user, project=project, values=data, version=version, now=clock.now())
    return _("Basic information saved.")


def _save_weight(user: User, project: Project, data: Data) -> str:
    row = actions.change_weight(by=user, project=project, weight=data["weight"], now=clock.now())
    return _("The process is %(weight)s now.") % {"weight": row.get_weight_display()}


def _save_participation(user: User, project: Project, data: Data) -> str:
    part = actions.Part(data["kind"], data["duty"], data["deliverables"])
    actions.set_participation(by=user, project=project, department=data["department"], part=part, now=clock.now())
    return _("Part of %(department)s saved.") % {"department": data["department"].name}


def _remove_participation(user: User, project: Project, data: Data) -> str:
    actions.remove_participation(by=user, participation=data["part"], now=clock.now())
    return _("%(department)s takes part no longer.") % {"department": data["part"].department.name}


def _save_seat(user: User, project: Project, data: Data) -> str:
    actions.seat(by=user, participation=data["part"], kind=data["kind"], holder=data["holder"], now=clock.now())
    return _("Seat of %(department)s saved.") % {"department": data["part"].department.name}


def _save_powers(user: User, project: Project, data: Data) -> str:
    part = data["part"]
    actions.let_decide(by=user, participation=part, kind=data["kind"], text=data["may_decide"], now=clock.now())
    return _("Seat of %(department)s saved.") % {"department": part.department.name}


def _save_role(user: User, project: Project, data: Data) -> str:
    actions.give_role(by=user, project=project, person=data["person"], role=data["role"], now=clock.now())
    return _("%(person)s has the role now.") % {"person": data["person"].name}


def _take_role(user: User, project: Project, data: Data) -> str:
    actions.take_role(by=user, project=project, person=data["person"], role=data["role"], now=clock.now())
    return _("Role of %(person)s taken back.") % {"person": data["person"].name}


def _save_scope(user: User, project: Project, data: Data) -> str:
    lines = [actions.ScopeLine(kind, text) for kind, text in data["lines"]]
    actions.set_scope(by=user, project=project, lines=lines, now=clock.now())
    return _("Scope saved.")


def _page(request: HttpRequest, project: Project, **bound: forms.Form) -> HttpResponse:
    at = access.standing(signed_in(request), project)
    require(not bound or access.can_edit_basics(at) or access.can_change_seat(at))
    initial = {name: getattr(project, name) for name in (*actions.BASICS, "version")}
    # As people write it: 10, not 10.00.
    initial["deviation_threshold"] = f"{project.deviation_threshold:f}".rstrip("0").rstrip(".")
    scope_items = list(project.scope_items.all())
    texts = {kind: "\n".join(item.text for item in scope_items if item.kind == kind) for kind in ScopeItem.Kind.values}
    context: Data = {
        "project": project,
        "tab": "start",
        "rules": access.rules_of(project),
        "team": queries.team_of(project),
        "scope_items": scope_items,
        "can_edit": access.can_edit_basics(at),
        "candidates": list(User.objects.filter(is_active=True).values("pk", "name")),
        "basics_form": BasicsForm(initial=initial),
        "weight_form": WeightForm(initial={"weight": project.weight}),
        "participation_form": ParticipationForm(),
        "seat_form": SeatForm(),
        "role_form": RoleForm(),
        "scope_form": ScopeForm(initial={"included": texts["in"], "excluded": texts["out"]}),
    }
    context.update(bound)
    return render(request, "projects/start.html", context, status=422 if bound else 200)
