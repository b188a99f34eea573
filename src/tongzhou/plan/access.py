"""Who may change the plan: the manager, and a liaison for the work items of his own department."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tongzhou.lib.access import require
from tongzhou.lib.prepared import Given
from tongzhou.people.models import Leave, User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.access import LIAISON, Role, Standing, standing
from tongzhou.projects.models import Project

OVER = (WorkItem.State.DONE, WorkItem.State.CANCELLED)


def can_edit_plan(at: Standing) -> bool:
    """Create, import, move and link anything."""
    return at.manages


def can_edit_item(at: Standing, department_id: int | None) -> bool:
    may = LIAISON in at.rules.edits_wbs
    return at.manages or (may and department_id is not None and department_id in at.liaisons)


def can_assign_item(at: Standing, department_id: int | None) -> bool:
    """Give a work item to an owner: the manager, or the department's liaison or head."""
    return can_edit_item(at, department_id) or (department_id is not None and department_id in at.heads)


def can_report_item(at: Standing, department_id: int | None, owner_id: int | None) -> bool:
    """Report progress: the manager, the department's liaison, the owner."""
    return can_edit_item(at, department_id) or (at.rules.members_report_own and owner_id == at.user_id)


def can_edit_deliverable(at: Standing, department_id: int | None) -> bool:
    """Ask a department for a deliverable, change or remove it: as the work items of that department."""
    return can_edit_item(at, department_id)


def can_accept_deliverable(at: Standing, department_id: int | None) -> bool:
    """Accept or return it: the general lead, the quality supervisor, the department's head; without seats the manager, too."""
    judges = bool({Role.GENERAL_LEAD, Role.QUALITY} & at.roles) or (not at.rules.seats and at.manages)
    return judges or (department_id is not None and department_id in at.heads)


class Reporter:
    """On which items of a project a person may report today: what pages offer, and what actions let in.

    As can_report_item, or in the owner's place: as the stand-in of an item (B角), or as the owner's while she is on leave. Who
    takes no part in the project is a B角 only during that leave. One query, once leave matters.
    """

    def __init__(self, at: Standing, today: date) -> None:
        """:param at: what the person is in the project."""
        self.at, self.today = at, today

    def may_report(self, department: int | None, owner: int | None, stand_in: int | None) -> bool:
        """Whether she may report on an item of this department, owner and B角 (ids)."""
        return can_report_item(self.at, department, owner) or self.stands_in(owner, stand_in)

    def stands_in(self, owner: int | None, stand_in: int | None) -> bool:
        """Whether she reports for the owner of an item with this B角."""
        if owner is None or owner == self.at.user_id:
            return False
        if stand_in == self.at.user_id and (self.at.takes_part or owner in self._away):
            return True
        return self._away.get(owner, False)

    @cached_property
    def _away(self) -> dict[int, bool]:
        """Owners on leave for whom she may stand in: by the leave itself, or only where she is the B角 of an item."""
        me = self.at.user_id
        named = Exists(Leave.objects.filter(_named(me, "", "user__"), pk=OuterRef("pk")))
        today = Leave.objects.filter(first__lte=self.today, last__gte=self.today).annotate(named=named)
        asked = today.filter(Q(named=True) | Q(user__in=WorkItem.objects.filter(stand_in_id=me).values("owner_id")))
        found: dict[int, bool] = {}
        for owner, by_leave in asked.values_list("user_id", "named"):
            found[owner] = found.get(owner, False) or by_leave
        return found


def can_report_or_stand_in(at: Standing, user: User, item: WorkItem, today: date) -> bool:
    """Report progress as `Reporter` lets; `at` is what `user` is in the project."""
    return Reporter(at, today).may_report(item.department_id, item.owner_id, item.stand_in_id)


def can_stand_in(user: User, item: WorkItem, today: date) -> bool:
    """Report for the owner: as the item's stand-in (B角), or as the owner's while she is on leave."""
    if item.owner_id is None or item.owner_id == user.pk:
        return False
    return item.stand_in_id == user.pk or _stood_in(user, today).filter(user_id=item.owner_id).exists()


def asked_into(user: int | Given, today: date | Given) -> tuple[QuerySet[WorkItem, Any], ...]:
    """Return the keys of the projects in which a person is asked today instead of an owner on leave, as two queries.

    What was done before the leave began is nobody's question any more; what was done since then she may still look at.
    Each query begins with the few rows that name `user`, so that it costs the same in a large organisation.
    """
    going_on = ~Q(state__in=OVER) | Q(reported_on__gte=F("owner__leaves__first"))
    of_item, of_owner = _asked(user, today, going_on)
    return of_item.values("project_id"), of_owner.values("project_id")


def asked_about(user: int | Given, today: date | Given) -> tuple[QuerySet[WorkItem], QuerySet[WorkItem]]:
    """Return the open tasks about which the person with this id is asked instead of an owner on leave, as two queries."""
    return _asked(user, today, _is_open())


def open_tasks_of(user: int | Given) -> QuerySet[WorkItem]:
    """Return the open tasks that the person with this id owns."""
    return WorkItem.objects.filter(_is_open(), owner=user).order_by()


def _is_open() -> Q:
    """Of what is done or cancelled nothing is asked any more, of a summary nothing at all."""
    return ~Q(state__in=OVER) & Q(~Exists(WorkItem.objects.filter(parent=OuterRef("pk"))))


def _asked(user: int | Given, today: date | Given, which: Q) -> tuple[QuerySet[WorkItem], QuerySet[WorkItem]]:
    away = Q(owner__leaves__first__lte=today, owner__leaves__last__gte=today)
    rows = WorkItem.objects.exclude(owner_id=user).order_by()
    return rows.filter(away, which, stand_in_id=user), rows.filter(away, which, _named(user, "owner__leaves__", "owner__"))


def stand_ins(keys: Collection[int], today: date) -> AbstractSet[int | None]:
    """Return who of these people stands in for somebody who is on leave today. Two queries."""
    away = Leave.objects.filter(first__lte=today, last__gte=today)
    found: set[int | None] = set()
    for pair in away.values_list("stand_in_id", "user__stand_in_id"):
        found.update(pair)
    of_items = WorkItem.objects.filter(stand_in__in=keys, owner__in=away.values("user"))
    found.update(of_items.values_list("stand_in_id", flat=True))
    return found.intersection(keys)


def _stood_in(user: User, today: date) -> QuerySet[Leave]:
    """Return the leaves of today for which `user` stands in: named there, or by default."""
    return Leave.objects.filter(_named(user.pk, "", "user__"), first__lte=today, last__gte=today)


def _named(user: int | Given, leave: str, away: str) -> Q:
    """The person is named by the leave; or, where that names nobody, by default of who is away. Takes the paths to both."""
    by_default = {f"{leave}stand_in__isnull": True, f"{away}stand_in_id": user}
    return Q(**{f"{leave}stand_in_id": user}) | Q(**by_default)


def require_some_right(user: User, project: Project, at: Standing | None = None) -> None:
    """Let pass who may change anything in the plan at all; which rows, the actions look at.

    :raises Forbidden: if there is nothing.
    """
    at = at or standing(user, project)
    rows = WorkItem.objects.filter(project=project)
    stands_in = Q(stand_in_id=user.pk) | Q(owner__stand_in_id=user.pk) | Q(owner__leaves__stand_in_id=user.pk)
    require(bool(at.manages or at.liaisons or at.heads) or rows.filter(Q(owner_id=user.pk) | stands_in).exists())
