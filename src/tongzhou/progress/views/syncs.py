"""Screens: the syncs of a project with who is missing, their paper, and the rhythm of a project or the organisation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, access_declared, require
from tongzhou.lib.params import text_asked
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.plan.models import WorkItem
from tongzhou.progress import access, actions
from tongzhou.progress.forms import SyncRhythmForm
from tongzhou.progress.papers import file_of, syncs_paper
from tongzhou.progress.queries.beats import rhythm_said, rhythm_values
from tongzhou.progress.queries.sync_page import STATES, Wanted, next_slots, state_word, sync_page
from tongzhou.projects.access import can_manage_organisation, project_or_404, standing

READ, RHYTHM = "read project plan, tasks", "edit charter draft"


@require_safe
@access_declared(READ)
def syncs(request: HttpRequest, number: str) -> HttpResponse:
    """The syncs of a project: a slot with who is missing, the weeks, the departments, the rhythm."""
    user = signed_in(request)
    project = project_or_404(user, number)
    values, own = rhythm_values(project)
    wanted = _wanted(request)
    context = {
        "project": project,
        "tab": "work",
        "wanted": wanted,
        "page": sync_page(project, wanted),
        "urgencies": WorkItem.Urgency.choices,
        "states": [(state, state_word(state)) for state in STATES],
        "own": own,
        "next": next_slots(project, rhythm_said(values), clock.now()),
        "lead": values["lead_minutes"],
        "form": SyncRhythmForm(initial=values) if access.can_set_rhythm(standing(user, project)) else None,
    }
    return render(request, "progress/syncs.html", context)


@require_safe
@access_declared(READ)
def syncs_file(request: HttpRequest, number: str, ending: str) -> HttpResponse:
    """The same as a paper: xlsx, docx or pdf, as it is filtered."""
    project = project_or_404(signed_in(request), number)
    paper = syncs_paper(project, sync_page(project, _wanted(request)), clock.today())
    found = file_of(paper, ending)
    if found is None:
        raise Http404
    return download(*found, f"{paper.title}.{ending}")


@require_POST
@access_declared(RHYTHM)
def sync_rhythm(request: HttpRequest, number: str) -> HttpResponse:
    """The rhythm of a project; `inherit` takes that of the organisation again."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(access.can_set_rhythm(standing(user, project)))
    form = SyncRhythmForm(request.POST)
    inherits = "inherit" in request.POST
    if not inherits and not form.is_valid():
        return _refused(request, form, {"project": project, "tab": "work"})
    rhythm = None if inherits else form.rhythm()
    actions.set_sync_rhythm(by=user, project=project, rhythm=rhythm, now=clock.now())
    messages.success(request, _("The rhythm is saved. It holds from the next slot on."))
    return redirect("syncs", number)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def organisation_rhythm(request: HttpRequest) -> HttpResponse:
    """The rhythm of the organisation."""
    user = signed_in(request)
    require(can_manage_organisation(user))
    form = SyncRhythmForm(request.POST if request.method == "POST" else None, initial=rhythm_values(None)[0])
    if form.is_bound and not form.is_valid():
        return _refused(request, form, {})
    if form.is_bound:
        actions.set_sync_rhythm(by=user, project=None, rhythm=form.rhythm(), now=clock.now())
        messages.success(request, _("The rhythm is saved. It holds from the next slot on."))
        return redirect("organisation_rhythm")
    return render(request, "progress/rhythm.html", {"form": form})


def _refused(request: HttpRequest, form: SyncRhythmForm, context: dict[str, Any]) -> HttpResponse:
    return render(request, "progress/rhythm.html", {"form": form, **context}, status=422)


def _wanted(request: HttpRequest) -> Wanted:
    names = {"slot": "slot", "urgency": "urgency", "department": "department", "state": "state", "words": "q"}
    return Wanted(**{name: text_asked(request, asked) for name, asked in names.items()})
