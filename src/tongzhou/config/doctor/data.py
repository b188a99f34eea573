"""Checks of the data: what is kept ready is what follows from the rest, and nothing old lies about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from django.db import connection

from tongzhou.config.doctor.findings import NOTE, OK, WRONG, Finding, counted, ok, wrong
from tongzhou.exchange.actions import remove_leftovers
from tongzhou.exchange.queries.leftovers import leftover_files
from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.people.actions import remove_expired, repair_name_keys
from tongzhou.people.models import System
from tongzhou.people.queries.housekeeping import doubtful_years, expired_answers, spent_links, stray_name_keys
from tongzhou.plan.actions import confirmed_unsound, repair_plan
from tongzhou.plan.queries.soundness import Unsound, unsound_of
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import put_up_guards, standing_guards

PARTS = {"progress": "进度缓存", "dates": "计算日期", "summary": "项目摘要", "impossible": "排程"}
WORDS = {
    "progress": "个任务的状态或完成度与最近一次进度更新不符",
    "dates": "个任务的日期与重新计算的结果不符",
    "summary": "个项目的摘要与计划不符",
    "impossible": "个项目的计划无法排程（循环依赖或日历没有工作时间）",
}
NAMED = 3
CHUNK = 200


def guards(*, fix: bool) -> Finding:
    """The triggers that keep the record."""
    missing = [name for name, stands in standing_guards(connection).items() if not stands]
    if not missing:
        return ok("动态保护", "触发器齐全")
    if not fix:
        return wrong("动态保护", f"缺少触发器：{'、'.join(missing)}；可用 tongzhou doctor --fix 修复")
    put_up_guards(connection)
    return Finding("动态保护", OK, f"已重建触发器：{'、'.join(missing)}", len(missing))


def plans(*, fix: bool) -> list[Finding]:
    """Progress, dates and summary of every plan; one plan at a time is in memory."""
    counts: Counter[str] = Counter()
    fixed: Counter[str] = Counter()
    named: dict[str, list[str]] = {}
    for project in _projects():
        found = unsound_of(project)
        if found != Unsound():
            found = confirmed_unsound(project=project)
        if fix and found != Unsound():
            left = _mended(project)
            fixed.update(_parts(found) - _parts(left))
            found = left
        counts.update(_parts(found))
        for part in _parts(found):
            named.setdefault(part, []).append(project.number)
    return [_of_plans(part, counts[part], fixed[part], named.get(part, []), fix=fix) for part in PARTS]


def _projects() -> Iterator[Project]:
    """Every project, some at a time."""
    last = 0
    while rows := list(Project.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield from rows
        last = rows[-1].pk


def _mended(project: Project) -> Unsound:
    """What is left of a plan's faults after its repair. A plan that cannot be scheduled is repaired by nobody but its owner."""
    with suppress(Refused):
        repair_plan(by=System(), project=project, now=clock.now())
    return confirmed_unsound(project=project)


def _parts(found: Unsound) -> Counter[str]:
    return Counter({part: int(getattr(found, part)) for part in PARTS if getattr(found, part)})


def _of_plans(part: str, count: int, fixed: int, numbers: list[str], *, fix: bool) -> Finding:
    name, words = PARTS[part], WORDS[part]
    if count:
        places = "、".join(numbers[:NAMED]) + ("…" if len(numbers) > NAMED else "")
        hint = "" if fix or part == "impossible" else "；可用 tongzhou doctor --fix 修复"
        return Finding(name, WRONG, f"{count} {words}（{places}）{hint}", fixed)
    return Finding(name, OK, f"已修复 {fixed} {words}", fixed) if fixed else ok(name)


def names(*, fix: bool) -> Finding:
    """Pinyin and initials of people's names."""
    return counted(
        "姓名拼音",
        lambda: sum(1 for _row in stray_name_keys()),
        lambda: repair_name_keys(by=System(), now=clock.now()),
        "人的拼音与姓名不符",
        fix=fix,
    )


def statutory_years() -> Finding:
    """Statutory days and what is said of their years."""
    years = doubtful_years(clock.today().year)
    if not years:
        return ok("法定节假日")
    listed = "、".join(map(str, years))
    return Finding("法定节假日", NOTE, f"{listed} 年的放假安排未录入，或录入了却没有标为已公布：请在“工作日历”页面核对")


def import_files(*, fix: bool) -> Finding:
    """Files that no import knows."""
    return counted(
        "导入文件",
        lambda: len(leftover_files(clock.now())),
        lambda: remove_leftovers(by=System(), now=clock.now()),
        "个文件不属于任何导入",
        fix=fix,
    )


def expired(*, fix: bool) -> Finding:
    """Answers kept for repeated requests, and ways in used long ago."""
    return counted(
        "过期条目",
        lambda: expired_answers(clock.now()).count() + spent_links(clock.now()).count(),
        lambda: remove_expired(by=System(), now=clock.now()),
        "条过期的重复请求答复或登录链接",
        fix=fix,
    )
