"""Changing one work item: what follows is computed first, by the same code that then saves it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.daymode import duration_of_days, start_of_day
from tongzhou.lib.access import Refused, Stale, require
from tongzhou.people.models import User
from tongzhou.plan import access
from tongzhou.plan.actions.agreed import require_unsigned
from tongzhou.plan.actions.commands.difference import difference
from tongzhou.plan.actions.commands.keeping import keep
from tongzhou.plan.actions.commands.remembering import Edit, remember
from tongzhou.plan.actions.commands.sheet import load
from tongzhou.plan.actions.commands.structure import remove, room_below, tell_lost_children
from tongzhou.plan.actions.scheduling import (
    check_owners,
    fresh_item,
    keep_schedule,
    locked_plan,
    reschedule,
    resolve_typed,
    strict_schedule,
)
from tongzhou.plan.events import WorkItemAdded, WorkItemChanged, WorkItemRemoved
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.calendars import calendar_for_new, calendars_of
from tongzhou.plan.queries.consequences import Move, moves_of
from tongzhou.plan.queries.edits import undoable
from tongzhou.plan.queries.item import TEXTS, words_key
from tongzhou.plan.queries.network import Dates, dates_of
from tongzhou.plan.queries.tree import Edge, Item, branch, edges_of, items_of
from tongzhou.projects.access import standing
from tongzhou.projects.actions import enrol
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.workbooks.text import is_seen

DATED = ("start", "finish", "duration")
LONGEST_DAYS = 3650


@dataclass
class Consequences:
    """What a change of dates brings: the moves (the edited item's own first) and notices."""

    moves: list[Move] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def preview_dates(*, by: User, item: WorkItem, name: str, value: Any, version: int | None = None) -> Consequences:
    """Say what changing `name` (start, finish: date; duration: working days) to `value` would bring. Writes nothing.

    :raises Refused: as change_dates.
    """
    require(access.can_edit_item(standing(by, item.project), item.department_id), _("You may not change this task."))
    found, _items, _edges = _consequences(item, name, value)
    return found


def change_dates(*, by: User, item: WorkItem, name: str, value: Any, version: int | None = None, now: datetime) -> Consequences:
    """Change a start, finish or duration, and move what follows.

    A start later than the links give becomes “not earlier than”; an earlier one is kept and conflicts (rule 11a).
    :raises Refused: if `by` may not, the value is wrong, the item is a summary, or the plan is no longer at `version` (Stale).
    """
    require(access.can_edit_item(standing(by, item.project), item.department_id), _("You may not change this task."))
    with transaction.atomic():
        plan, item = locked_plan(item.project, version), fresh_item(item)
        found, items, edges = _consequences(item, name, value)
        edited = next(row for row in items if row.id == item.pk)
        stored = {"typed_start": item.typed_start, "typed_finish": item.typed_finish, "duration": item.duration}
        before, after = differences(stored, {key: getattr(edited, key) for key in stored})
        WorkItem.objects.filter(pk=item.pk).update(**after, version=item.version + 1)
        keep_schedule(item.project, plan, items, edges)
        moves = [
            ChangeOf("work_item", move.id, move.name, {move.field: move.before}, {move.field: move.after})
            for move in found.moves
        ]
        own = ChangeOf("work_item", item.pk, item.name, before, after)
        subject = Subject("work_item", item.pk, item.name)
        record(WorkItemChanged(item.pk), by=by, now=now, subject=subject, project=item.project_id, changes=[own, *moves])
    return found


def assign_owner(*, by: User, item: WorkItem, owner: User | None, version: int | None = None, now: datetime) -> None:
    """Give the item to an owner, who becomes a member of the project.

    :raises Refused: if `by` may not assign, the owner is disabled or supervises the project's quality, or it is signed.
    """
    require(access.can_assign_item(standing(by, item.project), item.department_id), _("You may not assign this task."))
    if owner is not None:
        if not owner.is_active:
            raise Refused("person-disabled", _("This account is disabled."), "owner")
        check_owners(item.project, {owner.pk})
    with transaction.atomic():
        plan, item = locked_plan(item.project, version), fresh_item(item)
        if item.owner_id == (owner.pk if owner else None):
            return
        require_unsigned(item.project, {item.pk: ("owner_id",)})
        before = {"owner": item.owner.name if item.owner else None}
        lost = ((item.pk, item.owner_id),) if item.owner_id else ()
        WorkItem.objects.filter(pk=item.pk).update(owner=owner, version=item.version + 1)
        # Another owner may work on other days.
        reschedule(item.project, plan)
        if owner is not None:
            enrol(by=by, project=item.project, people=[owner], now=now)
        change = ChangeOf("work_item", item.pk, item.name, before, {"owner": owner.name if owner else None})
        subject = Subject("work_item", item.pk, item.name)
        record(WorkItemChanged(item.pk, lost), by=by, now=now, subject=subject, project=item.project_id, changes=[change])


def change_details(*, by: User, item: WorkItem, values: dict[str, Any], seen: str = "", now: datetime) -> None:
    """Change the words of an item (TEXTS). `seen` is the key of the words that were shown.

    :raises Refused: if `by` may not change it (before and after, where it moves to another department), the name is empty,
        or (Stale) somebody else changed the words since;
        if it is a milestone that is signed.
    """
    wanted = {name: values[name] for name in TEXTS if name in values}
    at, departments = standing(by, item.project), {item.department_id, wanted.get("department_id", item.department_id)}
    require(all(access.can_edit_item(at, department) for department in departments), _("You may not change this task."))
    if not is_seen(str(wanted.get("name", item.name))):
        raise Refused("name-missing", _("A task needs a name."), "name")
    with transaction.atomic():
        plan, item = locked_plan(item.project), fresh_item(item)
        if seen and seen != words_key(item):
            raise Stale("item-changed", _("Somebody else changed this task in the meantime. Yours is not saved yet."))
        before, after = differences({name: getattr(item, name) for name in wanted}, wanted)
        if not after:
            return
        require_unsigned(item.project, {item.pk: after})
        WorkItem.objects.filter(pk=item.pk).update(**after, version=item.version + 1)
        reschedule(item.project, plan)
        change = ChangeOf("work_item", item.pk, item.name, before, after)
        subject = Subject("work_item", item.pk, item.name)
        record(WorkItemChanged(item.pk), by=by, now=now, subject=subject, project=item.project_id, changes=[change])


def add_item(*, by: User, project: Project, values: dict[str, Any], parent: WorkItem | None = None, now: datetime) -> WorkItem:
    """Add a work item at the end of `parent` (or of the project).

    `values`: name, department_id, owner, typed_start, typed_finish, duration (working days), is_milestone.

    :raises Refused: if `by` may not, the name is empty, the finish is before the start, or the owner supervises the quality;
        if it is a milestone and the milestones are signed.
    """
    at = standing(by, project)
    require(access.can_edit_item(at, values.get("department_id")), _("You may not add tasks here."))
    name = str(values.get("name", "")).strip()
    if not is_seen(name):
        raise Refused("name-missing", _("A task needs a name."), "name")
    start, finish, milestone = values.get("typed_start"), values.get("typed_finish"), bool(values.get("is_milestone"))
    calendar = calendar_for_new(project, values.get("owner"))
    minutes = 0 if milestone else _minutes(start, finish, values.get("duration", 1), calendar)
    check_owners(project, {values["owner"].pk} if values.get("owner") else set())
    with transaction.atomic():
        plan, can = locked_plan(project), undoable(project, by)
        require_unsigned(project, {}, with_new_milestone=milestone)
        sheet = load(project, by, at, timezone.localtime(now).date())
        row = sheet.new_row(name, values.get("department_id"))
        row.is_milestone, row.duration, row.typed_start, row.typed_finish = milestone, minutes, start, finish
        row.owner = values["owner"].pk if values.get("owner") else None
        sheet.place([row], room_below(sheet, sheet.row(parent.pk) if parent else None), None)
        sheet.settle()
        made = difference(sheet)
        keep(sheet, plan, made)
        item = WorkItem.objects.select_related("project", "owner").get(pk=row.id)
        remember(sheet, made, Edit("insert", _("Insert %(tasks)s") % {"tasks": f"“{name}”"}, can), now)
        if item.owner is not None:
            enrol(by=by, project=project, people=[item.owner], now=now)
        change = ChangeOf("work_item", item.pk, name, {}, {"name": name, "start": start, "finish": finish})
        subject = Subject("work_item", item.pk, name)
        record(WorkItemAdded(item.pk), by=by, now=now, subject=subject, project=project.pk, changes=[change])
    return item


def remove_item(*, by: User, item: WorkItem, now: datetime) -> None:
    """Remove an item with all below it and their links. Work that was reported on is cancelled instead, never removed.

    :raises Refused: if `by` may not change each of them, or somebody reported on one.
    """
    at = standing(by, item.project)
    with transaction.atomic():
        plan, item = locked_plan(item.project), fresh_item(item)
        below = branch(items_of(item.project), item.pk)
        require(all(access.can_edit_item(at, row.department) for row in below), _("You may not remove tasks."))
        require_unsigned(item.project, {}, [row.id for row in below])
        if any(row.reported_on for row in below):
            raise Refused("has-progress", _("Somebody reported on this task: cancel it instead of removing it."))
        changes = [ChangeOf("work_item", row.id, row.name, {"name": row.name}, {"name": None}) for row in below]
        subject = Subject("work_item", item.pk, item.name)
        record(WorkItemRemoved(item.pk), by=by, now=now, subject=subject, project=item.project_id, changes=changes)
        can, sheet = undoable(item.project, by), load(item.project, by, at, timezone.localtime(now).date())
        label = remove(sheet, {"ids": [item.pk]})
        tell_lost_children(sheet)
        sheet.settle()
        made = difference(sheet)
        keep(sheet, plan, made)
        remember(sheet, made, Edit("remove", label, can), now)


def _consequences(item: WorkItem, name: str, value: Any) -> tuple[Consequences, list[Item], list[Edge]]:
    items, edges = items_of(item.project), edges_of(item.project)
    calendars = calendars_of(item.project, items)
    stored = {row.id: copy(row) for row in items}
    before = dates_of(items, strict_schedule(item.project, items, edges, calendars=calendars), calendars)
    edited = next(row for row in items if row.id == item.pk)
    if not edited.leaf:
        raise Refused("summary", _("The dates of a summary follow from the tasks below it."), name)
    found = Consequences()
    _apply(edited, before[item.pk], name, value, found, calendars.of(item.pk))
    meaning = resolve_typed(item.project, items, edges, {item.pk} if edited.typed_start else set(), frozenset()).get(item.pk)
    by_id = {row.id: row for row in items}
    if meaning is not None and meaning.driving is not None:
        driver = by_id[meaning.driving.predecessor]
        found.notices.append(
            _("The start is earlier than %(driver)s allows; it is kept and shown as a conflict.")
            % {"driver": f"{driver.code} {driver.name}"}
        )
    result = strict_schedule(item.project, items, edges, calendars=calendars)
    after = dates_of(items, result, calendars)
    drivers = {key: at.driver.predecessor for key, at in result.tasks.items() if at.driver is not None}
    found.moves = moves_of(items, stored, after, drivers, {item.pk})
    return found, items, edges


def _apply(edited: Item, at: Dates, name: str, value: Any, found: Consequences, calendar: WorkingCalendar) -> None:
    """Write the edit into the row, in memory."""
    if name == "start" and isinstance(value, date):
        snapped = start_of_day(calendar, value)
        if snapped.moved and edited.duration and not edited.is_milestone:
            found.notices.append(_("%(day)s is no working day: work starts on %(next)s.") % {"day": value, "next": snapped.day})
        edited.typed_start, edited.typed_finish = value, value if edited.is_milestone else None
    elif name == "finish" and isinstance(value, date):
        if edited.is_milestone:
            edited.typed_start = edited.typed_finish = value
            return
        edited.duration = _minutes(edited.actual_start or at.start, value, None, calendar)
        edited.typed_start, edited.typed_finish = edited.typed_start or at.start, value
    elif name == "duration":
        edited.duration = _minutes(None, None, value, calendar)
        edited.typed_finish = None
    else:
        raise Refused("field-unknown", _("This cannot be changed here."), name)


def _minutes(start: date | None, finish: date | None, days: Any, calendar: WorkingCalendar) -> int:
    """Return a duration in working minutes from two days or from a number of days.

    :raises Refused: if they are in the wrong order, or the number is none or out of range.
    """
    if start is not None and finish is not None:
        if finish < start:
            raise Refused("finish-before-start", _("The finish is before the start."), "finish")
        return duration_of_days(calendar, start, finish)
    try:
        minutes = round(float(days) * 480)
    except (TypeError, ValueError, OverflowError) as error:
        raise Refused("duration-invalid", _("A duration is a number of working days."), "duration") from error
    if not 0 < minutes <= LONGEST_DAYS * 480:
        raise Refused("duration-invalid", _("A duration lies between 0 and 3650 working days."), "duration")
    return minutes
