"""Handing out the plan, which the record keeps like every other act."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongzhou.exchange.access import can_export
from tongzhou.exchange.events import PlanExported
from tongzhou.exchange.queries.layouts import ExportOptions
from tongzhou.lib.access import require
from tongzhou.people.models import System, User
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import Subject, record


def record_export(*, by: User | System, project: Project, options: ExportOptions, ending: str, now: datetime) -> None:
    """Record that the plan is handed out in one of its forms.

    :raises Forbidden: if `by` does not see the project.
    """
    require(isinstance(by, System) or can_export(by, project))
    with transaction.atomic():
        event = PlanExported(project.pk, options.layout.key, ending, options.as_of.isoformat())
        record(event, by=by, now=now, subject=Subject("project", project.pk, project.name), project=project.pk)
