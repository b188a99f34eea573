"""The plan as the cells of an exported table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tongzhou.people.models import Department, User
from tongzhou.plan.models import Supporter, WorkItem
from tongzhou.plan.queries.grid import days_of, link_text, predecessor_texts
from tongzhou.plan.queries.outlook import Outlook, outlook
from tongzhou.plan.queries.tree import Item
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project
from tongzhou.workbooks.headers import Field

CellValue = str | date | float | int | None
_TEXTS = (
    "id", "key_output", "delivery_standard", "risk_point", "resource_need", "remark", "urgency", "stand_in_id", "quantity",
    "unit", "done_quantity", "deadline",
)  # fmt: skip


@dataclass(frozen=True)
class PlanRow:
    """A work item with what its cells say."""

    item: Item
    values: dict[Field, CellValue]
    predecessors_by_name: str


@dataclass
class Names:
    """The names of people and departments; of people who share a name, with the department."""

    people: dict[int, str] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)
    offered: tuple[str, ...] = ()

    @classmethod
    def load(cls) -> Names:
        """Read everybody. Two queries."""
        rows = list(User.objects.order_by("pk").values_list("pk", "name", "department__name", "is_active"))
        times = Counter(name for _pk, name, _home, active in rows if active)
        labels = {pk: f"{name}({home})" if times[name] > 1 and home else name for pk, name, home, _ in rows}
        return cls(labels, dict(Department.objects.values_list("pk", "name")))


def plan_rows(project: Project, as_of: date) -> tuple[Outlook, list[PlanRow], Names]:
    """Return the rows of the plan in its order, with the progress known on `as_of`. A constant number of queries."""
    found, names = outlook(project, as_of), Names.load()
    texts = {row[0]: row[1:] for row in WorkItem.objects.filter(project=project).values_list(*_TEXTS)}
    facts = _Facts(found, names, _helpers_of(project), _told(project, as_of), predecessor_texts(found))
    by_name = _predecessors_by_name(found)
    items = [item for item in found.items if item.id in texts]
    return found, [PlanRow(item, facts.values(item, texts[item.id]), by_name.get(item.id, "")) for item in items], names


Helpers = dict[int, list[tuple[int | None, int | None, str]]]


def _helpers_of(project: Project) -> Helpers:
    helpers: Helpers = defaultdict(list)
    rows = Supporter.objects.filter(work_item__project=project).order_by("pk")
    for pk, user, department, content in rows.values_list("work_item_id", "user_id", "department_id", "content"):
        helpers[pk].append((user, department, content))
    return helpers


class _Facts:
    """Everything that cells are made of."""

    def __init__(
        self, found: Outlook, names: Names, helpers: Helpers, told: dict[int, tuple[str, date, str]], codes: dict[int, str]
    ) -> None:
        self.found, self.names, self.helpers, self.told, self.codes = found, names, helpers, told, codes
        self.states = {value: str(label) for value, label in WorkItem.State.choices}
        self.urgencies = {value: str(label) for value, label in WorkItem.Urgency.choices}

    def values(self, item: Item, texts: tuple[Any, ...]) -> dict[Field, CellValue]:
        """What the cells of an item say; `texts` are its _TEXTS without the id."""
        output, standard, risk, resource, remark, urgency, stand_in, quantity, unit, done, deadline = texts
        names, helpers = self.names, self.helpers.get(item.id, [])
        updater, day, note = self.told.get(item.id, ("", None, ""))
        return {
            Field.CODE: item.code,
            Field.NAME: item.name,
            Field.DEPARTMENT: names.departments.get(item.department or 0, ""),
            Field.OWNER: names.people.get(item.owner or 0, ""),
            Field.DEPUTY: names.people.get(stand_in or 0, ""),
            Field.SUPPORTERS: _helpers(helpers, names) if helpers else "",
            Field.SUPPORT_DEPARTMENTS: _departments(helpers, names) if helpers else "",
            Field.START: item.start,
            Field.FINISH: item.finish,
            Field.DURATION: days_of(self.found, item) if item.leaf else None,
            Field.PREDECESSORS: self.codes.get(item.id, ""),
            Field.MILESTONE: "是" if item.is_milestone else "",
            Field.URGENCY: self.urgencies[urgency],
            Field.STATE: self.states[item.state] if item.leaf else "",
            Field.PERCENT: item.percent / 10000 if item.leaf else round(float(self.found.actual.get(item.id, 0)), 4),
            Field.ACTUAL_START: item.actual_start,
            Field.ACTUAL_FINISH: item.actual_finish,
            Field.STANDARD: standard,
            Field.OUTPUT: output,
            Field.RISK: risk,
            Field.RESOURCE: resource,
            Field.QUANTITY: _number(quantity),
            Field.UNIT: unit,
            Field.DONE_QUANTITY: _number(done),
            Field.DEADLINE: deadline,
            Field.REMARK: remark,
            Field.UPDATED_BY: updater,
            Field.UPDATED_ON: day,
            Field.NOTE: note,
        }


def _told(project: Project, as_of: date) -> dict[int, tuple[str, date, str]]:
    """Who reported last on each item, for which day, and with what problem."""
    rows = ProgressUpdate.objects.filter(work_item__project=project, status_date__lte=as_of).order_by("status_date", "pk")
    columns = ("work_item_id", "reporter_name", "status_date", "problem")
    return {pk: (name, day, problem) for pk, name, day, problem in rows.values_list(*columns)}


def _helpers(rows: Iterable[tuple[int | None, int | None, str]], names: Names) -> str:
    texts = []
    for user, department, content in rows:
        who = names.people.get(user, "") if user else names.departments.get(department or 0, "")
        texts.append(f"{who}({content})" if content else who)
    return "、".join(texts)


def _departments(rows: Iterable[tuple[int | None, int | None, str]], names: Names) -> str:
    return "、".join(names.departments.get(department, "") for user, department, _ in rows if department and not user)


def _predecessors_by_name(found: Outlook) -> dict[int, str]:
    """The predecessors by their names, where a code says nothing; a name that several bear comes with its code."""
    times = Counter(item.name for item in found.items)
    texts: dict[int, list[str]] = {}
    for edge in found.edges:
        before = found.by_id[edge.predecessor]
        texts.setdefault(edge.successor, []).append(link_text(before.name if times[before.name] == 1 else before.code, edge))
    return {key: "、".join(parts) for key, parts in texts.items()}


def _number(amount: Decimal | None) -> float | int | None:
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)
