"""Who reads the record across projects."""

from __future__ import annotations

from dataclasses import dataclass

from tongzhou.lib.access import require
from tongzhou.people.models import User
from tongzhou.projects.models import ProjectRole

AUDIT = "audit log read / verify"
Role = ProjectRole.Kind
AUDITORS = (Role.GENERAL_LEAD, Role.MANAGER, Role.QUALITY, Role.IT_SUPPORT)
"""The roles whose holders read the record of their projects in one place."""


@dataclass(frozen=True)
class Reach:
    """What somebody may read: `projects` (id → name), and what happens outside of projects (`organisation`)."""

    projects: dict[int, str]
    organisation: bool


def audited_by(user: User) -> Reach:
    """Return what `user` may read. The administrator reads what happens to the organisation, no project by that alone.

    :raises Forbidden: if that is nothing.
    """
    held = ProjectRole.objects.filter(user=user, kind__in=AUDITORS).values_list("project_id", "project__name")
    reach = Reach(dict(held), user.is_administrator)
    require(bool(reach.projects) or reach.organisation)
    return reach
