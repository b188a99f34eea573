"""Who may import: whoever may edit the whole plan. Who may export: whoever sees it. Who sees and changes a template."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tongzhou.exchange.models import ImportDraft, ProjectTemplate
from tongzhou.people.models import User
from tongzhou.plan.access import can_edit_plan
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project, ProjectRole


def can_import(user: User, project: Project) -> bool:
    return can_edit_plan(standing(user, project))


def can_export(user: User, project: Project) -> bool:
    return standing(user, project).takes_part


def drafts_of(project: Project) -> QuerySet[ImportDraft]:
    return ImportDraft.objects.filter(project=project)


def visible_templates(user: User) -> QuerySet[ProjectTemplate]:
    """Return one's own templates and those of the organisation, the archived ones, too."""
    return ProjectTemplate.objects.filter(Q(owner=user) | Q(shared=True))


def can_edit_template(user: User, template: ProjectTemplate) -> bool:
    """Its owner; of one that the organisation uses an administrator, too."""
    return user.is_active and (template.owner_id == user.pk or (template.shared and user.is_administrator))


def can_share_template(user: User) -> bool:
    """Offer a template to the whole organisation: an administrator, and who manages a project."""
    return user.is_administrator or ProjectRole.objects.filter(user=user, kind=ProjectRole.Kind.MANAGER).exists()


def can_save_template(user: User, project: Project) -> bool:
    """Keep a project as a template: its manager and its general lead."""
    return bool({ProjectRole.Kind.MANAGER, ProjectRole.Kind.GENERAL_LEAD} & standing(user, project).roles)
