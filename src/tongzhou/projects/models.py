"""A project, the departments that take part in it, and who holds which seat and role."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department, WorkCalendar


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
