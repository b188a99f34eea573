from django.apps import AppConfig


class RhythmConfig(AppConfig):
    name = "tongzhou.rhythm"
    label = "rhythm"
    verbose_name = "Rhythm"
