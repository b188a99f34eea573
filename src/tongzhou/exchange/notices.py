"""Who is told of imports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.lib.web import project_address
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.timeline.models import Event

Role = ProjectRole.Kind


def told_of_import(event: Event) -> list[Told]:
    """Who leads or answers for a part of the plan: manager, general lead, heads and liaisons."""
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if project is None:
        return []
    roles = ProjectRole.objects.filter(project=project, kind__in=(Role.MANAGER, Role.GENERAL_LEAD))
    seats = Seat.objects.filter(participation__project=project, holder__isnull=False)
    people = {*roles.values_list("user_id", flat=True), *seats.values_list("holder_id", flat=True)}
    known = {"project": project.name, "file": event.data["file_name"]}
    title = _("“%(file)s” was imported into %(project)s") % known
    counts = {"created": event.data["tasks_created"], "changed": event.data["tasks_changed"], "name": event.actor_name}
    text = _("%(created)s tasks new, %(changed)s changed, by %(name)s") % counts
    return [Told(tuple(sorted(people)), "import", title, text, project_address("plan", project.number))]
