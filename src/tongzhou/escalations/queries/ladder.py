"""How long each step of the ladder may take, and who answers on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.escalations.models import Case, Ladder, Level
from tongzhou.projects.models import Project
from tongzhou.projects.queries.asked import Answering, Asked, Role
from tongzhou.rhythm.queries import calendar_for, working_deadline


@dataclass(frozen=True)
class Hours:
    """Working hours for each step; one day for a department and a manager, two for the general lead unless it is said."""

    department: int = 8
    manager: int = 8
    lead: int = 16

    def of(self, level: int) -> int:
        return {Level.DEPARTMENT: self.department, Level.MANAGER: self.manager}.get(Level(level), self.lead)


@dataclass(frozen=True)
class Place:
    """What a matter needs to find its ladder."""

    project_id: int
    department_id: int | None


def hours_of(project: Project | None) -> tuple[Hours, bool]:
    """Return the hours that hold in a project (None: the organisation's), and whether they are its own. One query."""
    wanted = Q(project__isnull=True) if project is None else Q(project__isnull=True) | Q(project=project)
    rows = {row.project_id: row for row in Ladder.objects.filter(wanted)}
    own = rows.get(project.pk if project else None)
    found = own or rows.get(None)
    if found is None:
        return Hours(), False
    return Hours(found.department_hours, found.manager_hours, found.lead_hours), own is not None


def limit_of(project: Project, department: int | None, level: int, now: datetime) -> datetime:
    """Return when a step that begins now runs out: on the department's calendar, or on the project's."""
    on = department if level == Level.DEPARTMENT else None
    calendar = calendar_for(department=on, project_calendar=project.calendar_id)
    return working_deadline(now, hours_of(project)[0].of(level), calendar)


def answering_of(answering: Answering, case: Case | Place) -> Mapping[int, Asked | None]:
    """Return who answers on each step for a case. No query."""
    return {
        int(Level.DEPARTMENT): answering.department(case.project_id, case.department_id),
        int(Level.MANAGER): answering.role(case.project_id, Role.MANAGER),
        int(Level.LEAD): answering.role(case.project_id, Role.GENERAL_LEAD),
    }


def answers_on(project: Project, department: int | None, today: date) -> Mapping[int, Asked | None]:
    """Return who would answer on each step about a department's matter. Three queries."""
    return answering_of(Answering([project.pk], today), Place(project.pk, department))


def limits_card(request: HttpRequest, subject: None) -> dict[str, str]:
    """Panel of "administration": lead to the organisation's time limits, and say which hold. One query."""
    note = _("Department %(department)s, manager %(manager)s, general lead %(lead)s working hours") % asdict(hours_of(None)[0])
    return {"href": reverse("escalation_limits"), "icon": "arrow-up", "word": _("Time limits of escalation"), "note": note}
