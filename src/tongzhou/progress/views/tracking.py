"""The tracking table (任务进度跟踪表)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongzhou.lib.access import access_declared
from tongzhou.lib.params import day_asked
from tongzhou.people.access import signed_in
from tongzhou.plan.queries import status_date
from tongzhou.progress import queries
from tongzhou.projects.access import project_or_404


@require_safe
@access_declared("read project plan, tasks")
def table(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    day = status_date(project, day_asked(request))
    context = {"project": project, "tab": "work", "as_of": day, "rows": queries.tracking(project, day)}
    return render(request, "progress/tracking.html", context)
