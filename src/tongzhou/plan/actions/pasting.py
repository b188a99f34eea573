"""Deliverables as people paste them: a line each, cells apart by tabs; and as the text of a participation names them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.people.models import Department
from tongzhou.plan.actions.commands.values import CellRefused, day, quantity, text_of
from tongzhou.plan.actions.deliverables import LONGEST, MOST_ROWS, DeliverableSpec
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.deliverables import deliverables_of
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of
from tongzhou.workbooks.text import is_blank, key, plain

ORDER = ("name", "quantity", "department_id", "due", "standard", "work_item_id", "document")
HEADINGS = {
    "name": ("交付物", "交付物名称", "名称", "name", "deliverable"),
    "quantity": ("数量", "数量单位", "quantity"),
    "department_id": ("部门", "责任部门", "提交部门", "department"),
    "due": ("到期", "截止", "截止时间", "截止日期", "完成时间", "计划完成时间", "提交时间", "交付时间", "due"),
    "standard": ("标准", "交付标准", "验收标准", "standard"),
    "work_item_id": ("任务", "所属任务", "任务名称", "里程碑", "任务或里程碑", "任务/里程碑", "task"),
    "document": ("文档", "文档引用", "链接", "document"),
}
BY_HEADING = {key(word): name for name, words in HEADINGS.items() for word in words}
# 样机3台: an amount with a word of measure ends the name; V1.0 and 2024 are part of it.
MEASURES = "台份套件个张本篇页批次项组条辆箱册家部幅"
COUNTED = re.compile(
    rf"(?P<name>.+?)(?:\s*[×xX*]\s*|\s*(?<![\d.A-Za-z]))(?P<n>\d{{1,9}}(?:\.\d{{1,2}})?)\s*(?P<u>[{MEASURES}])"
)
PARTED = re.compile(r"[、，,；;\n]+")


def read_pasted(project: Project, text: str, near: date) -> list[DeliverableSpec]:
    """Return the rows of a pasted text. A first line of headings says what the columns are; else they are those of ORDER.

    :param near: from which a year that is not written is taken.
    :raises Refused: with what is wrong in which line, at the field "text".
    """
    lines = [(number, line.split("\t")) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    columns: tuple[str, ...] = ORDER
    if lines and _heads(lines[0][1]):
        columns = tuple(BY_HEADING.get(key(cell), "") for cell in lines[0][1])
        lines = lines[1:]
    if not lines:
        raise Refused("nothing-pasted", _("Paste at least one line."), "text")
    if len(lines) > MOST_ROWS:
        raise Refused("how-many", _("Add 1 to %(most)s rows at once.") % {"most": MOST_ROWS}, "text")
    readers = _readers(project, near)
    rows, wrong = [], []
    for number, cells in lines:
        try:
            rows.append(_spec(columns, cells, readers))
        except CellRefused as refused:
            wrong.append(_("Line %(number)s: %(what)s") % {"number": number, "what": refused})
    if wrong:
        raise Refused("lines-wrong", "\n".join(wrong[:20]), "text")
    return rows


def rows_of_texts(project: Project) -> list[DeliverableSpec]:
    """Return what the departments' own words (成果 of the basic information) name and the list does not have. Three queries."""
    there = {(row.department_id, key(row.name)) for row in deliverables_of(project)}
    found = []
    for part in team_of(project).participations:
        for text in filter(None, map(str.strip, PARTED.split(part.deliverables))):
            name, amount, unit = counted(text)
            name = name[: LONGEST["name"]]
            if (part.department_id, key(name)) not in there:
                there.add((part.department_id, key(name)))
                found.append(DeliverableSpec(name, amount, unit, part.department_id))
    return found[:MOST_ROWS]


def counted(text: str) -> tuple[str, Decimal | None, str]:
    """Return name, quantity and unit of 样机3台; the whole text as name where no amount ends it."""
    found = COUNTED.fullmatch(plain(text))
    if found is None or not Decimal(found["n"]):
        return text.strip(), None, ""
    return found["name"], Decimal(found["n"]), found["u"]


def _heads(cells: list[str]) -> bool:
    known = [BY_HEADING.get(key(cell)) for cell in cells]
    return "name" in known and sum(name is not None for name in known) >= min(2, len(cells))


def _spec(columns: tuple[str, ...], cells: list[str], readers: Mapping[str, Callable[[str], Any]]) -> DeliverableSpec:
    values = {
        name: readers[name](cell) for name, cell in zip(columns, cells, strict=False) if name in readers and not is_blank(cell)
    }
    if not values.get("name"):
        raise CellRefused(_("A deliverable needs a name."))
    amount, unit = values.pop("quantity", (None, None))
    if amount is None:
        values["name"], amount, unit = counted(values["name"])
    return DeliverableSpec(quantity=amount, unit=unit or "", **values)


def _readers(project: Project, near: date) -> dict[str, Callable[[str], Any]]:
    departments = {key(name): pk for pk, name in Department.objects.order_by().values_list("pk", "name")}
    items: dict[str, list[int]] = {}
    for pk, name in WorkItem.objects.filter(project=project).order_by("rank").values_list("pk", "name"):
        items.setdefault(key(name), []).append(pk)

    def department(text: str) -> int:
        if key(text) not in departments:
            raise CellRefused(_("There is no department “%(name)s”.") % {"name": text.strip()[:40]})
        return departments[key(text)]

    def item(text: str) -> int:
        found = items.get(key(text), [])
        if len(found) != 1:
            words = _("There is no task “%(name)s”.") if not found else _("Several tasks are called “%(name)s”.")
            raise CellRefused(words % {"name": text.strip()[:40]})
        return found[0]

    def words(name: str) -> Callable[[str], str]:
        return lambda text: text_of(text, LONGEST[name])

    return {
        "name": words("name"),
        "quantity": quantity,
        "department_id": department,
        "due": lambda text: day(text, near),
        "standard": words("standard"),
        "work_item_id": item,
        "document": words("document"),
    }
