"""问题升级: a case climbs 部门内 → 项目经理 → 项目总负责人, each step with its time limit; every step is a row."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department
from tongzhou.projects.models import Project

MOST_HOURS = 400


class Level(models.IntegerChoices):
    """The steps of the ladder."""

    DEPARTMENT = 1, _("Within the department")
    MANAGER = 2, _("Project manager")
    LEAD = 3, _("General lead")


class Ladder(models.Model):
    """升级时限: working hours for each step; without project those of the organisation."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="ladder")
    is_organisation = models.BooleanField(default=False)
    department_hours = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)])
    manager_hours = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)])
    lead_hours = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_organisation"], condition=models.Q(is_organisation=True), name="one_ladder_of_the_organisation"
            )
        ]


class Case(models.Model):
    """升级事项, about something by registered kind and key. Where it stands is its last step."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="cases")
    kind = models.CharField(max_length=20)
    key = models.BigIntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Whose department suffers from it: its seats may escalate it, as those of the one that answers.
    origin = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Whose task it is about: she may escalate it, too.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=300)
    link = models.CharField(max_length=400)
    why = models.TextField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    # When it climbs by itself, or at the top is overdue; empty once it is decided or closed.
    climbs_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(closed_at__isnull=True), name="one_open_case_of_a_matter"
            )
        ]
        indexes = [models.Index(fields=["project", "closed_at", "-opened_at"], name="case_of_project")]

    def __str__(self) -> str:
        return self.title


class CaseStep(models.Model):
    """升级步骤: one row for each thing that happened to a case, never changed. Names as they were then."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        CLIMBED = "climbed", _("Climbed")
        OVERDUE = "overdue", _("Time ran out at the top")
        HANDED_BACK = "handed_back", _("Handed back with a decision")
        DECIDED = "decided", _("Decided")
        CLOSED = "closed", _("Closed")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    # For whom she acted, where she stood in.
    instead_of = models.CharField(max_length=80, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    # Who was asked from then on.
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_name = models.CharField(max_length=80, blank=True)
    asked_instead_of = models.CharField(max_length=80, blank=True)
    # [[level, "empty" or "asked"], …]: steps that were passed over.
    passed = models.JSONField(default=list)
    text = models.TextField(blank=True)
    climbs_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
