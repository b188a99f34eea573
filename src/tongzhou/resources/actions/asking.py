"""Asking departments for resources, changing what is asked for, and asking no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.resources import access, events
from tongzhou.resources.actions.lines import Doing, keep, locked, require_current, require_unsigned, told
from tongzhou.resources.models import Commitment, CommitmentStep
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.workbooks.text import is_seen

MOST_LINES = 200
LONGEST = {"what": 200, "unit": 20}
LARGEST = Decimal("999999999999.99")
Kind, State, Step = Commitment.Kind, Commitment.State, CommitmentStep.Kind


@dataclass(frozen=True)
class CommitmentSpec:
    """A line that is asked for. Without a unit it is that of its kind; people and hours need both days."""

    department_id: int
    kind: str
    what: str
    amount: Decimal
    unit: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    work_item_id: int | None = None


FIELDS = tuple(field.name for field in fields(CommitmentSpec))
FIXED = frozenset({"department_id", "kind"})
"""What a line keeps: another department or kind is another line."""


def ask_commitments(*, by: User, project: Project, rows: Sequence[CommitmentSpec], now: datetime) -> list[Commitment]:
    """Ask departments of the project for resources, all lines or none.

    :raises Refused: if `by` may not ask all of these departments, the project asks for none of this, or a line says what
        cannot be ("2.amount": third line).
    """
    _require_asked(project)
    if not 0 < len(rows) <= MOST_LINES:
        raise Refused("how-many", _("Ask for 1 to %(most)s lines at once.") % {"most": MOST_LINES}, "lines")
    at = standing(by, project)
    require(all(access.can_ask(at, row.department_id) for row in rows))
    rows = _settled(project, rows)
    with transaction.atomic():
        made = [Commitment(project=project, **_values(row), asked_by=by, asked_at=now) for row in rows]
        changes = []
        for row in made:
            keep(row, Step.ASKED, Doing(by, now))
            changes.append(ChangeOf("commitment", row.pk, row.what, *told(row, *differences({}, _said(row)))))
        event = events.CommitmentsAsked(project.pk, tuple(row.pk for row in made))
        subject = Subject("commitment", made[0].pk, made[0].what) if len(made) == 1 else _subject(project)
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=changes)
    return made


def change_commitment(
    *, by: User, commitment: Commitment, values: Mapping[str, Any], version: int | None = None, now: datetime
) -> Commitment:
    """Change what is asked for. A line that was answered is asked for anew.

    :raises Refused: if `by` may not ask its department, it is withdrawn, a value cannot be, the promise is signed, or
        (Outdated) it changed since `version`.
    """
    project = commitment.project
    _require_asked(project)
    with transaction.atomic():
        require(access.can_ask(standing(by, project), commitment.department_id))
        row = locked(project, [commitment.pk])[0]
        require_current([row], {row.pk: version})
        kept = {name: getattr(row, name) for name in FIELDS}
        wanted = {name: values[name] for name in FIELDS if name in values and name not in FIXED}
        spec = _alone(project, CommitmentSpec(**(kept | wanted)))
        before, after = differences(kept, _values(spec))
        if not after:
            return row
        require_unsigned([row])
        again = row.state != State.ASKED
        if again:
            before |= {"state": row.state, "offered": row.offered, "reason": row.reason}
            after |= {"state": State.ASKED, "offered": None, "reason": ""}
        for name, value in after.items():
            setattr(row, name, value)
        keep(row, Step.CHANGED, Doing(by, now))
        _record(row, events.CommitmentChanged(row.pk, again), *differences(before, after), by=by, now=now)
    return row


def withdraw_commitment(*, by: User, commitment: Commitment, version: int | None = None, now: datetime) -> Commitment:
    """Ask for it no more; the line stays, as withdrawn.

    :raises Refused: if `by` may not ask its department, it is withdrawn already, the promise is signed, or (Outdated) it
        changed since `version`.
    """
    project = commitment.project
    _require_asked(project)
    with transaction.atomic():
        require(access.can_ask(standing(by, project), commitment.department_id))
        row = locked(project, [commitment.pk])[0]
        require_current([row], {row.pk: version})
        require_unsigned([row])
        before, answered = {"state": row.state}, row.state != State.ASKED
        row.state = State.WITHDRAWN
        keep(row, Step.WITHDRAWN, Doing(by, now))
        _record(row, events.CommitmentWithdrawn(row.pk, answered), before, {"state": row.state}, by=by, now=now)
    return row


def _require_asked(project: Project) -> None:
    if not access.are_asked(project):
        raise Refused("not-asked-for", _("A project of this weight does without it."))


def _settled(project: Project, rows: Sequence[CommitmentSpec]) -> list[CommitmentSpec]:
    """Return the lines with their units, trimmed.

    :raises Refused: with what is wrong in which line.
    """
    parts = set(project.participations.order_by().values_list("department_id", flat=True))
    named = {row.work_item_id for row in rows if row.work_item_id}
    items = set(WorkItem.objects.filter(project=project, pk__in=named).order_by().values_list("pk", flat=True))
    errors: dict[str, str] = {}
    found = []
    for place, row in enumerate(rows):
        line = replace(row, what=row.what.strip(), unit=row.unit.strip() or unit_of(row.kind))
        wrong = _faults(line)
        if line.department_id not in parts:
            wrong["department_id"] = _("Choose a department that takes part.")
        if line.work_item_id is not None and line.work_item_id not in items:
            wrong["work_item_id"] = _("There is no such task.")
        errors |= {f"{place}.{name}": text for name, text in wrong.items()}
        found.append(line)
    if errors:
        raise Refused("lines-wrong", _("Some values cannot be used."), errors=errors)
    return found


def unit_of(kind: str) -> str:
    """Return the usual unit of a kind."""
    units: dict[str, str] = {Kind.PEOPLE: _("people"), Kind.HOURS: _("hours"), Kind.BUDGET: _("yuan")}
    return units.get(kind, "")


def _alone(project: Project, row: CommitmentSpec) -> CommitmentSpec:
    """:raises Refused: as _settled, with the fields' own names."""
    try:
        return _settled(project, [row])[0]
    except Refused as refused:
        errors = {name.partition(".")[2]: text for name, text in refused.errors.items()}
        raise Refused(refused.code, refused.message, errors=errors) from refused


