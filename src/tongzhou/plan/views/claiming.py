"""Screens: which tasks a department took on: claiming them, handing them back, and asking for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, Stale, access_declared, require
from tongzhou.lib.params import id_asked, parse_day
from tongzhou.people.access import signed_in
from tongzhou.plan.access import can_edit_plan
from tongzhou.plan.actions.claiming import Claiming, Seen, ask_for_claims, claim_tasks, hand_back_tasks, may_claim
from tongzhou.plan.forms import due_asked
from tongzhou.plan.queries.claims import ClaimRow, Group, claims_of, counts_of, groups_of, latest_call, people_by_department
from tongzhou.projects.access import project_or_404, rules_of, standing, while_open
from tongzhou.projects.models import Project
from tongzhou.projects.queries.team import standing_of

DAYS = 2
SHOWN, SHOWN_ALONE = 50, 500
CLAIM = "claim/assign task in department"


@require_safe
@access_declared("read project plan, tasks")
def claims(request: HttpRequest, number: str) -> HttpResponse:
    """认领: what is to be claimed by department, one's own first, what was handed back, and what is claimed."""
    return _shown(request, project_or_404(signed_in(request), number))


@require_POST
@access_declared(CLAIM)
def claims_take(request: HttpRequest, number: str) -> HttpResponse:
    """Claim the tasks that are ticked."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(may_claim(standing(user, project)))
    given = request.POST
    tasks = [
        Claiming(
            key,
            given.get(f"owner-{key}", "").strip(),
            given.get(f"output-{key}", ""),
            parse_day(given.get(f"finish-{key}", "")),
            _seen(given, key),
        )
        for key in _chosen(request)
    ]
    try:
        made = claim_tasks(by=user, project=project, tasks=tasks, now=clock.now())
    except (Forbidden, Stale):
        raise
    except Refused as error:
        return _shown(request, project, error)
    said = ngettext("%(count)s task is claimed.", "%(count)s tasks are claimed.", len(made))
    messages.success(request, said % {"count": len(made)})
    return redirect("claims", number=number)


@require_POST
@access_declared(CLAIM)
def claims_return(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the tasks that are ticked back, with a reason."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(may_claim(standing(user, project)))
    reason = request.POST.get("reason", "")
    try:
        made = hand_back_tasks(by=user, project=project, items=_chosen(request), reason=reason, now=clock.now())
    except (Forbidden, Stale):
        raise
    except Refused as error:
        return _shown(request, project, error)
    said = ngettext(
        "%(count)s task is handed back; the manager is told.",
        "%(count)s tasks are handed back; the manager is told.",
        len(made),
    )
    messages.success(request, said % {"count": len(made)})
    return redirect("claims", number=number)


@require_POST
@access_declared("edit charter draft")
def claims_call(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the departments to claim their tasks."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_edit_plan(standing(user, project)))
    try:
        due = due_asked(request.POST.get("due", ""))
        ask_for_claims(by=user, project=project, due=due, now=clock.now())
    except (Forbidden, Stale):
        raise
    except Refused as error:
        return _shown(request, project, error)
    messages.success(request, _("The departments are asked to claim their tasks."))
    return redirect("claims", number=number)


def _chosen(request: HttpRequest) -> list[int]:
    """Return the tasks that are ticked, each once; what is no id stands for a task that is gone."""
    return list(dict.fromkeys(id_asked(text) or 0 for text in request.POST.getlist("task")))


def _seen(given: QueryDict, key: int) -> Seen | None:
    """Return what the page showed of a task, where it says so."""
    output = given.get(f"seen-output-{key}")
    return Seen(id_asked(given.get(f"seen-owner-{key}", "")), output) if output is not None else None


def _shown(request: HttpRequest, project: Project, error: Refused | None = None) -> HttpResponse:
    at = while_open(standing_of(signed_in(request), project), project)
    rows = claims_of(project) if rules_of(project).claims else []
    groups = groups_of(rows, at)
    asked = id_asked(request.GET.get("department", ""))
    only = asked if any(group.department == asked for group in groups) else None
    shown = [group for group in groups if only is None or group.department == only]
    people = people_by_department(project, [group.department for group in shown if group.department and group.open_to_me])
    most, counts = SHOWN_ALONE if only else SHOWN, counts_of(rows)
    context = {
        "project": project,
        "tab": "plan",
        "claims": rules_of(project).claims,
        "groups": groups,
        "shown": [_panel(request, group, people.get(group.department or 0, []), most, error) for group in shown],
        "only": only,
        "claimed": counts["claimed"],
        "open": counts["open"],
        "returned": counts["returned"],
        "total": sum(counts.values()),
        "call": latest_call(project),
        "manages": can_edit_plan(at),
        "due": clock.today() + timedelta(days=DAYS),
        "now": clock.now(),
        "error": error,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "plan/claims.html", context, status=422 if error else 200)


def _panel(request: HttpRequest, group: Group, people: list[str], most: int, error: Refused | None) -> dict[str, Any]:
    """Return a department as it is shown: at most `most` tasks that wait, with what was typed where that was refused."""
    waiting = [*group.returned, *group.open]
    errors, given = (error.errors, request.POST) if error else ({}, QueryDict())
    ticked = set(given.getlist("task"))
    rows = [
        {
            "row": row,
            "ticked": str(row.id) in ticked,
            "owner": given.get(f"owner-{row.id}", row.owner_name),
            "output": given.get(f"output-{row.id}", row.output),
            **_shown_of(row, given, fresh=not given or (bool(errors) and str(row.id) in ticked)),
            "owner_error": errors.get(f"owner-{row.id}", ""),
            "output_error": errors.get(f"output-{row.id}", ""),
            "finish_error": errors.get(f"finish-{row.id}", ""),
        }
        for row in waiting[:most]
    ]
    asked_why = bool(error and error.field == "reason" and any(row["ticked"] for row in rows))
    more = len(waiting) - len(rows)
    return {"group": group, "rows": rows, "people": people, "more": more, "slice": f":{most}", "asked_why": asked_why}


def _shown_of(row: ClaimRow, given: QueryDict, fresh: bool) -> dict[str, Any]:
    """Return the owner and the deliverable that the next claim counts as shown.

    :param fresh: what the task says now: nothing was typed yet, or what differs is said beside the field.
    """
    owner, output = row.owner or "", row.output
    if fresh:
        return {"seen_owner": owner, "seen_output": output}
    return {
        "seen_owner": given.get(f"seen-owner-{row.id}", owner),
        "seen_output": given.get(f"seen-output-{row.id}", output),
    }
