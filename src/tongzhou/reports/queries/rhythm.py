"""Reads: when the weekly report of a project is drafted by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.engine.slots import Slot
from tongzhou.projects.models import Project
from tongzhou.rhythm.queries import due_at, slot_of

WEEKLY = "weekly-report"
DAYS_OFF = {
    "before": gettext_lazy("the working day before"),
    "after": gettext_lazy("the next working day"),
    "skip": gettext_lazy("not at all"),
    "keep": gettext_lazy("all the same"),
}


def rhythm_of(project: Project) -> dict[str, Any]:
    """Return the slot of a project's weekly report (None: off), its words, and when the next one is drafted. Two queries."""
    slot = slot_of(WEEKLY, project.pk)
    following: datetime | None = due_at(WEEKLY, project.pk) if slot else None
    return {"slot": slot, "text": rhythm_text(slot), "next": following}


def rhythm_text(slot: Slot | None) -> str:
    """Return the words of a slot, like 每周五 17:00."""
    if slot is None:
        return _("off")
    return _("every %(weekday)s %(time)s") % {"weekday": WEEKDAYS[slot.weekday or 0], "time": f"{slot.at:%H:%M}"}
