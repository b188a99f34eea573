"""Who is told of reports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.lib.web import project_address
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.timeline.models import Event


def told_of_draft(event_id: int) -> list[Told]:
    """A weekly report was drafted: the project's managers, who look it over and send it."""
    event = Event.objects.get(pk=event_id)
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if project is None:
        return []
    managers = ProjectRole.objects.filter(project=project, kind=ProjectRole.Kind.MANAGER).values_list("user_id", flat=True)
    title = _("%(project)s: the weekly report is drafted") % {"project": project.name}
    text = _("Look it over, add what only you know, and send it.")
    link = f"{project_address('report', project.number)}?week={event.data['week']}"
    return [Told(tuple(managers), "report", title, text, link)]
