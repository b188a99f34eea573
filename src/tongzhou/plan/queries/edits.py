"""What a person can undo and redo in a plan, and who changed it last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from tongzhou.lib import clock
from tongzhou.lib.prepared import Given, prepared
from tongzhou.people.models import User
from tongzhou.plan import events
from tongzhou.plan.models import PlanEdit
from tongzhou.projects.models import Project
from tongzhou.timeline.queries import Wanted, entries

MOST_EDITS = 100
MOST_NAMED = 3
KINDS = frozenset(
    re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
    for name, one in vars(events).items()
    if isinstance(one, type) and one.__module__ == events.__name__
)
"""The kinds of events that move a plan on."""


@dataclass(frozen=True)
class Undoable:
    """The person's next edit to undo and to redo: ids and labels (None: there is none). `oldest` is the last that is kept."""

    undo: int | None = None
    undo_label: str | None = None
    redo: int | None = None
    redo_label: str | None = None
    oldest: int | None = None


def undoable(project: Project, user: User) -> Undoable:
    """Return what `user` can undo and redo. One query."""
    found = _edits(project.pk, user.pk)
    done = next((row for row in found if row[2] is None), None)
    undone = [row for row in found if row[2] is not None and (done is None or row[0] > done[0])]
    again = undone[-1] if undone else None
    return Undoable(
        undo=done[0] if done else None,
        undo_label=done[1] if done else None,
        redo=again[0] if again else None,
        redo_label=again[1] if again else None,
        oldest=found[-1][0] if len(found) == MOST_EDITS else None,
    )


@prepared
def _edits(project: Given, user: Given) -> QuerySet[PlanEdit, tuple[int, str, datetime | None]]:
    rows = PlanEdit.objects.filter(project=project, by=user).order_by("-pk")
    return rows.values_list("pk", "label", "undone_at")[:MOST_EDITS]


def latest_changes(project: Project, versions: int) -> str:
    """Return who changed the plan in its last `versions`, the latest first, each with the time; empty if none is known.

    Each person once, at most three, with what was done where the grid said it. Two queries.
    """
    wanted = Wanted(projects=[project.pk], kinds=KINDS)
    today, named = timezone.localtime(clock.now()).date(), dict[str, str]()
    for entry in entries(wanted, limit=max(1, min(versions, MOST_EDITS)), most=0):
        at = timezone.localtime(entry.at)
        label = str(entry.data.get("label", ""))
        when = f"{at:%H:%M}" if at.date() == today else f"{at:%m-%d %H:%M}"
        named.setdefault(entry.actor, f"{entry.actor} {when}{f'「{label}」' if label else ''}")
    return "；".join(list(named.values())[:MOST_NAMED])
