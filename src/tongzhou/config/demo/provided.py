"""What departments hand over and provide in the sample projects: rows of the sources, some answered and some that wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from tongzhou.plan.actions import add_deliverables
from tongzhou.plan.actions.pasting import rows_of_texts
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.resources.actions import Answer, CommitmentSpec, answer_commitments, ask_commitments

LINES: Mapping[str, tuple[tuple[str, str, str, str, str], ...]] = {
    "XMB-2024": (
        ("研发部", "people", "结构与电路设计", "3", "人"),
        ("市场部", "budget", "宣传物料制作", "60000", "元"),
        ("销售部", "hours", "渠道铺货与培训", "240", "小时"),
        ("生产部", "tool", "试产线", "1", "条"),
    ),
    "KST-2024": (
        ("技术部", "people", "开发人员", "2", "人"),
        ("产品部", "budget", "用户调研", "5000", "元"),
    ),
    "HYS-2024": (
        ("研发部", "people", "积分系统开发", "2", "人"),
        ("市场部", "hours", "权益设计", "80", "小时"),
    ),
}
"""By project: department, kind, what, amount, unit."""


def lay_provided(project: Project, now: datetime) -> None:
    """List what the departments wrote as deliverables; ask for resources: the first line is promised, the second with less."""
    manager = ProjectRole.objects.get(project=project, kind=ProjectRole.Kind.MANAGER).user
    rows = rows_of_texts(project)
    if rows:
        add_deliverables(by=manager, project=project, rows=rows, now=now)
    departments = dict(project.participations.values_list("department__name", "department_id"))
    first = project.starts_on or now.date()
    last = project.ends_on or first + timedelta(days=60)
    lines = [
        CommitmentSpec(departments[name], kind, what, Decimal(amount), unit, first, last)
        for name, kind, what, amount, unit in LINES.get(project.number, ())
        if name in departments
    ]
    if not lines:
        return
    made = ask_commitments(by=manager, project=project, rows=lines, now=now)
    heads = Seat.objects.filter(participation__project=project, kind=Seat.Kind.HEAD).select_related("holder")
    by_department = {seat.participation.department_id: seat.holder for seat in heads.select_related("participation")}
    answers = [Answer(made[0].pk, "confirmed", 1)]
    if len(made) > 2:
        answers.append(Answer(made[1].pk, "trimmed", 1, made[1].amount * Decimal("0.8"), "本季度预算余额不足"))
    for row, answer in zip(made, answers, strict=False):
        answer_commitments(by=by_department[row.department_id], project=project, answers=[answer], now=now)
