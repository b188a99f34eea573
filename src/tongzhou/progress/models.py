"""任务进度: what owners report, one immutable row per report."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tongzhou.people.models import Department
from tongzhou.plan.models import WorkItem


class ProgressUpdate(models.Model):
    """State and percent of a work item as of a status date, in its owner's words."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="updates")
    status_date = models.DateField()
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # The name in the sheet, where a report came in by import and its author has no account.
    reporter_name = models.CharField(max_length=80)
    # The owner, where her stand-in reported in her place (代).
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=WorkItem.State.choices)
    percent = models.PositiveSmallIntegerField()  # basis points
    done_quantity = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unchanged = models.BooleanField(default=False)
    actual_start = models.DateField(null=True, blank=True)
    actual_finish = models.DateField(null=True, blank=True)
    done = models.TextField(blank=True)
    problem = models.TextField(blank=True)
    help_needed = models.CharField(max_length=300, blank=True)
    help_department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-status_date", "-pk"]
        indexes = [models.Index(fields=["work_item", "-status_date", "-id"], name="update_of_item")]

    @property
    def shown_percent(self) -> float | int:
        """Percent as people read it, at most two decimals."""
        return self.percent // 100 if self.percent % 100 == 0 else self.percent / 100
