from django.apps import AppConfig


class ConfirmationsConfig(AppConfig):
    name = "tongzhou.confirmations"
    label = "confirmations"
    verbose_name = "Confirmations"
