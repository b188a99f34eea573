"""Start minutes: of a light project by one tap of each member, of a standard one signed by the heads."""

from __future__ import annotations

from datetime import timedelta

from support.cast import NOW, Cast, planned_project
from support.checks import refused
from tongzhou.confirmations.actions import confirm
from tongzhou.confirmations.queries.queue import confirmations_owed
from tongzhou.lib import clock
from tongzhou.meetings.actions import Plan, Sending, open_sheet_of, plan_meeting, send_minutes
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries import stands
from tongzhou.projects.models import Project
from tongzhou.rhythm.queries import due_at
from tongzhou.signoffs.models import Sheet

UNTIL = NOW + timedelta(days=2)


def started(cast: Cast, project: Project) -> Meeting:
    """Minutes of the start, sent to two."""
    plan = Plan("任务启动", NOW, 15, cast.manager.pk)
    people = [cast.head.pk, cast.member.pk]
    with clock.pretend(NOW):
        row = plan_meeting(by=cast.manager, project=project, kind="start", plan=plan, people=people, now=NOW)
        send_minutes(by=cast.manager, meeting=row, sending=Sending(UNTIL), now=NOW)
    return fresh(row)


def fresh(row: Meeting) -> Meeting:
    return Meeting.objects.select_related("project", "confirmation", "sheet").get(pk=row.pk)


def test_a_light_start_is_in_the_archive_when_each_member_tapped(cast: Cast) -> None:
    row = started(cast, planned_project(cast, weight="light"))
    assert [item.title for item in row.items.all()] == ["目标", "范围", "参与人", "里程碑"]
    assert due_at("minutes", row.pk) is None
    question = row.confirmation
    assert question is not None
    with clock.pretend(NOW):
        owed = confirmations_owed(cast.member, NOW)
    assert [(one.title, one.quick.word if one.quick else "") for one in owed] == [("任务启动 第1版", "确认")]
    for person in (cast.head, cast.member):
        confirm(by=person, confirmation=question, edition=1, now=NOW)
    done = fresh(row)
    assert (stands(done, NOW).state, done.signed_at, Sheet.objects.count()) == ("archived", None, 0)


def test_no_text_of_a_light_start_speaks_of_heavy_things(cast: Cast) -> None:
    row = started(cast, planned_project(cast, weight="light"))
    assert row.confirmation is not None
    said = row.confirmation.title + row.confirmation.text + "".join(item.title for item in row.items.all())
    assert not [word for word in ("章程", "会签", "承诺", "备忘录") if word in said]


def test_a_standard_start_is_signed_by_the_heads(cast: Cast) -> None:
    row = started(cast, planned_project(cast))
    assert [item.key for item in row.items.all()] == ["objectives", "scope", "departments", "milestones"]
    question = row.confirmation
    assert question is not None
    for person in (cast.head, cast.member):
        confirm(by=person, confirmation=question, edition=1, now=NOW)
    sheet = fresh(row).sheet
    assert sheet is not None and (sheet.kind, sheet.places.count()) == ("start-minutes", 2)


def test_nobody_signs_in_a_light_project(cast: Cast) -> None:
    row = started(cast, planned_project(cast, weight="light"))
    with refused("not-confirmed"):
        open_sheet_of(by=cast.manager, meeting=row, now=NOW)
