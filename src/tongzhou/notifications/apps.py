from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "tongzhou.notifications"
    label = "notifications"
    verbose_name = "Notifications"
