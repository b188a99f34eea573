"""A project, the departments that take part in it, and who holds which seat and role."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department, WorkCalendar


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

    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    weight = models.CharField(max_length=10, choices=Weight.choices, default=Weight.STANDARD)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.PROJECT)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    objective = models.TextField(blank=True)
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


class Participation(models.Model):
    """参与部门: a department takes part, as lead, support or supervise; exactly one leads."""

    class Kind(models.TextChoices):
        LEAD = "lead", _("Lead")
        SUPPORT = "support", _("Support")
        SUPERVISE = "supervise", _("Supervise")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="participations")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="participations")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.SUPPORT)
    is_initiating = models.BooleanField(default=False)
    duty = models.TextField(blank=True)
    deliverables = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "department"], name="department_takes_part_once"),
            models.UniqueConstraint(fields=["project"], condition=models.Q(kind="lead"), name="one_lead_department"),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(is_initiating=True), name="one_initiating_department"
            ),
        ]


class Seat(models.Model):
    """A participation's head seat (负责人) or liaison seat (接口人), and who holds it."""

    class Kind(models.TextChoices):
        HEAD = "head", _("Department head")
        LIAISON = "liaison", _("Liaison")

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="seats")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    # What the holder may decide alone (接口人可自行决定的事项).
    may_decide = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participation", "kind"], name="one_holder_a_seat")]


class ProjectRole(models.Model):
    """What a person is in a project beyond the seats: manager, general lead, member …"""

    class Kind(models.TextChoices):
        SPONSOR = "sponsor", _("Sponsor")
        GENERAL_LEAD = "general_lead", _("General lead")
        MANAGER = "manager", _("Project manager")
        QUALITY = "quality", _("Quality supervisor")
        FINANCE = "finance", _("Finance coordinator")
        IT_SUPPORT = "it_support", _("IT support")
        ADVISER = "adviser", _("Adviser")
        MEMBER = "member", _("Member")
        OBSERVER = "observer", _("Observer")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="project_roles")
    kind = models.CharField(max_length=20, choices=Kind.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user", "kind"], name="role_held_once"),
            models.UniqueConstraint(fields=["project"], condition=models.Q(kind="manager"), name="one_manager"),
            models.UniqueConstraint(fields=["project"], condition=models.Q(kind="general_lead"), name="one_general_lead"),
        ]


class ScopeItem(models.Model):
    """范围: what the project includes, and what it does not, with the department that does an excluded part."""

    class Kind(models.TextChoices):
        IN = "in", _("Included")
        OUT = "out", _("Excluded")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scope_items")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    text = models.CharField(max_length=300)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        ordering = ["pk"]


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


class Comment(models.Model):
    """评论 on a project or on something in it, as Markdown. One that was removed keeps its place without its text."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="comments")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["project", "subject_type", "subject_id", "id"], name="comment_of_subject")]


class Mention(models.Model):
    """提到: a comment names a person with @."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentions")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once")]
