"""Who is told of what departments are asked for and promise. Of money no notice says an amount."""

from __future__ import annotations

from collections import defaultdict

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.projects.queries.asked import Answering
from tongzhou.resources.models import Commitment, CommitmentStep
from tongzhou.timeline.models import Event

KIND, NAMED = "commitment", 4
State = Commitment.State


def told_of_lines(event: Event) -> list[Told]:
    """Departments are asked: the head of each, or who is asked in her stead, and the liaison.

    Of an event a person is told once: who answers for several departments, of the lines of all in one.
    """
    rows = list(Commitment.objects.filter(pk__in=event.data["commitments"]).select_related("project").order_by("pk"))
    if not rows:
        return []
    project = rows[0].project
    answering = Answering([project.pk], timezone.localtime(event.at).date())
    seated = {key: {one.id for one in answering.seated(project.pk, key)} for key in {row.department_id for row in rows}}
    by_person = {person: frozenset(key for key in seated if person in seated[key]) for person in set().union(*seated.values())}
    together: dict[frozenset[int], list[int]] = defaultdict(list)
    for person, departments in sorted(by_person.items()):
        together[departments].append(person)
    told = []
    for departments, people in together.items():
        names = [row.what for row in rows if row.department_id in departments]
        words = {"project": project.name, "count": len(names)}
        title = _("%(project)s asks your department for %(count)s lines of resources: please answer") % words
        told.append(Told(tuple(people), KIND, title, "、".join(names[:NAMED]), _link(project)))
    return told


def told_of_line(event: Event) -> list[Told]:
    """A line changed or is no longer asked for: the department's head, or who is asked in her stead, and the liaison."""
    row = Commitment.objects.select_related("project", "department").get(pk=event.data["commitment"])
    words = {"by": event.actor_name, "what": row.what}
    if event.kind == "commitment-withdrawn":
        title = _("%(by)s asks no more for %(what)s") % words
    elif event.data["again"]:
        title = _("%(by)s changed %(what)s after it was answered: please answer again") % words
    else:
        title = _("%(by)s changed what is asked for: %(what)s") % words
    answering = Answering([row.project_id], timezone.localtime(event.at).date())
    people = tuple(dict.fromkeys(one.id for one in answering.seated(row.project_id, row.department_id)))
    return [Told(people, KIND, title, f"{row.project.name} · {row.department.name}", _link(row.project))]


def told_of_answers(event: Event) -> list[Told]:
    """Lines were answered: who asked for them, and the manager. Of an event a person is told once: all departments in one."""
    steps = CommitmentStep.objects.filter(pk__in=event.data["steps"]).select_related("commitment__department").order_by("pk")
    found = list(steps)
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if not found or project is None:
        return []
    by_department: dict[str, list[CommitmentStep]] = defaultdict(list)
    for step in found:
        by_department[step.commitment.department.name].append(step)
    title = "；".join(_answered(event.actor_name, name, steps) for name, steps in by_department.items())
    managers = ProjectRole.objects.filter(project=project, kind=ProjectRole.Kind.MANAGER).values_list("user_id", flat=True)
    people = tuple(dict.fromkeys((*managers, *(step.commitment.asked_by_id for step in found))))
    names = "、".join(step.commitment.what for step in found[:NAMED])
    return [Told(people, KIND, title, f"{project.name} · {names}", _link(project))]


def _answered(by: str, department: str, steps: list[CommitmentStep]) -> str:
    counts = [sum(step.kind == kind for step in steps) for kind in (State.CONFIRMED, State.TRIMMED, State.DECLINED)]
    words = {"by": by, "department": department}
    words |= {"confirmed": str(counts[0]), "trimmed": str(counts[1]), "declined": str(counts[2])}
    return _("%(department)s answered: %(confirmed)s promised, %(trimmed)s less, %(declined)s not (%(by)s)") % words


def _link(project: Project) -> str:
    return reverse("commitments", args=[project.number])
