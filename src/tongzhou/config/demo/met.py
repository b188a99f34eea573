"""A kickoff of the demo: planned, held, minutes sent in time, confirmed by most and objected to by one (sources B and C)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tongzhou.confirmations.actions import confirm, object_to
from tongzhou.meetings.actions import (
    Plan,
    Sending,
    Task,
    add_action,
    add_decision,
    plan_meeting,
    send_minutes,
    set_attendees,
    take_minutes,
    write_part,
)
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries.invited import usually_invited
from tongzhou.people.models import User
from tongzhou.projects.models import Project

NUMBER = "HYS-2024"
TEXTS = {
    "objectives": "复购率是本项目的唯一北极星指标；积分体系与个性化推荐两项成果缺一不可。",
    "departments": "运营部牵头；研发部负责系统开发，市场部负责会员权益设计，客服部负责用户反馈收集，各部门接口人即日到位。",
    "process": "市场部建议：权益包装与前端页面开发并行，先交首页与权益页两张主视觉。已采纳。",
    "communication": "每周一10:00跨部门例会，30分钟；进度由各任务负责人在系统中更新，重要结论以书面确认为准。",
    "risks": "若数据接口延迟，优先保障积分核心功能，个性化推荐先用规则版。",
}
DECISIONS = ("积分规则以4月上线版为准，上线前不再增加等级", "用户反馈每周五由客服部汇总一次")
OBJECTION = "客服部的职责还应写明反馈分类标准由运营部提供"
ANSWERED = ("李四", "吴八", "赵六", "周七")


def plan_kickoff(people: Mapping[str, User], starts_at: datetime, now: datetime) -> None:
    """The manager invites who holds a seat or a role."""
    project = Project.objects.get(number=NUMBER)
    plan = Plan(f"{project.name}启动会", starts_at, 60, people["孙七"].pk, "三楼大会议室", recorder=people["赵六"].pk)
    invited = usually_invited(project)
    plan_meeting(by=people["孙七"], project=project, kind="kickoff", plan=plan, people=invited, now=now)


def send_kickoff_minutes(people: Mapping[str, User], now: datetime) -> None:
    """Who came is marked, the recorder writes, the host sends."""
    row = _kickoff()
    writer, host = people["赵六"], people["孙七"]
    came = dict.fromkeys(row.attendees.values_list("person_id", flat=True), "present")
    set_attendees(by=writer, meeting=row, presences=came | {people["褚十六"].pk: "excused"}, now=now)
    take_minutes(by=writer, meeting=row, now=now)
    for item in row.items.filter(key__in=TEXTS).select_related("meeting__project"):
        write_part(by=writer, item=item, text=TEXTS[item.key], version=item.version, now=now)
    for text in DECISIONS:
        add_decision(by=writer, meeting=row, text=text, now=now)
    task = Task("给出反馈分类标准", people["赵六"].pk, (now + timedelta(days=9)).date())
    add_action(by=writer, meeting=row, task=task, now=now)
    send_minutes(by=host, meeting=_kickoff(), sending=Sending(now + timedelta(days=5)), now=now)


def answer_kickoff_minutes(people: Mapping[str, User], now: datetime) -> None:
    """Most confirm, one objects with a reason."""
    question = _kickoff().confirmation
    assert question is not None
    for name in ANSWERED:
        confirm(by=people[name], confirmation=question, edition=1, now=now)
    object_to(by=people["张三"], confirmation=question, reason=OBJECTION, edition=1, now=now)


def _kickoff() -> Meeting:
    rows = Meeting.objects.select_related("project", "confirmation", "confirmation__project")
    return rows.get(project__number=NUMBER, kind="kickoff")
