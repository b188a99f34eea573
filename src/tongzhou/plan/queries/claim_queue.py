"""The tasks that a person is to claim for a department, and those that departments handed back, as rows of the workbench."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.lib.telling import BLOCK, LATE, Owed
from tongzhou.people.models import User
from tongzhou.plan.access import OVER
from tongzhou.plan.models import Claim, ClaimCall, WorkItem
from tongzhou.projects.models import Project, ProjectRole, Seat

DAY = 86_400
NAMED = 3


@dataclass(frozen=True)
class _Asked:
    """A department (0: the manager, of what was handed back) that is asked in a project, and its tasks."""

    project: int
    department: int
    name: str


def claims_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each department whose tasks `user` is to claim, and one for what was handed back to her as manager.

    Asked are the liaisons, and the heads where a department has none, once the manager asked the departments. Three queries,
    one where she holds no such seat.
    """
    asked = _asked_of(user)
    if not asked:
        return []
    calls = _calls({one.project for one in asked})
    tasks = _waiting(set(calls), {one.department for one in asked if one.department}, any(not one.department for one in asked))
    return [_row(one, calls[one.project], found, now) for one in asked if one.project in calls and (found := _of(one, tasks))]


def asked_liaisons(project: Project, departments: set[int]) -> dict[int, list[int]]:
    """Return who is asked for each of these departments: its liaison, else its head. One query."""
    rows = Seat.objects.filter(participation__project=project, participation__department__in=departments)
    seats = rows.values_list("participation__department_id", "kind", "holder_id")
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for department, kind, holder in seats:
        if holder is not None:
            found[department][kind].append(holder)
    return {key: kinds.get(Seat.Kind.LIAISON) or kinds.get(Seat.Kind.HEAD, []) for key, kinds in found.items()}


def _asked_of(user: User) -> list[_Asked]:
    """Return where `user` is asked. One query: seats and the manager's role, each with a call in its project.

    In a project that ended nothing is claimed any more.
    """
    calls = ClaimCall.objects.exclude(project__stage=Project.Stage.CLOSED)
    called = Exists(calls.filter(project=OuterRef("participation__project")))
    liaison = Seat.objects.filter(participation=OuterRef("participation"), kind=Seat.Kind.LIAISON, holder__isnull=False)
    first = Q(kind=Seat.Kind.LIAISON) | (Q(kind=Seat.Kind.HEAD) & ~Exists(liaison))
    seats = Seat.objects.filter(first, called, holder=user).exclude(participation__project__weight=Project.Weight.LIGHT)
    mine = seats.order_by().values_list(
        "participation__project_id", "participation__department_id", "participation__department__name"
    )
    of_manager = ProjectRole.objects.filter(
        Exists(calls.filter(project=OuterRef("project"))), user=user, kind=ProjectRole.Kind.MANAGER
    ).exclude(project__weight=Project.Weight.LIGHT)
    managed = of_manager.order_by().values_list("project_id", F("project_id") * 0, "project__number")
    return [_Asked(*row) for row in mine.union(managed, all=True)]


def _calls(projects: set[int]) -> dict[int, ClaimCall]:
    """Return the newest call of each project. One query."""
    rows = ClaimCall.objects.filter(project__in=projects).select_related("project", "by").order_by("pk")
    return {row.project_id: row for row in rows}


def _waiting(projects: set[int], departments: set[int], manages: bool) -> list[tuple[int, int, str, str]]:
    """Return (project, department, name, answer) of the tasks that no department has taken on. One query."""
    newest = Claim.objects.filter(work_item=OuterRef("pk")).order_by("-pk")
    rows: QuerySet[WorkItem] = WorkItem.objects.filter(project__in=projects, department__isnull=False).exclude(state__in=OVER)
    rows = rows.filter(~Exists(WorkItem.objects.filter(parent=OuterRef("pk"))))
    rows = rows.annotate(answer=Subquery(newest.values("answer")[:1]), given=Subquery(newest.values("department")[:1]))
    taken_on = Q(answer=Claim.Answer.CLAIMED, given=F("department_id"))
    # What nobody answered yet is null, of which "not" says nothing.
    rows = rows.filter(Q(answer__isnull=True) | ~taken_on)
    if not manages:
        rows = rows.filter(department__in=departments)
    columns = ("project_id", "department_id", "name", "answer", "given")
    return [
        (project, department, name, answer if given == department else "")
        for project, department, name, answer, given in rows.order_by("project_id", "rank").values_list(*columns)
    ]


def _of(one: _Asked, tasks: list[tuple[int, int, str, str]]) -> list[str]:
    """Return the names of the tasks that wait for this department; for the manager, those that were handed back."""
    returned = Claim.Answer.RETURNED.value
    return [
        name
        for project, department, name, answer in tasks
        if project == one.project
        and ((department == one.department and answer != returned) if one.department else answer == returned)
    ]


def _row(one: _Asked, call: ClaimCall, names: list[str], now: datetime) -> Owed:
    project, due = call.project, call.due
    link = reverse("claims", kwargs={"number": project.number})
    if one.department:
        title = ngettext("Claim %(count)s task for %(department)s", "Claim %(count)s tasks for %(department)s", len(names))
    else:
        title = ngettext("%(count)s task was handed back", "%(count)s tasks were handed back", len(names))
    shown = "、".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")
    late = due is not None and due < now
    soon = due is not None and (due - now).total_seconds() < DAY
    return Owed(
        icon="list-check",
        kind=_("Claims"),
        title=title % {"count": len(names), "department": one.name},
        link=f"{link}?department={one.department}" if one.department else link,
        second_line=" · ".join((project.name, shown)),
        due_at=due if one.department else None,
        state=BLOCK if late and one.department else LATE if soon or not one.department else "",
        key=f"claims-{project.pk}-{one.department}",
        word=_("Claim") if one.department else _("Look at it"),
        number=project.number,
        project=project.name,
        waits=call.by.name if one.department else "",
    )
