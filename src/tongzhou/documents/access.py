"""Who takes a paper of the register along again, and who sets how papers look."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from tongzhou.documents.models import IssuedPaper
from tongzhou.people.models import User
from tongzhou.projects.access import Standing, project_or_404
from tongzhou.projects.models import ProjectRole

READERS_OF_AMOUNTS = frozenset(
    {ProjectRole.Kind.GENERAL_LEAD, ProjectRole.Kind.MANAGER, ProjectRole.Kind.QUALITY, ProjectRole.Kind.FINANCE}
)


def can_take(user: User, at: Standing, issued: IssuedPaper, *, amounts: bool) -> bool:
    """Take a paper along as it was handed out: who takes part in its project; who is asked for somebody on leave does not.

    One with amounts tells those of every department: only who reads all of them may, and who had it already.
    """
    return at.takes_part and (not amounts or bool(READERS_OF_AMOUNTS & at.roles) or issued.by_id == user.pk)


def can_set_papers(user: User) -> bool:
    """Letterhead, numbering and fixed texts: the system administrator."""
    return user.is_administrator


def paper_or_404(user: User, number: str, key: int, rows: Any) -> IssuedPaper:
    """Return a paper of a project that `user` sees, out of `rows`.

    :raises Http404: alike for one that she may not see and one that never was.
    """
    project = project_or_404(user, number)
    found: IssuedPaper | None = rows.filter(project=project, pk=key).first()
    if found is None:
        raise Http404
    found.project = project
    return found
