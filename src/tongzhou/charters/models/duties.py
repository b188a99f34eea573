"""职责分工说明书: who does what in a project, as it was published: a frozen version, with no signature."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tongzhou.projects.models import Project


class DutyStatement(models.Model):
    """职责分工说明书 of a project: a version that was published. `content` is the cut as it was then, `digest` its hash."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="duty_statements")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_by_name = models.CharField(max_length=80)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="duty_statement_version_once")]
