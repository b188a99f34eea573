"""A meeting of a project of the tests, and how its addresses and operations are used as they are meant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from support.cast import NOW, Cast
from tongzhou.confirmations.actions import confirm, object_to
from tongzhou.lib import clock
from tongzhou.meetings.actions import (
    Plan,
    Sending,
    Task,
    add_action,
    add_decision,
    plan_meeting,
    preset_agenda,
    send_minutes,
    write_part,
)
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries.agenda import AgendaLine
from tongzhou.projects.models import Project

READ, CHARTER = "read project plan, tasks", "edit charter draft"


def met(cast: Cast, project: Project) -> dict[str, Any]:
    """Give the project a meeting that the manager hosts, whose minutes went out to the head."""
    plan = Plan("任务启动", NOW - timedelta(hours=2), 30, cast.manager.pk)
    with clock.pretend(NOW):
        row = plan_meeting(by=cast.manager, project=project, kind="start", plan=plan, people=[cast.head.pk], now=NOW)
        send_minutes(by=cast.manager, meeting=row, sending=Sending(NOW + timedelta(days=3)), now=NOW)
        decision = add_decision(by=cast.manager, meeting=row, text="先做样机", now=NOW)
        action = add_action(by=cast.manager, meeting=row, task=Task("排期", cast.head.pk, NOW.date()), now=NOW)
        preset_agenda(by=cast.manager, project=project, lines=[AgendaLine("", "宣布分工", hint="各部门各说一条")], now=NOW)
    ids = {"meeting_id": row.pk, "decision_id": decision.pk, "action_id": action.pk, "edition": 1, "minutes_ending": "docx"}
    agenda = row.items.values_list("pk", flat=True)[0]
    return ids | {"agenda_id": agenda, "meeting_kind": "start" if project.weight == "light" else "kickoff"}


def met_on_stage(people: dict[str, Any], project: Project, now: datetime) -> dict[str, Any]:
    """A kickoff that 陈一 hosts: minutes out, one objection, a text amended since."""
    manager, asked = people["陈一"], [people[name].pk for name in ("吴八", "周七", "冯十二", "褚十六")]
    plan = Plan("新产品上市项目启动会", now - timedelta(hours=3), 60, manager.pk, "三楼大会议室", "https://meet.example.com/8")
    row = plan_meeting(by=manager, project=project, kind="kickoff", plan=plan, people=asked, now=now)
    decision = add_decision(by=manager, meeting=row, text="样机定型后三天内出推广方案，依赖研发部的功能亮点说明", now=now)
    task = Task("确认样机排期", people["周七"].pk, now.date() + timedelta(days=9))
    action = add_action(by=manager, meeting=row, task=task, now=now)
    send_minutes(by=manager, meeting=row, sending=Sending(now + timedelta(days=3)), now=now)
    row = Meeting.objects.select_related("project", "confirmation__project").get(pk=row.pk)
    assert row.confirmation is not None
    confirm(by=people["周七"], confirmation=row.confirmation, edition=1, now=now)
    object_to(by=people["吴八"], confirmation=row.confirmation, edition=1, reason="渠道预热的时间写早了一周", now=now)
    item = row.items.select_related("meeting__project").get(key="milestones")
    write_part(by=manager, item=item, text="市场预热启动时间以渠道合同签订为准。", version=1, now=now)
    ids = {"meeting_id": row.pk, "decision_id": decision.pk, "action_id": action.pk, "edition": 1}
    return ids | {"agenda_id": item.pk, "meeting_kind": "start", "minutes_ending": "docx"}


def meeting_attempts(cast: Cast) -> list[tuple[Any, ...]]:
    """The manager hosts the meeting and writes its minutes; who is not asked to confirm them is told so in words (422)."""
    when = {"starts_at": "2024-03-04T10:00", "length": "60", "host": cast.manager.pk}
    plan = {"title": "启动会", **when, "people_invited": cast.head.pk}
    wrote = {"text": "各部门无异议", "version": "1"}
    return [
        ("meeting_new", CHARTER),
        ("meeting_new", CHARTER, "post", plan),
        ("meeting_calendar", READ),
        ("meeting_details", CHARTER),
        ("meeting_details", CHARTER, "post", {"title": "启动会", **when}),
        ("meeting_attendees", CHARTER),
        ("meeting_attendees", CHARTER, "post", {f"person_{cast.manager.pk}": "present"}),
        ("meeting_cancellation", CHARTER, "post", {"reason": "改期"}),
        ("minutes", CHARTER, "post"),
        ("minutes_changes", CHARTER),
        ("agenda", CHARTER, "post", {"title": "其他"}),
        ("agenda_text", CHARTER),
        ("agenda_text", CHARTER, "post", wrote),
        ("agenda_removal", CHARTER, "post"),
        ("decisions", CHARTER, "post", {"decision": "先做样机"}),
        ("decision_removal", CHARTER, "post"),
        ("action_items", CHARTER, "post", {"what": "排期", "who": cast.head.pk, "due": "2024-03-05"}),
        ("action_removal", CHARTER, "post"),
        ("editions", CHARTER, "post", {"due": "2024-03-05T17:00"}),
        ("minutes_sheet", CHARTER, "post"),
        ("minutes_answer", READ, "post", {"answer": "confirmed", "edition": "1"}),
    ]


def meeting_requests(cast: Cast) -> list[tuple[Any, ...]]:
    """Return how programs use meetings."""
    one, until = "projects/{number}/meetings/{meeting_id}", f"{clock.today() + timedelta(days=30)}T17:00"
    when = {"title": "启动会", "starts_at": f"{clock.today() - timedelta(days=1)}T10:00", "host": cast.manager.pk}
    task = {"what": "排期", "who": cast.head.pk, "due": str(clock.today() + timedelta(days=30))}
    return [
        ("GET", "projects/{number}/meetings", READ),
        ("POST", "projects/{number}/meetings", CHARTER, {**when, "kind": "kickoff", "people": [cast.head.pk]}),
        ("GET", one, READ),
        ("PUT", one, CHARTER, when),
        ("PUT", f"{one}/attendees", CHARTER, {"attendees": [{"person": cast.manager.pk, "presence": "present"}]}),
        ("POST", f"{one}/minutes", CHARTER, {}),
        ("POST", f"{one}/agenda", CHARTER, {"title": "其他"}),
        ("PUT", f"{one}/agenda/{{agenda_id}}", CHARTER, {"text": "无异议", "version": 1}),
        ("DELETE", f"{one}/agenda/{{agenda_id}}", CHARTER),
        ("POST", f"{one}/decisions", CHARTER, {"text": "先做样机"}),
        ("DELETE", f"{one}/decisions/{{decision_id}}", CHARTER),
        ("POST", f"{one}/actions", CHARTER, task),
        ("DELETE", f"{one}/actions/{{action_id}}", CHARTER),
        ("GET", f"{one}/editions/{{edition}}", READ),
        ("POST", f"{one}/answer", READ, {"answer": "confirmed", "edition": 1}),
        ("POST", f"{one}/editions", CHARTER, {"due": until}),
        ("POST", f"{one}/sheet", CHARTER),
        ("POST", f"{one}/cancellation", CHARTER, {"reason": "改期"}),
    ]
