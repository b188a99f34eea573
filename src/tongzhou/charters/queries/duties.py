"""The data cut of a duty statement (职责分工说明书), and its versions: who does what, without any signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.charters.models import DutyStatement
from tongzhou.charters.queries.cut import Cut, parts_of
from tongzhou.charters.queries.cut import labels as labels_of_charter
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.projects.queries import team_of
from tongzhou.signoffs.queries.difference import Changed, difference_of

Role = ProjectRole.Kind
NAMED = (Role.GENERAL_LEAD, Role.MANAGER, "liaison", Role.QUALITY, Role.FINANCE, Role.IT_SUPPORT, Role.SPONSOR, Role.ADVISER)
"""The rows of the table 角色 | 职责说明 | 所属部门, in the order of the form; what nobody holds is left out."""


def duties_of(project: Project) -> Cut:
    """Return who does what in a project now: each role with its duty and department, each department with its seats.

    In the organisation's language: a version that is only a translation is none.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _duties(project)


def _duties(project: Project) -> Cut:
    team, words = team_of(project), role_duties()
    roles = []
    for kind in NAMED:
        if kind == "liaison":
            held = [(part.liaison.id, part.liaison.name, part.department) for part in team.participations if part.liaison]
            word = _("Liaison of each department")
        else:
            held = [(role.user_id, role.name, role.department) for role in team.roles if role.kind == kind]
            word = str(Role(kind).label)
        roles += [
            {"id": f"{kind}-{user}-{department}", "name": word, "person": name, "duty": words[kind], "department": department}
            for user, name, department in held
        ]
    departments = parts_of(team)
    basics = {"number": project.number, "name": project.name, "lead": team.lead}
    return {"basics": basics, "roles": roles, "departments": departments}


def role_duties() -> Mapping[str, str]:
    """Return what each role does, by its kind."""
    return {
        Role.GENERAL_LEAD: _("Steers the whole, approves major decisions, arranges support from above"),
        Role.MANAGER: _("Daily management, tracking progress, warning of risks, organising meetings, writing reports"),
        "liaison": _("Allots the resources of the department, carries out its tasks, passes information on"),
        Role.QUALITY: _("Judges quality and compliance independently, proposes improvements"),
        Role.FINANCE: _("Checks how the budget is carried out, controls costs, releases funds"),
        Role.IT_SUPPORT: _("System support, upkeep of the platform that data are shared on, digital processes"),
        Role.SPONSOR: _("Starts the project, stands behind its goal and its resources"),
        Role.ADVISER: _("Advises on questions of the subject"),
    }


def duty_labels() -> dict[str, str]:
    """Return the words of the fields of a duty statement."""
    return labels_of_charter() | {"duty": _("Duty"), "person": _("Person")}


def duty_versions(project: Project) -> list[DutyStatement]:
    """Return the versions that were published, the newest first. One query."""
    return list(DutyStatement.objects.filter(project=project).order_by("-version"))


def duties_since(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """Return what one version of the statement says otherwise than another."""
    labels = duty_labels()
    return difference_of({"shared": before, "labels": labels}, {"shared": after, "labels": labels})
