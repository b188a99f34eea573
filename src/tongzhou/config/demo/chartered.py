"""Charters of the demo: that of the launch was signed before the work began, that of the membership waits for one head.

The memo of the launch was signed with its charter: what moved since then is marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tongzhou.charters.actions import open_charter, open_memo, write_part
from tongzhou.lib import clock
from tongzhou.people.models import User
from tongzhou.projects.actions import change_basics
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import Origin, Said, sign_place
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.places import standings

LAUNCH, MEMBERSHIP, WAITS_FOR = "XMB-2024", "HYS-2024", "张三"
BEFORE_THE_WORK = timedelta(days=5)
"""How long after its creation the launch is planned, and its work has not begun."""
TEXTS = {
    LAUNCH: {
        "success": "正式上市日期不晚于计划；首月销量不低于5000台；上市首月客户投诉率不高于1.5%。",
        "assumptions": "样机所需关键元器件4月前到货；终端门店陈列位由销售部协调，不另计费用。",
        "risks": "1. 兼容性问题影响上市时间：提前安排复测。\n2. 供应商物料延迟到货：备选供应商已询价。",
        "authority": "项目经理可调整非关键任务的起止时间；关键里程碑与预算的调整报项目总负责人。",
        "exit": "正式上市满一个月，交付物全部验收，复盘报告归档。",
    },
    MEMBERSHIP: {
        "success": "上线后三个月复购率不低于25%。",
        "risks": "用户画像数据口径不一致，影响个性化推荐效果。",
    },
}
REMARKS = {"市场部": "推广费用按季度拨付，请财务协调员提前安排。"}


def lay_signed(people: Mapping[str, User]) -> None:
    """Let the heads of the launch have signed before the work began."""
    project = Project.objects.get(number=LAUNCH)
    now = project.created_at + BEFORE_THE_WORK
    _sign(_opened(project, people["陈一"], now), frozenset(), now + timedelta(hours=2))
    later = now + timedelta(hours=6)
    with clock.pretend(later):
        sheet = open_memo(by=people["陈一"], project=project, due=later + timedelta(days=3), now=later)
    _sign(sheet, frozenset(), later + timedelta(hours=1))


def lay_being_signed(people: Mapping[str, User], now: datetime) -> None:
    """Let the charter of the membership wait for one head; the others have agreed."""
    sheet = _opened(Project.objects.get(number=MEMBERSHIP), people["孙七"], now)
    _sign(sheet, frozenset({WAITS_FOR}), now + timedelta(minutes=40))


def _opened(project: Project, manager: User, now: datetime) -> Sheet:
    """Write what the charter says beyond the project's own data, and ask for signatures."""
    contact = {"contact": f"{manager.name} 138 0000 1001"}
    with clock.pretend(now):
        change_basics(by=manager, project=project, values=contact, now=now)
        for kind, text in TEXTS[project.number].items():
            write_part(by=manager, project=project, kind=kind, text=text, version=0, now=now)
        return open_charter(by=manager, project=project, due=now + timedelta(days=3), now=now)


def _sign(sheet: Sheet, not_yet: frozenset[str], now: datetime) -> None:
    """Let each holder of a seat sign, one some minutes after the other."""
    for place, at in enumerate(standings(sheet)):
        holder, moment = at.held.holder, now + timedelta(minutes=7 * place)
        if holder is None or holder.name in not_yet:
            continue
        remark = REMARKS.get(at.place.department.name if at.place.department else "", "")
        with clock.pretend(moment):
            said = Said("approve", sheet.digest, remark)
            origin = Origin("password", moment - timedelta(minutes=1), "127.0.0.1", "", "demo")
            sign_place(by=holder, place=at.place, said=said, origin=origin, now=moment)
