from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "tongzhou.meetings"
    label = "meetings"
    verbose_name = "Meetings"
