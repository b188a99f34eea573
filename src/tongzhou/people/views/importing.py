"""Screens: bringing a list of departments and people, and taking one along."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, Refused, access_declared, require
from tongzhou.papers import Paper, to_xlsx
from tongzhou.people.access import can_manage_people, signed_in
from tongzhou.people.actions.importing import import_people, record_export
from tongzhou.people.forms import SheetForm
from tongzhou.people.papers import people_form, people_paper
from tongzhou.people.queries import organisation
from tongzhou.people.queries.brought import roster_of_file, roster_of_text, roster_sent
from tongzhou.people.queries.roster import understand
from tongzhou.people.queries.wording import line_changes, refusal_words, trouble_words, troubles_by_row
from tongzhou.people.views.organisation import asked_of
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.roster import Roster

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 500


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def people_import(request: HttpRequest) -> HttpResponse:
    """Read a workbook or pasted rows and show what they would change."""
    require(can_manage_people(signed_in(request)))
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if form.is_valid():
        try:
            return _preview(request, _roster_of(form), 200)
        except WorkbookRefused as refused:
            form.add_error("file", refusal_words(refused.code))
    return render(request, "people/import.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@access_declared(ADMINISTRATOR)
def people_import_confirmation(request: HttpRequest) -> HttpResponse:
    """Write the rows that the preview showed, understood anew."""
    user = signed_in(request)
    require(can_manage_people(user))
    roster = _roster_sent(request.POST.get("rows", ""))
    try:
        written = import_people(by=user, roster=roster, now=clock.now())
    except Refused:
        return _preview(request, roster, 422)
    counts = {"new": written.count("new"), "changed": written.count("changed"), "departments": len(written.departments)}
    words = _("%(new)s people added, %(changed)s changed, %(departments)s departments added.") % counts
    messages.success(request, _("Nothing had to change.") if written.changes_nothing else words)
    return redirect("departments")


@require_safe
@access_declared(ADMINISTRATOR)
def people_form_xlsx(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    return _workbook(people_form(), _("People (form)"))


@require_safe
@access_declared(ADMINISTRATOR)
def people_xlsx(request: HttpRequest) -> HttpResponse:
    """Take along the people that the list shows, all pages."""
    user, today = signed_in(request), clock.today()
    require(can_manage_people(user))
    rows = organisation.people_to_export(asked_of(request), user, today)
    record_export(by=user, count=len(rows), now=clock.now())
    return _workbook(people_paper(rows, today), f"{_('People')} {today.isoformat()}")


def _workbook(paper: Paper, name: str) -> HttpResponse:
    answer = HttpResponse(to_xlsx(paper), content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer


def _roster_of(form: forms.Form) -> Roster:
    file: UploadedFile[Any] | None = form.cleaned_data.get("file")
    return roster_of_file(file.name or "", file.chunks()) if file else roster_of_text(form.cleaned_data["text"])


def _preview(request: HttpRequest, roster: Roster, status: int) -> HttpResponse:
    understood = understand(roster)
    by_row: dict[tuple[str, int], list[str]] = {}
    for trouble in understood.troubles:
        by_row.setdefault((trouble.sheet, trouble.row), []).append(trouble_words(trouble))
    lines: list[dict[str, Any]] = [
        {"line": line, "changes": line_changes(line), "troubles": by_row.get((line.sheet, line.row), [])}
        for line in understood.lines
    ]
    lines.sort(key=lambda one: (not one["troubles"], one["line"].state == "same"))
    context = {
        "understood": understood,
        "lines": lines[:SHOWN],
        "more": max(len(lines) - SHOWN, 0),
        "troubles": troubles_by_row(understood.troubles[:200]),
        "counts": {state: understood.count(state) for state in ("new", "changed", "same")},
        "ignored": sorted(set(roster.ignored))[:20],
        "rows": json.dumps([asdict(row) for row in roster.rows], ensure_ascii=False),
    }
    return render(request, "people/import_preview.html", context, status=status)


def _roster_sent(text: str) -> Roster:
    """Return the rows that a preview carried.

    :raises Refused: if they did not come back whole.
    """
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        sent = None
    return roster_sent(sent)
