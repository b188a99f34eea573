"""Writes: publishing the task list: frozen, approved by the general lead, then it is the one that departments work by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.plan.events import TaskListPublished
from tongzhou.plan.queries.claims import claims_of, latest_call
from tongzhou.plan.queries.publication import blockers, final_sheets
from tongzhou.plan.queries.tasklist import KIND, SEATS, labels, task_list, task_list_page
from tongzhou.projects.access import can_edit_basics, rules_of, standing
from tongzhou.projects.actions import move_stage
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import About, Content, Course, open_sheet
from tongzhou.signoffs.models import Sheet
from tongzhou.timeline.actions import Subject, record


def release_task_list(*, by: User, project: Project, due: datetime | None = None, now: datetime) -> Sheet:
    """Freeze the task list as the plan stands, and ask the general lead to approve it.

    :raises Refused: if `by` is not the manager, a light project needs no approval, there are no tasks, something keeps the list
        from being published, the general lead's seat is empty, the due time is past, or nothing changed since the last version.
    """
    require(can_edit_basics(standing(by, project)))
    if not rules_of(project).approvals:
        raise Refused("no-approval-needed", _("A light project needs no approval: its plan holds as it stands."))
    content = task_list(project)
    if not content["items"]:
        raise Refused("no-tasks", _("The plan has no tasks yet."))
    _check_blockers(project)
    title = _("Cross-department task list")
    return open_sheet(
        by=by,
        project=project,
        about=About(KIND, project.pk, title, reverse("task_list", kwargs={"number": project.number})),
        content=Content(content, task_list_page(project, content), labels=labels()),
        course=Course(SEATS, due=due),
        now=now,
    )


def publish_task_list(*, sheet: Sheet, by: Any, now: datetime) -> None:
    """Outcome of "sheet-final:task-list": the version is the one to work by; those concerned are told what changed for them.

    With the first one a project that was being planned is carried out from now on.
    """
    project = sheet.project
    before = final_sheets(project).exclude(pk=sheet.pk).values_list("pk", flat=True).first()
    event = TaskListPublished(project.pk, sheet.pk, sheet.version, before or 0)
    record(event, by=by, now=now, subject=Subject("project", project.pk, project.name), project=project.pk)
    if not before and project.stage == Project.Stage.PLANNING:
        move_stage(project=project, to=Project.Stage.EXECUTING, by=System(), now=now)


def _check_blockers(project: Project) -> None:
    stopping = [one for one in blockers(project, claims_of(project), latest_call(project)) if one.stops]
    if stopping:
        parts = [
            f"{one.text} {one.count}（{'、'.join(one.names)}{'…' if one.count > len(one.names) else ''}）" for one in stopping
        ]
        raise Refused("not-ready", _("Not ready to be published: %(reasons)s.") % {"reasons": "；".join(parts)})
