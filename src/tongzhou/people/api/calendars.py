"""Operations: working calendars, the statutory days of a year, and the notice that announces them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, Refused, access_declared
from tongzhou.lib.params import FIRST_YEAR, LAST_YEAR
from tongzhou.lib.rest import (
    Day,
    Input,
    Key,
    PageOf,
    Words,
    json_answer,
    not_changed,
    page_of_rows,
    require_match,
    tag_of,
)
from tongzhou.people import actions
from tongzhou.people.api.shapes import Moves, administrator
from tongzhou.people.models import StatutoryDay, StatutoryYear, WorkCalendar
from tongzhou.people.queries import CalendarSpec, OwnDay, calendar_book, yearview
from tongzhou.people.queries.moves import moves_of, moves_told
from tongzhou.people.queries.notices import differing_days, known_days, problem_texts, source_of
from tongzhou.workbooks.notices import read_notice

router = Router(tags=["people"])
Pattern = Literal["inherited", "two_days", "one_day", "alternating"]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Moment = Annotated[str, Field(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Hours = Annotated[list[Annotated[list[Moment], Field(min_length=2, max_length=2)]], Field(max_length=20)]


class OwnDays(Schema):
    first: str
    last: str
    working: bool
    name: str


class CalendarOut(Schema):
    id: int
    name: str
    is_organisation: bool
    pattern: Pattern
    anchor: str | None
    hours: list[list[str]]
    days: list[OwnDays]


class Calendars(Schema):
    items: list[CalendarOut]
    count: int
    next: str | None


class OwnDaysIn(Input):
    first: Day
    last: Day
    working: bool
    name: Words = Field("", max_length=80)


class CalendarIn(Input):
    """All that a calendar says; what is left out is empty."""

    name: Words = Field(max_length=80)
    pattern: Pattern = "inherited"
    anchor: Day | None = Field(None, description="the Monday of a week with a worked Saturday, for alternating weeks")
    hours: Hours = Field(default_factory=list, description='like [["09:00", "12:00"], ["13:00", "18:00"]]; empty inherits')
    days: list[OwnDaysIn] = Field(default_factory=list, max_length=500, description="days that depart from the week")
    dry: bool = Field(False, description="tell what would move, and write nothing")


class CalendarKept(Schema):
    calendar: CalendarOut | None = Field(description="null for a new one that was only tried")
    moves: list[Moves] | None = Field(description="what would move; null when it was written")


class StatutoryDayOut(Schema):
    day: str
    working: bool
    name: str


class YearState(Schema):
    year: int
    announced: bool
    source: str


class YearStates(Schema):
    items: list[YearState]
    count: int
    next: str | None


class YearOut(YearState):
    days: list[StatutoryDayOut]


class MonthOut(Schema):
    month: int
    working_days: int


class DayOut(Schema):
    day: str
    kind: Literal["work", "weekend", "holiday", "makeup", "own-off", "own-work"]
    name: str


class CalendarYear(YearState):
    months: list[MonthOut]
    days: list[DayOut]


class NoticeIn(Input):
    text: Words = Field(min_length=1, max_length=20_000, description="the whole notice with its title")
    year: Year | None = Field(None, description="only where the text does not name it")
    source: Words = Field("", max_length=200)
    dry: bool = Field(False, description="tell day by day what the notice says and what would move, and write nothing")


class Differs(Schema):
    day: str
    before: str
    after: str


class NoticeOut(Schema):
    year: int
    partial: bool = Field(description="the notice changes one holiday of a year that is known")
    days: list[StatutoryDayOut]
    differs: list[Differs] = Field(description="where it contradicts what was known of the year")
    problems: list[str] = Field(description="why it cannot be taken: only in a preview")
    moves: list[Moves] | None = Field(description="what would move; null when it was written")


@router.get("calendars", response=Calendars, summary="工作日历")
@access_declared(SIGNED_IN)
def calendars(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    """The calendars that are offered, the organisation's first; `anchor` is the Monday of a week with a worked Saturday."""
    return page_of_rows(request, page, WorkCalendar.objects.filter(is_private=False).prefetch_related("days"), _told)


@router.post("calendars", response={200: CalendarKept, 201: CalendarKept}, summary="新增工作日历，可先预览")
@access_declared(ADMINISTRATOR)
def add_calendar(request: HttpRequest, data: CalendarIn) -> HttpResponse:
    return _keep(request, None, data)


