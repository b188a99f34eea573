"""Charters to write and sign, for the tests of this room."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from signoffs.sheets import sign
from support.cast import NOW, Cast, planned_project
from tongzhou.charters.actions import open_charter, write_part
from tongzhou.charters.models import CharterPart
from tongzhou.lib import clock
from tongzhou.people.models import User, WorkCalendar
from tongzhou.plan.actions import MilestoneSpec, set_key_milestones
from tongzhou.projects.actions import Part, ScopeLine, add_usual_rules, change_basics, set_participation, set_scope
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Sheet, Signature

DUTIES = {"研发部": "样机设计与测试", "市场部": "推广方案与渠道预热"}


def whole_project(cast: Cast, number: str = "S-1", weight: str = "standard") -> Project:
    """A project that says all that a charter needs: 研发部 leads, 市场部 supports."""
    project = planned_project(cast, number, weight)
    basics = {"objective": "首月销量 5000 台", "starts_on": date(2024, 3, 4), "ends_on": date(2024, 6, 28)}
    with clock.pretend(NOW):
        project = change_basics(by=cast.manager, project=project, values=basics, now=NOW)
        lines = [ScopeLine("in", "样机与量产准备"), ScopeLine("out", "海外上市", cast.marketing)]
        set_scope(by=cast.manager, project=project, lines=lines, now=NOW)
        for row in project.participations.select_related("department"):
            part = Part(row.kind, DUTIES[row.department.name], "样机 3 台")
            set_participation(by=cast.manager, project=project, department=row.department, part=part, now=NOW)
        milestones = [MilestoneSpec("样机定型", date(2024, 3, 8))]
        add_usual_rules(by=cast.manager, project=project, now=NOW)
        set_key_milestones(by=cast.manager, project=project, milestones=milestones, now=NOW)
    return project


def company_calendar() -> None:
    """Lay the organisation's calendar, which every database has from its first day, where an earlier test emptied it.

    Without one each page asks for the statutory days once more.
    """
    WorkCalendar.objects.get_or_create(is_organisation=True, defaults={"name": "公司日历"})


def write(cast: Cast, project: Project, kind: str, text: str, version: int = 0, **given: object) -> CharterPart:
    by = given.get("by", cast.manager)
    return write_part(by=by, project=project, kind=kind, text=text, version=version, now=NOW)  # type: ignore[arg-type]


def opened(cast: Cast, project: Project, now: datetime = NOW) -> Sheet:
    return open_charter(by=cast.manager, project=project, now=now)


def heads(cast: Cast) -> dict[str, User]:
    """Who holds the seats that sign the small project's charter."""
    return {f"head:{cast.rd.pk}": cast.head, f"head:{cast.marketing.pk}": cast.other_head}


def signed_by_all(cast: Cast, sheet: Sheet) -> list[Signature]:
    """Let every seat agree."""
    holders = heads(cast) | {"role:general_lead": cast.general_lead}
    return [sign(holders[place.seat], sheet, place.seat) for place in sheet.places.all()]


def in_force(cast: Cast, project: Project | None = None) -> tuple[Project, Sheet]:
    """A project whose charter is in force."""
    project = project or whole_project(cast)
    sheet = opened(cast, project)
    signed_by_all(cast, sheet)
    return project, sheet


def sheets(project: Project) -> QuerySet[Sheet]:
    return Sheet.objects.filter(project=project, kind="charter")