def _faults(row: CommitmentSpec) -> dict[str, str]:
    """Return what cannot be asked for, by field."""
    wrong = {}
    for name, longest in LONGEST.items():
        if len(getattr(row, name)) > longest:
            wrong[name] = _("At most %(limit)s characters.") % {"limit": longest}
    if row.kind not in Kind.values:
        wrong["kind"] = _("Choose what kind of resource it is.")
    if not is_seen(row.what):
        wrong["what"] = _("Say what is asked for.")
    amount = row.amount
    if not (amount.is_finite() and 0 < amount <= LARGEST and amount == round(amount, 2)):
        wrong["amount"] = _("An amount is more than 0 and has at most two decimals.")
    return wrong | _day_faults(row)


def _day_faults(row: CommitmentSpec) -> dict[str, str]:
    wrong = {}
    if row.kind in (Kind.PEOPLE, Kind.HOURS):
        for name in ("starts_on", "ends_on"):
            if getattr(row, name) is None:
                wrong[name] = _("People and hours need a first and a last day.")
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        wrong["ends_on"] = _("The last day comes before the first.")
    return wrong


def _values(row: CommitmentSpec) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _said(row: Commitment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS if name != "kind"}


def _record(
    row: Commitment, event: object, before: Mapping[str, Any], after: Mapping[str, Any], *, by: User, now: datetime
) -> None:
    change = ChangeOf("commitment", row.pk, row.what, *told(row, before, after))
    subject = Subject("commitment", row.pk, row.what)
    record(event, by=by, now=now, subject=subject, project=row.project_id, changes=[change])


def _subject(project: Project) -> Subject:
    return Subject("project", project.pk, project.name)
