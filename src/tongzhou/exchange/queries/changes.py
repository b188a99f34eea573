"""What an import would change in tasks that are there already, cell by cell: before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.exchange.queries.proposal import Proposal
from tongzhou.exchange.queries.wording import MEANINGS
from tongzhou.people.models import Department, User
from tongzhou.plan.actions import ItemSpec, item_values
from tongzhou.plan.models import WorkItem

MOST_SHOWN = 100
LONGEST = 120
LABELS = {
    "name": "name", "is_milestone": "milestone", "department_id": "department", "owner_id": "owner", "typed_start": "start",
    "typed_finish": "finish", "duration": "duration", "urgency": "urgency", "key_output": "output",
    "delivery_standard": "standard", "risk_point": "risk", "remark": "remark", "stand_in_id": "deputy",
    "resource_need": "resource", "quantity": "quantity", "unit": "unit", "deadline": "deadline", "source_code": "code",
    "calendar_id": "calendar",
}  # fmt: skip


@dataclass(frozen=True)
class CellChange:
    """One field before and after, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class TaskChange:
    """A task of the plan with what would change in it."""

    name: str
    cells: tuple[CellChange, ...]


def task_changes(made: Proposal) -> list[TaskChange]:
    """Return what would change in tasks that the plan holds. Two queries when anything does."""
    changed = [spec for spec in made.items if made.verdicts.get(spec.key) == "changed" and spec.existing in made.existing.rows]
    removed: dict[int, list[str]] = defaultdict(list)
    for row in made.removed:
        removed[row.successor_id].append(made.existing.rows[row.predecessor_id].name)
    if not changed and not removed:
        return []
    words = _Words(made)
    told = {spec.existing: list(words.cells(spec)) for spec in changed}
    for successor, names in removed.items():
        told.setdefault(successor, []).append(CellChange(str(MEANINGS["predecessors"]), "、".join(names), ""))
    rows = made.existing.rows
    return [TaskChange(rows[key].name, tuple(cells)) for key, cells in told.items() if key is not None and cells]


class _Words:
    """Turns stored values into texts."""

    def __init__(self, made: Proposal) -> None:
        self.made = made
        self.ids = {spec.key: spec.existing for spec in made.items}
        self.names = {spec.key: spec.name for spec in made.items}
        self.people = dict(User.objects.filter(pk__in=self._people()).values_list("pk", "name"))
        self.departments = dict(Department.objects.values_list("pk", "name"))
        self.urgencies = {value: str(label) for value, label in WorkItem.Urgency.choices}

    def _people(self) -> set[int]:
        rows, specs = self.made.existing.rows.values(), self.made.items
        stored = {key for row in rows for key in (row.owner_id, row.stand_in_id)}
        helpers = {one.user for spec in specs for one in spec.supporters} | {
            one[0] for support in self.made.existing.supporters.values() for one in support
        }
        wanted = {key for spec in specs for key in (spec.owner, spec.stand_in)}
        return {key for key in stored | helpers | wanted if key is not None and key > 0}

    def cells(self, spec: ItemSpec) -> Sequence[CellChange]:
        """The fields of a spec that differ from what is stored."""
        row = self.made.existing.rows[spec.existing or 0]
        parent = row.parent_id if spec.keep_parent else self.ids.get(spec.parent_key or "")
        values = item_values(spec, parent)
        found = []
        for name, label in LABELS.items():
            if name in values and getattr(row, name) != values[name]:
                found.append(
                    self._change(str(MEANINGS[label]), self._text(name, getattr(row, name)), self._text(name, values[name]))
                )
        if parent != row.parent_id or (parent is None and spec.parent_key and not spec.keep_parent):
            above = self.made.existing.rows.get(row.parent_id or 0)
            after = self.names.get(spec.parent_key or "", "")
            found.append(self._change(_("Lies under"), above.name if above is not None else "", after))
        if spec.rank not in (None, row.rank):
            found.append(CellChange(_("Order"), _("as in the plan"), _("as in the file")))
        helpers = self._helpers(self.made.existing.supporters.get(row.pk, []))
        wanted = self._helpers([(one.user, one.department, one.content) for one in spec.supporters])
        if helpers != wanted:
            found.append(self._change(str(MEANINGS["supporters"]), helpers, wanted))
        return found

    def _helpers(self, rows: Sequence[tuple[Any, ...]]) -> str:
        texts = []
        for user, department, content in rows:
            who = self.people.get(user, "") if user else self.departments.get(department, "")
            texts.append(f"{who}({content})" if content else who)
        return "、".join(texts)

    def _change(self, label: str, before: str, after: str) -> CellChange:
        return CellChange(label, before[:LONGEST], after[:LONGEST])

    def _text(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name in {"owner_id", "stand_in_id"}:
            return self.people.get(value, "")
        if name == "department_id":
            return self.departments.get(value, "")
        if name == "calendar_id":
            return self.made.calendar_names.get(value, "")
        if name == "duration":
            return f"{value / 480:g}"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return value.isoformat() if isinstance(value, date) else self.urgencies.get(value, str(value))
