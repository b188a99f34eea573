"""Who is told of what happens to plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.lib.web import item_address, project_address
from tongzhou.people.models import Department
from tongzhou.plan.models import ClaimCall, Deliverable, DeliverableStep, WorkItem
from tongzhou.plan.queries.claim_queue import asked_liaisons
from tongzhou.plan.queries.claims import claims_of, unclaimed
from tongzhou.plan.queries.publication import Content, ListDifference, content_of, list_difference
from tongzhou.plan.queries.years import managers_of, projects_into
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.signoffs.models import Sheet
from tongzhou.timeline.models import Change, Event

NAMED, MOST_LINES = 5, 12
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


def told_of_deliverables(event: Event) -> list[Told]:
    """Departments are asked for deliverables: each one's liaison, without one its head. Three queries."""
    project = Project.objects.filter(pk=event.project_id or 0).first()
    rows = Deliverable.objects.filter(pk__in=event.data["deliverables"], removed_at=None).order_by("pk")
    by_department: dict[int, list[str]] = defaultdict(list)
    for department, name in rows.filter(department__isnull=False).values_list("department_id", "name"):
        by_department[department].append(name)
    if project is None or not by_department:
        return []
    told = []
    for department, people in _seated(project, by_department).items():
        names = by_department[department]
        words = {"project": project.name, "count": len(names), "names": _named(names)}
        title = _("%(project)s asks your department for %(count)s deliverables") % words
        told.append(Told(people, "deliverable", title, _named(names), project_address("deliverables", project.number)))
    return told


def told_of_deliverable(event: Event) -> list[Told]:
    """What was asked for changed: the department's liaison, and who submitted it. Four queries."""
    row = _deliverable(event)
    if row is None:
        return []
    words = {"name": row.name, "by": event.actor_name}
    titles = {
        "deliverable-changed": _("%(by)s changed what is asked for: %(name)s"),
        "deliverable-removed": _("%(by)s took off the list: %(name)s"),
        "deliverable-restored": _("%(by)s put back on the list: %(name)s"),
    }
    seated = _seated(row.project, [row.department_id or 0])
    people = dict.fromkeys((*seated.get(row.department_id or 0, ()), *_submitters(row)))
    return [Told(tuple(people), "deliverable", titles[event.kind] % words, row.project.name, _link(row))]


def told_of_delivery(event: Event) -> list[Told]:
    """Submitted or taken back: who may accept it. Accepted or returned: who submitted it, and the department's liaison."""
    row = _deliverable(event)
    if row is None:
        return []
    step = DeliverableStep.objects.get(pk=event.data["step"])
    words = {"name": row.name, "by": event.actor_name}
    titles = {
        "deliverable-submitted": _("%(by)s submitted %(name)s: please accept or return it"),
        "deliverable-taken-back": _("%(by)s took back %(name)s"),
        "deliverable-accepted": _("%(by)s accepted %(name)s"),
        "deliverable-returned": _("%(by)s returned %(name)s"),
    }
    if event.kind in ("deliverable-submitted", "deliverable-taken-back"):
        people = _judges(row)
    else:
        seated = _seated(row.project, [row.department_id or 0])
        people = tuple(dict.fromkeys((*_submitters(row), *seated.get(row.department_id or 0, ()))))
    return [Told(people, "deliverable", titles[event.kind] % words, step.note or row.project.name, _link(row))]


def _deliverable(event: Event) -> Deliverable | None:
    return Deliverable.objects.select_related("project").filter(pk=event.data["deliverable"]).first()


def _submitters(row: Deliverable) -> list[int]:
    return list(row.steps.filter(kind=DeliverableStep.Kind.SUBMITTED).order_by("-pk").values_list("by", flat=True)[:1])


