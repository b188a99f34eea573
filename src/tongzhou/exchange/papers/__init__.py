"""Papers of the exchange room: the list of issues, and the plan in the forms that people know."""

from tongzhou.exchange.papers.issues import issues_paper
from tongzhou.exchange.papers.plan_tables import ExportOptions, export_csv, export_xlsx

__all__ = ["ExportOptions", "export_csv", "export_xlsx", "issues_paper"]
