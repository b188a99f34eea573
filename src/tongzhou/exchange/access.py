"""Who may import: whoever may edit the whole plan. Who may export: whoever sees it."""

from __future__ import annotations

from django.db.models import QuerySet

from tongzhou.exchange.models import ImportDraft
from tongzhou.people.models import User
from tongzhou.plan.access import can_edit_plan
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project


def can_import(user: User, project: Project) -> bool:
    return can_edit_plan(standing(user, project))


def can_export(user: User, project: Project) -> bool:
    return standing(user, project).takes_part


def drafts_of(project: Project) -> QuerySet[ImportDraft]:
    return ImportDraft.objects.filter(project=project)
