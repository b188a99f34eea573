"""The tables of a plan to print and to sign: the sources' labels in their order. They are not read in again: exports are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.documents.queries.kinds import CLOSING, DECLARATION, KINDS, PREAMBLE, TEXTS, wording
from tongzhou.exchange.queries.layouts import BREAKDOWN, PROGRESS, TRACKING, Layout
from tongzhou.exchange.queries.rows import PlanRow, plan_rows
from tongzhou.papers import Column, Fact, Opinion, Opinions, Paper, Section, State, Table, Text
from tongzhou.papers.paper import Kind, Tone, Value
from tongzhou.papers.wording import clean, day_words
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.publication import content_of
from tongzhou.plan.queries.tasklist import KIND, SEATS, task_list
from tongzhou.projects.access import asked_of
from tongzhou.projects.models import Project
from tongzhou.signoffs.access import seats_held
from tongzhou.signoffs.models import Ending, Sheet
from tongzhou.workbooks.headers import Field

LAYOUT_OF: dict[str, Layout] = {"assignment-and-progress": TRACKING, "breakdown": BREAKDOWN, "tracking": PROGRESS}
TASK_LIST = "task-list"
DATES = frozenset({Field.START, Field.FINISH, Field.ACTUAL_FINISH, Field.UPDATED_ON})
NAMING = frozenset({Field.PHASE, Field.NAME, Field.SUBTASK})
NONE_OF = {Field.PREDECESSORS: "无"}
TONES: dict[str, Tone] = {"todo": "todo", "doing": "doing", "done": "done", "blocked": "blocked", "cancelled": "cancelled"}
LISTED = (
    ("code", "编号"), ("name", "任务"), ("department", "责任部门"), ("owner", "责任人"), ("supporters", "协作负责人"),
    ("start", "开始时间"), ("finish", "截止时间"), ("output", "交付物"), ("standard", "交付标准"), ("after", "前置任务"),
)  # fmt: skip
"""What a department takes on: 明确交付物、责任人、截止时间."""


def papers_offered(project: Project) -> list[str]:
    """Return the kinds of papers that a project has of its plan."""
    listed = [TASK_LIST] if TASK_LIST in asked_of(project) else []
    return [*listed, *LAYOUT_OF]


def table_paper(project: Project, kind: str, as_of: date) -> Paper:
    """Return one of the tables of LAYOUT_OF as of a day."""
    layout, title = LAYOUT_OF[kind], KINDS[kind].title
    _found, every, _names = plan_rows(project, as_of)
    rows = [row for row in every if row.item.leaf] if layout.leaves else every
    # A plan without groups names the project in the first of the naming columns, as the sources do.
    flat = layout.by_name and bool(rows) and all(row.item.level == 0 for row in every)
    columns = tuple(Column(label, _kind(field)) for field, label in layout.columns)
    cells = tuple(tuple(_cell(project, layout, field, row, flat) for field, _label in layout.columns) for row in rows)
    table = Table(columns, cells, empty=_("The plan has no tasks yet."))
    facts = (*_facts(project), Fact("更新日期", day_words(as_of)))
    return Paper(title=title, facts=facts, sections=_sections(wording(kind), table), dated=as_of)


def task_list_paper(project: Project, sheet: Sheet | None) -> Paper:
    """Return 跨部门任务协作清单 as a version froze it, without one as the plan stands, with the block for its approval."""
    content = content_of(sheet) if sheet else task_list(project)
    kinds: dict[str, Kind] = {"start": "date", "finish": "date"}
    columns = tuple(Column(label, kinds.get(name, "text")) for name, label in LISTED)
    rows = tuple(tuple(_listed(row, name) for name, _label in LISTED) for row in content["items"])
    table = Table(columns, rows, empty=_("The plan has no tasks yet."))
    version = Fact("版本", f"第 {sheet.version} 版" if sheet else "未送审稿")
    facts = (*_facts(project), version, Fact("任务数", str(len(rows))))
    held = seats_held(project, SEATS)[SEATS[0]]
    approval = Opinion(held.capacity, held.holder.name if held.holder else "")
    # Who approved was shown the list alone: no text that is fetched later stands over her signature.
    texts = dict.fromkeys(TEXTS, "") if sheet else wording(TASK_LIST)
    sections = _sections(texts, table, Section("审批", (Opinions((approval,)),)))
    return Paper(title=KINDS[TASK_LIST].title, facts=facts, sections=sections)


def newest_list(project: Project, version: int | None = None) -> Sheet | None:
    """Return the version that is asked for; else the one in force, else the one that waits for approval. One query."""
    rows = Sheet.objects.filter(project=project, kind=KIND, key=project.pk).select_related("ending").order_by("-version")
    if version is not None:
        return rows.filter(version=version).first()
    usable = rows.exclude(ending__kind__in=(Ending.Kind.VOIDED, Ending.Kind.REPLACED))
    found = list(usable.defer("html")[:2])
    return next((row for row in found if hasattr(row, "ending")), None) or next(iter(found), None)


def _sections(texts: Mapping[str, str], table: Table, *more: Section) -> tuple[Section, ...]:
    first = (Section("", (Text(texts[PREAMBLE]),)),) if texts[PREAMBLE] else ()
    over = (Section("", (Text(texts[DECLARATION]),)),) if texts[DECLARATION] and more else ()
    last = (Section("", (Text(texts[CLOSING]),)),) if texts[CLOSING] else ()
    return (*first, Section("", (table,)), *over, *more, *last)


def _facts(project: Project) -> tuple[Fact, ...]:
    return Fact("项目名称", clean(project.name)), Fact("项目编号", project.number)


def _kind(field: Field) -> Kind:
    if field in DATES:
        return "date"
    return "percent" if field is Field.PERCENT else "state" if field is Field.STATE else "text"


def _cell(project: Project, layout: Layout, field: Field, row: PlanRow, flat: bool) -> Value:
    if field in NAMING:
        return _name(project, layout, field, row, flat)
    if field is Field.STATE:
        return State(TONES[row.item.state], str(WorkItem.State(row.item.state).label)) if row.item.leaf else None
    if field is Field.PREDECESSORS and layout.by_name:
        value: Any = row.predecessors_by_name
    else:
        value = row.values[field]
    if field is Field.PERCENT:
        return Fraction(round(float(value) * 10000), 10000)
    if isinstance(value, str):
        value = clean(value)
    empty = value is None or value == ""
    return _empty(layout, field, row) if empty else value


def _empty(layout: Layout, field: Field, row: PlanRow) -> Value:
    """What stands where nothing is said: the sources write 无 for no predecessor, and a dash in the table of progress."""
    if not row.item.leaf:
        return None
    return "-" if layout.leaves else NONE_OF.get(field)


def _name(project: Project, layout: Layout, field: Field, row: PlanRow, flat: bool) -> str:
    """A task stands in the column of its level; deeper ones in the last."""
    if flat:
        return clean(project.name if field is layout.levels[0] else row.item.name if field is layout.levels[-1] else "")
    here = layout.levels[min(row.item.level, len(layout.levels) - 1)]
    return clean(row.item.name) if field is here else ""


def _listed(row: dict[str, Any], name: str) -> Value:
    text = str(row[name])
    if name in ("start", "finish"):
        return date.fromisoformat(text) if text else None
    return clean(("◆ " if name == "name" and row["milestone"] else "") + text)


def described(kind: str) -> Sequence[str]:
    """Return the labels of a kind of paper, in their order."""
    return [label for _name, label in LISTED] if kind == TASK_LIST else [label for _field, label in LAYOUT_OF[kind].columns]
