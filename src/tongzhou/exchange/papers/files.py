"""A form of the plan as the file that its ending names."""

from __future__ import annotations

from datetime import datetime

from tongzhou.exchange.papers.plan_tables import export_csv, export_xlsx
from tongzhou.exchange.papers.project_xml import export_project_xml
from tongzhou.exchange.queries.layouts import ExportOptions
from tongzhou.projects.models import Project

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
}


def export_file(project: Project, options: ExportOptions, ending: str, now: datetime) -> bytes:
    """The plan in one of its forms, as one of the endings that the form has."""
    if ending == "xml":
        return export_project_xml(project, options, now)
    return export_csv(project, options) if ending == "csv" else export_xlsx(project, options, now)
