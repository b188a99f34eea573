"""The plan in memory while a command changes it: rows, links, what is to be written, what follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.lib.rank import ranks, ranks_between
from tongzhou.people.models import User
from tongzhou.plan import access
from tongzhou.plan.actions.scheduling import resolve_typed, strict_schedule
from tongzhou.plan.queries.calendars import PlanCalendars, PlanDays, calendars_of, plan_calendars, plan_days
from tongzhou.plan.queries.network import Dates, dates_of
from tongzhou.plan.queries.tree import Edge, Item, arrange, branches, edges_of, items_of
from tongzhou.projects.access import Standing
from tongzhou.projects.models import Project

# The columns of an item that commands change and the schedule reads, as Item and as WorkItem call them.
INPUTS = {
    "parent": "parent_id",
    "rank": "rank",
    "name": "name",
    "is_milestone": "is_milestone",
    "department": "department_id",
    "owner": "owner_id",
    "typed_start": "typed_start",
    "typed_finish": "typed_finish",
    "duration": "duration",
    "constraint": "constraint",
    "constraint_date": "constraint_date",
    "deadline": "deadline",
}
OUTPUTS = ("start", "finish", "slack", "critical")
# The other columns that commands change; only WorkItem has them.
WORDS = (
    "key_output",
    "delivery_standard",
    "risk_point",
    "resource_need",
    "urgency",
    "stand_in_id",
    "quantity",
    "unit",
    "remark",
)
LONGEST_RANK = 100
DAY = 480
inputs_of = attrgetter(*INPUTS)
edge_values = attrgetter("predecessor", "successor", "kind", "lag", "elapsed", "within")
ITEM_VALUES = attrgetter(*Item.__struct_fields__)
Support = tuple[int | None, int | None, str]


@dataclass
class Sheet:
    """A plan that a command changes. Ids below 0 are of rows that are not stored yet."""

    project: Project
    by: User
    at: Standing
    today: date
    items: list[Item]
    edges: list[Edge]
    days: PlanDays
    by_id: dict[int, Item] = field(default_factory=dict)
    children: dict[int | None, list[Item]] = field(default_factory=dict)
    before: dict[int, Item] = field(default_factory=dict)
    links_before: dict[int, Edge] = field(default_factory=dict)
    words: dict[int, dict[str, Any]] = field(default_factory=dict)
    supporters: dict[int, list[Support]] = field(default_factory=dict)
    reports: dict[int, int] = field(default_factory=dict)
    restored: dict[str, dict[int, dict[str, Any] | None]] = field(default_factory=dict)
    typed: set[int] = field(default_factory=set)
    loosened: set[int] = field(default_factory=set)
    touched: list[int] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    dates: dict[int, Dates] = field(default_factory=dict)
    drivers: dict[int, int] = field(default_factory=dict)
    new_rows: int = 0
    milestones: dict[int, int] = field(default_factory=dict)
    """Key milestones that get their row back, with its id."""

    @cached_property
    def reporter(self) -> access.Reporter:
        """On which rows the person may report."""
        return access.Reporter(self.at, self.today)

    def arrange(self) -> None:
        """Bring the rows into the order of the tree, with fresh codes."""
        self.items = arrange(sorted(self.items, key=lambda item: (item.rank, item.id)))
        self.by_id = {item.id: item for item in self.items}
        self.children = {}
        for item in self.items:
            self.children.setdefault(item.parent, []).append(item)

    def row(self, key: int) -> Item:
        """Return a row.

        :raises Refused: if the plan has no such row.
        """
        found = self.by_id.get(key)
        if found is None:
            raise Refused("row-unknown", _("This plan has no such task (any more)."), str(key))
        return found

    def calendar_of(self, row: Item) -> WorkingCalendar:
        """Return the calendar on which the days of a row are read."""
        return plan_calendars(self.days, [row]).of(row.id)

    def require_edit(self, rows: Iterable[Item]) -> None:
        """Go on only if every row may be changed.

        :raises Forbidden: naming the first that may not.
        """
        for row in rows:
            if not access.can_edit_item(self.at, row.department):
                raise Forbidden("forbidden", _("You may not change “%(task)s”.") % {"task": title(row)})

    def new_row(self, name: str, department: int | None) -> Item:
        """Return a row that is not placed yet."""
        self.new_rows += 1
        key = -self.new_rows
        row = Item(
            id=key, parent=None, rank="", name=name, source_code="", is_milestone=False, department=department, owner=None,
            typed_start=None, typed_finish=None, duration=DAY, constraint="ASAP", constraint_date=None, deadline=None,
            state="todo", percent=0, actual_start=None, actual_finish=None, reported_on=None, start=None, finish=None,
        )  # fmt: skip
        self.by_id[key] = row
        self.typed.add(key)
        return row

    def place(self, rows: Sequence[Item], parent: int | None, before: int | None) -> None:
        """Put rows (with what is below them) under `parent`, in front of its child `before` (None: at its end)."""
        moving = {row.id for row in rows}
        siblings = [row for row in self.children.get(parent, ()) if row.id not in moving]
        at = next((place for place, row in enumerate(siblings) if row.id == before), len(siblings))
        low, high = siblings[at - 1].rank if at else "", siblings[at].rank if at < len(siblings) else ""
        found = ranks_between(low, high, len(rows))
        if not found or len(found[-1]) > LONGEST_RANK:
            rows_in_order = [*siblings[:at], *rows, *siblings[at:]]
            for row, rank in zip(rows_in_order, ranks(len(rows_in_order)), strict=True):
                row.rank = rank
        else:
            for row, rank in zip(rows, found, strict=True):
                row.rank = rank
        for row in rows:
            row.parent = parent
        present = {row.id for row in self.items}
        self.items.extend(row for row in rows if row.id not in present)
        self.arrange()

    def settle(self) -> None:
        """Weigh typed starts that the command touched, and schedule.

        :raises Refused: if the links form a cycle or contradict the tree.
        """
        calendars = self._calendars()
        self._weigh(calendars)
        result = strict_schedule(self.project, self.items, self.edges, calendars=calendars)
        self.dates = dates_of(self.items, result, calendars)
        self.drivers = {key: at.driver.predecessor for key, at in result.tasks.items() if at.driver is not None}

    def _calendars(self) -> PlanCalendars:
        """Return the calendars of the rows as they are in memory."""
        owners = {item.owner for item in self.items}
        if owners <= {item.owner for item in self.before.values()}:
            return plan_calendars(self.days, self.items)
        return calendars_of(self.project, self.items)

    def _weigh(self, calendars: PlanCalendars) -> None:
        if not self.loosened and not self.typed:
            return
        weighed = {row.id for row in branches(self.items, self.loosened | self.typed) if row.leaf}
        pending = {row.id for row in self.items if row.id in weighed and (row.typed_start or row.constraint != "ASAP")}
        if not pending:
            return
        follow = frozenset(key for key in pending - self.typed if self.by_id[key].constraint != "MSO")
        found = resolve_typed(self.project, self.items, self.edges, pending, follow, calendars=calendars)
        kept = [(key, meaning.driving) for key, meaning in found.items() if key in self.typed and meaning.driving is not None]
        for key, driving in kept[:3]:
            driver, row = self.by_id[driving.predecessor], self.by_id[key]
            self.notices.append(
                _("“%(task)s”: the start is earlier than %(driver)s allows; it is kept and shown as a conflict.")
                % {"task": title(row), "driver": title(driver)}
            )
        if len(kept) > len(kept[:3]):
            self.notices.append(_("%(count)d more starts are earlier than their links allow.") % {"count": len(kept) - 3})


def load(project: Project, by: User, at: Standing, today: date) -> Sheet:
    """Read the plan. Three queries, at most five."""
    items, edges = items_of(project), edges_of(project)
    days = plan_days(project, any(item.follows_owner for item in items))
    sheet = Sheet(project=project, by=by, at=at, today=today, items=items, edges=edges, days=days)
    sheet.before = {item.id: Item(*ITEM_VALUES(item)) for item in items}
    sheet.links_before = {edge.id: Edge(edge.id, *edge_values(edge)) for edge in edges}
    sheet.by_id = {item.id: item for item in items}
    for item in items:
        sheet.children.setdefault(item.parent, []).append(item)
    return sheet


def title(row: Item) -> str:
    """Return how messages call a row: its code and name."""
    return f"{row.code} {row.name}".strip()


def titles(rows: Collection[Item], most: int = 3) -> str:
    """Return the names of the first rows, and how many more there are."""
    shown = "、".join(f"“{row.name}”" for row in list(rows)[:most])
    return shown if len(rows) <= most else _("%(names)s and %(count)d more") % {"names": shown, "count": len(rows) - most}
