"""What a person is to sync, as rows of the workbench, each with its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.telling import BLOCK, Owed, Quick
from tongzhou.lib.waiting import due_words
from tongzhou.lib.web import item_address
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.item import Sheet, sheet_of
from tongzhou.progress.queries.blocks import chosen, default_until, open_block
from tongzhou.progress.queries.choices import whom_groups
from tongzhou.progress.queries.mine import amount
from tongzhou.progress.queries.owed import TaskRow, owed_rows
from tongzhou.progress.queries.slots_owed import SlotOwed, as_of, slots_owed

TEMPLATE = "progress/queue_form.html"


def reports_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each task that `user` is to sync: by the slot that was missed, or the next one. At most nine queries."""
    rows = owed_rows(user, timezone.localtime(now).date())
    slots = slots_owed(rows, now)
    return [_row(row, slots[row.id], user, now) for row in rows if row.id in slots]


def _row(row: TaskRow, slot: SlotOwed, user: User, now: datetime) -> Owed:
    link = item_address("progress", row.number, row.id)
    words = [
        row.project_name,
        _("for %(owner)s") % {"owner": row.owner_name} if row.owner != user.pk else "",
        f"{dict(WorkItem.State.choices)[row.state]} {row.percent / 100:g}%",
        _("last report %(day)s") % {"day": f"{row.reported_on:%m-%d}"} if row.reported_on else _("never reported"),
        _late(row, now),
    ]
    return Owed(
        icon="activity",
        kind=_("Sync progress"),
        title=row.name,
        link=link,
        second_line=" · ".join(str(word) for word in words if word),
        due_text=due_words(slot.at, as_of(row.day, now)) if row.day is not None and not slot.missed else "",
        due_at=slot.at,
        state=BLOCK if slot.missed else "",
        key=f"sync-{row.id}",
        number=row.number,
        project=row.project_name,
        form_template=TEMPLATE,
        context=partial(form_context, row.id),
        word=_("Update"),
        quick=Quick(_("No change"), link, fields={"unchanged": "1"}),
    )


def _late(row: TaskRow, now: datetime) -> str:
    """Return how late a task is by its finish, in words."""
    day = row.day or timezone.localtime(now).date()
    days = (day - row.finish).days if row.finish is not None else 0
    return _("%(count)s days overdue") % {"count": days} if days > 0 else ""


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
