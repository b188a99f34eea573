"""For whom blocked tasks wait, as a mark in long lists: on the board's cards and in the tracking table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.lib import clock
from tongzhou.lib.prepared import Given, prepared
from tongzhou.plan.queries import Outlook
from tongzhou.progress.models import Block
from tongzhou.progress.queries.blocks import OPEN
from tongzhou.projects.models import ProjectRole


@dataclass(frozen=True, slots=True)
class Mark:
    """`text`: for whom a task waits and how long it has; `overdue`: its way should be clear by now."""

    block: int
    text: str
    overdue: bool


NOT_BLOCKED = Mark(0, "", False)


def waiting_marks(found: Outlook, only: Collection[int] | None = None) -> dict[int, Mark]:
    """Return the marks of the tasks that wait for somebody, by the task's id; `only`: of those that are shown.

    One query whatever their number, none where no task is blocked.
    """
    blocked = found.derive("blocked", lambda: frozenset(item.id for item in found.items if item.state == "blocked"))
    keys = blocked if only is None else blocked.intersection(only)
    now = clock.now()
    return {row[0]: _mark(row[1:], now) for row in _open(keys)} if keys else {}


@prepared
def _open(keys: Given) -> QuerySet[Block, tuple[Any, ...]]:
    rows = Block.objects.filter(OPEN, work_item__pk__among=keys).order_by("pk")
    whom = ("person__name", "person__department__name", "department__name")
    return rows.values_list("work_item_id", "pk", "opened_at", "until", *whom)


def _mark(row: tuple[Any, ...], now: datetime) -> Mark:
    block, opened, until, person, unit, department = row
    who = " ".join(part for part in (unit, person) if part) or department or str(ProjectRole.Kind.MANAGER.label)
    text, days = _("Waits for %(who)s") % {"who": who}, (_day(now) - _day(opened)).days
    if days > 0:
        waited = ngettext("%(n)s day so far", "%(n)s days so far", days) % {"n": days}
        text = _("%(waits)s, %(waited)s") % {"waits": text, "waited": waited}
    overdue = until <= now
    return Mark(block, f"{text} · {_('Overdue')}" if overdue else text, overdue)


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
