"""What the operations of agreed rows have in common: the row, and the version for which a request was made."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tongzhou.lib.rest import require_match, tag_of
from tongzhou.projects.models import Objective, Project

Row = TypeVar("Row", bound=Model)


def row_or_404(model: type[Row], project: Project, key: int) -> Row:
    """Return a row of a project.

    :raises Http404: if it has none with this id.
    """
    related = ("project", "owner") if model is Objective else ("project",)
    return get_object_or_404(model._default_manager.select_related(*related), pk=key, project=project)


def seen(request: HttpRequest, kind: str, row: Any, told: Any) -> int | None:
    """Return the version for which the request was made (If-Match), None where it does not say.

    :raises Stale: with what stands there now, where it was another one.
    """
    require_match(request, tag_of(kind, row.pk, row.version), told)
    return int(row.version) if "If-Match" in request.headers else None
