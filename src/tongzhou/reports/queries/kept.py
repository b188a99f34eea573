"""Reads: what was written into the report of a week, and what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongzhou.plan.queries.outlook import status_date
from tongzhou.projects.models import Project
from tongzhou.reports.models import WeeklyReport
from tongzhou.reports.queries.cut import Cut
from tongzhou.reports.queries.weeks import Week

PARTS = ("summary", "measures", "coordination", "next_week")


@dataclass(frozen=True)
class Written:
    """The parts of a report that people write; empty ones are left out."""

    summary: str = ""
    measures: str = ""
    coordination: str = ""
    next_week: str = ""


def kept_report(project: Project, week: Week, edition: int | None = None) -> WeeklyReport | None:
    """Return the latest edition of a week's report, or the one asked for. One query."""
    rows = WeeklyReport.objects.filter(project=project, week=week.first)
    return (rows.filter(edition=edition) if edition is not None else rows).order_by("-edition").first()


def is_present(project: Project, cut: Cut, kept: WeeklyReport | None) -> bool:
    """Return whether this is what the week's report says now: its latest edition, and as of no other day if not sent.

    One query.
    """
    latest = kept_report(project, cut.week)
    if latest is not None and (kept is None or kept.pk != latest.pk):
        return False
    is_sent = kept is not None and kept.sent_at is not None
    return is_sent or cut.as_of == min(status_date(project), cut.week.last)


def states_of_weeks(project: Project) -> dict[date, bool]:
    """Return for each week with a kept report whether its latest edition was sent. One query."""
    rows = WeeklyReport.objects.filter(project=project).order_by("week", "edition")
    return {week: sent is not None for week, sent in rows.values_list("week", "sent_at")}


def written(report: WeeklyReport | None) -> Written:
    return Written(**{name: getattr(report, name) for name in PARTS}) if report else Written()


def number_of(project_number: str, week_number: int, edition: int) -> str:
    """Return the number of a report: XMB-2024-ZB05, from the second edition on with the edition, XMB-2024-ZB05-2."""
    number = f"{project_number}-ZB{week_number:02}"
    return number if edition == 1 else f"{number}-{edition}"
