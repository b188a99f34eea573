"""Columns of the grid that are fetched when they are shown: a text for each row, as people would type it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.plan.models import Supporter, WorkItem
from tongzhou.plan.queries.outlook import outlook
from tongzhou.projects.models import Project


def quantity_text(number: Decimal | None, unit: str) -> str:
    """Return an amount with its unit: 30家, 2.5km; "" without an amount."""
    if number is None:
        return ""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + unit


# Columns with the fields of a work item that they are made of.
STORED: dict[str, tuple[tuple[str, ...], Callable[..., str]]] = {
    "key_output": (("key_output",), str),
    "delivery_standard": (("delivery_standard",), str),
    "risk_point": (("risk_point",), str),
    "resource_need": (("resource_need",), str),
    "remark": (("remark",), str),
    "unit": (("unit",), str),
    "urgency": (("urgency",), lambda value: str(WorkItem.Urgency(value).label)),
    "quantity": (("quantity", "unit"), quantity_text),
    "deadline": (("deadline",), lambda day: day.isoformat() if day else ""),
    "stand_in": (("stand_in__name",), lambda name: name or ""),
}
NAMES = (*STORED, "supporters")


def plan_columns(project: Project, as_of: date, names: Sequence[str]) -> dict[str, Any]:
    """Return the version of the plan and each column's texts, in the order of the plan's rows. Two queries beyond the outlook.

    :raises Refused: if a name is that of no such column.
    """
    unknown = next((name for name in names if name not in NAMES), None)
    if unknown is not None or not names:
        raise Refused("column-unknown", _("There is no column “%(name)s”.") % {"name": (unknown or "")[:40]}, "names")
    found = outlook(project, as_of)
    order = [item.id for item in found.items]
    fields = [name for name in names if name in STORED]
    columns = {name: [texts.get(key, "") for key in order] for name, texts in _stored(project, fields).items()}
    if "supporters" in names:
        texts = supporter_texts(project)
        columns["supporters"] = [texts.get(key, "") for key in order]
    return {"version": found.version, "columns": columns}


def supporter_texts(project: Project, item: int | None = None) -> dict[int, str]:
    """Return who supports each item (or one) with what, as people type it: 李四(接口联调); 市场部. One query."""
    rows = Supporter.objects.filter(work_item__project=project).order_by("pk")
    if item is not None:
        rows = rows.filter(work_item=item)
    found: dict[int, list[str]] = {}
    for key, *support in rows.values_list("work_item_id", "user__name", "department__name", "content"):
        found.setdefault(key, []).append(supporter_text(*support))
    return {key: "; ".join(parts) for key, parts in found.items()}


def supporter_text(person: str | None, department: str | None, content: str) -> str:
    """Return one supporter as people type it."""
    who = person or department or ""
    return f"{who}({content})" if content else who


def _stored(project: Project, names: Sequence[str]) -> dict[str, dict[int, str]]:
    wanted = list(dict.fromkeys(field for name in names for field in STORED[name][0]))
    found: dict[str, dict[int, str]] = {name: {} for name in names}
    if not wanted:
        return found
    places = {name: [wanted.index(field) for field in STORED[name][0]] for name in names}
    for key, *values in WorkItem.objects.filter(project=project).values_list("pk", *wanted):
        for name in names:
            found[name][key] = STORED[name][1](*(values[place] for place in places[name]))
    return found
