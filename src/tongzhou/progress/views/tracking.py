"""The tracking table (任务进度跟踪表): filtered, sorted, grouped, and reported on in place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared
from tongzhou.lib.params import day_asked, text_asked
from tongzhou.lib.prepared import ask_ahead
from tongzhou.lib.web import item_address, project_address
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.plan.access import Reporter
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import outlook, status_date
from tongzhou.plan.queries.outlook import page_questions
from tongzhou.progress.queries.sync_page import missing_panel, missing_question
from tongzhou.progress.queries.tracking import GROUPS, SORTS, Tracked, Wanted, arranged, names_of, tracking, tracking_questions
from tongzhou.projects.access import project_or_404, standing, standing_question
from tongzhou.projects.models import Project

PAGE = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with its days as text. `heading` opens a group."""

    row: Tracked
    may: bool
    plan: str
    actual: str
    reported: str
    percent: str
    planned: str
    task_url: str
    report_url: str
    form_url: str
    history_url: str
    waits_url: str
    heading: str = ""

    FACTS: ClassVar[tuple[str, ...]] = (
        "may", "row.leaf", "row.level", "row.state", "row.late", "row.should_run", "row.marked", "row.waits.overdue",
    )  # fmt: skip
    TEXTS: ClassVar[tuple[str, ...]] = (
        "heading", "row.id", "row.version", "row.code", "row.name", "row.department", "row.owner", "row.points", "row.counted",
        "row.reporter", "row.said", "row.problem", "row.waits.text", "waits_url", "percent", "planned", "plan", "actual",
        "reported", "task_url", "report_url", "form_url", "history_url",
    )  # fmt: skip


@require_safe
@access_declared("read project plan, tasks")
def table(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    ask_ahead(standing_question(user, project), missing_question(project), *page_questions(user, project))
    day, wanted, at = status_date(project, day_asked(request)), _wanted(request), standing(user, project)
    strict, items = request.GET.get("dates") == "strict", outlook(project, day).items
    keys, rows = [item.id for item in items], list[Tracked]()
    if not wanted.plain:
        rows = arranged(tracking(project, day, named=names_of(items)), wanted)
        keys = [row.id for row in rows]
    page = Paginator(keys, PAGE).get_page(request.GET.get("page"))
    first, last = max(page.start_index() - 1, 0), page.end_index()
    ask_ahead(*tracking_questions(project, day, items, keys[first:last] if wanted.plain else ()))
    names, reporter = names_of(items), Reporter(at, clock.today())
    rows = tracking(project, day, keys[first:last], names) if wanted.plain else rows[first:last]
    context = {
        "project": project,
        "tab": "work",
        "syncs": missing_panel(project),
        "as_of": day,
        "count": len(keys),
        "shown": _with_headings([shown(row, reporter, project, strict) for row in rows], wanted),
        "page": page,
        "wanted": wanted,
        "strict": strict,
        "any": bool(items),
        "columns": _columns(request, wanted),
        "states": (*WorkItem.State.choices, *_derived()),
        "departments": tuple(sorted((str(key), name) for key, name in names.departments.items())),
        "people": tuple((str(key), name) for key, name in names.people.items()),
    }
    return render(request, "progress/tracking.html", context)


def shown(row: Tracked, reporter: Reporter, project: Project, strict: bool = False) -> Shown:
    """Return a row as the table shows it to who may report so far."""
    first, last = (row.planned_start, row.planned_finish) if strict else (row.start, row.finish)
    return Shown(
        row=row,
        may=row.leaf and reporter.may_report(row.department_id, row.owner_id, row.stand_in_id),
        plan=_span(first, last),
        actual=_span(row.actual_start, row.actual_finish),
        reported=_md(row.reported_on),
        percent=f"{row.percent:g}",
        planned=f"{row.planned:g}",
        task_url=f"{project_address('plan', project.number)}?task={row.id}",
        report_url=item_address("task_report", project.number, row.id),
        form_url=item_address("progress", project.number, row.id),
        history_url=item_address("progress_history", project.number, row.id),
        waits_url=reverse("block", args=[project.number, row.waits.block]) if row.waits.block else "",
    )


def one_row(user: User, item: WorkItem, day: date) -> Shown:
    """Return one row of the table as it is now."""
    reporter = Reporter(standing(user, item.project), clock.today())
    return shown(tracking(item.project, day, [item.pk])[0], reporter, item.project)


def _wanted(request: HttpRequest) -> Wanted:
    sort, group = text_asked(request, "sort", 20), text_asked(request, "group", 20)
    return Wanted(
        state=text_asked(request, "state", 20),
        department=text_asked(request, "department", 20),
        person=text_asked(request, "person", 20),
        since=day_asked(request, "since"),
        words=text_asked(request, "q"),
        sort=sort if sort.removeprefix("-") in SORTS or sort.removeprefix("-") == "code" else "",
        group=group if group in GROUPS else "",
    )


def _with_headings(rows: list[Shown], wanted: Wanted) -> list[Shown]:
    """Return the rows; the first of each group with its heading."""
    if not wanted.group:
        return rows
    names = dict(WorkItem.State.choices)
    found: list[Shown] = []
    last = None
    for row in rows:
        key = GROUPS[wanted.group](row.row)
        found.append(replace(row, heading=str(names.get(key, key)) or _("None")) if key != last else row)
        last = key
    return found


def _columns(request: HttpRequest, wanted: Wanted) -> list[tuple[str, str, str]]:
    """Return the heads: word, address that sorts by it, direction now."""
    words = (
        ("code", _("No.")), ("name", _("Task")), ("department", _("Department")), ("owner", _("Owner")), ("state", _("State")),
        ("percent", _("Progress")), ("points", _("Deviation")), ("finish", _("Planned")), ("actual_finish", _("Actual")),
        ("reported", _("Reported")), ("said", _("What was said")),
    )  # fmt: skip
    found = []
    for key, word in words:
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if wanted.sort == key else key
        direction = {key: "ascending", f"-{key}": "descending"}.get(wanted.sort, "")
        found.append((word, f"?{query.urlencode()}", direction))
    return found


def _derived() -> list[tuple[str, str]]:
    return [
        ("late", _("Late")),
        ("should", _("Should have started")),
        ("marked", _("Deviation marked")),
        ("open", _("Not over")),
        ("waits-long", _("Waits overdue")),
    ]


def _md(day: date | None) -> str:
    return f"{day:%m-%d}" if day else ""


def _span(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return ""
    return _md(last) if first == last else f"{_md(first)} – {_md(last)}"


def row_context(user: User, item: WorkItem, day: date) -> dict[str, Any]:
    """Return what the row's fragment needs."""
    return {"one": one_row(user, item, day)}
