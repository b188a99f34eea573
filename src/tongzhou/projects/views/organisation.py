"""The organisation's settings, for its administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, Refused, access_declared, require
from tongzhou.people.access import signed_in
from tongzhou.projects import access, actions, queries
from tongzhou.projects.forms import OrganisationForm
from tongzhou.projects.models import Organisation, Project
from tongzhou.projects.queries.numbers import pattern_of, weight_of


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """组织设置: name, number patterns and weights by kind, who sees names, when deviations are marked."""
    require(access.can_manage_organisation(signed_in(request)))
    stored = queries.organisation()
    form = OrganisationForm(request.POST if request.method == "POST" else None, initial=_initial(stored))
    if form.is_valid():
        data = form.cleaned_data
        given = {name: data[name] for name in ("name", "names_visible", "deviation_threshold", "deviation_guard")}
        settings = actions.Settings(patterns=form.by_kind("pattern"), weights=form.by_kind("weight"), **given)
        try:
            actions.change_organisation(by=signed_in(request), settings=settings, version=data["version"], now=clock.now())
            messages.success(request, _("Settings saved."))
            return redirect("organisation")
        except Refused as refused:
            if refused.field not in form.fields:
                raise
            form.add_error(refused.field, refused.message)
    context = {"form": form, "examples": _examples()}
    return render(request, "projects/organisation.html", context, status=422 if form.is_bound else 200)


def _initial(stored: Organisation) -> dict[str, Any]:
    names = ("name", "names_visible", "deviation_threshold", "deviation_guard")
    values: dict[str, Any] = {name: getattr(stored, name) for name in names} | {
        "version": stored.version if stored.pk else None
    }
    for kind in Project.Kind.values:
        values |= {f"pattern_{kind}": pattern_of(stored, kind), f"weight_{kind}": weight_of(stored, kind)}
    return values


def _examples() -> list[str]:
    """Return the number that a new project of each kind would get now, in the order of the form's rows."""
    return [queries.next_number(kind, clock.today()) for kind in Project.Kind.values]
