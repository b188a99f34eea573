from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "tongzhou.integrations"
    label = "integrations"
    verbose_name = "Integrations"
