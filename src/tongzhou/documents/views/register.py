"""Screens: the papers of a project that were handed out, and each of them again as a file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from tongzhou.documents.access import can_take, paper_or_404
from tongzhou.documents.actions import hand_out_again
from tongzhou.documents.models import IssuedPaper
from tongzhou.documents.queries.handed import answer
from tongzhou.documents.queries.kinds import ending_or_404
from tongzhou.documents.queries.register import Wanted, kinds_of, papers_of, registered
from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.params import text_asked
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404, standing

READ = "read project plan, tasks"
PAGE = 50


@require_safe
@access_declared(READ)
def papers(request: HttpRequest, number: str) -> HttpResponse:
    """文件登记: what was handed out, by whom, and how it stands now."""
    user = signed_in(request)
    project = project_or_404(user, number)
    wanted = Wanted(text_asked(request, "kind", 40), text_asked(request, "q"), text_asked(request, "sort", 20))
    page = Paginator(papers_of(project, wanted), PAGE).get_page(request.GET.get("page"))
    at = standing(user, project)
    rows = [registered(row) for row in page.object_list]
    context = {
        "project": project,
        "tab": "start",
        "wanted": wanted,
        "kinds": kinds_of(project),
        "rows": [(one, one.kind.endings if can_take(user, at, one.row, amounts=one.kind.amounts) else ()) for one in rows],
        "page": page,
    }
    return render(request, "documents/papers.html", context)


@require_GET
@access_declared(READ)
def paper_file(request: HttpRequest, number: str, paper_id: int, ending: str) -> HttpResponse:
    """A paper of the register as a file, as it was described when it was handed out."""
    user = signed_in(request)
    issued = paper_or_404(user, number, paper_id, IssuedPaper.objects.select_related("sheet__project"))
    kind = ending_or_404(issued.kind, ending)
    at = standing(user, project_or_404(user, number))
    require(can_take(user, at, issued, amounts=kind.amounts))
    return answer(hand_out_again(by=user, issued=issued, ending=ending, now=clock.now()))
