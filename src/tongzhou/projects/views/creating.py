"""A new project."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, access_declared
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects import actions, queries
from tongzhou.projects.forms import NewProjectForm
from tongzhou.projects.models import Project


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """Anybody may start a project, and manages it; with `?then=table` its table comes next.

    `?kind=` alone asks for the number that this kind would get.
    """
    user = signed_in(request)
    kind = request.GET.get("kind", "")
    if request.headers.get("HX-Request") and kind in Project.Kind.values:
        return HttpResponse(queries.next_number(kind, clock.today()), content_type="text/plain; charset=utf-8")
    table = request.GET.get("then") == "table"
    form = NewProjectForm(request.POST if request.method == "POST" else None, initial={"lead": user.department_id})
    if form.is_valid():
        try:
            project = _created(user, form)
            if table:
                return redirect("import_upload", number=project.number)
            messages.success(request, _("Project created. Bring your table, or add the first task."))
            return redirect("plan", number=project.number)
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
    way = "table" if table else "empty"
    context = {"form": form, "next": queries.next_number(_kind(form), clock.today()), "way": way}
    return render(request, "projects/new.html", context, status=422 if form.is_bound else 200)


def _created(user: User, form: NewProjectForm) -> Project:
    data = form.cleaned_data
    return actions.create_project(
        by=user,
        number=data["number"] or None,
        manager=user,
        lead=data["lead"],
        now=clock.now(),
        basics={name: data[name] for name in ("name", "kind", "weight", "starts_on", "ends_on", "objective")},
    )


def _kind(form: NewProjectForm) -> str:
    kind = form["kind"].value()
    return kind if kind in Project.Kind.values else Project.Kind.PROJECT
