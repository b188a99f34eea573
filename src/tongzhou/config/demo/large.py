"""Sizes M and L: an organisation of thousands with hundreds of projects of five hundred tasks, the same for the same day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.schedule import schedule
from tongzhou.lib.rank import ranks
from tongzhou.plan.queries.network import Dates, dates_of, network_of
from tongzhou.plan.queries.tree import Edge, Item, arrange

MINUTES = 480


@dataclass(frozen=True)
class Size:
    """How much there is: departments, people, projects."""

    name: str
    departments: int
    people: int
    projects: int


SIZES = {"M": Size("M", 30, 1000, 200), "L": Size("L", 30, 5000, 2000)}

# 10 phases of 7 tasks with 6 steps each: 10 + 70 + 420 = 500.
PHASES = (
    "立项准备",
    "需求调研",
    "方案设计",
    "样机开发",
    "测试验证",
    "生产准备",
    "物料采购",
    "市场推广",
    "销售铺货",
    "验收收尾",
)
TASKS = ("计划", "资料", "评审", "实施", "联调", "培训", "交付")
STEPS = ("收集资料", "编写初稿", "内部讨论", "部门会签", "修改定稿", "归档发布")
OBJECTS = (
    "智能门锁",
    "会员体系",
    "仓储系统",
    "客服平台",
    "生产线改造",
    "质量追溯",
    "供应链协同",
    "数据看板",
    "移动终端",
    "售后网络",
)
PLACES = ("华东", "华南", "华北", "西南", "西北", "东北", "华中", "海外")
FUNCTIONS = [
    "总经理办公室",
    "项目管理部",
    "研发一部",
    "研发二部",
    "研发三部",
    "市场部",
    "品牌部",
    "销售一部",
    "销售二部",
    "渠道部",
    "生产一部",
    "生产二部",
    "工艺部",
    "质量部",
    "采购部",
    "仓储部",
    "物流部",
    "财务部",
    "审计部",
    "法务部",
    "人力资源部",
    "行政部",
    "信息技术部",
    "数据部",
    "客服部",
    "售后部",
    "产品部",
    "运营部",
    "战略部",
    "培训部",
]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国志文辉鑫宇浩然子涵欣怡梓晨雨泽思远嘉琪佳慧晓东海燕"
SHAPES = 20
"""So many different plans; each is scheduled once and laid down for a part of the projects."""


def names(count: int, random: Random) -> list[str]:
    """Return `count` people's names."""
    return [random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2)))) for _at in range(count)]


@dataclass(frozen=True)
class Told:
    """A report on the item at `place`: the day, state, percent in basis points, actual days."""

    place: int
    day: date
    state: str
    percent: int
    started: date | None
    finished: date | None


@dataclass
class Shape:
    """A plan of five hundred items whose ids are their places counted from 1, with links between places.

    `planned` are the dates as planned, `dates` those with what was `told`; the items carry the latest of it.
    """

    start: date
    items: list[Item]
    links: list[tuple[int, int, int]]
    planned: dict[int, Dates]
    dates: dict[int, Dates]
    told: list[Told]


def shape(number: int, today: date, calendar: WorkingCalendar) -> Shape:
    """Lay out plan `number` around `today` and schedule it: some are nearly done, some have only begun."""
    random = Random(f"shape {number}")  # noqa: S311 - the same plan every time
    start = today - timedelta(days=today.weekday() + 7 * (2 + number * 3))
    items, links = _grown(random)
    arrange(items)
    edges = [Edge(at, one, other, "FS", lag, False, None) for at, (one, other, lag) in enumerate(links)]
    planned = _dates(items, edges, calendar, start, with_progress=False)
    told = _told(items, links, planned, today, random)
    return Shape(start, items, links, planned, _dates(items, edges, calendar, start, with_progress=True), told)


def _dates(
    items: list[Item], edges: list[Edge], calendar: WorkingCalendar, start: date, *, with_progress: bool
) -> dict[int, Dates]:
    return dates_of(items, schedule(network_of(items, edges, calendar, start=start, with_progress=with_progress)), calendar)


def _grown(random: Random) -> tuple[list[Item], list[tuple[int, int, int]]]:
    """Grow 10 phases of 7 tasks with 6 steps; steps follow each other, a phase the third task of the one before."""
    items: list[Item] = []
    links: list[tuple[int, int, int]] = []
    rank, gate = ranks(500), 0
    for first in range(10):
        phase, ends = _add(items, rank, None, PHASES[first], 0), [gate]
        for second in range(7):
            task = _add(items, rank, phase, f"{PHASES[first]}{TASKS[second]}", 0)
            before = ends[-1] if second > 3 else gate
            for third in range(6):
                last = second == 6 and third == 5
                days = 0 if last else random.choice((1, 2, 2, 3, 3, 4, 5))
                step = _add(items, rank, task, f"{TASKS[second]}{STEPS[third]}", days * MINUTES)
                items[step - 1].is_milestone = last
                if before:
                    links.append((before, step, MINUTES if third == 0 and second % 3 == 2 else 0))
                before = step
            ends.append(before)
        gate = ends[3]
    return items, links


def _add(items: list[Item], rank: list[str], parent: int | None, name: str, duration: int) -> int:
    key = len(items) + 1
    items.append(
        Item(
            id=key,
            parent=parent,
            rank=rank[key - 1],
            name=name,
            source_code="",
            is_milestone=False,
            department=None,
            owner=None,
            typed_start=None,
            typed_finish=None,
            duration=duration,
            constraint="ASAP",
            constraint_date=None,
            deadline=None,
            state="todo",
            percent=0,
            actual_start=None,
            actual_finish=None,
            reported_on=None,
            start=None,
            finish=None,
        )
    )
    return key


def _told(
    items: list[Item], links: list[tuple[int, int, int]], planned: dict[int, Dates], today: date, random: Random
) -> list[Told]:
    """Report on what should have begun, in the order of the plan; what waits for something unfinished waits."""
    told: list[Told] = []
    waits: dict[int, list[int]] = {}
    for before, after, _lag in links:
        waits.setdefault(after, []).append(before)
    for item in sorted((item for item in items if item.leaf), key=lambda item: (planned[item.id].start_at, item.id)):
        at = planned[item.id]
        if at.start >= today or any(items[key - 1].state != "done" for key in waits.get(item.id, ())):
            continue
        for one in _reports(item, at, today, random):
            told.append(one)
            item.state, item.percent, item.reported_on = one.state, one.percent, one.day
            item.actual_start, item.actual_finish = one.started, one.finished
    return told


def _reports(item: Item, at: Dates, today: date, random: Random) -> list[Told]:
    late = at.finish + timedelta(days=random.choice((0, 0, 0, 0, 1, 2)))
    found = []
    if at.finish > at.start and at.start + timedelta(days=1) < min(late, today - timedelta(days=1)):
        found.append(Told(item.id, at.start + timedelta(days=1), "doing", random.choice((2000, 3000, 5000)), at.start, None))
    if late < today and random.random() < 0.95:
        found.append(Told(item.id, late, "done", 10000, at.start, late))
    elif random.random() < 0.1:
        found.append(Told(item.id, today - timedelta(days=1), "blocked", 5000, at.start, None))
    else:
        found.append(Told(item.id, today - timedelta(days=1), "doing", random.choice((5000, 6000, 8000)), at.start, None))
    return found
