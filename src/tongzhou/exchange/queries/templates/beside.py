"""What a project has beside its plan, as parts of a template: texts, objectives, communication, deliverables, resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongzhou.charters.models import CharterPart
from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.exchange.queries.templates import document as parts
from tongzhou.exchange.queries.templates.laying import offset_of
from tongzhou.exchange.queries.templates.reader import SHOWN
from tongzhou.meetings.queries.agenda import agenda_kept
from tongzhou.plan.models import Deliverable
from tongzhou.projects.models import CommunicationRule, Objective, Project
from tongzhou.resources.models import Commitment


@dataclass
class Beside:
    """Reads the parts of one project; what its keys are called in the template is asked of who collects them."""

    project: Project
    calendar: WorkingCalendar
    start: date
    department: Callable[[int | None], str]
    position: Callable[[int | None], str]
    codes: Mapping[int, str]
    """The keys of the tasks that are taken along, by their ids."""

    def texts(self) -> parts.Texts:
        """Background, core objective and what success is. One query."""
        success = CharterPart.objects.filter(charter__project=self.project, kind=CharterPart.Kind.SUCCESS).first()
        return parts.Texts(self.project.background, self.project.objective, success.text if success is not None else "")

    def objectives(self) -> tuple[parts.Objective, ...]:
        """Return the objectives without baseline and measured values: those are of this project."""
        return tuple(
            parts.Objective(
                row.name,
                row.metric,
                target=_number(row.target),
                unit=row.unit,
                due=self._offset(row.due),
                owner=self.position(row.owner_id),
                is_kpi=row.is_kpi,
                falls=row.falls,
            )
            for row in Objective.objects.filter(project=self.project)
        )

    def communication(self) -> tuple[parts.Mechanism, ...]:
        """Return the communication plan without links: they lead into this project's rooms."""
        return tuple(
            parts.Mechanism(
                row.mechanism,
                row.frequency,
                row.participants,
                row.form,
                minutes=row.minutes or 0,
                audience=row.audience,
                silence_confirms=row.silence_confirms,
            )
            for row in CommunicationRule.objects.filter(project=self.project)
        )

    def agenda(self) -> tuple[parts.AgendaItem, ...]:
        """Return the agenda of the meeting with which it opened; what was said there stays behind."""
        return tuple(
            parts.AgendaItem(line.title, line.minutes, line.hint, line.key if line.key in SHOWN else "")
            for line in agenda_kept(self.project)
        )

    def deliverables(self) -> tuple[parts.Deliverable, ...]:
        """Return the deliverables; whether they were handed over stays behind."""
        return tuple(
            parts.Deliverable(
                row.name,
                _number(row.quantity),
                row.unit,
                self.department(row.department_id),
                self._offset(row.due),
                row.standard,
                self.codes.get(row.work_item_id or 0, ""),
            )
            for row in Deliverable.objects.filter(project=self.project, removed_at__isnull=True).order_by("pk")
        )

    def commitments(self) -> tuple[parts.Commitment, ...]:
        """Return what was asked for; what was promised stays behind, and so do amounts of money."""
        rows = Commitment.objects.filter(project=self.project).exclude(state=Commitment.State.WITHDRAWN).order_by("pk")
        return tuple(
            parts.Commitment(
                self.department(row.department_id),
                row.kind,
                row.what,
                None if row.kind == Commitment.Kind.BUDGET else _number(row.amount),
                row.unit,
                self._offset(row.starts_on),
                self._offset(row.ends_on),
                self.codes.get(row.work_item_id or 0, ""),
            )
            for row in rows
        )

    def _offset(self, day: date | None) -> int | None:
        return None if day is None else offset_of(self.calendar, self.start, day)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else int(value) if value == int(value) else float(value)
