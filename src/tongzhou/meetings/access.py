"""Which projects have meetings, who may plan one and write its minutes."""

from __future__ import annotations

from django.http import Http404

from tongzhou.meetings.models import Meeting
from tongzhou.people.models import User
from tongzhou.projects.access import Standing, asked_of, project_or_404
from tongzhou.projects.models import Project

MINUTES = frozenset({"kickoff-minutes", "start-minutes"})


def has_meetings(project: Project) -> bool:
    """Whether a project of this kind and weight is asked for minutes, or has a meeting. At most one query.

    Where it is not, nothing is said of meetings.
    """
    return bool(MINUTES & asked_of(project)) or Meeting.objects.filter(project=project).exists()


def meeting_project_or_404(user: User, number: str) -> Project:
    """Return a project that `user` sees and that has meetings.

    :raises Http404: alike for one that she may not see, one without meetings, and one that never was.
    """
    project = project_or_404(user, number)
    if not has_meetings(project):
        raise Http404
    return project


def can_plan(at: Standing) -> bool:
    """Plan a meeting: the manager."""
    return at.manages


def can_record(at: Standing, meeting: Meeting) -> bool:
    """Change a meeting, write and send its minutes: the manager, and as long as they take part its host and its recorder."""
    return at.manages or (at.takes_part and at.user_id in (meeting.host_id, meeting.recorder_id))
