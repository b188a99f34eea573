"""Who is told of what happens to plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.lib.web import project_address
from tongzhou.plan.queries.years import managers_of, projects_into
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event

NAMED = 5


def told_of_year(event_id: int) -> list[Told]:
    """The days off of a year are announced: the managers of open plans that reach into it, each once."""
    year = Event.objects.get(pk=event_id).data["year"]
    concerned: dict[int, list[str]] = defaultdict(list)
    projects = {project.pk: project.name for project in projects_into(year)}
    for manager, project in managers_of(projects):
        concerned[manager].append(projects[project])
    title = _("The days off of %(year)s are announced: plans follow them") % {"year": year}
    return [Told((manager,), "calendar", title, _named(names), reverse("calendars")) for manager, names in concerned.items()]


def told_of_unknown_year(project: Project, year: int, managers: Iterable[int]) -> Told:
    """A plan reaches into a year whose days off are not announced: its managers."""
    title = _("%(project)s reaches into %(year)s, whose days off are not announced yet")
    text = _("Weekends are counted as days off until then. When they are announced, the plan follows, and you are told again.")
    known = {"project": project.name, "year": year}
    return Told(tuple(managers), "calendar", title % known, text, project_address("plan", project.number))


def _named(names: list[str]) -> str:
    more = "…" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more
