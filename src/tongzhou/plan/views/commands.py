"""The grid's commands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared
from tongzhou.lib.params import day_asked, json_body
from tongzhou.people.access import signed_in
from tongzhou.plan.access import require_some_right
from tongzhou.plan.actions import Asked, run_command
from tongzhou.plan.queries import status_date
from tongzhou.projects.access import project_or_404, standing

EDIT = "create/edit WBS"
LARGEST_COMMAND = 2 * 1024 * 1024
TIGHT: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}


@require_POST
@access_declared(EDIT)
def commands(request: HttpRequest, number: str) -> HttpResponse:
    """Run one command of the grid, or (dry) say what it would bring."""
    user = signed_in(request)
    project = project_or_404(user, number)
    at = standing(user, project)
    require_some_right(user, project, at)
    body = json_body(request, LARGEST_COMMAND)
    asked = Asked(_text(body.get("command")), body, version_of(body.get("version")), dry=body.get("dry") is True)
    day = status_date(project, day_asked(request))
    answer = run_command(by=user, project=project, asked=asked, status_date=day, at=at, now=clock.now())
    found = {
        "version": answer.version,
        "ids": answer.ids,
        "changes": [vars(move) for move in answer.moves],
        "notices": answer.notices,
        "undo": answer.undo,
        "redo": answer.redo,
    }
    return JsonResponse(found, json_dumps_params=TIGHT)


def version_of(value: object) -> int | None:
    """Return the version of the plan that the page showed; None where it does not say.

    :raises Refused: if it is no number.
    """
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Refused("version-invalid", _("The version of the plan is a number."), "version")
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
