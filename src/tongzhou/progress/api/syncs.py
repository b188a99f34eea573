"""Operations: the syncs of a project: its slots, who said what at one, how well it was kept to, and the rhythm."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, access_declared, require
from tongzhou.lib.rest import Input, Key, PageOf, Whole, Words, json_answer, page_answer, require_match, tag_of_content, told_at
from tongzhou.people.access import signed_in
from tongzhou.progress import access, actions
from tongzhou.progress.queries.beats import URGENCIES, Rhythm, beats_of, rhythm_values
from tongzhou.progress.queries.sync_page import Line, SlotShown, SyncPage, Wanted, sync_page
from tongzhou.projects.access import can_manage_organisation, project_or_404, standing
from tongzhou.projects.models import Project

READ, RHYTHM = "read project plan, tasks", "edit charter draft"
router = Router(tags=["progress"])
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["17:00"])]
Weekday = Annotated[Whole | None, Field(ge=1, le=7, description="1 Monday … 7 Sunday; null: every day")]
DayOff = Annotated[Literal["skip", "before", "after"], Field(description="on a day off: none, the working day before or after")]


class SlotOut(Schema):
    slot: str = Field(description="its name in addresses, like 20260306-1700")
    at: str
    people: int
    synced_people: int
    tasks: int
    synced_tasks: int


class Slots(Schema):
    items: list[SlotOut]
    count: int
    next: str | None


class MissedOut(Schema):
    task: int
    name: str
    said_at: str | None = Field(description="when it was said afterwards; null: not yet")


class LineOut(Schema):
    person: int = Field(description="id of who was asked; of whom nobody stood in for, she herself")
    name: str
    instead_of: str = Field(description="the name of the owner, where her stand-in was asked")
    department: str
    department_id: int | None
    urgency: str = Field(description="in words")
    tasks: int
    missed: int
    state: Literal["synced", "missed", "late", "nobody"] = Field(description="late: said afterwards; nobody: nobody to ask")
    behind: list[MissedOut]


class Lines(Schema):
    items: list[LineOut]
    count: int
    next: str | None
    slot: SlotOut


class LinesAsked(PageOf):
    urgency: Literal["", "urgent", "regular"] = ""
    department: Key | None = None
    state: Literal["", "synced", "missed", "late", "nobody"] = ""
    q: Words = Field("", max_length=80, description="words of a name or of a task that was missed")

    def wanted(self, slot: str) -> Wanted:
        return Wanted(slot, self.urgency, str(self.department or ""), self.state, self.q.strip())


class WeekOut(Schema):
    monday: str
    slots: int
    asked: int
    synced: int
    late: int = Field(description="tasks that were said afterwards")
    percent: int


class DepartmentOut(Schema):
    department: str
    asked: int
    synced: int
    percent: int


class Discipline(Schema):
    weeks: list[WeekOut]
    departments: list[DepartmentOut]


class RhythmIn(Input):
    urgent_weekday: Weekday = None
    urgent_at: Clock = "17:00"
    urgent_day_off: DayOff = "skip"
    regular_weekday: Weekday = 5
    regular_at: Clock = "17:00"
    regular_day_off: DayOff = "before"
    lead_minutes: Whole = Field(120, ge=0, le=1440, description="how long before people are reminded; 0: not at all")


class RhythmOut(RhythmIn):
    own: bool = Field(description="whether the project has its own; else that of the organisation holds")
    next_urgent: str | None = Field(description="the next slot; null: none, or of the organisation")
    next_regular: str | None


@router.get("projects/{number}/syncs", response=Slots, summary="同步：已统计的各次")
@access_declared(READ)
def syncs(request: HttpRequest, number: str, page: Query[PageOf]) -> HttpResponse:
    """The slots that were counted, the latest first; at most the last 90 days of slots."""
    slots = sync_page(project_or_404(signed_in(request), number), Wanted()).slots
    part = slots[page.offset : page.offset + page.limit]
    return page_answer(request, page, [_slot(one) for one in part], len(slots))


@router.get("projects/{number}/syncs/{slot}", response=Lines, summary="一次同步：谁已报、谁未报、谁补报")
@access_declared(READ)
def sync(request: HttpRequest, number: str, slot: str, asked: Query[LinesAsked]) -> HttpResponse:
    """The people of a slot by department, who is missing first. `latest` stands for the last slot."""
    found = _slot_page(project_or_404(signed_in(request), number), asked.wanted(slot))
    assert found.slot is not None
    part = found.lines[asked.offset : asked.offset + asked.limit]
    return page_answer(request, asked, [_line(one) for one in part], len(found.lines), slot=_slot(found.slot))


@router.get("projects/{number}/sync-discipline", response=Discipline, summary="同步纪律：各周与各部门")
@access_declared(READ)
def discipline(request: HttpRequest, number: str) -> HttpResponse:
    """How well the last 12 weeks were kept to, by week and by department."""
    page = sync_page(project_or_404(signed_in(request), number), Wanted())
    weeks = [
        {
            "monday": one.monday.isoformat(),
            "slots": one.slots,
            "asked": one.people,
            "synced": one.synced,
            "late": one.late,
            "percent": one.percent,
        }
        for one in page.weeks
    ]
    names = ("department", "asked", "synced", "percent")
    return json_answer(
        {"weeks": weeks, "departments": [{name: getattr(one, name) for name in names} for one in page.discipline]}
    )


@router.get("projects/{number}/sync-rhythm", response=RhythmOut, summary="本项目的同步节奏")
@access_declared(READ)
def rhythm(request: HttpRequest, number: str) -> HttpResponse:
    """When the tasks of each urgency are synced, and when next."""
    return _rhythm(project_or_404(signed_in(request), number))


@router.put("projects/{number}/sync-rhythm", response=RhythmOut, summary="设定本项目的同步节奏")
@access_declared(RHYTHM)
def change_rhythm(request: HttpRequest, number: str, data: RhythmIn) -> HttpResponse:
    """It holds from the next slot on."""
    return _keep(request, _own(request, number), data)


@router.delete("projects/{number}/sync-rhythm", response=RhythmOut, summary="恢复组织的同步节奏")
@access_declared(RHYTHM)
def follow_organisation(request: HttpRequest, number: str) -> HttpResponse:
    return _keep(request, _own(request, number), None)


@router.get("sync-rhythm", response=RhythmOut, summary="组织的同步节奏")
@access_declared(ADMINISTRATOR)
def organisation_rhythm(request: HttpRequest) -> HttpResponse:
    require(can_manage_organisation(signed_in(request)))
    return _rhythm(None)


@router.put("sync-rhythm", response=RhythmOut, summary="设定组织的同步节奏")
@access_declared(ADMINISTRATOR)
def change_organisation_rhythm(request: HttpRequest, data: RhythmIn) -> HttpResponse:
    require(can_manage_organisation(signed_in(request)))
    return _keep(request, None, data)


def _slot_page(project: Project, wanted: Wanted) -> SyncPage:
    """Return the page of the slot that is asked for by name.

    :raises Http404: if no such slot was counted.
    """
    page = sync_page(project, wanted)
    if page.slot is None or wanted.slot not in ("latest", page.slot.stamp):
        raise Http404
    return page


def _own(request: HttpRequest, number: str) -> Project:
    user = signed_in(request)
    project = project_or_404(user, number)
    require(access.can_set_rhythm(standing(user, project)))
    return project


def _keep(request: HttpRequest, project: Project | None, data: RhythmIn | None) -> HttpResponse:
    with transaction.atomic():
        told = _told(project)
        require_match(request, _tag(told), lambda: told)
        wanted = Rhythm(**_values(data)) if data is not None else None
        actions.set_sync_rhythm(by=signed_in(request), project=project, rhythm=wanted, now=clock.now())
    return _rhythm(project)


def _values(data: RhythmIn) -> dict[str, Any]:
    """Return what was said as the action takes it: there 0 is Monday."""
    values = data.dict()
    for urgency in URGENCIES:
        day = values[f"{urgency}_weekday"]
        values[f"{urgency}_weekday"] = day - 1 if day is not None else None
        values[f"{urgency}_at"] = time.fromisoformat(values[f"{urgency}_at"])
    return values


def _rhythm(project: Project | None) -> HttpResponse:
    told = _told(project)
    return json_answer(told, etag=_tag(told))


def _tag(told: dict[str, Any]) -> str:
    return tag_of_content("rhythm", {name: value for name, value in told.items() if not name.startswith("next_")})


def _told(project: Project | None) -> dict[str, Any]:
    values, own = rhythm_values(project)
    told = {**values, "own": own, "next_urgent": None, "next_regular": None}
    for urgency in URGENCIES:
        day = values[f"{urgency}_weekday"]
        told[f"{urgency}_weekday"] = int(day) + 1 if day else None
        told[f"{urgency}_at"] = f"{values[f'{urgency}_at']:%H:%M}"
    if project is not None:
        beat = beats_of([(project.pk, project.calendar_id)])[project.pk]
        told |= {f"next_{urgency}": told_at(beat.after(urgency, clock.now())) for urgency in URGENCIES}
    return told


def _slot(one: SlotShown) -> dict[str, Any]:
    return {
        "slot": one.stamp,
        "at": told_at(one.at),
        "people": one.people,
        "synced_people": one.synced,
        "tasks": one.tasks,
        "synced_tasks": one.synced_tasks,
    }


def _line(one: Line) -> dict[str, Any]:
    names = ("person", "name", "instead_of", "department", "department_id", "urgency", "tasks", "missed", "state")
    behind = [{"task": task, "name": name, "said_at": told_at(at)} for task, name, at in one.behind]
    return {name: getattr(one, name) for name in names} | {"behind": behind}
