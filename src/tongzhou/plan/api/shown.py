"""Operations: the plan as it is shown: columns, baselines, key milestones, the chart to print."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared
from tongzhou.lib.rest import Day, Input, Key, PageOf, Words, json_answer, page_of_rows
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.plan import actions
from tongzhou.plan.models import Baseline, BaselineLine, KeyMilestone
from tongzhou.plan.papers import drawn_gantt
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.columns import plan_columns
from tongzhou.projects.access import project_or_404

READ, EDIT = "read project plan, tasks", "create/edit WBS"
router = Router(tags=["plan"])


class Columns(Schema):
    version: int
    columns: dict[str, list[str]] = Field(description="by name, a text for each row in the order of the plan")


class BaselineOut(Schema):
    number: int
    cut_at: str
    cut_by: str
    start: str
    finish: str


class Baselines(Schema):
    items: list[BaselineOut]
    count: int
    next: str | None


class LineOut(Schema):
    """A task as the baseline has it; `task` is its id, also where it was removed since."""

    task: int
    parent: int | None
    start: str
    finish: str
    weight: int = Field(description="planned working minutes, by which progress is weighed")
    kind: Literal["phase", "task", "milestone"]


class Lines(Schema):
    items: list[LineOut]
    count: int
    next: str | None


class MilestoneOut(Schema):
    name: str
    due: str
    task: int | None


class Milestones(Schema):
    items: list[MilestoneOut]


class MilestoneIn(Input):
    name: Words = Field(min_length=1, max_length=120)
    due: Day
    task: Key | None = Field(None, description="id of the task that carries it")


class MilestonesIn(Input):
    milestones: list[MilestoneIn] = Field(min_length=1, max_length=200)


@router.get("projects/{number}/plan/columns", response=Columns, summary="计划之外的列")
@access_declared(READ)
def columns(request: HttpRequest, number: str, names: Words, date: Day | None = None) -> HttpResponse:
    """Columns that the compact plan leaves out; `names` with commas, like `supporters,stand_in,quantity`."""
    project = project_or_404(signed_in(request), number)
    wanted = [name for name in names.split(",") if name]
    return json_answer(plan_columns(project, status_date(project, date), list(dict.fromkeys(wanted))))


@router.get("projects/{number}/plan/gantt.pdf", response=str, summary="甘特图（PDF 文件）")
@access_declared(READ)
def gantt_pdf(request: HttpRequest, number: str, date: Day | None = None) -> HttpResponse:
    """All rows on A3 pages."""
    return _gantt(request, number, date, "pdf", "application/pdf")


@router.get("projects/{number}/plan/gantt.png", response=str, summary="甘特图（PNG 图片）")
@access_declared(READ)
def gantt_png(request: HttpRequest, number: str, date: Day | None = None) -> HttpResponse:
    """All rows in one picture, up to what a picture can show."""
    return _gantt(request, number, date, "png", "image/png")


@router.get("projects/{number}/baselines", response=Baselines, summary="基线")
@access_declared(READ)
def baselines(request: HttpRequest, number: str, page: Query[PageOf]) -> HttpResponse:
    """The baselines, number 0 first: it was cut by itself, before the first report."""
    project = project_or_404(signed_in(request), number)
    return page_of_rows(request, page, Baseline.objects.filter(project=project).defer("calendar"), _baseline)


@router.get("projects/{number}/baselines/{baseline}/lines", response=Lines, summary="一份基线的各行")
@access_declared(READ)
def lines(request: HttpRequest, number: str, baseline: int, page: Query[PageOf]) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    # Numbers of baselines are small: what no database counts to was never cut.
    known = Baseline.objects.filter(project=project, number=baseline) if 0 <= baseline < 2**15 else Baseline.objects.none()
    key = known.values_list("pk", flat=True).first()
    if key is None:
        raise Http404
    return page_of_rows(request, page, BaselineLine.objects.filter(baseline=key).order_by("pk"), _line)


@router.get("projects/{number}/key-milestones", response=Milestones, summary="关键里程碑")
@access_declared(READ)
def key_milestones(request: HttpRequest, number: str) -> HttpResponse:
    return _milestones(project_or_404(signed_in(request), number).pk)


@router.post("projects/{number}/key-milestones", response=Milestones, summary="新增或更新关键里程碑")
@access_declared(EDIT)
def set_key_milestones(request: HttpRequest, number: str, data: MilestonesIn) -> HttpResponse:
    """Create or update the key milestones that are named, as an import does; others stay."""
    user = signed_in(request)
    project = project_or_404(user, number)
    wanted = [actions.MilestoneSpec(one.name, one.due, one.task) for one in data.milestones]
    actions.set_key_milestones(by=user, project=project, milestones=wanted, now=clock.now())
    return _milestones(project.pk)


def _milestones(project: int) -> HttpResponse:
    rows = KeyMilestone.objects.filter(project=project).values_list("name", "due", "work_item_id")
    return json_answer({"items": [{"name": name, "due": due.isoformat(), "task": task} for name, due, task in rows]})


def _baseline(row: Baseline) -> dict[str, Any]:
    return {
        "number": row.number,
        "cut_at": row.cut_at.isoformat(),
        "cut_by": row.cut_by_name,
        "start": row.start.isoformat(),
        "finish": row.finish.isoformat(),
    }


def _line(row: BaselineLine) -> dict[str, Any]:
    return {
        "task": row.item_id,
        "parent": row.parent_item_id,
        "start": row.start.isoformat(),
        "finish": row.finish.isoformat(),
        "weight": row.weight,
        "kind": "phase" if row.is_summary else "milestone" if row.is_milestone else "task",
    }


def _gantt(
    request: HttpRequest, number: str, date: Day | None, ending: Literal["pdf", "png"], content_type: str
) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    content, title = drawn_gantt(project, status_date(project, date), ending)
    return download(content, content_type, f"{title}.{ending}")
