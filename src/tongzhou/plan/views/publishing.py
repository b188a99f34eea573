"""Screens: the task list: what was published, what changed since, and asking for its approval."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.params import parse_day
from tongzhou.people.access import signed_in
from tongzhou.plan.actions.publishing import release_task_list
from tongzhou.plan.queries.tasklist import KIND, SEATS, labels, task_list
from tongzhou.projects.access import can_edit_basics, project_or_404, rules_of, standing
from tongzhou.projects.models import Project
from tongzhou.signoffs.access import seats_held
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.difference import difference_of, snapshot_of
from tongzhou.signoffs.queries.page import versions_of

CLOSES = time(18)
DAYS = 3


@require_safe
@access_declared("read project plan, tasks")
def task_list_view(request: HttpRequest, number: str) -> HttpResponse:
    """任务协作清单: which version holds, which waits for approval, and what the plan says otherwise by now."""
    project = project_or_404(signed_in(request), number)
    return _shown(request, project)


@require_POST
@access_declared("edit charter draft")
def task_list_release(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the general lead to approve the list as the plan stands."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_edit_basics(standing(user, project)))
    day = parse_day(request.POST.get("due", ""))
    due = timezone.make_aware(datetime.combine(day, CLOSES)) if day else None
    try:
        sheet = release_task_list(by=user, project=project, due=due, now=clock.now())
    except Refused as error:
        if error.code == "forbidden":
            raise
        return _shown(request, project, error)
    messages.success(request, _("Version %(version)s waits for the general lead.") % {"version": sheet.version})
    return redirect("sheet", number=project.number, sheet_id=sheet.pk)


def _shown(request: HttpRequest, project: Project, error: Refused | None = None) -> HttpResponse:
    versions = versions_of(project, KIND, project.pk)
    published = next((row for row in versions if row.ended == "final"), None)
    latest = versions[0] if versions else None
    now_list = {"shared": task_list(project), "labels": labels(), "parts": {seat: {} for seat in SEATS}}
    changes = difference_of(snapshot_of(Sheet.objects.get(pk=latest.pk)), now_list) if latest else []
    held = seats_held(project, SEATS)[SEATS[0]]
    context = {
        "project": project,
        "tab": "plan",
        "published": published,
        "latest": latest,
        "waiting": latest if latest and not latest.ended else None,
        "versions": versions,
        "changes": changes,
        "count": len(now_list["shared"]["items"]),
        "lead": None if held.is_empty else held.holder,
        "needs_approval": rules_of(project).approvals,
        "can_release": can_edit_basics(standing(signed_in(request), project)),
        "due": clock.today() + timedelta(days=DAYS),
        "error": error,
    }
    return render(request, "plan/task_list.html", context, status=422 if error else 200)
