"""The Gantt chart to print and to paste: all rows, as PDF and as a picture."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongzhou.lib.access import Refused, access_declared
from tongzhou.lib.params import day_asked
from tongzhou.lib.web import download
from tongzhou.papers.drawing import NotDrawn, to_pdf, to_png
from tongzhou.papers.gantt import MOST_ROWS_IN_A_PICTURE, gantt_pages, gantt_picture
from tongzhou.people.access import signed_in
from tongzhou.plan.papers import TYPEFACES, gantt_chart
from tongzhou.plan.queries import status_date
from tongzhou.projects.access import project_or_404

READ = "read project plan, tasks"


@require_safe
@access_declared(READ)
def gantt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """All rows on A3 pages."""
    project = project_or_404(signed_in(request), number)
    chart = gantt_chart(project, status_date(project, day_asked(request)))
    try:
        content = to_pdf(gantt_pages(chart), TYPEFACES)
    except NotDrawn as error:
        raise Refused("not-drawn", _("The chart is too large to be drawn.")) from error
    return download(content, "application/pdf", f"{chart.title}.pdf")


@require_safe
@access_declared(READ)
def gantt_png(request: HttpRequest, number: str) -> HttpResponse:
    """All rows in one picture, up to what a picture can show."""
    project = project_or_404(signed_in(request), number)
    chart = gantt_chart(project, status_date(project, day_asked(request)))
    if len(chart.bars) > MOST_ROWS_IN_A_PICTURE:
        most = {"most": MOST_ROWS_IN_A_PICTURE}
        raise Refused("too-many-rows", _("A picture shows at most %(most)s rows. Take the PDF: it has all of them.") % most)
    try:
        content = to_png(gantt_picture(chart), TYPEFACES)
    except NotDrawn as error:
        raise Refused("not-drawn", _("The chart is too large to be drawn.")) from error
    return download(content, "image/png", f"{chart.title}.png")
