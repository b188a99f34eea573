"""The reports that a person owes, as rows of the workbench."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.telling import BLOCK, Owed
from tongzhou.lib.web import item_address
from tongzhou.people.models import User
from tongzhou.progress.queries.mine import Owed as OwedTask
from tongzhou.progress.queries.mine import owed_by


def reports_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each open task of `user`. As many queries as owed_by."""
    return [_row(task) for task in owed_by(user)]


def _row(task: OwedTask) -> Owed:
    link = item_address("progress", task.number, task.id)
    due = datetime.combine(task.finish, time.max, timezone.get_current_timezone()) if task.finish else None
    return Owed(
        icon="activity",
        kind=_("Report progress"),
        title=task.name,
        link=link,
        second_line=task.project,
        due_at=due,
        state=BLOCK if task.overdue_days else "",
        key=f"sync-{task.id}",
        number=task.number,
        project=task.project,
    )
