"""Who sees a project, and who may change it. One rule feeds every door: `Standing`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.http import Http404

from tongzhou.lib import clock
from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.lib.reading import read_once
from tongzhou.lib.registry import SIGHTS
from tongzhou.people.models import User
from tongzhou.projects.models import Participation, Project, ProjectRole, Seat

Role = ProjectRole.Kind
Weight = Project.Weight
MANAGER, LIAISON = "manager", "liaison"


@dataclass(frozen=True)
class Rules:
    """What a weight of the process asks for: which forms apply, and who may what. Nothing else decides by the weight."""

    seats: bool
    lead_department: bool
    charter: bool
    lead_signs: bool
    raci: bool
    claims: bool
    hand_overs: bool
    change_requests: bool
    approvals: bool
    members_report_own: bool
    edits_wbs: frozenset[str]
    apart: frozenset[frozenset[str]] = frozenset()
    """Pairs of roles that one person does not hold together; without any, one person may hold them all."""


_JUDGES = frozenset({Role.MANAGER.value, Role.QUALITY.value})
_LEADS = frozenset({Role.MANAGER.value, Role.GENERAL_LEAD.value})
_STANDARD = Rules(
    seats=True,
    lead_department=True,
    charter=True,
    lead_signs=False,
    raci=True,
    claims=True,
    hand_overs=True,
    change_requests=True,
    approvals=True,
    members_report_own=True,
    edits_wbs=frozenset({MANAGER, LIAISON}),
    apart=frozenset({_JUDGES}),
)
_LIGHT = Rules(
    seats=False,
    lead_department=False,
    charter=False,
    lead_signs=False,
    raci=False,
    claims=False,
    hand_overs=False,
    change_requests=False,
    approvals=False,
    members_report_own=True,
    edits_wbs=frozenset({MANAGER}),
)
RULES: dict[str, Rules] = {
    Weight.LIGHT: _LIGHT,
    Weight.STANDARD: _STANDARD,
    Weight.STRICT: replace(_STANDARD, lead_signs=True, apart=frozenset({_JUDGES, _LEADS})),
}
WEIGHT_OF_KIND: dict[str, str] = {Project.Kind.TEMPORARY: Weight.LIGHT}

_MINUTES = frozenset({"start-minutes"})
_BASIS = frozenset({"objectives", "scope", "departments", "seats"})
_TOGETHER = _BASIS | {"communication", "commitments"}
_WHOLE = _TOGETHER | {"deliverables", "kickoff-minutes", "charter", "memo", "duty-statement", "task-list"}
ASKED: dict[tuple[str, str], frozenset[str]] = {
    **{(kind, Weight.LIGHT): _MINUTES for kind in Project.Kind.values},
    (Project.Kind.PROJECT, Weight.STANDARD): _WHOLE,
    (Project.Kind.PROJECT, Weight.STRICT): _WHOLE,
    # A hand-over from department to department: minutes of the start, and a memo of who owes whom what, instead of a charter.
    (Project.Kind.PROCESS, Weight.STANDARD): _TOGETHER | _MINUTES | {"deliverables", "memo", "task-list"},
    (Project.Kind.PROCESS, Weight.STRICT): _WHOLE,
    # What has no end lives from duties and from how people keep in touch.
    (Project.Kind.LONG_TERM, Weight.STANDARD): _TOGETHER | _MINUTES | {"memo", "duty-statement", "task-list"},
    (Project.Kind.LONG_TERM, Weight.STRICT): _WHOLE,
    # A temporary task never has a charter, however strictly it is led.
    (Project.Kind.TEMPORARY, Weight.STANDARD): _BASIS | _MINUTES,
    (Project.Kind.TEMPORARY, Weight.STRICT): _TOGETHER | _MINUTES | {"deliverables", "task-list"},
}
"""What a project is asked for, by kind and weight. The one table: forms, papers and what is missing follow it."""


def rules_of(project: Project) -> Rules:
    """Return the rules of a project's weight."""
    return RULES[project.weight]


def asked_of(project: Project) -> frozenset[str]:
    """Return what a project of this kind and weight is asked for.

    objectives, scope, departments, seats, communication, commitments, deliverables, kickoff-minutes, start-minutes, charter,
    memo, duty-statement, task-list.
    """
    return ASKED[project.kind, project.weight]


def stages_of(project: Project) -> tuple[str, ...]:
    """Return the stages that a project goes through, in their order; a light one is under way from its first day."""
    stages = Project.Stage
    if rules_of(project).seats:
        return (stages.INITIATING, stages.PLANNING, stages.EXECUTING, stages.CLOSING, stages.CLOSED)
    return (stages.EXECUTING, stages.CLOSED)


@dataclass(frozen=True)
class Standing:
    """What a person is in a project: roles, and the departments whose head or liaison seat she holds."""

    user_id: int
    roles: frozenset[str]
    heads: frozenset[int]
    liaisons: frozenset[int]
    rules: Rules = _STANDARD

    @property
    def takes_part(self) -> bool:
        return bool(self.roles or self.heads or self.liaisons)

    @property
    def manages(self) -> bool:
        return Role.MANAGER in self.roles


def standing(user: User, project: Project) -> Standing:
    """Return what `user` is in `project`. One query."""
    return read_once(("standing", user.pk, project.pk), lambda: _standing(user, project))


def _standing(user: User, project: Project) -> Standing:
    rules = rules_of(project)
    held = _held(project.pk, user.pk)
    seats = [(kind, department) for kind, department in held if department] if rules.seats else []
    return Standing(
        user_id=user.pk,
        roles=frozenset(kind for kind, department in held if not department),
        heads=frozenset(department for kind, department in seats if kind == Seat.Kind.HEAD),
        liaisons=frozenset(department for kind, department in seats if kind == Seat.Kind.LIAISON),
        rules=rules,
    )


