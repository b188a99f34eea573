"""Bare pages: one query, one loop in a template, the product's frame around it. Beside them the product's own addresses."""

from __future__ import annotations

import functools
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from tongzhou.config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from tongzhou.lib.access import SIGNED_IN, access_declared
from tongzhou.plan.models import WorkItem

FIELDS = ("id", "name", "owner__name", "department__name", "state", "percent", "start", "finish")
CELLS = "".join(f"<td>{{{{ row.{at} }}}}</td>" for at in range(len(FIELDS)))
PAGE = f"""{{% extends "shell/base.html" %}}{{% block content %}}<table>
{{% for row in rows %}}<tr>{CELLS}</tr>{{% endfor %}}</table>{{% endblock %}}"""


@access_declared(SIGNED_IN)
def rows(request: HttpRequest, count: int) -> HttpResponse:
    """A page of `count` tasks of one project, as anybody would write it."""
    found = WorkItem.objects.filter(project_id=_project()).order_by("rank").values_list(*FIELDS)[:count]
    return HttpResponse(_page().render({"rows": list(found)}, request))


@access_declared(SIGNED_IN)
def ready_rows(request: HttpRequest, count: int) -> HttpResponse:
    """The same, with the cells as ready strings: no date or number is localised in the template."""
    found = WorkItem.objects.filter(project_id=_project()).order_by("rank").values_list(*FIELDS)[:count]
    ready = [[str(value) for value in row] for row in found]
    return HttpResponse(_page().render({"rows": ready}, request))


@access_declared(SIGNED_IN)
def data(request: HttpRequest, count: int) -> HttpResponse:
    """The same rows as JSON."""
    found = WorkItem.objects.filter(project_id=_project()).order_by("rank").values_list(*FIELDS)[:count]
    return JsonResponse({"rows": list(found)}, json_dumps_params={"ensure_ascii": False})


@csrf_exempt
@access_declared(SIGNED_IN)
def write(request: HttpRequest, key: int) -> HttpResponse:
    """One row written and committed."""
    with transaction.atomic():
        item = WorkItem.objects.select_for_update().get(pk=key)
        WorkItem.objects.filter(pk=key).update(remark=f"{item.version}")
    return HttpResponse(status=204)


@csrf_exempt
@access_declared(SIGNED_IN)
def move(request: HttpRequest, key: int) -> HttpResponse:
    """All rows of the project of one row moved by one statement and committed."""
    with transaction.atomic():
        item = WorkItem.objects.select_for_update().get(pk=key)
        WorkItem.objects.filter(project_id=item.project_id).update(slack=F("slack") + 1 - 1, remark=f"{item.version}")
    return HttpResponse(status=204)


@functools.cache
def _page() -> Any:
    """The page, parsed once, as Django's cached loader keeps a template file."""
    return engines["django"].from_string(PAGE)


_known: list[int] = []


def _project() -> int:
    if not _known:
        _known.append(WorkItem.objects.order_by("pk").values_list("project_id", flat=True)[0])
    return _known[0]


urlpatterns = [
    path("floor/rows/<int:count>/", rows),
    path("floor/ready/<int:count>/", ready_rows),
    path("floor/data/<int:count>/", data),
    path("floor/write/<int:key>/", write),
    path("floor/move/<int:key>/", move),
    path("", include("tongzhou.config.urls")),
]
