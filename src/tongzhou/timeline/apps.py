from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "tongzhou.timeline"
    label = "timeline"
    verbose_name = "Timeline"
