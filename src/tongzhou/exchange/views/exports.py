"""Screens of the export: the page that offers the forms, and the files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongzhou.exchange import actions
from tongzhou.exchange.forms import ExportForm
from tongzhou.exchange.papers import export_file as paper_of
from tongzhou.exchange.papers.files import TYPES
from tongzhou.exchange.queries.layouts import FORMS
from tongzhou.exchange.views.papers import offered
from tongzhou.lib import clock
from tongzhou.lib.access import access_declared
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.plan.queries.outlook import status_date
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project

READ = "read project plan, tasks"


@require_safe
@access_declared(READ)
def export_page(request: HttpRequest, number: str) -> HttpResponse:
    """Every form, with what can be chosen."""
    project = project_or_404(signed_in(request), number)
    return _page(request, project, ExportForm(project, initial={"as_of": status_date(project)}))


@require_safe
@access_declared(READ)
def export_file(request: HttpRequest, number: str, form: str, ending: str) -> HttpResponse:
    """One form as a file."""
    user = signed_in(request)
    project = project_or_404(user, number)
    layout = FORMS.get(form)
    if layout is None or ending not in layout.endings:
        raise Http404
    asked = ExportForm(project, request.GET)
    if not asked.is_valid():
        return _page(request, project, asked, 422)
    options = asked.options(layout, status_date(project))
    actions.record_export(by=user, project=project, options=options, ending=ending, now=clock.now())
    name = f"{project.name}-{layout.title}-{options.as_of.isoformat()}.{ending}"
    return download(paper_of(project, options, ending, clock.now()), TYPES[ending], name)


def _page(request: HttpRequest, project: Project, form: ExportForm, status: int = 200) -> HttpResponse:
    layouts = [
        {
            "key": layout.key,
            "title": layout.title,
            "columns": "、".join(label for _, label in layout.columns),
            "endings": layout.endings,
        }
        for layout in FORMS.values()
    ]
    context = {
        "project": project,
        "tab": "plan",
        "form": form,
        "layouts": layouts,
        "as_of": status_date(project),
        "papers": offered(project),
    }
    return render(request, "exchange/export.html", context, status=status)
