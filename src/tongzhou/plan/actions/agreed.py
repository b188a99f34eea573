"""What was agreed on about milestones does not change by the plan's writes; their dates may move."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Q

from tongzhou.lib.access import Refused
from tongzhou.lib.registry import GATES
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project

GATE, PART = "change-signed-part", "milestones"
AGREED = frozenset({"name", "is_milestone", "department_id", "owner_id", "delivery_standard"})


def require_unsigned(
    project: Project,
    changed: Mapping[int, Collection[str]],
    removed: Collection[int] = (),
    *,
    with_new_milestone: bool = False,
) -> None:
    """Let no milestone that is signed change what was agreed on, or go, and none join. Asked within the transaction of the
    change, before or after the rows are written. Not asked where somebody leaves: what he owned is handed over all the same.

    :param changed: the columns that change, by the id of the work item.
    :param with_new_milestone: whether there is a milestone among the rows that are made.
    :raises Refused: with what the rooms above say. At most one query while nothing is signed.
    """
    keys = [*removed, *(key for key, columns in changed.items() if not AGREED.isdisjoint(columns))]
    if with_new_milestone:
        refuse_signed(project)
    if not keys:
        return
    # A row that stops being a milestone leaves what is signed, and one that starts to be one joins it.
    turned = any("is_milestone" in columns for columns in changed.values())
    milestones = Q(is_milestone=True) | Q(key_milestones__isnull=False)
    if turned or WorkItem.objects.filter(milestones, project=project, pk__in=keys).exists():
        refuse_signed(project)


def refuse_signed(project: Project) -> None:
    """Go on only if the milestones of the project are not signed.

    :raises Refused: with what the rooms above say.
    """
    reasons = [reason for gate in GATES.at(GATE) for reason in gate(project, PART)]
    if reasons:
        raise Refused("part-signed", reasons[0])
