"""资源承诺: what a department is asked to provide for a project, and what its head promises."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project


class Commitment(models.Model):
    """A line: people, hours, money or tools that a department is asked for. The state follows from its latest step."""

    class Kind(models.TextChoices):
        PEOPLE = "people", _("Head-count")
        HOURS = "hours", _("Hours of work")
        BUDGET = "budget", _("Budget")
        TOOL = "tool", _("Tools and equipment")

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for an answer")
        CONFIRMED = "confirmed", _("Promised")
        TRIMMED = "trimmed", _("Less promised")
        DECLINED = "declined", _("Not promised")
        WITHDRAWN = "withdrawn", _("No longer asked")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="commitments")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="commitments")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    what = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    unit = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    work_item = models.ForeignKey(WorkItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="commitments")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    # What is promised where that is less than asked for, and why; why nothing is.
    offered = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["project", "department"], name="commitment_of_project"),
            models.Index(fields=["department", "kind", "state"], name="commitment_of_department"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="commitment_amount_is_positive"),
            models.CheckConstraint(
                condition=models.Q(offered__isnull=True) | models.Q(offered__gt=0, offered__lt=models.F("amount")),
                name="commitment_offer_is_less",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="commitment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def promised(self) -> Decimal | None:
        """What the department promised; None without a promise."""
        if self.state == self.State.CONFIRMED:
            return self.amount
        return self.offered if self.state == self.State.TRIMMED else None


class CommitmentStep(models.Model):
    """承诺经过: the line was asked for, changed, answered or withdrawn: by whom, when, and in which words. Never changed."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("Asked for")
        CHANGED = "changed", _("Asked for otherwise")
        CONFIRMED = "confirmed", _("Promised")
        TRIMMED = "trimmed", _("Less promised")
        DECLINED = "declined", _("Not promised")
        WITHDRAWN = "withdrawn", _("No longer asked")

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The version of the line that the step made, and what the line said then.
    version = models.PositiveIntegerField()
    line = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Whose answer it is, where a stand-in or delegate gave it.
    instead_of = models.CharField(max_length=80, blank=True)
    offered = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    reason = models.CharField(max_length=500, blank=True)
    # Amounts of money are on the chain by their digest alone; with this anybody who may read them can check it.
    salt = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["commitment", "version"], name="one_step_a_version")]