def _seated(project: Project, departments: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return for each department its liaison, without one its head. One query."""
    seats = Seat.objects.filter(participation__project=project, participation__department__in=list(departments))
    # "head" comes before "liaison", which takes its place.
    rows = seats.order_by("kind").values_list("participation__department_id", "holder_id")
    return {department: (holder,) for department, holder in rows}


def _judges(row: Deliverable) -> tuple[int, ...]:
    """Return who accepts it: general lead, quality supervisor, the department's head; without any of them the manager."""
    kinds = (ProjectRole.Kind.GENERAL_LEAD, ProjectRole.Kind.QUALITY, ProjectRole.Kind.MANAGER)
    roles = list(ProjectRole.objects.filter(project=row.project_id, kind__in=kinds).values_list("kind", "user_id"))
    heads = Seat.objects.filter(participation__project=row.project_id, kind=Seat.Kind.HEAD)
    found = [user for kind, user in roles if kind != ProjectRole.Kind.MANAGER]
    found += heads.filter(participation__department=row.department_id).values_list("holder_id", flat=True)
    return tuple(dict.fromkeys(found or [user for _kind, user in roles]))


def _link(row: Deliverable) -> str:
    return reverse("deliverable", args=[row.project.number, row.pk])


def told_of_call(event: Event) -> list[Told]:
    """The manager asks: the liaison (else the head) of each department with tasks that nobody claimed."""
    project = Project.objects.get(pk=event.project_id or 0)
    call = ClaimCall.objects.get(pk=event.data["call"])
    waiting: dict[int, list[str]] = defaultdict(list)
    for row in unclaimed(claims_of(project)):
        if row.department is not None:
            waiting[row.department].append(row.name)
    names = dict(Department.objects.filter(pk__in=waiting).values_list("pk", "name"))
    due = timezone.localtime(call.due).strftime("%Y-%m-%d %H:%M") if call.due else ""
    found = []
    for department, people in sorted(asked_liaisons(project, set(waiting)).items()):
        words = {"project": project.name, "count": len(waiting[department]), "department": names[department]}
        title = _("%(project)s: please claim %(count)s tasks for %(department)s") % words
        text = _named(waiting[department]) + (f"\n{_('by %(due)s') % {'due': due}}" if due else "")
        link = f"{project_address('claims', project.number)}?department={department}"
        found.append(Told(tuple(people), "claim", title, text, link, herself=True))
    return found


def told_of_claims(event: Event) -> list[Told]:
    """The managers, once every task is claimed."""
    project = Project.objects.get(pk=event.project_id or 0)
    if unclaimed(claims_of(project)):
        return []
    title = _("%(project)s: every task is claimed; the list can be published") % {"project": project.name}
    return [Told(_managers(project), "claim", title, "", project_address("task_list", project.number))]


def told_of_returns(event: Event) -> list[Told]:
    """The managers: what a department does not take on, and why."""
    project = Project.objects.get(pk=event.project_id or 0)
    rows = WorkItem.objects.filter(pk__in=event.data["items"]).order_by("pk").values_list("name", flat=True)
    words = {"project": project.name, "name": event.actor_name, "count": len(event.data["items"])}
    title = _("%(project)s: %(name)s handed back %(count)s tasks") % words
    text = f"{_named(list(rows))}\n{event.data['reason']}"
    return [Told(_managers(project), "claim", title, text, project_address("claims", project.number))]


def told_of_publication(event: Event) -> list[Told]:
    """Those concerned by the list that is in force now: the first time their tasks, later what changed for them."""
    project = Project.objects.get(pk=event.project_id or 0)
    sheets = Sheet.objects.in_bulk([event.data["sheet"], event.data["before"]])
    content = content_of(sheets[event.data["sheet"]])
    before = sheets.get(event.data["before"])
    lines = _lines(list_difference(content_of(before), content)) if before else _first_lines(content)
    concerned = _concerned(project, lines)
    title = _("%(project)s: version %(version)s of the task list is published")
    words = {"project": project.name, "version": event.data["version"]}
    link = project_address("task_list", project.number)
    if before:
        link += f"difference/?before={before.version}&after={event.data['version']}"
    grouped: dict[str, list[int]] = defaultdict(list)
    for person, texts in concerned.items():
        grouped["\n".join(texts[:MOST_LINES]) + ("\n…" if len(texts) > MOST_LINES else "")].append(person)
    return [Told(tuple(sorted(people)), "claim", title % words, text, link, herself=True) for text, people in grouped.items()]


@dataclass(frozen=True)
class Line:
    """What is said of a task (by its id), and of which department by its name."""

    item: int
    department: str
    text: str


def _lines(difference: ListDifference) -> list[Line]:
    found = [
        Line(
            row["id"], row["department"], _("new: %(task)s, until %(day)s") % {"task": row["name"], "day": row["finish"] or "—"}
        )
        for row in difference.added
    ]
    found += [Line(row["id"], row["department"], _("gone: %(task)s") % {"task": row["name"]}) for row in difference.removed]
    for one in difference.changed:
        parts = "；".join(f"{part.label} {part.before or '—'} → {part.after or '—'}" for part in one.fields)
        found.append(Line(one.id, one.department, f"{one.name}：{parts}"))
    return found


def _first_lines(content: Content) -> list[Line]:
    words = [(row, {"task": row["name"], "day": row["finish"] or "—"}) for row in content["items"]]
    return [Line(row["id"], row["department"], _("%(task)s, until %(day)s") % known) for row, known in words]


def _concerned(project: Project, lines: list[Line]) -> dict[int, list[str]]:
    """Return what is said to each person: the owner of a task, and who holds the seats of its department. Two queries."""
    owners = dict(WorkItem.objects.filter(project=project, owner__isnull=False).values_list("pk", "owner_id"))
    seats: dict[str, set[int]] = defaultdict(set)
    rows = Seat.objects.filter(participation__project=project, holder__isnull=False)
    for name, holder in rows.values_list("participation__department__name", "holder_id"):
        seats[name].add(holder)
    found: dict[int, list[str]] = defaultdict(list)
    for line in lines:
        owner = {owners[line.item]} if line.item in owners else set()
        for person in owner | seats.get(line.department, set()):
            found[person].append(line.text)
    return found


def _managers(project: Project) -> tuple[int, ...]:
    rows = ProjectRole.objects.filter(project=project, kind=ProjectRole.Kind.MANAGER)
    return tuple(rows.order_by("pk").values_list("user_id", flat=True))
