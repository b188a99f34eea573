"""The notice of a project, one text for each department: who does what until when, next things first, and each one's way in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tongzhou.people.models import Department, User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project

MOST_TASKS = 8  # of one person; the page behind the link has them all
OVER = ("done", "cancelled")


@dataclass(frozen=True)
class DepartmentNotice:
    """The text of one department, and the people in it."""

    name: str
    text: str
    people: tuple[int, ...]


@dataclass(frozen=True)
class _Task:
    name: str
    start: date | None
    finish: date | None
    department: int | None


def department_notices(
    project: Project, today: date, address: str, links: Mapping[int, str] | None = None
) -> list[DepartmentNotice]:
    """Return the texts in the order of the departments; `links` are ways in by person, others get `address`. Three queries."""
    tasks, unowned = _tasks(project)
    people = {row.pk: row for row in User.objects.filter(pk__in=list(tasks), is_active=True).order_by("sort_key", "pk")}
    names = dict(Department.objects.values_list("pk", "name"))
    homes: dict[int | None, list[User]] = defaultdict(list)
    for person in people.values():
        homes[person.department_id].append(person)
    order = [key for key in (*names, None) if homes.get(key) or unowned.get(key)]
    return [
        _notice(project, names.get(key or 0, ""), [(one, tasks[one.pk]) for one in homes.get(key, [])],
                unowned.get(key, []), _Frame(today, address, links or {}))
        for key in order
    ]  # fmt: skip


def open_participants(project: Project) -> list[User]:
    """Return the active people who own open work in the project. Two queries."""
    return list(User.objects.filter(pk__in=list(_tasks(project)[0]), is_active=True).order_by("sort_key", "pk"))


@dataclass(frozen=True)
class _Frame:
    today: date
    address: str
    links: Mapping[int, str]


def _tasks(project: Project) -> tuple[dict[int, list[_Task]], dict[int | None, list[_Task]]]:
    """Open tasks by owner, and those without an owner by department; what comes next comes first."""
    owned: dict[int, list[_Task]] = defaultdict(list)
    unowned: dict[int | None, list[_Task]] = defaultdict(list)
    rows = WorkItem.objects.filter(project=project, children__isnull=True).exclude(state__in=OVER)
    rows = rows.order_by("start", "finish", "rank")
    for owner, name, start, finish, department in rows.values_list("owner_id", "name", "start", "finish", "department_id"):
        task = _Task(name, start, finish, department)
        if owner is None:
            unowned[task.department].append(task)
        else:
            owned[owner].append(task)
    return owned, unowned


def _notice(
    project: Project, name: str, people: list[tuple[User, list[_Task]]], unowned: list[_Task], frame: _Frame
) -> DepartmentNotice:
    title = name or _("Without department")
    lines = [_("[%(project)s] %(department)s: your tasks") % {"project": project.name, "department": title}]
    for person, tasks in people:
        lines += ["", f"@{person.name}", *_lines(tasks, frame.today)]
        if person.pk in frame.links:
            lines.append(_("Your own way in (7 days, works once): %(link)s") % {"link": frame.links[person.pk]})
    if unowned:
        lines += ["", _("Nobody yet"), *_lines(unowned, frame.today)]
    lines += ["", _("Plan and progress: %(address)s") % {"address": frame.address}]
    return DepartmentNotice(title, "\n".join(lines), tuple(person.pk for person, _ in people))


def _lines(tasks: list[_Task], today: date) -> list[str]:
    lines = [f"{number}. {task.name}　{_period(task, today)}".rstrip("　") for number, task in enumerate(tasks[:MOST_TASKS], 1)]
    more = len(tasks) - MOST_TASKS
    return [*lines, _("… and %(count)s more") % {"count": more}] if more > 0 else lines


def _period(task: _Task, today: date) -> str:
    if task.start is None or task.finish is None:
        return ""
    first, last = f"{task.start.month}/{task.start.day}", f"{task.finish.month}/{task.finish.day}"
    days = first if first == last else f"{first}–{last}"
    if task.finish < today:
        return _("%(days)s (overdue)") % {"days": days}
    if task.finish == today:
        return _("%(days)s (due today)") % {"days": days}
    return days
