"""Screens: the list of a project's sheets, and a sheet with its paper and its rail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongzhou.lib.access import Outdated, Refused, access_declared
from tongzhou.people.access import signed_in
from tongzhou.people.queries import proof_asked
from tongzhou.projects.access import project_or_404, standing
from tongzhou.signoffs.access import can_audit, own_seats, sheet_or_404
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.page import papers_of, sheet_page


@require_safe
@access_declared("read project plan, tasks")
def sheets(request: HttpRequest, number: str) -> HttpResponse:
    """会签: every sheet of a project, the newest first."""
    user = signed_in(request)
    project = project_or_404(user, number)
    context = {
        "project": project,
        "tab": "start",
        "papers": papers_of(project, user),
        "delegates": bool(own_seats(user, project)),
        "audits": can_audit(standing(user, project)),
    }
    return render(request, "signoffs/sheets.html", context)


@require_safe
@access_declared("read project plan, tasks")
def sheet(request: HttpRequest, number: str, sheet_id: int) -> HttpResponse:
    """A sheet: the paper as it was frozen, and what the reader may do about it."""
    return shown(request, sheet_or_404(signed_in(request), number, sheet_id))


def shown(request: HttpRequest, row: Sheet, error: Refused | None = None) -> HttpResponse:
    """Show a sheet, with what was wrong with the input: 409 with the difference where it is not the one that was shown."""
    given = request.POST if error is not None else request.GET
    place = given.get("place", "")
    page = sheet_page(signed_in(request), row, int(place) if place.isdecimal() and len(place) < 19 else None)
    wrong = error.message if error is not None and error.field == "proof" else ""
    context: dict[str, Any] = {
        "project": row.project,
        "tab": "start",
        "page": page,
        "sheet": row,
        "statements": page.statements(signed_in(request).name) if page.mine else {},
        "proof": proof_asked(request, given.get("proof_method", ""), wrong) if page.can_sign else None,
        "error": error,
        "difference": error.difference if isinstance(error, Outdated) else None,
        "given": given,
        "marks": [{"at": change.path, "n": place} for place, change in enumerate(page.changes, start=1)],
        "next": given.get("next", ""),
    }
    return render(request, "signoffs/sheet.html", context, status=_status(error))


def _status(error: Refused | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, Outdated) else 422
