"""What lists show of a project."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.projects.models.basics import Project


class ProjectSummary(models.Model):
    """项目摘要: what lists show of a project's plan, kept whenever the plan changes so that it holds for every day.

    `actual` is in basis points. `curve` begins with a number of days; then comes the planned share at the end of `curve_from`
    and after every so many days, in units of 1/FINE; afterwards it stays.
    The light is 关注 from `watch_from` and 告警 from `alarm_from` on; null means never.
    """

    class State(models.TextChoices):
        TODO = "todo", _("Not started")
        DOING = "doing", _("In progress")
        DONE = "done", _("Done")

    FINE = 10**10

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="summary")
    state = models.CharField(max_length=8, choices=State.choices, default=State.TODO)
    tasks = models.PositiveIntegerField(default=0)
    open_tasks = models.PositiveIntegerField(default=0)
    todo_tasks = models.PositiveIntegerField(default=0)
    actual = models.PositiveIntegerField(default=0)
    # The weights of what counts, and the same times percent in basis points: a report changes them by its difference. Where
    # nothing has a weight each counts −1, so that the share is the same quotient.
    work = models.BigIntegerField(default=0)
    worked = models.BigIntegerField(default=0)
    curve_from = models.DateField(null=True)
    curve = models.JSONField(default=list)
    watch_from = models.DateField(null=True)
    # The tasks that show 关注 first: a day that no other task comes before (null: there is no other), then [day, task] each.
    watch_next = models.JSONField(default=list)
    alarm_from = models.DateField(null=True)
    start = models.DateField(null=True)
    finish = models.DateField(null=True)

    def planned(self, day: date) -> int | None:
        """Return the planned share on a day, in basis points, rounded half up; None without baseline."""
        share = self._planned(day)
        return None if share is None else (2 * share + self.FINE // 10_000) // (self.FINE // 5_000)

    def behind(self, day: date, threshold: Decimal) -> float | None:
        """Return by how many percentage points the project lies behind on a day, as `engine.progress.shown_points` says it.

        The difference of the exact shares is rounded once; half a unit of the curve makes up for its own rounding.
        """
        planned = self._planned(day)
        if planned is None or not self.work:
            return None
        whole, edge = self.work * 10_000, int(threshold * 100)
        gap = 20_000 * (planned * whole - self.worked * self.FINE) + (self.FINE + 10_000) * whole
        hundredths = gap // (2 * self.FINE * whole)
        return (max(hundredths, edge + 1) if self.light(day) == "alarm" else min(hundredths, edge)) / 100

    def _planned(self, day: date) -> int | None:
        if self.curve_from is None or not self.curve:
            return None
        step, *shares = self.curve
        place = (day - self.curve_from).days // step
        return 0 if place < 0 else int(shares[min(place, len(shares) - 1)])

    def light(self, day: date) -> str:
        """Return ok, watch or alarm as of a day."""
        if self.alarm_from is not None and self.alarm_from <= day:
            return "alarm"
        return "watch" if self.watch_from is not None and self.watch_from <= day else "ok"
