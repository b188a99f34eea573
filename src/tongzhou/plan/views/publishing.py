"""Screens: the task list: what was published, what changed since, and asking for its approval."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.params import text_asked
from tongzhou.people.access import signed_in
from tongzhou.plan.actions.publishing import release_task_list
from tongzhou.plan.forms import due_asked
from tongzhou.plan.queries.claims import claims_of, latest_call
from tongzhou.plan.queries.publication import asked_content, blockers, content_of, list_difference
from tongzhou.plan.queries.tasklist import KIND, task_list
from tongzhou.projects.access import can_edit_basics, project_or_404, rules_of, standing, while_open
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.projects.queries import team_of
from tongzhou.projects.queries.team import standing_of
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.page import approvals_of, versions_of

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
    try:
        due = due_asked(request.POST.get("due", ""))
        sheet = release_task_list(by=user, project=project, due=due, now=clock.now())
    except Refused as error:
        if error.code == "forbidden":
            raise
        return _shown(request, project, error)
    messages.success(request, _("Version %(version)s waits for the general lead.") % {"version": sheet.version})
    return redirect("sheet", number=project.number, sheet_id=sheet.pk)


@require_safe
@access_declared("read project plan, tasks")
def task_list_difference(request: HttpRequest, number: str) -> HttpResponse:
    """What one version of the list says otherwise than another; "now" is the plan as it stands."""
    project = project_or_404(signed_in(request), number)
    versions = versions_of(project, KIND, project.pk)
    sheets = {row.version: row.pk for row in versions}
    newest = str(versions[0].version) if versions else "now"
    before, after = text_asked(request, "before", 9) or newest, text_asked(request, "after", 9) or "now"
    old, new = (asked_content(project, version, sheets) for version in (before, after))
    if old is None or new is None:
        raise Http404
    context = {
        "project": project,
        "tab": "plan",
        "versions": versions,
        "before": before,
        "after": after,
        "difference": list_difference(old, new),
    }
    return render(request, "plan/task_list_difference.html", context)


def _shown(request: HttpRequest, project: Project, error: Refused | None = None) -> HttpResponse:
    versions = versions_of(project, KIND, project.pk)
    published = next((row for row in versions if row.ended == "final"), None)
    latest = versions[0] if versions else None
    content = task_list(project)
    since = published or latest
    lead = next((role for role in team_of(project).roles if role.kind == ProjectRole.Kind.GENERAL_LEAD), None)
    rules, call = rules_of(project), latest_call(project)
    found = blockers(project, claims_of(project), call) if rules.approvals and content["items"] else []
    sheets = {row.pk: row for row in Sheet.objects.filter(pk__in={row.pk for row in (since, latest) if row})}
    context = {
        "project": project,
        "tab": "plan",
        "published": published,
        "latest": latest,
        "waiting": latest if latest and not latest.ended else None,
        "versions": versions,
        "approvals": approvals_of(project, KIND, project.pk) if versions else [],
        "since": since,
        "difference": list_difference(content_of(sheets[since.pk]), content) if since else None,
        "changed": latest is None or content_of(sheets[latest.pk]) != content,
        "blockers": found,
        "ready": not any(one.stops for one in found),
        "count": len(content["items"]),
        "lead": lead if lead and lead.is_active else None,
        "needs_approval": rules.approvals,
        "claims": rules.claims,
        "can_release": can_edit_basics(while_open(standing_of(signed_in(request), project), project)),
        "due": clock.today() + timedelta(days=DAYS),
        "error": error,
    }
    return render(request, "plan/task_list.html", context, status=422 if error else 200)
