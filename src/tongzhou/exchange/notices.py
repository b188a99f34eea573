"""Who is told of imports, and of projects that began from a template."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.exchange.queries.brought import Brought, brought_by_start
from tongzhou.lib.telling import Told
from tongzhou.lib.web import project_address
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.timeline.models import Event

Role = ProjectRole.Kind
NAMED = 3


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


def told_of_start(event: Event) -> list[Told]:
    """A project began from a template: everybody in it hears once what she is there, her tasks, and what she is asked for."""
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if project is None:
        return []
    found = brought_by_start(project, timezone.localtime(event.at).date())
    return [_told_of_start(event, project, person, brought) for person, brought in sorted(found.items())]


def _told_of_start(event: Event, project: Project, person: int, brought: Brought) -> Told:
    words = {"project": project.name, "roles": "、".join(brought.roles)}
    title = _("You are in “%(project)s”: %(roles)s") % words if brought.roles else _("You are in “%(project)s”") % words
    return Told((person,), "start", title, "\n".join(_lines(event, project, brought)), _link(project, brought))


def _lines(event: Event, project: Project, brought: Brought) -> list[str]:
    """Return what is hers, a line each; who began it and its days last."""
    counts = {"tasks": len(brought.tasks), "names": "、".join(_named(*task) for task in brought.tasks[:NAMED])}
    counts["more"] = "…" if len(brought.tasks) > NAMED else ""
    found = [_("Your tasks: %(tasks)s. %(names)s%(more)s") % counts] if brought.tasks else []
    for number, text in (
        (brought.answers, _("Your department is asked for %(count)s lines of resources: please answer.")),
        (brought.deliverables, _("Deliverables of your department: %(count)s.")),
        (brought.objectives, _("Objectives that you own: %(count)s.")),
    ):
        if number:
            found.append(text % {"count": number})
    days = {"start": _day(project.starts_on), "finish": _day(project.ends_on), "name": event.actor_name}
    return [*found, _("%(start)s to %(finish)s, started by %(name)s") % days]


def _named(name: str, start: date | None, finish: date | None) -> str:
    days = "–".join(dict.fromkeys(f"{day:%m-%d}" for day in (start, finish) if day))
    return f"{name} {days}".strip()


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"


def _link(project: Project, brought: Brought) -> str:
    """Return where she begins: what she has to answer, else her tasks, else the project."""
    if brought.answers:
        return reverse("commitments", args=[project.number])
    if brought.tasks:
        return project_address("plan", project.number) + "?view=mine"
    return reverse("project_start", args=[project.number])
