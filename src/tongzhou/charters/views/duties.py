"""Screens: the duty statement as it stands, its published versions, publishing, and the download."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from tongzhou.charters.access import can_publish_duties, duties_or_404
from tongzhou.charters.actions import publish_duties
from tongzhou.charters.models import DutyStatement
from tongzhou.charters.papers import duty_paper
from tongzhou.charters.queries.duties import duties_of, duties_since, duty_versions
from tongzhou.documents.actions import Handing, hand_out
from tongzhou.documents.queries.handed import answer
from tongzhou.documents.queries.kinds import ending_or_404
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, access_declared, require, status_of
from tongzhou.lib.params import id_asked
from tongzhou.papers import Paper
from tongzhou.people.access import signed_in
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.projects.queries.team import may_manage

READ, EDIT = "read project plan, tasks", "edit charter draft"
KIND = "duty-statement"


@require_safe
@access_declared(READ)
def duty_statement(request: HttpRequest, number: str) -> HttpResponse:
    """职责分工说明书: who does what now; `version` shows one as it was published, with what changed from the one before."""
    project = duties_or_404(signed_in(request), number)
    return _shown(request, project)


@require_POST
@access_declared(EDIT)
def duty_publication(request: HttpRequest, number: str) -> HttpResponse:
    """Publish it as the next version."""
    user = signed_in(request)
    project = duties_or_404(user, number)
    require(can_publish_duties(standing(user, project), project))
    try:
        made = publish_duties(by=user, project=project, now=clock.now())
    except Forbidden:
        raise
    except Refused as refused:
        return _shown(request, project, error=refused)
    words = _("Version %(version)s was published; everybody who takes part is told.")
    messages.success(request, words % {"version": made.version})
    return redirect("duty_statement", number=project.number)


@require_GET
@access_declared(READ)
def duty_download(request: HttpRequest, number: str, words: str) -> HttpResponse:
    """职责分工说明书 as a file: `version` as it was published; without one the newest, or the draft where there is none."""
    user = signed_in(request)
    project = duties_or_404(user, number)
    ending_or_404(KIND, words)
    found = duty_versions(project)
    asked = request.GET.get("version", "")
    chosen = None if asked == "draft" else _chosen(found, asked) if asked else found[0] if found else None
    paper, present = partial(_paper, project, chosen), chosen is (found[0] if found else None)
    handing = Handing(KIND, project.pk, lambda _made: f"{project.number} {_('Duty statement')}", paper, words, present=present)
    return answer(hand_out(by=user, project=project, handing=handing, now=clock.now()))


def _paper(project: Project, chosen: DutyStatement | None) -> Paper:
    if chosen is None:
        return duty_paper(duties_of(project))
    day = timezone.localtime(chosen.published_at).date()
    return duty_paper(chosen.content, version=chosen.version, dated=day)


def _chosen(found: list[DutyStatement], asked: str) -> DutyStatement:
    chosen = next((row for row in found if row.version == (id_asked(asked) or 0)), None)
    if chosen is None:
        raise Http404
    return chosen


def _shown(request: HttpRequest, project: Project, error: Refused | None = None) -> HttpResponse:
    user, found, cut = signed_in(request), duty_versions(project), duties_of(project)
    asked = request.GET.get("version", "")
    chosen = _chosen(found, asked) if asked else None
    newest = found[0] if found else None
    before = next((row for row in found if chosen is not None and row.version < chosen.version), None)
    if chosen is not None:
        changes = duties_since(before.content, chosen.content) if before is not None else []
    else:
        changes = duties_since(newest.content, cut) if newest is not None else []
    can_edit = may_manage(user, project)
    context = {
        "project": project,
        "tab": "start",
        "cut": chosen.content if chosen is not None else cut,
        "chosen": chosen,
        "newest": newest,
        "before": before if chosen is not None else newest,
        "versions": found,
        "changes": changes[:200],
        "can_publish": can_edit and chosen is None and bool(cut["departments"]) and (newest is None or bool(changes)),
        "error": error,
    }
    return render(request, "charters/duties.html", context, status=status_of(error) if error else 200)
