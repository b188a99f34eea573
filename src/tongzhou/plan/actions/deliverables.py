"""交付物清单: asking departments for deliverables, changing, removing and putting back rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale, require
from tongzhou.people.models import Department, System, User
from tongzhou.plan import access, events
from tongzhou.plan.models import Deliverable, WorkItem
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.workbooks.text import is_seen

MOST_ROWS = 500
LONGEST = {"name": 200, "unit": 20, "standard": 5000, "document": 500}
LARGEST = Decimal("999999999999.99")


@dataclass(frozen=True)
class DeliverableSpec:
    """What a row says; department and task by id. Without a department it is that of its task."""

    name: str
    quantity: Decimal | None = None
    unit: str = ""
    department_id: int | None = None
    due: date | None = None
    standard: str = ""
    work_item_id: int | None = None
    document: str = ""


FIELDS = tuple(field.name for field in fields(DeliverableSpec))


def add_deliverables(
    *, by: User | System, project: Project, rows: Sequence[DeliverableSpec], now: datetime
) -> list[Deliverable]:
    """Add rows to the list, all or none.

    :raises Refused: if `by` may not ask the departments of all of them, or a row says what cannot be ("2.name": third row).
    """
    if not 0 < len(rows) <= MOST_ROWS:
        raise Refused("how-many", _("Add 1 to %(most)s rows at once.") % {"most": MOST_ROWS}, "rows")
    rows = _settled(project, rows)
    if isinstance(by, User):
        at = standing(by, project)
        require(all(access.can_edit_deliverable(at, row.department_id) for row in rows))
    with transaction.atomic():
        made = [Deliverable.objects.create(project=project, **_values(row)) for row in rows]
        changes = [ChangeOf("deliverable", row.pk, row.name, *differences({}, _kept(row))) for row in made]
        event = events.DeliverablesAdded(project.pk, tuple(row.pk for row in made))
        subject = Subject("deliverable", made[0].pk, made[0].name) if len(made) == 1 else _project(project)
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=changes)
    return made


def change_deliverable(
    *, by: User, deliverable: Deliverable, values: Mapping[str, Any], version: int | None = None, now: datetime
) -> Deliverable:
    """Change fields of a row (those of DeliverableSpec).

    :raises Refused: if `by` may not (before and after, where the department changes), it is accepted, a value cannot be,
        or (Stale) somebody else changed it since `version`.
    """
    with transaction.atomic():
        row = locked(deliverable, version)
        wanted = replace(_spec(row), **{name: values[name] for name in FIELDS if name in values})
        at = standing(by, row.project)
        require(access.can_edit_deliverable(at, row.department_id))
        if row.state == Deliverable.State.ACCEPTED:
            raise Refused("accepted", _("It is accepted. Return it before you change what was asked for."))
        wanted = _alone(row.project, wanted)
        require(access.can_edit_deliverable(at, wanted.department_id))
        before, after = differences(_kept(row), _values(wanted))
        if not after:
            return row
        _set(row, **after)
        _record(row, events.DeliverableChanged(row.pk), before, after, by, now)
    return row


def remove_deliverable(*, by: User, deliverable: Deliverable, version: int | None = None, now: datetime) -> Deliverable:
    """Take a row off the list; it can be put back.

    :raises Refused: if `by` may not, it is accepted, or (Stale) somebody else changed it since `version`.
    """
    with transaction.atomic():
        row = locked(deliverable, version)
        require(access.can_edit_deliverable(standing(by, row.project), row.department_id))
        if row.state == Deliverable.State.ACCEPTED:
            raise Refused("accepted", _("What is accepted stays on the list."))
        _set(row, removed_at=now)
        _record(row, events.DeliverableRemoved(row.pk), {"name": row.name}, {"name": None}, by, now)
    return row


def restore_deliverable(*, by: User, deliverable: Deliverable, now: datetime) -> Deliverable:
    """Put a row that was removed back on the list; one that is there stays.

    :raises Refused: if `by` may not.
    """
    with transaction.atomic():
        row = _row(deliverable)
        require(access.can_edit_deliverable(standing(by, row.project), row.department_id))
        if row.removed_at is not None:
            _set(row, removed_at=None)
            _record(row, events.DeliverableRestored(row.pk), {"name": None}, {"name": row.name}, by, now)
    return row


def locked(deliverable: Deliverable, version: int | None) -> Deliverable:
    """Return the row as it is now, locked.

    :raises Stale: if it is no longer at `version`; Refused if it was removed.
    """
    row = _row(deliverable)
    if version is not None and row.version != version:
        raise Stale("deliverable-changed", _("Somebody else changed this deliverable in the meantime."))
    if row.removed_at is not None:
        raise Refused("removed", _("This deliverable was taken off the list."))
    return row


def _row(deliverable: Deliverable) -> Deliverable:
    rows = Deliverable.objects.select_for_update(of=("self",)).select_related("project", "work_item", "department")
    return rows.get(pk=deliverable.pk)


def _settled(project: Project, rows: Sequence[DeliverableSpec]) -> list[DeliverableSpec]:
    """Return the rows with their departments, trimmed.

    :raises Refused: with what is wrong in which row.
    """
    items = dict(
        WorkItem.objects.filter(project=project, pk__in={row.work_item_id for row in rows if row.work_item_id})
        .order_by()
        .values_list("pk", "department_id")
    )
    wanted = {row.department_id for row in rows if row.department_id}
    departments = set(Department.objects.filter(pk__in=wanted).order_by().values_list("pk", flat=True)) if wanted else set()
    errors: dict[str, str] = {}
    found = []
    trimmed = [replace(row, **{name: getattr(row, name).strip() for name in LONGEST}) for row in rows]
    for place, row in enumerate(trimmed):
        wrong = _faults(row)
        if row.work_item_id is not None and row.work_item_id not in items:
            wrong["work_item_id"] = _("There is no such task.")
        if row.department_id is not None and row.department_id not in departments:
            wrong["department_id"] = _("There is no such department.")
        errors |= {f"{place}.{name}": text for name, text in wrong.items()}
        found.append(replace(row, department_id=row.department_id or items.get(row.work_item_id or 0)))
    if errors:
        raise Refused("rows-wrong", _("Some values cannot be used."), errors=errors)
    return found


def _alone(project: Project, row: DeliverableSpec) -> DeliverableSpec:
    """:raises Refused: as _settled, with the fields' own names."""
    try:
        return _settled(project, [row])[0]
    except Refused as refused:
        errors = {name.partition(".")[2]: text for name, text in refused.errors.items()}
        raise Refused(refused.code, refused.message, errors=errors) from refused


