"""What a person is to unblock, and the exceptions that she handles, as rows of the workbench."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.telling import BLOCK, LATE, Owed
from tongzhou.lib.web import item_address
from tongzhou.people.models import User
from tongzhou.progress.models import Block, ExceptionReport
from tongzhou.progress.queries.blocks import Waits, default_until, to_unblock
from tongzhou.progress.queries.choices import whom_groups
from tongzhou.progress.queries.exceptions import exception_address
from tongzhou.projects.access import seen_keys

FORM = "progress/block_queue_form.html"


def blocks_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each task that `user` is to unblock. As many queries as to_unblock."""
    return [_row(one) for one in to_unblock(user, now)]


def exceptions_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each open exception that `user` handles, in projects that she sees. One query, or two."""
    rows = ExceptionReport.objects.select_related("project", "reported_by").filter(handler=user, closed_at__isnull=True)
    found = list(rows.order_by("expected", "pk")[:200])
    seen = set(seen_keys(user)) if found else set()
    return [_exception(row, now) for row in found if row.project_id in seen]


def queue_context(row: Block, said: Mapping[str, Any] | None = None, errors: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the form of the answers shows: two queries for who else there is."""
    given, project = said or {}, row.work_item.project
    later = max(default_until(project, row.until), row.until + timedelta(hours=1))
    # What is wrong with no field of the three answers is said above them.
    fields = ("outcome", "reason", "until", "unblocker")
    wrong = {name if name in fields else "form": str(messages[0]) for name, messages in (errors or {}).items()}
    return {
        "number": project.number,
        "key": row.pk,
        "reason": row.reason,
        "groups": whom_groups(project),
        "later": f"{timezone.localtime(later):%Y-%m-%dT%H:%M}",
        "said": {name: given.get(name, "") for name in ("answer", "outcome", "reason", "until", "unblocker")},
        "wrong": wrong,
    }


def _row(one: Waits) -> Owed:
    block, item = one.block, one.block.work_item
    owner = item.owner.name if item.owner is not None else ""
    unit = item.department.name if item.department is not None else ""
    who = " ".join(part for part in (unit, owner) if part)
    since = f"{timezone.localtime(block.opened_at):%m-%d %H:%M}"
    waiting = _("%(who)s waits since %(since)s") % {"who": who or item.project.name, "since": since}
    return Owed(
        icon="lock-open",
        kind=_("Unblock"),
        title=item.name,
        link=reverse("block", args=[item.project.number, block.pk]),
        second_line=" · ".join(part for part in (item.project.name, waiting, block.reason) if part),
        due_text=_("%(n)s days waited") % {"n": one.days} if one.days else "",
        due_at=block.until,
        state=BLOCK if one.overdue else LATE,
        form_template=FORM,
        context=lambda: queue_context(block),
        key=f"block-{block.pk}",
        word=_("Answer"),
        number=item.project.number,
        project=item.project.name,
        waits=who,
    )


def _exception(row: ExceptionReport, now: datetime) -> Owed:
    end = timezone.make_aware(datetime.combine(row.expected, time(23, 59)))
    return Owed(
        icon="alert-triangle",
        kind=_("Exception"),
        title=row.task_name or row.project.name,
        link=exception_address(row.project.number, row.pk),
        second_line=" · ".join((row.project.name, str(row.get_kind_display()), row.reason)),
        due_at=end,
        state=BLOCK if end < now else "",
        key=f"exception-{row.pk}",
        word=_("Handle"),
        number=row.project.number,
        project=row.project.name,
    )


def block_address(number: str, item: int) -> str:
    """Return where one names who must unblock a task."""
    return item_address("task_block", number, item)
