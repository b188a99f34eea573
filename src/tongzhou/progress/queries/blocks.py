"""Blocks: the open one of a task, who is asked to clear it, what a person has to clear, who waits in a project."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from tongzhou.engine.calendar import midnight, moment
from tongzhou.escalations.queries import open_case_about
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import Block
from tongzhou.projects.access import Role, project_or_404, seen_keys
from tongzhou.projects.models import Project
from tongzhou.projects.queries.asked import Answering, Asked, principals_of
from tongzhou.rhythm.queries import calendar_for, working_days_after

RELATED = ("work_item__project", "work_item__owner", "work_item__department", "person", "department", "opened_by")

OPEN = Q(closed_at__isnull=True, work_item__state=WorkItem.State.BLOCKED)
"""A block counts while its task is blocked: one whose task was reported otherwise by an import ends at its next turn."""


@dataclass(frozen=True)
class Waits:
    """A blocked task, and who is asked to clear its way. `days`: whole days since it began to wait."""

    block: Block
    asked: tuple[Asked, ...]
    days: int
    overdue: bool

    @property
    def giver(self) -> str:
        """The department that is to clear it, where one is known."""
        if self.block.department is not None:
            return self.block.department.name
        person = self.block.person
        return person.department.name if person is not None and person.department is not None else ""

    @property
    def names(self) -> str:
        return "、".join(one.name for one in self.asked)


def open_block(item: int) -> Block | None:
    """Return the open block of a task. One query."""
    rows = Block.objects.select_related("person__department", "department", "opened_by")
    return rows.filter(OPEN, work_item_id=item).first()


def open_blocks(project: Project, items: Collection[int] | None = None) -> list[Block]:
    """Return the open blocks of a project, or of some of its tasks, the oldest first. One query."""
    rows = Block.objects.select_related(*RELATED, "person__department").filter(OPEN, work_item__project=project)
    return list((rows if items is None else rows.filter(work_item__in=items)).order_by("opened_at", "pk"))


def blocks_of(project: Project, state: str = "") -> QuerySet[Block]:
    """Return the blocks of a project, the oldest first: the open ones, or those that are "closed", or "all"."""
    rows = Block.objects.select_related(*RELATED, "person__department", "closed_by").filter(work_item__project=project)
    wanted = {"closed": Q(closed_at__isnull=False), "all": Q()}.get(state, OPEN)
    return rows.filter(wanted).order_by("opened_at", "pk")


def block_or_404(user: User, number: str, block_id: int) -> Block:
    """Return a block of a project that `user` sees; `open_case` is the id of the case that is open about it.

    :raises Http404: alike for an unknown id, one of another project, and a project that she may not see.
    """
    project = project_or_404(user, number)
    rows = blocks_of(project, "all").filter(pk=block_id)
    row = rows.annotate(open_case=open_case_about("block", OuterRef("pk"))).first()
    if row is None:
        raise Http404
    row.work_item.project = project
    return row


def asked_of(block: Block, now: datetime) -> tuple[Asked, ...]:
    """Return who is to clear a block: the person, or those on the department's seats; where nobody is, the manager."""
    project = block.work_item.project_id
    people = [block.person_id] if block.person_id else []
    return _asked(block, Answering([project], timezone.localtime(now).date(), people))


def waits_of(blocks: Iterable[Block], now: datetime) -> list[Waits]:
    """Return blocks with who is asked. Four queries where there are any."""
    rows = list(blocks)
    if not rows:
        return []
    today = timezone.localtime(now).date()
    people = {row.person_id for row in rows if row.person_id is not None}
    answering = Answering({row.work_item.project_id for row in rows}, today, people)
    return [
        Waits(row, _asked(row, answering), (today - timezone.localtime(row.opened_at).date()).days, row.until <= now)
        for row in rows
    ]


def _asked(block: Block, answering: Answering) -> tuple[Asked, ...]:
    project = block.work_item.project_id
    one = answering.person(block.person_id) if block.person_id else None
    if one is not None:
        return (one,)
    seated = answering.seated(project, block.department_id) if block.department_id else []
    manager = answering.role(project, Role.MANAGER)
    return tuple({one.id: one for one in reversed(seated)}.values())[::-1] or ((manager,) if manager else ())


def to_unblock(user: User, now: datetime) -> list[Waits]:
    """Return the blocks that `user` is asked to clear in projects that she sees, the nearest date first.

    Two queries, five more where there are any.
    """
    people = principals_of(user, timezone.localtime(now).date())
    path = "work_item__project__participations__"
    seated = Q(**{f"{path}seats__holder__in": people})
    manages = Q(work_item__project__roles__kind=Role.MANAGER, work_item__project__roles__user__in=people)
    mine = Q(person__in=people) | Q(department__isnull=False) & seated | manages
    keys = Block.objects.filter(mine, OPEN).order_by().values("pk")
    rows = Block.objects.select_related(*RELATED, "person__department").filter(pk__in=keys).order_by("until", "pk")
    waits = [one for one in waits_of(rows, now) if any(asked.id == user.pk for asked in one.asked)]
    seen = set(seen_keys(user)) if waits else set()
    return [one for one in waits if one.block.work_item.project_id in seen]


def waiting_for_others(user: User, now: datetime) -> list[Waits]:
    """Return the blocks of the tasks that `user` owns. One query, four more where there are any."""
    rows = Block.objects.select_related(*RELATED, "person__department").filter(OPEN, work_item__owner=user)
    return waits_of(rows.order_by("until", "pk"), now)


def default_until(project: Project, now: datetime, days: int = 1) -> datetime:
    """Return the end of the working time on the `days`-th working day from now."""
    calendar = calendar_for(project_calendar=project.calendar_id)
    day = timezone.localtime(working_days_after(now, days, calendar)).date()
    return timezone.make_aware(moment(calendar.finish_of(calendar.worked(midnight(day + timedelta(days=1))))))


def chosen(known: Block) -> str:
    """Return who is asked as the form's choice."""
    if known.person_id is not None:
        return f"person-{known.person_id}"
    return f"department-{known.department_id}" if known.department_id is not None else ""
