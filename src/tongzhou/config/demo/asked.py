"""What people of the demo ask of each other: an exception that is open, a conclusion that waits to be confirmed (source D)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tongzhou.confirmations.actions import Asking, ask_confirmation
from tongzhou.lib import clock
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Filed, report_exception
from tongzhou.projects.models import Project

NUMBER = "KST-2024"
EXCEPTION = Filed(
    kind="resource",
    reason="测试环境资源不足",
    impact="需求文档评审延迟1天",
    solution="已协调技术部优先处理",
    expected=datetime.min.date(),
)
CONCLUSION = (
    "数据工具交付时间",
    "经客服部与技术部电话沟通：\n1. 技术部数据工具3月12日前交付，交付前先提供近三个月的原始数据；\n"
    "2. 客服部收到工具后两个工作日内完成《用户反馈分析报告》；\n3. 需求评审日期不变。",
)


def lay_asked(people: Mapping[str, User], now: datetime) -> None:
    """Lay both as of an hour of the day of seeding; the conclusion waits for an answer since the day before."""
    project = Project.objects.get(number=NUMBER)
    task = WorkItem.objects.select_related("project", "owner").get(project=project, name="需求文档撰写与评审")
    filed = Filed(**{**vars(EXCEPTION), "expected": (now + timedelta(days=2)).date()})
    with clock.pretend(now):
        report_exception(by=people["王五"], project=project, item=task, filed=filed, now=now)
    yesterday = now - timedelta(days=1)
    asked = [people[name].pk for name in ("赵六", "李四", "王五")]
    asking = Asking(*CONCLUSION, asked, now + timedelta(days=1, hours=8), "confirmed")
    with clock.pretend(yesterday):
        ask_confirmation(by=people["张三"], project=project, asking=asking, now=yesterday)
