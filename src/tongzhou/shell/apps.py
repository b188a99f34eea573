from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "tongzhou.shell"
    label = "shell"
    verbose_name = "Shell"
