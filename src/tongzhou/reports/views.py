"""Screens: the weekly report as a page and as a workbook."""

from __future__ import annotations

import re
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tongzhou.lib.access import access_declared
from tongzhou.lib.params import day_asked
from tongzhou.papers import to_html, to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project
from tongzhou.reports.papers import weekly_paper
from tongzhou.reports.queries import Cut, Week, parse_week, weekly_cut

READ = "read project plan, tasks"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WEEKS_SHOWN = 20


@require_safe
@access_declared(READ)
def report(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    asked = day_asked(request)
    cut = _cut(request, project, asked)
    context = {
        "project": project,
        "tab": "report",
        "as_of": cut.as_of,
        "asked": asked,
        "cut": cut,
        "weeks": _weeks_around(cut),
        "filing": len(cut.filings),
        "filed": sum(not row.missing and not row.unowned for row in cut.filings),
        "paper": to_html(weekly_paper(cut), level=2),
    }
    return render(request, "reports/report.html", context)


@require_safe
@access_declared(READ)
def report_xlsx(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    paper = weekly_paper(_cut(request, project, day_asked(request)))
    name = re.sub(r'[\x00-\x1f\x7f"*/:<>?\\|]+', "_", paper.title) + ".xlsx"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(to_xlsx(paper), content_type=XLSX, headers=headers)


def _cut(request: HttpRequest, project: Project, asked: date | None) -> Cut:
    return weekly_cut(project, parse_week(request.GET.get("week", "")), asked)


def _weeks_around(cut: Cut) -> list[tuple[int, Week]]:
    """Return up to WEEKS_SHOWN weeks with their numbers, the latest first, with the shown one among them."""
    place = cut.weeks.index(cut.week)
    begin = max(0, min(place - WEEKS_SHOWN // 2, len(cut.weeks) - WEEKS_SHOWN))
    return [(len(cut.weeks) - at, cut.weeks[at]) for at in range(begin, min(begin + WEEKS_SHOWN, len(cut.weeks)))]
