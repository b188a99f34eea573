"""What people ask of each other, laid into the database of a seeded server: cases, blocks, exceptions, confirmations, syncs.

Each page is shown with nothing (KONG-1), one row (HYS-2024), a few in all their states (KST-2024), and sixty with the longest
names (DUO-60). Run in a process of its own, with the server's environment: LAUNCH.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from tongzhou.confirmations.actions import Asking as Wording
from tongzhou.confirmations.actions import ask_confirmation, confirm, object_to
from tongzhou.escalations.actions import climb_case, close_case, decide_case, hand_back
from tongzhou.lib import clock
from tongzhou.people.actions import add_person
from tongzhou.people.models import Department, System, User
from tongzhou.plan.actions import ItemSpec, Report, bring_in
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import (
    Asking,
    Filed,
    Handling,
    Words,
    close_exception,
    close_sync,
    escalate_task,
    handle_exception,
    keep_beats,
    put_off_block,
    report_exception,
    report_progress,
)
from tongzhou.progress.models import Block, SyncBeat
from tongzhou.projects.actions import Part, create_project, give_role, seat, set_participation
from tongzhou.projects.models import Project

LAUNCH = "import django; django.setup(); from tests.journeys.laid_asked import main; main()"
LONG = "会员积分体系与客户投诉闭环数据接口联合调试（含华东、华南、华北三大区门店终端适配及第三方支付渠道对账规则确认）"
LONGER = (LONG + "——等待研发部完成性能压测并由质量部出具独立复测报告后方可进入试点门店灰度发布阶段")[:100]
NAME = "欧阳夏侯司徒诸葛慕容上官长孙宇文"
MANY = 60


@dataclass
class Stage:
    """Who acts, and when it is now."""

    now: datetime
    people: dict[str, Any] = field(default_factory=dict)
    departments: dict[str, Any] = field(default_factory=dict)

    def ago(self, days: float, hour: int = 10) -> datetime:
        """Return an hour of the working day that was `days` days ago, or shortly before now."""
        at = timezone.localtime(self.now - timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
        return min(at, self.now - timedelta(minutes=5))

    def ahead(self, days: float) -> datetime:
        return timezone.localtime(self.now + timedelta(days=days)).replace(hour=17, minute=0, second=0, microsecond=0)


def lay(now: datetime) -> None:
    """Lay all of it as of `now`."""
    stage = Stage(now, {row.name: row for row in User.objects.all()}, {row.name: row for row in Department.objects.all()})
    _rounds(stage)
    _project(stage, "KONG-1", "门店巡检流程优化项目", [])
    many = _project(stage, "DUO-60", "全国门店数字化升级与跨部门协同流程再造项目", _tasks())
    # What is overdue climbs by the server's own clock, but not halfway.
    for part in (_few, _one):
        with transaction.atomic():
            part(stage)
    with transaction.atomic():
        _many(stage, many)


def _tasks() -> list[str]:
    return [LONGER, LONG, *(f"第{number}批门店终端联调与验收" for number in range(3, MANY + 1))]


def _project(stage: Stage, number: str, name: str, tasks: list[str]) -> Any:

    at, people, manager = stage.ago(40), stage.people, stage.people["陈一"]
    if NAME not in people:
        people[NAME] = add_person(
            by=people["系统管理员"], name=NAME, login="ouyang", department=stage.departments["市场部"], now=at
        )
    with clock.pretend(at):
        basics = {"name": name, "starts_on": at.date(), "kind": "project"}
        lead = stage.departments["研发部"]
        project = create_project(by=manager, number=number, manager=manager, lead=lead, now=at, basics=basics)
        seats = {
            "研发部": ("李四", "周七"),
            "市场部": ("吴八", NAME),
            "销售部": ("孙九", "钱十三"),
            "质量部": ("卫十一", "卫十一"),
        }
        for unit, (head, liaison) in seats.items():
            kind = "lead" if unit == "研发部" else "support"
            row = set_participation(by=manager, project=project, department=stage.departments[unit], part=Part(kind), now=at)
            seat(by=manager, participation=row, kind="head", holder=people[head], now=at)
            seat(by=manager, participation=row, kind="liaison", holder=people[liaison], now=at)
        give_role(by=manager, project=project, person=people["褚十六"], role="general_lead", now=at)
        items = [_item(stage, number, name) for number, name in enumerate(tasks)]
        if items:
            bring_in(by=manager, project=project, items=items, links=[], now=at)
    return project


def _item(stage: Stage, number: int, name: str) -> Any:

    owners = (("研发部", "周七"), ("市场部", NAME), ("销售部", "钱十三"))
    unit, owner = owners[number % 3]
    first = stage.ago(14).date() + timedelta(days=number % 5)
    return ItemSpec(
        key=str(number + 1),
        name=name,
        department=stage.departments[unit].pk,
        owner=stage.people[owner].pk,
        typed_start=first,
        typed_finish=first + timedelta(days=12),
        duration=8 * 480,
    )


def _rounds(stage: Stage) -> None:
    """Count the regular slots of the last four weeks, and the urgent ones of the last three days."""

    with clock.pretend(stage.ago(30)):
        keep_beats(stage.ago(30))
    running = WorkItem.objects.filter(project__number="XMB-2024", state__in=("doing", "todo"), children__isnull=True)
    running.filter(name__in=("功能测试", "销售培训")).update(urgency="urgent")
    beat = SyncBeat.objects.order_by("pk").first()
    assert beat is not None
    today = timezone.localtime(stage.now).replace(hour=17, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=back) for back in range(24, 0, -1)]
    for slot in (day for day in days if day.weekday() < 5 and day < stage.now):
        for urgency in ("urgent", "regular"):
            if urgency == "urgent" or slot.weekday() == 4:
                with clock.pretend(slot):
                    close_sync(urgency, beat.pk, due_at=slot, now=slot)


def _leaf(number: str, name: str) -> Any:

    return WorkItem.objects.select_related("project", "owner", "department").get(project__number=number, name=name)


def _block(stage: Stage, item: Any, at: datetime, reason: str, **asked: Any) -> Any:
    """Report a task as blocked; `person` or `department` by name, `until` an instant."""
    person, unit = asked.get("person"), asked.get("department")
    asking = Asking(stage.people[person].pk if person else None, stage.departments[unit].pk if unit else None, asked["until"])
    # What was reported later than that stays: the block is told today then, and as old as it is meant to be.
    told = at if item.reported_on is None or item.reported_on <= timezone.localtime(at).date() else stage.now
    with clock.pretend(told):
        words = Words(problem=reason, blocking=replace(asking, until=max(asked["until"], told + timedelta(minutes=1))))
        report, day = Report("blocked", item.percent), timezone.localtime(told).date()
        report_progress(by=item.owner, item=item, report=report, words=words, status_date=day, now=told)
    Block.objects.filter(work_item=item, closed_at=None).update(opened_at=at, until=asked["until"])
    return Block.objects.select_related("work_item__project", "person", "department").get(work_item=item, closed_at=None)


def _case(stage: Stage, item: Any, at: datetime, reason: str, level: int = 1) -> Any:

    with clock.pretend(at):
        case = escalate_task(by=item.project.roles.get(kind="manager").user, item=item, reason=reason, now=at)
        while case.level < level:
            at += timedelta(hours=8)
            case = climb_case(by=System(), case=case, reason="本级时限已到。", now=at)
    return case


def _few(stage: Stage) -> None:
    """The launch project: every state of each of them."""
    _few_cases(stage)
    _few_exceptions(stage)
    _few_confirmations(stage)


def _few_cases(stage: Stage) -> None:
    leaf = lambda name: _leaf("XMB-2024", name)  # noqa: E731
    soon, people = stage.ahead(3), stage.people
    late = stage.ago(1, 17)
    _block(
        stage, leaf("功能测试"), stage.ago(9), "两款主流手机蓝牙连接不稳定，缺新版主板 20 块", department="生产部", until=late
    )
    put = _block(
        stage, leaf("推广方案"), stage.ago(6), "研发部的《功能亮点说明》还没有交", person="李四", until=stage.ago(2, 17)
    )
    put_off_block(by=people["李四"], block=put, until=soon, reason="亮点说明等兼容性测试结论，周三给初稿", now=stage.ago(3))
    _block(stage, leaf("销售培训"), stage.ago(2), "样机 3 台未到，培训没有实物", person="周七", until=stage.ahead(1))
    top = _case(stage, leaf("物料制作"), stage.ago(5), "市场部与销售部对门店清单口径不一致，两周没有定下来", 3)
    climb_case(by=System(), case=top, reason="本级时限已到。", now=stage.ago(1))
    _case(stage, leaf("渠道预热"), stage.ago(3), "渠道预热与铺货抢同一批样机，两个部门各有各的说法，需要项目经理定先后", 2)
    back = _case(stage, leaf("华东区30家"), stage.ago(4), "首批 5000 台生产部只能给 3000 台", 2)
    hand_back(
        by=people["陈一"],
        case=back,
        decision="先给华东 1800 台、华南 1200 台，差额 4 月底前补足；由销售部排定门店顺序",
        now=stage.ago(1),
    )
    done = _case(stage, leaf("华南区25家"), stage.ago(4), "门店结算口径不一致", 2)
    decide_case(by=people["陈一"], case=done, decision="按财务部口径结算，销售部周三前改好模板", now=stage.ago(2))
    over = _case(stage, leaf("华北区45家"), stage.ago(8), "物流商临时涨价 12%", 2)
    decide_case(by=people["陈一"], case=over, decision="换备用物流商", now=stage.ago(6))
    over.refresh_from_db()
    close_case(by=people["陈一"], case=over, result="已换物流商，运价与原合同持平", now=stage.ago(5))


def _few_exceptions(stage: Stage) -> None:
    project, people = Project.objects.get(number="XMB-2024"), stage.people
    soon, past = stage.ahead(4).date(), stage.ago(2).date()
    kinds = (
        (
            "delay",
            "功能测试",
            "郑十",
            "兼容性整改要等新版主板",
            "样机定型晚 8 天，正式上市顺延至 5 月 8 日",
            "外协打样 20 块，同步加夜班",
            soon,
            6,
        ),
        ("resource", "销售培训", "孙九", "培训讲师与展会撞期", "华东、华南两场培训无人主讲", "请市场部出一名讲师", past, 5),
        (
            "requirement",
            "推广方案",
            "吴八",
            "总经理办公室要求增加直播首发",
            "物料多三套，预算加 3.2 万元",
            "从线下物料中调剂",
            soon,
            3,
        ),
        ("other", "", "陈一", "供应商 B 来料检验标准有争议", "首批物料不能入库", "质量部与采购共同确认标准", soon, 2),
    )
    for kind, name, who, reason, impact, solution, expected, ago in kinds:
        item, at = (_leaf("XMB-2024", name) if name else None), stage.ago(ago)
        with clock.pretend(at):
            filed = Filed(kind, reason, impact, solution, max(expected, at.date()))
            row = report_exception(by=people[who], project=project, item=item, filed=filed, now=at)
            if kind in ("resource", "requirement"):
                handling = Handling(people["吴八"].pk, "市场部 11 月 24 日前给名单", row.expected)
                row = handle_exception(by=people["陈一"], report=row, handling=handling, version=None, now=at)
            if kind == "requirement":
                close_exception(
                    by=people["陈一"], report=row, result="直播物料并入首发包，不追加预算", version=None, now=stage.ago(1)
                )


def _few_confirmations(stage: Stage) -> None:
    people = stage.people
    everybody = ("李四", "吴八", "孙九", "卫十一")
    text = (
        "经 11 月 16 日电话沟通：\n1. 样机 3 台 4 月 10 日前交市场部；\n"
        "2. 功能亮点说明由研发部李四提供初稿，市场部吴八定稿；\n3. 上市日期不变。"
    )
    first = _ask(stage, 2, _wording(stage, "样机交付与功能亮点说明的分工", text, everybody, stage.ahead(1)))
    confirm(by=people["李四"], confirmation=first, edition=1, now=stage.ago(1))
    text = "先预热三天，再铺货；预热期间门店只陈列不销售。"
    second = _ask(stage, 3, _wording(stage, "渠道预热与铺货的先后", text, everybody, stage.ahead(2)))
    confirm(by=people["吴八"], confirmation=second, edition=1, now=stage.ago(2))
    reason = "门店陈列不销售会引发投诉，至少华东要同步开售"
    object_to(by=people["孙九"], confirmation=second, edition=1, reason=reason, now=stage.ago(1))
    text = "3 项决议，研发部 2 条行动项。"
    whole = _ask(stage, 9, _wording(stage, "启动会纪要", text, everybody[:2], stage.ago(6, 17)))
    for name in everybody[:2]:
        confirm(by=people[name], confirmation=whole, edition=1, now=stage.ago(8))
    # Nobody answered: as soon as the clock runs silence counts, or the question stays open.
    text = "每周一 10:00，30 分钟，各部门接口人参加。"
    _ask(stage, 5, _wording(stage, "周例会改到周一上午十点", text, everybody, stage.ago(1, 17)))
    silent = _wording(stage, "预算调剂 3.2 万元", "从线下物料调剂到直播首发。", everybody, stage.ago(2, 17))
    _ask(stage, 5, replace(silent, silence="open"))


def _ask(stage: Stage, ago: int, wording: Wording, number: str = "XMB-2024") -> Any:
    """Let the manager ask for a confirmation `ago` days ago; `people` of the wording by name."""
    project, at = Project.objects.get(number=number), stage.ago(ago)
    with clock.pretend(at):
        return ask_confirmation(by=stage.people["陈一"], project=project, asking=wording, now=at)


def _wording(stage: Stage, title: str, text: str, names: tuple[str, ...], due: datetime) -> Wording:
    return Wording(title, text, [stage.people[name].pk for name in names], due, "confirmed")


def _one(stage: Stage) -> None:
    """The membership project: one row each."""
    at, running = stage.ago(1), WorkItem.objects.filter(project__number="HYS-2024", children__isnull=True)
    rows = running.filter(state__in=("todo", "doing"), owner__isnull=False).select_related("project", "owner", "department")
    first, second = rows.order_by("rank")[:2]
    _block(stage, first, at, "第三方数据接口还没有开通", department="市场部", until=stage.ahead(1))
    _case(stage, second, at, "市场部未按时提供权益设计，影响研发进度")
    with clock.pretend(at):
        filed = Filed("delay", "第三方数据接口延迟", "个性化推荐晚一周", "先用静态规则", stage.ahead(5).date())
        report_exception(by=stage.people["孙七"], project=first.project, item=first, filed=filed, now=at)


def _many(stage: Stage, project: Any) -> None:
    rows = WorkItem.objects.filter(project=project).select_related("project", "owner", "department").order_by("rank")
    for number, item in enumerate(rows):
        at = stage.ago(1 + number % 9, 9 + number % 8)
        why = (f"第{number + 1}件：等其他部门的交付，已催两次。" + LONGER)[: 60 + number]
        _case(stage, item, at, why, 1 + number % 3)
        _block(stage, item, at, why, department=("市场部", "销售部", "研发部")[number % 3], until=stage.ahead(1 + number % 5))
        with clock.pretend(at):
            kind = ("delay", "resource", "requirement", "other")[number % 4]
            filed = Filed(kind, why, "上线晚" + "一" * 40, "加人" * 20, stage.ahead(number % 6).date())
            report_exception(by=stage.people["陈一"], project=project, item=item, filed=filed, now=at)
        names = ("李四", "周七", "吴八", NAME, "孙九", "钱十三", "卫十一", "褚十六")[: 1 + number % 8]
        wording = _wording(stage, item.name[:100], why, names, stage.ahead(1 + number % 7))
        _ask(stage, 1 + number % 9, wording, "DUO-60")


def main() -> None:
    """Lay all of it as of now."""
    translation.activate(settings.LANGUAGE_CODE)
    lay(timezone.now())
