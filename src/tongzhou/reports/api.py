"""Operations: the weekly report: as it stands, what people write into it, sending it."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.rest import Day, Input, Words, json_answer, require_match, tag_of
from tongzhou.papers import to_data
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404, standing
from tongzhou.projects.models import Project
from tongzhou.reports import actions
from tongzhou.reports.access import can_write_report
from tongzhou.reports.models import WeeklyReport
from tongzhou.reports.papers import paper_of
from tongzhou.reports.queries import Cut, Written, kept_report, number_of, parse_week, weekly_cut, written

READ, WRITE = "read project plan, tasks", "edit charter draft"
router = Router(tags=["reports"])


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


class WrittenIn(Input):
    summary: Words = Field("", max_length=4000)
    measures: Words = Field("", max_length=4000)
    coordination: Words = Field("", max_length=4000)
    next_week: Words = Field("", max_length=4000)


@router.get("projects/{number}/reports/weekly", response=WeeklyOut, summary="周进度报告")
@access_declared(READ)
def weekly(request: HttpRequest, number: str, asked: Query[Asked]) -> HttpResponse:
    """The report of a week: as it was sent, or as it stands."""
    project = project_or_404(signed_in(request), number)
    return _answer(project, weekly_cut(project, parse_week(asked.week), asked.date))


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
    finished = actions.Finished(paper_of(project.number, cut, kept), cut.as_of, kept.version if kept else 0)
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
