"""Changing the weight of a project's process."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.lib.registry import GATES
from tongzhou.people.models import System, User
from tongzhou.projects import access
from tongzhou.projects.actions.basics import subject_of
from tongzhou.projects.events import WeightChanged
from tongzhou.projects.models import Project, Seat
from tongzhou.timeline.actions import ChangeOf, record


def change_weight(*, by: User | System, project: Project, weight: str, now: datetime) -> Project:
    """Raise or lower the weight. Raising asks nothing about the past.

    :raises Refused: if `by` may not, or something exists that the lower weight lacks; its errors say what, by the place.
    """
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))
    if weight not in access.RULES:
        raise Refused("weight-unknown", _("Choose light, standard or strict."), "weight")
    with transaction.atomic():
        row = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        before = row.weight
        if before == weight:
            return row
        held = _lacking(row, weight)
        if held:
            message = _("The weight cannot be lowered yet. First clear the %(count)s things named below.") % {
                "count": len(held)
            }
            raise Refused("weight-holds", message, "weight", held)
        row.weight, row.version = weight, row.version + 1
        stages = access.stages_of(row)
        # A light project knows no stage before the work.
        row.stage = row.stage if row.stage in stages else stages[0]
        row.save(update_fields=["weight", "stage", "version"])
        change = ChangeOf("project", row.pk, row.name, {"weight": before}, {"weight": weight})
        event = WeightChanged(row.pk, before, weight)
        record(event, by=by, now=now, subject=subject_of(row), project=row.pk, changes=[change])
    return row


def _lacking(project: Project, weight: str) -> dict[str, str]:
    """Return what exists in the project and has no place under `weight`, by where it is: part-<id>-<kind> for a seat."""
    now, then = access.rules_of(project), access.RULES[weight]
    lost = [name for name in (field.name for field in fields(access.Rules)) if getattr(now, name) is True]
    lost = [name for name in lost if getattr(then, name) is False]
    found: dict[str, str] = _seats(project) if "seats" in lost else {}
    for gate in GATES.at("weight-lowered"):
        found |= {f"other-{len(found) + place}": text for place, text in enumerate(gate(project=project, lost=lost))}
    return found


def _seats(project: Project) -> dict[str, str]:
    rows = Seat.objects.filter(participation__project=project).select_related("holder", "participation__department")
    return {
        f"part-{row.participation_id}-{row.kind}": _("seat of %(name)s (%(department)s, %(seat)s)")
        % {"name": row.holder.name, "department": row.participation.department.name, "seat": row.get_kind_display()}
        for row in rows.order_by("pk")
    }
