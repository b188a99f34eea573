"""What the screens of charter and memo share: asking for signatures, and of which version a file is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.charters.forms import AskForm
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.lib.params import id_asked
from tongzhou.people.access import signed_in
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Ending, Sheet
from tongzhou.signoffs.queries.places import ending_of

DAYS = 3


def asking() -> AskForm:
    """Return the form as it is before anything was typed: a few days to sign."""
    return AskForm(initial={"due": clock.today() + timedelta(days=DAYS)})


def ask_to_sign(
    request: HttpRequest, project: Project, opens: Callable[..., Sheet], shown: Callable[..., HttpResponse], page: str
) -> HttpResponse:
    """Open a version to be signed.

    :param opens: the action that does so.
    :param shown: answers with the page where what was typed, or the project as it stands, does not do.
    :param page: the name of the page's address.
    """
    ask = AskForm(request.POST)
    if not ask.is_valid():
        return shown(request, project, ask=ask)
    try:
        sheet = opens(by=signed_in(request), project=project, due=ask.due_at(), now=clock.now())
    except Forbidden:
        raise
    except Refused as refused:
        return shown(request, project, ask=ask, error=refused)
    messages.success(request, _("Version %(version)s is out to be signed.") % {"version": sheet.version})
    return redirect(page, number=project.number)


def is_present(project: Project, kind: str, sheet: Sheet | None) -> bool:
    """Return whether a version is what the paper says now: a draft (None) is not while a version is being signed."""
    if sheet is not None:
        return True
    return not Sheet.objects.filter(project=project, kind=kind, key=project.pk, ending=None).exists()


def version_asked(request: HttpRequest, project: Project, kind: str) -> Sheet | None:
    """Return the version that `version` names; without it the newest that was not voided. None stands for the draft.

    :raises Http404: if there is none of that number.
    """
    asked = request.GET.get("version", "")
    if asked == "draft":
        return None
    rows = Sheet.objects.filter(project=project, kind=kind, key=project.pk).select_related("ending").defer("html")
    if not asked:
        newest = rows.order_by("-version").first()
        return newest if newest is not None and ending_of(newest) != Ending.Kind.VOIDED else None
    found = rows.filter(version=id_asked(asked) or 0).first()
    if found is None:
        raise Http404
    return found
