from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tongzhou.documents"
    label = "documents"
    verbose_name = "Documents"
