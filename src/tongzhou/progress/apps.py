from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "tongzhou.progress"
    label = "progress"
    verbose_name = "Progress"
