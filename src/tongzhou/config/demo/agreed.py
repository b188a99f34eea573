"""What the sample projects agreed on: objectives with what was measured, scope, communication (sources A, B, C, D and E)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from tongzhou.lib import clock
from tongzhou.people.models import Department, System, User
from tongzhou.projects.actions import (
    Goal,
    Reading,
    ScopeLine,
    add_objective,
    add_usual_rules,
    change_basics,
    let_decide,
    measure_objective,
    move_stage,
    set_scope,
)
from tongzhou.projects.models import Participation, Project

Values = tuple[tuple[int, str, str], ...]


@dataclass(frozen=True)
class Aim:
    """An objective; `due` and the days of `values` are counted in weeks from the project's first day."""

    name: str
    metric: str
    baseline: str
    target: str
    unit: str
    due: int
    owner: str
    values: Values = ()
    is_kpi: bool = False


@dataclass(frozen=True)
class Agreed:
    """What a project agreed on. `excluded`: text and the department that does it."""

    number: str
    background: str
    aims: tuple[Aim, ...]
    included: tuple[str, ...]
    excluded: tuple[tuple[str, str], ...]
    alone: tuple[tuple[str, str], ...]


REPURCHASE = ((0, "15", "上线前"), (2, "15.6", ""), (3, "16.2", "灰度用户"))
AGREED = (
    Agreed(
        "XMB-2024",
        "现有产品上市已满两年，渠道反馈功能落后于竞品；新产品须在三个月内完成上市。",
        (
            Aim("首月销量", "上市首月销量", "0", "5000", "台", 16, "孙九"),
            Aim("市场占有率", "行业排名", "8", "5", "名", 16, "吴八"),
            Aim(
                "核心功能用例通过率",
                "功能测试用例通过率",
                "0",
                "100",
                "%",
                5,
                "周七",
                ((3, "25", ""), (4, "40", "核心用例")),
                True,
            ),
            Aim("推广物料提前交付", "比计划提前天数", "", "10", "天", 8, "冯十二", (), True),
        ),
        ("样机设计、测试与定型", "推广方案与物料", "渠道铺货与销售培训"),
        (("上市后的售后培训", "客服部"),),
        (("研发部", "三天以内的任务日期调整"), ("市场部", "5000元以内的物料费用")),
    ),
    Agreed(
        "KST-2024",
        "近三个月客户投诉率持续上升，主要集中在产品功能与响应速度。",
        (Aim("投诉率下降20%", "每千单投诉数", "5", "4", "件", 5, "张三", ((0, "5", "基线"), (1, "4.8", "样本 12000 单"))),),
        ("产品功能优化",),
        (("客服话术培训", "客服部"),),
        (("技术部", "数据接口与工具的交付顺序"),),
    ),
    Agreed(
        "HYS-2024",
        "会员复购率连续两季持平，积分与权益对用户缺少吸引力。",
        (
            Aim(
                "复购率提升至25%",
                "复购率",
                "15",
                "25",
                "%",
                13,
                "孙七",
                ((0, "15", "上线前"), (2, "15.6", ""), (3, "16.2", "灰度用户")),
            ),
            Aim("按时交付率", "按期完成的任务占比", "", "100", "%", 13, "李四", ((3, "92", ""),), True),
        ),
        ("会员积分体系上线", "个性化推荐功能上线"),
        (("线下门店会员权益", "销售部"),),
        (("研发部", "两天以内的上线时间调整"),),
    ),
)


def lay_agreed(people: Mapping[str, User], departments: Mapping[str, Department], today: date) -> None:
    """Let the sample projects agree on what stands above, as of the hour of their creation; their work is under way."""
    for agreed in AGREED:
        project = Project.objects.get(number=agreed.number)
        manager = project.roles.get(kind="manager").user
        with clock.pretend(project.created_at):
            _say(agreed, project, manager, departments, project.created_at)
        _measure(agreed, project, people, today)


def _say(agreed: Agreed, project: Project, manager: User, departments: Mapping[str, Department], now: datetime) -> None:
    lines = [ScopeLine("in", text) for text in agreed.included]
    lines += [ScopeLine("out", text, departments[home]) for text, home in agreed.excluded]
    set_scope(by=manager, project=project, lines=lines, now=now)
    change_basics(by=manager, project=project, values={"background": agreed.background}, now=now)
    add_usual_rules(by=manager, project=project, now=now)
    for home, text in agreed.alone:
        part = Participation.objects.select_related("project", "department").get(project=project, department=departments[home])
        let_decide(by=manager, participation=part, kind="liaison", text=text, now=now)
    move_stage(by=System(), project=project, to="executing", now=now)


def _measure(agreed: Agreed, project: Project, people: Mapping[str, User], today: date) -> None:
    assert project.starts_on is not None
    for aim in agreed.aims:
        goal = Goal(
            aim.name,
            aim.metric,
            Decimal(aim.baseline) if aim.baseline else None,
            Decimal(aim.target),
            aim.unit,
            due=project.starts_on + timedelta(weeks=aim.due),
            owner=people[aim.owner],
            is_kpi=aim.is_kpi,
        )
        row = add_objective(by=project.roles.get(kind="manager").user, project=project, goal=goal, now=project.created_at)
        for week, value, note in aim.values:
            day = project.starts_on + timedelta(weeks=week, days=1)
            if day <= today:
                at = project.created_at + timedelta(days=(day - project.created_at.date()).days)
                with clock.pretend(at):
                    reading = Reading(day, Decimal(value), note)
                    measure_objective(by=people[aim.owner], objective=row, reading=reading, now=at)
