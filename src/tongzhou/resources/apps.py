from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "tongzhou.resources"
    label = "resources"
    verbose_name = "Resources"
