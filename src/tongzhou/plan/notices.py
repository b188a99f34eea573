"""Who is told of what happens to plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.lib.web import item_address, project_address
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.years import managers_of, projects_into
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Change, Event

NAMED = 5
OWNER = ("owner", "owner_id")


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


def told_of_owners(event_id: int) -> list[Told]:
    """Whoever owns tasks by this event that were not hers before: one notice for all of them. Three queries."""
    event = Event.objects.get(pk=event_id)
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if project is None:
        return []
    given = _given(event)
    items = WorkItem.objects.filter(pk__in=given, owner__isnull=False).order_by("pk").values_list("pk", "name", "owner_id")
    by_owner: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for key, name, owner in items:
        by_owner[owner].append((key, name))
    return [_told_owner(event, project, owner, tasks) for owner, tasks in by_owner.items()]


def _given(event: Event) -> list[int]:
    """Return the work items whose owner this event changed."""
    rows = Change.objects.filter(event=event, object_type="work_item").values_list("object_id", "before", "after")
    return [key for key, before, after in rows if any(after.get(name) and after[name] != before.get(name) for name in OWNER)]


def _told_owner(event: Event, project: Project, owner: int, tasks: list[tuple[int, str]]) -> Told:
    names = "、".join(name for _key, name in tasks[:NAMED])
    text = _("%(project)s, by %(name)s") % {"project": project.name, "name": event.actor_name}
    if len(tasks) == 1:
        title, link = _("You own the task “%(task)s” now") % {"task": names}, item_address("task", project.number, tasks[0][0])
        return Told((owner,), "task", title, text, link)
    title = _("You own %(count)s more tasks: %(names)s") % {"count": len(tasks), "names": names}
    return Told((owner,), "task", title, text, f"{project_address('plan', project.number)}?view=mine")
