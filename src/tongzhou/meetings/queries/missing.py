"""What a project still lacks of its start: minutes that are confirmed and, where heads sign, signed."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.missing import Missing
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries.kinds import KindOfMeeting, is_signed, kinds_asked
from tongzhou.meetings.queries.standing import meetings_of, stands
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of


def minutes_missing(project: Project, user: User) -> list[Missing]:
    """Return a row for each kind of minutes that the project is asked for. One query, two where there is no meeting yet."""
    there = {row.kind: row for row in meetings_of(project).filter(cancelled_at__isnull=True).order_by("pk")}
    return [_row(project, kind, there.get(kind.key)) for kind in kinds_asked(project)]


def _row(project: Project, kind: KindOfMeeting, row: Meeting | None) -> Missing:
    stage = Project.Stage.INITIATING if is_signed(project) else Project.Stage.EXECUTING
    link = reverse("meeting", args=[project.number, row.pk]) if row else reverse("meeting_new", args=[project.number, kind.key])
    done = row is not None and row.archived_at is not None
    note = "" if done else stands(row, clock.now()).word if row else ""
    who = _("Host %(name)s") % {"name": row.host.name} if row else _manager(project)
    return Missing(stage, kind.paper, str(kind.minutes), done, who, link, note, optional=not is_signed(project))


def _manager(project: Project) -> str:
    # The page has read the team already.
    name = team_of(project).manager
    return _("Manager %(name)s") % {"name": name} if name else _("nobody yet")
