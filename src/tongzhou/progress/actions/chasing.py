"""What people are told of a slot: what they are asked for, what they did not say, and who did not say it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.lib.telling import Told
from tongzhou.lib.waiting import WEEKDAYS
from tongzhou.notifications.actions import Telling
from tongzhou.people.models import User
from tongzhou.progress.queries.syncing import AskedTask
from tongzhou.projects.access import Role, rules_of
from tongzhou.projects.models import Project, Seat
from tongzhou.projects.queries.asked import Answering

KIND = "sync"
MOST_NAMED = 8


@dataclass(frozen=True)
class Missed:
    """The tasks that were not synced at a slot, over all projects."""

    tasks: list[AskedTask]
    projects: Mapping[int, Project]
    slot: datetime


def told_of_slot(tasks: Iterable[AskedTask], projects: Mapping[int, Project], slot: datetime, *, over: bool) -> list[Telling]:
    """Return one notice a person: her tasks of all projects that are due at a slot, or (`over`) were not synced at it."""
    mine: dict[int, list[AskedTask]] = defaultdict(list)
    for task in tasks:
        if task.asked is not None:
            mine[task.asked].append(task)
    source = f"sync-{'missed' if over else 'reminder'}:{stamp(slot)}"
    link = f"{reverse('my_tasks')}?group=report"
    found = []
    for person, asked in mine.items():
        words = {"when": when(slot), "n": len(asked)}
        title = (
            ngettext("%(n)s task was not synced by %(when)s", "%(n)s tasks were not synced by %(when)s", len(asked))
            if over
            else ngettext("Sync %(n)s task by %(when)s", "Sync %(n)s tasks by %(when)s", len(asked))
        )
        found.append(Telling(Told((person,), KIND, title % words, _listed(asked, projects), link), source))
    return found


def told_of_missing(missed: Missed) -> list[Telling]:
    """Return one notice a project for its manager, with all who did not sync, and for each liaison those of his department.

    Light projects ask only those who owe it. Four queries.
    """
    by_project: dict[int, list[AskedTask]] = defaultdict(list)
    for task in missed.tasks:
        if rules_of(missed.projects[task.project]).seats:
            by_project[task.project].append(task)
    if not by_project:
        return []
    answering = Answering(list(by_project), timezone.localtime(missed.slot).date())
    people = {key for tasks in by_project.values() for task in tasks for key in (task.asked or task.owner,)}
    names = dict(User.objects.filter(pk__in=people).order_by().values_list("pk", "name"))
    found = []
    for key, tasks in by_project.items():
        for person, theirs in _readers(key, tasks, answering).items():
            if {task.asked for task in theirs} - {person}:
                found.append(_list_of(missed, key, person, theirs, names))
    return found


def _readers(project: int, tasks: list[AskedTask], answering: Answering) -> dict[int, list[AskedTask]]:
    """Return who reads which part of a project's list: the manager all of it, liaisons what is theirs."""
    found: dict[int, list[AskedTask]] = defaultdict(list)
    for task in tasks:
        for one in answering.seated(project, task.department):
            if one.role == Seat.Kind.LIAISON:
                found[one.id].append(task)
    manager = answering.role(project, Role.MANAGER)
    if manager is not None:
        found[manager.id] = tasks
    return found


def _list_of(missed: Missed, key: int, person: int, tasks: list[AskedTask], names: Mapping[int, str]) -> Telling:
    project = missed.projects[key]
    counts = Counter(names.get(task.asked or task.owner, "") for task in tasks)
    words = {"when": when(missed.slot), "n": len(counts), "project": project.name}
    title = ngettext(
        "%(project)s: %(n)s person did not sync by %(when)s", "%(project)s: %(n)s people did not sync by %(when)s", len(counts)
    )
    shown = [_("%(name)s %(n)s") % {"name": name, "n": n} for name, n in counts.most_common(MOST_NAMED)]
    text = "、".join(shown) + (_(" and others") if len(counts) > MOST_NAMED else "")
    link = f"{reverse('syncs', args=[project.number])}?state=missed"
    return Telling(Told((person,), KIND, title % words, text, link), f"sync-list:{key}:{stamp(missed.slot)}", key)


def when(slot: datetime) -> str:
    """Return a slot as people read it: 03-08 周五 17:00."""
    local = timezone.localtime(slot)
    return f"{local:%m-%d} {WEEKDAYS[local.weekday()]()} {local:%H:%M}"


def stamp(slot: datetime) -> str:
    """Return a slot as part of a notice's source."""
    return f"{slot:%Y%m%dT%H%MZ}"


def _listed(tasks: list[AskedTask], projects: Mapping[int, Project]) -> str:
    by_project: dict[int, list[str]] = defaultdict(list)
    for task in tasks[:MOST_NAMED]:
        by_project[task.project].append(task.name)
    parts = [f"{projects[key].name}：{'、'.join(names)}" for key, names in by_project.items()]
    return "；".join(parts) + (_(" and others") if len(tasks) > MOST_NAMED else "")
