"""The Gantt chart to print and to paste: all rows, as PDF and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongzhou.lib.access import Busy, Refused, access_declared
from tongzhou.lib.params import day_asked
from tongzhou.lib.web import download
from tongzhou.papers.drawing import Crowded, NotDrawn, place_to_draw, to_pdf, to_png
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
    as_of = status_date(project, day_asked(request))
    with _drawing():
        chart = gantt_chart(project, as_of)
        content = to_pdf(gantt_pages(chart), TYPEFACES)
    return download(content, "application/pdf", f"{chart.title}.pdf")


@require_safe
@access_declared(READ)
def gantt_png(request: HttpRequest, number: str) -> HttpResponse:
    """All rows in one picture, up to what a picture can show."""
    project = project_or_404(signed_in(request), number)
    as_of = status_date(project, day_asked(request))
    with _drawing():
        chart = gantt_chart(project, as_of)
        if len(chart.bars) > MOST_ROWS_IN_A_PICTURE:
            most = {"most": MOST_ROWS_IN_A_PICTURE}
            raise Refused("too-many-rows", _("A picture shows at most %(most)s rows. Take the PDF: it has all of them.") % most)
        content = to_png(gantt_picture(chart), TYPEFACES)
    return download(content, "image/png", f"{chart.title}.png")


@contextmanager
def _drawing() -> Iterator[None]:
    """Draw where there is a place, and say in words why nothing was drawn."""
    try:
        with place_to_draw():
            yield
    except Crowded as error:
        raise Busy("drawing-busy", _("Other charts are being drawn. Try again in a moment.")) from error
    except NotDrawn as error:
        raise Refused("not-drawn", _("The chart is too large to be drawn.")) from error
