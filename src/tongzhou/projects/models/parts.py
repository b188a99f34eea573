"""Who takes part: departments, who holds which seat, and roles."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department
from tongzhou.projects.models.basics import Project


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
    version = models.PositiveIntegerField(default=1)

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
    version = models.PositiveIntegerField(default=1)

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
