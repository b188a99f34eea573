"""Who is told of reports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.lib.web import project_address
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.projects.queries.comments import participants
from tongzhou.timeline.models import Event


def told_of_draft(event: Event) -> list[Told]:
    """A weekly report was drafted: the project's managers, who look it over and send it."""
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if project is None:
        return []
    managers = ProjectRole.objects.filter(project=project, kind=ProjectRole.Kind.MANAGER).values_list("user_id", flat=True)
    title = _("%(project)s: the weekly report is drafted") % {"project": project.name}
    text = _("Look it over, add what only you know, and send it.")
    link = f"{project_address('report', project.number)}?week={event.data['week']}"
    return [Told(tuple(managers), "report", title, text, link)]


def told_of_sent(event: Event) -> list[Told]:
    """Everybody in the project hears that a weekly report was sent."""
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if project is None:
        return []
    week = event.data["week"]
    title = _("Weekly report %(week)s of %(project)s was sent") % {"week": week, "project": project.name}
    text = _("By %(name)s.") % {"name": event.actor_name}
    link = f"{project_address('report', project.number)}?week={week}&edition={event.data['edition']}"
    return [Told(tuple(participants(project).values_list("pk", flat=True)), "report", title, text, link)]
