"""Writes: objectives and KPIs, and their measured values."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.projects import access
from tongzhou.projects.actions.agreed import locked, may_change, next_place, place_before, shorter
from tongzhou.projects.actions.roles import enrol
from tongzhou.projects.events import ObjectiveAdded, ObjectiveChanged, ObjectiveMeasured, ObjectiveRemoved
from tongzhou.projects.models import Measurement, Objective, Project
from tongzhou.projects.queries.objectives import plain_number
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.workbooks.text import is_seen

LARGEST = Decimal(10) ** 14
FINEST = Decimal("0.0001")
LONGEST_NAME, LONGEST_UNIT, LONGEST_NOTE = 200, 20, 500
MOST_MEASURED = 1000


@dataclass(frozen=True)
class Goal:
    """What an objective says. `falls`: the lower the better; with baseline and target it follows from them."""

    name: str
    metric: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    unit: str = ""
    falls: bool = False
    due: date | None = None
    owner: User | None = None
    is_kpi: bool = False


@dataclass(frozen=True)
class Reading:
    """A measured value."""

    on: date
    value: Decimal
    note: str = ""


def add_objective(*, by: User | System, project: Project, goal: Goal, now: datetime) -> Objective:
    """Add an objective or a KPI behind the others.

    :raises Refused: if `by` may not, a value cannot be used, or the objectives are signed.
    """
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))
    goal = _checked(goal)
    with transaction.atomic():
        may_change(project, "objectives")
        row = Objective.objects.create(project=project, place=next_place(Objective, project), **_values(goal))
        change = ChangeOf("objective", row.pk, row.name, {}, _told(goal))
        event = ObjectiveAdded(project.pk, row.pk)
        _take_in(goal, project, by=by, now=now)
        record(event, by=by, now=now, subject=_subject(row), project=project.pk, changes=[change])
    return row


def change_objective(
    *, by: User | System, objective: Objective, goal: Goal, version: int | None = None, now: datetime
) -> Objective:
    """Change what an objective says.

    :raises Refused: as add_objective, and (Stale) if somebody else changed it since `version`.
    """
    project = objective.project
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))
    goal = _checked(goal)
    with transaction.atomic():
        row = locked(objective, version)
        before, after = differences(_told(_goal_of(row)), _told(goal))
        if not after:
            return row
        may_change(project, "objectives")
        owner_before = row.owner_id
        for name, value in _values(goal).items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        change = ChangeOf("objective", row.pk, row.name, before, after)
        event = ObjectiveChanged(project.pk, row.pk, owner_before)
        _take_in(goal, project, by=by, now=now)
        record(event, by=by, now=now, subject=_subject(row), project=project.pk, changes=[change])
    return row


def move_objective(*, by: User, objective: Objective, before: int | None, now: datetime) -> None:
    """Put an objective before another one (by id), or at the end. Nothing that it says changes, so no version moves.

    :raises Refused: if `by` may not, or there is no such row.
    """
    require(access.can_edit_basics(access.standing(by, objective.project)))
    with transaction.atomic():
        rows = list(objective.project.objectives.select_for_update().filter(is_kpi=objective.is_kpi))
        place_before(rows, objective, before)
        event = ObjectiveChanged(objective.project_id, objective.pk, objective.owner_id)
        record(event, by=by, now=now, subject=_subject(objective), project=objective.project_id)


def remove_objective(*, by: User, objective: Objective, version: int | None = None, now: datetime) -> None:
    """Remove an objective with all that was measured; the record keeps what it said.

    :raises Refused: if `by` may not, the objectives are signed, or (Stale) somebody else changed it since `version`.
    """
    project = objective.project
    require(access.can_edit_basics(access.standing(by, project)))
    with transaction.atomic():
        row = locked(objective, version)
        may_change(project, "objectives")
        told = _told(_goal_of(row)) | {"measurements": [_value_words(one) for one in row.measurements.order_by("on")]}
        before = {name: value for name, value in told.items() if value not in (None, "", [], False)}
        change = ChangeOf("objective", row.pk, row.name, before, dict.fromkeys(before))
        event, subject = ObjectiveRemoved(project.pk, row.pk), _subject(row)
        row.delete()
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=[change])


def measure_objective(*, by: User | System, objective: Objective, reading: Reading, now: datetime) -> Measurement:
    """Add the value of a day.

    :raises Refused: if `by` may not, the day is yet to come or has a value already, or the value cannot be used.
    """
    _may_measure(by, objective)
    reading = _readable(reading, now)
    with transaction.atomic():
        row = locked(objective, None)
        if row.measurements.filter(on=reading.on).exists():
            raise Refused("measured-already", _("That day has a value already: correct that one."), "on")
        if row.measurements.count() >= MOST_MEASURED:
            raise Refused("too-many", _("At most %(count)s rows.") % {"count": MOST_MEASURED})
        measured = Measurement.objects.create(objective=row, by_id=by.actor_id, at=now, **asdict(reading))
        _record_reading(row, "added", {}, measured, by=by, now=now)
    return measured


def correct_measurement(
    *, by: User, measurement: Measurement, reading: Reading, version: int | None = None, now: datetime
) -> Measurement:
    """Correct a measured value; the record keeps what stood there.

    :raises Refused: as measure_objective, and (Stale) if somebody else changed it since `version`.
    """
    objective = measurement.objective
    _may_measure(by, objective)
    reading = _readable(reading, now)
    with transaction.atomic():
        locked(objective, None)
        row = locked(measurement, version)
        if objective.measurements.filter(on=reading.on).exclude(pk=row.pk).exists():
            raise Refused("measured-already", _("That day has a value already: correct that one."), "on")
        before = _reading_told(row)
        row.on, row.value, row.note = reading.on, reading.value, reading.note
        if before == _reading_told(row):
            return row
        row.by_id, row.at, row.version = by.actor_id, now, row.version + 1
        row.save()
        _record_reading(objective, "corrected", before, row, by=by, now=now)
    return row


def remove_measurement(*, by: User, measurement: Measurement, version: int | None = None, now: datetime) -> None:
    """Remove a measured value; the record keeps it.

    :raises Refused: if `by` may not, or (Stale) somebody else changed it since `version`.
    """
    objective = measurement.objective
    _may_measure(by, objective)
    with transaction.atomic():
        row = locked(measurement, version)
        before, key = _reading_told(row), row.pk
        row.delete()
        change = ChangeOf("measurement", key, objective.name, before, dict.fromkeys(before))
        event = ObjectiveMeasured(objective.project_id, objective.pk, "removed")
        record(event, by=by, now=now, subject=_subject(objective), project=objective.project_id, changes=[change])


def _take_in(goal: Goal, project: Project, *, by: User | System, now: datetime) -> None:
    """Let who owns an objective take part: she could not see it otherwise."""
    if goal.owner is not None:
        enrol(by=by, project=project, people=[goal.owner], now=now)


def _may_measure(by: User | System, objective: Objective) -> None:
    if isinstance(by, User):
        require(access.can_measure(access.standing(by, objective.project), objective.owner))


def _record_reading(
    objective: Objective, what: str, before: dict[str, object], row: Measurement, *, by: User | System, now: datetime
) -> None:
    change = ChangeOf("measurement", row.pk, objective.name, *differences(before, _reading_told(row)))
    event = ObjectiveMeasured(objective.project_id, objective.pk, what)
    record(event, by=by, now=now, subject=_subject(objective), project=objective.project_id, changes=[change])


def _subject(row: Objective) -> Subject:
    return Subject("objective", row.pk, row.name)


def _checked(goal: Goal) -> Goal:
    name = shorter(goal.name, LONGEST_NAME, "name")
    if not is_seen(name):
        raise Refused("name-missing", _("Say what is to be reached."), "name")
    metric, unit = shorter(goal.metric, LONGEST_NAME, "metric"), shorter(goal.unit, LONGEST_UNIT, "unit")
    baseline, target = _number(goal.baseline, "baseline"), _number(goal.target, "target")
    if goal.owner is not None and not goal.owner.is_active:
        raise Refused("person-disabled", _("This account is disabled."), "owner")
    falls = goal.falls if baseline is None or target is None or baseline == target else target < baseline
    return replace(goal, name=name, metric=metric, unit=unit, baseline=baseline, target=target, falls=falls)


def _readable(reading: Reading, now: datetime) -> Reading:
    if reading.on > timezone.localdate(now):
        raise Refused("day-to-come", _("A value is measured today or earlier."), "on")
    value = _number(reading.value, "value")
    assert value is not None
    return replace(reading, value=value, note=shorter(reading.note, LONGEST_NOTE, "note"))


def _number(value: Decimal | None, field: str) -> Decimal | None:
    if value is None:
        return None
    if not value.is_finite() or abs(value) >= LARGEST:
        raise Refused("number-range", _("A number with at most 14 digits before the point is needed."), field)
    if value != (fine := value.quantize(FINEST)):
        raise Refused("number-fine", _("At most 4 digits after the point."), field)
    return fine


def _goal_of(row: Objective) -> Goal:
    return Goal(
        row.name, row.metric, row.baseline, row.target, row.unit, row.falls, due=row.due, owner=row.owner, is_kpi=row.is_kpi
    )


def _values(goal: Goal) -> dict[str, object]:
    return {name: getattr(goal, name) for name in Goal.__dataclass_fields__}


def _told(goal: Goal) -> dict[str, object]:
    """Return what the record keeps: numbers as people write them, the owner by id."""
    values = _values(goal)
    numbers = {name: None if values[name] is None else plain_number(getattr(goal, name)) for name in ("baseline", "target")}
    return values | numbers | {"owner": goal.owner.pk if goal.owner else None}


def _reading_told(row: Measurement) -> dict[str, object]:
    return {"on": row.on, "value": plain_number(row.value), "note": row.note}


def _value_words(row: Measurement) -> str:
    return f"{row.on:%Y-%m-%d} {plain_number(row.value)}"
