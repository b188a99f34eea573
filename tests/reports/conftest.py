"""The complaint project as the sources tell it, on 2024-03-10, and who may and may not see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import pairwise

import pytest

from tongzhou.lib import clock
from tongzhou.people.actions import add_department, add_person
from tongzhou.people.models import Department, System, User
from tongzhou.plan.actions import ItemSpec, LinkSpec, Report, bring_in
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Words, report_progress
from tongzhou.projects.actions import create_project
from tongzhou.projects.models import Project

NOW = datetime(2024, 3, 1, 1, tzinfo=UTC)
TENTH = date(2024, 3, 10)
DAY = 480
TASKS = (
    ("用户反馈数据收集与分析", "客服部", "张三", date(2024, 3, 1), date(2024, 3, 7), 5, "数据源不稳定"),
    ("需求文档撰写与评审", "产品部", "王五", date(2024, 3, 8), date(2024, 3, 15), 6, "需求变更频繁"),
    ("功能开发与测试", "技术部", "赵六", date(2024, 3, 16), date(2024, 3, 30), 10, "开发资源紧张"),
    ("上线效果监控与报告输出", "运营部", "孙七", date(2024, 3, 31), date(2024, 4, 7), 4, "数据监测维度不全面"),
)
CAUSE = "技术部数据工具延迟交付，预计3月12日完成"


@dataclass
class Cast:
    """People and departments by name, and the project."""

    project: Project
    people: dict[str, User] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)

    def task(self, number: int) -> WorkItem:
        return WorkItem.objects.get(project=self.project, name=TASKS[number - 1][0])

    def report(self, number: int, percent: int, day: date, words: Words | None = None, state: str = "doing") -> None:
        """Let the product record what a sheet says: percent 0..100 of task `number` (from 1)."""
        told = Report(state, percent * 100)
        report_progress(
            by=System(), item=self.task(number), report=told, words=words or Words(), status_date=day,
            now=datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
        )  # fmt: skip


def empty_project(number: str = "TS-2024", name: str = "客户投诉率下降项目") -> Cast:
    """Make a project with its manager and departments, and nothing planned."""
    system = System()
    departments = {task[1]: add_department(by=system, name=task[1], now=NOW) for task in TASKS}
    people = {"陈一": add_person(by=system, name="陈一", login="chenyi", department=departments["客服部"], now=NOW)}
    people |= {task[2]: add_person(by=system, name=task[2], department=departments[task[1]], now=NOW) for task in TASKS}
    people["外人"] = add_person(by=system, name="外人", login="stranger", now=NOW)
    project = create_project(
        by=system, number=number, manager=people["陈一"], lead=departments["客服部"], basics={"name": name}, now=NOW
    )
    return Cast(project, people, departments)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Forget computed outlooks: a test that is rolled back leaves its keys to the next one."""
    import_module("tongzhou.plan.queries.outlook")._cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """The complaint project: task 1 at 70 % on 2024-03-10, the others not begun."""
    with clock.pretend(NOW):
        made = empty_project()
        specs = [
            ItemSpec(
                key=name, name=name, department=made.departments[department].pk, owner=made.people[owner].pk, typed_start=start,
                typed_finish=finish, duration=days * DAY, risk_point=risk,
            )
            for name, department, owner, start, finish, days, risk in TASKS
        ]  # fmt: skip
        links = [LinkSpec(before[0], after[0]) for before, after in pairwise(TASKS)]
        bring_in(by=System(), project=made.project, items=specs, links=links, now=NOW)
        made.report(1, 70, TENTH, Words(problem=CAUSE, reporter_name="张三"))
        made.report(2, 0, TENTH, Words(problem="等待《用户反馈分析报告》输出", reporter_name="王五"), state="todo")
    made.project.refresh_from_db()
    return made
