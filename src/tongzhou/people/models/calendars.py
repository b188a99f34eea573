"""Working calendars: statutory days, and the patterns and days of the organisation, a department or a project."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


def fresh_version() -> int:
    """Return a number that no content had before: caches know a calendar by it, and a rolled-back change leaves none behind."""
    return secrets.randbelow(2**31 - 1) + 1


class StatutoryDay(models.Model):
    """A day on which the State Council's notice departs from the weekly pattern: a holiday, or a make-up working day (调休)."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["day"]


class StatutoryYear(models.Model):
    """Whether the State Council's notice for a year is out (已公布), and where its days come from."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    announced = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["year"]


class WorkCalendar(models.Model):
    """工作日历 of the organisation, a department or a project: a weekly pattern and days of its own."""

    class Pattern(models.TextChoices):
        INHERITED = "inherited", _("As the calendar above")
        TWO_DAYS = "two_days", _("Two days off")
        ONE_DAY = "one_day", _("One day off")
        ALTERNATING = "alternating", _("Long and short weeks in turn")

    name = models.CharField(max_length=80, unique=True)
    is_organisation = models.BooleanField(default=False)
    # Made for one project or task only: not offered elsewhere.
    is_private = models.BooleanField(default=False)
    pattern = models.CharField(max_length=12, choices=Pattern.choices, default=Pattern.INHERITED)
    # The Monday of a week in which Saturday is worked (大周); the weeks alternate from there, both ways.
    anchor = models.DateField(null=True, blank=True)
    # Intervals of a working day as minutes since midnight, [[540, 720], [780, 1080]]; empty inherits.
    hours = models.JSONField(default=list, blank=True)
    # Another number after every change of the calendar or its days; the organisation's also after one of the statutory days.
    version = models.PositiveIntegerField(default=fresh_version)

    class Meta:
        ordering = ["-is_organisation", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_organisation"], condition=models.Q(is_organisation=True), name="one_organisation_calendar"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours_shown(self) -> list[tuple[str, str]]:
        """The working hours of a day as on a clock."""
        return [(f"{begin // 60:02}:{begin % 60:02}", f"{end // 60:02}:{end % 60:02}") for begin, end in self.hours]


class CalendarDay(models.Model):
    """Days on which a calendar departs from its pattern: off, or worked."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="days")
    first = models.DateField()
    last = models.DateField()
    working = models.BooleanField()
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["first", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="days_end_after_start")]