@router.get("calendars/years", response=YearStates, summary="各年节假日是否已公布")
@access_declared(SIGNED_IN)
def years(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    return page_of_rows(request, page, StatutoryYear.objects.order_by("year"), _state)


@router.get("calendars/years/{year}", response=YearOut, summary="某年的节假日与调休")
@access_declared(SIGNED_IN)
def calendar_year(request: HttpRequest, year: Year) -> HttpResponse:
    """The days of a year that depart from the week; without a notice (`announced`) only the week counts."""
    rows = StatutoryDay.objects.filter(day__range=(date(year, 1, 1), date(year, 12, 31)))
    days = [{"day": row.day.isoformat(), "working": row.working, "name": row.name} for row in rows]
    return json_answer(_state_of(year) | {"days": days})


@router.post("calendars/notices", response=NoticeOut, summary="粘贴放假通知：先预览，再确认")
@access_declared(ADMINISTRATOR)
def take_notice(request: HttpRequest, data: NoticeIn) -> HttpResponse:
    """Read the State Council's notice of a year; a notice with problems is told in a preview, and refused otherwise."""
    user, known = administrator(request), known_days()
    found = read_notice(data.text, data.year or 0, known)
    problems = problem_texts(found)
    if problems and not data.dry:
        raise Refused("notice-problems", " ".join(problems), "text")

    def announce() -> None:
        days = [(one.day, one.worked, one.name) for one in found.days]
        source = source_of(found, data.source)
        actions.announce_year(by=user, year=found.year, days=days, source=source, now=clock.now())

    moves = None
    if data.dry:
        moves = moves_told(actions.as_if(announce, lambda: moves_of(request, None))) if found.days else []
    else:
        announce()
    told = {
        "year": found.year,
        "partial": found.partial,
        "days": [{"day": one.day.isoformat(), "working": one.worked, "name": one.name} for one in found.days],
        "differs": [
            {"day": one.day.isoformat(), "before": one.before, "after": one.after} for one in differing_days(found, known)
        ],
        "problems": problems,
        "moves": moves,
    }
    return json_answer(told)


@router.get("calendars/{calendar_id}", response=CalendarOut, summary="一个工作日历")
@access_declared(SIGNED_IN)
def calendar(request: HttpRequest, calendar_id: Key) -> HttpResponse:
    row = _found(calendar_id)
    return not_changed(request, _tag(row)) or json_answer(_told(row), etag=_tag(row))


@router.put("calendars/{calendar_id}", response=CalendarKept, summary="修改工作日历，可先预览影响")
@access_declared(ADMINISTRATOR)
def change_calendar(request: HttpRequest, calendar_id: Key, data: CalendarIn) -> HttpResponse:
    """Let a calendar say all of this and nothing else; the plans that run on it follow."""
    with transaction.atomic():
        return _keep(request, _locked(request, calendar_id), data)


@router.delete("calendars/{calendar_id}", response={204: None}, summary="删除没有被使用的工作日历")
@access_declared(ADMINISTRATOR)
def remove_calendar(request: HttpRequest, calendar_id: Key) -> HttpResponse:
    user = administrator(request)
    with transaction.atomic():
        actions.remove_calendar(by=user, calendar=_locked(request, calendar_id), now=clock.now())
    return HttpResponse(status=204)


@router.get("calendars/{calendar_id}/years/{year}", response=CalendarYear, summary="某日历在某年的每一天")
@access_declared(SIGNED_IN)
def days_of_calendar(request: HttpRequest, calendar_id: Key, year: Year) -> HttpResponse:
    """Each day of a year as a calendar has it: work, weekend, statutory (holiday, makeup) or its own."""
    row = _found(calendar_id)
    months = yearview.year_view(calendar_book(), (row.pk,), year, clock.today())
    cells = [cell for month in months for week in month.weeks for cell in week if cell is not None]
    told = {
        "months": [{"month": month.number, "working_days": month.worked} for month in months],
        "days": [{"day": cell.day.isoformat(), "kind": cell.kind, "name": cell.title} for cell in cells],
    }
    return json_answer(_state_of(year) | told)


def _keep(request: HttpRequest, row: WorkCalendar | None, data: CalendarIn) -> HttpResponse:
    """Make or change a calendar, or with `dry` tell what would move."""
    user, spec, made = administrator(request), _spec(data), []

    def change() -> None:
        made.append(actions.change_calendar(by=user, calendar=row, spec=spec, now=clock.now()))

    if data.dry:
        panels = actions.as_if(change, lambda: moves_of(request, {made[-1].pk}))
        return json_answer({"calendar": _told(row) if row is not None else None, "moves": moves_told(panels)})
    change()
    kept = _found(made[-1].pk)
    return json_answer({"calendar": _told(kept), "moves": None}, status=200 if row else 201, etag=_tag(kept))


def _spec(data: CalendarIn) -> CalendarSpec:
    hours = tuple((_minutes(begin), _minutes(end)) for begin, end in data.hours)
    days = tuple(OwnDay(own.first, own.last, own.working, own.name.strip()) for own in data.days)
    return CalendarSpec(data.name, data.pattern, data.anchor, hours, days)


def _minutes(moment: str) -> int:
    hour, minute = moment.split(":")
    return int(hour) * 60 + int(minute)


def _found(calendar_id: int) -> WorkCalendar:
    """Return a calendar that is offered to everybody.

    :raises Http404: alike for an unknown id and for the calendar of one project.
    """
    row = WorkCalendar.objects.filter(pk=calendar_id, is_private=False).prefetch_related("days").first()
    if row is None:
        raise Http404
    return row


def _locked(request: HttpRequest, calendar_id: int) -> WorkCalendar:
    """Return a calendar that nobody changes until the transaction ends, if it still is as the request says."""
    administrator(request)
    WorkCalendar.objects.select_for_update().filter(pk=calendar_id).first()
    row = _found(calendar_id)
    require_match(request, _tag(row), lambda: _told(row))
    return row


def _tag(row: WorkCalendar) -> str:
    return tag_of("calendar", row.pk, row.version)


def _state(row: StatutoryYear) -> dict[str, Any]:
    return {"year": row.year, "announced": row.announced, "source": row.source}


def _state_of(year: int) -> dict[str, Any]:
    row = StatutoryYear.objects.filter(year=year).first()
    return _state(row) if row else {"year": year, "announced": False, "source": ""}


def _told(row: WorkCalendar) -> dict[str, Any]:
    own = [
        {"first": day.first.isoformat(), "last": day.last.isoformat(), "working": day.working, "name": day.name}
        for day in row.days.all()
    ]
    return {
        "id": row.pk,
        "name": row.name,
        "is_organisation": row.is_organisation,
        "pattern": row.pattern,
        "anchor": row.anchor.isoformat() if row.anchor else None,
        "hours": row.hours_shown,
        "days": own,
    }
