from django.apps import AppConfig


class ChartersConfig(AppConfig):
    name = "tongzhou.charters"
    label = "charters"
    verbose_name = "Charters"