def _faults(row: DeliverableSpec) -> dict[str, str]:
    """Return what cannot be said of a deliverable, by field."""
    wrong = {}
    for name, longest in LONGEST.items():
        if len(getattr(row, name)) > longest:
            wrong[name] = _("At most %(limit)s characters.") % {"limit": longest}
    if not is_seen(row.name):
        wrong["name"] = _("A deliverable needs a name.")
    amount = row.quantity
    if amount is not None and not (amount.is_finite() and 0 < amount <= LARGEST and amount == round(amount, 2)):
        wrong["quantity"] = _("A quantity is more than 0 and has at most two decimals.")
    return wrong


def _spec(row: Deliverable) -> DeliverableSpec:
    return DeliverableSpec(**_kept(row))


def _kept(row: Deliverable) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _values(row: DeliverableSpec) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _set(row: Deliverable, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*values, "version"])


def _record(
    row: Deliverable, event: object, before: Mapping[str, Any], after: Mapping[str, Any], by: User, now: datetime
) -> None:
    change = ChangeOf("deliverable", row.pk, row.name, before, after)
    subject = Subject("deliverable", row.pk, row.name)
    record(event, by=by, now=now, subject=subject, project=row.project_id, changes=[change])


def _project(project: Project) -> Subject:
    return Subject("project", project.pk, project.name)