def while_open(at: Standing, project: Project, *, refused: object = None) -> Standing:
    """Return as what a page offers her to change a project: as nothing once it ended, for all would be refused.

    :param refused: what was sent and refused: a page shows it again, with the reason.
    """
    if refused or project.stage != Project.Stage.CLOSED:
        return at
    return replace(at, roles=frozenset(), heads=frozenset(), liaisons=frozenset())


def standing_question(user: User, project: Project) -> Question:
    """What `standing` asks, to be asked ahead."""
    return _held.of(project.pk, user.pk)


@prepared
def _held(project: Given, user: Given) -> QuerySet[Any, tuple[str, int]]:
    """Her roles, each with 0, and her seats, each with its department."""
    roles = ProjectRole.objects.filter(project=project, user=user).order_by()
    seats = Seat.objects.filter(participation__project=project, holder=user).order_by()
    return roles.values_list("kind", Value(0, IntegerField())).union(
        seats.values_list("kind", "participation__department_id"), all=True
    )


def visible_to(user: User) -> QuerySet[Project]:
    """Return the projects in which `user` takes part, or is asked instead of somebody on leave; nobody else sees one."""
    return Project.objects.filter(takes_part(user.pk) | _is_asked(user.pk, clock.today()))


def seen_keys(user: User) -> list[int]:
    """Return the ids of the projects of visible_to, the newest first. One query."""
    today = clock.today()
    return read_once(("seen", user.pk, today), lambda: [key for (key,) in _seen_keys(user.pk, today)])


def seen_question(user: User) -> Question:
    """What `seen_keys` asks, to be asked ahead."""
    return _seen_keys.of(user.pk, clock.today())


@prepared
def _seen_keys(user: Given, today: Given) -> QuerySet[Project, tuple[int]]:
    rows = Project.objects.filter(takes_part(user) | _is_asked(user, today))
    return rows.order_by("-created_at", "-pk").values_list("pk")


def taken_part_in(user: User) -> QuerySet[Project]:
    """Return the projects in which `user` holds a role or a seat: those of visible_to that do not end with a leave."""
    return Project.objects.filter(takes_part(user.pk))


def has_part_in(user: int | Given, project: str) -> Q:
    """The person with this id holds a role or a seat in the project to which the path `project` leads."""
    by_role = ProjectRole.objects.filter(user_id=user, project=OuterRef(project))
    by_seat = Seat.objects.filter(holder_id=user, participation__project=OuterRef(project))
    return Q(Exists(by_role)) | Q(Exists(by_seat))


def takes_part(user: int | Given) -> Q:
    """Return the condition of the projects in which a person (by id, or to be given) holds a role or a seat."""
    by_role = ProjectRole.objects.filter(user_id=user).values("project_id")
    by_seat = Participation.objects.filter(seats__holder_id=user).values("project_id")
    return Q(pk__in=by_role) | Q(pk__in=by_seat)


def _is_asked(user: int | Given, today: date | Given) -> Q:
    asked = Q(pk__in=[])
    for queries_of in SIGHTS.at("project"):
        for keys in queries_of(user, today):
            asked |= Q(pk__in=keys)
    return asked


@prepared
def _numbered(user: Given, number: Given) -> QuerySet[Project]:
    return Project.objects.filter(takes_part(user), number=number).order_by()


@prepared
def _asked_numbered(user: Given, today: Given, number: Given) -> QuerySet[Project]:
    return Project.objects.filter(_is_asked(user, today), number=number).order_by()


def visible_project(user: User, number: str) -> Project | None:
    """Return the project `number` if `user` sees it, else None."""
    # PostgreSQL takes no NUL, and no number has one.
    if "\0" in number:
        return None
    return read_once(("project", user.pk, number), lambda: _seen(user, number))


def _seen(user: User, number: str) -> Project | None:
    """Ask first for the project in which she takes part: nearly every page is one of those."""
    return _numbered.first(user.pk, number) or _asked_numbered.first(user.pk, clock.today(), number)


def project_or_404(user: User, number: str) -> Project:
    """Return the project `number` if `user` sees it.

    :raises Http404: alike for one that she may not see and one that never was.
    """
    project = visible_project(user, number)
    if project is None:
        raise Http404
    return project


def can_edit_basics(at: Standing) -> bool:
    """Basic information, participations, scope, members: the manager."""
    return at.manages


def can_change_seat(at: Standing) -> bool:
    return at.manages


def can_move_stage(at: Standing) -> bool:
    return at.manages


def can_measure(at: Standing, owner: User | None) -> bool:
    """Measured values of an objective: the manager, its owner, and the liaison of the owner's department."""
    if at.manages or owner is None:
        return at.manages
    return owner.pk == at.user_id or (owner.department_id in at.liaisons)


def can_comment(at: Standing) -> bool:
    """Everybody who takes part."""
    return at.takes_part


def can_manage_organisation(user: User) -> bool:
    """Number patterns and defaults of the organisation: the system administrator."""
    return user.is_active and user.is_administrator


def can_create_project(user: User) -> bool:
    """Anybody who works here may start a project; she becomes its manager."""
    return user.is_active


def seen_projects(user: int, today: date) -> tuple[QuerySet[Project, Any], ...]:
    """Return the keys of the projects of visible_to for the person with this id, as queries."""
    return (Project.objects.filter(takes_part(user) | _is_asked(user, today)).values("pk"),)
