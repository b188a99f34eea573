"""The reports that a person owes, as rows of the workbench, each with its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.telling import BLOCK, Owed, Quick
from tongzhou.lib.web import item_address
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.item import Sheet, sheet_of
from tongzhou.progress.queries.blocks import chosen, default_until, open_block
from tongzhou.progress.queries.choices import whom_groups
from tongzhou.progress.queries.mine import Owed as OwedTask
from tongzhou.progress.queries.mine import amount, owed_by

TEMPLATE = "progress/queue_form.html"


def reports_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each open task of `user`. As many queries as owed_by."""
    return [_row(task) for task in owed_by(user)]


def _row(task: OwedTask) -> Owed:
    link = item_address("progress", task.number, task.id)
    due = datetime.combine(task.finish, time(23, 59), timezone.get_current_timezone()) if task.finish else None
    state = str(dict(WorkItem.State.choices)[task.state])
    last = _("last report %(day)s") % {"day": f"{task.reported_on:%m-%d}"} if task.reported_on else _("never reported")
    return Owed(
        icon="activity",
        kind=_("Report progress"),
        title=task.name,
        link=link,
        second_line=f"{task.project} · {state} {task.percent}% · {last}",
        due_at=due,
        state=BLOCK if task.overdue_days else "",
        key=f"sync-{task.id}",
        number=task.number,
        project=task.project,
        form_template=TEMPLATE,
        context=partial(form_context, task.id),
        word=_("Update"),
        quick=Quick(_("No change"), link, fields={"unchanged": "1"}),
    )


def form_context(key: int) -> dict[str, Any]:
    """Return what the form of a task in the queue shows."""
    item = WorkItem.objects.select_related("project").get(pk=key)
    return shown_in_queue(item, sheet_of(item, status_date(item.project, None)), known_values(item))


def shown_in_queue(item: WorkItem, sheet: Sheet, values: Mapping[str, Any], errors: Iterable[str] = ()) -> dict[str, Any]:
    """Return the context of the form in the queue: what is known or was typed, and what is wrong with it."""
    return {
        "item": item,
        "project": item.project,
        "sheet": sheet,
        "values": values,
        "errors": list(errors),
        "states": WorkItem.State.choices,
        "quantity": amount(item.quantity),
        "blocking": blocking_shown(item, values),
    }


def blocking_shown(item: WorkItem, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report form shows of who must unblock the task: what was typed, what is known, else by tomorrow.

    Three queries, four where the task is not blocked yet.
    """
    known = open_block(item.pk)
    until = known.until if known is not None else default_until(item.project, clock.now())
    return {
        "groups": whom_groups(item.project),
        "unblocker": values.get("unblocker") or (chosen(known) if known is not None else ""),
        "until": values.get("until") or f"{timezone.localtime(until):%Y-%m-%dT%H:%M}",
    }


def known_values(item: WorkItem) -> dict[str, Any]:
    """Return what is known of an item, as the form takes it."""
    values: dict[str, Any] = {"state": item.state, "actual_start": item.actual_start, "actual_finish": item.actual_finish}
    if item.quantity is None:
        return values | {"percent": f"{item.percent / 100:g}"}
    return values | {"done_quantity": item.done_quantity if item.done_quantity is not None else ""}
