"""Screens: whether a sheet and the chain below it are what they were, and the evidence to take along."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongzhou.lib.access import access_declared, require
from tongzhou.lib.params import text_asked
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.people.queries.factors import METHODS
from tongzhou.projects.access import project_or_404, standing
from tongzhou.signoffs.access import AUDIT, can_audit, can_verify, sheet_or_404
from tongzhou.signoffs.models import Act
from tongzhou.signoffs.queries.acts import told_acts
from tongzhou.signoffs.queries.evidence import evidence_of
from tongzhou.signoffs.queries.places import standings
from tongzhou.signoffs.queries.verifying import verify

SHOWN = 100


@require_safe
@access_declared(AUDIT)
def verification(request: HttpRequest, number: str, sheet_id: int) -> HttpResponse:
    """A sheet is built again from its rows and compared with the chain."""
    user = signed_in(request)
    sheet = sheet_or_404(user, number, sheet_id)
    require(can_verify(user, standing(user, sheet.project), sheet))
    chain = verify([sheet.project_id]).chains[0]
    signatures = [at.signature for at in standings(sheet) if at.signature]
    for row in signatures:
        row.method_word = METHODS.get(row.method, row.method)  # type: ignore[attr-defined]
    context = {
        "project": sheet.project,
        "tab": "start",
        "sheet": sheet,
        "chain": chain,
        "signatures": signatures,
        "snapshot": json.dumps(json.loads(bytes(sheet.snapshot)), ensure_ascii=False, indent=2)[:200_000],
    }
    return render(request, "signoffs/verification.html", context)


@require_safe
@access_declared(AUDIT)
def evidence(request: HttpRequest, number: str, sheet_id: int) -> HttpResponse:
    """A sheet with everything that is needed to check it without this product."""
    user = signed_in(request)
    sheet = sheet_or_404(user, number, sheet_id)
    require(can_verify(user, standing(user, sheet.project), sheet))
    name = f"{sheet.project.number}-{sheet.title}-{sheet.version}.zip"
    return download(evidence_of(sheet), "application/zip", name)


@require_safe
@access_declared(AUDIT)
def chain(request: HttpRequest, number: str) -> HttpResponse:
    """正式行为: the chain of a project, the newest act first, and whether it is whole."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_audit(standing(user, project)))
    found = verify([project.pk]).chains[0]
    rows = Act.objects.filter(project_id=project.pk).order_by("-number")
    asked = text_asked(request, "page", 6)
    page = max(1, int(asked)) if asked.isascii() and asked.isdecimal() else 1
    begin = (page - 1) * SHOWN
    context = {
        "project": project,
        "tab": "start",
        "chain": found,
        "acts": told_acts(project, rows[begin : begin + SHOWN]),
        "page": page,
        "more": found.length > page * SHOWN,
    }
    return render(request, "signoffs/chain.html", context)
