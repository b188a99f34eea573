"""The Gantt chart to print and to paste: all rows, as PDF and as a picture."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongzhou.lib.access import access_declared
from tongzhou.lib.params import day_asked
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.plan.papers import drawn_gantt
from tongzhou.plan.queries import status_date
from tongzhou.projects.access import project_or_404

READ = "read project plan, tasks"


@require_safe
@access_declared(READ)
def gantt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """All rows on A3 pages."""
    project = project_or_404(signed_in(request), number)
    content, title = drawn_gantt(project, status_date(project, day_asked(request)), "pdf")
    return download(content, "application/pdf", f"{title}.pdf")


@require_safe
@access_declared(READ)
def gantt_png(request: HttpRequest, number: str) -> HttpResponse:
    """All rows in one picture, up to what a picture can show."""
    project = project_or_404(signed_in(request), number)
    content, title = drawn_gantt(project, status_date(project, day_asked(request)), "png")
    return download(content, "image/png", f"{title}.png")
