"""Writes: publishing the duty statement."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.charters.access import can_publish_duties
from tongzhou.charters.events import DutiesPublished
from tongzhou.charters.models import DutyStatement
from tongzhou.charters.queries.duties import duties_of
from tongzhou.engine.canonical import digest
from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import Subject, record


def publish_duties(*, by: User | System, project: Project, now: datetime) -> DutyStatement:
    """Freeze who does what as the next version, and tell everybody who takes part. Nobody signs it.

    :raises Refused: if `by` is not the manager, no department takes part, or nothing changed since the newest version.
    """
    require(isinstance(by, System) or can_publish_duties(standing(by, project), project))
    with transaction.atomic():
        project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        content = duties_of(project)
        if not content["departments"]:
            raise Refused("departments-missing", _("No department takes part yet."))
        newest = DutyStatement.objects.filter(project=project).order_by("-version").first()
        if newest is not None and newest.digest == digest(content):
            raise Refused("nothing-changed", _("Nothing changed since version %(version)s.") % {"version": newest.version})
        statement = DutyStatement.objects.create(
            project=project,
            version=newest.version + 1 if newest else 1,
            content=content,
            digest=digest(content),
            published_at=now,
            published_by=by if isinstance(by, User) else None,
            published_by_name=by.actor_name,
        )
        subject = Subject("project", project.pk, project.name)
        record(DutiesPublished(statement.pk, statement.version), by=by, now=now, subject=subject, project=project.pk)
    return statement
