"""Operations: the weekly report: as it stands, what people write into it, sending it."""

from __future__ import annotations

from datetime import time
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.documents.queries.handed import answer
from tongzhou.engine.slots import Slot
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.rest import Day, Input, PageOf, Words, json_answer, page_of_rows, require_match, tag_of
from tongzhou.papers import to_data
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404, standing
from tongzhou.projects.models import Project
from tongzhou.reports import actions
from tongzhou.reports.access import can_write_report
from tongzhou.reports.models import WeeklyReport
from tongzhou.reports.papers import paper_of, paper_to_send
from tongzhou.reports.queries import Cut, Written, kept_report, number_of, parse_week, week_of, weekly_cut, written
from tongzhou.reports.queries.rhythm import rhythm_of
from tongzhou.reports.views import handed_report

READ, WRITE = "read project plan, tasks", "edit charter draft"
router = Router(tags=["reports"])
LAST_EDITION = 9999


class WeeklyOut(Schema):
    number: str
    week: str
    edition: int
    state: Literal["gathered", "draft", "sent"]
    as_of: str
    summary: str
    measures: str
    coordination: str
    next_week: str
    fingerprint: str = Field(description="SHA-256 of what was sent")
    paper: dict[str, Any] = Field(description="the paper in its parts; each names its kind as `is`")


class Asked(Schema):
    week: Words = Field("", description="like 2024-W10; the current one without it")
    date: Day | None = None


class EditionAsked(Asked):
    edition: int | None = Field(None, ge=1, le=LAST_EDITION, description="the latest one without it")


class EditionOut(Schema):
    week: str
    edition: int
    state: Literal["draft", "sent"]
    as_of: str | None
    sent_at: str | None
    sent_by: str
    fingerprint: str


class Editions(Schema):
    items: list[EditionOut]
    count: int
    next: str | None


class WrittenIn(Input):
    summary: Words = Field("", max_length=4000)
    measures: Words = Field("", max_length=4000)
    coordination: Words = Field("", max_length=4000)
    next_week: Words = Field("", max_length=4000)


