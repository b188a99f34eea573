"""周进度报告: what people wrote into it, and what was sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tongzhou.projects.models import Project


class WeeklyReport(models.Model):
    """The report of a project on a week. A draft keeps the written parts only; a sent one keeps the whole paper.

    What was sent is never changed: a correction is the next edition.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="weekly_reports")
    week = models.DateField()  # its Monday
    edition = models.PositiveSmallIntegerField(default=1)
    summary = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    coordination = models.TextField(blank=True)
    next_week = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField()
    # Nobody: the draft is as it was made by itself.
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by_name = models.CharField(max_length=80, blank=True)
    as_of = models.DateField(null=True)
    paper = models.JSONField(null=True)
    fingerprint = models.CharField(max_length=64, blank=True)  # SHA-256 of the paper's JSON

    class Meta:
        ordering = ["-week", "-edition"]
        constraints = [models.UniqueConstraint(fields=["project", "week", "edition"], name="one_edition_of_a_week")]
