"""What the start of a project from a template brought to each person: who she is in it, her tasks, what she is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tongzhou.plan.models import Deliverable, WorkItem
from tongzhou.projects.models import Objective, Project, ProjectRole, Seat
from tongzhou.projects.queries.asked import Answering
from tongzhou.resources.models import Commitment
from tongzhou.timeline.models import Event

STARTED = "project-started-from-template"
Task = tuple[str, date | None, date | None]
"""Name, start, finish."""


@dataclass
class Brought:
    """What came to one person, in words and counts."""

    roles: list[str] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    objectives: int = 0
    answers: int = 0
    """Resources that her department is asked for, and she is to answer."""
    deliverables: int = 0


def part_of_start(event: Event) -> list[str]:
    """Return why an event is not told by itself: the project's start from a template, which it belongs to, tells it in one.

    All that a start does lies in one transaction before the event of the start itself. One query.
    """
    if event.project_id is None or event.kind == STARTED:
        return []
    later = Event.objects.filter(project_id=event.project_id, pk__gt=event.pk, kind=STARTED)
    return [STARTED] if later.exists() else []


def brought_by_start(project: Project, today: date) -> dict[int, Brought]:
    """Return what each person has in a project that just began, by her id. At most nine queries."""
    found: dict[int, Brought] = defaultdict(Brought)
    for person, word in _roles(project):
        found[person].roles.append(word)
    for person, task in _tasks(project):
        found[person].tasks.append(task)
    for person in Objective.objects.filter(project=project, owner__isnull=False).order_by().values_list("owner_id", flat=True):
        found[person or 0].objectives += 1
    answering = Answering([project.pk], today)
    for department in Commitment.objects.filter(project=project).order_by("pk").values_list("department_id", flat=True):
        for person in {one.id for one in answering.seated(project.pk, department)}:
            found[person].answers += 1
    asked = Deliverable.objects.filter(project=project, removed_at=None, department__isnull=False).order_by("pk")
    for of in asked.values_list("department_id", flat=True):
        # The liaison, without one the head.
        for one in answering.seated(project.pk, of)[-1:]:
            found[one.id].deliverables += 1
    return dict(found)


def _roles(project: Project) -> Iterator[tuple[int, str]]:
    """Yield each person with what she is; that she takes part only where she is nothing else."""
    seats = Seat.objects.filter(participation__project=project, holder__isnull=False).order_by("pk")
    rows = list(seats.values_list("holder_id", "participation__department__name", "kind"))
    roles = list(ProjectRole.objects.filter(project=project).order_by("pk").values_list("user_id", "kind"))
    busy = {person for person, _department, _kind in rows}
    busy |= {person for person, kind in roles if kind != ProjectRole.Kind.MEMBER}
    for person, kind in roles:
        if kind != ProjectRole.Kind.MEMBER or person not in busy:
            yield person, str(ProjectRole.Kind(kind).label)
    for holder, department, kind in rows:
        yield holder or 0, f"{department}{Seat.Kind(kind).label}"


def _tasks(project: Project) -> Iterator[tuple[int, Task]]:
    """Yield the owner of each task with it, what begins first before the others."""
    rows = WorkItem.objects.filter(project=project, owner__isnull=False).order_by("rank", "pk")
    columns = rows.values_list("owner_id", "name", "start", "finish", "typed_start", "typed_finish")
    found = [(owner, (name, start or typed, finish or until)) for owner, name, start, finish, typed, until in columns]
    for owner, task in sorted(found, key=lambda row: row[1][1] or date.max):
        yield owner or 0, task
