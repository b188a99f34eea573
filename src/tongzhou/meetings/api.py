"""Operations: meetings, their agenda and minutes, editions and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.confirmations.actions import confirm, object_to
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.rest import (
    Day,
    Input,
    Instant,
    Key,
    PageOf,
    Whole,
    Words,
    json_answer,
    page_answer,
    require_match,
    tag_of_content,
)
from tongzhou.meetings import access, actions
from tongzhou.meetings.access import meeting_project_or_404
from tongzhou.meetings.models import ActionItem, AgendaItem, Decision, Meeting
from tongzhou.meetings.queries import meeting_or_404, meetings_of, of_meeting
from tongzhou.meetings.queries.told import minutes_told, row_told
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects.access import standing, while_open

READ, WRITE = "read project plan, tasks", "edit charter draft"
ONE = "projects/{number}/meetings/{meeting_id}"
router = Router(tags=["meetings"])
Presence = Literal["invited", "present", "excused"]


class AttendeeOut(Schema):
    person: int
    name: str
    presence: Presence
    answer: Literal["", "confirmed", "objected", "assumed"] | None = Field(
        description="to the newest edition; null: not asked; assumed: silence counted, an entry of the product"
    )
    reason: str


class ColumnOut(Schema):
    field: str
    word: str


class PartOut(Schema):
    id: int
    key: str = Field(description="where its rows are taken from; empty for a part that somebody added")
    title: str
    columns: list[ColumnOut]
    rows: list[dict[str, str | int]]
    taken_at: str | None = Field(description="null for who does not write the minutes")
    text: str
    version: int = Field(description="the version to write over; 0 for who does not write the minutes")


class DecisionOut(Schema):
    id: int
    text: str


class ActionOut(Schema):
    id: int
    what: str
    who: int
    who_name: str
    due: str


class EditionOut(Schema):
    number: int
    sent_at: str
    sent_by: str
    note: str
    fingerprint: str = Field(description="SHA-256 of the canonical JSON of what was sent")


class MeetingOut(Schema):
    id: int
    project: str = Field(description="the project's number")
    kind: Literal["kickoff", "start"]
    title: str
    starts_at: str
    ends_at: str
    place: str
    link: str
    host: int
    host_name: str
    recorder: int | None
    state: Literal["planned", "held", "out", "confirmed", "archived", "cancelled"]
    late: bool = Field(description="the minutes are not out in time")
    minutes_due: str | None
    sheet: int | None = Field(description="what the heads sign")


class MinutesOut(MeetingOut):
    silence_confirms: bool
    edition: int = Field(description="the number to answer to, 0 where nothing was sent")
    attendees: list[AttendeeOut]
    agenda: list[PartOut] = Field(
        description="as it stands for who writes the minutes, for everybody else as it went out last: before that, its titles"
    )
    decisions: list[DecisionOut]
    actions: list[ActionOut]
    editions: list[EditionOut]


class Meetings(Schema):
    items: list[MeetingOut]
    count: int
    next: str | None


class MeetingIn(Input):
    title: Words = Field(max_length=120, examples=["新品上市启动会"])
    starts_at: Instant = Field(examples=["2026-03-02T10:00+08:00"])
    length: Whole = Field(60, ge=1, le=1440, description="minutes")
    host: Key
    place: Words = Field("", max_length=200)
    link: Words = Field("", max_length=500)
    recorder: Key | None = None


class PlanIn(MeetingIn):
    kind: Literal["kickoff", "start"]
    people: list[Key] = Field(max_length=200, description="who is invited, by id; host and recorder always are")


class AttendeeIn(Input):
    person: Key
    presence: Presence = "invited"


class AttendeesIn(Input):
    attendees: list[AttendeeIn] = Field(max_length=200)


class TakeIn(Input):
    items: list[Key] = Field([], max_length=30, description="parts to be taken anew; all without any")


class TextIn(Input):
    text: Words = Field(max_length=20_000)
    version: Whole = Field(
        ge=0, le=2**31 - 1, description="the version that was read: 412 with the present text when it changed"
    )


class PartIn(Input):
    title: Words = Field(max_length=120)


class DecisionIn(Input):
    text: Words = Field(max_length=1000, examples=["生产备货以研发测试通过为前提"])


class ActionIn(Input):
    what: Words = Field(max_length=500, examples=["确认样机排期"])
    who: Key
    due: Day


class SendIn(Input):
    due: Instant = Field(description="until when people confirm")
    note: Words = Field("", max_length=500, description="what was amended")


class AnswerIn(Input):
    answer: Literal["confirmed", "objected"]
    reason: Words = Field("", max_length=1000, description="needed of who objects")
    edition: Whole = Field(ge=1, le=2**31 - 1, description="the edition that was read: 412 when there is another one now")


class CancelIn(Input):
    reason: Words = Field(max_length=500)


@router.get("projects/{number}/meetings", response=Meetings, summary="会议列表")
@access_declared(READ)
def meetings(request: HttpRequest, number: str, page: Query[PageOf]) -> HttpResponse:
    """The meetings of a project, the latest first."""
    project, now = meeting_project_or_404(signed_in(request), number), clock.now()
    rows = meetings_of(project)
    shown = [row_told(row, project, now) for row in rows[page.offset : page.offset + page.limit]]
    return page_answer(request, page, shown, rows.count())


@router.post("projects/{number}/meetings", response={201: MinutesOut}, summary="安排会议")
@access_declared(WRITE)
def plan(request: HttpRequest, number: str, data: PlanIn) -> HttpResponse:
    """Plan a meeting with the agenda of its kind, and invite people."""
    user = signed_in(request)
    project = meeting_project_or_404(user, number)
    given: dict[str, Any] = {"kind": data.kind, "plan": _plan(data), "people": data.people}
    row = actions.plan_meeting(by=user, project=project, now=clock.now(), **given)
    return _shown(user, meeting_or_404(user, number, row.pk), status=201)


@router.get(ONE, response=MinutesOut, summary="一次会议及其纪要")
@access_declared(READ)
def meeting(request: HttpRequest, number: str, meeting_id: Key) -> HttpResponse:
    """A meeting with its minutes: as they stand for who writes them, as they went out last for everybody else."""
    user = signed_in(request)
    return _shown(user, meeting_or_404(user, number, meeting_id))


@router.put(ONE, response=MinutesOut, summary="更改会议")
@access_declared(WRITE)
def change(request: HttpRequest, number: str, meeting_id: Key, data: MeetingIn) -> HttpResponse:
    """Other times, another place, host or recorder; all values are given."""
    return _done(request, number, meeting_id, lambda by, row: actions.change_meeting(**_by(by, row), plan=_plan(data)))


@router.put(f"{ONE}/attendees", response=MinutesOut, summary="参会人")
@access_declared(WRITE)
def attendees(request: HttpRequest, number: str, meeting_id: Key, data: AttendeesIn) -> HttpResponse:
    """Who is invited, present or excused; who is not named is not invited."""
    presences = {one.person: one.presence for one in data.attendees}
    return _done(request, number, meeting_id, lambda by, row: actions.set_attendees(**_by(by, row), presences=presences))


@router.post(f"{ONE}/cancellation", response=MinutesOut, summary="取消会议")
@access_declared(WRITE)
def cancel(request: HttpRequest, number: str, meeting_id: Key, data: CancelIn) -> HttpResponse:
    return _done(request, number, meeting_id, lambda by, row: actions.cancel_meeting(**_by(by, row), reason=data.reason))


@router.post(f"{ONE}/minutes", response=MinutesOut, summary="把项目当前数据记入纪要")
@access_declared(WRITE)
def take(request: HttpRequest, number: str, meeting_id: Key, data: TakeIn) -> HttpResponse:
    """Take what the project says now into the parts of the minutes; texts stay."""
    return _done(request, number, meeting_id, lambda by, row: actions.take_minutes(**_by(by, row), items=data.items))


@router.post(f"{ONE}/agenda", response={201: MinutesOut}, summary="增加议程项")
@access_declared(WRITE)
def add_part(request: HttpRequest, number: str, meeting_id: Key, data: PartIn) -> HttpResponse:
    return _done(request, number, meeting_id, lambda by, row: actions.add_item(**_by(by, row), title=data.title), 201)


@router.put(f"{ONE}/agenda/{{agenda_id}}", response=MinutesOut, summary="填写一项纪要")
@access_declared(WRITE)
def write(request: HttpRequest, number: str, meeting_id: Key, agenda_id: Key, data: TextIn) -> HttpResponse:
    """Write the text of a part over the version that was read."""

    def written(by: Any, row: Meeting) -> object:
        item = of_meeting(row, AgendaItem.objects.all(), agenda_id)
        return actions.write_part(by=by, item=item, text=data.text, version=data.version, now=clock.now())

    return _done(request, number, meeting_id, written)


@router.delete(f"{ONE}/agenda/{{agenda_id}}", response=MinutesOut, summary="删除自加的议程项")
@access_declared(WRITE)
def remove_part(request: HttpRequest, number: str, meeting_id: Key, agenda_id: Key) -> HttpResponse:
    def removed(by: Any, row: Meeting) -> None:
        item = of_meeting(row, AgendaItem.objects.all(), agenda_id)
        actions.remove_item(by=by, item=item, now=clock.now())

    return _done(request, number, meeting_id, removed)


@router.post(f"{ONE}/decisions", response={201: MinutesOut}, summary="增加决议")
@access_declared(WRITE)
def add_decision(request: HttpRequest, number: str, meeting_id: Key, data: DecisionIn) -> HttpResponse:
    return _done(request, number, meeting_id, lambda by, row: actions.add_decision(**_by(by, row), text=data.text), 201)


@router.delete(f"{ONE}/decisions/{{decision_id}}", response=MinutesOut, summary="删除决议")
@access_declared(WRITE)
def remove_decision(request: HttpRequest, number: str, meeting_id: Key, decision_id: Key) -> HttpResponse:
    def removed(by: Any, row: Meeting) -> None:
        found = of_meeting(row, Decision.objects.all(), decision_id)
        actions.remove_decision(by=by, decision=found, now=clock.now())

    return _done(request, number, meeting_id, removed)


@router.post(f"{ONE}/actions", response={201: MinutesOut}, summary="增加行动项")
@access_declared(WRITE)
def add_action(request: HttpRequest, number: str, meeting_id: Key, data: ActionIn) -> HttpResponse:
    task = actions.Task(data.what, data.who, data.due)
    return _done(request, number, meeting_id, lambda by, row: actions.add_action(**_by(by, row), task=task), 201)


@router.delete(f"{ONE}/actions/{{action_id}}", response=MinutesOut, summary="删除行动项")
@access_declared(WRITE)
def remove_action(request: HttpRequest, number: str, meeting_id: Key, action_id: Key) -> HttpResponse:
    def removed(by: Any, row: Meeting) -> None:
        found = of_meeting(row, ActionItem.objects.select_related("who"), action_id)
        actions.remove_action(by=by, action=found, now=clock.now())

    return _done(request, number, meeting_id, removed)


@router.post(f"{ONE}/editions", response={201: MinutesOut}, summary="发出纪要，请参会人确认")
@access_declared(WRITE)
def send(request: HttpRequest, number: str, meeting_id: Key, data: SendIn) -> HttpResponse:
    """Freeze the minutes as the next edition, give it to everybody who is invited, ask who must confirm it."""
    sending = actions.Sending(data.due, data.note)
    return _done(request, number, meeting_id, lambda by, row: actions.send_minutes(**_by(by, row), sending=sending), 201)


@router.get(f"{ONE}/editions/{{edition}}", summary="一版已发出的纪要")
@access_declared(READ)
def edition(request: HttpRequest, number: str, meeting_id: Key, edition: Key) -> HttpResponse:
    """What was sent, as it was sent."""
    row = meeting_or_404(signed_in(request), number, meeting_id)
    found = get_object_or_404(row.editions, number=min(edition, 32767))
    return json_answer(found.content | {"edition": found.number, "fingerprint": found.fingerprint})


@router.post(f"{ONE}/answer", response=MinutesOut, summary="确认纪要或提出异议")
@access_declared(READ)
def answer(request: HttpRequest, number: str, meeting_id: Key, data: AnswerIn) -> HttpResponse:
    """Confirm the minutes, or object with a reason: for oneself, or for somebody on leave for whom one stands in."""

    def said(by: Any, row: Meeting) -> object:
        if row.confirmation is None:
            raise Refused("not-sent", _("There are no minutes to confirm yet."))
        row.confirmation.project = row.project
        given: dict[str, Any] = {"by": by, "confirmation": row.confirmation, "edition": data.edition, "now": clock.now()}
        return confirm(**given) if data.answer == "confirmed" else object_to(reason=data.reason, **given)

    return _done(request, number, meeting_id, said, allowed=lambda row: True)


@router.post(f"{ONE}/sheet", response=MinutesOut, summary="请各部门负责人签字")
@access_declared(WRITE)
def sheet(request: HttpRequest, number: str, meeting_id: Key) -> HttpResponse:
    """Let the heads sign what everybody confirmed, where that was not possible by itself."""
    return _done(request, number, meeting_id, lambda by, row: actions.open_sheet_of(**_by(by, row)))


def _plan(data: MeetingIn) -> actions.Plan:
    return actions.Plan(data.title, data.starts_at, data.length, data.host, data.place, data.link, data.recorder)


def _by(by: Any, row: Meeting) -> dict[str, Any]:
    return {"by": by, "meeting": row, "now": clock.now()}


def _done(
    request: HttpRequest,
    number: str,
    key: int,
    write: Callable[[Any, Meeting], object],
    status: int = 200,
    allowed: Callable[[Meeting], bool] | None = None,
) -> HttpResponse:
    """Do it if she may, and nothing changed since the version that If-Match names."""
    user = signed_in(request)
    row = meeting_or_404(user, number, key)
    require(allowed(row) if allowed else access.can_record(standing(user, row.project), row))
    with transaction.atomic():
        Meeting.objects.select_for_update().only("pk").get(pk=key)
        if "If-Match" in request.headers:
            # As it is now that nobody else writes: what was read before may be of an older version.
            told = _told(user, meeting_or_404(user, number, key))
            require_match(request, _tag(told), lambda: told)
        write(user, row)
    return _shown(user, meeting_or_404(user, number, key), status)


def _told(user: User, row: Meeting) -> dict[str, Any]:
    """Return a meeting as `user` may read it: a text that was not sent is its writer's."""
    at = while_open(standing(user, row.project), row.project)
    return minutes_told(row, clock.now(), writes=access.can_record(at, row))


def _shown(user: User, row: Meeting, status: int = 200) -> HttpResponse:
    told = _told(user, row)
    return json_answer(told, status=status, etag=_tag(told))


def _tag(told: dict[str, Any]) -> str:
    """Return the tag of what people did; that time runs out changes nothing of it."""
    return tag_of_content("meeting", {name: value for name, value in told.items() if name not in ("state", "late")})
