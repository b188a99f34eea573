"""A kickoff of the tests: planned, written, sent, answered, signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from support.cast import NOW, Cast, planned_project
from tongzhou.confirmations.actions import confirm
from tongzhou.confirmations.queries import stands as confirmations
from tongzhou.lib import clock
from tongzhou.meetings.actions import (
    Plan,
    Sending,
    plan_meeting,
    send_minutes,
    write_part,
)
from tongzhou.meetings.models import AgendaItem, Edition, Meeting
from tongzhou.notifications.models import Notice
from tongzhou.people.models import User
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.signoffs.actions import Origin, Said, sign_place
from tongzhou.signoffs.models import Sheet

HOUR = timedelta(hours=1)
START = NOW + HOUR
END = START + HOUR
AFTER = END + HOUR
UNTIL = NOW + timedelta(days=3)


def plan_of(cast: Cast, **values: Any) -> Plan:
    made = Plan("启动会", START, 60, cast.head.pk, "三楼会议室", "https://meeting.example.com/1", cast.member.pk)
    return replace(made, **values)


def planned(cast: Cast, project: Project | None = None, **values: Any) -> Meeting:
    project = project or planned_project(cast)
    people = [cast.head.pk, cast.other_head.pk, cast.manager.pk]
    return plan_meeting(by=cast.manager, project=project, kind="kickoff", plan=plan_of(cast, **values), people=people, now=NOW)


def fresh(row: Meeting) -> Meeting:
    return Meeting.objects.select_related("project", "confirmation", "sheet").get(pk=row.pk)


def sent(cast: Cast, row: Meeting, by: User | None = None, now: datetime = AFTER, note: str = "") -> Edition:
    with clock.pretend(now):
        return send_minutes(by=by or cast.head, meeting=fresh(row), sending=Sending(UNTIL, note), now=now)


def part(row: Meeting, key: str) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting__project").get(meeting=row, key=key)


def write(cast: Cast, row: Meeting, key: str, text: str, now: datetime = AFTER) -> AgendaItem:
    item = part(row, key)
    return write_part(by=cast.member, item=item, text=text, version=item.version, now=now)


def answered(cast: Cast, row: Meeting, *people: User, now: datetime = AFTER) -> None:
    """Let these people confirm the newest edition."""
    for person in people:
        question = fresh(row).confirmation
        assert question is not None
        confirm(by=person, confirmation=question, edition=question.edition, now=now)


def confirmed(cast: Cast) -> tuple[Meeting, Sheet]:
    """Return a kickoff whose minutes everybody confirmed, and the sheet on which the heads sign them now."""
    row = planned(cast)
    sent(cast, row)
    answered(cast, row, cast.member, cast.manager, cast.other_head)
    sheet = fresh(row).sheet
    assert sheet is not None
    return row, sheet


def answers(row: Meeting) -> dict[str, str]:
    question = fresh(row).confirmation
    assert question is not None
    return {one.name: one.answer for one in confirmations([question], AFTER)[0].answers}


def signed(sheet: Sheet, person: User, decision: str = "approve", now: datetime = AFTER) -> None:
    place = next(
        one
        for one in sheet.places.all()
        if sheet.project.participations.filter(
            department_id=one.department_id, seats__kind="head", seats__holder=person
        ).exists()
    )
    origin = Origin("password", now, "127.0.0.1", "", f"request-{person.pk}-{sheet.pk}-{now:%H%M}")
    opinion = "" if decision == "approve" else "职责写错了"
    sign_place(by=person, place=place, said=Said(decision, sheet.digest, opinion), origin=origin, now=now)


def crowd(project: Project, count: int) -> list[int]:
    """Return so many more members of a project, by id."""
    people = User.objects.bulk_create(User(login=f"crowd-{at}", name=f"群众{at}") for at in range(count))
    ProjectRole.objects.bulk_create(ProjectRole(project=project, user=person, kind="member") for person in people)
    return [person.pk for person in people]


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("title", flat=True))
