"""What the organisation sets, and a project with its basic information."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import WorkCalendar


class Organisation(models.Model):
    """组织设置: one row; what projects of the organisation begin with."""

    name = models.CharField(max_length=120, blank=True)
    # By kind of project; a kind that is not there has the default of `queries.numbers`, or `access.WEIGHT_OF_KIND`.
    patterns = models.JSONField(default=dict)
    weights = models.JSONField(default=dict)
    # Whether every department sees the names of all projects; what is inside stays with those who take part.
    names_visible = models.BooleanField(default=False)
    deviation_threshold = models.DecimalField(max_digits=4, decimal_places=2, default=10)
    deviation_guard = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)


class NumberCounter(models.Model):
    """编号计数: the last number that was given within a pattern whose year and month are filled in."""

    scope = models.CharField(max_length=80, unique=True)
    last = models.PositiveIntegerField(default=0)


class Project(models.Model):
    """项目, with its basic information (项目基本信息)."""

    class Kind(models.TextChoices):
        PROJECT = "project", _("Project collaboration")
        PROCESS = "process", _("Process collaboration")
        TEMPORARY = "temporary", _("Temporary task")
        LONG_TERM = "long_term", _("Long-term collaboration")

    class Weight(models.TextChoices):
        LIGHT = "light", _("Light")
        STANDARD = "standard", _("Standard")
        STRICT = "strict", _("Strict")

    class Stage(models.TextChoices):
        INITIATING = "initiating", _("Initiation")
        PLANNING = "planning", _("Plan")
        EXECUTING = "executing", _("Execution")
        CLOSING = "closing", _("Closing")
        CLOSED = "closed", _("Ended")

    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    weight = models.CharField(max_length=10, choices=Weight.choices, default=Weight.STANDARD)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.PROJECT)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    # 项目背景: why it is done at all.
    background = models.TextField(blank=True)
    objective = models.TextField(blank=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.INITIATING)
    # Set for a project that is looked at as of a day in the past; empty means today.
    status_date = models.DateField(null=True, blank=True)
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, null=True, blank=True, related_name="projects")
    deviation_threshold = models.DecimalField(max_digits=4, decimal_places=2, default=10)
    deviation_guard = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="project_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.name
