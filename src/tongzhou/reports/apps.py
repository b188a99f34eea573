from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "tongzhou.reports"
    label = "reports"
    verbose_name = "Reports"
