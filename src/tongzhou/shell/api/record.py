"""Operations: the record of a project, of one task, and across projects, with its filter."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib.access import access_declared
from tongzhou.lib.rest import Day, Key, Words, json_answer
from tongzhou.lib.web import download
from tongzhou.papers import to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.plan.queries.item import item_or_404
from tongzhou.projects.access import project_or_404
from tongzhou.shell.access import AUDIT, audited_by
from tongzhou.shell.papers import record_paper
from tongzhou.shell.queries.feed import Said
from tongzhou.shell.queries.record import Feed, feed_of, whole_feed

READ = "read project plan, tasks"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
router = Router(tags=["record"])


class Wanted(Schema):
    """The filter of the record, as in the address of the page."""

    person: int | None = Field(None, ge=0, le=2**63 - 1, description="id; 0: the product itself")
    kind: Words = Field("", max_length=40, description="the group of events: plan, progress, people, … sign-in")
    type: Words = Field("", max_length=40, description="the type of an object that was changed: work_item, seat, …")
    first: Day | None = None
    last: Day | None = None
    q: Words = Field("", max_length=80)

    def given(self) -> dict[str, str]:
        """Return it as the address of the page says it."""
        return {name: str(value) for name, value in self.dict().items() if value not in (None, "")}


class PageWanted(Wanted):
    before: Key | None = Field(None, description="id of the event from which to go back")


class AuditWanted(Wanted):
    project: Key | None = None


class AuditPageWanted(AuditWanted):
    before: Key | None = Field(None, description="id of the event from which to go back")


class ChangeOut(Schema):
    object: str
    field: str
    before: str
    after: str


class EntryOut(Schema):
    """What happened in words: `actor` `said` `subject` `tail`."""

    id: int
    at: str
    actor: str
    department: str
    said: str
    subject: str
    tail: str
    project: int | None
    changes: list[ChangeOut]
    more: int = Field(description="objects that were changed besides these")


class Entries(Schema):
    items: list[EntryOut]
    next_before: int | None


@router.get("projects/{number}/record", response=Entries, summary="项目动态（筛选，用文字表述）")
@access_declared(READ)
def of_project(request: HttpRequest, number: str, wanted: Query[PageWanted]) -> HttpResponse:
    """Every change of the project, the latest first; 50 at a time."""
    project = project_or_404(signed_in(request), number)
    return _entries(feed_of(wanted.given(), [project.pk]))


@router.get("projects/{number}/record.xlsx", response=str, summary="项目动态（xlsx 文件）")
@access_declared(READ)
def of_project_xlsx(request: HttpRequest, number: str, wanted: Query[Wanted]) -> HttpResponse:
    """The same events as a workbook."""
    project = project_or_404(signed_in(request), number)
    paper = record_paper(project.name, whole_feed(wanted.given(), [project.pk]))
    return download(to_xlsx(paper), XLSX, f"{paper.title}.xlsx")


@router.get("projects/{number}/tasks/{item_id}/record", response=Entries, summary="一项任务的动态")
@access_declared(READ)
def of_task(request: HttpRequest, number: str, item_id: Key, wanted: Query[PageWanted]) -> HttpResponse:
    """What changed one task, in whatever action."""
    item = item_or_404(signed_in(request), number, item_id)
    return _entries(feed_of(wanted.given(), [item.project_id], ("work_item", item.pk)))


@router.get("record", response=Entries, summary="操作记录（跨项目与组织）")
@access_declared(AUDIT)
def audit(request: HttpRequest, wanted: Query[AuditPageWanted]) -> HttpResponse:
    """What happened in the projects whose record one keeps, and, for administrators, to the organisation."""
    reach = audited_by(signed_in(request))
    return _entries(feed_of(wanted.given(), list(reach.projects), outside=reach.organisation))


@router.get("record.xlsx", response=str, summary="操作记录（xlsx 文件）")
@access_declared(AUDIT)
def audit_xlsx(request: HttpRequest, wanted: Query[AuditWanted]) -> HttpResponse:
    """The same events as a workbook."""
    reach = audited_by(signed_in(request))
    paper = record_paper("", whole_feed(wanted.given(), list(reach.projects), outside=reach.organisation))
    return download(to_xlsx(paper), XLSX, f"{paper.title}.xlsx")


def _entries(feed: Feed) -> HttpResponse:
    following = feed.entries[-1].id if feed.older else None
    return json_answer({"items": [_entry(one) for one in feed.entries], "next_before": following})


def _entry(one: Said) -> dict[str, Any]:
    names = ("id", "actor", "department", "said", "subject", "tail", "project", "more")
    changes = [{"object": label, "field": name, "before": old, "after": new} for label, name, old, new in one.changes]
    return {name: getattr(one, name) for name in names} | {"at": one.at.isoformat(), "changes": changes}
