"""What is included, and what is not, with who does that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, Stale, access_declared, require
from tongzhou.lib.params import say_refused
from tongzhou.people.access import signed_in
from tongzhou.people.models import Department, User
from tongzhou.projects import access, actions
from tongzhou.projects.actions import ScopeLine
from tongzhou.projects.forms import ScopeLineForm, ScopeLinesForm
from tongzhou.projects.models import Project, ScopeItem
from tongzhou.projects.queries.scope import scope_of
from tongzhou.projects.views.agreed import Door, before_asked, through, with_above

READ, EDIT = "read project plan, tasks", "edit charter draft"
FIELDS = ("kind", "text", "department")


@access_declared(READ)
@require_http_methods(["GET"])
def project_scope(request: HttpRequest, number: str) -> HttpResponse:
    """范围: included and excluded beside each other."""
    user = signed_in(request)
    return _page(request, user, access.project_or_404(user, number))


@access_declared(EDIT)
@require_POST
def scope_lines(request: HttpRequest, number: str) -> HttpResponse:
    """Add lines, one a line of the text."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    require(access.can_edit_basics(access.standing(user, project)))
    form = ScopeLinesForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        home = data["department"] if data["kind"] == ScopeItem.Kind.OUT else None
        lines = [ScopeLine(data["kind"], text, home) for text in data["text"]]
        try:
            actions.add_scope_lines(by=user, project=project, lines=lines, now=clock.now())
        except (Forbidden, Stale):
            raise
        except Refused as refused:
            say_refused(form, refused)
        else:
            messages.success(request, _("Scope saved."))
            return redirect("project_scope", number)
    return _page(request, user, project, form)


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def scope_line(request: HttpRequest, number: str, line_id: int) -> HttpResponse:
    """Change a line."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    require(access.can_edit_basics(access.standing(user, project)))
    row = _line(project, line_id)
    initial = {name: getattr(row, name) for name in (*FIELDS, "version")}
    form = ScopeLineForm(request.POST if request.method == "POST" else None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        line = ScopeLine(data["kind"], data["text"], data["department"])
        actions.change_scope_line(by=user, item=row, line=line, version=data["version"], now=clock.now())

    def now() -> dict[str, Any] | None:
        fresh = ScopeItem.objects.select_related("department").filter(pk=row.pk).first()
        return None if fresh is None else {name: getattr(fresh, name) for name in (*FIELDS, "version")}

    back, post_to = reverse("project_scope", args=[number]), reverse("scope_line", args=[number, row.pk])
    return through(request, Door(project, _("A line of the scope"), post_to, back, form, save, _("Scope saved."), now))


@access_declared(EDIT)
@require_POST
def scope_line_move(request: HttpRequest, number: str, line_id: int) -> HttpResponse:
    user = signed_in(request)
    row = _line(access.project_or_404(user, number), line_id)
    actions.move_scope_line(by=user, item=row, before=before_asked(request), now=clock.now())
    return redirect("project_scope", number)


@access_declared(EDIT)
@require_POST
def scope_line_remove(request: HttpRequest, number: str, line_id: int) -> HttpResponse:
    user = signed_in(request)
    row = _line(access.project_or_404(user, number), line_id)
    actions.remove_scope_line(by=user, item=row, now=clock.now())
    messages.success(request, _("“%(name)s” is removed; the record keeps what it said.") % {"name": row.text})
    return redirect("project_scope", number)


def _line(project: Project, key: int) -> ScopeItem:
    return get_object_or_404(ScopeItem.objects.select_related("project"), pk=key, project=project)


def _page(request: HttpRequest, user: User, project: Project, form: ScopeLinesForm | None = None) -> HttpResponse:
    rows = scope_of(project)
    sides = [
        ("in", _("Included"), with_above([row for row in rows if row.included])),
        ("out", _("Excluded"), with_above([row for row in rows if not row.included])),
    ]
    given = form.data.get("kind") if form is not None else ""
    can_edit = access.can_edit_basics(access.while_open(access.standing(user, project), project, refused=form is not None))
    context = {
        "project": project,
        "tab": "start",
        "sides": [(kind, word, lines, form if form is not None and kind == given else None) for kind, word, lines in sides],
        "form": form,
        "lost": form is not None and given not in ("in", "out"),
        "departments": list(Department.objects.filter(is_active=True).values("pk", "name")) if can_edit else [],
        "can_edit": can_edit,
    }
    return render(request, "projects/scope.html", context, status=200 if form is None else 422)
