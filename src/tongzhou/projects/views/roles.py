"""角色与权限: each role, who holds it, what it may do, and which seats are empty."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongzhou.lib.access import access_declared
from tongzhou.people.access import signed_in
from tongzhou.projects import access, queries
from tongzhou.projects.queries.missing import empty_seats
from tongzhou.projects.queries.roles import roles_of


@access_declared("read project plan, tasks")
@require_safe
def project_roles(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = access.project_or_404(user, number)
    rules, team = access.rules_of(project), queries.team_of(project)
    rows = roles_of(project) if rules.seats else []
    context = {
        "project": project,
        "tab": "start",
        "rules": rules,
        "team": team,
        "rows": rows,
        "not_held": [row.word for row in rows if row.empty and not row.is_seat],
        "empty": empty_seats(team) if rules.seats else [],
        "can_edit": access.can_edit_basics(access.standing(user, project)),
    }
    return render(request, "projects/roles.html", context)
