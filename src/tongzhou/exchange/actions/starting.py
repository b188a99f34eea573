"""A project from a template, in one transaction, through the actions of the rooms below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.exchange.actions.promises import Begun, bring_promises
from tongzhou.exchange.events import ProjectStartedFromTemplate
from tongzhou.exchange.queries.templates.document import Department as Row
from tongzhou.exchange.queries.templates.document import Document, Position
from tongzhou.exchange.queries.templates.laying import Chosen, Wanted, specs_of
from tongzhou.exchange.queries.templates.planning import Planned, plan_of
from tongzhou.lib.access import Refused, require
from tongzhou.people.models import Department, User
from tongzhou.plan.actions import MilestoneSpec, bring_in, set_key_milestones
from tongzhou.projects.access import RULES, asked_of, can_create_project
from tongzhou.projects.actions import Part, ScopeLine, create_project, give_role, let_decide, seat, set_participation, set_scope
from tongzhou.projects.models import Participation, Project, ProjectRole, ScopeItem
from tongzhou.timeline.actions import Subject, record

PARTS = ("lead", "support", "supervise")


@dataclass(frozen=True)
class Source:
    """Which template a project is started from: its key, name and edition as the record tells them, and its content."""

    key: str
    name: str
    edition: int
    document: Document


def start_from_template(*, by: User, source: Source, wanted: Wanted, now: datetime) -> Project:
    """Start a project that `by` manages: departments, seats, roles, scope, plan and milestones, dates on working days.

    Departments and people of the template that nobody was chosen for are left out, and what they own is nobody's.
    :raises Refused: if `by` may not, or a rule of the rooms below forbids a part; then nothing is written.
    """
    require(can_create_project(by))
    document = source.document
    weight = wanted.weight or document.weight
    departments = _departments(wanted.chosen, document)
    people = _people(wanted.chosen)
    lead = next((departments[one.key] for one in document.departments if one.part == "lead" and one.key in departments), None)
    if lead is None and weight in RULES and RULES[weight].lead_department:
        raise Refused("lead-needed", _("Choose the department that leads."), _lead_field(document))
    planned = plan_of(document, wanted, now)
    with transaction.atomic():
        project = create_project(
            by=by,
            number=wanted.number or None,
            manager=by,
            lead=lead,
            now=now,
            basics={
                "name": wanted.name.strip(),
                "kind": document.kind,
                "weight": weight,
                "starts_on": planned.start,
                "ends_on": planned.finish,
                "objective": document.texts.objective,
                "background": document.texts.background,
            },
        )
        start = _Start(by, project, document, planned, departments, people, wanted.chosen, now)
        start.bring_departments()
        start.bring_people()
        if "scope" in asked_of(project):
            start.bring_scope()
        ids = start.bring_plan()
        bring_promises(Begun(by, project, document, planned, departments, people, wanted.chosen, ids, now))
        left_out = tuple(one.name for one in document.departments if one.key not in departments and one.part in PARTS)
        event = ProjectStartedFromTemplate(project.pk, source.key, source.name, source.edition, len(document.tasks), left_out)
        record(event, by=by, now=now, subject=Subject("project", project.pk, project.name), project=project.pk)
    return project


@dataclass
class _Start:
    """A project on its way: what each part of the template becomes in it."""

    by: User
    project: Project
    document: Document
    planned: Planned
    departments: dict[str, Department]
    people: dict[int, User]
    chosen: Chosen
    now: datetime

    def bring_departments(self) -> None:
        """Let the chosen departments take part; several of the template that are one here take part once."""
        placed: dict[int, list[Row]] = {}
        for one in self.document.departments:
            if one.key in self.departments and one.part in PARTS:
                placed.setdefault(self.departments[one.key].pk, []).append(one)
        known = {row.pk: row for row in self.departments.values()}
        for pk, rows in placed.items():
            part = Part(
                min((one.part for one in rows), key=PARTS.index),
                "；".join(dict.fromkeys(one.duty for one in rows if one.duty)),
                "；".join(dict.fromkeys(one.deliverables for one in rows if one.deliverables)),
                # Without one of the template it is the lead.
                True if any(one.initiating for one in rows) else None,
            )
            set_participation(by=self.by, project=self.project, department=known[pk], part=part, now=self.now)

    def bring_people(self) -> None:
        """Give roles and seats; where the weight knows no seats, who would have had one is a member."""
        parts = {row.department_id: row for row in Participation.objects.filter(project=self.project)}
        seated = RULES[self.project.weight].seats
        for position, person in self._holders():
            if position.role and position.role != ProjectRole.Kind.MANAGER:
                give_role(by=self.by, project=self.project, person=person, role=position.role, now=self.now)
            if position.seat and seated and position.department in self.departments:
                self._seat(position, person, parts[self.departments[position.department].pk])
            elif not position.role and person.pk != self.by.pk:
                give_role(by=self.by, project=self.project, person=person, role=ProjectRole.Kind.MEMBER, now=self.now)

    def _holders(self) -> Iterator[tuple[Position, User]]:
        for position in self.document.positions:
            person = self.people.get(self.chosen.people.get(position.key, 0))
            if person is not None:
                yield position, person

    def _seat(self, position: Position, person: User, part: Participation) -> None:
        seat(by=self.by, participation=part, kind=position.seat, holder=person, now=self.now)
        if position.may_decide:
            let_decide(by=self.by, participation=part, kind=position.seat, text=position.may_decide, now=self.now)

    def bring_scope(self) -> None:
        """Write what is included and excluded."""
        scope = self.document.scope
        sides = ((ScopeItem.Kind.IN, scope.included), (ScopeItem.Kind.OUT, scope.excluded))
        lines = [ScopeLine(kind, line.text, self.departments.get(line.department)) for kind, side in sides for line in side]
        if lines:
            set_scope(by=self.by, project=self.project, lines=lines, now=self.now)

    def bring_plan(self) -> dict[str, int]:
        """Write the tasks with their links, and the key milestones on their days; return the ids by their keys."""
        if not self.document.tasks:
            return {}
        items, links = specs_of(self.document, self.chosen, self.planned.days)
        brought = bring_in(by=self.by, project=self.project, items=items, links=links, now=self.now)
        milestones = [
            MilestoneSpec(task.name[:120], self.planned.dates[task.key].finish, brought.ids[task.key])
            for task in self.document.tasks
            if task.key_milestone
        ]
        if milestones:
            set_key_milestones(by=self.by, project=self.project, milestones=milestones, now=self.now)
        return brought.ids


def _departments(chosen: Chosen, document: Document) -> dict[str, Department]:
    """Return the chosen departments by the keys of the template.

    :raises Refused: if there is no such department.
    """
    known = {one.key for one in document.departments}
    wanted = {key: pk for key, pk in chosen.departments.items() if key in known}
    rows = Department.objects.in_bulk(list(wanted.values()))
    for key, pk in wanted.items():
        if pk not in rows:
            raise Refused("department-unknown", _("There is no such department."), f"department-{key}")
    return {key: rows[pk] for key, pk in wanted.items()}


def _people(chosen: Chosen) -> dict[int, User]:
    """Return the chosen people by their ids.

    :raises Refused: if one of them does not work here.
    """
    rows = {row.pk: row for row in User.objects.filter(pk__in=chosen.people.values(), is_active=True)}
    for key, pk in chosen.people.items():
        if pk not in rows:
            raise Refused("person-unknown", _("There is no such person."), f"person-{key}")
    return rows


def _lead_field(document: Document) -> str:
    return next((f"department-{one.key}" for one in document.departments if one.part == "lead"), "")
