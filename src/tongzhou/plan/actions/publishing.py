"""Writes: publishing the task list: frozen, approved by the general lead, then it is the one that departments work by."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import User
from tongzhou.plan.queries.tasklist import KIND, SEATS, labels, task_list, task_list_page
from tongzhou.projects.access import can_edit_basics, rules_of, standing
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import About, Content, Course, open_sheet
from tongzhou.signoffs.models import Sheet


def release_task_list(*, by: User, project: Project, due: datetime | None = None, now: datetime) -> Sheet:
    """Freeze the task list as the plan stands, and ask the general lead to approve it.

    :raises Refused: if `by` is not the manager, a light project needs no approval, there are no tasks, the general lead's seat
        is empty, the due time is past, or nothing changed since the last version.
    """
    require(can_edit_basics(standing(by, project)))
    if not rules_of(project).approvals:
        raise Refused("no-approval-needed", _("A light project needs no approval: its plan holds as it stands."))
    content = task_list(project)
    if not content["items"]:
        raise Refused("no-tasks", _("The plan has no tasks yet."))
    title = _("Cross-department task list")
    return open_sheet(
        by=by,
        project=project,
        about=About(KIND, project.pk, title, reverse("task_list", kwargs={"number": project.number})),
        content=Content(content, task_list_page(project, content), labels=labels()),
        course=Course(SEATS, due=due),
        now=now,
    )
