from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "tongzhou.escalations"
    label = "escalations"
    verbose_name = "Escalations"
