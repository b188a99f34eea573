"""Screens: the charter as a paper, its texts written in place, and asking for signatures."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongzhou.charters.access import can_edit_charter, chartered_or_404
from tongzhou.charters.actions import open_charter, write_part
from tongzhou.charters.forms import AskForm, PartForm
from tongzhou.charters.models import CharterPart
from tongzhou.charters.queries.page import charter_page
from tongzhou.charters.views.asking import ask_to_sign, asking
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, Stale, access_declared, require, status_of
from tongzhou.lib.params import text_asked
from tongzhou.people.access import signed_in
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project

READ, EDIT = "read project plan, tasks", "edit charter draft"


@require_safe
@access_declared(READ)
def charter(request: HttpRequest, number: str) -> HttpResponse:
    """项目章程: what stands in it now, what it lacks, who signs it. `part` opens a text to be written."""
    project = chartered_or_404(signed_in(request), number)
    return _shown(request, project, editing=text_asked(request, "part", 20))


@require_POST
@access_declared(EDIT)
def charter_part(request: HttpRequest, number: str, part: str) -> HttpResponse:
    """Write a text. Who wrote over another's text gets both, and decides."""
    user = signed_in(request)
    project = chartered_or_404(user, number)
    require(can_edit_charter(standing(user, project), project))
    if part not in CharterPart.Kind.values:
        raise Http404
    form = PartForm(request.POST)
    if not form.is_valid():
        return _shown(request, project, editing=part, form=form)
    data = form.cleaned_data
    try:
        write_part(by=user, project=project, kind=part, text=data["text"], version=data["version"], now=clock.now())
    except Forbidden:
        raise
    except Refused as refused:
        return _shown(request, project, editing=part, form=form, error=refused)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('charter', args=[project.number])}#{part}")


@require_POST
@access_declared(EDIT)
def charter_sheets(request: HttpRequest, number: str) -> HttpResponse:
    """Freeze the charter and ask every head to sign."""
    user = signed_in(request)
    project = chartered_or_404(user, number)
    require(can_edit_charter(standing(user, project), project))
    return ask_to_sign(request, project, open_charter, _shown, "charter")


def _shown(
    request: HttpRequest,
    project: Project,
    editing: str = "",
    form: PartForm | None = None,
    ask: AskForm | None = None,
    error: Refused | None = None,
) -> HttpResponse:
    page = charter_page(signed_in(request), project)
    theirs = error.current if isinstance(error, Stale) else None
    written = page.parts.get(editing)
    # What she typed stays with her, though the last head signed meanwhile, or the project ended.
    context = {
        "project": project,
        "tab": "start",
        "draft": page,
        "cut": page.cut,
        "heads": page.heads,
        "editing": editing if written and (page.can_edit or form is not None) else "",
        "typed": form["text"].value() if form else written.text if written else "",
        "version": theirs["version"] if theirs else written.version if written else 0,
        "theirs": theirs,
        "form": form,
        "ask": ask or asking(),
        "error": error,
    }
    status = status_of(error) if error else 422 if form or ask else 200
    return render(request, "charters/charter.html", context, status=status)
