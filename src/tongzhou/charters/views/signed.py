"""Screens: the charter that is in force, as it was frozen, with its signatures and what was found when it was verified."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongzhou.charters.access import chartered_or_404
from tongzhou.charters.queries.signed import signed_page
from tongzhou.lib.access import access_declared
from tongzhou.people.access import signed_in

READ = "read project plan, tasks"


@require_safe
@access_declared(READ)
def charter_signed(request: HttpRequest, number: str) -> HttpResponse:
    """The version in force; where none is, the draft says so."""
    user = signed_in(request)
    project = chartered_or_404(user, number)
    page = signed_page(user, project)
    if page is None:
        return redirect("charter", number=project.number)
    return render(request, "charters/signed.html", {"project": project, "tab": "start", "page": page, "sheet": page.sheet})
