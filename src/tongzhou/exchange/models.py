"""A workbook on its way into a project: what was read, what a person answered, what came of it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.projects.models import Project


class ImportDraft(models.Model):
    """One uploaded workbook. Its cells are kept as read; what they mean is worked out anew each time, with the answers."""

    class State(models.TextChoices):
        OPEN = "open", _("To be confirmed")
        DONE = "done", _("Imported")
        DISCARDED = "discarded", _("Discarded")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="import_drafts")
    file_name = models.CharField(max_length=200)
    stored_name = models.CharField(max_length=80, unique=True)
    size = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    cells = models.JSONField()
    answers = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    made = models.JSONField(default=dict)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def path(self) -> Path:
        """Where the file itself is kept."""
        return Path(settings.DATA_DIR) / "imports" / self.stored_name


class ForeignTask(models.Model):
    """外部任务: the number under which a project of another program (`tag`) has a task, as it came in last."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="foreign_tasks")
    tag = models.CharField(max_length=16)
    number = models.BigIntegerField()
    # Of a work item; no foreign key, for what was removed may be brought back with its id.
    item = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "tag", "number"], name="foreign_task_known_once")]


class ProjectTemplate(models.Model):
    """项目模板: a way to begin projects that somebody keeps. Those that come with the product are files, not rows."""

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="project_templates")
    # Whether everybody in the organisation may start from it, or its owner alone.
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    # The number of its newest edition, and what a card says of that one.
    latest = models.PositiveIntegerField(default=1)
    facts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class TemplateEdition(models.Model):
    """模板版本: the content of a template as it was saved; one that is superseded stays readable."""

    template = models.ForeignKey(ProjectTemplate, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_edition_once")]
