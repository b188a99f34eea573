"""Operations: the list of projects with its filters, a new project, and the filters that one keeps."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, access_declared, require
from tongzhou.lib.rest import Day, Input, Key, PageOf, Words, json_answer, page_answer
from tongzhou.lib.web import download
from tongzhou.papers import to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.people.queries import department_by_id
from tongzhou.projects import actions, queries
from tongzhou.projects.api.basics import Kind, ProjectOut, ProjectRow, Weight, project_tag, project_told
from tongzhou.projects.papers import list_csv, list_paper
from tongzhou.projects.queries.filters import LONGEST_NAME, LONGEST_QUERY, SavedFilter, filters_of
from tongzhou.projects.queries.listing import DEFAULT_SORT, SORTS, Asked, Row

router = Router(tags=["projects"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Light = Literal["", "ok", "watch", "alarm"]
State = Literal["", "none", "todo", "doing", "done"]


class ListRow(ProjectRow):
    """`starts_on` and `ends_on` are those of the plan where the basic information says none.

    `open`: whether one may look inside; of other projects no more than names, kind and weight is told.
    """

    lead: str
    manager: str
    actual: float | None = Field(description="percent")
    planned: float | None = Field(description="percent")
    deviation_points: float | None = Field(description="percentage points behind; below zero: ahead")
    light: Light
    state: State
    open: bool


class Projects(Schema):
    items: list[ListRow]
    count: int
    next: str | None


class Wanted(Schema):
    """Which projects are asked for, as in the address of the page."""

    q: Words = Field("", max_length=80, description="in number, name, manager, lead department")
    kind: Kind | None = None
    weight: Weight | None = None
    light: Literal["ok", "watch", "alarm"] | None = None
    state: Literal["none", "todo", "doing", "done"] | None = None
    department: Key | None = Field(None, description="id of the lead department")
    manager: Key | None = Field(None, description="id of the project manager")
    scope: Literal["", "mine", "all"] = Field("", description="mine: that I manage; all: names of all projects, where shown")
    sort: str = Field(DEFAULT_SORT, pattern=rf"^-?({'|'.join(SORTS)})$", description="a column; with a hyphen downwards")

    def asked(self) -> Asked:
        """Return it as the list takes it.

        :raises Forbidden: if the names of all projects are not shown here.
        """
        everybody = self.scope == "all"
        require(not everybody or queries.organisation().names_visible)
        return Asked(
            search=self.q.strip(),
            kind=self.kind or "",
            weight=self.weight or "",
            light=self.light or "",
            state=self.state or "",
            department=self.department,
            manager=self.manager,
            mine=self.scope == "mine",
            everybody=everybody,
            sort=self.sort,
        )


class FileWanted(Wanted):
    format: Literal["xlsx", "csv"] = "xlsx"


class ProjectIn(Input):
    number: Words | None = Field(None, max_length=40, description="without it the next free number of the kind")
    name: Words = Field(max_length=120)
    lead: Key | None = Field(None, description="id of the lead department; a light project needs none")
    kind: Kind = "project"
    weight: Weight | None = Field(None, description="without it that of the kind")
    starts_on: Day | None = None
    ends_on: Day | None = None
    objective: Words = Field("", max_length=10_000)


class FilterOut(Schema):
    name: str
    query: str
    default: bool


class Filters(Schema):
    items: list[FilterOut]


class FilterIn(Input):
    name: Words = Field(min_length=1, max_length=LONGEST_NAME)
    query: Words = Field(max_length=LONGEST_QUERY, description="as after the question mark: `kind=project&sort=-end`")
    default: bool = Field(False, description="what the list shows where nothing is asked for")


class NameIn(Input):
    name: Words = Field(min_length=1, max_length=LONGEST_NAME)


@router.get("projects", response=Projects, summary="项目列表（筛选、排序）")
@access_declared(SIGNED_IN)
def projects(request: HttpRequest, page: Query[PageOf], wanted: Query[Wanted]) -> HttpResponse:
    """The projects in which one takes part, as the page lists them."""
    user, asked = signed_in(request), wanted.asked()
    rows, count = queries.part_of_list(user, asked, clock.today(), first=page.offset, most=page.limit)
    return page_answer(request, page, [_row(row) for row in rows], count)


@router.post("projects", response={201: ProjectOut}, summary="新建项目")
@access_declared(SIGNED_IN)
def create(request: HttpRequest, data: ProjectIn) -> HttpResponse:
    user = signed_in(request)
    basics = data.dict(include={"name", "kind", "weight", "starts_on", "ends_on", "objective"})
    lead = department_by_id(data.lead, "lead") if data.lead is not None else None
    project = actions.create_project(
        by=user, number=data.number or None, manager=user, lead=lead, now=clock.now(), basics=basics
    )
    return json_answer(project_told(project), status=201, etag=project_tag(project))


@router.get("projects/export", response=str, summary="导出项目列表（xlsx、csv 文件）")
@access_declared(SIGNED_IN)
def export(request: HttpRequest, wanted: Query[FileWanted]) -> HttpResponse:
    """The whole list as it is filtered and sorted, as a file."""
    rows = queries.list_of(signed_in(request), wanted.asked(), clock.today(), whole=True).rows
    name = f"{_('Projects')} {clock.today():%Y-%m-%d}.{wanted.format}"
    if wanted.format == "csv":
        return download(list_csv(rows), "text/csv; charset=utf-8", name)
    return download(to_xlsx(list_paper(rows)), XLSX, name)


@router.get("me/project-filters", response=Filters, summary="我的项目筛选")
@access_declared(SIGNED_IN)
def filters(request: HttpRequest) -> HttpResponse:
    return _filters(signed_in(request))


@router.post("me/project-filters", response=Filters, summary="保存一个项目筛选")
@access_declared(SIGNED_IN)
def save_filter(request: HttpRequest, data: FilterIn) -> HttpResponse:
    """Keep a filter under its name, in place of one that has it."""
    user = signed_in(request)
    actions.save_filter(by=user, wanted=SavedFilter(data.name, data.query, data.default), now=clock.now())
    return _filters(user)


@router.patch("me/project-filters", response=Filters, summary="重命名一个项目筛选")
@access_declared(SIGNED_IN)
def rename_filter(request: HttpRequest, name: Words, data: NameIn) -> HttpResponse:
    user = signed_in(request)
    actions.rename_filter(by=user, name=name, new=data.name, now=clock.now())
    return _filters(user)


@router.delete("me/project-filters", response={204: None}, summary="删除一个项目筛选")
@access_declared(SIGNED_IN)
def remove_filter(request: HttpRequest, name: Words) -> HttpResponse:
    """Forget a filter; one that is not there is forgotten already."""
    actions.remove_filter(by=signed_in(request), name=name, now=clock.now())
    return HttpResponse(status=204)


def _filters(user: User) -> HttpResponse:
    items = [{"name": one.name, "query": one.query, "default": one.default} for one in filters_of(user)]
    return json_answer({"items": items})


def _row(row: Row) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.name,
        "kind": row.kind,
        "weight": row.weight,
        "starts_on": row.start or None,
        "ends_on": row.end or None,
        "lead": row.lead,
        "manager": row.manager,
        "actual": row.actual,
        "planned": row.planned,
        "deviation_points": row.behind,
        "light": row.light,
        "state": row.state,
        "open": row.open,
    }
