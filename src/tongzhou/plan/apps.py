from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "tongzhou.plan"
    label = "plan"
    verbose_name = "Plan"
