"""What the rhythm asks of plans."""

from __future__ import annotations

from datetime import datetime

from tongzhou.plan.actions import follow
from tongzhou.projects.models import Project


def follow_calendars(key: int, *, due_at: datetime, now: datetime) -> None:
    """Handler of due rows "plan-calendar": bring the dates of the project `key` to its calendars as they are now."""
    project = Project.objects.filter(pk=key).first()
    if project is not None:
        follow(project=project, now=now)
