"""启动: the start page of a project; each of its panels is a form that one action saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, Stale, access_declared, require
from tongzhou.lib.differing import Differing, beside
from tongzhou.lib.params import say_refused
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects import access, actions, queries
from tongzhou.projects.forms import (
    BasicsForm,
    PartForm,
    ParticipationForm,
    PowersForm,
    RoleForm,
    SeatForm,
    StageForm,
    WeightForm,
)
from tongzhou.projects.models import Participation, Project, Seat
from tongzhou.projects.queries.missing import readiness_of
from tongzhou.projects.views.agreed import Door, through

READ = "read project plan, tasks"
EDIT = "edit charter draft"
Data = dict[str, Any]
Save = Callable[[User, Project, Data], str]


@dataclass(frozen=True)
class Panel:
    """A form of the page: its name in the template, its place on the page, and what saves it and says so.

    `says`: the template says above the form what was refused and belongs to none of its fields.
    """

    name: str
    form: type[forms.Form]
    save: Save
    place: str = ""
    says: bool = True


@access_declared(READ)
@require_safe
def start(request: HttpRequest, number: str) -> HttpResponse:
    """启动: basic information, departments and seats, roles, scope."""
    return _page(request, access.project_or_404(signed_in(request), number))


@access_declared(READ)
@require_safe
def missing(request: HttpRequest, number: str) -> HttpResponse:
    """What is missing for the next stage, and who has it: as a part of the start page, or alone."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    context = {
        "project": project,
        "tab": "start",
        "rules": access.rules_of(project),
        "ready": readiness_of(project, user),
        # Who manages is known from the team, which is read anyhow; the action asks the rule.
        "can_move": queries.team_of(project).manager_id == user.pk,
        "stage_form": StageForm(),
    }
    name = "projects/missing.html#panel" if request.headers.get("HX-Request") else "projects/missing.html"
    return render(request, name, context)


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
@require_http_methods(["GET", "POST"])
def participation_edit(request: HttpRequest, number: str, part_id: int) -> HttpResponse:
    """Change how a department takes part."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    require(access.can_edit_basics(access.standing(user, project)))
    row = _part(project, part_id)
    form = PartForm(request.POST if request.method == "POST" else None, initial=_part_values(row))

    def save(data: Data) -> None:
        part = actions.Part(data["kind"], data["duty"], data["deliverables"], data["initiating"])
        known = {"part": part, "version": data["version"], "now": clock.now()}
        actions.set_participation(by=user, project=project, department=row.department, **known)

    def now() -> Data | None:
        fresh = Participation.objects.filter(pk=row.pk).first()
        return None if fresh is None else _part_values(fresh)

    said = _("Part of %(department)s saved.") % {"department": row.department.name}
    back = f"{reverse('project_start', args=[number])}#departments"
    post_to = reverse("participation_edit", args=[number, row.pk])
    return through(request, Door(project, row.department.name, post_to, back, form, save, said, now))


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
def stage(request: HttpRequest, number: str) -> HttpResponse:
    return _saved(request, number, Panel("stage_form", StageForm, _move_stage))


@access_declared(EDIT)
@require_POST
def seat(request: HttpRequest, number: str, part_id: int) -> HttpResponse:
    """Give a seat, or (with `may_decide`) write down what its holder may decide alone."""
    if "may_decide" in request.POST:
        return _saved(request, number, Panel("powers_form", PowersForm, _save_powers, "#departments", says=False), part_id)
    return _saved(request, number, Panel("seat_form", SeatForm, _save_seat, "#departments", says=False), part_id)


@access_declared(EDIT)
@require_POST
def participation_remove(request: HttpRequest, number: str, part_id: int) -> HttpResponse:
    return _saved(request, number, Panel("", forms.Form, _remove_participation, "#departments", says=False), part_id)


def _saved(request: HttpRequest, number: str, panel: Panel, part_id: int | None = None) -> HttpResponse:
    """Check the form of a panel and carry out its action; a refusal about one of its fields goes back to the form."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    extra = {} if part_id is None else {"part": _part(project, part_id)}
    form = panel.form(request.POST)
    if not form.is_valid():
        return _page(request, project, {panel.name: form})
    try:
        said = panel.save(user, project, form.cleaned_data | extra)
    except Stale as stale:
        if panel.name != "basics_form":
            raise
        form.add_error(None, stale.message)
        project = Project.objects.get(pk=project.pk)
        theirs = beside(form, {name: getattr(project, name) for name in (*actions.BASICS, "version")})
        return _page(request, project, {panel.name: form}, 412, theirs)
    except Refused as refused:
        if isinstance(refused, Forbidden) or (refused.field not in form.fields and not panel.says):
            raise
        say_refused(form, refused)
        form.reasons = refused.errors  # type: ignore[attr-defined]
        return _page(request, project, {panel.name: form})
    messages.success(request, said)
    if not access.visible_to(user).filter(pk=project.pk).exists():
        return redirect("projects")
    return redirect(reverse("project_start", args=[project.number]) + panel.place)


