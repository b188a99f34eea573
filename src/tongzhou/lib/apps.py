from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "tongzhou.lib"
    label = "lib"
    verbose_name = "Lib"
