"""Keeping what undoes an edit of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongzhou.plan.actions.commands.difference import Difference, stored_form
from tongzhou.plan.actions.commands.sheet import Sheet
from tongzhou.plan.models import PlanEdit
from tongzhou.plan.queries.edits import Undoable


@dataclass(frozen=True)
class Edit:
    """How an edit is remembered: its kind, its label, and what could be undone and redone before it."""

    kind: str
    label: str
    can: Undoable


def remember(sheet: Sheet, made: Difference, edit: Edit, now: datetime) -> Undoable:
    """Keep what undoes an edit; what was undone before can no longer be redone, and what is too old goes."""
    mine = PlanEdit.objects.filter(project=sheet.project, by=sheet.by)
    if edit.can.redo is not None:
        mine.filter(pk__gte=edit.can.redo, undone_at__isnull=False).delete()
    if edit.can.oldest is not None:
        mine.filter(pk__lte=edit.can.oldest).delete()
    kept = PlanEdit.objects.create(
        project=sheet.project,
        at=now,
        by=sheet.by,
        kind=edit.kind,
        label=edit.label[:300],
        before=_stored(made, "before"),
        after=_stored(made, "after") | ({"reported": len(sheet.reports)} if sheet.reports else {}),
    )
    return Undoable(undo=kept.pk, undo_label=kept.label)


def _stored(made: Difference, side: str) -> dict[str, Any]:
    rows = made.before if side == "before" else made.after
    links = made.links_before if side == "before" else made.links_after
    supporters = made.supporters_before if side == "before" else made.supporters_after
    kept: dict[str, Any] = {"work_item": stored_form(rows)}
    if links:
        kept["dependency"] = stored_form(links)
    if side == "before" and made.milestones:
        kept["key_milestone"] = {str(key): item for key, item in made.milestones.items()}
    if supporters:
        kept["supporters"] = {str(key): [list(one) for one in value] for key, value in supporters.items()}
    return kept
