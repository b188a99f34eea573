from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "tongzhou.projects"
    label = "projects"
    verbose_name = "Projects"
