"""Screens: the organisation, its departments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.params import id_asked, say_refused, text_asked
from tongzhou.people import actions
from tongzhou.people.access import can_manage_people, signed_in
from tongzhou.people.forms import DepartmentEditForm, DepartmentForm
from tongzhou.people.models import Department
from tongzhou.people.queries import organisation
from tongzhou.people.queries.organisation import FOR_ALL, PAGE, STATES, Asked


@require_safe
@access_declared(SIGNED_IN)
def departments(request: HttpRequest) -> HttpResponse:
    user, asked = signed_in(request), asked_of(request)
    branches = organisation.tree()
    listed = organisation.people_page(asked, user, clock.today())
    manages = can_manage_people(user)
    states = [(address(request, state=state), STATES[state]) for state in (STATES if manages else FOR_ALL)]
    here = next((branch for branch in organisation.flat(branches) if branch.id == asked.department), None)
    context = {
        "branches": branches,
        "everybody": sum(branch.total for branch in branches),
        "open": _way_to(branches, asked.department),
        "here": here,
        "asked": asked,
        "people": listed.rows,
        "listed": listed,
        "states": states,
        "state": address(request, state=asked.state),
        "window": Paginator(range(listed.total), PAGE).get_elided_page_range(listed.page, on_each_side=1, on_ends=1),
        "q": asked.search,
        "can_manage": manages,
    }
    return render(request, "people/departments.html", context)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def department_new(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    form = DepartmentForm(
        request.POST if request.method == "POST" else None, initial={"parent": id_asked(text_asked(request, "parent"))}
    )
    if form.is_valid():
        try:
            actions.add_department(by=signed_in(request), now=clock.now(), **form.cleaned_data)
            messages.success(request, _("Department %(name)s added.") % {"name": form.cleaned_data["name"]})
            return redirect("departments")
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
    return render(request, "people/department_form.html", {"form": form}, status=422 if form.is_bound else 200)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def department(request: HttpRequest, department_id: int) -> HttpResponse:
    """Change a department."""
    require(can_manage_people(signed_in(request)))
    row = get_object_or_404(Department.objects.select_related("head"), pk=department_id)
    stored = {name: getattr(row, name) for name in ("name", "parent", "head", "is_active")}
    form = DepartmentEditForm(request.POST if request.method == "POST" else None, initial=stored)
    if form.is_valid():
        try:
            actions.change_department(by=signed_in(request), department=row, values=form.cleaned_data, now=clock.now())
            messages.success(request, _("Saved."))
            return redirect("departments")
        except Refused as refused:
            say_refused(form, refused)
    context = {"form": form, "department": row}
    return render(request, "people/department_form.html", context, status=422 if form.is_bound else 200)


def asked_of(request: HttpRequest) -> Asked:
    """Read from the address what the list is asked for; what makes no sense is left out."""
    page = id_asked(text_asked(request, "page")) or 1
    state = text_asked(request, "state")
    return Asked(
        search=text_asked(request, "q"),
        department=id_asked(text_asked(request, "department")),
        state=state if state in STATES else "active",
        sort=text_asked(request, "sort") or "name",
        page=page,
    )


def address(request: HttpRequest, **changed: Any) -> str:
    """Return the address of the page with other parameters, from its first page on."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changed.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


def _way_to(branches: list[organisation.Branch], department: int | None) -> set[int]:
    """Return which branches are open: those above the chosen one, and without one the top."""
    parents = {branch.id: branch.parent for branch in organisation.flat(branches)}
    found = {branch.id for branch in branches}
    while department in parents and department is not None:
        found.add(department)
        department = parents[department]
    return found
