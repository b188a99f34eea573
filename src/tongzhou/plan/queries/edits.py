"""What a person can undo and redo in a plan."""

from __future__ import annotations

from dataclasses import dataclass

from tongzhou.people.models import User
from tongzhou.plan.models import PlanEdit
from tongzhou.projects.models import Project

MOST_EDITS = 100


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
    rows = PlanEdit.objects.filter(project=project, by=user).order_by("-pk").values_list("pk", "label", "undone_at")
    found = list(rows[:MOST_EDITS])
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
