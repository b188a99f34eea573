"""The forms that a plan is exported as: their titles, and their columns in the order and with the labels that people know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongzhou.workbooks.headers import Field

KEY_LABEL = "系统标识(请勿修改)"


@dataclass(frozen=True)
class Layout:
    """A form. `by_name`: predecessors are named, because it has no codes; `leaves`: only tasks that have none below."""

    key: str
    title: str
    columns: tuple[tuple[Field, str], ...]
    extra: tuple[tuple[Field, str], ...] = ()
    by_name: bool = False
    leaves: bool = False
    levels: tuple[Field, ...] = (Field.NAME,)
    endings: tuple[str, ...] = ("xlsx", "csv")


_F = Field
TRACKING = Layout(
    "tracking",
    "任务分配与进度跟踪表",
    (
        (_F.CODE, "WBS编号"), (_F.PHASE, "阶段"), (_F.NAME, "任务"), (_F.SUBTASK, "子任务"), (_F.DEPARTMENT, "责任部门"),
        (_F.OWNER, "负责人"), (_F.SUPPORT_DEPARTMENTS, "协作部门"), (_F.START, "开始时间"), (_F.FINISH, "结束时间"),
        (_F.STANDARD, "交付标准"), (_F.PREDECESSORS, "依赖关系"), (_F.STATE, "状态"), (_F.PERCENT, "完成度"),
    ),
    extra=(
        (_F.SUPPORTERS, "协作负责人"), (_F.DEPUTY, "代理人"), (_F.DURATION, "工期(工作日)"), (_F.MILESTONE, "里程碑"),
        (_F.URGENCY, "紧急程度"), (_F.OUTPUT, "关键产出物"), (_F.RISK, "风险点"), (_F.RESOURCE, "资源需求"),
        (_F.ACTUAL_START, "实际开始时间"), (_F.ACTUAL_FINISH, "实际完成时间"), (_F.REMARK, "备注"),
    ),
    levels=(_F.PHASE, _F.NAME, _F.SUBTASK),
)  # fmt: skip
BREAKDOWN = Layout(
    "breakdown",
    "任务拆解与分工表",
    (
        (_F.NAME, "任务名称"), (_F.SUBTASK, "子任务名称"), (_F.DEPARTMENT, "所属部门"), (_F.OWNER, "直接负责人"),
        (_F.SUPPORTERS, "协作负责人"), (_F.START, "计划开始时间"), (_F.FINISH, "计划完成时间"), (_F.OUTPUT, "关键产出物"),
        (_F.PREDECESSORS, "前置依赖任务"), (_F.RISK, "风险点"), (_F.REMARK, "备注"),
    ),
    extra=(
        (_F.DURATION, "工期(工作日)"), (_F.STANDARD, "交付标准"), (_F.RESOURCE, "资源需求"), (_F.URGENCY, "紧急程度"),
        (_F.MILESTONE, "里程碑"), (_F.DEPUTY, "代理人"),
    ),
    by_name=True,
    levels=(_F.NAME, _F.SUBTASK),
)  # fmt: skip
PROGRESS = Layout(
    "progress",
    "任务进度跟踪表",
    (
        (_F.NAME, "子任务名称"), (_F.STATE, "当前状态"), (_F.ACTUAL_FINISH, "实际完成时间"), (_F.PERCENT, "完成度"),
        (_F.UPDATED_BY, "更新人"), (_F.UPDATED_ON, "更新时间"), (_F.NOTE, "异常说明(如有)"),
    ),
    extra=((_F.ACTUAL_START, "实际开始时间"),),
    leaves=True,
)  # fmt: skip
COMPLETE = Layout(
    "complete",
    "项目计划",
    (
        (_F.CODE, "WBS编号"), (_F.NAME, "任务名称"), (_F.DEPARTMENT, "责任部门"), (_F.OWNER, "负责人"),
        (_F.DEPUTY, "代理人"), (_F.SUPPORTERS, "协作负责人"), (_F.START, "开始时间"), (_F.FINISH, "完成时间"),
        (_F.DURATION, "工期(工作日)"), (_F.PREDECESSORS, "前置任务"), (_F.MILESTONE, "里程碑"), (_F.URGENCY, "紧急程度"),
        (_F.STATE, "状态"), (_F.PERCENT, "完成度"), (_F.ACTUAL_START, "实际开始时间"), (_F.ACTUAL_FINISH, "实际完成时间"),
        (_F.STANDARD, "交付标准"), (_F.OUTPUT, "关键产出物"), (_F.RISK, "风险点"), (_F.RESOURCE, "资源需求"),
        (_F.QUANTITY, "数量"), (_F.UNIT, "计量单位"), (_F.DONE_QUANTITY, "完成数量"), (_F.DEADLINE, "必须完成日期"),
        (_F.REMARK, "备注"),
    ),
)  # fmt: skip
BASICS = Layout("basics", "项目基本信息表", ())
LAYOUTS = {layout.key: layout for layout in (COMPLETE, TRACKING, BREAKDOWN, PROGRESS, BASICS)}
PROJECT = Layout("msproject", "MS Project XML", (), endings=("xml",))
FORMS = LAYOUTS | {PROJECT.key: PROJECT}
"""Everything that a plan is exported as: the tables, and the project of MS Project."""


@dataclass(frozen=True)
class ExportOptions:
    """What of the plan is wanted: a form, more columns than it has, one department, some states, as of a day."""

    layout: Layout = COMPLETE
    as_of: date = date(2000, 1, 1)
    more: frozenset[str] = frozenset()
    department: int | None = None
    states: frozenset[str] = frozenset()
