from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "tongzhou.ui"
    label = "ui"
    verbose_name = "Ui"
