"""The history of a task's reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import ProgressUpdate


def history_of(item: WorkItem) -> QuerySet[ProgressUpdate]:
    return ProgressUpdate.objects.filter(work_item=item).select_related("help_department", "on_behalf_of")


def latest_panel(request: HttpRequest, item: WorkItem) -> dict[str, Any]:
    """Return the panel that shows the latest reports in a task's drawer. One query."""
    updates = tuple(Latest(*row) for row in _latest(item.pk))
    return {
        "template": "progress/panel.html",
        "updates": updates[:3],
        "more": len(updates) > 3,
        "item": item.pk,
        "number": item.project.number,
    }


def latest_question(project: int, item: int) -> Question:
    """What `latest_panel` asks, to be asked ahead."""
    return _latest.of(item)


@dataclass(frozen=True)
class Latest:
    """A report in a few words. `percent` in basis points; `owner` is for whom somebody else reported."""

    state: str
    percent: int
    day: date
    reporter: str
    owner: str | None
    done: str
    problem: str

    @property
    def said(self) -> str:
        return self.problem or self.done or str(WorkItem.State(self.state).label)

    @property
    def shown_percent(self) -> str:
        return f"{self.percent / 100:g}"


@prepared
def _latest(item: Given) -> QuerySet[ProgressUpdate, tuple[Any, ...]]:
    """One more than the panel shows: then there are more."""
    rows = ProgressUpdate.objects.filter(work_item=item)
    return rows.values_list("state", "percent", "status_date", "reporter_name", "on_behalf_of__name", "done", "problem")[:4]


@dataclass(frozen=True)
class Told:
    """A report as the history shows it: who, when, from what to what. `before` is empty where nothing moved."""

    day: str
    at: str
    who: str
    state: str
    state_name: str
    before: str
    after: str
    unchanged: bool
    done: str
    problem: str
    help: str


def told(updates: Iterable[ProgressUpdate], unit: str = "") -> list[Told]:
    """Return reports, given the latest first, as the history shows them."""
    rows = list(updates)
    return [_told(row, earlier, unit) for row, earlier in zip_longest(rows, rows[1:])]


def _told(row: ProgressUpdate, earlier: ProgressUpdate | None, unit: str) -> Told:
    after = _number(row, unit)
    before = f"{earlier.get_state_display()} {_number(earlier, unit)}" if earlier else ""
    same = earlier is not None and (earlier.state, earlier.percent) == (row.state, row.percent)
    department = f"（{row.help_department.name}）" if row.help_department else ""
    return Told(
        day=row.status_date.isoformat(),
        at=f"{timezone.localtime(row.reported_at):%Y-%m-%d %H:%M}",
        who=who_said(row),
        state=row.state,
        state_name=row.get_state_display(),
        before="" if same else before,
        after=after,
        unchanged=row.unchanged,
        done=row.done,
        problem=row.problem,
        help=_("Help needed: %(help)s") % {"help": f"{row.help_needed}{department}"} if row.help_needed or department else "",
    )


def who_said(row: ProgressUpdate) -> str:
    """Return who reported, and for whom (李四（代 张三）)."""
    if row.on_behalf_of is None:
        return row.reporter_name
    return _("%(name)s (for %(owner)s)") % {"name": row.reporter_name, "owner": row.on_behalf_of.name}


def _number(row: ProgressUpdate, unit: str) -> str:
    counted = f"（{row.done_quantity.normalize():f}{unit}）" if row.done_quantity is not None else ""
    return f"{row.shown_percent}%{counted}"
