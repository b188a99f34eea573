"""The record of exceptions (异常问题处理记录): the list as the address filters it, one of it, whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.people.models import User
from tongzhou.progress.models import ExceptionReport
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Participation, Project

OPEN, HANDLED, OVERDUE, CLOSED = "open", "handled", "overdue", "closed"
SORTS = ("number", "kind", "reported_at", "expected", "task_name")


@dataclass(frozen=True)
class Wanted:
    """What the address asks of the list. `state` "", open (not closed), overdue, closed or all."""

    state: str = ""
    kind: str = ""
    words: str = ""
    sort: str = ""


def exception_address(number: str, key: int) -> str:
    return reverse("exception", kwargs={"number": number, "exception_id": key})


def exceptions_of(project: Project, wanted: Wanted, today: date) -> QuerySet[ExceptionReport]:
    """Return the exceptions that are asked for; those not closed unless it is said."""
    open_ = Q(closed_at__isnull=True)
    states = {"": open_, OPEN: open_, OVERDUE: open_ & Q(expected__lt=today), CLOSED: ~open_, "all": Q()}
    related = ("work_item", "department", "reported_by__department", "handler", "closed_by")
    rows = ExceptionReport.objects.select_related(*related).filter(states.get(wanted.state, open_), project=project)
    if wanted.kind in ExceptionReport.Kind.values:
        rows = rows.filter(kind=wanted.kind)
    for word in wanted.words.split():
        fields = ("reason", "impact", "solution", "measure", "result", "task_name")
        found = Q()
        for field in fields:
            found |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(found)
    if wanted.sort.lstrip("-") in SORTS:
        return rows.order_by(wanted.sort, "-pk")
    return rows.order_by("expected", "number") if wanted.state in ("", OPEN, OVERDUE) else rows.order_by("-number")


@dataclass(frozen=True)
class Summary:
    """How the exceptions of a project stand. `first` should have been over before all others; `days` that it is overdue."""

    open: int
    overdue: int
    unhandled: int
    first: ExceptionReport | None
    days: int


def summary_of(project: Project, today: date) -> Summary:
    """Return how the exceptions of a project stand. Two queries."""
    rows = ExceptionReport.objects.filter(project=project, closed_at__isnull=True)
    late = Q(expected__lt=today)
    counts = rows.aggregate(open=Count("pk"), overdue=Count("pk", late), unhandled=Count("pk", Q(handler=None)))
    first = rows.select_related("handler").order_by("expected", "number").first()
    return Summary(**counts, first=first, days=max((today - first.expected).days, 0) if first else 0)


def exception_or_404(user: User, number: str, exception_id: int) -> ExceptionReport:
    """Return an exception of a project that `user` sees.

    :raises Http404: alike for an unknown id, one of another project, and a project that she may not see.
    """
    project = project_or_404(user, number)
    related = ("work_item__owner", "department", "reported_by__department", "handler", "closed_by")
    row = ExceptionReport.objects.select_related(*related).filter(project=project, pk=exception_id).first()
    if row is None:
        raise Http404
    row.project = project
    return row


def state_of(row: ExceptionReport, today: date) -> str:
    if row.closed_at is not None:
        return CLOSED
    if row.expected < today:
        return OVERDUE
    return HANDLED if row.measure else OPEN


def state_word(state: str) -> str:
    return {OPEN: _("To be handled"), HANDLED: _("Being handled"), OVERDUE: _("Overdue"), CLOSED: _("Closed")}[state]


TONES = {OPEN: "todo", HANDLED: "doing", OVERDUE: "blocked", CLOSED: "done"}


def lead_departments(project: Project) -> list[int]:
    """Return the id of the lead department, which is told at once. One query."""
    rows = Participation.objects.filter(project=project, kind=Participation.Kind.LEAD)
    return list(rows.values_list("department_id", flat=True))


def open_exceptions(item: int) -> list[ExceptionReport]:
    """Return the exceptions of a task that are not closed. One query."""
    return list(ExceptionReport.objects.filter(work_item_id=item, closed_at__isnull=True).order_by("expected", "pk")[:3])
