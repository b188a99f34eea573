"""Who is told of what happens to plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

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


def told_of_year(event: Event) -> list[Told]:
    """The days off of a year are announced: the managers of open plans that reach into it, each once."""
    year = event.data["year"]
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


def told_of_owners(event: Event) -> list[Told]:
    """Whoever owns tasks by this event that were not hers before, and whose they were: one notice each. Three queries."""
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if project is None:
        return []
    given, lost = _moved(event)
    rows = WorkItem.objects.filter(pk__in={*given, *(key for key, _person in lost)}).order_by("pk")
    tasks = {row[0]: Task(*row) for row in rows.values_list("pk", "name", "owner_id", "owner__name")}
    moved: dict[int, Moved] = defaultdict(Moved)
    for key in sorted(tasks.keys() & given):
        if tasks[key].owner is not None:
            moved[tasks[key].owner or 0].gained.append(tasks[key])
    for key, person in lost:
        if key in tasks and tasks[key].owner != person:
            moved[person].lost.append(tasks[key])
    return [_told_owner(event, project, person, what) for person, what in moved.items()]


class Task(NamedTuple):
    """A task as it is now."""

    id: int
    name: str
    owner: int | None
    owner_name: str | None


@dataclass(frozen=True)
class Moved:
    """What came to a person, and what she does not own any more."""

    gained: list[Task] = field(default_factory=list)
    lost: list[Task] = field(default_factory=list)


def _moved(event: Event) -> tuple[set[int], list[tuple[int, int]]]:
    """Return the work items that this event gave to somebody, and (work item, person) of whose they were."""
    rows = list(Change.objects.filter(event=event, object_type="work_item").values_list("object_id", "before", "after"))
    given = {key for key, was, now in rows if any(now.get(name) and now[name] != was.get(name) for name in OWNER)}
    lost = [(key, person) for key, person in event.data.get("lost", ())]
    if event.kind == "tasks-handed-over":
        lost += [(key, event.data["person"]) for key, _was, _now in rows]
    # What an import changed is on the record by ids.
    lost += [(key, was["owner_id"]) for key, was, now in rows if isinstance(was.get("owner_id"), int) and "owner_id" in now]
    return given, sorted(set(lost))


def _told_owner(event: Event, project: Project, person: int, moved: Moved) -> Told:
    text = _("%(project)s, by %(name)s") % {"project": project.name, "name": event.actor_name}
    titles = ([_gained(moved.gained)] if moved.gained else []) + ([_lost(moved.lost)] if moved.lost else [])
    if len(moved.lost) > 1:
        heirs = _("Now: %(heirs)s") % {"heirs": _named([f"{task.name} → {task.owner_name or '—'}" for task in moved.lost])}
        text = f"{text}\n{heirs}"
    every = [*moved.gained, *moved.lost]
    if len(every) == 1:
        link = item_address("task", project.number, every[0].id)
    else:
        link = project_address("plan", project.number) + ("?view=mine" if moved.gained else "")
    return Told((person,), "task", "；".join(titles), text, link)


def _gained(tasks: list[Task]) -> str:
    if len(tasks) == 1:
        return _("You own the task “%(task)s” now") % {"task": tasks[0].name}
    names = "、".join(task.name for task in tasks[:NAMED])
    return _("You own %(count)s more tasks: %(names)s") % {"count": len(tasks), "names": names}


def _lost(tasks: list[Task]) -> str:
    if len(tasks) > 1:
        names = _named([task.name for task in tasks])
        return _("You do not own %(count)s tasks any more: %(names)s") % {"count": len(tasks), "names": names}
    task = tasks[0]
    if task.owner_name is None:
        return _("You do not own the task “%(task)s” any more; nobody does") % {"task": task.name}
    return _("The task “%(task)s” is %(owner)s's now, no longer yours") % {"task": task.name, "owner": task.owner_name}