def _part(project: Project, part_id: int) -> Participation:
    return get_object_or_404(Participation.objects.select_related("project", "department"), pk=part_id, project=project)


def _part_values(row: Participation) -> Data:
    told = {name: getattr(row, name) for name in ("kind", "duty", "deliverables", "version")}
    return told | {"initiating": row.is_initiating}


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
    text, known = data["may_decide"], data["version"]
    try:
        actions.let_decide(by=user, participation=part, kind=data["kind"], text=text, version=known, now=clock.now())
    except Stale as stale:
        there = Seat.objects.filter(participation=part, kind=data["kind"]).values_list("may_decide", flat=True).first()
        both = {"theirs": there or "—", "mine": text or "—"}
        message = _("Somebody else wrote “%(theirs)s” in the meantime. Yours is not saved: “%(mine)s”.") % both
        raise Stale(stale.code, message) from stale
    return _("Seat of %(department)s saved.") % {"department": part.department.name}


def _save_role(user: User, project: Project, data: Data) -> str:
    actions.give_role(by=user, project=project, person=data["person"], role=data["role"], now=clock.now())
    return _("%(person)s has the role now.") % {"person": data["person"].name}


def _take_role(user: User, project: Project, data: Data) -> str:
    actions.take_role(by=user, project=project, person=data["person"], role=data["role"], now=clock.now())
    return _("Role of %(person)s taken back.") % {"person": data["person"].name}


def _move_stage(user: User, project: Project, data: Data) -> str:
    given = {"to": data["to"], "reason": data["reason"], "seen": data["seen"]}
    row = actions.move_stage(by=user, project=project, now=clock.now(), **given)
    return _("The project is in the stage “%(stage)s” now.") % {"stage": row.get_stage_display()}


def _page(
    request: HttpRequest,
    project: Project,
    bound: Mapping[str, forms.Form] | None = None,
    status: int = 422,
    theirs: Differing = (),
) -> HttpResponse:
    at = access.standing(signed_in(request), project)
    require(not bound or access.can_edit_basics(at) or access.can_change_seat(at))
    initial = {name: getattr(project, name) for name in (*actions.BASICS, "version")}
    # As people write it: 10, not 10.00.
    initial["deviation_threshold"] = f"{project.deviation_threshold:f}".rstrip("0").rstrip(".")
    candidates = list(User.objects.filter(is_active=True).values("pk", "name"))
    context: Data = {
        "project": project,
        "tab": "start",
        "theirs": theirs,
        "rules": access.rules_of(project),
        "team": queries.team_of(project),
        "can_edit": access.can_edit_basics(access.while_open(at, project, refused=bound)),
        # Who left is replaced even after the end.
        "can_seat": access.can_change_seat(at),
        "can_move": access.can_move_stage(at),
        "candidates": candidates,
        "basics_form": BasicsForm(initial=initial),
        "weight_form": WeightForm(initial={"weight": project.weight}),
        "participation_form": ParticipationForm(),
        "seat_form": SeatForm(),
        "role_form": RoleForm(),
        "stage_form": StageForm(),
        "ready": readiness_of(project, signed_in(request)) if bound and "stage_form" in bound else None,
    }
    context.update(bound or {})
    # One list of people for every select of the page.
    people = [("", _("Please choose")), *((person["pk"], person["name"]) for person in candidates)]
    context["role_form"].fields["person"].widget.choices = people
    return render(request, "projects/start.html", context, status=status if bound else 200)
