"""复制通知: the texts for the groups of the departments."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongzhou.exchange import actions
from tongzhou.exchange.access import can_import
from tongzhou.exchange.queries.department_notices import department_notices
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project

EDIT = "create/edit WBS"


@require_safe
@access_declared(EDIT)
def notices(request: HttpRequest, number: str) -> HttpResponse:
    """The texts with the address of the plan."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_import(user, project))
    return _page(request, project)


@require_POST
@access_declared(EDIT)
def notice_links(request: HttpRequest, number: str) -> HttpResponse:
    """The texts with a way in for each person; the ways in are shown this once."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_import(user, project))
    try:
        tokens = actions.make_notice_links(by=user, project=project, now=clock.now())
    except Refused as refused:
        return _page(request, project, message=refused.message, status=422)
    links = {person: f"{settings.BASE_URL}{reverse('enter', args=[token])}" for person, token in tokens.items()}
    return _page(request, project, links)


def _page(
    request: HttpRequest, project: Project, links: Mapping[int, str] | None = None, message: str = "", status: int = 200
) -> HttpResponse:
    address = f"{settings.BASE_URL}{reverse('plan', args=[project.number])}"
    texts = department_notices(project, clock.today(), address, links)
    context = {
        "project": project,
        "tab": "plan",
        "notices": texts,
        "everything": "\n\n".join(one.text for one in texts),
        "made": len(links or {}),
        "message": message,
    }
    return render(request, "exchange/notices.html", context, status=status)
