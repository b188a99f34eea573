"""Papers of the exchange room: the list of issues, and the plan in the forms that people know."""

from tongzhou.exchange.papers.files import export_file
from tongzhou.exchange.papers.issues import issues_paper
from tongzhou.exchange.papers.plan_tables import export_csv, export_xlsx
from tongzhou.exchange.papers.project_xml import export_project_xml

__all__ = ["export_csv", "export_file", "export_project_xml", "export_xlsx", "issues_paper"]
