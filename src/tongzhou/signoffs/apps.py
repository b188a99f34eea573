from django.apps import AppConfig


class SignoffsConfig(AppConfig):
    name = "tongzhou.signoffs"
    label = "signoffs"
    verbose_name = "Sign-off"
