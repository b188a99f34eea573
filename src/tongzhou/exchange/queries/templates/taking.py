"""A project as a template: people become roles, dates become offsets; nothing of what was done in it is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.exchange.queries.templates import document as parts
from tongzhou.exchange.queries.templates.beside import Beside
from tongzhou.exchange.queries.templates.document import Document, days_of
from tongzhou.exchange.queries.templates.laying import offset_of
from tongzhou.people.models import Department, User
from tongzhou.plan.models import KeyMilestone, Supporter, WorkItem
from tongzhou.plan.queries.calendars import calendars_of
from tongzhou.plan.queries.network import project_start
from tongzhou.plan.queries.tree import Item, edges_of, items_of
from tongzhou.projects.access import rules_of
from tongzhou.projects.models import Participation, Project, ProjectRole, ScopeItem, Seat

PARTS = {
    "texts": _("Background, core objective, success criteria"),
    "departments": _("Departments with their duties"),
    "people": _("Seats and roles, without the people’s names"),
    "scope": _("Scope"),
    "objectives": _("Objectives with their targets, without measured values"),
    "communication": _("Communication plan without links"),
    "agenda": _("Agenda of the kickoff"),
    "tasks": _("Tasks with relative dates, links and milestones"),
    "details": _("Results, delivery standards, risk points and quantities of tasks"),
    "deliverables": _("Deliverables with their standards"),
    "asked": _("Resources asked for; amounts of money are left open"),
    "resources": _("Resource needs and remarks of tasks (look whether amounts stand there)"),
}
"""What can be taken along, in words."""
USUAL = tuple(name for name in PARTS if name != "resources")
DETAILS = {"key_output": "output", "delivery_standard": "standard", "risk_point": "risk", "unit": "unit"}


def document_from(project: Project, name: str, taken: Collection[str]) -> Document:
    """Return a project as a template with the parts `taken`. At most 26 queries."""
    taking = _Taking(project, taken)
    tasks = taking.tasks() if "tasks" in taken else ()
    scope = taking.scope() if "scope" in taken else parts.Scope()
    codes = {item.id: item.code for item in taking.items} if "tasks" in taken else {}
    beside = Beside(project, taking.calendar, taking.start, taking.department, taking.position, codes)
    objectives = beside.objectives() if "objectives" in taken else ()
    deliverables = beside.deliverables() if "deliverables" in taken else ()
    commitments = beside.commitments() if {"asked", "departments"} <= set(taken) else ()
    return Document(
        name=name,
        kind=project.kind,
        weight=project.weight,
        texts=beside.texts() if "texts" in taken else parts.Texts(),
        objectives=objectives,
        agenda=beside.agenda() if "agenda" in taken and rules_of(project).seats else (),
        communication=beside.communication() if "communication" in taken else (),
        deliverables=deliverables,
        commitments=commitments,
        scope=scope,
        tasks=tasks,
        departments=taking.departments(),
        positions=tuple(taking.positions.values()),
    )


@dataclass
class _Taking:
    """Collects departments and people while parts name them."""

    project: Project
    taken: Collection[str]
    keys: dict[int, str] = field(default_factory=dict)
    """The key of each department by its id, in the order in which it was named."""
    positions: dict[str, parts.Position] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)
    """The key of the position that stands for a person, by her id."""
    unnamed: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.parts = list(Participation.objects.filter(project=self.project))
        self.names = dict(Department.objects.values_list("pk", "name"))
        self.items = items_of(self.project)
        self.calendar = calendars_of(self.project, self.items).standard
        self.start = project_start(self.items, self.project.starts_on, self.project.created_at.date())
        if "departments" in self.taken:
            for row in self.parts:
                self.department(row.department_id)
        if "people" in self.taken:
            self._seats_and_roles()

    def department(self, pk: int | None) -> str:
        """Return the key of a department; none where departments are not taken."""
        if pk is None or "departments" not in self.taken:
            return ""
        return self.keys.setdefault(pk, f"d{len(self.keys) + 1}")

    def departments(self) -> tuple[parts.Department, ...]:
        rows = {row.department_id: row for row in self.parts}
        return tuple(
            parts.Department(
                key,
                self.names[pk],
                part=rows[pk].kind if pk in rows else "none",
                initiating=pk in rows and rows[pk].is_initiating,
                duty=rows[pk].duty if pk in rows else "",
                deliverables=rows[pk].deliverables if pk in rows else "",
            )
            for pk, key in self.keys.items()
        )

    def _seats_and_roles(self) -> None:
        """Seats before roles: who owns a task is found by her seat first."""
        seats = Seat.objects.filter(participation__project=self.project).order_by("participation", "-kind")
        for seat in seats.select_related("participation") if "departments" in self.taken else ():
            key = f"{self.department(seat.participation.department_id)}-{seat.kind}"
            name = f"{self.names[seat.participation.department_id]}{Seat.Kind(seat.kind).label}"
            self.positions[key] = parts.Position(
                key, name, self.department(seat.participation.department_id), seat.kind, may_decide=seat.may_decide
            )
            self.places.setdefault(seat.holder_id, key)
        several: dict[str, int] = defaultdict(int)
        for role in ProjectRole.objects.filter(project=self.project).exclude(kind=ProjectRole.Kind.MEMBER):
            several[role.kind] += 1
            key = role.kind if several[role.kind] == 1 else f"{role.kind}-{several[role.kind]}"
            self.positions[key] = parts.Position(key, str(ProjectRole.Kind(role.kind).label), role=role.kind)
            self.places.setdefault(role.user_id, key)

    def position(self, pk: int | None, people: dict[int, User] | None = None) -> str:
        """Return the key of the position that stands for a person: by her title, or as one of her department's."""
        if pk is None or "people" not in self.taken:
            return ""
        if pk not in self.places:
            person = (people or _people([pk]))[pk]
            home = self.keys.get(person.department_id or 0, "")
            stem = person.title or f"{self.names.get(person.department_id or 0, '')}人员"
            self.unnamed[stem] += 1
            name = f"{stem}{self.unnamed[stem]}" if self.unnamed[stem] > 1 or not person.title else stem
            key = f"p{len(self.positions) + 1}"
            self.positions[key] = parts.Position(key, name[:80], home)
            self.places[pk] = key
        return self.places[pk]

    def scope(self) -> parts.Scope:
        rows = list(ScopeItem.objects.filter(project=self.project))
        sides = {
            kind: tuple(parts.ScopeLine(row.text, self.department(row.department_id)) for row in rows if row.kind == kind)
            for kind in ScopeItem.Kind.values
        }
        return parts.Scope(sides[ScopeItem.Kind.IN], sides[ScopeItem.Kind.OUT])

    def tasks(self) -> tuple[parts.Task, ...]:
        """Return the plan: starts that were typed as offsets, links with their lags; progress stays behind."""
        items, codes = self.items, {item.id: item.code for item in self.items}
        helpers = list(Supporter.objects.filter(work_item__project=self.project))
        named = [key for item in items for key in (item.owner, item.stand_in)]
        people = _people([*named, *(row.user_id for row in helpers)])
        waits, supporters = self._waits(codes), self._supporters(helpers, people)
        columns = ("urgency", *DETAILS, "quantity", "resource_need", "remark")
        said = {row["pk"]: row for row in WorkItem.objects.filter(project=self.project).values("pk", *columns)}
        tied = KeyMilestone.objects.filter(project=self.project, work_item__isnull=False)
        milestones = set(tied.values_list("work_item", flat=True))
        return tuple(
            parts.Task(
                key=item.code,
                name=item.name,
                parent=item.code.rpartition(".")[0],
                code=item.source_code,
                key_milestone=item.id in milestones,
                department=self.department(item.department),
                owner=self.position(item.owner, people),
                stand_in=self.position(item.stand_in, people),
                supporters=tuple(supporters[item.id]),
                predecessors=tuple(waits[item.id]),
                **_dates(item, self.calendar, self.start),
                **self._details(said[item.id]),
            )
            for item in items
        )

    def _waits(self, codes: dict[int, str]) -> dict[int, list[parts.Predecessor]]:
        found: dict[int, list[parts.Predecessor]] = defaultdict(list)
        for edge in edges_of(self.project):
            lag = days_of(edge.lag, elapsed=edge.elapsed)
            within = None if edge.within is None else days_of(edge.within)
            found[edge.successor].append(parts.Predecessor(codes[edge.predecessor], edge.kind, lag, edge.elapsed, within))
        return found

    def _supporters(self, helpers: Iterable[Supporter], people: dict[int, User]) -> dict[int, list[parts.Supporter]]:
        found: dict[int, list[parts.Supporter]] = defaultdict(list)
        for row in helpers:
            department = self.department(row.department_id)
            position = "" if department else self.position(row.user_id, people)
            if department or position:
                found[row.work_item_id].append(parts.Supporter(department, position, row.content))
        return found

    def _details(self, row: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"urgency": row["urgency"]}
        if "details" in self.taken:
            found |= {name: row[column] for column, name in DETAILS.items()}
            found["quantity"] = None if row["quantity"] is None else float(row["quantity"])
        if "resources" in self.taken:
            found |= {"resource": row["resource_need"], "remark": row["remark"]}
        return found


def _dates(item: Item, calendar: WorkingCalendar, start: date) -> dict[str, Any]:
    typed = (item.typed_finish or item.typed_start) if item.is_milestone else item.typed_start
    found: dict[str, Any] = {"deadline": None if item.deadline is None else offset_of(calendar, start, item.deadline)}
    if not item.leaf:
        return found
    held = None if item.typed_start is None or typed is None else offset_of(calendar, start, typed)
    days = 1 if item.is_milestone else days_of(item.duration)
    return found | {"milestone": item.is_milestone, "start": held, "days": days, "fixed": item.constraint == "MSO"}


def _people(keys: Iterable[int | None]) -> dict[int, User]:
    return User.objects.in_bulk([key for key in set(keys) if key is not None])
