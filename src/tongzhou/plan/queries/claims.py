"""Reads: which tasks a department took on, which nobody did, and who may do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q

from tongzhou.people.models import User
from tongzhou.plan.access import OVER, can_assign_item
from tongzhou.plan.models import Claim, ClaimCall, WorkItem
from tongzhou.plan.queries.tasklist import Said, plan_read_once
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.access import Standing
from tongzhou.projects.models import Project, ProjectRole

MOST_PEOPLE = 300
OPEN, CLAIMED, RETURNED = "open", "claimed", "returned"


@dataclass(frozen=True)
class ClaimRow:
    """A task as departments claim it. `state`: open, claimed or returned; `given` is what was agreed when it was claimed."""

    id: int
    code: str
    name: str
    milestone: bool
    department: int | None
    department_name: str
    owner: int | None
    owner_name: str
    output: str
    start: date | None
    finish: date | None
    state: str
    over: bool
    given: Claim | None = None

    @property
    def moved(self) -> bool:
        """Whether its dates are others than those that the department agreed to."""
        return self.state == CLAIMED and self.given is not None and self.given.finish != self.finish

    @property
    def reowned(self) -> bool:
        """Whether somebody else owns it than the department named."""
        return self.state == CLAIMED and self.given is not None and self.given.owner_id != self.owner


@dataclass(frozen=True)
class Group:
    """The tasks of a department (None: of none) by their state. `may`: who asks may claim them."""

    department: int | None
    name: str
    mine: bool
    may: bool
    rows: dict[str, list[ClaimRow]] = field(default_factory=dict)

    @property
    def open(self) -> list[ClaimRow]:
        return self.rows.get(OPEN, [])

    @property
    def returned(self) -> list[ClaimRow]:
        return self.rows.get(RETURNED, [])

    @property
    def claimed(self) -> list[ClaimRow]:
        return self.rows.get(CLAIMED, [])

    @property
    def waiting(self) -> int:
        return len(self.open) + len(self.returned)

    @property
    def open_to_me(self) -> bool:
        """Whether who asks may claim something here."""
        return self.may and self.waiting > 0

    @property
    def total(self) -> int:
        return self.waiting + len(self.claimed)


def claims_of(project: Project) -> list[ClaimRow]:
    """Return each task that departments claim: leaves that were not cancelled, in the order of the plan. Three queries.

    What is done already need not be claimed any more: it is left out where nobody did.
    """
    every, said = plan_read_once(project)
    items = [item for item in every if item.leaf and item.state != WorkItem.State.CANCELLED]
    given = newest_claims(project)
    rows = [_row(item, said[item.id], given.get(item.id)) for item in items]
    return [row for row in rows if row.state == CLAIMED or not row.over]


def newest_claims(project: Project) -> dict[int, Claim]:
    """Return the newest claim of each task, by the task. One query."""
    newest = Claim.objects.filter(work_item__project=project).order_by().values("work_item").annotate(newest=Max("pk"))
    rows = Claim.objects.filter(pk__in=newest.values("newest")).select_related("by", "owner")
    return {row.work_item_id: row for row in rows}


def unclaimed(rows: Iterable[ClaimRow]) -> list[ClaimRow]:
    """Return the tasks that no department has taken on."""
    return [row for row in rows if row.state != CLAIMED]


def groups_of(rows: Sequence[ClaimRow], at: Standing) -> list[Group]:
    """Return the tasks by department: one's own first, then where most waits; those of no department before all others."""
    found: dict[int | None, Group] = {}
    for row in rows:
        key = row.department
        mine = key is not None and (key in at.liaisons or key in at.heads)
        group = found.setdefault(key, Group(key, row.department_name, mine, key is not None and can_assign_item(at, key)))
        group.rows.setdefault(row.state, []).append(row)
    return sorted(found.values(), key=lambda group: (not group.mine, group.department is not None, -group.waiting, group.name))


def counts_of(rows: Iterable[ClaimRow]) -> Counter[str]:
    return Counter(row.state for row in rows)


def latest_call(project: Project) -> ClaimCall | None:
    """Return the newest time that the manager asked the departments to claim. One query."""
    return ClaimCall.objects.filter(project=project).select_related("by").first()


def state_of(item: Any, claim: Claim | None) -> str:
    """Return whether an item was claimed by the department whose it is now."""
    if claim is None or item.department is None or claim.department_id != item.department:
        return OPEN
    return CLAIMED if claim.answer == Claim.Answer.CLAIMED else RETURNED


def _row(item: Item, said: Said, claim: Claim | None) -> ClaimRow:
    state = state_of(item, claim)
    return ClaimRow(
        id=item.id,
        code=item.code,
        name=item.name,
        milestone=item.is_milestone,
        department=item.department,
        department_name=said.department,
        owner=item.owner,
        owner_name=said.owner,
        output=said.output,
        start=item.start or item.typed_start,
        finish=item.finish or item.typed_finish,
        state=state,
        over=item.state in OVER,
        given=claim if state != OPEN else None,
    )


def due_of(call: ClaimCall | None) -> datetime | None:
    return call.due if call else None


def people_by_department(project: Project, departments: Sequence[int]) -> dict[int, list[str]]:
    """Return whom each of these departments may name: its own people, then who else takes part. One query."""
    if not departments:
        return {}
    roles = ProjectRole.objects.filter(project=project).values("user_id")
    people = User.objects.filter(Q(department__in=departments) | Q(pk__in=roles), is_active=True).order_by("sort_key", "pk")
    rows = list(people.annotate(takes_part=Q(pk__in=roles)).values_list("name", "department_id", "takes_part"))
    team = [name for name, _department, takes_part in rows if takes_part][:MOST_PEOPLE]
    own = {key: [name for name, department, _part in rows if department == key][:MOST_PEOPLE] for key in departments}
    return {key: list(dict.fromkeys([*names, *team])) for key, names in own.items()}
