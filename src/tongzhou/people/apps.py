from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tongzhou.people"
    label = "people"
    verbose_name = "People"
