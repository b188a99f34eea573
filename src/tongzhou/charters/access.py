"""Who may write a charter and who signs it."""

from __future__ import annotations

from django.http import Http404

from tongzhou.charters.models import CharterVersion
from tongzhou.people.models import User
from tongzhou.projects.access import Standing, asked_of, project_or_404, rules_of
from tongzhou.projects.models import Participation, Project, ProjectRole

LEAD_SEAT = f"role:{ProjectRole.Kind.GENERAL_LEAD}"


def has_charter(project: Project) -> bool:
    """Whether a project of this kind and weight is asked for a charter, or has one that is in force. At most one query.

    Where it is not, nothing is said of charters.
    """
    if "charter" in asked_of(project):
        return True
    signed = CharterVersion.objects.filter(charter__project=project, in_force_at__isnull=False)
    return rules_of(project).charter and signed.exists()


def chartered_or_404(user: User, number: str) -> Project:
    """Return a project that `user` sees and that has a charter.

    :raises Http404: alike for one that she may not see, one without a charter, and one that never was.
    """
    project = project_or_404(user, number)
    if not has_charter(project):
        raise Http404
    return project


def can_edit_charter(at: Standing, project: Project) -> bool:
    """Write its texts and ask for signatures: the manager, where the project has a charter."""
    return at.manages and has_charter(project)


def seats_to_sign(project: Project) -> tuple[str, ...]:
    """Return the seats that sign: the head of each department that takes part; before them the lead, where the weight asks."""
    lead = (LEAD_SEAT,) if rules_of(project).lead_signs else ()
    keys = Participation.objects.filter(project=project).order_by("pk").values_list("department_id", flat=True)
    return (*lead, *(f"head:{key}" for key in keys))


def has_memo(project: Project) -> bool:
    """Whether a project of this kind and weight is asked for a memo. Where it is not, nothing is said of memos."""
    return "memo" in asked_of(project)


def memo_or_404(user: User, number: str) -> Project:
    """Return a project that `user` sees and that has a memo.

    :raises Http404: alike for one that she may not see, one without a memo, and one that never was.
    """
    project = project_or_404(user, number)
    if not has_memo(project):
        raise Http404
    return project


def can_open_memo(at: Standing, project: Project) -> bool:
    """Ask for the signatures of a memo: the manager, where the project has one."""
    return at.manages and has_memo(project)


def own_departments(at: Standing) -> frozenset[int]:
    """Return the departments whose head or liaison this person is in the project."""
    return at.heads | at.liaisons


def duties_or_404(user: User, number: str) -> Project:
    """Return a project that `user` sees and that has a duty statement.

    :raises Http404: alike for one that she may not see, one without a statement, and one that never was.
    """
    project = project_or_404(user, number)
    if "duty-statement" not in asked_of(project):
        raise Http404
    return project


def can_publish_duties(at: Standing, project: Project) -> bool:
    """Publish the duty statement: the manager, where the project has one."""
    return at.manages and "duty-statement" in asked_of(project)