class RhythmIn(Input):
    on: bool = True
    weekday: int = Field(5, ge=1, le=7, description="1 Monday … 7 Sunday")
    at: str = Field("17:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    day_off: Literal["keep", "skip", "before", "after"] = "before"


class RhythmOut(Schema):
    on: bool
    weekday: int
    at: str
    day_off: Literal["keep", "skip", "before", "after"]
    next: str | None = Field(description="when the next one is drafted")


@router.get("projects/{number}/reports/weekly", response=WeeklyOut, summary="周进度报告")
@access_declared(READ)
def weekly(request: HttpRequest, number: str, asked: Query[EditionAsked]) -> HttpResponse:
    """The report of a week: as it was sent, or as it stands; `edition` asks for one that is not the latest."""
    project = project_or_404(signed_in(request), number)
    cut, kept = _asked_report(project, asked)
    return json_answer(_told(project, cut, kept), etag=_tag(project, cut, kept))


@router.get("projects/{number}/reports/weekly.xlsx", response=str, summary="周进度报告（xlsx 文件）")
@access_declared(READ)
def weekly_xlsx(request: HttpRequest, number: str, asked: Query[EditionAsked]) -> HttpResponse:
    return _file(request, number, asked, "xlsx")


@router.get("projects/{number}/reports/weekly.docx", response=str, summary="周进度报告（docx 文件）")
@access_declared(READ)
def weekly_docx(request: HttpRequest, number: str, asked: Query[EditionAsked]) -> HttpResponse:
    return _file(request, number, asked, "docx")


@router.get("projects/{number}/reports/weekly.pdf", response=str, summary="周进度报告（pdf 文件）")
@access_declared(READ)
def weekly_pdf(request: HttpRequest, number: str, asked: Query[EditionAsked]) -> HttpResponse:
    return _file(request, number, asked, "pdf")


@router.get("projects/{number}/reports/weekly/editions", response=Editions, summary="写过与发过的周报")
@access_declared(READ)
def editions(request: HttpRequest, number: str, page: Query[PageOf]) -> HttpResponse:
    """Every edition of every week's report, the latest week first."""
    project = project_or_404(signed_in(request), number)
    rows = WeeklyReport.objects.filter(project=project).defer("paper", "summary", "measures", "coordination", "next_week")
    return page_of_rows(request, page, rows, _edition)


@router.put("projects/{number}/reports/weekly", response=WeeklyOut, summary="撰写周报")
@access_declared(WRITE)
def write(request: HttpRequest, number: str, asked: Query[Asked], data: WrittenIn) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    require(can_write_report(standing(signed_in(request), project)))
    cut = weekly_cut(project, parse_week(asked.week), asked.date)
    kept = kept_report(project, cut.week)
    require_match(request, _tag(project, cut, kept), lambda: _told(project, cut, kept))
    actions.write_report(by=signed_in(request), project=project, week=cut.week, parts=Written(**data.dict()), now=clock.now())
    return _answer(project, cut)


@router.post("projects/{number}/reports/weekly/sending", response=WeeklyOut, summary="发送并固化周报")
@access_declared(WRITE)
def send(request: HttpRequest, number: str, asked: Query[Asked]) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    require(can_write_report(standing(signed_in(request), project)))
    cut = weekly_cut(project, parse_week(asked.week), asked.date)
    kept = kept_report(project, cut.week)
    require_match(request, _tag(project, cut, kept), lambda: _told(project, cut, kept))
    if not cut.has_tasks:
        raise Refused("no-tasks", _("The plan has no tasks yet."))
    finished = actions.Finished(paper_to_send(project.number, cut, kept), cut.as_of, kept.version if kept else 0)
    actions.send_report(by=signed_in(request), project=project, week=cut.week, finished=finished, now=clock.now())
    return _answer(project, cut)


@router.post("projects/{number}/reports/weekly/editions", response=WeeklyOut, summary="更正为新一版")
@access_declared(WRITE)
def reopen(request: HttpRequest, number: str, asked: Query[Asked]) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    require(can_write_report(standing(signed_in(request), project)))
    cut = weekly_cut(project, parse_week(asked.week), asked.date)
    actions.reopen_report(by=signed_in(request), project=project, week=cut.week, now=clock.now())
    return _answer(project, cut)


@router.get("projects/{number}/reports/weekly/rhythm", response=RhythmOut, summary="周报自动起草的时间")
@access_declared(READ)
def rhythm(request: HttpRequest, number: str) -> HttpResponse:
    return json_answer(_rhythm(project_or_404(signed_in(request), number)))


@router.put("projects/{number}/reports/weekly/rhythm", response=RhythmOut, summary="调整周报自动起草的时间")
@access_declared(WRITE)
def change_rhythm(request: HttpRequest, number: str, data: RhythmIn) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    require(can_write_report(standing(signed_in(request), project)))
    hour, minute = map(int, data.at.split(":"))
    slot = Slot("weekly", time(hour, minute), data.day_off, weekday=data.weekday - 1) if data.on else None
    actions.change_rhythm(by=signed_in(request), project=project, slot=slot, now=clock.now())
    return json_answer(_rhythm(project))


def _rhythm(project: Project) -> dict[str, Any]:
    found = rhythm_of(project)
    slot, following = found["slot"] or actions.FRIDAYS, found["next"]
    return {
        "on": found["slot"] is not None,
        "weekday": (slot.weekday or 0) + 1,
        "at": f"{slot.at:%H:%M}",
        "day_off": slot.day_off,
        "next": following.isoformat() if following else None,
    }


def _file(request: HttpRequest, number: str, asked: EditionAsked, ending: str) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    cut, kept = _asked_report(project, asked)
    return answer(handed_report(user, project, cut, kept, ending))


def _asked_report(project: Project, asked: EditionAsked) -> tuple[Cut, WeeklyReport | None]:
    """Return the data of the week and the kept report that are asked for.

    :raises Http404: if there is no such edition.
    """
    cut = weekly_cut(project, parse_week(asked.week), asked.date)
    kept = kept_report(project, cut.week, asked.edition)
    if kept is None and asked.edition is not None:
        raise Http404
    return cut, kept


def _edition(row: WeeklyReport) -> dict[str, Any]:
    return {
        "week": week_of(row.week).name,
        "edition": row.edition,
        "state": "sent" if row.sent_at else "draft",
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "sent_by": row.sent_by_name,
        "fingerprint": row.fingerprint,
    }


def _answer(project: Project, cut: Cut) -> HttpResponse:
    kept = kept_report(project, cut.week)
    return json_answer(_told(project, cut, kept), etag=_tag(project, cut, kept))


def _tag(project: Project, cut: Cut, kept: WeeklyReport | None) -> str:
    sent = bool(kept and kept.sent_at)
    edition, version = (kept.edition, kept.version) if kept else (1, 0)
    return tag_of("report", project.pk, cut.week.name, edition, version, "sent" if sent else "open")


def _told(project: Project, cut: Cut, kept: WeeklyReport | None) -> dict[str, Any]:
    parts = written(kept)
    edition = kept.edition if kept else 1
    sent = kept is not None and kept.sent_at is not None
    return {
        "number": number_of(project.number, cut.week_number, edition),
        "week": cut.week.name,
        "edition": edition,
        "state": "sent" if sent else "draft" if kept else "gathered",
        "as_of": (kept.as_of if kept and kept.as_of else cut.as_of).isoformat(),
        "summary": parts.summary,
        "measures": parts.measures,
        "coordination": parts.coordination,
        "next_week": parts.next_week,
        "fingerprint": kept.fingerprint if kept else "",
        "paper": to_data(paper_of(project.number, cut, kept)),
    }
