"""任务进度: what owners report, one immutable row per report; 阻塞 and who clears it; 异常报备; 同步 by its rhythm."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department, WorkCalendar
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project


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
        indexes = [
            models.Index(fields=["work_item", "-status_date", "-id"], name="update_of_item"),
            models.Index(fields=["reported_at"], name="update_at"),
        ]

    @property
    def shown_percent(self) -> float | int:
        """Percent as people read it, at most two decimals."""
        return self.percent // 100 if self.percent % 100 == 0 else self.percent / 100


class Block(models.Model):
    """阻塞: a task waits for somebody (a person, or a department by its seats) to clear its way, until when, and why."""

    class End(models.TextChoices):
        CLEARED = "cleared", _("Unblocked")
        REPORTED = "reported", _("Another state was reported")

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="blocks")
    reason = models.TextField(blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    until = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # What the task was before, and is again when its way is clear.
    state_before = models.CharField(max_length=10, choices=WorkItem.State.choices)
    # What was answered last: why it takes longer, or why somebody else should.
    answer = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    end = models.CharField(max_length=10, choices=End.choices, blank=True)
    outcome = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_item"], condition=models.Q(closed_at__isnull=True), name="one_open_block_of_a_task"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) | models.Q(department__isnull=True), name="block_asks_one"
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=models.Q(closed_at__isnull=True), name="open_block_of_person")]


class ExceptionReport(models.Model):
    """异常报备: told at once to the lead department; stands in the 异常问题处理记录 until it is closed."""

    class Kind(models.TextChoices):
        DELAY = "delay", _("Delay")
        RESOURCE = "resource", _("Resource conflict")
        REQUIREMENT = "requirement", _("Requirement change")
        OTHER = "other", _("Something else")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="exceptions")
    number = models.PositiveIntegerField()
    work_item = models.ForeignKey(WorkItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="exceptions")
    # The task as it was called, which a removed task leaves behind.
    task_name = models.CharField(max_length=300, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.TextField()
    impact = models.TextField()
    solution = models.TextField()
    expected = models.DateField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    # Who handles it, what is done, what came of it.
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    measure = models.TextField(blank=True)
    result = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="exception_number_once")]
        indexes = [models.Index(fields=["project", "closed_at", "expected"], name="exception_of_project")]


class SyncRhythm(models.Model):
    """同步节奏: when 紧急 and 常规 tasks are synced, and the reminder before; without project the organisation's."""

    class DayOff(models.TextChoices):
        SKIP = "skip", _("Skip the slot")
        BEFORE = "before", _("On the working day before")
        AFTER = "after", _("On the working day after")

    project = models.OneToOneField(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="sync_rhythm")
    is_organisation = models.BooleanField(default=False)
    # 0 is Monday; empty is every day.
    urgent_weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    urgent_at = models.TimeField(default=time(17))
    urgent_day_off = models.CharField(max_length=6, choices=DayOff.choices, default=DayOff.SKIP)
    regular_weekday = models.PositiveSmallIntegerField(null=True, blank=True, default=4)
    regular_at = models.TimeField(default=time(17))
    regular_day_off = models.CharField(max_length=6, choices=DayOff.choices, default=DayOff.BEFORE)
    lead_minutes = models.PositiveSmallIntegerField(default=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_organisation"], condition=models.Q(is_organisation=True), name="one_sync_rhythm_of_the_organisation"
            )
        ]


class SyncBeat(models.Model):
    """同步时点: a rhythm on a calendar. Its id is the key by which the slots of all projects that follow both are due."""

    rhythm = models.ForeignKey(SyncRhythm, on_delete=models.CASCADE, related_name="beats")
    # Empty: the organisation's.
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rhythm", "calendar"], name="beat_once"),
            models.UniqueConstraint(
                fields=["rhythm"], condition=models.Q(calendar__isnull=True), name="beat_of_the_organisation_once"
            ),
        ]


class SyncRound(models.Model):
    """同步轮次: how a project's tasks of one urgency were synced at a slot; counted when it was over, never changed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sync_rounds")
    urgency = models.CharField(max_length=8, choices=WorkItem.Urgency.choices)
    slot_at = models.DateTimeField()
    closed_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    synced_people = models.PositiveIntegerField()
    tasks = models.PositiveIntegerField()
    synced_tasks = models.PositiveIntegerField()

    class Meta:
        ordering = ["-slot_at", "urgency"]
        constraints = [models.UniqueConstraint(fields=["project", "slot_at", "urgency"], name="sync_round_once")]


class SyncResult(models.Model):
    """同步结果: what one owner's tasks of one department came to in a round; kept for the department's performance."""

    round = models.ForeignKey(SyncRound, on_delete=models.CASCADE, related_name="results")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Who was asked: the owner, during her leave her stand-in; nobody where she is away and nobody stands in.
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tasks = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "department", "owner", "asked"], name="sync_result_once")]


class SyncMiss(models.Model):
    """未同步: a task that was not synced in a round. The first report after the slot is its late sync (补报)."""

    result = models.ForeignKey(SyncResult, on_delete=models.CASCADE, related_name="misses")
    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="sync_misses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "work_item"], name="sync_miss_once")]
